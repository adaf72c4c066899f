//! Models of random shape: written and read without a change, and predicted like the reference.

use std::io::Write as _;

use model_format::manifest::{EstimatorSpec, Kernel, Metric, Step, Task, Weights};
use model_format::pipeline::Estimator;
use model_format::pipeline::bayes::Likelihood;
use model_format::pipeline::support_vectors::pairs;
use model_format::pipeline::trees::pack;
use model_format::writer::ArrayData;
use model_format::{Artifact, ErrorKind};
use proptest::prelude::*;
use tests::compare::compare;
use tests::parts::Parts;
use tests::random::{self, Recipe};
use tests::{corrupt, models};

/// A random model with golden rows, and rows to predict with it.
fn model_and_rows() -> impl Strategy<Value = (Vec<u8>, Vec<Vec<String>>)> {
    random::recipe()
        .prop_flat_map(|recipe| {
            let rows = random::rows(&recipe.draft().manifest);
            (Just(recipe), rows)
        })
        .prop_filter_map("some row is fit to be golden", |(recipe, rows)| {
            Some((model(&recipe, &rows)?, rows))
        })
}

fn model(recipe: &Recipe, rows: &[Vec<String>]) -> Option<Vec<u8>> {
    let draft = recipe.draft();
    let mut golden = vec![vec!["0".to_owned(); draft.manifest.schema.columns.len()]];
    golden.extend(rows.iter().take(5).cloned());
    models::complete(&draft.manifest, &draft.arrays, &golden)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 2 * ProptestConfig::default().cases,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_written_is_read((file, _) in model_and_rows()) {
        let artifact = Artifact::parse(&file).unwrap();
        let sections = corrupt::split(&file);
        prop_assert_eq!(&corrupt::join(&sections), &file);
        prop_assert_eq!(&artifact.manifest().encode().unwrap(), &sections[0]);
        prop_assert_eq!(tests::by_hand::decode(&sections[0]).0, artifact.manifest().clone());
        let parts = Parts::of(&file);
        if let Some(projection) = artifact.pipeline().preprocessing().projection() {
            let (weights, shifts): (Vec<&[f64]>, Vec<f64>) = projection.components().unzip();
            let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&weights.concat()), parts.words("projection"));
            prop_assert_eq!(bits(&shifts), parts.words("projection_shift"));
        }
        match artifact.pipeline().estimator() {
            Estimator::Linear(linear) => {
                let (weights, intercepts): (Vec<&[f64]>, Vec<f64>) = linear.outputs().unzip();
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(&weights.concat()), parts.words("coefficients"));
                prop_assert_eq!(bits(&intercepts), parts.words("intercepts"));
            }
            Estimator::Trees(trees) => {
                prop_assert_eq!(trees.nodes().concat(), parts.words("tree_nodes"));
                let mut starts: Vec<u64> = trees.trees().iter().map(|t| t.start as u64).collect();
                starts.push(trees.nodes().len() as u64);
                prop_assert_eq!(starts, parts.words("tree_starts"));
            }
            Estimator::Bayes(bayes) => {
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                let tables = match bayes.likelihood() {
                    Likelihood::Gaussian { means, twice_variances, half_log_variances } => vec![
                        ("means", means),
                        ("twice_variances", twice_variances),
                        ("half_log_variances", half_log_variances),
                    ],
                    Likelihood::Bernoulli { binarize, present, absent } => {
                        let stored = match &artifact.manifest().estimator {
                            EstimatorSpec::BernoulliNaiveBayes { binarize } => *binarize,
                            other => panic!("{other:?}"),
                        };
                        prop_assert_eq!(binarize.to_bits(), stored.to_bits());
                        vec![("log_present", present), ("log_absent", absent)]
                    }
                    Likelihood::Multinomial(table) | Likelihood::Categorical(table) => {
                        vec![("log_probabilities", table)]
                    }
                };
                for (name, table) in tables {
                    prop_assert_eq!(bits(table.as_slice()), parts.words(name));
                }
                prop_assert_eq!(bits(bayes.log_priors()), parts.words("log_priors"));
            }
            Estimator::Neighbors(neighbors) => {
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(neighbors.points()), parts.words("points"));
                prop_assert_eq!(bits(neighbors.targets()), parts.words("targets"));
                let (metric, weights) = (neighbors.metric(), neighbors.weights());
                let spec = models::nearest(neighbors.k() as u64, metric, weights);
                prop_assert_eq!(&spec, &artifact.manifest().estimator);
            }
            Estimator::SupportVectors(machines) => {
                let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(machines.vectors()), parts.words("support_vectors"));
                let (mut starts, mut vectors, mut weights) = (vec![0], Vec::new(), Vec::new());
                for machine in machines.machines() {
                    let terms: Vec<(usize, f64)> = machines.terms(machine).collect();
                    vectors.extend(terms.iter().map(|(vector, _)| *vector as u64));
                    weights.extend(terms.iter().map(|(_, weight)| *weight));
                    starts.push(vectors.len() as u64);
                }
                prop_assert_eq!(starts, parts.words("machine_starts"));
                prop_assert_eq!(vectors, parts.words("machine_vectors"));
                prop_assert_eq!(bits(&weights), parts.words("machine_weights"));
                let intercepts: Vec<f64> = machines.machines().iter().map(|m| m.intercept).collect();
                prop_assert_eq!(bits(&intercepts), parts.words("intercepts"));
                let spec = EstimatorSpec::SupportVectors { kernel: machines.kernel() };
                prop_assert_eq!(&spec, &artifact.manifest().estimator);
            }
            Estimator::Centroids(centroids) => {
                let rows: Vec<&[f64]> = centroids.iter().collect();
                prop_assert_eq!(rows.len(), artifact.pipeline().labels().len());
                let bits: Vec<u64> = rows.concat().iter().map(|n| n.to_bits()).collect();
                prop_assert_eq!(bits, parts.words("centroids"));
            }
        }
    }

    #[test]
    fn predictions_are_those_of_the_reference((file, rows) in model_and_rows()) {
        compare(&file, &rows);
    }
}

