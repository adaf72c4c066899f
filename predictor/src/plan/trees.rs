//! Trees as they lie in the file, and in a form that is faster for many rows once there were enough of them.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use model_format::program::ops::node_trees::TreeEnsemble;

use crate::block::Features;
use crate::kernels::trees::RankedTrees;

/// Making ranked trees takes about as long as they save over one row for so many nodes.
const NODES_PER_ROW: u64 = 32;

/// Trees, and what was decided for them while rows came.
#[derive(Debug)]
pub(crate) struct Trees {
    pub(crate) ensemble: TreeEnsemble,
    n_features: usize,
    rows_scored: AtomicU64,
    /// The trees in their other form, if they have one and it was made.
    ranked: OnceLock<Option<RankedTrees>>,
}

impl Trees {
    pub(crate) fn new(ensemble: TreeEnsemble, n_features: usize) -> Self {
        Self { ensemble, n_features, rows_scored: AtomicU64::new(0), ranked: OnceLock::new() }
    }

    /// The trees in the form that is faster for many rows, once there were enough of them to be worth
    /// its making.
    pub(crate) fn ranked(&self, block: &Features<'_>) -> Option<&RankedTrees> {
        if !block.is_large() {
            return None;
        }
        if let Some(decided) = self.ranked.get() {
            return decided.as_ref();
        }
        let before = self.rows_scored.fetch_add(block.len() as u64, Ordering::Relaxed);
        let worth_it = before > self.ensemble.nodes().len() as u64 / NODES_PER_ROW;
        if worth_it { self.rank(block.capacity()) } else { None }
    }

    /// Makes that form, for blocks with room for so many rows.
    pub(crate) fn rank(&self, capacity: usize) -> Option<&RankedTrees> {
        let make = || RankedTrees::new(&self.ensemble, self.n_features, capacity);
        self.ranked.get_or_init(make).as_ref()
    }

    /// Keeps the trees as they lie in the file; whether they are in the other form.
    #[cfg(feature = "testing")]
    pub(crate) fn keep(&self) -> bool {
        self.ranked.get_or_init(|| None).is_some()
    }
}
