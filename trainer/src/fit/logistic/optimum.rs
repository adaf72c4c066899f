//! How far fitted coefficients of a logistic regression are from the best ones.
//!
//! The loss is convex, and one step of Newton's method from the coefficients gains half of
//! `g' H^-1 g` of it (Boyd and Vandenberghe, Convex Optimization, section 9.5), with the gradient g
//! and the second derivatives H. That is measured in units of the loss, whatever the units of the
//! features. The product with the inverse comes from conjugate gradients, which need products with
//! H alone; where the gradient is so small that the penalty alone bounds the gain, not even those.

use super::products::{add_to_categories, add_to_features, add_to_rows};
use crate::engine::features::Features;
use crate::fit::convergence::Missed;

/// Mean loss above that of the optimum that is no reason for a warning.
const TOLERANCE: f64 = 1e-6;
/// Most steps of conjugate gradients; fewer give a smaller estimate.
const STEPS: usize = 50;
/// They stop where the residual has fallen to this share.
const RESIDUAL: f64 = 1e-8;

/// Measures coefficients `[n_outputs, n_features]` and intercepts `[n_outputs]`, one output for two
/// classes, against rows, their classes and the strength of the penalty.
pub(in crate::fit) fn distance(
    x: &Features,
    classes: &[u32],
    coefficients: &[f64],
    intercepts: &[f64],
    alpha: f64,
) -> Missed {
    let (n_rows, n_features) = (x.n_rows(), x.n_features());
    let weights: Vec<f64> = coefficients
        .chunks_exact(n_features)
        .zip(intercepts)
        .flat_map(|(own, intercept)| own.iter().chain([intercept]))
        .copied()
        .collect();
    let mut loss = Loss { x, alpha, probabilities: Vec::new() };
    let mean = loss.mean_at(&weights, classes);
    let gain = loss.gain(&weights, classes) / n_rows as f64;
    Missed {
        measure: "mean loss above the optimum",
        // No loss is negative.
        found: if gain < mean { gain } else { mean },
        tolerance: TOLERANCE,
        hint: "use --scaler standard, or a larger --param alpha",
    }
}

/// The loss of all rows plus the penalty, at the weights that were looked at last.
struct Loss<'a> {
    x: &'a Features,
    alpha: f64,
    /// `[n_outputs, n_rows]`
    probabilities: Vec<f64>,
}

