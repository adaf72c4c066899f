//! Sums of kernels, distances and near rows, as scikit-learn's estimators have them.

use model_format::manifest::{Metric, Weights};
use model_format::program::ops::kernel_function::KernelFunction;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::neighbors::{NeighborsSpec, Reach};
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};
use tests::models;
use tests::programs::{Draft, cells, compare};
use tests::reference::Answer;

use super::pairs::{Machine, machines};
use super::{assert_like, rows, three};

/// Three vectors, feature by feature.
const VECTORS: [f64; 6] = [0.5, 1.0, -1.5, -1.0, 2.0, 0.75];

/// Compares with the values of a regression.
fn assert_values(draft: Draft, output: Run, expected: [f64; 5]) {
    let file = draft.value(output, &rows()).unwrap();
    for (answer, expected) in compare(&file, &rows()).into_iter().zip(expected) {
        let answer = answer.unwrap();
        // The last digits of a sum whose terms cancel differ between two orders of adding up.
        let Answer::Value(value) = answer else { panic!("{answer:?}") };
        let limit = 1e-12 * expected.abs().max(1.0);
        assert!((value - expected).abs() <= limit, "{value:?}, expected {expected:?}");
    }
}

macro_rules! kernels {
    ($($name:ident: $kernel:expr => $expected:expr;)*) => {
        $(#[test]
        fn $name() {
            let mut draft = Draft::numeric(2, models::regression());
            let machine: Machine<'_> = (&[(0, 1.25), (1, -0.5), (2, 2.0)], 0.0);
            let input = draft.inputs();
            let sum = machines(&mut draft, input, $kernel, &VECTORS, &[machine]);
            assert_values(draft, sum, $expected);
        })*
    };
}

use KernelFunction::{Laplacian, Linear, Matern, Polynomial, RationalQuadratic, Rbf, Sigmoid};

kernels! {
    gaussian_processes_with_rbf: Rbf { gamma: 0.5 } =>
        [1.3036347876963612, -0.24649801202323876, 1.7287633255118948, 1.1181553648278402, 0.0032797200751519657];
    gaussian_processes_with_matern_of_one_half: Matern { order: 0 } =>
        [1.366357078576587, -0.039956374572813015, 1.1284644709564504, 0.7290622208723104, 0.052864739060267084];
    gaussian_processes_with_matern_of_three_halves: Matern { order: 1 } =>
        [1.3461498491581172, -0.13402478215825372, 1.4654605725652607, 0.906337349016378, 0.027708552173761176];
    gaussian_processes_with_matern_of_five_halves: Matern { order: 2 } =>
        [1.3353484639784219, -0.16888622681544657, 1.5664999738000043, 0.9684937191013527, 0.01939572243286236];
    gaussian_processes_with_rational_quadratic: RationalQuadratic { gamma: 0.25, alpha: 2.0 } =>
        [1.4659151533204586, -0.049039278465263667, 1.8425561708179499, 1.3163624011516406, 0.11107516841541698];
    gaussian_processes_with_dot_products: Linear => [-0.6875, -6.875, 2.6875, 0.0, 5.625];
    kernel_ridge_with_laplacian: Laplacian { gamma: 0.25 } =>
        [1.8247802435143439, 0.8073861672227658, 1.9903382252680863, 1.7624939715800538, 0.6476916676813032];
    kernel_ridge_with_polynomial: Polynomial { degree: 3, gamma: 0.5, coef0: 1.0 } =>
        [5.38720703125, -20.90966796875, 12.62957763671875, 2.75, 186.20703125];
    kernel_ridge_with_sigmoid: Sigmoid { gamma: 0.5, coef0: -0.25 } =>
        [-0.6944444859951648, -2.7262633239163376, 0.6029834980371158, -0.6735263216102001, 0.26352429574457736];
}

/// One number per vector.
fn each(draft: &mut Draft, input: Run, kernel: KernelFunction, weight: f64, last: [f64; 3]) -> Run {
    let terms = [[(0, weight)], [(1, weight)], [(2, weight)]];
    let all: Vec<Machine<'_>> =
        terms.iter().zip(last).map(|(term, last)| (term.as_slice(), last)).collect();
    machines(draft, input, kernel, &VECTORS, &all)
}

