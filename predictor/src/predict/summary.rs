//! What a run did, for people and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use cli_common::error::Result;
use cli_common::text::one_line;
use serde_json::{Map, Value, json};

use super::sink::Totals;
use crate::drift::Drift;
use crate::gate::{self, Gate, Verdict};
use crate::model::Model;
use crate::trust::SignedBy;

const NO_STATISTICS: &str = "the model says nothing of its training data";

/// Counts of a finished run.
#[derive(Clone, Debug)]
pub struct Summary {
    rows: u64,
    rejected: u64,
    elapsed: Duration,
    id: String,
    name: String,
    version: String,
    signed_by: Option<SignedBy>,
    missing: Vec<(String, u64)>,
    unseen: Vec<(String, u64)>,
    out_of_range: Vec<(String, u64)>,
    unfinished: bool,
    /// `None` if the model carries no statistics.
    drift: Option<Drift>,
    warnings: Vec<String>,
    verdicts: Vec<Verdict>,
}

impl Summary {
    pub(super) fn new(model: &Model, totals: &Totals, elapsed: Duration, gates: &[Gate]) -> Self {
        let schema = model.pipeline().schema();
        let columns = schema.columns();
        let counted = model.reference().zip(totals.compared.as_ref());
        let drift = counted.map(|(reference, batch)| Drift::new(schema, reference, batch));
        let mut warnings = Vec::new();
        if totals.unfinished {
            // Its last number may be a part of one, and nothing else would show it.
            warnings.push("the input ends without a line end: was it cut short?".to_owned());
        }
        warnings.extend(drift.iter().flat_map(|drift| drift.warnings(schema)));
        let worst = drift.as_ref().and_then(Drift::worst);
        let verdict = |gate: &Gate| {
            gate.judge(worst.map(|(score, _)| score))
                .at(worst.map(|(_, column)| format!("column `{column}`")))
        };
        let verdicts = gates.iter().map(verdict).collect();
        let named = |counts: &[u64]| {
            let pairs = columns.iter().zip(counts).filter(|(_, count)| **count > 0);
            pairs.map(|(column, count)| (column.name.clone(), *count)).collect()
        };
        let identity = &model.manifest().identity;
        Self {
            rows: totals.rows,
            rejected: totals.bad,
            elapsed,
            id: model.id().to_string(),
            name: identity.name.clone(),
            version: identity.version.clone(),
            signed_by: model.signed_by().cloned(),
            missing: named(&totals.counts.missing),
            unseen: named(&totals.counts.unseen),
            out_of_range: named(&totals.counts.out_of_range),
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
        let hint = self.drift.as_ref().and_then(Drift::why_not);
        gate::outcome(&self.verdicts).map_err(|e| match hint {
            Some(hint) => e.with_hint(hint),
            None => e,
        })
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

    /// The summary as one JSON object; counts per column hold only columns with a count.
    pub fn json(&self) -> Value {
        let object = |pairs: &[(String, u64)]| {
            pairs.iter().map(|(k, v)| (k.clone(), Value::from(*v))).collect::<Map<_, _>>()
        };
        let mut summary = json!({
            "model": { "name": self.name, "version": self.version, "id": self.id },
            "rows_read": self.rows,
            "rows_predicted": self.rows - self.rejected,
            "rows_rejected": self.rejected,
            "missing_cells": object(&self.missing),
            "unseen_categories": object(&self.unseen),
            "outside_training_range": object(&self.out_of_range),
            "ends_without_line_end": self.unfinished,
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
        for (what, pairs) in [
            ("missing cells", &self.missing),
            ("unseen categories", &self.unseen),
            ("outside training range", &self.out_of_range),
        ] {
            if !pairs.is_empty() {
                let list: Vec<String> = pairs
                    .iter()
                    .map(|(name, count)| format!("{} {count}", one_line(name)))
                    .collect();
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