#[test]
fn predictions_around_every_tie_and_threshold() {
    let numbers = |list: &[f64]| list.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>();
    for (_, model) in models::ALL {
        let file = model();
        let parts = Parts::of(&file);
        let columns = &parts.manifest.schema.columns;
        let mut cells =
            numbers(&[-1.0, -0.0, 0.0, 0.5, 0.500_000_000_000_000_1, 2.0, 5e-324, 1e308]);
        cells.extend(["", " NA ", "Köln", "yes", "a", "paid", "1e999", "."].map(str::to_owned));
        let n_rows = cells.len().pow(2);
        let rows: Vec<Vec<String>> = (0..n_rows)
            .map(|row| {
                let pick = |column| cells[row / cells.len().pow(column % 2) % cells.len()].clone();
                (0u32..).zip(columns).map(|(column, _)| pick(column)).collect()
            })
            .collect();
        compare(&file, &rows);
    }
}

#[test]
fn the_logistic_threshold_is_the_one_of_the_page() {
    let turn = f64::from_bits(0x3ca8_0000_0000_0001);
    let neighbours = [turn, turn.next_up(), turn.next_down(), turn / 2.0, -turn, 0.0, -0.0];
    let mut manifest = models::manifest(
        vec![models::numeric("z")],
        models::classes(&["first", "second"]),
        EstimatorSpec::Linear,
    );
    manifest.statistics = None;
    let rows: Vec<Vec<String>> = neighbours.iter().map(|z| vec![format!("{z:e}")]).collect();
    let file = models::complete(&manifest, &models::linear(&[1.0], &[0.0]), &rows).unwrap();
    compare(&file, &rows);
    let labels = Parts::of(&file).manifest.golden.labels;
    assert_eq!(labels, [1, 1, 0, 0, 0, 0, 0]);
}

