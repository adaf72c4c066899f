//! What a run did, for people and as JSON.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use cli_common::error::Result;
use cli_common::text::one_line;
use model_format::manifest::ColumnKind;
use serde_json::{Map, Value, json};

use super::clock;
use super::config::Options;
use super::distribution::{Distribution, Numbers};
use super::gates::Facts;
use super::sink::Totals;
use super::unseen::UnseenValue;
use crate::count::Counts;
use crate::drift::{Drift, Reference};
use crate::gate::{self, Gate, Verdict};
use crate::model::Model;
use crate::number::NumberFormat;
use crate::trust::SignedBy;

const NO_STATISTICS: &str = "the model says nothing of its training data";

/// Version of the JSON; it rises when a field is taken away or changes its meaning.
const VERSION: u32 = 1;
/// Shares of the rows that numbers are told for which so many do not exceed.
const QUANTILES: [(&str, f64); 7] = [
    ("p1", 0.01),
    ("p5", 0.05),
    ("p25", 0.25),
    ("p50", 0.5),
    ("p75", 0.75),
    ("p95", 0.95),
    ("p99", 0.99),
];

/// How a run was asked for, and how it ended.
pub(super) struct Ended<'a> {
    pub(super) options: &'a Options,
    pub(super) input: &'a str,
    pub(super) started: SystemTime,
    pub(super) finished: SystemTime,
    pub(super) elapsed: Duration,
    /// What there is to say of the input.
    pub(super) warnings: &'a [String],
    /// What is judged.
    pub(super) gates: &'a [Gate],
    /// Why it ended early, if it did.
    pub(super) stopped: Option<&'a str>,
}

/// Counts of a finished run.
#[derive(Clone, Debug)]
pub struct Summary {
    input: String,
    started: String,
    finished: String,
    rows: u64,
    rejected: u64,
    elapsed: Duration,
    /// Why the run ended early.
    stopped: Option<String>,
    id: String,
    name: String,
    version: String,
    signed_by: Option<SignedBy>,
    threshold: Option<f64>,
    labels: Vec<String>,
    predictions: Distribution,
    missing: Vec<(String, u64)>,
    unseen: Vec<(String, u64, Vec<UnseenValue>)>,
    /// With whether there are more than chance explains.
    out_of_range: Vec<(String, u64, bool)>,
    unfinished: bool,
    /// `None` if the model carries no statistics.
    drift: Option<Drift>,
    warnings: Vec<String>,
    verdicts: Vec<Verdict>,
}

impl Summary {
    pub(super) fn new(model: &Model, totals: &Totals, ended: &Ended<'_>) -> Self {
        let schema = model.pipeline().schema();
        let counted = model.reference().zip(totals.compared.as_ref());
        let drift = counted.map(|(reference, batch)| Drift::new(schema, reference, batch));
        let mut warnings = ended.warnings.to_vec();
        if totals.unfinished {
            // Its last number may be a part of one, and nothing else would show it.
            warnings.push("the input ends without a line end: was it cut short?".to_owned());
        }
        warnings.extend(drift.iter().flat_map(|drift| drift.warnings(schema)));
        let predictions = &totals.predictions;
        let facts = Facts { model, totals, predictions, drift: drift.as_ref() };
        let verdict = |gate: &Gate| facts.judge(gate, ended.options.not_judged);
        let verdicts = ended.gates.iter().map(verdict).collect();
        let identity = &model.manifest().identity;
        Self {
            input: ended.input.to_owned(),
            started: clock::utc(ended.started),
            finished: clock::utc(ended.finished),
            rows: totals.rows,
            rejected: totals.bad,
            elapsed: ended.elapsed,
            stopped: ended.stopped.map(str::to_owned),
            id: model.id().to_string(),
            name: identity.name.clone(),
            version: identity.version.clone(),
            signed_by: model.signed_by().cloned(),
            threshold: ended.options.threshold,
            labels: model.labels().to_vec(),
            predictions: totals.predictions.clone(),
            missing: missing(model, totals),
            unseen: unseen(model, totals, ended.options),
            out_of_range: out_of_range(model, totals),
            unfinished: totals.unfinished,
            verdicts,
            warnings,
            drift,
        }
    }

    /// Whether every gate was met.
    ///
    /// # Errors
    ///
    /// [`Cause::Gate`](crate::Cause::Gate) with a fact per gate that was not.
    pub fn outcome(&self) -> Result<()> {
        let hint = "with --not-judged pass a gate that cannot be judged is passed over";
        let fails = self.verdicts.iter().any(Verdict::fails_unjudged);
        gate::outcome(&self.verdicts).map_err(|e| if fails { e.with_hint(hint) } else { e })
    }

    /// How far the worst column is from the training data, see `docs/design.md`; `None` if the
    /// model carries no statistics, or there are fewer than 30 rows in the batch.
    pub fn drift(&self) -> Option<f64> {
        self.drift.as_ref().and_then(Drift::worst).map(|(score, _)| score)
    }

