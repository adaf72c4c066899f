//! Ensembles of trees: as they lie in the file, and in a form that is faster for many rows.

mod combine;
mod ranked;
pub(super) mod ranks;
mod top;
pub(super) mod tree;
mod walk;

pub(super) use ranked::MAX_BYTES;
pub(crate) use ranked::RankedTrees;
pub(crate) use ranks::RankBuffer;
pub(crate) use walk::score;