#[test]
fn probabilities_that_tie() {
    let rows = [vec!["0".to_owned()]];
    // Outputs of a classifier, and the class that they mean.
    let cases: [(&[f64], u32); 5] = [
        (&[0.5], 0),
        (&[0.0, 0.0, 0.0], 0),
        (&[0.25, 0.5, 0.5], 1),
        // The larger output is the second; divided by the sum, the first two are equal.
        (&[1.0f64.next_down(), 1.0, 0.25], 0),
        (&[0.0, 0.0, 5e-324], 2),
    ];
    for (outputs, class) in cases {
        let labels = ["a", "b", "c"];
        let estimator = EstimatorSpec::MeanOfTrees { n_outputs: outputs.len() as u64 };
        let task = models::classes(&labels[..outputs.len().max(2)]);
        let manifest = models::manifest(vec![models::numeric("x")], task, estimator);
        let leaves: Vec<_> = outputs.iter().map(|p| vec![pack(*p, 0, 0)]).collect();
        let file = models::complete(&manifest, &models::trees(&leaves), &rows).unwrap();
        compare(&file, &rows);
        assert_eq!(Parts::of(&file).manifest.golden.labels, [class], "{outputs:?}");
    }
}

/// The class of a row of `"1"`s with a model of naive Bayes over numeric columns.
fn class_of(
    estimator: EstimatorSpec,
    arrays: &[ArrayData],
    n_columns: u32,
    n_classes: usize,
) -> u32 {
    let labels = ["a", "b", "c"];
    let columns = (0..n_columns).map(|c| models::numeric(&format!("x{c}"))).collect();
    let manifest = models::manifest(columns, models::classes(&labels[..n_classes]), estimator);
    let rows = [vec!["1".to_owned(); n_columns as usize]];
    let file = models::complete(&manifest, arrays, &rows).unwrap();
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.labels[0]
}

#[test]
fn scores_are_summed_in_order_and_the_prior_comes_last() {
    let half = 2f64.powi(-53);
    // Terms and prior of the second class; the first class scores 1. Half a digit is lost when it
    // is added to 1, two of them are not if they meet first.
    let cases: [([f64; 3], f64, u32); 5] = [
        ([half, half, 0.0], 1.0, 1),
        ([half, half, 1.0], 0.0, 1),
        ([1.0, half, half], 0.0, 0),
        ([half, 1.0, half], 0.0, 0),
        ([0.0, half, 1.0], half, 0),
    ];
    for (terms, prior, class) in cases {
        let tables = [[0.0; 3], terms].concat();
        let priors = [1.0, prior];
        let multinomial = EstimatorSpec::MultinomialNaiveBayes;
        let got = class_of(multinomial, &models::log_table(&tables, &priors), 3, 2);
        assert_eq!(got, class, "{terms:?}, {prior}");
        let bernoulli = EstimatorSpec::BernoulliNaiveBayes { binarize: 0.5 };
        let arrays = models::bernoulli(&tables, &[0.25; 6], &priors);
        assert_eq!(class_of(bernoulli, &arrays, 3, 2), class, "{terms:?}, {prior}");
        let bernoulli = EstimatorSpec::BernoulliNaiveBayes { binarize: 1.0 };
        let arrays = models::bernoulli(&[0.25; 6], &tables, &priors);
        assert_eq!(class_of(bernoulli, &arrays, 3, 2), class, "{terms:?}, {prior}");
    }
}

