//! Kernels of support vector machines in portable Rust.
//!
//! smartcore takes exp, pow and tanh from the C library, whose last bit differs from machine to
//! machine; these take them from `libm`, as the predictor does, so that both give the same bits
//! everywhere.

use model_format::manifest::Kernel;

/// Rows of a table that are worked on together: what is written stays in the first-level cache.
pub(super) const CHUNK: usize = 1024;

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

/// The kernels of row `i` with the rows from `from` on, written to `out`; `columns` is
/// `[n_features, n_rows]`.
///
/// Feature after feature, so that rows go side by side through registers. Swapping the two rows
/// gives the same bits.
pub(super) fn apply_to_rows(
    kernel: Kernel,
    columns: &[Vec<f64>],
    i: usize,
    from: usize,
    out: &mut [f64],
) {
    let mut start = from;
    for out in out.chunks_mut(CHUNK) {
        out.fill(0.0);
        for column in columns {
            let value = column[i];
            let others = &column[start..start + out.len()];
            if let Kernel::Rbf { .. } = kernel {
                for (sum, other) in out.iter_mut().zip(others) {
                    *sum += (value - other) * (value - other);
                }
            } else if value != 0.0 {
                // Most one-hot features of a row are zero.
                for (sum, other) in out.iter_mut().zip(others) {
                    *sum += value * other;
                }
            }
        }
        start += out.len();
        match kernel {
            Kernel::Linear => {}
            Kernel::Rbf { gamma } => replace(out, |squares| libm::exp(-gamma * squares)),
            Kernel::Polynomial { degree, gamma, coef0 } => {
                replace(out, |dot| power(gamma * dot + coef0, degree));
            }
            Kernel::Sigmoid { gamma, coef0 } => {
                replace(out, |dot| libm::tanh(gamma * dot + coef0));
            }
        }
    }
}

fn replace(values: &mut [f64], by: impl Fn(f64) -> f64) {
    for value in values {
        *value = by(*value);
    }
}

/// `base` to the power of a small whole number, by repeated squaring.
fn power(mut base: f64, mut degree: u64) -> f64 {
    let mut power = 1.0;
    while degree > 0 {
        if degree % 2 == 1 {
            power *= base;
        }
        base *= base;
        degree /= 2;
    }
    power
}
