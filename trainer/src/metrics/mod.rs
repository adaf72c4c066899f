//! Scores of a fitted model on rows it has not seen.
//!
//! Names and definitions follow scikit-learn 1.9, so that a report of the
//! trainer can be set beside one made there.

mod classification;
mod regression;

pub(crate) use classification::{classification, confusion};
pub(crate) use regression::regression;

/// Scores of labels; the first ranks unless another is asked for.
pub(crate) const CLASSIFICATION: [&str; 5] =
    ["accuracy", "balanced_accuracy", "macro_f1", "log_loss", "roc_auc"];
/// Scores of numbers; the first ranks unless another is asked for.
pub(crate) const REGRESSION: [&str; 3] = ["rmse", "mae", "r2"];

/// The score of clusters: the mean over rows of the squared distance to the nearest centroid, in
/// the units of the scaled features. scikit-learn's inertia, per row.
pub(crate) fn clustering(squared_distances: &[f64]) -> Vec<Metric> {
    let sum: f64 = squared_distances.iter().sum();
    let value = sum / squared_distances.len() as f64;
    vec![Metric { name: "mean_squared_distance", value }]
}

/// Whether less is better: losses and errors, not shares of success.
pub(crate) fn lower_is_better(name: &str) -> bool {
    matches!(name, "log_loss" | "rmse" | "mae")
}

/// Pairs the name of a score, as it appears in reports, with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    /// Name in snake case, such as `roc_auc`.
    pub(crate) name: &'static str,
    /// Value; a score that is undefined is left out, it never becomes not-a-number.
    pub(crate) value: f64,
}

/// Converts a number of rows for use in a quotient.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn count(rows: u64) -> f64 {
    rows as f64
}

#[cfg(test)]
fn assert_metrics(found: &[Metric], expected: &[(&str, f64)]) {
    let names: Vec<&str> = found.iter().map(|metric| metric.name).collect();
    let expected_names: Vec<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected_names);
    for (metric, (name, value)) in found.iter().zip(expected) {
        assert!((metric.value - value).abs() < 1e-12, "{name}: {} != {value}", metric.value);
    }
}
