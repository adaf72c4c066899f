//! Linear family: `dot(features, coefficients) + intercept` per output.

use super::arrays::{Arrays, finite};
use crate::buffer::Array;
use crate::error::Result;
use crate::manifest::Dtype;

/// Name of the coefficient array, `[n_outputs, n_features]`.
pub const COEFFICIENTS: &str = "coefficients";
/// Name of the intercept array, `[n_outputs]`.
pub const INTERCEPTS: &str = "intercepts";

/// Coefficients and intercepts, all finite.
///
/// The sum runs over the features in order from 0.0, the intercept is added last. One output is a
/// value (regression) or the log-odds of the second class; more outputs are scores whose softmax
/// is the probability of each class.
#[derive(Clone, Debug)]
pub struct Linear {
    coefficients: Array<f64>,
    intercepts: Array<f64>,
    n_features: usize,
}

impl Linear {
    pub(crate) fn build(arrays: &Arrays<'_>, n_outputs: usize, n_features: usize) -> Result<Self> {
        arrays.only(&[COEFFICIENTS, INTERCEPTS])?;
        let shape = [Some(n_outputs), Some(n_features)];
        let coefficients = arrays.get::<f64>(COEFFICIENTS, Dtype::F64, &shape)?;
        let intercepts = arrays.get::<f64>(INTERCEPTS, Dtype::F64, &[Some(n_outputs)])?;
        finite("array `coefficients`", coefficients.as_slice())?;
        finite("array `intercepts`", intercepts.as_slice())?;
        Ok(Self { coefficients, intercepts, n_features })
    }

    /// Per output: its coefficients `[n_features]` and its intercept.
    pub fn outputs(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.coefficients
            .as_slice()
            .chunks_exact(self.n_features)
            .zip(self.intercepts.as_slice().iter().copied())
    }
}
