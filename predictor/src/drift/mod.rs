//! The guard: has a batch left the distribution that the model was trained on?
//!
//! While rows are scored a [`Tally`] counts, column by column, how many cells fall where; a
//! [`Watch`] says where the cells of the training data fell. [`Drift`] compares the two, once the
//! tallies of the chunks are put together as [`Totals`]. `docs/design.md` says why the limits are
//! what they are.

mod judge;
mod measure;
mod report;
mod watch;

#[cfg(test)]
mod tests;

pub(crate) use judge::Drift;
pub(crate) use watch::{Tally, Totals, Watch};

/// What `--require` calls the score.
pub(crate) const METRIC: &str = "drift";
/// Rows that a comparison takes at least, in the batch and in the training data.
pub(crate) const MIN_ROWS: u64 = 30;
