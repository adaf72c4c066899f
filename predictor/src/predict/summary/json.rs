//! The summary as JSON; `docs/summary.md` describes it.

use serde_json::{Map, Value, json};

use super::Summary;
use crate::drift::Drift;
use crate::gate::Verdict;
use crate::predict::distribution::Numbers;
use crate::predict::unseen::UnseenValue;

/// Version of the JSON; it rises when a field is taken away or changes its meaning.
const VERSION: u32 = 1;
/// Shares of the rows for which the summary has the number that so many do not exceed.
const QUANTILES: [(&str, f64); 7] = [
    ("p1", 0.01),
    ("p5", 0.05),
    ("p25", 0.25),
    ("p50", 0.5),
    ("p75", 0.75),
    ("p95", 0.95),
    ("p99", 0.99),
];

impl Summary {
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
}

fn object<'a>(pairs: impl Iterator<Item = (&'a String, Value)>) -> Map<String, Value> {
    pairs.map(|(key, value)| (key.clone(), value)).collect()
}

fn values_json(values: &[UnseenValue]) -> Value {
    let value = |v: &UnseenValue| json!({ "value": v.value, "rows": v.rows, "estimated": v.about, "nearest": v.near });
    values.iter().map(value).collect()
}
