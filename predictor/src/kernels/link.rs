//! Sums of an estimator to probabilities and labels.

use model_format::program::ops::links::LOGIT_OF_SECOND_CLASS;

use super::exp::exp_all;
use crate::wide::Kernel;

/// Appends the probabilities of the first and the second class, `1 / (1 + exp(±z))`, with exp in portable
/// Rust: the same bits on every machine.
///
/// Each comes from its own exp, so that small ones keep all their digits. Between zero and the
/// point where the label turns both are one half: the label and the larger probability agree.
pub(crate) struct TwoProbabilities<'a> {
    pub(crate) log_odds: &'a [f64],
    pub(crate) values: &'a mut Vec<f64>,
}

impl Kernel for TwoProbabilities<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { log_odds, values } = self;
        let turns = |z: f64| if (0.0..LOGIT_OF_SECOND_CLASS).contains(&z) { 0.0 } else { z };
        let start = values.len();
        values.extend(log_odds.iter().flat_map(|z| [turns(*z), -turns(*z)]));
        let values = &mut values[start..];
        exp_all(values);
        for value in values {
            *value = 1.0 / (1.0 + *value);
        }
    }
}

/// Scores to probabilities: `exp(s - max) / sum`.
pub(crate) fn softmax(scores: &mut [f64]) {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = libm::exp(*score - max);
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

/// One-vs-rest probabilities to probabilities that sum to 1; all zero means nothing is known. NaN stays.
pub(crate) fn share(scores: &mut [f64]) {
    let mut sum = 0.0;
    for score in scores.iter() {
        sum += score;
    }
    let even = if sum.is_nan() { sum } else { 1.0 / scores.len() as f64 };
    for score in scores {
        *score = if sum > 0.0 { *score / sum } else { even };
    }
}

/// Index of the first maximum; 0 when every value is NaN.
pub(crate) fn first_maximum(values: &[f64]) -> u32 {
    let mut best = (f64::MIN, 0);
    for (index, value) in (0u32..).zip(values) {
        if *value > best.0 {
            best = (*value, index);
        }
    }
    best.1
}

/// Index of the last maximum; 0 when every value is NaN.
pub(crate) fn last_maximum(values: &[f64]) -> u32 {
    let mut best = (f64::MIN, 0);
    for (index, value) in (0u32..).zip(values) {
        if *value >= best.0 {
            best = (*value, index);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wide::Width;

    #[test]
    fn the_logistic_threshold_is_where_the_probability_passes_one_half() {
        let at = LOGIT_OF_SECOND_CLASS;
        let around = (at.to_bits() - 1000..at.to_bits() + 1000).map(f64::from_bits);
        let mut log_odds: Vec<f64> = around.flat_map(|z| [z, -z]).collect();
        log_odds.extend([0.0, -0.0, 40.0, -40.0, 800.0, -800.0]);
        for width in Width::all() {
            let mut values = Vec::new();
            width.run(TwoProbabilities { log_odds: &log_odds, values: &mut values });
            for (z, pair) in log_odds.iter().zip(values.chunks_exact(2)) {
                assert_eq!(pair[1] > pair[0], *z >= at, "{z:e}");
                let expected =
                    if (0.0..at).contains(z) { 0.5 } else { 1.0 / (1.0 + libm::exp(-z)) };
                assert_eq!(pair[1].to_bits(), expected.to_bits(), "{z:e}");
            }
        }
    }

    #[test]
    fn ties_go_to_the_earlier_class_and_nan_never_wins() {
        assert_eq!(first_maximum(&[0.2, 0.4, 0.4]), 1);
        assert_eq!(first_maximum(&[f64::NAN, f64::NEG_INFINITY]), 0);
        let mut nothing = [0.0; 4];
        share(&mut nothing);
        assert!(nothing.iter().all(|p| p.to_bits() == 0.25f64.to_bits()));
    }
}
