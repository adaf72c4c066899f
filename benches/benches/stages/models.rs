//! Models of the size that training makes, without training.

use model_format::program::ops::node_trees::pack;
use model_format::v1::{
    ColumnStatistics, EstimatorSpec, Kernel, Manifest, Metric, ReduceMethod, Step, Task, Weights,
};
use model_format::writer::ArrayData;
use model_format::{Artifact, NodeWords};
use predictor::Model;
use tests::models::{self, classes, clusters, numeric, regression, text};

use crate::rows::{LEVELS, RANGE, Random, START};

/// Numeric columns of every model but [`mixed`].
pub(crate) const N_NUMBERS: usize = 20;
/// Columns of [`mixed`].
pub(crate) const N_MIXED: (usize, usize) = (8, 4);
/// Half of what scaled numbers cover: their standard deviation is 1.
const REACH: f64 = 1.73;
/// Golden rows take time at every load.
const N_GOLDEN: usize = 4;

/// Numbers and texts, imputed, scaled and one-hot encoded, and as much of statistics as training
/// writes.
fn manifest(
    (n_numbers, n_texts): (usize, usize),
    task: Task,
    estimator: EstimatorSpec,
) -> Manifest {
    let mut columns: Vec<_> = (0..n_numbers).map(|i| numeric(&format!("x{i}"))).collect();
    columns.extend((0..n_texts).map(|i| text(&format!("t{i}"), &LEVELS, false)));
    let mut manifest = models::manifest(columns, task, estimator);
    for column in manifest.statistics.iter_mut().flatten() {
        if let ColumnStatistics::Numeric { bin_edges, bin_counts, .. } = column {
            *bin_edges = (1..10).map(|bin| START + RANGE / 10.0 * f64::from(bin)).collect();
            *bin_counts = vec![79; 10];
        }
    }
    let middle = vec![START + RANGE / 2.0; n_numbers];
    let stds = vec![RANGE / 12f64.sqrt(); n_numbers];
    manifest.steps =
        vec![Step::Impute { values: middle.clone() }, Step::StandardScale { means: middle, stds }];
    if n_texts > 0 {
        manifest.steps.push(Step::OneHot);
    }
    manifest
}

fn numbers(task: Task, estimator: EstimatorSpec) -> Manifest {
    manifest((N_NUMBERS, 0), task, estimator)
}

fn two_classes() -> Task {
    classes(&["leaves", "stays"])
}

/// The file of a model.
fn file(manifest: &Manifest, arrays: &[ArrayData]) -> Vec<u8> {
    let mut random = Random(64);
    let n_columns = manifest.schema.columns.len();
    let golden = (0..N_GOLDEN).map(|_| {
        let numbers = random.numbers(n_columns, START, START + RANGE);
        numbers.iter().map(|number| format!("{number:.4}")).collect()
    });
    models::complete(manifest, arrays, &golden.collect::<Vec<_>>()).unwrap()
}

fn model(manifest: &Manifest, arrays: &[ArrayData]) -> Model {
    Model::from_artifact(Artifact::parse(&file(manifest, arrays)).unwrap()).unwrap()
}

fn coefficients(n: usize) -> Vec<ArrayData> {
    models::linear(&Random(1).numbers(n, -1.0, 1.0), &[0.25])
}

/// A weighted sum of `n` numbers.
pub(crate) fn linear_of(n: usize) -> Model {
    model(&manifest((n, 0), regression(), EstimatorSpec::Linear), &coefficients(n))
}

/// A weighted sum.
pub(crate) fn linear() -> Model {
    model(&numbers(regression(), EstimatorSpec::Linear), &coefficients(N_NUMBERS))
}

/// The same, and training said nothing of its columns.
pub(crate) fn without_statistics() -> Model {
    let manifest = Manifest { statistics: None, ..numbers(regression(), EstimatorSpec::Linear) };
    model(&manifest, &coefficients(N_NUMBERS))
}

/// A weighted sum of numbers and texts.
pub(crate) fn mixed() -> Model {
    let (n_numbers, n_texts) = N_MIXED;
    let manifest = manifest(N_MIXED, regression(), EstimatorSpec::Linear);
    model(&manifest, &coefficients(n_numbers + n_texts * LEVELS.len()))
}

/// Two labels with their probabilities.
pub(crate) fn logistic() -> Model {
    model(&numbers(two_classes(), EstimatorSpec::Linear), &coefficients(N_NUMBERS))
}

