//! Support vector machines, and other weighted sums of kernels, for a block of rows.
//!
//! The kernel of several rows with each vector is computed side by side, or that of one row with several
//! vectors, each as a sum over the features in order; every machine then adds its own terms in their
//! stored order.

use model_format::program::ops::kernel_function::{KernelFunction, Terms};
use model_format::program::ops::support_vectors::{SupportVectors, pairs};

use super::exp::exp_all;
use super::sums::{add_terms, difference, square};
use crate::block::{Features, MIN_ROWS};
use crate::wide::{self, Width};

/// Rows that go side by side; a block has room for a multiple of them.
const LANES: usize = MIN_ROWS;
/// Fewer rows than these go one by one.
const FEW_ROWS: usize = 8;
/// With more vectors, rows go one by one: their kernels side by side would take over a MiB per thread.
const MANY_VECTORS: usize = 8192;
/// Vectors whose kernels with one row are computed together.
const TILE: usize = 256;

/// Appends decision values or values, row-major `[rows, n_machines]`; the features must be
/// expanded.
pub(crate) fn score(
    machines: &SupportVectors,
    features: &Features<'_>,
    width: Width,
    values: &mut Vec<f64>,
) {
    let (n_rows, n_vectors) = (features.len(), machines.n_vectors());
    let mut first = 0;
    if n_vectors <= MANY_VECTORS && n_rows >= FEW_ROWS {
        let mut kernel_values = vec![[0.0; LANES]; n_vectors];
        while n_rows - first >= FEW_ROWS {
            let rows = LANES.min(n_rows - first);
            width.run(RowsTogether {
                machines,
                features,
                first,
                kernel_values: &mut kernel_values,
            });
            add_up(machines, rows, &kernel_values, values);
            first += rows;
        }
    }
    if first < n_rows {
        let mut kernel_values = vec![[0.0]; n_vectors];
        for row in first..n_rows {
            let row: Vec<f64> =
                features.values().chunks_exact(features.capacity()).map(|f| f[row]).collect();
            let kernels = kernel_values.as_flattened_mut();
            width.run(OneRow { machines, row: &row, kernel_values: kernels });
            add_up(machines, 1, &kernel_values, values);
        }
    }
}

/// Appends the values of every machine for `rows` rows, of whose kernels with each vector there are as many
/// or more.
fn add_up<const LANES: usize>(
    machines: &SupportVectors,
    rows: usize,
    kernel_values: &[[f64; LANES]],
    values: &mut Vec<f64>,
) {
    let (start, n_machines) = (values.len(), machines.machines().len());
    values.resize(start + rows * n_machines, 0.0);
    for (at, machine) in machines.machines().iter().enumerate() {
        let mut sums = [machine.intercept; LANES];
        for (vector, weight) in machines.terms(machine) {
            for (sum, value) in sums.iter_mut().zip(kernel_values[vector]) {
                *sum += weight * value;
            }
        }
        let values = values[start + at..].iter_mut().step_by(n_machines);
        values.zip(sums).for_each(|(value, sum)| *value = sum);
    }
}

/// The kernel of every vector with the rows `first..first + LANES`. Those past the last row are of an
/// earlier block, and what comes of them is not used.
struct RowsTogether<'a> {
    machines: &'a SupportVectors,
    features: &'a Features<'a>,
    first: usize,
    kernel_values: &'a mut [[f64; LANES]],
}

impl wide::Kernel for RowsTogether<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let kernel = self.machines.kernel();
        let sums = match kernel.terms() {
            Terms::Squares => self.sums(square),
            Terms::Products => self.sums(|x, v| x * v),
            Terms::Differences => self.sums(difference),
        };
        finish(kernel, sums.as_flattened_mut());
    }
}

impl<'a> RowsTogether<'a> {
    /// Sums of `term(x, v)` over the features. An empty one is -0.0 where the training library adds up.
    #[inline(always)]
    fn sums(self, term: impl Fn(f64, f64) -> f64) -> &'a mut [[f64; LANES]] {
        let Self { machines, features, first, kernel_values } = self;
        let columns = features.values().chunks_exact(features.capacity());
        let vectors = machines.vectors().chunks_exact(kernel_values.len().max(1));
        for (v, values) in kernel_values.iter_mut().enumerate() {
            // A copy, so that nothing else can see it and it need not be in memory.
            let mut sums = [-0.0; LANES];
            for (column, vectors) in columns.clone().zip(vectors.clone()) {
                let Some(rows) = column[first..].first_chunk::<LANES>() else { break };
                for (sum, x) in sums.iter_mut().zip(rows) {
                    *sum += term(*x, vectors[v]);
                }
            }
            *values = sums;
        }
        kernel_values
    }
}

