//! The parts that models are put together of, and how they get their golden rows.

use model_format::NodeWords;
use model_format::program::ops::support_vectors::n_machines;
use model_format::v1::{
    ColumnKind, ColumnSpec, ColumnStatistics, EstimatorSpec, GoldenRows, Identity, Manifest,
    Metric, Provenance, SchemaSpec, Task, Weights,
};
use model_format::writer::{ArrayData, encode_v1};

use crate::parts::Parts;
use crate::reference::{self, Answer};

/// Encodes a model with golden rows whose expected values are the reference's predictions.
///
/// Left out of `candidates` are the rows that [`golden`] leaves out. `None` if no row is left.
pub fn complete(
    manifest: &Manifest,
    arrays: &[ArrayData],
    candidates: &[Vec<String>],
) -> Option<Vec<u8>> {
    let mut manifest = manifest.clone();
    manifest.golden = GoldenRows { cells: candidates[0].clone(), ..blank_answers(&manifest) };
    let (draft, _) = encode_v1(manifest.clone(), arrays).unwrap();
    manifest.golden = golden(&Parts::of(&draft), candidates)?;
    Some(encode_v1(manifest, arrays).unwrap().0)
}

/// Golden rows whose expected values are the reference's predictions.
///
/// Left out are bad rows, and rows of which two mathematical libraries may say different things.
/// `None` if no row is left.
pub fn golden(parts: &Parts, candidates: &[Vec<String>]) -> Option<GoldenRows> {
    let mut golden = GoldenRows { cells: Vec::new(), labels: Vec::new(), values: Vec::new() };
    for cells in candidates.iter().filter(|cells| reference::is_steady(parts, cells)) {
        let Some(answer) = reference::predict(parts, cells) else { continue };
        match answer {
            Answer::Value(value) => golden.values.push(value),
            Answer::Class(class, numbers) => {
                golden.labels.push(u32::try_from(class).unwrap());
                golden.values.extend(numbers);
            }
        }
        golden.cells.extend_from_slice(cells);
    }
    (!golden.cells.is_empty()).then_some(golden)
}

/// Answers of the right shape for one row.
fn blank_answers(manifest: &Manifest) -> GoldenRows {
    let (labels, n_values) = match (&manifest.task, &manifest.estimator) {
        (Task::Regression { .. }, _) => (Vec::new(), 1),
        (Task::Classification { labels, .. }, EstimatorSpec::SupportVectors { .. }) => {
            (vec![0], n_machines(labels.len()))
        }
        (Task::Classification { labels, .. }, _) => (vec![0], labels.len()),
        (Task::Clustering { .. }, _) => (vec![0], 1),
    };
    GoldenRows { cells: Vec::new(), labels, values: vec![0.0; n_values] }
}

/// A manifest with plausible statistics and provenance; steps, arrays and golden rows are to come.
pub fn manifest(columns: Vec<ColumnSpec>, task: Task, estimator: EstimatorSpec) -> Manifest {
    let n_classes = task.labels().len();
    let statistics = columns.iter().map(|column| statistics(&column.kind)).collect();
    Manifest {
        identity: Identity {
            name: "example ½".into(),
            version: "1.2.3".into(),
            algorithm: "by-hand".into(),
        },
        task,
        schema: SchemaSpec {
            columns,
            missing_tokens: vec![String::new(), "NA".into(), " ? ".into()],
        },
        steps: Vec::new(),
        estimator,
        arrays: Vec::new(),
        golden: GoldenRows { cells: Vec::new(), labels: Vec::new(), values: Vec::new() },
        statistics: Some(statistics),
        provenance: Provenance {
            trainer_version: "0.1.0".into(),
            smartcore_version: "0.7.0".into(),
            created: None,
            options: vec![("seed".into(), "42".into()), ("impute".into(), "median".into())],
            seed: 42,
            data_sha256: std::array::from_fn(|i| u8::try_from(i * 7).unwrap()),
            data_rows: 1000,
            data_columns: 9,
            rows_fitted: 800,
            rows_held_out: 199,
            rows_without_target: 1,
            class_counts: vec![40; n_classes],
            left_out: vec![("id".into(), "unlike in every row".into())],
            metrics: vec![("score".into(), 0.875)],
        },
    }
}

fn statistics(kind: &ColumnKind) -> ColumnStatistics {
    match kind {
        ColumnKind::Numeric => ColumnStatistics::Numeric {
            count: 790,
            missing: 10,
            min: -2.0,
            max: 18.0,
            mean: 7.5,
            std: 3.25,
            quantiles: (-2..19).map(f64::from).collect(),
            bin_edges: vec![0.0, 5.5, 11.0],
            bin_counts: vec![100, 300, 250, 140],
        },
        ColumnKind::Text { levels, .. } => {
            ColumnStatistics::Text { level_counts: vec![5; levels.len()], missing: 3 }
        }
        ColumnKind::Document => ColumnStatistics::Document { count: 797, missing: 3 },
    }
}

/// A numeric column.
pub fn numeric(name: &str) -> ColumnSpec {
    ColumnSpec { name: name.into(), kind: ColumnKind::Numeric }
}

