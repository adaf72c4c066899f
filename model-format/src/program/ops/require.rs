//! What a row must have, or it is a bad row.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// A row where a number of the run is infinite or missing, or a code of it unknown, has no prediction.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequireSpec {
    /// Any slots.
    pub input: Run,
    /// Whether a missing number is no reason, only an infinite one.
    pub keeps_missing: bool,
}

/// Checked requirement.
#[derive(Clone, Copy, Debug)]
pub struct Require {
    input: Run,
    keeps_missing: bool,
}

impl RequireSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Require, Run)> {
        let types = scope.any("input", self.input)?;
        let required = |slot: SlotType| match slot {
            SlotType::Number { may_be_missing } => {
                SlotType::Number { may_be_missing: may_be_missing && self.keeps_missing }
            }
            SlotType::Probability => SlotType::Probability,
            SlotType::Code { n, .. } => SlotType::Code { n, may_be_unknown: false },
            SlotType::Document => SlotType::Document,
        };
        let output = scope.write(types.into_iter().map(required))?;
        let Self { input, keeps_missing } = *self;
        Ok((Require { input, keeps_missing }, output))
    }
}

impl Require {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Whether a missing number is no reason to refuse a row.
    pub fn keeps_missing(&self) -> bool {
        self.keeps_missing
    }
}

impl Facts for Require {
    const NAME: &'static str = "require";

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
