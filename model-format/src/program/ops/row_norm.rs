//! Numbers divided by the size of their row.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// The size of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Norm {
    /// The sum of absolute values.
    Sum,
    /// The square root of the sum of squares.
    Euclidean,
    /// The largest absolute value.
    Maximum,
}

/// Every number of the run is divided by the norm of all; with a norm below `least` they stay.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowNormSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// Which size.
    pub norm: Norm,
    /// The smallest norm that is divided by, above 0.
    pub least: f64,
}

/// Checked norm.
#[derive(Clone, Copy, Debug)]
pub struct RowNorm {
    input: Run,
    norm: Norm,
    least: f64,
}

impl RowNormSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(RowNorm, Run)> {
        let n = scope.numbers("input", self.input, false)?;
        scope.finite("least", &[self.least])?;
        if self.least <= 0.0 {
            return Err(scope.error("least", format!("{:?} is not above 0", self.least)));
        }
        let output = scope.write((0..n).map(|_| SlotType::NUMBER))?;
        let Self { input, norm, least } = *self;
        Ok((RowNorm { input, norm, least }, output))
    }
}

impl RowNorm {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Which size.
    pub fn norm(&self) -> Norm {
        self.norm
    }

    /// The smallest norm that is divided by.
    pub fn least(&self) -> f64 {
        self.least
    }
}

impl Facts for RowNorm {
    const NAME: &'static str = "row-norm";

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
        u64::from(self.input.len).saturating_mul(4)
    }
}
