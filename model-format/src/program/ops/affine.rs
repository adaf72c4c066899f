//! Numbers shifted and scaled, in the form in which they are to be rounded.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// Which two operations, each rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AffineForm {
    /// `(x - a) / b`, with `b` positive and normal.
    SubtractDivide,
    /// `x * a + b`.
    MultiplyAdd,
}

/// Slot `i` of the run becomes `form` of it with `a[i]` and `b[i]`; a missing number stays missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AffineSpec {
    /// Numbers.
    pub input: Run,
    /// Which operations.
    pub form: AffineForm,
    /// The number of the first operation, one per slot, finite.
    pub a: Vec<f64>,
    /// The number of the second operation, one per slot, finite.
    pub b: Vec<f64>,
}

/// Checked shift and scale.
#[derive(Clone, Debug)]
pub struct Affine {
    input: Run,
    form: AffineForm,
    a: Vec<f64>,
    b: Vec<f64>,
}

impl AffineSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Affine, Run)> {
        let missing = scope.numbers_or_missing("input", self.input)?;
        let n = missing.len();
        scope.same_length("a", self.a.len(), n)?;
        scope.same_length("b", self.b.len(), n)?;
        scope.finite("a", &self.a)?;
        scope.finite("b", &self.b)?;
        match self.form {
            AffineForm::SubtractDivide => {
                let small = self.b.iter().enumerate().find(|(_, d)| **d < f64::MIN_POSITIVE);
                if let Some((slot, divisor)) = small {
                    let what = format!("slot {slot} of the run is divided by {divisor:?}");
                    return Err(scope.error("b", what));
                }
            }
            AffineForm::MultiplyAdd => {}
        }
        let number = |may_be_missing| SlotType::Number { may_be_missing };
        let output = scope.write(missing.into_iter().map(number))?;
        let Self { input, form, a, b } = self.clone();
        Ok((Affine { input, form, a, b }, output))
    }
}

impl Affine {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Which operations.
    pub fn form(&self) -> AffineForm {
        self.form
    }

    /// The numbers of the first operation, one per slot.
    pub fn a(&self) -> &[f64] {
        &self.a
    }

    /// The numbers of the second operation, one per slot.
    pub fn b(&self) -> &[f64] {
        &self.b
    }
}

impl Facts for Affine {
    const NAME: &'static str = "affine";

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
