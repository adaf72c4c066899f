//! What a run did, for people and as JSON.

mod columns;
mod json;
mod text;

use std::time::{Duration, SystemTime};

use cli_common::error::Result;

use super::clock;
use super::config::Options;
use super::distribution::Distribution;
use super::gates::Facts;
use super::sink::Totals;
use super::unseen::UnseenValue;
use crate::drift::Drift;
use crate::gate::{self, Gate, Verdict};
use crate::model::Model;
use crate::trust::SignedBy;

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
            missing: columns::missing(model, totals),
            unseen: columns::unseen(model, totals, ended.options),
            out_of_range: columns::out_of_range(model, totals),
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
}
