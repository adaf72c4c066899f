//! Missing numbers become constants.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::finite::finite;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// A missing number of slot `i` of the run becomes `values[i]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImputeSpec {
    /// Numbers.
    pub input: Run,
    /// One per slot of the run, finite.
    pub values: Vec<f64>,
}

/// Checked imputation.
#[derive(Clone, Debug)]
pub struct Impute {
    input: Run,
    values: Vec<f64>,
}

impl ImputeSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Impute, Run)> {
        let n = scope.numbers("input", self.input, true)?;
        scope.same_length("values", self.values.len(), n)?;
        finite("impute values", &self.values)?;
        let output = scope.write((0..n).map(|_| SlotType::NUMBER))?;
        Ok((Impute { input: self.input, values: self.values.clone() }, output))
    }
}

impl Impute {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// What a missing number of each slot becomes.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

impl Facts for Impute {
    const NAME: &'static str = "impute";

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