/// `KMeans.transform`, and what a manhattan `NearestCentroid` compares.
#[test]
fn distances_from_centroids() {
    let root = |rows: [[f64; 3]; 5]| rows.map(|row| row.map(f64::sqrt));
    let squares = [
        [0.0, 9.25, 7.0625],
        [8.5, 1.25, 12.8125],
        [3.8125, 7.0625, 0.5],
        [1.25, 5.0, 2.8125],
        [37.25, 20.0, 12.8125],
    ];
    let manhattan =
        [[0.0, 3.5, 3.75], [4.0, 1.5, 4.25], [2.75, 3.75, 1.0], [1.5, 3.0, 2.25], [8.5, 6.0, 4.75]];
    for (kernel, expected) in [
        (KernelFunction::Distance, root(squares)),
        (KernelFunction::SquaredDistance, squares),
        (KernelFunction::Manhattan, manhattan),
    ] {
        let mut draft = Draft::numeric(2, three());
        let input = draft.inputs();
        let distances = each(&mut draft, input, kernel, -1.0, [0.0; 3]);
        let label = draft.label(distances, LabelRule::FirstMaximum);
        let file = draft.classes(label, distances, Meaning::DecisionValues, &rows()).unwrap();
        for ((answer, expected), label) in
            compare(&file, &rows()).into_iter().zip(expected).zip([0, 1, 2, 0, 2])
        {
            assert_eq!(answer, Some(Answer::Class(label, expected.map(|d| 0.0 - d).to_vec())));
        }
    }
}

/// `NearestCentroid` of scikit-learn 1.9: scaled features, and log-shares of the labels.
#[test]
fn centroids_with_shares_of_labels() {
    let mut draft = Draft::numeric(2, three());
    let scaled = draft.scale(draft.inputs(), &[2.0, 0.5], &[0.0; 2]);
    let vectors = [1.0, 2.0, -3.0, -0.5, 1.0, 0.375];
    let shares = [0.5f64, 0.25, 0.25].map(|share| 2.0 * share.ln());
    let terms = [[(0, -1.0)], [(1, -1.0)], [(2, -1.0)]];
    let all: Vec<Machine<'_>> =
        terms.iter().zip(shares).map(|(term, last)| (term.as_slice(), last)).collect();
    let kernel = KernelFunction::SquaredDistance;
    let scores = machines(&mut draft, scaled, kernel, &vectors, &all);
    let probabilities = draft.link(scores, LinkForm::Softmax);
    let expected = [
        (0, [0.9903994980487348, 0.009600488993443705, 1.2957821620494262e-08]),
        (1, [0.005977807690430776, 0.9940221923095692, 2.6315712824100632e-20]),
        (2, [0.0009655653028562311, 1.512863885988682e-07, 0.9990342834107551]),
        (0, [0.994062469477135, 0.005844527130540016, 9.300339232496566e-05]),
        (2, [4.599907193690056e-19, 6.703751076234321e-24, 1.0]),
    ];
    let file = draft.probabilities(probabilities, &rows()).unwrap();
    let answers = compare(&file, &rows());
    for (answer, (label, expected)) in answers.into_iter().zip(expected) {
        let Some(Answer::Class(found, numbers)) = answer else { panic!() };
        assert_eq!(found, label);
        for (found, expected) in numbers.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-11 * expected, "{found:?}, {expected:?}");
        }
    }
}

/// Six training rows with their labels and values.
fn within(
    draft: &mut Draft,
    targets: &[f64],
    n_labels: u32,
    reach: Reach,
    weights: Weights,
) -> Run {
    let points = [0.5, 1.0, -1.5, 0.0, 2.0, 0.25, -1.0, 2.0, 0.75, 0.5, 1.0, -0.5];
    let op = NeighborsSpec {
        input: draft.inputs(),
        points: draft.f64s(&[2, 6], &points),
        targets: draft.f64s(&[6], targets),
        n_labels,
        reach,
        metric: Metric::Euclidean,
        weights,
    };
    draft.op(OpSpec::Neighbors(op), n_labels.max(1))
}

const LABELS: [f64; 6] = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0];

#[test]
fn shares_of_the_labels_within_a_radius() {
    let third = 1.0 / 3.0;
    let uniform = [
        (0, [0.5, 0.0, 0.5]),
        (1, [0.0, 1.0, 0.0]),
        (2, [third, 0.0, 2.0 / 3.0]),
        (0, [2.0 / 3.0, 0.0, third]),
        (1, [0.0, 1.0, 0.0]),
    ];
    let by_distance = [
        (0, [1.0, 0.0, 0.0]),
        (1, [0.0, 1.0, 0.0]),
        (2, [0.3159712647681732, 0.0, 0.6840287352318267]),
        (0, [0.6180339887498949, 0.0, 0.38196601125010515]),
        (1, [0.0, 1.0, 0.0]),
    ];
    for (weights, expected) in [(Weights::Uniform, uniform), (Weights::Distance, by_distance)] {
        let mut draft = Draft::numeric(2, three());
        let reach = Reach::Within { radius: 1.5, outlier: Some(1) };
        let shares = within(&mut draft, &LABELS, 3, reach, weights);
        assert_like(&draft.probabilities(shares, &rows()).unwrap(), &rows(), &expected);
    }
}

