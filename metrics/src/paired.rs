//! Whether one model is better than another beyond what chance does, from their values on the same
//! folds.

use crate::metric::Metric;

/// By how much a model is behind a better one on the same folds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Behind {
    /// The mean difference over the folds; positive where the other is better.
    pub mean: f64,
    /// The standard error of that mean; `None` of a single fold.
    pub standard_error: Option<f64>,
}

impl Behind {
    /// Compares the values of a metric fold by fold; `None` if there are none.
    ///
    /// The folds share most of their training rows, so their differences vary less than those of
    /// independent runs would. The standard error is corrected for that: the variance counts
    /// `1/k + 1/(k-1)` times instead of `1/k` (Nadeau and Bengio, "Inference for the generalization
    /// error", 2003).
    pub fn of(metric: &Metric, better: &[f64], values: &[f64], folds: usize) -> Option<Self> {
        let differences: Vec<f64> =
            better.iter().zip(values).map(|(a, b)| metric.advantage(*a, *b)).collect();
        let n = differences.len() as f64;
        if differences.is_empty() {
            return None;
        }
        let mean = differences.iter().sum::<f64>() / n;
        let squares: f64 = differences.iter().map(|d| (d - mean) * (d - mean)).sum();
        let held_out_per_fitted = 1.0 / (folds.max(2) - 1) as f64;
        let standard_error = (differences.len() > 1)
            .then(|| (squares / (n - 1.0) * (1.0 / n + held_out_per_fitted)).sqrt());
        Some(Self { mean, standard_error })
    }

    /// Whether the difference is no more than chance does: within one standard error.
    pub fn is_noise(&self) -> bool {
        self.standard_error.is_none_or(|error| self.mean <= error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::METRICS;

    fn behind(name: &str, better: &[f64], values: &[f64]) -> Behind {
        let metric = METRICS.iter().find(|metric| metric.name == name).unwrap();
        Behind::of(metric, better, values, better.len()).unwrap()
    }

    // d = [.02, -.01, .03, .01, 0.]; m = sum(d) / 5
    // v = sum((x - m) ** 2 for x in d) / 4; math.sqrt(v * (1 / 5 + 1 / 4))
    #[test]
    fn a_difference_within_its_standard_error_is_noise() {
        let found = behind("accuracy", &[0.92, 0.89, 0.93, 0.91, 0.9], &[0.9; 5]);
        assert!((found.mean - 0.01).abs() < 1e-12, "{found:?}");
        let error = found.standard_error.unwrap();
        assert!((error - 0.010_606_601_717_798_213).abs() < 1e-12, "{found:?}");
        assert!(found.is_noise());
    }

    #[test]
    fn a_steady_difference_is_none() {
        assert!(!behind("accuracy", &[0.91, 0.81, 0.71], &[0.9, 0.8, 0.701]).is_noise());
        // Lower is better.
        let found = behind("rmse", &[1.0, 2.0, 3.0], &[2.0, 3.0, 4.1]);
        assert!(found.mean > 1.0 && !found.is_noise(), "{found:?}");
    }

    #[test]
    fn equal_models_and_single_folds_are_noise() {
        assert!(behind("accuracy", &[0.9, 0.8], &[0.9, 0.8]).is_noise());
        assert!(behind("accuracy", &[0.9], &[0.1]).is_noise());
    }
}
