//! Support vector machines for a block of rows.
//!
//! The kernel of each vector with several rows is computed side by side, each as a sum over the features
//! in order; every machine then adds its own terms in their stored order.

use model_format::manifest::Kernel;
use model_format::pipeline::support_vectors::{SupportVectors, pairs};

use super::exp::exp_all;
use crate::block::{Features, MIN_ROWS};
use crate::wide::{Width, Work};

/// With more vectors, rows go one by one: what a model takes must not grow much.
const MANY_VECTORS: usize = 1 << 17;

/// Appends decision values or values, row-major `[rows, n_machines]`; the features must be
/// expanded.
pub(super) fn score(
    machines: &SupportVectors,
    features: &Features<'_>,
    width: Width,
    values: &mut Vec<f64>,
) {
    if machines.n_vectors() <= MANY_VECTORS {
        side_by_side::<MIN_ROWS>(machines, features, width, values);
    } else {
        side_by_side::<1>(machines, features, width, values);
    }
}

/// The same with so many rows side by side; a block must have room for a multiple of them.
fn side_by_side<const LANES: usize>(
    machines: &SupportVectors,
    features: &Features<'_>,
    width: Width,
    values: &mut Vec<f64>,
) {
    let mut alike = vec![[0.0; LANES]; machines.n_vectors()];
    let n_machines = machines.machines().len();
    for first in (0..features.len()).step_by(LANES) {
        width.run(Kernels { machines, features, first, alike: &mut alike });
        let start = values.len();
        let rows = LANES.min(features.len() - first);
        values.resize(start + rows * n_machines, 0.0);
        for (at, machine) in machines.machines().iter().enumerate() {
            let mut sums = [machine.intercept; LANES];
            for (vector, weight) in machines.terms(machine) {
                for (sum, alike) in sums.iter_mut().zip(alike[vector]) {
                    *sum += weight * alike;
                }
            }
            let values = values[start + at..].iter_mut().step_by(n_machines);
            values.zip(sums).for_each(|(value, sum)| *value = sum);
        }
    }
}

/// The kernel of every vector with the rows `first..first + LANES`. Those past the last row are of an
/// earlier block, and what comes of them is not used.
struct Kernels<'a, const LANES: usize> {
    machines: &'a SupportVectors,
    features: &'a Features<'a>,
    first: usize,
    alike: &'a mut [[f64; LANES]],
}

impl<const LANES: usize> Work for Kernels<'_, LANES> {
    type Made = ();

    #[inline(always)]
    fn run(self) {
        // The other way round the difference takes an instruction less, and no bit of its square changes.
        match self.machines.kernel() {
            Kernel::Linear => {
                self.fold(|x, v| x * v);
            }
            Kernel::Rbf { gamma } => {
                let kernels = self.fold(|x, v| (v - x) * (v - x)).as_flattened_mut();
                for sum in &mut *kernels {
                    *sum *= -gamma;
                }
                exp_all(kernels);
            }
            Kernel::Polynomial { degree, gamma, coef0 } => {
                for sum in self.fold(|x, v| x * v).as_flattened_mut() {
                    *sum = libm::pow(gamma * *sum + coef0, degree as f64);
                }
            }
            Kernel::Sigmoid { gamma, coef0 } => {
                for sum in self.fold(|x, v| x * v).as_flattened_mut() {
                    *sum = libm::tanh(gamma * *sum + coef0);
                }
            }
        }
    }
}

impl<'a, const LANES: usize> Kernels<'a, LANES> {
    /// Sums of `term(x, v)` over the features. An empty one is -0.0 where the training library adds up.
    #[inline(always)]
    fn fold(self, term: impl Fn(f64, f64) -> f64) -> &'a mut [[f64; LANES]] {
        let Self { machines, features, first, alike } = self;
        let columns = features.values().chunks_exact(features.capacity());
        let vectors = machines.vectors().chunks_exact(alike.len().max(1));
        for (v, alike) in alike.iter_mut().enumerate() {
            // A copy, so that nothing else can see it and it need not be in memory.
            let mut sums = [-0.0; LANES];
            for (column, vectors) in columns.clone().zip(vectors.clone()) {
                let Some(rows) = column[first..].first_chunk::<LANES>() else { break };
                for (sum, x) in sums.iter_mut().zip(rows) {
                    *sum += term(*x, vectors[v]);
                }
            }
            *alike = sums;
        }
        alike
    }
}

/// The class of a row: two classes by the sign, more by the votes of all pairs; the earlier class
/// wins a tie.
pub(super) fn vote(decisions: &[f64], n_classes: usize) -> u32 {
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
