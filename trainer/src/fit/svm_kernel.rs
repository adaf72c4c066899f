//! Kernels of support vector machines in portable Rust.
//!
//! smartcore takes exp, pow and tanh from the C library, whose last bit differs from machine to
//! machine; these take them from `libm`, as the predictor does, so that both give the same bits
//! everywhere.

use cli_common::error::Result;
use model_format::manifest::Kernel;

use crate::engine::guard;

/// Rows up to which the kernels of all pairs are kept: 288 MB.
const MAX_KEPT: usize = 6_000;

/// Training rows and the kernels of their pairs.
#[derive(Debug)]
pub(super) struct Kernels {
    kernel: Kernel,
    /// Each `[n_features]`.
    rows: Vec<Vec<f64>>,
    /// `[n_rows, n_rows]`; empty where that is too much to keep.
    kept: Vec<f64>,
}

impl Kernels {
    /// Computes the kernels of all pairs of rows, if there are not too many.
    pub(super) fn new(kernel: Kernel, rows: Vec<Vec<f64>>, threads: usize) -> Result<Self> {
        let n_rows = rows.len();
        if n_rows > MAX_KEPT {
            return Ok(Self { kernel, rows, kept: Vec::new() });
        }
        let parts = guard::run(threads, |thread| {
            let of = |i: usize| (0..=i).map(|j| apply(kernel, &rows[i], &rows[j])).collect();
            let mine = (thread..n_rows).step_by(threads);
            Ok(mine.map(|i| (i, of(i))).collect::<Vec<(usize, Vec<f64>)>>())
        })?;
        let mut kept = vec![0.0; n_rows * n_rows];
        for (i, row) in parts.into_iter().flatten() {
            for (j, value) in row.into_iter().enumerate() {
                kept[i * n_rows + j] = value;
                kept[j * n_rows + i] = value;
            }
        }
        Ok(Self { kernel, rows, kept })
    }

    /// The kernel of two training rows.
    pub(super) fn get(&self, a: usize, b: usize) -> f64 {
        match self.kept.get(a * self.rows.len() + b) {
            Some(value) => *value,
            None => apply(self.kernel, &self.rows[a], &self.rows[b]),
        }
    }

    /// The training rows, each `[n_features]`.
    pub(super) fn into_rows(self) -> Vec<Vec<f64>> {
        self.rows
    }
}

/// A kernel of two rows, in smartcore's order of operations.
pub(super) fn apply(kernel: Kernel, a: &[f64], b: &[f64]) -> f64 {
    let dot = || a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    match kernel {
        Kernel::Linear => dot(),
        Kernel::Rbf { gamma } => {
            let squares: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
            libm::exp(-gamma * squares)
        }
        Kernel::Polynomial { degree, gamma, coef0 } => {
            libm::pow(gamma * dot() + coef0, degree as f64)
        }
        Kernel::Sigmoid { gamma, coef0 } => libm::tanh(gamma * dot() + coef0),
    }
}
