//! The summary of a fit, for people and as JSON.

use std::fmt::Write as _;

use cli_common::text::one_line;
use metrics::Scores;
use model_format::Artifact;
use model_format::manifest::{ColumnKind, Task};
use serde_json::{Map, Value, json};

use crate::sign::signer::Signature;

/// A written model and what to tell of it.
pub(crate) struct Trained {
    /// The model as it was written.
    pub(crate) artifact: Artifact,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
    /// What the held-out rows say of it, if there are any.
    pub(crate) held_out: Option<Scores>,
    /// Why this task, and the option that changes it.
    pub(crate) task_reason: String,
    /// The signature beside it, if one was asked for.
    pub(crate) signature: Option<Signature>,
    /// Where the time went.
    pub(crate) seconds: Seconds,
}

/// Where the time of a run went; no part of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seconds {
    /// Reading the file and its target.
    pub(crate) reading: f64,
    /// Fitting the estimator, which begins with its features and ends with its numbers.
    pub(crate) fitting: f64,
    /// Everything, from the options to the model on disk.
    pub(crate) total: f64,
}

/// The summary as text, with tables that fit into a terminal of this width.
pub(crate) fn text(trained: &Trained, width: Option<usize>) -> String {
    let manifest = trained.artifact.manifest();
    let provenance = &manifest.provenance;
    let mut out = String::new();
    for warning in &trained.warnings {
        let _ = writeln!(out, "warning: {}", one_line(warning));
    }
    let kind = |text: bool| {
        let is_text = |c: &&model_format::manifest::ColumnSpec| {
            matches!(c.kind, ColumnKind::Text { .. }) == text
        };
        manifest.schema.columns.iter().filter(is_text).count()
    };
    let labels = manifest.task.labels();
    let n_labels = labels.len();
    let what = match &manifest.task {
        Task::Regression { target } => format!("of number `{}`", one_line(target)),
        Task::Classification { target, .. } => {
            format!("of `{}`, one of {n_labels} labels", one_line(target))
        }
        Task::Clustering { .. } => format!("into {n_labels} clusters"),
    };
    let _ = writeln!(out, "task       {} {what}", manifest.task.name());
    let _ = writeln!(out, "           because: {}", one_line(&trained.task_reason));
    let projection = trained.artifact.pipeline().projection();
    let reduced = projection.map_or(String::new(), |p| format!(" reduced to {}", p.n_components()));
    let _ = writeln!(
        out,
        "data       {} rows fitted, {} held out; {} numeric and {} categorical columns, {} features{reduced}",
        provenance.rows_fitted,
        provenance.rows_held_out,
        kind(false),
        kind(true),
        trained.artifact.pipeline().schema().n_features()
    );
    let _ = writeln!(out, "algorithm  {}", manifest.identity.algorithm);
    let shown: Vec<String> = labels.iter().map(|label| one_line(label)).collect();
    if let Some(scores) = &trained.held_out {
        metrics::text::metrics(scores, &shown, &mut out);
        metrics::text::confusion(scores.confusion(), &shown, width, &mut out);
    } else {
        let _ = writeln!(out, "metrics    none: no rows were held out");
    }
    let _ = writeln!(
        out,
        "model      {} {}, {} bytes, {} golden rows",
        one_line(&manifest.identity.name),
        one_line(&manifest.identity.version),
        trained.artifact.file_len(),
        manifest.golden.cells.len() / manifest.schema.columns.len().max(1)
    );
    let _ = writeln!(out, "id         {}", trained.artifact.id());
    let Seconds { reading, fitting, total } = trained.seconds;
    let _ = writeln!(
        out,
        "time       {total:.2} s, {reading:.2} s of it reading and {fitting:.2} s fitting"
    );
    if let Some(signature) = &trained.signature {
        out += &signature.line();
    }
    out
}

/// The summary as JSON.
pub(crate) fn json(trained: &Trained) -> Value {
    let manifest = trained.artifact.manifest();
    let provenance = &manifest.provenance;
    let labels = manifest.task.labels();
    let pairs = |pairs: &[(String, String)]| {
        pairs.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect::<Map<_, _>>()
    };
    let scores = trained.held_out.as_ref();
    let confusion = scores.map(|scores| scores.confusion().pairs());
    let mut report = json!({
        "name": manifest.identity.name,
        "version": manifest.identity.version,
        "id": trained.artifact.id().to_string(),
        "bytes": trained.artifact.file_len(),
        "task": manifest.task.name(),
        "task_reason": trained.task_reason,
        "target": manifest.task.target(),
        "labels": labels,
        "algorithm": manifest.identity.algorithm,
        "options": pairs(&provenance.options),
        "columns": manifest.schema.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        "features": trained.artifact.pipeline().schema().n_features(),
        "left_out": pairs(&provenance.left_out),
        "rows_fitted": provenance.rows_fitted,
        "rows_held_out": provenance.rows_held_out,
        "rows_without_target": provenance.rows_without_target,
        "metrics": scores.map_or_else(|| json!({}), metrics::json::metrics),
        "baseline": scores.map(|scores| metrics::json::baseline(scores, labels)),
        "confusion": confusion.map_or_else(|| json!([]), metrics::json::table),
        "warnings": trained.warnings,
        "seconds": {
            "reading": trained.seconds.reading,
            "fitting": trained.seconds.fitting,
            "total": trained.seconds.total,
        },
    });
    if let Some(pairs) = confusion.filter(|pairs| pairs.table().is_none()) {
        report["confusion_cells"] = metrics::json::cells(pairs);
    }
    if let Some(signature) = &trained.signature {
        report["signature"] = signature.json();
    }
    report
}
