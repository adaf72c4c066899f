//! Rows divided into those a model is fitted on and those it is evaluated on.

pub(crate) mod folds;
pub(crate) mod holdout;

/// Holds the row indices of both parts, each in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Split {
    /// Rows the model may learn from.
    pub(crate) train: Vec<usize>,
    /// Rows kept back for the evaluation; empty when `fraction` is 0.
    pub(crate) test: Vec<usize>,
}
