//! The mean negative natural logarithm of the probability of the true label.
//!
//! Probabilities are first limited to `[eps, 1 - eps]` with the `eps` of `f64`, so that one certain
//! mistake does not make the metric infinite. The logarithm is libm's: that of the platform differs from
//! one machine to the next, and the metric is stored in the model, whose bytes must not.

use crate::metric::{Better, Formula, Metric};

pub(super) const METRIC: Metric = Metric {
    name: "log_loss",
    better: Better::Lower,
    formula: Formula::Probabilities { term, value: |sum, rows| sum / rows },
};

fn term(truth: usize, probabilities: &[f64]) -> f64 {
    -libm::log(probabilities[truth].clamp(f64::EPSILON, 1.0 - f64::EPSILON))
}
