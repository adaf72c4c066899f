//! Linear family: `dot(features, coefficients) + intercept` per output.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// Name of the coefficient array, `[n_outputs, n_features]`.
pub const COEFFICIENTS: &str = "coefficients";
/// Name of the intercept array, `[n_outputs]`.
pub const INTERCEPTS: &str = "intercepts";

/// Sums of products: one number per output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How many numbers it writes.
    pub n_outputs: u32,
    /// `[n_outputs, n_features]`.
    pub coefficients: ArrayId,
    /// `[n_outputs]`.
    pub intercepts: ArrayId,
}

/// Coefficients and intercepts, all finite.
///
/// The sum runs over the features in order from 0.0, the intercept is added last. One output is a
/// value (regression) or the log-odds of the second class; more outputs are scores whose softmax
/// is the probability of each class.
#[derive(Clone, Debug)]
pub struct Linear {
    input: Run,
    coefficients: Array<f64>,
    intercepts: Array<f64>,
    n_features: usize,
}

impl LinearSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Linear, Run)> {
        let n_features = scope.numbers("input", self.input, false)?;
        let n_outputs = scope.width("outputs", self.n_outputs, 1)?;
        let coefficients = scope.f64s(self.coefficients, &[Some(n_outputs), Some(n_features)])?;
        let intercepts = scope.f64s(self.intercepts, &[Some(n_outputs)])?;
        let output = scope.write((0..n_outputs).map(|_| SlotType::NUMBER))?;
        Ok((Linear { input: self.input, coefficients, intercepts, n_features }, output))
    }
}

impl Linear {
    /// Per output: its coefficients `[n_features]` and its intercept.
    pub fn outputs(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.coefficients
            .as_slice()
            .chunks_exact(self.n_features)
            .zip(self.intercepts.as_slice().iter().copied())
    }
}

impl Facts for Linear {
    const NAME: &'static str = "linear";

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
        self.coefficients.as_slice().len() as u64
    }
}