#[test]
fn a_row_without_neighbours_is_bad_unless_there_is_a_label_for_it() {
    let values = [1.5, -2.0, 0.25, 4.0, 3.0, -1.0];
    let uniform = [0.25, 0.5, 1.0833333333333333, 1.5];
    let by_distance = [1.5, 1.454915028125263, 1.155610462908568, 1.612712429686843];
    let reach = Reach::Within { radius: 1.5, outlier: None };
    for (weights, expected) in [(Weights::Uniform, uniform), (Weights::Distance, by_distance)] {
        let mut draft = Draft::numeric(2, models::regression());
        let value = within(&mut draft, &values, 0, reach, weights);
        let found = compare(&draft.value(value, &rows()).unwrap(), &rows());
        assert_eq!(found[4], None);
        for (answer, expected) in found.iter().zip(expected) {
            assert!(answer.as_ref().unwrap().agrees(&Answer::Value(expected), false), "{answer:?}");
        }
    }
    let mut draft = Draft::numeric(2, three());
    let shares = within(&mut draft, &LABELS, 3, reach, Weights::Uniform);
    assert_eq!(compare(&draft.probabilities(shares, &rows()).unwrap(), &rows())[4], None);
}

/// A point on the edge is a neighbour; with more rows than go through a tile at once.
#[test]
fn many_points_within_a_radius() {
    let n = 300;
    let points: Vec<f64> = (0..n).map(|i| f64::from(i) / 4.0).collect();
    let targets: Vec<f64> = (0..n).map(|i| f64::from(i % 7)).collect();
    for metric in [Metric::Euclidean, Metric::Manhattan, Metric::Minkowski { p: 3 }] {
        let mut draft = Draft::numeric(1, models::regression());
        let op = NeighborsSpec {
            input: draft.inputs(),
            points: draft.f64s(&[1, 300], &points),
            targets: draft.f64s(&[300], &targets),
            n_labels: 0,
            reach: Reach::Within { radius: 40.0, outlier: None },
            metric,
            weights: Weights::Uniform,
        };
        let value = draft.op(OpSpec::Neighbors(op), 1);
        let rows = cells(&[[-40.0], [0.0], [37.5], [114.75], [115.0], [-50.0]]);
        let found = compare(&draft.value(value, &rows).unwrap(), &rows);
        let bad: Vec<bool> = found.iter().map(Option::is_none).collect();
        if metric == (Metric::Minkowski { p: 3 }) {
            assert_eq!(bad[1..3], [false; 2]);
        } else {
            assert_eq!(bad, [false, false, false, false, true, true]);
        }
    }
}

macro_rules! refusals {
    ($($name:ident: $reach:expr => $says:literal;)*) => {
        $(#[test]
        fn $name() {
            let mut draft = Draft::numeric(2, three());
            let shares = within(&mut draft, &LABELS, 3, $reach, Weights::Uniform);
            let error = draft.probabilities(shares, &rows()).expect_err("it was accepted");
            assert!(error.to_string().contains($says), "{error}");
        })*
    };
}

refusals! {
    a_negative_radius: Reach::Within { radius: -1.0, outlier: None } => "radius: it is -1.0";
    a_radius_of_nan: Reach::Within { radius: f64::NAN, outlier: None } => "radius: it is NaN";
    an_infinite_radius: Reach::Within { radius: f64::INFINITY, outlier: None } => "radius: it is inf";
    an_outlier_of_no_label: Reach::Within { radius: 1.0, outlier: Some(3) } =>
        "outlier: label 3, there are 3";
    no_neighbours: Reach::Nearest { k: 0 } => "neighbours: found 0, expected 1 to 6";
    more_neighbours_than_points: Reach::Nearest { k: 7 } => "neighbours: found 7, expected 1 to 6";
}

#[test]
fn kernels_that_are_refused() {
    for (kernel, says) in [
        (Laplacian { gamma: f64::NAN }, "kernel: element 0 is not a finite number"),
        (
            Polynomial { degree: 0, gamma: 1.0, coef0: 0.0 },
            "degree of the kernel: found 0, expected 1 to 64",
        ),
        (Matern { order: 3 }, "order of the kernel: found 3, expected 0 to 2"),
        (Matern { order: u64::MAX }, "order of the kernel: found 18446744073709551615"),
        (RationalQuadratic { gamma: -0.5, alpha: 1.0 }, "kernel: gamma is -0.5"),
        (
            RationalQuadratic { gamma: 0.5, alpha: f64::INFINITY },
            "kernel: element 1 is not a finite number",
        ),
    ] {
        let mut draft = Draft::numeric(2, models::regression());
        let input = draft.inputs();
        let sum = machines(&mut draft, input, kernel, &VECTORS, &[(&[(0, 1.0)], 0.0)]);
        let error = draft.value(sum, &rows()).expect_err("it was accepted").to_string();
        assert!(error.contains(says), "{error}");
    }
}
