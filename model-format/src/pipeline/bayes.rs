//! Naive Bayes: a sum of stored logarithms per class.

use super::arrays::{Arrays, finite};
use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::manifest::Dtype;

/// Name of the array of class means, `[n_classes, n_features]`.
pub const MEANS: &str = "means";
/// Name of the array of doubled class variances, `[n_classes, n_features]`.
pub const TWICE_VARIANCES: &str = "twice_variances";
/// Name of the array of halved logarithms of class variances, `[n_classes, n_features]`.
pub const HALF_LOG_VARIANCES: &str = "half_log_variances";
/// Name of the array of log-probabilities that a feature is present, `[n_classes, n_features]`.
pub const LOG_PRESENT: &str = "log_present";
/// Name of the array of log-probabilities that a feature is absent, `[n_classes, n_features]`.
pub const LOG_ABSENT: &str = "log_absent";
/// Name of the array of log-probabilities of features, `[n_classes, n_features]`.
pub const LOG_PROBABILITIES: &str = "log_probabilities";
/// Name of the array of logarithms of class priors, `[n_classes]`.
pub const LOG_PRIORS: &str = "log_priors";

/// Half the logarithm of two pi.
pub const HALF_LOG_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// Checked naive Bayes: every number finite, variances positive.
///
/// The log-likelihood of a class is a sum over the features in order from 0.0; the logarithm of
/// its prior is added last.
#[derive(Clone, Debug)]
pub struct NaiveBayes {
    likelihood: Likelihood,
    log_priors: Array<f64>,
    n_features: usize,
}

/// What a feature adds to the log-likelihood of a class; arrays are `[n_classes, n_features]`.
#[derive(Clone, Debug)]
pub enum Likelihood {
    /// `-((x - mean)^2 / twice_variance) - HALF_LOG_TWO_PI - half_log_variance`
    Gaussian {
        /// Means.
        means: Array<f64>,
        /// Doubled variances.
        twice_variances: Array<f64>,
        /// Halved logarithms of the variances.
        half_log_variances: Array<f64>,
    },
    /// `present` if `x > binarize`, else `absent`
    Bernoulli {
        /// Where presence begins.
        binarize: f64,
        /// Added if the feature is present.
        present: Array<f64>,
        /// Added if it is not.
        absent: Array<f64>,
    },
    /// `x * log_probability`
    Multinomial(Array<f64>),
    /// The log-probability of the feature that is set; a column without one makes the sum 0 and
    /// ends it.
    Categorical(Array<f64>),
}

/// Which naive Bayes is to be built.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Gaussian,
    Bernoulli(f64),
    Multinomial,
    Categorical,
}

impl NaiveBayes {
    pub(crate) fn build(
        arrays: &Arrays<'_>,
        kind: Kind,
        n_classes: usize,
        n_features: usize,
    ) -> Result<Self> {
        let names: &[&str] = match kind {
            Kind::Gaussian => &[MEANS, TWICE_VARIANCES, HALF_LOG_VARIANCES, LOG_PRIORS],
            Kind::Bernoulli(_) => &[LOG_PRESENT, LOG_ABSENT, LOG_PRIORS],
            Kind::Multinomial | Kind::Categorical => &[LOG_PROBABILITIES, LOG_PRIORS],
        };
        arrays.only(names)?;
        let table = |name: &str| -> Result<Array<f64>> {
            let table = arrays.get(name, Dtype::F64, &[Some(n_classes), Some(n_features)])?;
            finite(&format!("array `{name}`"), table.as_slice())?;
            Ok(table)
        };
        let likelihood = match kind {
            Kind::Gaussian => {
                let twice_variances = table(TWICE_VARIANCES)?;
                if twice_variances.as_slice().iter().any(|v| *v < f64::MIN_POSITIVE) {
                    let what = "a variance is not positive";
                    return Err(FormatError::structure("array `twice_variances`", what));
                }
                let (means, half_log_variances) = (table(MEANS)?, table(HALF_LOG_VARIANCES)?);
                Likelihood::Gaussian { means, twice_variances, half_log_variances }
            }
            Kind::Bernoulli(binarize) => {
                finite("estimator", &[binarize])?;
                let (present, absent) = (table(LOG_PRESENT)?, table(LOG_ABSENT)?);
                Likelihood::Bernoulli { binarize, present, absent }
            }
            Kind::Multinomial => Likelihood::Multinomial(table(LOG_PROBABILITIES)?),
            Kind::Categorical => Likelihood::Categorical(table(LOG_PROBABILITIES)?),
        };
        let log_priors = arrays.get::<f64>(LOG_PRIORS, Dtype::F64, &[Some(n_classes)])?;
        finite("array `log_priors`", log_priors.as_slice())?;
        Ok(Self { likelihood, log_priors, n_features })
    }

    /// What a feature adds.
    pub fn likelihood(&self) -> &Likelihood {
        &self.likelihood
    }

    /// Logarithms of the class priors, `[n_classes]`.
    pub fn log_priors(&self) -> &[f64] {
        self.log_priors.as_slice()
    }

    /// Row of an `[n_classes, n_features]` array that belongs to a class.
    pub fn of_class<'a>(&self, table: &'a Array<f64>, class: usize) -> &'a [f64] {
        table.as_slice().chunks_exact(self.n_features).nth(class).unwrap_or_default()
    }
}
