//! What was decided between each pair of labels to a number per label.

use model_format::program::ops::links::{PAIR_MARGIN, PAIR_TURNS};
use model_format::program::ops::support_vectors::pairs;

use crate::block::Features;

/// Fills `[n_labels, capacity]`: votes, and sums of confidences between -1/3 and 1/3 to break ties.
pub(crate) fn scores(n_labels: usize, above: f64, block: &Features<'_>, columns: &mut [f64]) {
    let rows = block.len();
    let mut votes = vec![0.0; rows];
    let columns = columns.chunks_exact_mut(block.capacity()).take(n_labels);
    for (label, column) in columns.enumerate() {
        let sums = &mut column[..rows];
        sums.fill(0.0);
        votes.fill(0.0);
        // The pairs of a label, in the order of all pairs.
        for first in 0..label {
            let confidences = block.feature(place(n_labels, first, label));
            for ((sum, votes), c) in sums.iter_mut().zip(&mut votes).zip(confidences) {
                *sum += c;
                *votes += f64::from(u8::from(*c > above));
            }
        }
        for second in label + 1..n_labels {
            let confidences = block.feature(place(n_labels, label, second));
            for ((sum, votes), c) in sums.iter_mut().zip(&mut votes).zip(confidences) {
                *sum -= c;
                *votes += 1.0 - f64::from(u8::from(*c > above));
            }
        }
        for (sum, votes) in sums.iter_mut().zip(&votes) {
            *sum = votes + *sum / (3.0 * (sum.abs() + 1.0));
        }
    }
}

/// Where a pair is among all pairs.
fn place(n_labels: usize, first: usize, second: usize) -> usize {
    first * (2 * n_labels - first - 1) / 2 + second - first - 1
}

/// Fills `[n_labels, capacity]`: probabilities by pairwise coupling; a row with a number that is NaN gets NaN.
pub(crate) fn couple(n_labels: usize, block: &Features<'_>, columns: &mut [f64]) {
    let capacity = block.capacity();
    let mut coupling = Coupling::new(n_labels);
    for row in 0..block.len() {
        let found = coupling.solve(|pair| block.feature(pair)[row]);
        for (label, p) in found.iter().enumerate() {
            columns[label * capacity + row] = *p;
        }
    }
}

/// Memory for the iteration of a row.
struct Coupling {
    /// `[n_labels, n_labels]`: the matrix whose quadratic form is least at the probabilities.
    q: Vec<f64>,
    /// The matrix times the probabilities.
    qp: Vec<f64>,
    p: Vec<f64>,
}

impl Coupling {
    fn new(n: usize) -> Self {
        Self { q: vec![0.0; n * n], qp: vec![0.0; n], p: vec![0.0; n] }
    }

    /// The probabilities for those of the first label of each pair.
    fn solve(&mut self, of_pair: impl Fn(usize) -> f64) -> &[f64] {
        let n = self.p.len();
        self.q.fill(0.0);
        let mut is_nan = false;
        for (at, (i, j)) in pairs(n).enumerate() {
            let first = of_pair(at);
            is_nan |= first.is_nan();
            let first = first.clamp(PAIR_MARGIN, 1.0 - PAIR_MARGIN);
            let second = 1.0 - first;
            // The pairs of a label come in the order of the other label.
            self.q[i * n + i] += second * second;
            self.q[j * n + j] += first * first;
            self.q[i * n + j] = -second * first;
            self.q[j * n + i] = self.q[i * n + j];
        }
        if is_nan {
            self.p.fill(f64::NAN);
            return &self.p;
        }
        self.p.fill(1.0 / n as f64);
        let least = 0.005 / n as f64;
        for _ in 0..PAIR_TURNS.max(n) {
            let mut pqp = self.multiply();
            let error = self.qp.iter().fold(0.0, |most, qp| f64::max(most, (qp - pqp).abs()));
            if error < least {
                break;
            }
            for t in 0..n {
                let row = &self.q[t * n..][..n];
                let diff = (pqp - self.qp[t]) / row[t];
                self.p[t] += diff;
                let scale = 1.0 + diff;
                pqp = (pqp + diff * (diff * row[t] + 2.0 * self.qp[t])) / scale / scale;
                for ((qp, p), q) in self.qp.iter_mut().zip(&mut self.p).zip(row) {
                    *qp = (*qp + diff * q) / scale;
                    *p /= scale;
                }
            }
        }
        // Rounding may leave a probability of 0 just below.
        for p in &mut self.p {
            *p = p.clamp(0.0, 1.0);
        }
        &self.p
    }

    /// Multiplies anew, so that errors of rounding do not add up; returns the quadratic form.
    fn multiply(&mut self) -> f64 {
        let n = self.p.len();
        let mut pqp = 0.0;
        for (t, qp) in self.qp.iter_mut().enumerate() {
            *qp = 0.0;
            for (q, p) in self.q[t * n..][..n].iter().zip(&self.p) {
                *qp += q * p;
            }
            pqp += self.p[t] * *qp;
        }
        pqp
    }
}

#[cfg(test)]
mod tests {
    use super::{pairs, place};

    #[test]
    fn pairs_are_where_their_order_has_them() {
        for n in 2..20 {
            for (at, (first, second)) in pairs(n).enumerate() {
                assert_eq!(place(n, first, second), at);
            }
        }
    }
}
