//! The parts of a manifest that people read: names in the list of metrics, and checks.

use crate::error::{FormatError, Result};
use crate::limits::MAX_ENTRIES;
use crate::manifest::Manifest;
use crate::schema::{count, text};

/// The mean of the target over the fitted rows, among the metrics of a model that predicts numbers.
pub const TRAINING_MEAN: &str = "training_mean";
/// What is put in front of a metric's name for the value that the baseline has: always the most frequent
/// label of training, always its mean.
pub const BASELINE: &str = "baseline_";

/// Checks lengths and control characters: these texts are printed on terminals.
pub(crate) fn check(manifest: &Manifest) -> Result<()> {
    let identity = &manifest.identity;
    let provenance = &manifest.provenance;
    for (what, value) in [
        ("name", &identity.name),
        ("version", &identity.version),
        ("algorithm", &identity.algorithm),
        ("trainer version", &provenance.trainer_version),
        ("smartcore version", &provenance.smartcore_version),
    ] {
        text(what, value)?;
        if value.chars().any(char::is_control) {
            return Err(FormatError::manifest(what, "holds control characters"));
        }
    }
    count("options", provenance.options.len(), 0, MAX_ENTRIES)?;
    count("left-out columns", provenance.left_out.len(), 0, MAX_ENTRIES)?;
    count("metrics", provenance.metrics.len(), 0, MAX_ENTRIES)?;
    let n_classes = manifest.task.labels().len();
    count("class counts", provenance.class_counts.len(), n_classes, n_classes)?;
    match provenance.metrics.iter().find(|(_, value)| !value.is_finite()) {
        Some((name, value)) => {
            Err(FormatError::manifest(format!("metric `{name}`"), format!("{value}")))
        }
        None => Ok(()),
    }
}
