//! Naive Bayes for a block of rows: log-likelihood of every class plus the log of its prior.

use model_format::program::ops::bayes::{HALF_LOG_TWO_PI, Likelihood, NaiveBayes};

use crate::block::Features;

/// Appends `[n_classes, rows]` scores; the features must be expanded.
pub(crate) fn score(bayes: &NaiveBayes, block: &Features<'_>, outputs: &mut Vec<f64>) {
    for (class, log_prior) in bayes.log_priors().iter().enumerate() {
        let start = outputs.len();
        outputs.resize(start + block.len(), 0.0);
        let sums = &mut outputs[start..];
        match bayes.likelihood() {
            Likelihood::Gaussian { means, twice_variances, half_log_variances } => {
                let tables = bayes
                    .of_class(means, class)
                    .iter()
                    .zip(bayes.of_class(twice_variances, class))
                    .zip(bayes.of_class(half_log_variances, class));
                for (feature, ((mean, twice), half_log)) in tables.enumerate() {
                    for (sum, x) in sums.iter_mut().zip(block.feature(feature)) {
                        let d = x - mean;
                        *sum += -(d * d / twice) - HALF_LOG_TWO_PI - half_log;
                    }
                }
            }
            Likelihood::Bernoulli { binarize, present, absent } => {
                let tables =
                    bayes.of_class(present, class).iter().zip(bayes.of_class(absent, class));
                for (feature, (present, absent)) in tables.enumerate() {
                    for (sum, x) in sums.iter_mut().zip(block.feature(feature)) {
                        *sum += if x > binarize { present } else { absent };
                    }
                }
            }
            Likelihood::Multinomial(table) => {
                for (feature, log) in bayes.of_class(table, class).iter().enumerate() {
                    for (sum, x) in sums.iter_mut().zip(block.feature(feature)) {
                        *sum += x * log;
                    }
                }
            }
            Likelihood::Categorical(table) => {
                categorical(bayes.of_class(table, class), block, sums);
            }
        }
        for sum in sums {
            *sum += log_prior;
        }
    }
}

/// The training library leaves a row to the priors as soon as it meets an unseen category.
fn categorical(table: &[f64], block: &Features<'_>, sums: &mut [f64]) {
    for category in block.categories() {
        let table = &table[category.features.clone()];
        for (sum, code) in sums.iter_mut().zip(block.codes(category)) {
            // NaN marks a row that is done; a sum of finite logarithms is never NaN.
            *sum += code.map_or(f64::NAN, |code| table[code]);
        }
    }
    for sum in sums.iter_mut().filter(|sum| sum.is_nan()) {
        *sum = 0.0;
    }
}
