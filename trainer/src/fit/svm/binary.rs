//! One machine: a weighted sum of kernel values.

use model_format::manifest::Kernel;

use super::kernel::apply;

/// One machine: `intercept + sum of coefficients[i] * kernel(row, vectors[i])`.
#[derive(Clone, Debug)]
pub(super) struct BinarySvm {
    /// Places of its support vectors in the list that all machines share.
    pub(super) vectors: Vec<usize>,
    /// Dual coefficients, one per vector.
    pub(super) coefficients: Vec<f64>,
    /// Where the sum begins.
    pub(super) intercept: f64,
}

impl BinarySvm {
    /// The value for a row whose kernel values with all support vectors are `kernels`.
    ///
    /// The order of the sum is smartcore's, and the predictor's.
    pub(super) fn decide(&self, kernels: &[f64]) -> f64 {
        let terms = self.vectors.iter().zip(&self.coefficients);
        terms.fold(self.intercept, |sum, (v, w)| sum + w * kernels[*v])
    }

    /// Whether all its numbers are finite.
    pub(super) fn is_finite(&self) -> bool {
        self.intercept.is_finite() && self.coefficients.iter().all(|w| w.is_finite())
    }
}

/// The kernel values of a row with each of `vectors`.
pub(super) fn kernel_values(kernel: Kernel, row: &[f64], vectors: &[Vec<f64>]) -> Vec<f64> {
    vectors.iter().map(|v| apply(kernel, row, v)).collect()
}