#[test]
fn gaussian_scores_have_the_bits_of_the_page() {
    let h = f64::from_bits(0x3fed_67f1_c864_beb5);
    let numbers: [f64; 7] = [0.1, -0.7, 1.9, 3.3, -12.34, 1e-5, 777.7];
    for (mean, twice, half_log) in
        numbers.iter().flat_map(|m| numbers.map(|t| (*m, t.abs(), t / 3.0)))
    {
        let d = 1.0 - mean;
        let score = -(d * d / twice) - h - half_log;
        // The first class scores `prior`: its distance is 0, and the constant is taken back.
        for (prior, class) in [(score, 0), (score.next_up(), 0), (score.next_down(), 1)] {
            let arrays =
                models::gaussian(&[1.0, mean], &[1.0, twice], &[-h, half_log], &[prior, 0.0]);
            let got = class_of(EstimatorSpec::GaussianNaiveBayes, &arrays, 1, 2);
            assert_eq!(got, class, "{mean}, {twice}, {half_log}");
        }
    }
}

#[test]
fn scores_that_tie() {
    let cases: [(&[f64], u32); 4] = [
        (&[-1.5, -1.5], 0),
        (&[-2.0, -1.0, -1.0], 1),
        (&[-1.0, -2.0, -1.0], 0),
        (&[-1.0, -1.0, (-1.0f64).next_up()], 2),
    ];
    for (priors, class) in cases {
        let logs = vec![-1.0; priors.len()];
        let multinomial = EstimatorSpec::MultinomialNaiveBayes;
        let priors: Vec<f64> = priors.iter().map(|p| p + 1.0).collect();
        let arrays = models::log_table(&logs, &priors);
        assert_eq!(class_of(multinomial, &arrays, 1, priors.len()), class, "{priors:?}");
    }
}

#[test]
fn an_unseen_text_leaves_the_priors() {
    let columns = vec![models::text("a", &["p", "q"], false), models::text("b", &["r", "s"], true)];
    let labels = models::classes(&["first", "second"]);
    let mut manifest = models::manifest(columns, labels, EstimatorSpec::CategoricalNaiveBayes);
    manifest.steps = vec![Step::OneHot];
    // The second class is ahead in every level, the first in the priors.
    let logs = [[-9.0; 5], [-1.0; 5]].concat();
    let file_of = |priors: &[f64], rows: &[Vec<String>]| {
        models::complete(&manifest, &models::log_table(&logs, priors), rows).unwrap()
    };
    let rows = [("p", "r", 1), ("q", "", 1), ("", "r", 0), ("x", "r", 0), ("p", "x", 0)]
        .map(|(a, b, class)| (vec![a.to_owned(), b.to_owned()], class));
    let (cells, expected): (Vec<_>, Vec<u32>) = rows.into_iter().unzip();
    let file = file_of(&[-0.25, -1.5], &cells);
    compare(&file, &cells);
    let golden = Parts::of(&file).manifest.golden;
    assert_eq!(golden.labels, expected);
    // Equal priors tie, to the bit.
    let file = file_of(&[-0.7, -0.7], &cells[2..]);
    compare(&file, &cells);
    let golden = Parts::of(&file).manifest.golden;
    assert_eq!(golden.labels, [0; 3]);
    assert!(golden.values.iter().all(|p| p.to_bits() == 0.5f64.to_bits()), "{:?}", golden.values);
}

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

