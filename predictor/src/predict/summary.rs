//! What a run did, for people and as JSON.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::sink::Totals;
use crate::model::Model;
use crate::trust::SignedBy;

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
}

impl Summary {
    pub(super) fn new(model: &Model, totals: &Totals, elapsed: Duration) -> Self {
        let columns = model.pipeline().schema().columns();
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
        }
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
                let list: Vec<String> =
                    pairs.iter().map(|(name, count)| format!("{name} {count}")).collect();
                let _ = writeln!(text, "{what}: {}", list.join(", "));
            }
        }
        let _ = writeln!(text, "model: {} {} {}", self.name, self.version, self.id);
        if let Some(signed_by) = &self.signed_by {
            let _ = writeln!(text, "signed by: {signed_by}");
        }
        text
    }
}