    /// Rows per second of the whole run.
    fn rows_per_second(&self) -> f64 {
        self.rows as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// The summary as one JSON object, see `docs/summary.md`; counts per column hold only columns
    /// with a count.
    pub fn json(&self) -> Value {
        let mut summary = json!({
            "summary_version": VERSION,
            "input": self.input,
            "started": self.started,
            "finished": self.finished,
            "stopped": self.stopped,
            "model": { "name": self.name, "version": self.version, "id": self.id },
            "threshold": self.threshold,
            "rows_read": self.rows,
            "rows_predicted": self.rows - self.rejected,
            "rows_rejected": self.rejected,
            "predictions": self.predictions_json(),
            "missing_cells": object(self.missing.iter().map(|(k, n)| (k, json!(n)))),
            "unseen_categories": object(self.unseen.iter().map(|(k, n, _)| (k, json!(n)))),
            "unseen_values": object(self.unseen.iter().map(|(k, _, values)| (k, values_json(values)))),
            "outside_training_range": object(self.out_of_range.iter().map(|(k, n, _)| (k, json!(n)))),
            "ends_without_line_end": self.unfinished,
            "warnings": self.warnings,
            "drift": self.drift(),
            "rows_compared": self.drift.as_ref().map(Drift::rows),
            "columns": self.drift.as_ref().map(Drift::json),
            "gates": self.verdicts.iter().map(Verdict::json).collect::<Value>(),
            "seconds": self.elapsed.as_secs_f64(),
            "rows_per_second": self.rows_per_second(),
        });
        if let Some(signed_by) = &self.signed_by {
            summary["model"]["signature"] = signed_by.json();
        }
        summary
    }

    /// Rows per label, or how the predicted numbers are spread.
    fn predictions_json(&self) -> Value {
        let rows = self.rows - self.rejected;
        if !self.labels.is_empty() {
            let share = |count: u64| (rows > 0).then(|| count as f64 / rows as f64);
            let label = |(label, count): (&String, &u64)| json!({ "label": label, "rows": count, "share": share(*count) });
            let labels = self.labels.iter().zip(&self.predictions.labels).map(label);
            return json!({ "labels": labels.collect::<Value>() });
        }
        let numbers = Some(&self.predictions.numbers).filter(|numbers| numbers.rows > 0);
        let quantile =
            |(name, share): (&str, f64)| (name.to_owned(), json!(self.predictions.quantile(share)));
        json!({
            "min": numbers.map(|numbers| numbers.min),
            "max": numbers.map(|numbers| numbers.max),
            "mean": numbers.map(|numbers| numbers.mean).filter(|mean| mean.is_finite()),
            "std": numbers.map(Numbers::std).filter(|std| std.is_finite()),
            "quantiles": QUANTILES.map(quantile).into_iter().collect::<Map<_, _>>(),
        })
    }

    /// The most frequent labels, or how the predicted numbers are spread.
    fn predictions_text(&self) -> Option<String> {
        /// Labels that are listed.
        const LISTED: usize = 5;
        let rows = self.rows - self.rejected;
        if rows == 0 {
            return None;
        }
        if self.labels.is_empty() {
            let Numbers { min, max, mean, .. } = self.predictions.numbers;
            let median = self.predictions.quantile(0.5).unwrap_or(mean);
            let [min, median, mean, max] = [min, median, mean, max].map(four_digits);
            return Some(format!("min {min}, median {median}, mean {mean}, max {max}"));
        }
        let mut labels: Vec<_> = self.labels.iter().zip(&self.predictions.labels).collect();
        labels.sort_by(|a, b| b.1.cmp(a.1));
        let share = |count: u64| 100.0 * count as f64 / rows as f64;
        let label = |(label, count): &(&String, &u64)| {
            format!("`{}` {count} ({:.1} %)", shorten(label), share(**count))
        };
        let mut list: Vec<String> = labels.iter().take(LISTED).map(label).collect();
        if labels.len() > LISTED {
            let rest = labels[LISTED..].iter().map(|(_, count)| **count).sum::<u64>();
            list.push(format!("{} other labels {rest}", labels.len() - LISTED));
        }
        Some(list.join(", "))
    }

    /// The summary as a few lines of text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "rows: {} read, {} predicted, {} rejected in {:.2} s ({:.0} rows/s)\n",
            self.rows,
            self.rows - self.rejected,
            self.rejected,
            self.elapsed.as_secs_f64(),
            self.rows_per_second(),
        );
        if let Some(predictions) = self.predictions_text() {
            let _ = writeln!(text, "predictions: {predictions}");
        }
        if let Some(threshold) = self.threshold {
            let _ = writeln!(text, "threshold: the second label from probability {threshold} on");
        }
        let counted = |(name, count): &(String, u64)| format!("{} {count}", one_line(name));
        let unseen = |(name, count, values): &(String, u64, Vec<UnseenValue>)| {
            format!("{} {count}{}", one_line(name), values_text(values))
        };
        let outside = self.out_of_range.iter().filter(|(_, _, more)| *more);
        for (what, list) in [
            ("missing cells", self.missing.iter().map(counted).collect::<Vec<_>>()),
            ("unseen categories", self.unseen.iter().map(unseen).collect()),
            (
                "outside training range",
                outside.map(|(name, count, _)| format!("{} {count}", one_line(name))).collect(),
            ),
        ] {
            if !list.is_empty() {
                let _ = writeln!(text, "{what}: {}", list.join(", "));
            }
        }
        let (name, version) = (one_line(&self.name), one_line(&self.version));
        let _ = writeln!(text, "model: {name} {version} {}", self.id);
        if let Some(signed_by) = &self.signed_by {
            let _ = writeln!(text, "signed by: {signed_by}");
        }
        let why_not = self.drift.as_ref().map_or(Some(NO_STATISTICS.into()), Drift::why_not);
        if let Some(why_not) = why_not {
            let _ = writeln!(text, "drift: not judged, {why_not}");
        }
        for verdict in &self.verdicts {
            let _ = writeln!(text, "gate: {}", verdict.text());
        }
        for warning in &self.warnings {
            let _ = writeln!(text, "warning: {}", one_line(warning));
        }
        text
    }
}

