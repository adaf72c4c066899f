//! What a metric is: a name, a direction, and a formula over what was gathered.

use crate::confusion::Confusion;
use crate::curves::Curves;
use crate::spread::Spread;

/// A measure of how good predictions are.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Name in snake case, such as `roc_auc`; reports, gates and `--metric` use it.
    pub name: &'static str,
    /// Which of two values is the better one.
    pub better: Better,
    /// How it is computed, which also decides where it exists.
    pub formula: Formula,
}

/// Which of two values is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The higher one: shares of success.
    Higher,
    /// The lower one: losses and errors.
    Lower,
}

/// How a metric is computed. A `term` is summed over the rows in their order.
#[derive(Clone, Copy, Debug)]
pub enum Formula {
    /// Labels: from the rows counted by true and predicted label.
    Confusion(fn(&Confusion) -> Option<f64>),
    /// Labels with probabilities: a term of the true label and all probabilities; the value from the
    /// sum of the terms and the number of rows.
    Probabilities {
        /// One row's part of the sum.
        term: fn(truth: usize, probabilities: &[f64]) -> f64,
        /// The metric from the sum and the number of rows, which is not 0.
        value: fn(sum: f64, rows: f64) -> f64,
    },
    /// Labels with probabilities: from the ROC curve of each label against the rest.
    Curves(fn(&Curves) -> Option<f64>),
    /// Numbers: a term of the true and the predicted number; the value from the sum of the terms and
    /// the spread of the true numbers.
    Numbers {
        /// One row's part of the sum.
        term: fn(truth: f64, predicted: f64) -> f64,
        /// The metric; at least one row was gathered.
        value: fn(sum: f64, truth: &Spread) -> Option<f64>,
        /// What always predicting the mean of the true numbers scores; `None` if that does not follow
        /// from their spread.
        at_mean: fn(truth: &Spread) -> Option<f64>,
    },
    /// Clusters: a term of the squared distance to the nearest centroid.
    Clusters {
        /// One row's part of the sum.
        term: fn(squared_distance: f64) -> f64,
        /// The metric from the sum and the number of rows, which is not 0.
        value: fn(sum: f64, rows: f64) -> f64,
    },
}

impl Metric {
    /// Whether `value` is better than `other`.
    pub fn is_better(&self, value: f64, other: f64) -> bool {
        match self.better {
            Better::Higher => value > other,
            Better::Lower => value < other,
        }
    }

    /// By how much `value` is better than `other`; negative if it is worse.
    pub fn advantage(&self, value: f64, other: f64) -> f64 {
        match self.better {
            Better::Higher => value - other,
            Better::Lower => other - value,
        }
    }
}
