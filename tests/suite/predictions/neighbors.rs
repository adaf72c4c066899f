//! Nearest neighbours: ties, the order of the heap, points that are hit or out of reach.

use super::assert_bits;
use model_format::v1::{EstimatorSpec, Metric, Task, Weights};
use tests::compare::compare;
use tests::models;
use tests::parts::Parts;

/// A model of nearest neighbours over numeric columns, with as many of `rows` golden as may be.
fn neighbors_file(
    task: Task,
    estimator: EstimatorSpec,
    points: &[Vec<f64>],
    targets: &[f64],
    rows: &[Vec<String>],
) -> Vec<u8> {
    let columns = (0..points.len()).map(|c| models::numeric(&format!("x{c}"))).collect();
    let manifest = models::manifest(columns, task, estimator);
    let arrays = models::neighbors(&points.concat(), targets);
    let golden = &rows[..rows.len().min(64)];
    models::complete(&manifest, &arrays, golden).unwrap()
}

/// Values, or probabilities, of a row of one number among points on a line.
fn on_a_line(
    task: Task,
    (k, metric, weights): (u64, Metric, Weights),
    points: &[f64],
    targets: &[f64],
    x: &str,
) -> Vec<f64> {
    let rows = [vec![x.to_owned()]];
    let estimator = models::nearest(k, metric, weights);
    let file = neighbors_file(task, estimator, &[points.to_vec()], targets, &rows);
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.values
}

const METRICS: [Metric; 4] =
    [Metric::Euclidean, Metric::Manhattan, Metric::Minkowski { p: 1 }, Metric::Hamming];

#[test]
fn of_neighbors_that_tie_the_first_points_stay() {
    for metric in METRICS {
        for weights in [Weights::Uniform, Weights::Distance] {
            let of = |k, points: &[f64], targets: &[f64]| {
                on_a_line(models::regression(), (k, metric, weights), points, targets, "1")
            };
            let what = format!("{metric:?}, {weights:?}");
            assert_bits(&of(1, &[2.0, 0.0, 2.0], &[5.0, 7.0, 9.0]), &[5.0], &what);
            assert_bits(&of(2, &[2.0, 0.0, 2.0], &[5.0, 7.0, 90.0]), &[6.0], &what);
            let labels = models::classes(&["a", "b", "c"]);
            let got = on_a_line(labels, (2, metric, weights), &[0.0; 3], &[2.0, 1.0, 0.0], "1");
            assert_bits(&got, &[0.0, 0.5, 0.5], &what);
        }
    }
}

#[test]
fn neighbors_are_summed_in_the_order_of_the_heap() {
    // Three points as far: they leave the heap as 2, 1, 0.
    let large = 2f64.powi(53);
    let cases: [([f64; 3], f64); 3] = [
        ([-3.0 * large, 3.0, 3.0 * large], 0.0),
        ([3.0, -3.0 * large, 3.0 * large], 1.0),
        ([3.0 * large, 3.0 * large, -3.0 * large], large),
    ];
    for metric in METRICS {
        for (targets, value) in cases {
            let how = (3, metric, Weights::Uniform);
            let got = on_a_line(models::regression(), how, &[2.0; 3], &targets, "1");
            assert_bits(&got, &[value], &format!("{metric:?}, {targets:?}"));
        }
    }
    // At the distances 1, 2, 3 the last place holds the nearest: 2, 1, 0 again; but 3, 2, 1 leave
    // as 0, 1, 2.
    for (points, value) in [([1.0, 2.0, 3.0], 0.0), ([3.0, 2.0, 1.0], 1.0)] {
        let how = (3, Metric::Manhattan, Weights::Uniform);
        let targets = [-3.0 * large, 3.0, 3.0 * large];
        let got = on_a_line(models::regression(), how, &points, &targets, "0");
        assert_bits(&got, &[value], &format!("{points:?}"));
    }
}