/// A categorical column.
pub fn text(name: &str, levels: &[&str], missing_level: bool) -> ColumnSpec {
    let levels = levels.iter().map(|level| (*level).to_owned()).collect();
    ColumnSpec { name: name.into(), kind: ColumnKind::Text { levels, missing_level } }
}

/// A regression of the column `target`.
pub fn regression() -> Task {
    Task::Regression { target: "target".into() }
}

/// A classification of the column `target`.
pub fn classes(labels: &[&str]) -> Task {
    let labels = labels.iter().map(|label| (*label).to_owned()).collect();
    Task::Classification { target: "target".into(), labels }
}

/// Clusters by these names.
pub fn clusters(names: &[&str]) -> Task {
    Task::Clustering { labels: names.iter().map(|name| (*name).to_owned()).collect() }
}

/// The arrays of a linear model.
pub fn linear(coefficients: &[f64], intercepts: &[f64]) -> Vec<ArrayData> {
    let n_features = coefficients.len() / intercepts.len();
    vec![
        ArrayData::f64("coefficients", &[intercepts.len(), n_features], coefficients),
        ArrayData::f64("intercepts", &[intercepts.len()], intercepts),
    ]
}

/// The arrays of a tree model.
pub fn trees(trees: &[Vec<NodeWords>]) -> Vec<ArrayData> {
    let mut starts = vec![0];
    for tree in trees {
        starts.push(starts[starts.len() - 1] + tree.len() as u64);
    }
    vec![ArrayData::u64("tree_starts", &starts), ArrayData::nodes("tree_nodes", &trees.concat())]
}

/// The arrays of Gaussian naive Bayes.
pub fn gaussian(means: &[f64], twice: &[f64], half_logs: &[f64], priors: &[f64]) -> Vec<ArrayData> {
    let tables = [("means", means), ("twice_variances", twice), ("half_log_variances", half_logs)];
    bayes(&tables, priors)
}

/// The arrays of Bernoulli naive Bayes.
pub fn bernoulli(present: &[f64], absent: &[f64], priors: &[f64]) -> Vec<ArrayData> {
    bayes(&[("log_present", present), ("log_absent", absent)], priors)
}

/// The arrays of multinomial and categorical naive Bayes.
pub fn log_table(logs: &[f64], priors: &[f64]) -> Vec<ArrayData> {
    bayes(&[("log_probabilities", logs)], priors)
}

/// The arrays of a Reduce step; the weights are component by component.
pub fn projection(weights: &[f64], shifts: &[f64]) -> Vec<ArrayData> {
    let shape = [shifts.len(), weights.len() / shifts.len()];
    vec![
        ArrayData::f64("projection", &shape, weights),
        ArrayData::f64("projection_shift", &[shifts.len()], shifts),
    ]
}

/// Nearest neighbours.
pub fn nearest(k: u64, metric: Metric, weights: Weights) -> EstimatorSpec {
    EstimatorSpec::NearestNeighbors { k, metric, weights }
}

/// The arrays of nearest neighbours; the points are feature by feature.
pub fn neighbors(points: &[f64], targets: &[f64]) -> Vec<ArrayData> {
    let shape = [points.len() / targets.len(), targets.len()];
    vec![
        ArrayData::f64("points", &shape, points),
        ArrayData::f64("targets", &[targets.len()], targets),
    ]
}

/// The terms of a machine, each a vector and its weight, and its intercept.
pub type Terms<'a> = (&'a [(u64, f64)], f64);

/// The arrays of support vector machines; the vectors are feature by feature.
pub fn machines(n_features: usize, vectors: &[f64], machines: &[Terms<'_>]) -> Vec<ArrayData> {
    let mut starts = vec![0];
    for (terms, _) in machines {
        starts.push(starts[starts.len() - 1] + terms.len() as u64);
    }
    let terms = machines.iter().flat_map(|(terms, _)| terms.iter().copied());
    let (term_vectors, weights): (Vec<u64>, Vec<f64>) = terms.unzip();
    let intercepts: Vec<f64> = machines.iter().map(|(_, intercept)| *intercept).collect();
    vec![
        ArrayData::f64("support_vectors", &[n_features, vectors.len() / n_features], vectors),
        ArrayData::u64("machine_starts", &starts),
        ArrayData::u64("machine_vectors", &term_vectors),
        ArrayData::f64("machine_weights", &[weights.len()], &weights),
        ArrayData::f64("intercepts", &[intercepts.len()], &intercepts),
    ]
}

/// The array of k-means, cluster by cluster.
pub fn centroids(n_clusters: usize, numbers: &[f64]) -> Vec<ArrayData> {
    vec![ArrayData::f64("centroids", &[n_clusters, numbers.len() / n_clusters], numbers)]
}

fn bayes(tables: &[(&'static str, &[f64])], priors: &[f64]) -> Vec<ArrayData> {
    let n_classes = priors.len();
    let table = |(name, numbers): &(&'static str, &[f64])| {
        ArrayData::f64(*name, &[n_classes, numbers.len() / n_classes], numbers)
    };
    let mut arrays: Vec<ArrayData> = tables.iter().map(table).collect();
    arrays.push(ArrayData::f64("log_priors", &[n_classes], priors));
    arrays
}
