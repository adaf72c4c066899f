//! What an estimator is fitted from, and what it gives back.

use cli_common::error::Error;
use cli_common::progress::Progress;

use crate::algorithms::params::{Algorithm, Params};
use crate::engine::features::Features;
use crate::table::target::Values;

/// Predictions in the shape of golden rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Predictions {
    /// Class or cluster per row; empty for regression.
    pub(crate) labels: Vec<u32>,
    /// The numbers of each row, row-major: a value, probabilities, decision values or a distance.
    pub(crate) values: Vec<f64>,
}

impl Predictions {
    /// Numbers without labels.
    pub(crate) fn values(values: Vec<f64>) -> Self {
        Self { labels: Vec::new(), values }
    }

    /// Appends those of the next rows.
    pub(crate) fn append(&mut self, mut next: Self) {
        self.labels.append(&mut next.labels);
        self.values.append(&mut next.values);
    }
}

/// Everything a fit needs.
pub(crate) struct Request<'a> {
    /// What to fit.
    pub(crate) algorithm: Algorithm,
    /// Its hyper-parameters.
    pub(crate) params: &'a Params,
    /// Features, in the form of the algorithm.
    pub(crate) x: &'a Features,
    /// Targets `[n_rows]`.
    pub(crate) y: &'a Values,
    /// Number of labels or clusters; 0 for regression.
    pub(crate) n_classes: usize,
    /// Names of the features.
    pub(crate) feature_names: &'a [String],
    /// Seed of every random choice.
    pub(crate) seed: u64,
    /// Threads to use; the result does not depend on it.
    pub(crate) threads: usize,
    /// Shows the work done.
    pub(crate) progress: &'a Progress,
}

/// An algorithm that was given a target it does not predict.
pub(super) fn other_task(algorithm: Algorithm) -> Error {
    Error::usage(format!("{} does not fit this task", algorithm.name()))
}
