//! Naive Bayes: a sum of stored logarithms per class.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

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
    input: Run,
    likelihood: Likelihood,
    log_priors: Array<f64>,
    n_features: usize,
    parts: Vec<usize>,
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

/// The log-likelihood of every class: which kind, and its arrays `[n_classes, n_features]`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum BayesKind {
    /// Normal distributions.
    Gaussian {
        /// Means.
        means: ArrayId,
        /// Doubled variances.
        twice_variances: ArrayId,
        /// Halved logarithms of the variances.
        half_log_variances: ArrayId,
    },
    /// Presence or absence.
    Bernoulli {
        /// A feature is present if it is greater than this.
        binarize: f64,
        /// Added if the feature is present.
        present: ArrayId,
        /// Added if it is not.
        absent: ArrayId,
    },
    /// Each feature counts as often as its value says.
    Multinomial {
        /// Logarithms of probabilities.
        log_probabilities: ArrayId,
    },
    /// Reads codes; one that training did not see leaves the priors.
    Categorical {
        /// Logarithms of probabilities, one per code.
        log_probabilities: ArrayId,
    },
}

/// A score per class: log-likelihood and log-prior.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BayesSpec {
    /// Numbers, none of them missing; codes for the categorical kind.
    pub input: Run,
    /// How many labels have a score.
    pub n_labels: u32,
    /// What a feature adds.
    pub kind: BayesKind,
    /// `[n_classes]`.
    pub log_priors: ArrayId,
}

impl BayesSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(NaiveBayes, Run)> {
        let parts = match self.kind {
            BayesKind::Categorical { .. } => scope.codes("input", self.input)?,
            BayesKind::Gaussian { .. }
            | BayesKind::Bernoulli { .. }
            | BayesKind::Multinomial { .. } => vec![scope.numbers("input", self.input, false)?],
        };
        let n_features = parts.iter().fold(0usize, |sum, n| sum.saturating_add(*n));
        let n_classes = scope.width("labels", self.n_labels, 2)?;
        let shape = [Some(n_classes), Some(n_features)];
        let likelihood = match self.kind {
            BayesKind::Gaussian { means, twice_variances, half_log_variances } => {
                let name = scope.name(twice_variances);
                let twice_variances = scope.f64s(twice_variances, &shape)?;
                if twice_variances.as_slice().iter().any(|v| *v < f64::MIN_POSITIVE) {
                    return Err(FormatError::structure(name, "a variance is not positive"));
                }
                let means = scope.f64s(means, &shape)?;
                let half_log_variances = scope.f64s(half_log_variances, &shape)?;
                Likelihood::Gaussian { means, twice_variances, half_log_variances }
            }
            BayesKind::Bernoulli { binarize, present, absent } => {
                scope.finite("binarize", &[binarize])?;
                let (present, absent) = (scope.f64s(present, &shape)?, scope.f64s(absent, &shape)?);
                Likelihood::Bernoulli { binarize, present, absent }
            }
            BayesKind::Multinomial { log_probabilities } => {
                Likelihood::Multinomial(scope.f64s(log_probabilities, &shape)?)
            }
            BayesKind::Categorical { log_probabilities } => {
                Likelihood::Categorical(scope.f64s(log_probabilities, &shape)?)
            }
        };
        let log_priors = scope.f64s(self.log_priors, &[Some(n_classes)])?;
        let output = scope.write((0..n_classes).map(|_| SlotType::NUMBER))?;
        Ok((NaiveBayes { input: self.input, likelihood, log_priors, n_features, parts }, output))
    }
}

impl NaiveBayes {
    /// How many features each slot of the categorical kind has, one per code; all features for others.
    pub fn parts(&self) -> &[usize] {
        &self.parts
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

impl Facts for NaiveBayes {
    const NAME: &'static str = "naive-bayes";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        let numbers = self.n_features.saturating_mul(self.log_priors.as_slice().len()) as u64;
        match self.likelihood {
            Likelihood::Gaussian { .. } => numbers.saturating_mul(3),
            Likelihood::Bernoulli { .. } => numbers.saturating_mul(2),
            Likelihood::Multinomial(_) | Likelihood::Categorical(_) => numbers,
        }
    }
}