/// A weighted sum of 8 components of 20 numbers.
pub(crate) fn components() -> Model {
    let n_components = 8;
    let mut manifest = numbers(regression(), EstimatorSpec::Linear);
    let method = ReduceMethod::Pca;
    manifest.steps.push(Step::Reduce { method, n_components: n_components as u64 });
    let mut random = Random(2);
    let weights = random.numbers(n_components * N_NUMBERS, -0.5, 0.5);
    let mut arrays = coefficients(n_components);
    arrays.extend(models::projection(&weights, &random.numbers(n_components, -0.1, 0.1)));
    model(&manifest, &arrays)
}

/// A tree, breadth first: a node with more than a `smallest` share of the rows is split, down to
/// `depth`.
fn tree(random: &mut Random, depth: u32, smallest: f64, leaf: (f64, f64)) -> Vec<NodeWords> {
    let mut nodes = Vec::new();
    // Level and share of each node, those that are to come included.
    let mut shares = vec![(0, 1.0)];
    while let Some((level, share)) = shares.get(nodes.len()).copied() {
        if level == depth || share < smallest {
            nodes.push(pack(random.between(leaf.0, leaf.1), 0, 0));
            continue;
        }
        let below = random.between(0.15, 0.85);
        let (left, feature) = (shares.len(), random.below(N_NUMBERS));
        shares.extend([below, 1.0 - below].map(|part| (level + 1, share * part)));
        let threshold = REACH * (2.0 * below - 1.0);
        nodes.push(pack(threshold, left.try_into().unwrap(), feature.try_into().unwrap()));
    }
    nodes
}

/// Trees of depth 12 and about 2,000 nodes each, for two labels.
pub(crate) fn forest_file(n_trees: usize) -> Vec<u8> {
    let mut random = Random(3);
    let trees: Vec<_> =
        (0..n_trees).map(|_| tree(&mut random, 12, 1.0 / 860.0, (0.0, 1.0))).collect();
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    file(&numbers(two_classes(), estimator), &models::trees(&trees))
}

/// 100 such trees.
pub(crate) fn forest() -> Model {
    Model::from_artifact(Artifact::parse(&forest_file(100)).unwrap()).unwrap()
}

/// 100 trees of depth 6 for a number.
pub(crate) fn boosting() -> Model {
    let mut random = Random(4);
    let trees: Vec<_> = (0..100).map(|_| tree(&mut random, 6, 0.0, (-1.0, 1.0))).collect();
    let estimator = EstimatorSpec::BoostedTrees { base_score: 8.0, learning_rate: 0.1 };
    model(&numbers(regression(), estimator), &models::trees(&trees))
}

/// The 5 nearest of 2,000 points for two labels.
pub(crate) fn neighbors() -> Model {
    let (mut random, n_points) = (Random(5), 2_000);
    let points = random.numbers(n_points * N_NUMBERS, -REACH, REACH);
    let targets: Vec<f64> = (0..n_points).map(|_| random.below(2) as f64).collect();
    let estimator = models::nearest(5, Metric::Euclidean, Weights::Uniform);
    model(&numbers(two_classes(), estimator), &models::neighbors(&points, &targets))
}

/// A machine of 1,000 vectors for two labels.
pub(crate) fn support_vectors() -> Model {
    let (mut random, n_vectors) = (Random(6), 1_000);
    let vectors = random.numbers(n_vectors * N_NUMBERS, -REACH, REACH);
    // Most of one sign: golden rows must not cancel.
    let weights = random.numbers(n_vectors, -0.5, 1.0);
    let terms: Vec<(u64, f64)> = (0..).zip(weights).collect();
    let kernel = Kernel::Rbf { gamma: 0.05 };
    let manifest = numbers(two_classes(), EstimatorSpec::SupportVectors { kernel });
    model(&manifest, &models::machines(N_NUMBERS, &vectors, &[(terms.as_slice(), -0.5)]))
}

/// Gaussian naive Bayes of two labels.
pub(crate) fn bayes() -> Model {
    let (mut random, n) = (Random(7), 2 * N_NUMBERS);
    let means = random.numbers(n, -1.0, 1.0);
    let variances = random.numbers(n, 0.5, 1.5);
    let twice: Vec<f64> = variances.iter().map(|variance| 2.0 * variance).collect();
    let half_logs: Vec<f64> = variances.iter().map(|variance| variance.ln() / 2.0).collect();
    let arrays = models::gaussian(&means, &twice, &half_logs, &[-0.7, -0.69]);
    model(&numbers(two_classes(), EstimatorSpec::GaussianNaiveBayes), &arrays)
}

/// The nearest of 8 clusters.
pub(crate) fn centroids() -> Model {
    let names = ["0", "1", "2", "3", "4", "5", "6", "7"];
    let table = Random(8).numbers(names.len() * N_NUMBERS, -REACH, REACH);
    let manifest = numbers(clusters(&names), EstimatorSpec::NearestCentroid);
    model(&manifest, &models::centroids(names.len(), &table))
}