impl Loss<'_> {
    /// Mean loss at these weights, `[n_outputs, n_features + 1]`, and their probabilities.
    fn mean_at(&mut self, weights: &[f64], classes: &[u32]) -> f64 {
        let (n_rows, n_features) = (self.x.n_rows(), self.x.n_features());
        let mut scores = self.times(weights);
        let mut loss = 0.0;
        if scores.len() == n_rows {
            for (score, class) in scores.iter_mut().zip(classes) {
                let away = if *class == 1 { -*score } else { *score };
                loss += away.max(0.0) + libm::log1p(libm::exp(-away.abs()));
                *score = 1.0 / (1.0 + libm::exp(-*score));
            }
        } else {
            for (row, class) in classes.iter().enumerate() {
                let of_row = || (row..scores.len()).step_by(n_rows);
                let most = of_row().map(|at| scores[at]).fold(f64::NEG_INFINITY, f64::max);
                let sum: f64 = of_row().map(|at| libm::exp(scores[at] - most)).sum();
                loss += libm::log(sum) + most - scores[*class as usize * n_rows + row];
                for at in of_row() {
                    scores[at] = libm::exp(scores[at] - most) / sum;
                }
            }
        }
        self.probabilities = scores;
        let own = weights.chunks_exact(n_features + 1).flat_map(|own| &own[..n_features]);
        let squares: f64 = own.map(|w| w * w).sum();
        (loss + 0.5 * self.alpha * squares) / n_rows as f64
    }

    /// What one step of Newton's method gains at these weights.
    fn gain(&self, weights: &[f64], classes: &[u32]) -> f64 {
        let (n_rows, n_features) = (self.x.n_rows(), self.x.n_features());
        let mut residuals = self.probabilities.clone();
        for (row, class) in classes.iter().enumerate() {
            if residuals.len() > n_rows {
                residuals[*class as usize * n_rows + row] -= 1.0;
            } else if *class == 1 {
                residuals[row] -= 1.0;
            }
        }
        let mut gradient = self.transposed(&residuals);
        self.penalise(&mut gradient, weights);
        let curvature = self.diagonal();
        let is_intercept = |at: usize| at % (n_features + 1) == n_features;
        let bound: f64 = gradient
            .iter()
            .zip(&curvature)
            .enumerate()
            .map(|(at, (g, c))| g * g / if is_intercept(at) { *c } else { self.alpha })
            .sum();
        if bound / 2.0 <= TOLERANCE * n_rows as f64 {
            return bound / 2.0;
        }
        self.by_conjugate_gradients(gradient, &curvature) / 2.0
    }

    /// `g' H^-1 g`, or less after too few steps.
    fn by_conjugate_gradients(&self, gradient: Vec<f64>, curvature: &[f64]) -> f64 {
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let eased = |r: &[f64]| r.iter().zip(curvature).map(|(r, c)| r / c).collect::<Vec<f64>>();
        let mut residual = gradient;
        let mut direction = eased(&residual);
        let mut size = dot(&residual, &direction);
        let (first, mut total) = (size, 0.0);
        for _ in 0..STEPS {
            let curved = self.curved(&direction);
            let step = size / dot(&direction, &curved);
            total += step * size;
            residual.iter_mut().zip(&curved).for_each(|(r, c)| *r -= step * c);
            let next = eased(&residual);
            let before = std::mem::replace(&mut size, dot(&residual, &next));
            if size.is_nan() || size <= RESIDUAL * first {
                break;
            }
            direction.iter_mut().zip(&next).for_each(|(d, n)| *d = n + size / before * *d);
        }
        total
    }

    /// The second derivatives times a vector `[n_outputs, n_features + 1]`.
    fn curved(&self, vector: &[f64]) -> Vec<f64> {
        let n_rows = self.x.n_rows();
        let mut change = self.times(vector);
        let p = &self.probabilities;
        if change.len() == n_rows {
            change.iter_mut().zip(p).for_each(|(u, p)| *u *= p * (1.0 - p));
        } else {
            for row in 0..n_rows {
                let of_row = || (row..p.len()).step_by(n_rows);
                let mean: f64 = of_row().map(|at| p[at] * change[at]).sum();
                of_row().for_each(|at| change[at] = p[at] * (change[at] - mean));
            }
        }
        let mut curved = self.transposed(&change);
        self.penalise(&mut curved, vector);
        curved
    }

    /// The second derivatives by each weight alone; never 0.
    fn diagonal(&self) -> Vec<f64> {
        let (n_rows, n_features) = (self.x.n_rows(), self.x.n_features());
        let mut diagonal = Vec::new();
        for p in self.probabilities.chunks_exact(n_rows) {
            let of_rows: Vec<f64> = p.iter().map(|p| p * (1.0 - p)).collect();
            let mut sums = vec![0.0; n_features];
            let (of_numbers, of_categories) = sums.split_at_mut(self.x.n_numbers());
            for (feature, sum) in of_numbers.iter_mut().enumerate() {
                let terms = of_rows.iter().zip(self.x.numbers(feature));
                *sum = terms.map(|(c, x)| c * x * x).sum();
            }
            add_to_categories(self.x, &(0..n_rows), &of_rows, of_categories);
            diagonal.extend(sums.iter().map(|sum| sum + self.alpha));
            diagonal.push(p.iter().map(|p| p * (1.0 - p)).sum::<f64>().max(f64::MIN_POSITIVE));
        }
        diagonal
    }

    /// Adds the penalty's share: `alpha` times the weights, intercepts left out.
    fn penalise(&self, sums: &mut [f64], weights: &[f64]) {
        let width = self.x.n_features() + 1;
        for (at, (sum, weight)) in sums.iter_mut().zip(weights).enumerate() {
            if at % width + 1 < width {
                *sum += self.alpha * weight;
            }
        }
    }

    /// Every row times every output's weights: `[n_outputs, n_rows]`.
    fn times(&self, weights: &[f64]) -> Vec<f64> {
        let (n_rows, n_features) = (self.x.n_rows(), self.x.n_features());
        let mut all = Vec::with_capacity(n_rows * weights.len() / (n_features + 1));
        for own in weights.chunks_exact(n_features + 1) {
            let start = all.len();
            all.resize(start + n_rows, own[n_features]);
            add_to_rows(self.x, &(0..n_rows), &own[..n_features], &mut all[start..]);
        }
        all
    }

    /// Every feature times `[n_outputs, n_rows]`: `[n_outputs, n_features + 1]`.
    fn transposed(&self, of_rows: &[f64]) -> Vec<f64> {
        let (n_rows, n_features) = (self.x.n_rows(), self.x.n_features());
        let mut all = Vec::new();
        for own in of_rows.chunks_exact(n_rows) {
            let start = all.len();
            all.resize(start + n_features, 0.0);
            add_to_features(self.x, &(0..n_rows), own, &mut all[start..]);
            all.push(own.iter().sum());
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::matrix::matrix;

    /// Rows of two features, of which the second is in thousands.
    fn rows() -> (Features, Vec<u32>) {
        let x: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 60) / 20.0 - 1.5).collect();
        let other: Vec<f64> = (0..60).map(|i| f64::from(i * 11 % 60) * 50.0).collect();
        let y = (0..60).map(|i| u32::from((x[i] + other[i] / 1500.0 - 1.0).sin() > 0.2)).collect();
        (matrix(60, &[x, other]).unwrap().into(), y)
    }

    /// Mean loss at the optimum, by many plain steps of Newton's method's poor cousin: coordinate
    /// descent with exact second derivatives of one weight.
    fn optimum(x: &Features, y: &[u32], weights: &mut [f64]) -> f64 {
        let mut loss = Loss { x, alpha: 1.0, probabilities: Vec::new() };
        let width = x.n_features() + 1;
        for at in (0..weights.len()).cycle().take(60_000) {
            loss.mean_at(weights, y);
            let mut residuals = loss.probabilities.clone();
            for (row, class) in y.iter().enumerate() {
                if weights.len() > width {
                    residuals[*class as usize * y.len() + row] -= 1.0;
                } else {
                    residuals[row] -= f64::from(*class);
                }
            }
            let mut gradient = loss.transposed(&residuals);
            loss.penalise(&mut gradient, weights);
            weights[at] -= gradient[at] / loss.diagonal()[at];
        }
        loss.mean_at(weights, y)
    }

    #[test]
    fn the_distance_is_that_of_the_loss() {
        let (x, y) = rows();
        let three: Vec<u32> = (0..60).map(|i| u32::from(i % 5 == 0) + y[i]).collect();
        for (classes, n_outputs) in [(&y, 1), (&three, 3)] {
            let mut best = vec![0.0; n_outputs * 3];
            let least = optimum(&x, classes, &mut best);
            let measure = |weights: &[f64]| {
                let (mut coefficients, mut intercepts) = (Vec::new(), Vec::new());
                for own in weights.chunks_exact(3) {
                    coefficients.extend(&own[..2]);
                    intercepts.push(own[2]);
                }
                distance(&x, classes, &coefficients, &intercepts, 1.0)
            };
            let at_best = measure(&best);
            assert!(at_best.found < 1e-7, "{at_best:?}");
            for (by, on) in [(0.02, 0), (1e-4, 1), (-0.1, 2)] {
                let mut off = best.clone();
                off[on] += by;
                let mut loss = Loss { x: &x, alpha: 1.0, probabilities: Vec::new() };
                let above = loss.mean_at(&off, classes) - least;
                let found = measure(&off).found;
                assert!((found - above).abs() < 0.2 * above + 1e-7, "{found} {above}");
            }
        }
    }
}
