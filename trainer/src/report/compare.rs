//! The leaderboard, for people and as JSON.

use std::fmt::Write as _;

use cli_common::text::one_line;
use metrics::text::number;
use metrics::{Behind, Better};
use serde_json::{Map, Value, json};

use crate::compare::candidate::{Outcome, Score};
use crate::compare::{Comparison, Row, Standing};

/// Columns of the whole table.
const WHOLE: usize = 96;

/// The leaderboard as a table; in a narrow terminal without times and sizes. The baseline stands at its
/// rank: what is below it is worth nothing.
pub(crate) fn table(comparison: &Comparison, width: Option<usize>) -> String {
    let whole = width.is_none_or(|width| width >= WHOLE);
    let metric = comparison.metric;
    let mut text =
        format!("{:<20} {:>17} {:>10} {:>10}", "algorithm", metric.name, "std", "behind");
    if whole {
        let _ = write!(text, " {:>10} {:>10} {:>12}", "fit s", "us/row", "bytes");
    }
    text.push('\n');
    let baseline = comparison.baseline.iter().find(|score| score.metric.name == metric.name);
    let mut waiting = baseline;
    for row in &comparison.rows {
        let score = if let Standing::Scored(outcome) = &row.standing {
            outcome.score(metric.name)
        } else {
            None
        };
        let mean = score.map(Score::mean);
        if let Some(constant) = waiting
            .take_if(|constant| mean.is_none_or(|mean| !metric.is_better(mean, constant.mean())))
        {
            let behind = comparison.behind_best(&constant.folds);
            line("(baseline)", constant, behind, &mut text);
            text.push('\n');
        }
        let name = row.algorithm.name();
        match &row.standing {
            Standing::Scored(outcome) => {
                if let Some(score) = score {
                    line(name, score, comparison.behind(row), &mut text);
                }
                if whole {
                    let Outcome { fit_seconds, micros_per_row, bytes, .. } = outcome;
                    let _ = write!(text, " {fit_seconds:>10.3} {micros_per_row:>10.2} {bytes:>12}");
                }
            }
            Standing::Failed(reason) => {
                let _ = write!(text, "{name:<20} failed: {}", one_line(reason));
            }
            Standing::LeftOut(reason) => {
                let _ = write!(text, "{name:<20} left out: {}", one_line(reason));
            }
        }
        text.push('\n');
    }
    if let Some(constant) = waiting {
        line("(baseline)", constant, comparison.behind_best(&constant.folds), &mut text);
        text.push('\n');
    }
    if let (false, Some(best)) = (comparison.within_noise().is_empty(), comparison.best()) {
        let name = best.algorithm.name();
        let _ = writeln!(
            text,
            "~ within noise of {name}: the mean difference over the folds is at most its standard error"
        );
    }
    if !whole {
        text += "fit s, us/row and bytes are in --json, or in a wider terminal\n";
    }
    text
}

/// Name, mean, deviation, and how far behind the best: `~` if that is no more than chance.
fn line(name: &str, score: &Score, behind: Option<Behind>, text: &mut String) {
    let (mean, std) = (number(Some(score.mean())), number(Some(score.std())));
    let behind = behind.map_or_else(
        || "-".into(),
        |behind| {
            format!("{}{}", if behind.is_noise() { "~" } else { "" }, number(Some(behind.mean)))
        },
    );
    let _ = write!(text, "{name:<20} {mean:>17} {std:>10} {behind:>10}");
}

/// What goes to stderr beside it: warnings, the data, and the model if one was written.
pub(crate) fn summary(comparison: &Comparison) -> String {
    let mut text = String::new();
    for warning in &comparison.warnings {
        let _ = writeln!(text, "warning: {}", one_line(warning));
    }
    let Comparison { n_rows, n_held_out, folds, model, kind, task_reason, seconds, .. } =
        comparison;
    let (kind, why) = (kind.name(), one_line(task_reason));
    let _ = writeln!(text, "task       {kind}, because: {why}");
    let always = match n_rows - n_held_out {
        0 => "each held out once".to_owned(),
        n => format!("{n_held_out} of them held out once and {n} in every training part,"),
    };
    let _ = writeln!(text, "data       {n_rows} rows, {always} in {folds} folds, {seconds:.1} s");
    if let Some(best) = comparison.best() {
        let name = best.algorithm.name();
        let _ = match comparison.within_noise().as_slice() {
            [] => writeln!(text, "best       {name}"),
            others => writeln!(text, "best       {name}, within noise of {}", others.join(", ")),
        };
    }
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
    let Comparison { target, kind, n_rows, n_held_out, folds, metric, .. } = comparison;
    let Comparison { baseline, rows, signature, warnings, .. } = comparison;
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
        "rows_held_out": n_held_out,
        "baseline": { "metrics": folds_of(baseline) },
        "leaderboard": rows.iter().map(|of| row(of, comparison.behind(of))).collect::<Vec<_>>(),
        "within_noise_of_best": comparison.within_noise(),
        "model": model,
        "warnings": warnings,
    })
}

/// Metrics by name, with their folds.
fn folds_of(scores: &[Score]) -> Map<String, Value> {
    let score = |s: &Score| {
        let folds = json!({ "mean": s.mean(), "std": s.std(), "folds": s.folds });
        (s.metric.name.to_owned(), folds)
    };
    scores.iter().map(score).collect()
}

fn row(Row { algorithm, params, estimate, standing }: &Row, behind: Option<Behind>) -> Value {
    let params: Map<_, _> =
        params.iter().map(|(key, value)| ((*key).to_owned(), value.clone().into())).collect();
    let mut row = json!({
        "algorithm": algorithm.name(),
        "params": params,
        "estimated_seconds": estimate,
    });
    match standing {
        Standing::Scored(outcome) => {
            row["status"] = "scored".into();
            row["metrics"] = folds_of(&outcome.scores).into();
            row["behind_best"] = json!(behind.map(|behind| json!({
                "mean": behind.mean,
                "standard_error": behind.standard_error,
                "within_noise": behind.is_noise(),
            })));
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
