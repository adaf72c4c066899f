//! Models of random shape: written and read without a change, and predicted like the reference.

use std::io::Write as _;

use model_format::manifest::{EstimatorSpec, Metric, Step, Task, Weights};
use model_format::pipeline::Estimator;
use model_format::pipeline::bayes::Likelihood;
use model_format::pipeline::trees::pack;
use model_format::writer::ArrayData;
use model_format::{Artifact, ErrorKind};
use predictor::{Model, Prediction, Row};
use proptest::prelude::*;
use tests::parts::Parts;
use tests::random::{self, Recipe};
use tests::reference::{self, Answer};
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

/// A row, or `None` if a cell was refused.
fn row<'m>(model: &'m Model, cells: &[String]) -> Option<Row<'m>> {
    let mut row = model.row();
    for (column, cell) in model.manifest().schema.columns.iter().zip(cells) {
        row.set(&column.name, cell).ok()?;
    }
    Some(row)
}

fn answer(prediction: &Prediction<'_>, model: &Model) -> Answer {
    match prediction {
        Prediction::Value(value) => Answer::Value(*value),
        Prediction::Class { label, index, probabilities } => {
            assert_eq!(model.labels()[*index], *label);
            Answer::Class(*index, probabilities.clone())
        }
        other => panic!("{other:?}"),
    }
}

/// Compares the predictor with the reference: every row alone, then all good rows at once, often
/// enough to fill several blocks.
fn compare(file: &[u8], rows: &[Vec<String>]) {
    let model = Model::from_artifact(Artifact::parse(file).unwrap()).unwrap();
    let parts = Parts::of(file);
    let exact = model_format::golden::exact(model.artifact().pipeline());
    let mut good = Vec::new();
    for cells in rows {
        let expected = reference::predict(&parts, cells);
        let got = row(&model, cells).and_then(|row| model.predict(&[row]).ok());
        match (got, expected) {
            (None, None) => {}
            (Some(got), Some(expected)) => {
                let got = answer(&got[0], &model);
                assert!(got.agrees(&expected, exact), "{cells:?}: {got:?}, expected {expected:?}");
                good.push((row(&model, cells).unwrap(), got));
            }
            (got, expected) => panic!("{cells:?}: {got:?}, expected {expected:?}"),
        }
    }
    let many: Vec<&(Row<'_>, Answer)> = good.iter().cycle().take(300 * good.len().min(1)).collect();
    let batch: Vec<Row<'_>> = many.iter().map(|(row, _)| row.clone()).collect();
    for (prediction, (_, alone)) in model.predict(&batch).unwrap().iter().zip(many) {
        assert!(answer(prediction, &model).agrees(alone, true), "{prediction:?}, alone {alone:?}");
    }
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
