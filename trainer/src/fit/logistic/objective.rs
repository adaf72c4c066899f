//! smartcore's loss of a logistic regression, and its gradient.

use std::ops::Range;

use smartcore::numbers::realnum::RealNumber;

use super::products::{add_to_features, add_to_rows};
use crate::engine::features::Features;

/// Rows that are looked at together: their scores stay in the cache.
const ROWS_PER_BLOCK: usize = 512;

/// The loss of all rows, and the penalty.
pub(super) struct Objective<'a> {
    /// Features.
    pub(super) x: &'a Features,
    /// Class of each row, from 0.
    pub(super) classes: &'a [usize],
    /// One for two classes, else one for each.
    pub(super) n_outputs: usize,
    /// Strength of the L2 penalty.
    pub(super) alpha: f64,
}

impl Objective<'_> {
    /// Sum of the losses at these weights, `[n_outputs, n_features + 1]`.
    pub(super) fn value(&self, weights: &[f64]) -> f64 {
        let mut loss = 0.0;
        self.for_each_block(weights, |rows, scores| {
            let classes = &self.classes[rows];
            if self.n_outputs == 1 {
                for (score, class) in scores.iter().zip(classes) {
                    loss += score.ln_1pe() - (*class as f64) * score;
                }
                return;
            }
            softmax(scores, classes.len());
            for (row, class) in classes.iter().enumerate() {
                loss -= scores[class * classes.len() + row].ln();
            }
        });
        if self.alpha > 0.0 {
            let squares = self.penalised(weights).fold(0.0, |sum, (_, w)| sum + w * w);
            loss += 0.5 * self.alpha * squares;
        }
        loss
    }

    /// Its derivatives by each weight.
    pub(super) fn gradient(&self, weights: &[f64]) -> Vec<f64> {
        let mut gradient = vec![0.0; weights.len()];
        let width = self.x.n_features() + 1;
        self.for_each_block(weights, |rows, scores| {
            let classes = &self.classes[rows.clone()];
            if self.n_outputs == 1 {
                for (score, class) in scores.iter_mut().zip(classes) {
                    *score = -(*class as f64 - score.sigmoid());
                }
            } else {
                softmax(scores, classes.len());
                for (output, own) in scores.chunks_exact_mut(classes.len()).enumerate() {
                    for (score, class) in own.iter_mut().zip(classes) {
                        *score = -(f64::from(u8::from(*class == output)) - *score);
                    }
                }
            }
            let outputs = gradient.chunks_exact_mut(width);
            for (sums, residuals) in outputs.zip(scores.chunks_exact(classes.len())) {
                let (of_features, of_intercept) = sums.split_at_mut(width - 1);
                add_to_features(self.x, &rows, residuals, of_features);
                for sum in of_intercept {
                    *sum = residuals.iter().fold(*sum, |sum, r| sum + r);
                }
            }
        });
        if self.alpha > 0.0 {
            self.penalised(weights).for_each(|(at, w)| gradient[at] += self.alpha * w);
        }
        gradient
    }

    /// Weights with their places, intercepts left out.
    fn penalised<'a>(&self, weights: &'a [f64]) -> impl Iterator<Item = (usize, f64)> + use<'a> {
        let width = self.x.n_features() + 1;
        weights.iter().copied().enumerate().filter(move |(at, _)| at % width + 1 < width)
    }

    /// Hands out the scores of some rows after the other, `[n_outputs, n_rows]`.
    fn for_each_block(&self, weights: &[f64], mut take: impl FnMut(Range<usize>, &mut [f64])) {
        let (n_rows, n_features) = (self.x.n_rows(), self.x.n_features());
        let mut scores = Vec::new();
        for start in (0..n_rows).step_by(ROWS_PER_BLOCK) {
            let rows = start..n_rows.min(start + ROWS_PER_BLOCK);
            scores.clear();
            scores.resize(self.n_outputs * rows.len(), 0.0);
            let outputs = scores.chunks_exact_mut(rows.len());
            for (own, sums) in weights.chunks_exact(n_features + 1).zip(outputs) {
                add_to_rows(self.x, &rows, &own[..n_features], &mut *sums);
                for sum in sums {
                    *sum += own[n_features];
                }
            }
            take(rows, &mut scores);
        }
    }
}

/// Scores `[n_outputs, n_rows]` to probabilities, as smartcore computes them.
fn softmax(scores: &mut [f64], n_rows: usize) {
    let n_scores = scores.len();
    for row in 0..n_rows {
        let of_row = || (row..n_scores).step_by(n_rows);
        let most =
            of_row().fold(f64::MIN, |most, at| if scores[at] > most { scores[at] } else { most });
        let mut sum = 0.0;
        for at in of_row() {
            scores[at] = (scores[at] - most).exp();
            sum += scores[at];
        }
        for at in of_row() {
            scores[at] /= sum;
        }
    }
}