/// Missing cells of the columns that have any.
fn missing(model: &Model, totals: &Totals) -> Vec<(String, u64)> {
    let columns = model.pipeline().schema().columns().iter().zip(&totals.counts.missing);
    columns.filter(|(_, n)| **n > 0).map(|(column, n)| (column.name.clone(), *n)).collect()
}

/// Unseen categories of the columns that have any, and the most frequent of them.
fn unseen(
    model: &Model,
    totals: &Totals,
    options: &Options,
) -> Vec<(String, u64, Vec<UnseenValue>)> {
    let schema = model.pipeline().schema();
    let missing = options.missing.as_ref().unwrap_or(schema.missing());
    let mut list = Vec::new();
    for (i, text) in schema.text().iter().enumerate() {
        let count = totals.counts.unseen.get(text.column).copied().unwrap_or_default();
        let column = &schema.columns()[text.column];
        let levels = match &column.kind {
            ColumnKind::Text { levels, .. } => levels.as_slice(),
            ColumnKind::Numeric => &[],
        };
        if count > 0 {
            let values = totals.unseen.of(i, count, levels, missing);
            list.push((column.name.clone(), count, values));
        }
    }
    list
}

/// Values outside of the training range of the columns that have any, and whether there are more
/// than chance explains.
fn out_of_range(model: &Model, totals: &Totals) -> Vec<(String, u64, bool)> {
    let Counts { missing, out_of_range, .. } = &totals.counts;
    let rows = totals.rows - totals.bad;
    let columns = model.pipeline().schema().columns().iter().enumerate();
    columns
        .zip(out_of_range.iter().zip(missing))
        .filter(|(_, (outside, _))| **outside > 0)
        .map(|((index, column), (outside, missing))| {
            let values = rows.saturating_sub(*missing);
            let is_outside = |r: &Reference| r.is_outside(index, *outside, values);
            let more = model.reference().is_some_and(is_outside);
            (column.name.clone(), *outside, more)
        })
        .collect()
}

fn object<'a>(pairs: impl Iterator<Item = (&'a String, Value)>) -> Map<String, Value> {
    pairs.map(|(key, value)| (key.clone(), value)).collect()
}

fn values_json(values: &[UnseenValue]) -> Value {
    let value = |v: &UnseenValue| json!({ "value": v.value, "rows": v.rows, "estimated": v.about, "nearest": v.near });
    values.iter().map(value).collect()
}

/// ` (`1.0` 12, in training `1`?; `Rom` 1)`.
fn values_text(values: &[UnseenValue]) -> String {
    let value = |v: &UnseenValue| {
        let about = if v.about { "about " } else { "" };
        let near = v.near.as_ref();
        let near = near.map(|near| format!(", did training call it `{}`?", shorten(near)));
        format!("`{}` {about}{}{}", shorten(&v.value), v.rows, near.unwrap_or_default())
    };
    let list: Vec<String> = values.iter().map(value).collect();
    if list.is_empty() { String::new() } else { format!(" ({})", list.join("; ")) }
}

/// The beginning of a text, on one line.
fn shorten(text: &str) -> String {
    /// Longest text shown.
    const SHOWN: usize = 40;
    let line = one_line(text);
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.clone(),
    }
}

/// A number for people.
fn four_digits(number: f64) -> String {
    let mut out = Vec::new();
    if number.is_finite() {
        NumberFormat { precision: Some(4) }.write(number, &mut out);
    }
    String::from_utf8_lossy(&out).into_owned()
}