fn assert_bits(got: &[f64], expected: &[f64], what: &str) {
    let bits = |numbers: &[f64]| numbers.iter().map(|n| n.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(got), bits(expected), "{what}: {got:?}, expected {expected:?}");
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

/// A model of numeric columns; the rows that two libraries agree on are golden.
fn numeric_file(
    task: Task,
    estimator: EstimatorSpec,
    n_features: usize,
    arrays: &[ArrayData],
    rows: &[Vec<String>],
) -> Vec<u8> {
    let columns = (0..n_features).map(|f| models::numeric(&format!("x{f}"))).collect();
    let manifest = models::manifest(columns, task, estimator);
    models::complete(&manifest, arrays, rows).unwrap()
}

fn cells<const N: usize>(rows: &[[&str; N]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()
}

const LINEAR: EstimatorSpec = EstimatorSpec::SupportVectors { kernel: Kernel::Linear };

/// The value of a regression by one machine with the linear kernel.
fn linear_value(vectors: &[f64], machine: models::Terms<'_>, row: &[&str]) -> f64 {
    let rows = [row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    let arrays = models::machines(row.len(), vectors, &[machine]);
    let file = numeric_file(models::regression(), LINEAR, row.len(), &arrays, &rows);
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.values[0]
}

#[test]
fn machines_begin_at_the_intercept_and_add_their_terms_as_stored() {
    let half = 2f64.powi(-53);
    let one = 1.0 + 4.0 * half;
    // Half a digit is lost when it is added to 1; two of them are not if they meet first.
    let cases: [(f64, [f64; 3], f64); 5] = [
        (1.0, [half, half, 0.0], 1.0),
        (half, [half, 1.0, 0.0], 1.0 + 2.0 * half),
        (half, [1.0, half, 0.0], 1.0),
        (0.0, [half, half, 1.0], 1.0 + 2.0 * half),
        (one, [half, half, -1.0], 4.0 * half),
    ];
    for (intercept, weights, value) in cases {
        let what = format!("{intercept}, {weights:?}");
        let terms = [(0, weights[0]), (0, weights[1]), (0, weights[2])];
        assert_bits(&[linear_value(&[1.0], (&terms, intercept), &["1"])], &[value], &what);
        // The same by one vector per term, stored in another order.
        let terms = [(2, weights[0]), (0, weights[1]), (1, weights[2])];
        assert_bits(&[linear_value(&[1.0; 3], (&terms, intercept), &["1"])], &[value], &what);
    }
}

#[test]
fn kernels_add_their_features_in_order_from_minus_zero() {
    let half = 2f64.powi(-53);
    let of = |vector: &[f64], row: &[&str]| linear_value(vector, (&[(0, 1.0)], -0.0), row);
    let ones = ["1", "1", "1"];
    assert_bits(&[of(&[1.0, half, half], &ones)], &[1.0], "1 first");
    assert_bits(&[of(&[half, half, 1.0], &ones)], &[1.0 + 2.0 * half], "1 last");
    assert_bits(&[of(&[1.0], &["-0"])], &[-0.0], "a product of -0");
    assert_bits(&[of(&[1.0, -2.0], &["-0", "0"])], &[-0.0], "two products of -0");
    assert_bits(&[of(&[1.0, 2.0], &["-0", "0"])], &[0.0], "products of both signs");
    // The product of a weight is rounded before it is added, that of a feature too.
    let x = 1.0 + 2f64.powi(-30);
    let square = 1.0 + 2f64.powi(-29);
    assert_bits(
        &[linear_value(&[1.0], (&[(0, x)], -square), &[&format!("{x:?}")])],
        &[0.0],
        "term",
    );
    let got = of(&[-square, x], &["1", &format!("{x:?}")]);
    assert_bits(&[got], &[0.0], "feature");
}

#[test]
fn machines_without_vectors_say_their_intercepts() {
    let rows = cells(&[["0", "1"], ["-1e300", "1e300"]]);
    for kernel in [
        Kernel::Linear,
        Kernel::Rbf { gamma: 0.5 },
        Kernel::Polynomial { degree: 64, gamma: 1.0, coef0: 0.0 },
        Kernel::Sigmoid { gamma: 1.0, coef0: 0.0 },
    ] {
        let estimator = EstimatorSpec::SupportVectors { kernel };
        // No vectors at all, and vectors that no machine uses.
        for vectors in [&[][..], &[1.0, 2.0, 3.0, 4.0]] {
            let arrays = models::machines(2, vectors, &[(&[], -7.25)]);
            let file = numeric_file(models::regression(), estimator.clone(), 2, &arrays, &rows);
            assert_bits(&Parts::of(&file).manifest.golden.values, &[-7.25; 2], "value");
            compare(&file, &rows);
            let labels = models::classes(&["a", "b", "c"]);
            let machines: [models::Terms<'_>; 3] = [(&[], -1.0), (&[], 1.0), (&[], 0.5)];
            let arrays = models::machines(2, vectors, &machines);
            let file = numeric_file(labels, estimator.clone(), 2, &arrays, &rows);
            let golden = Parts::of(&file).manifest.golden;
            assert_bits(&golden.values, &[-1.0, 1.0, 0.5, -1.0, 1.0, 0.5], "values");
            assert_eq!(golden.labels, [1, 1]);
            compare(&file, &rows);
        }
    }
}

/// The class by the values of the machines.
fn voted(values: &[f64], n_classes: usize) -> u32 {
    let rows = cells(&[["0"]]);
    let labels = ["a", "b", "c", "d"];
    let machines: Vec<models::Terms<'_>> = values.iter().map(|v| (&[][..], *v)).collect();
    let arrays = models::machines(1, &[], &machines);
    let file = numeric_file(models::classes(&labels[..n_classes]), LINEAR, 1, &arrays, &rows);
    compare(&file, &rows);
    Parts::of(&file).manifest.golden.labels[0]
}

#[test]
fn two_classes_are_told_apart_by_a_sign() {
    for (value, class) in
        [(0.0, 0), (-0.0, 0), (5e-324, 1), (-5e-324, 0), (f64::MAX, 1), (f64::MIN, 0)]
    {
        assert_eq!(voted(&[value], 2), class, "{value:?}");
    }
}

#[test]
fn the_votes_of_every_pair() {
    let (first, second) = (0.25, -1.5);
    // Pairs ab, ac, bc: a vote each for the last three.
    let of_three = [
        ([first, first, first], 0),
        ([first, first, second], 0),
        ([second, first, first], 1),
        ([second, second, first], 1),
        ([first, second, second], 2),
        ([second, second, second], 2),
        ([first, second, first], 0),
        ([second, first, second], 0),
        ([-0.0, 1.0, 0.0], 0),
    ];
    for (values, class) in of_three {
        assert_eq!(voted(&values, 3), class, "{values:?}");
    }
    // Pairs ab, ac, ad, bc, bd, cd. One class beats the others; then two classes have two votes.
    let pairs: Vec<(usize, usize)> = pairs(4).collect();
    assert_eq!(pairs, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
    for class in 0..4 {
        let values: Vec<f64> =
            pairs.iter().map(|(_, j)| if *j == class { second } else { first }).collect();
        assert_eq!(voted(&values, 4), u32::try_from(class).unwrap(), "{values:?}");
    }
    assert_eq!(voted(&[second, second, second, first, second, first], 4), 1);
    assert_eq!(voted(&[second, first, second, second, first, second], 4), 1);
    assert_eq!(voted(&[first, second, first, second, first, second], 4), 0);
    assert_eq!(voted(&[first, second, second, second, second, second], 4), 3);
    assert_eq!(voted(&[first, second, second, second, second, first], 4), 2);
}

#[test]
fn as_many_machines_as_there_may_be() {
    let labels: Vec<String> = (0..128).map(|label| format!("{label}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let rows = cells(&[["3"], ["-2"]]);
    // Class 77 beats every other from 0 on, class 31 below.
    let weight = |(i, j)| match (i, j) {
        (31, _) | (_, 77) => -1.0,
        _ => 1.0,
    };
    let terms: Vec<[(u64, f64); 1]> = pairs(128).map(|pair| [(0, weight(pair))]).collect();
    let machines: Vec<models::Terms<'_>> = terms.iter().map(|terms| (&terms[..], 0.0)).collect();
    assert_eq!(machines.len(), 8128);
    let arrays = models::machines(1, &[1.0], &machines);
    let file = numeric_file(models::classes(&labels), LINEAR, 1, &arrays, &rows);
    compare(&file, &rows);
    assert_eq!(Parts::of(&file).manifest.golden.values.len(), 2 * 8128);
}

#[test]
fn many_vectors() {
    let n_vectors = 700u32;
    let number = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 16) / 65_536.0 - 0.5;
    let vectors: Vec<f64> = (0..3 * n_vectors).map(number).collect();
    let rows: Vec<Vec<String>> = (0..20)
        .map(|row| (0..3).map(|f| format!("{:?}", 3.0 * number(10_000 + 3 * row + f))).collect())
        .collect();
    for kernel in [
        Kernel::Linear,
        Kernel::Rbf { gamma: 1.5 },
        Kernel::Polynomial { degree: 2, gamma: 0.75, coef0: 2.0 },
        Kernel::Sigmoid { gamma: 0.1, coef0: 0.5 },
    ] {
        // Weights of one sign, so that nothing cancels; backwards, so that the order counts.
        let terms: Vec<(u64, f64)> =
            (0..n_vectors).rev().map(|v| (u64::from(v), 0.01 + number(v).abs())).collect();
        let arrays = models::machines(3, &vectors, &[(&terms, 1.0)]);
        let estimator = EstimatorSpec::SupportVectors { kernel };
        let file = numeric_file(models::regression(), estimator, 3, &arrays, &rows);
        assert_eq!(Parts::of(&file).manifest.golden.values.len(), rows.len(), "{kernel:?}");
        compare(&file, &rows);
    }
}

#[test]
fn a_machine_that_overflows_makes_a_bad_row() {
    let rows = cells(&[["1"], ["1e200"], ["-1e200"], ["1e-200"]]);
    let of = |kernel, weight| {
        let arrays = models::machines(1, &[1e120], &[(&[(0, weight)], 0.5)]);
        let estimator = EstimatorSpec::SupportVectors { kernel };
        let file = numeric_file(models::classes(&["a", "b"]), estimator, 1, &arrays, &rows);
        compare(&file, &rows);
        Parts::of(&file).manifest.golden.cells.len()
    };
    assert_eq!(of(Kernel::Linear, 1.0), 2);
    assert_eq!(of(Kernel::Linear, 1e200), 1);
    assert_eq!(of(Kernel::Polynomial { degree: 3, gamma: 1.0, coef0: 0.0 }, 1.0), 1);
    // Both limit what is infinite.
    assert_eq!(of(Kernel::Rbf { gamma: 1.0 }, 1.0), 4);
    assert_eq!(of(Kernel::Sigmoid { gamma: 1.0, coef0: 0.5 }, 1.0), 4);
}

/// Cluster and squared distance of a row.
fn nearest(centroids: &[f64], n_clusters: usize, row: &[&str]) -> (u32, f64) {
    let rows = [row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    let names = ["a", "b", "c"];
    let arrays = models::centroids(n_clusters, centroids);
    let (task, estimator) =
        (models::clusters(&names[..n_clusters]), EstimatorSpec::NearestCentroid);
    let file = numeric_file(task, estimator, row.len(), &arrays, &rows);
    compare(&file, &rows);
    let golden = Parts::of(&file).manifest.golden;
    (golden.labels[0], golden.values[0])
}

#[test]
fn the_nearest_centroid_wins_and_the_earlier_of_two() {
    let of = |centroids: &[f64], row| nearest(centroids, centroids.len(), &[row]).0;
    assert_eq!(of(&[0.0, 2.0, 5.0], "1"), 0);
    assert_eq!(of(&[2.0, 0.0, 5.0], "1"), 0);
    assert_eq!(of(&[9.0, 2.0, 0.0], "1"), 1);
    assert_eq!(of(&[3.0, 3.0, 3.0], "3"), 0);
    assert_eq!(of(&[0.0, -0.0], "0"), 0);
    assert_eq!(of(&[2.0f64.next_up(), 0.0], "1"), 1);
    // Squares that are too small to tell apart.
    assert_eq!(of(&[1e-200, 0.0], "0"), 0);
    // Only one of them is not infinitely far.
    assert_eq!(of(&[1e300, 1.0, -1e300], "1e150"), 1);
}

#[test]
fn squared_distances_have_the_bits_of_the_page() {
    let half = 2f64.powi(-53);
    let root = half.sqrt();
    let row = ["1", "1", "1"];
    let of = |d: [f64; 3]| {
        let centroid = d.map(|d| 1.0 - d);
        let exact = centroid.map(|c| (1.0 - c) * (1.0 - c));
        let expected = exact[0] + exact[1] + exact[2];
        let (cluster, got) = nearest(&[[50.0; 3], centroid].concat(), 2, &row);
        assert_eq!(cluster, 1);
        assert_bits(&[got], &[expected], &format!("{d:?}"));
    };
    for d in
        [[1.0, root, root], [root, root, 1.0], [0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [1e-9, 3.0, 7.0]]
    {
        of(d);
    }
    // The square is rounded before it is added.
    let x = format!("{:?}", 1.0 + 2f64.powi(-30));
    assert_bits(&[nearest(&[-9e9, -9e9, 0.0, 0.0], 2, &["4096", &x]).1], &[16_777_217.0], "4096");
    assert_bits(&[nearest(&[4.0, 7.0], 2, &["4"]).1], &[0.0], "a row on a centroid");
}

#[test]
fn a_row_infinitely_far_from_every_centroid_is_bad() {
    let rows = cells(&[["1e200"], ["3"], ["-1.7e308"]]);
    let arrays = models::centroids(2, &[1.0, -5.0]);
    let (task, estimator) = (models::clusters(&["a", "b"]), EstimatorSpec::NearestCentroid);
    let file = numeric_file(task, estimator, 1, &arrays, &rows);
    compare(&file, &rows);
    assert_eq!(Parts::of(&file).manifest.golden.cells, ["3"]);
}

#[test]
fn a_file_is_read_like_its_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let open = |bytes: &[u8]| {
        let path = directory.path().join("x.model");
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        Artifact::open(&path)
    };
    for (_, model) in models::ALL {
        let file = model();
        let (read, parsed) = (open(&file).unwrap(), Artifact::parse(&file).unwrap());
        assert_eq!(read.id(), parsed.id());
        assert_eq!(read.manifest(), parsed.manifest());
        for len in [0, 5, 8, 63, 64, 100, file.len() - 1] {
            let (read, parsed) = (open(&file[..len]), Artifact::parse(&file[..len]));
            assert_eq!(read.unwrap_err().kind(), parsed.unwrap_err().kind(), "{len} bytes");
        }
        assert_eq!(open(&[file, vec![0]].concat()).unwrap_err().kind(), ErrorKind::Length);
    }
    let error = Artifact::open(directory.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotAModel);
}

#[test]
fn a_large_section_is_hashed_in_pieces() {
    // 140,001 coefficients are a little over one piece.
    let levels: Vec<String> = (0..20_000).map(|level| format!("{level:05}")).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let labels: Vec<String> = (0..7).map(|label| format!("{label}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let mut manifest = models::manifest(
        vec![models::text("code", &levels, true)],
        models::classes(&labels),
        EstimatorSpec::Linear,
    );
    manifest.steps = vec![Step::OneHot];
    let coefficients: Vec<f64> = (0..7 * 20_001).map(|i| f64::from(i % 97) / 50.0).collect();
    let arrays = models::linear(&coefficients, &[0.0; 7]);
    let rows = [vec!["00031".to_owned()], vec![String::new()], vec!["other".to_owned()]];
    let file = models::complete(&manifest, &arrays, &rows).unwrap();
    assert!(corrupt::split(&file)[1].len() > 1 << 20);
    assert_eq!(corrupt::join(&corrupt::split(&file)), file);
    compare(&file, &rows);
}
