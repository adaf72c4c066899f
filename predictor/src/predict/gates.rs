//! What `--require` can demand of a prediction run.

use cli_common::error::{Cause, Error, Result};

use super::distribution::Distribution;
use super::sink::Totals;
use crate::drift::{self, Drift};
use crate::gate::{self, Gate, NotJudged, Verdict};
use crate::model::Model;

/// Rows that were read.
const ROWS: &str = "rows";
/// Rows that were rejected, or in percent their share of those read.
const REJECTED: &str = "rejected";

const NO_ROW: &str = "no row was predicted";
const NO_ROW_READ: &str = "there are no rows";

/// Refuses a gate on something that this model's runs do not have.
pub(super) fn check(model: &Model, gates: &[Gate]) -> Result<()> {
    if gates.is_empty() {
        return Ok(());
    }
    let usage = |fact: &str| Err(Error::new(Cause::Usage, fact));
    let columns = model.pipeline().schema().columns();
    let mut known = [drift::METRIC, ROWS, REJECTED].map(str::to_owned).to_vec();
    known.extend(columns.iter().map(|column| format!("missing[{}]", column.name)));
    known.extend(model.labels().iter().map(|label| format!("share[{label}]")));
    gate::check(gates, &known)?;
    let is = |gate: &Gate, metric| gate.metric() == metric;
    if gates.iter().any(|gate| is(gate, drift::METRIC)) && model.reference().is_none() {
        return usage("--require: this model carries no training statistics to judge drift by");
    }
    if gates.iter().any(|gate| is(gate, ROWS) && gate.is_percent()) {
        return usage("--require: `rows` is a number of rows, expected one without %");
    }
    Ok(())
}

/// What gates are judged by.
pub(super) struct Facts<'a> {
    pub(super) model: &'a Model,
    pub(super) totals: &'a Totals,
    pub(super) predictions: &'a Distribution,
    pub(super) drift: Option<&'a Drift>,
}

impl Facts<'_> {
    pub(super) fn judge(&self, gate: &Gate, policy: NotJudged) -> Verdict {
        let Totals { rows, bad, .. } = *self.totals;
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        let no = |why: &str| Some(why.to_owned());
        let (value, place, why) = match gate.metric() {
            drift::METRIC => {
                let worst = self.drift.and_then(Drift::worst);
                let place = worst.map(|(_, column)| format!("column `{column}`"));
                let why = self.drift.and_then(Drift::why_not);
                (worst.map(|(score, _)| score), place, why)
            }
            ROWS => (Some(rows as f64), None, None),
            REJECTED if gate.is_percent() => (share(bad, rows), None, no(NO_ROW_READ)),
            REJECTED => (Some(bad as f64), None, None),
            other => {
                let part = self.column(other).or_else(|| self.label(other));
                (part.and_then(|part| share(part, rows - bad)), None, no(NO_ROW))
            }
        };
        gate.judge(value).at(place).or_else(why, policy)
    }

    /// Missing cells of the column in `missing[column]`.
    fn column(&self, metric: &str) -> Option<u64> {
        let name = metric.strip_prefix("missing[")?.strip_suffix(']')?;
        let columns = self.model.pipeline().schema().columns();
        let index = columns.iter().position(|column| column.name == name)?;
        self.totals.counts.missing.get(index).copied()
    }

    /// Rows of the label in `share[label]`.
    fn label(&self, metric: &str) -> Option<u64> {
        let name = metric.strip_prefix("share[")?.strip_suffix(']')?;
        let index = self.model.labels().iter().position(|label| label == name)?;
        self.predictions.labels.get(index).copied()
    }
}
