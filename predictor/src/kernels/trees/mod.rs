//! Ensembles of trees: as they lie in the file, and in a form that is faster for many rows.

mod combine;
mod ranked;
mod ranks;
mod top;
mod walk;

pub(crate) use ranked::RankedTrees;
pub(crate) use ranks::RankBuffer;
pub(crate) use walk::score;
