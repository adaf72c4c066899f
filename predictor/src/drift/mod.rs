//! The drift monitor: has a batch left the distribution that the model was trained on?
//!
//! While rows are scored [`ChunkStats`] count, column by column, how many cells fall where; the
//! [`Reference`] statistics say where the cells of the training data fell. [`Drift`] compares the two, once
//! those of the chunks are put together as [`BatchStats`]. `docs/design.md` says why the limits are
//! what they are.

mod batch;
mod chunk;
mod judge;
mod measure;
mod reference;
mod report;

#[cfg(test)]
mod tests;

pub(crate) use batch::BatchStats;
pub(crate) use chunk::ChunkStats;
pub(crate) use judge::Drift;
pub(crate) use reference::Reference;

/// What `--require` calls the score.
pub(crate) const METRIC: &str = "drift";
