//! Sums of an estimator to probabilities.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// The smallest log-odds whose logistic function exceeds one half in f64: the training library
/// compares `1 / (1 + exp(-z))` with 0.5, and this is where that comparison turns.
pub const LOGIT_OF_SECOND_CLASS: f64 = f64::from_bits(0x3ca8_0000_0000_0001);

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkForm {
    /// One number, the log-odds `z` of the second of two classes, to `1 / (1 + exp(z))` and
    /// `1 / (1 + exp(-z))`; both are 0.5 for `0 <= z < T`, see `docs/format.md`.
    Logistic,
    /// `exp(s - max) / sum`.
    Softmax,
    /// One probability `p`, of the second of two classes, to `1 - p` and `p`.
    Complement,
    /// `s / sum`, or equal shares if the sum is not greater than 0.
    Shares,
}

/// `form` of the numbers of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkSpec {
    /// Numbers, none of them missing; one for those of two classes, else at least two.
    pub input: Run,
    /// Which function.
    pub form: LinkForm,
}

/// Checked link.
#[derive(Clone, Debug)]
pub struct Link {
    input: Run,
    form: LinkForm,
}

impl LinkSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Link, Run)> {
        let n = match self.form {
            LinkForm::Logistic | LinkForm::Softmax => scope.numbers("input", self.input, false)?,
            LinkForm::Complement | LinkForm::Shares => scope.probabilities("input", self.input)?,
        };
        let (fits, n_outputs) = match self.form {
            LinkForm::Logistic | LinkForm::Complement => (n == 1, 2),
            LinkForm::Softmax | LinkForm::Shares => (n >= 2, n),
        };
        if !fits {
            return Err(scope.error("input", format!("{n} slots do not fit {:?}", self.form)));
        }
        let output = scope.write((0..n_outputs).map(|_| SlotType::Probability))?;
        Ok((Link { input: self.input, form: self.form }, output))
    }
}

impl Link {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Which function.
    pub fn form(&self) -> LinkForm {
        self.form
    }
}

impl Facts for Link {
    const NAME: &'static str = "link";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        match self.form {
            LinkForm::Logistic | LinkForm::Softmax => false,
            LinkForm::Complement | LinkForm::Shares => true,
        }
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        u64::from(self.input.len).saturating_mul(64)
    }
}
