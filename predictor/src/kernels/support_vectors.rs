//! Support vector machines for a block of rows.
//!
//! The kernel of a row with each vector is computed once, many vectors side by side, each as a sum
//! over the features in order; every machine then adds its own terms in their stored order.

use model_format::manifest::Kernel;
use model_format::pipeline::support_vectors::{SupportVectors, pairs};

use super::folds::{fold, square};
use crate::block::Features;

/// Vectors whose kernels are computed together.
const TILE: usize = 256;

/// Appends decision values or values, row-major `[rows, n_machines]`; the features must be
/// expanded.
pub(super) fn score(machines: &SupportVectors, features: &Features<'_>, values: &mut Vec<f64>) {
    let n_features = machines.vectors().len().checked_div(machines.n_vectors()).unwrap_or(0);
    let mut row = vec![0.0; n_features];
    let mut alike = vec![0.0; machines.n_vectors()];
    for r in 0..features.len() {
        for (f, x) in row.iter_mut().enumerate() {
            *x = features.feature(f)[r];
        }
        kernels(machines, &row, &mut alike);
        for machine in machines.machines() {
            let mut value = machine.intercept;
            for (vector, weight) in machines.terms(machine) {
                value += weight * alike[vector];
            }
            values.push(value);
        }
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

/// The kernel of `row` with every vector.
fn kernels(machines: &SupportVectors, row: &[f64], alike: &mut [f64]) {
    let n_vectors = alike.len();
    for first in (0..n_vectors).step_by(TILE) {
        let sums = &mut alike[first..n_vectors.min(first + TILE)];
        let vectors = machines.vectors();
        // An empty sum is -0.0 where the training library adds up.
        if let Kernel::Rbf { .. } = machines.kernel() {
            fold(row, vectors, n_vectors, first, sums, -0.0, square);
        } else {
            fold(row, vectors, n_vectors, first, sums, -0.0, |x, v| x * v);
        }
        for sum in sums {
            *sum = match machines.kernel() {
                Kernel::Linear => *sum,
                Kernel::Rbf { gamma } => libm::exp(-gamma * *sum),
                Kernel::Polynomial { degree, gamma, coef0 } => {
                    libm::pow(gamma * *sum + coef0, degree as f64)
                }
                Kernel::Sigmoid { gamma, coef0 } => libm::tanh(gamma * *sum + coef0),
            };
        }
    }
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
