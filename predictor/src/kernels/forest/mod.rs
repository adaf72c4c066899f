//! Forests of format 2, scored as they lie in the file.
//!
//! Everything is done over ranks: the values of a row become, once for all trees, their ranks in the
//! tables of the forest, and nodes compare those. Few rows walk the trees as they are stored, [`few`];
//! for many a tree is first written out so that a step is as short as it can be, [`unpacked`], which takes
//! one pass over it and no search.

mod buffer;
mod few;
mod many;
mod ranks;
mod sums;
mod unpacked;

#[cfg(test)]
mod random;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use model_format::forest::Forest;

use super::trees::MAX_BYTES;
use super::trees::ranks::MAX_RANKS;
use crate::block::{Features, GROUP_ROWS};
use crate::wide::Width;
pub(crate) use buffer::ForestBuffer;
use unpacked::UnpackedTree;

/// Fewer rows always walk the trees as they are stored.
const MANY_ROWS: usize = 8;
/// To write out so many nodes of a tree takes about as long as it saves over one row.
const NODES_PER_ROW: usize = 32;

/// A forest, and what is made of it while rows come.
#[derive(Debug)]
pub(crate) struct ForestKernel {
    forest: Arc<Forest>,
    /// Rows that are ranked together, a multiple of [`GROUP_ROWS`]; `None` if the forest has too many tables.
    capacity: Option<usize>,
    rows_scored: AtomicU64,
    /// The trees written out, if they were and there is room for it.
    unpacked: OnceLock<Option<Vec<UnpackedTree>>>,
}

impl ForestKernel {
    /// A forest that is to be sized for its blocks.
    pub(crate) fn new(forest: Arc<Forest>) -> Self {
        Self { forest, capacity: None, rows_scored: AtomicU64::new(0), unpacked: OnceLock::new() }
    }

    /// Makes it serve blocks with room for so many rows.
    pub(crate) fn size_for(&mut self, block_capacity: usize) {
        let most = MAX_RANKS / self.forest.tables().len().max(1) / GROUP_ROWS * GROUP_ROWS;
        // Pieces of a block are of the same size.
        let n_pieces = block_capacity.div_ceil(most.max(1)).max(1);
        let capacity = block_capacity.div_ceil(n_pieces).next_multiple_of(GROUP_ROWS).min(most);
        let fits = capacity > 0 && u32::try_from(self.forest.sets().len()).is_ok();
        self.capacity = fits.then_some(capacity);
    }

    /// Appends `[n_outputs, rows]` outputs.
    pub(crate) fn score(
        &self,
        block: &Features<'_>,
        width: Width,
        buffer: &mut ForestBuffer,
        outputs: &mut Vec<f64>,
    ) {
        let n_rows = block.len();
        if let Some(capacity) = self.capacity {
            let unpacked = self.unpacked(n_rows, capacity);
            let enough =
                if unpacked.is_some() { MANY_ROWS } else { self.worth_it().max(MANY_ROWS) };
            if n_rows >= enough {
                many::score(&self.forest, unpacked, capacity, block, width, buffer, outputs);
                return;
            }
        }
        few::score(&self.forest, block, width, &mut buffer.few, outputs);
    }

    /// The trees written out, once so many rows came that it would have paid.
    fn unpacked(&self, n_rows: usize, capacity: usize) -> Option<&[UnpackedTree]> {
        if let Some(decided) = self.unpacked.get() {
            return decided.as_deref();
        }
        if n_rows < MANY_ROWS {
            return None;
        }
        let before = self.rows_scored.fetch_add(n_rows as u64, Ordering::Relaxed);
        if before >= self.worth_it() as u64 { self.unpack(capacity) } else { None }
    }

    /// Writes out the trees if there is room for it.
    fn unpack(&self, capacity: usize) -> Option<&[UnpackedTree]> {
        let unpacked = self.unpacked.get_or_init(|| {
            let fits = unpacked::bytes(&self.forest) <= MAX_BYTES;
            fits.then(|| unpacked::all(&self.forest, capacity))
        });
        unpacked.as_deref()
    }

    /// Writes out the trees before there is a row, or never; whether they are written out.
    #[cfg(feature = "testing")]
    pub(crate) fn rank(&self, many: bool) -> bool {
        match self.capacity {
            Some(capacity) if many => self.unpack(capacity).is_some(),
            Some(_) | None => self.unpacked.get_or_init(|| None).is_some(),
        }
    }

    /// Rows for which it pays to write out the trees.
    fn worth_it(&self) -> usize {
        let n_nodes = 2 * self.forest.node_tables().len() / self.forest.trees().len();
        n_nodes / NODES_PER_ROW
    }
}
