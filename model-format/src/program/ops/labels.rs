//! Numbers to a label.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::ops::support_vectors::n_machines;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// Which rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum LabelRule {
    /// The first of the largest numbers; begins by holding label 0 and the most negative finite f64.
    FirstMaximum,
    /// Label 1 if the number is `>=` this one, else label 0.
    AtLeast(f64),
    /// Label 1 if the number is `>` this one, else label 0.
    Above(f64),
    /// The run holds a decision value per pair of labels, `(0, 1)`, `(0, 2)`, ... `(1, 2)`, ...: one above 0
    /// is a vote for the first of the pair, any other for the second. The first of those with most votes.
    PairVotes {
        /// Number of labels, at least 3.
        n_labels: u32,
    },
    /// The last of the largest numbers; begins as the first maximum does.
    LastMaximum,
}

/// The label of the numbers of the run by `rule`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How they become a label.
    pub rule: LabelRule,
}

/// Checked rule.
#[derive(Clone, Debug)]
pub struct Label {
    input: Run,
    rule: LabelRule,
}

impl LabelSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Label, Run)> {
        let n = scope.numbers("input", self.input, false)?;
        let (fits, n_labels) = match self.rule {
            LabelRule::FirstMaximum | LabelRule::LastMaximum => (n >= 2, n),
            LabelRule::AtLeast(threshold) | LabelRule::Above(threshold) => {
                scope.finite("threshold", &[threshold])?;
                (n == 1, 2)
            }
            LabelRule::PairVotes { n_labels } => {
                let n_labels = n_labels as usize;
                ((3..=n).contains(&n_labels) && n == n_machines(n_labels), n_labels)
            }
        };
        if !fits {
            return Err(scope.error("input", format!("{n} slots do not fit {:?}", self.rule)));
        }
        let n = u32::try_from(n_labels).unwrap_or(u32::MAX);
        let output = scope.write([SlotType::Code { n, may_be_unknown: false }])?;
        Ok((Label { input: self.input, rule: self.rule }, output))
    }
}

impl Label {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// How that becomes a label.
    pub fn rule(&self) -> LabelRule {
        self.rule
    }
}

impl Facts for Label {
    const NAME: &'static str = "label";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        self.input.len.into()
    }
}