#[test]
fn points_that_are_hit_are_asked_alone() {
    let (uniform, distance) = (Weights::Uniform, Weights::Distance);
    for metric in METRICS {
        let of = |k, weights, x| {
            let points = [0.0, 3.0, -0.0, 4.0];
            let (targets, classes) = ([1.0, 10.0, 2.0, 20.0], [0.0, 1.0, 1.0, 1.0]);
            let labels = models::classes(&["a", "b"]);
            let value = on_a_line(models::regression(), (k, metric, weights), &points, &targets, x);
            let shares = on_a_line(labels, (k, metric, weights), &points, &classes, x);
            [value, shares].concat()
        };
        let what = format!("{metric:?}");
        assert_bits(&of(4, distance, "-0"), &[1.5, 0.5, 0.5], &what);
        assert_bits(&of(3, distance, "0"), &[1.5, 0.5, 0.5], &what);
        assert_bits(&of(4, distance, "4.0"), &[20.0, 0.0, 1.0], &what);
        assert_bits(&of(4, uniform, "0"), &[8.25, 0.25, 0.75], &what);
    }
    // A distance that is as good as none, but not none, is not a hit.
    let how = (2, Metric::Manhattan, distance);
    let got = on_a_line(models::regression(), how, &[1e-300, -1e-300], &[1.0, 3.0], "0");
    assert_bits(&got, &[2.0], "two tiny distances");
    // The square of a tiny difference is 0, so here it is.
    let how = (2, Metric::Euclidean, distance);
    let got = on_a_line(models::regression(), how, &[1e-300, 1.0], &[1.0, 3.0], "0");
    assert_bits(&got, &[1.0], "a tiny square");
}

#[test]
fn a_row_infinitely_far_from_every_point_is_bad() {
    let rows = ["1e308", "-1e308", "-1.7e308", "0"].map(|x| vec![x.to_owned()]);
    for metric in METRICS {
        for weights in [Weights::Uniform, Weights::Distance] {
            let estimator = models::nearest(2, metric, weights);
            let points = [vec![1e308, 1.5e308]];
            for (task, targets) in
                [(models::regression(), [3.5, 4.5]), (models::classes(&["a", "b"]), [0.0, 1.0])]
            {
                let file = neighbors_file(task, estimator.clone(), &points, &targets, &rows);
                compare(&file, &rows);
                let n_golden = Parts::of(&file).manifest.golden.cells.len();
                let n_good = match metric {
                    // The square of every difference but 0 is infinite.
                    Metric::Euclidean => 1,
                    // The two negative rows are infinitely far.
                    Metric::Manhattan | Metric::Minkowski { .. } => 2,
                    Metric::Hamming => 4,
                };
                assert_eq!(n_golden, n_good, "{metric:?}, {weights:?}");
            }
        }
    }
}

#[test]
fn many_points_with_many_ties() {
    let powers = [2, 3, 7].map(|p| Metric::Minkowski { p });
    let n_points = 300u32;
    let mut state = 1u32;
    let mut next = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from((state >> 16) % below)
    };
    let points: Vec<Vec<f64>> = (0..2).map(|_| (0..n_points).map(|_| next(25)).collect()).collect();
    let values: Vec<f64> = (0..n_points).map(|_| 1.0 + next(1000) / 7.0).collect();
    let classes: Vec<f64> = (0..n_points).map(|_| next(3)).collect();
    let rows: Vec<Vec<String>> =
        (0..25).map(|_| (0..2).map(|_| format!("{}", next(29) - 2.0)).collect()).collect();
    for metric in METRICS.into_iter().chain(powers) {
        for weights in [Weights::Uniform, Weights::Distance] {
            for k in [1, 2, 3, 4, 5, 31, 300] {
                let estimator = models::nearest(k, metric, weights);
                let task = models::regression();
                compare(&neighbors_file(task, estimator.clone(), &points, &values, &rows), &rows);
                let task = models::classes(&["a", "b", "c"]);
                compare(&neighbors_file(task, estimator, &points, &classes, &rows), &rows);
            }
        }
    }
}
