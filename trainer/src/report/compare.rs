//! The leaderboard, for people and as JSON.

use std::fmt::Write as _;

use cli_common::text::one_line;
use metrics::Better;
use metrics::text::number;
use serde_json::{Map, Value, json};

use crate::compare::candidate::{Outcome, Score};
use crate::compare::{Comparison, Row, Standing};

/// The leaderboard as a table.
pub(crate) fn table(comparison: &Comparison) -> String {
    let metric = comparison.metric.name;
    let mut text = format!(
        "{:<20} {metric:>17} {:>10} {:>10} {:>10} {:>12}\n",
        "algorithm", "std", "fit s", "us/row", "bytes"
    );
    for Row { algorithm, standing, .. } in &comparison.rows {
        let name = algorithm.name();
        let _ = match standing {
            Standing::Scored(outcome) => {
                let (mean, std) = outcome.score(metric).map(|s| (s.mean(), s.std())).unzip();
                let Outcome { fit_seconds, micros_per_row, bytes, .. } = outcome;
                writeln!(
                    text,
                    "{name:<20} {:>17} {:>10} {fit_seconds:>10.3} {micros_per_row:>10.2} {bytes:>12}",
                    number(mean),
                    number(std)
                )
            }
            Standing::Failed(reason) => writeln!(text, "{name:<20} failed: {}", one_line(reason)),
            Standing::LeftOut(reason) => {
                writeln!(text, "{name:<20} left out: {}", one_line(reason))
            }
        };
    }
    text
}

/// What goes to stderr beside it: warnings, the data, and the model if one was written.
pub(crate) fn summary(comparison: &Comparison) -> String {
    let mut text = String::new();
    for warning in &comparison.warnings {
        let _ = writeln!(text, "warning: {}", one_line(warning));
    }
    let Comparison { n_rows, folds, model, kind, task_reason, seconds, .. } = comparison;
    let (kind, why) = (kind.name(), one_line(task_reason));
    let _ = writeln!(text, "task       {kind}, because: {why}");
    let _ = writeln!(
        text,
        "data       {n_rows} rows, each held out once in {folds} folds, {seconds:.1} s"
    );
    if let Some(artifact) = model {
        let identity = &artifact.manifest().identity;
        let _ = writeln!(
            text,
            "model      {} {}, {} fitted on all rows, {} bytes\nid         {}",
            one_line(&identity.name),
            one_line(&identity.version),
            identity.algorithm,
            artifact.file_len(),
            artifact.id()
        );
    }
    if let Some(signature) = &comparison.signature {
        text += &signature.line();
    }
    text
}

/// The leaderboard as JSON.
pub(crate) fn json(comparison: &Comparison) -> Value {
    let Comparison { target, kind, n_rows, folds, metric, rows, signature, warnings, .. } =
        comparison;
    let model = comparison.model.as_ref().map(|artifact| {
        let identity = &artifact.manifest().identity;
        let mut model = json!({
            "name": identity.name,
            "version": identity.version,
            "algorithm": identity.algorithm,
            "id": artifact.id().to_string(),
            "bytes": artifact.file_len(),
        });
        if let Some(signature) = signature {
            model["signature"] = signature.json();
        }
        model
    });
    json!({
        "target": target,
        "task": kind.name(),
        "task_reason": comparison.task_reason,
        "rows": n_rows,
        "folds": folds,
        "metric": metric.name,
        "lower_is_better": metric.better == Better::Lower,
        "budget_seconds": comparison.budget.map(|budget| budget.as_secs_f64()),
        "seconds": comparison.seconds,
        "leaderboard": rows.iter().map(row).collect::<Vec<_>>(),
        "model": model,
        "warnings": warnings,
    })
}

fn row(Row { algorithm, params, estimate, standing }: &Row) -> Value {
    let params: Map<_, _> =
        params.iter().map(|(key, value)| ((*key).to_owned(), value.clone().into())).collect();
    let mut row = json!({
        "algorithm": algorithm.name(),
        "params": params,
        "estimated_seconds": estimate,
    });
    match standing {
        Standing::Scored(outcome) => {
            let score = |s: &Score| {
                let folds = json!({ "mean": s.mean(), "std": s.std(), "folds": s.folds });
                (s.metric.name.to_owned(), folds)
            };
            row["status"] = "scored".into();
            row["metrics"] = outcome.scores.iter().map(score).collect::<Map<_, _>>().into();
            row["fit_seconds"] = outcome.fit_seconds.into();
            row["predict_microseconds_per_row"] = outcome.micros_per_row.into();
            row["bytes"] = outcome.bytes.into();
        }
        Standing::Failed(reason) => {
            row["status"] = "failed".into();
            row["reason"] = reason.as_str().into();
        }
        Standing::LeftOut(reason) => {
            row["status"] = "left out".into();
            row["reason"] = reason.as_str().into();
        }
    }
    row
}
