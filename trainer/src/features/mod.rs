//! Columns of a table to the features that a model is fitted on.

pub(crate) mod encode;
pub(crate) mod reduce;
pub(crate) mod statistics;
pub(crate) mod steps;