/// The kernel of one row with every vector.
struct OneRow<'a> {
    machines: &'a SupportVectors,
    row: &'a [f64],
    kernel_values: &'a mut [f64],
}

impl wide::Kernel for OneRow<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { machines, row, kernel_values } = self;
        let (vectors, n_vectors) = (machines.vectors(), kernel_values.len());
        for (first, sums) in (0..).step_by(TILE).zip(kernel_values.chunks_mut(TILE)) {
            match machines.kernel().terms() {
                Terms::Squares => add_terms(row, vectors, n_vectors, first, sums, -0.0, square),
                Terms::Products => {
                    add_terms(row, vectors, n_vectors, first, sums, -0.0, |x, v| x * v);
                }
                Terms::Differences => {
                    add_terms(row, vectors, n_vectors, first, sums, -0.0, difference);
                }
            }
            finish(machines.kernel(), sums);
        }
    }
}

/// Sums over the features to kernels.
#[inline(always)]
fn finish(kernel: KernelFunction, sums: &mut [f64]) {
    match kernel {
        KernelFunction::Linear | KernelFunction::SquaredDistance | KernelFunction::Manhattan => {}
        KernelFunction::Rbf { gamma } | KernelFunction::Laplacian { gamma } => {
            for sum in &mut *sums {
                *sum *= -gamma;
            }
            exp_all(sums);
        }
        KernelFunction::Polynomial { degree, gamma, coef0 } => {
            for sum in sums {
                *sum = libm::pow(gamma * *sum + coef0, degree as f64);
            }
        }
        KernelFunction::Sigmoid { gamma, coef0 } => {
            for sum in sums {
                *sum = libm::tanh(gamma * *sum + coef0);
            }
        }
        KernelFunction::Matern { order } => {
            let scale = (2 * order + 1) as f64;
            for sum in sums {
                let r = (scale * *sum).sqrt();
                let polynomial = match order {
                    0 => 1.0,
                    1 => 1.0 + r,
                    _ => 1.0 + r + r * r / 3.0,
                };
                *sum = polynomial * libm::exp(-r);
            }
        }
        KernelFunction::RationalQuadratic { gamma, alpha } => {
            for sum in sums {
                *sum = libm::pow(1.0 + gamma * *sum, -alpha);
            }
        }
        KernelFunction::Distance => {
            for sum in sums {
                *sum = sum.sqrt();
            }
        }
    }
}

/// The class of a row: two classes by the sign, more by the votes of all pairs; the earlier class
/// wins a tie.
pub(crate) fn vote(decisions: &[f64], n_classes: usize) -> u32 {
    if let [decision] = decisions {
        return u32::from(*decision > 0.0);
    }
    let mut votes = vec![0u32; n_classes];
    for ((first, second), decision) in pairs(n_classes).zip(decisions) {
        votes[if *decision > 0.0 { first } else { second }] += 1;
    }
    let mut winner = (0, 0);
    for (class, votes) in (0..).zip(votes) {
        if votes > winner.1 {
            winner = (class, votes);
        }
    }
    winner.0
}

#[cfg(test)]
mod tests {
    use super::vote;

    #[test]
    fn the_sign_tells_two_classes_apart_and_zero_is_the_first() {
        assert_eq!([-1.0, 0.0, -0.0, 1e-300].map(|d| vote(&[d], 2)), [0, 0, 0, 1]);
    }

    #[test]
    fn most_votes_win_and_the_earlier_class_wins_a_tie() {
        // Pairs (0, 1), (0, 2), (1, 2).
        assert_eq!(vote(&[1.0, 1.0, -1.0], 3), 0);
        assert_eq!(vote(&[-1.0, 1.0, 1.0], 3), 1);
        assert_eq!(vote(&[-1.0, -1.0, 0.0], 3), 2);
        // One vote each.
        assert_eq!(vote(&[1.0, -1.0, 1.0], 3), 0);
    }
}
