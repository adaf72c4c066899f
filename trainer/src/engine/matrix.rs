//! smartcore's matrix of numbers.

use cli_common::error::{Error, Result};
use smartcore::linalg::basic::matrix::DenseMatrix;

/// smartcore's matrix of f64.
pub(crate) type Matrix = DenseMatrix<f64>;

/// A column-major smartcore matrix.
///
/// # Errors
///
/// An internal error if smartcore refuses the shape.
pub(crate) fn matrix(n_rows: usize, columns: &[Vec<f64>]) -> Result<Matrix> {
    DenseMatrix::new(n_rows, columns.len(), columns.concat(), true)
        .map_err(|e| Error::internal(format!("smartcore's matrix: {e}")))
}
