//! How a model's blocks are scored: which of its forms the estimator takes, decided while rows come.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use model_format::Pipeline;

use crate::block::Block;
use crate::kernels::RankedTrees;

/// Making ranked trees takes about as long as they save over one row for so many nodes.
const NODES_PER_ROW: u64 = 32;

/// What was decided for a model, shared by the threads that score with it.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    rows_scored: AtomicU64,
    /// The trees in their other form, if they have one and it was made.
    ranked: OnceLock<Option<RankedTrees>>,
}

impl Plan {
    /// The trees in the form that is faster for many rows, once there were enough of them to be worth
    /// its making.
    pub(crate) fn ranked(&self, pipeline: &Pipeline, block: &Block) -> Option<&RankedTrees> {
        let trees = pipeline.estimator().trees()?;
        if !block.is_large() {
            return None;
        }
        let ranked = self.ranked.get().or_else(|| {
            let before = self.rows_scored.fetch_add(block.len() as u64, Ordering::Relaxed);
            (before > trees.nodes().len() as u64 / NODES_PER_ROW)
                .then(|| self.ranked.get_or_init(|| RankedTrees::of(pipeline, block.capacity())))
        });
        ranked?.as_ref()
    }
}
