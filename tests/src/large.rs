//! Models of any size that make the most work of their bytes. Their golden rows have made-up answers:
//! all that happens before answers are compared happens, and then they are refused.

use model_format::NodeWords;
use model_format::program::ops::node_trees::pack;
use model_format::v1::{
    EstimatorSpec, GoldenRows, Kernel, Manifest, Metric, ReduceMethod, Step, Task, Weights,
};
use model_format::writer::{ArrayData, encode_v1};

use crate::models::{self, classes, manifest, numeric, regression, text};

/// A model by name and about its size.
pub type Scalable = (&'static str, fn(usize) -> Vec<u8>);

/// All of them.
pub const ALL: [Scalable; 8] = [
    ("neighbors", neighbors),
    ("branch", branch),
    ("leaves", leaves),
    ("machines", machines),
    ("columns", columns),
    ("levels", levels),
    ("components", components),
    ("many_classes", many_classes),
];

fn unanswered(
    mut manifest: Manifest,
    arrays: &[ArrayData],
    rows: usize,
    numbers: usize,
) -> Vec<u8> {
    let cells = manifest.schema.columns.len() * rows;
    let n_labels = if manifest.task.name() == "regression" { 0 } else { rows };
    manifest.golden = GoldenRows {
        cells: (0..cells).map(|i| (i % 10).to_string()).collect(),
        labels: vec![0; n_labels],
        values: vec![0.5; rows * numbers],
    };
    encode_v1(manifest, arrays).unwrap().0
}

fn numbers(n: usize) -> Vec<f64> {
    (0..n).map(|i| (i % 1000) as f64 / 8.0).collect()
}

fn plain(n_columns: usize, task: Task, estimator: EstimatorSpec) -> Manifest {
    let columns = (0..n_columns).map(|i| numeric(&format!("c{i}"))).collect();
    let mut manifest = manifest(columns, task, estimator);
    manifest.statistics = None;
    manifest
}

/// All points are asked, and each is nearer than the ones before.
pub fn neighbors(n: usize) -> Vec<u8> {
    let points: Vec<f64> = (0..n).map(|i| (n - i) as f64 * 100.0).collect();
    let estimator = models::nearest(n as u64 / 2, Metric::Manhattan, Weights::Distance);
    let arrays = models::neighbors(&points, &numbers(n));
    unanswered(plain(1, regression(), estimator), &arrays, 8, 1)
}

/// A tree that is one long branch: every inner node has a leaf and the next inner node.
pub fn branch(n: usize) -> Vec<u8> {
    let mut nodes: Vec<NodeWords> = Vec::new();
    for i in 0..u32::try_from(n).unwrap() {
        if i > 0 {
            nodes.push(pack(0.0, 0, 0));
        }
        // Breadth first: the leaf, then the inner node that goes on.
        nodes.push(pack(-1.0, 2 * i + 1, 0));
    }
    nodes.extend([pack(0.0, 0, 0), pack(1.0, 0, 0)]);
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    unanswered(plain(1, regression(), estimator), &models::trees(&[nodes]), 64, 1)
}

/// As many trees as there is room for: each a single leaf.
pub fn leaves(n: usize) -> Vec<u8> {
    let forest = vec![vec![pack(1.0, 0, 0)]; n];
    let estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    unanswered(plain(1, regression(), estimator), &models::trees(&forest), 64, 1)
}

/// One machine of `n` vectors.
pub fn machines(n: usize) -> Vec<u8> {
    let terms: Vec<(u64, f64)> = (0..n as u64).map(|i| (i, 1.0)).collect();
    let kernel = Kernel::Polynomial { degree: 64, gamma: 1e-3, coef0: 0.5 };
    let arrays = models::machines(1, &numbers(n), &[(terms.as_slice(), 0.5)]);
    unanswered(plain(1, regression(), EstimatorSpec::SupportVectors { kernel }), &arrays, 16, 1)
}

/// As many columns as `n`, each read by the model.
pub fn columns(n: usize) -> Vec<u8> {
    let arrays = models::linear(&numbers(n), &[0.5]);
    unanswered(plain(n, regression(), EstimatorSpec::Linear), &arrays, 8, 1)
}

/// One categorical column of `n` categories.
pub fn levels(n: usize) -> Vec<u8> {
    let names: Vec<String> = (0..n).map(|i| format!("{i:05}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut manifest =
        manifest(vec![text("t", &names, false)], regression(), EstimatorSpec::Linear);
    manifest.steps = vec![Step::OneHot];
    manifest.schema.missing_tokens = (0..256).map(|i| format!("{i:x<5}")).collect();
    unanswered(manifest, &models::linear(&numbers(n), &[0.5]), 64, 1)
}

/// Components of components: `n` numbers of a projection in all.
pub fn components(n: usize) -> Vec<u8> {
    let width = 512;
    let k = n / width;
    let mut manifest = plain(width, regression(), EstimatorSpec::Linear);
    let method = ReduceMethod::Pca;
    manifest.steps = vec![Step::Reduce { method, n_components: k as u64 }];
    let mut arrays = models::linear(&numbers(k), &[0.5]);
    arrays.extend(models::projection(&numbers(k * width), &numbers(k)));
    unanswered(manifest, &arrays, 64, 1)
}

/// `n` classes of one feature each; naive Bayes has a probability for each.
pub fn many_classes(n: usize) -> Vec<u8> {
    let labels: Vec<String> = (0..n).map(|i| i.to_string()).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let arrays = models::log_table(&numbers(n), &numbers(n));
    let estimator = EstimatorSpec::MultinomialNaiveBayes;
    unanswered(plain(1, classes(&labels), estimator), &arrays, 32, n)
}

/// Softmax over one feature; rows differ in their probabilities and, from small to large, go through
/// the labels. It has golden rows and can be opened.
pub fn softmax(labels: &[String]) -> Vec<u8> {
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let place = |class: usize| class as f64 / labels.len() as f64;
    let all = 0..labels.len();
    let coefficients: Vec<f64> = all.clone().map(|class| 20.0 * place(class)).collect();
    let intercepts: Vec<f64> = all.map(|class| -10.0 * place(class) * place(class)).collect();
    let manifest = plain(1, classes(&labels), EstimatorSpec::Linear);
    let arrays = models::linear(&coefficients, &intercepts);
    models::complete(&manifest, &arrays, &[vec!["0.3".into()]]).unwrap()
}
