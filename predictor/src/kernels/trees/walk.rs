//! Trees as they lie in the file, for a block of rows.
//!
//! A tree at a time over the whole block keeps the tree in cache; several rows walk it side by
//! side, so that their memory accesses overlap, and a step has no branch to mispredict.

use model_format::program::ops::node_trees::{Tree, TreeEnsemble, feature, left, value};

use super::combine::combine;
use crate::block::Features;

/// Rows that walk a tree side by side.
const LANES: usize = 16;

/// Appends `[n_outputs, rows]` outputs: leaf values added in tree order.
pub(crate) fn score(ensemble: &TreeEnsemble, block: &Features<'_>, outputs: &mut Vec<f64>) {
    combine(ensemble, block.len(), outputs, |tree, rate, sums| {
        let Tree { start, end, .. } = ensemble.trees()[tree];
        let nodes = &ensemble.nodes()[start..end];
        for (first, sums) in (0..).step_by(LANES).zip(sums.chunks_mut(LANES)) {
            walk(nodes, block, first, rate, sums);
        }
    });
}

/// Adds `rate` times the leaf value of rows `first..first + sums.len()`; times one changes no bit.
fn walk(nodes: &[[u64; 2]], block: &Features<'_>, first: usize, rate: f64, sums: &mut [f64]) {
    let (features, capacity) = (block.values(), block.capacity());
    let mut at = [0u32; LANES];
    loop {
        let mut inner = 0;
        // Lanes past the last row walk along with rows of an earlier block; the capacity is a
        // multiple of LANES, so they exist, and their leaves are not added.
        for (lane, at) in at.iter_mut().enumerate() {
            let node = nodes[*at as usize];
            let child = left(node);
            let x = features[feature(node) as usize * capacity + first + lane];
            // Not `x > threshold`: a NaN goes right, as it does in the training library.
            #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN must go right")]
            let right = u32::from(!(x <= value(node)));
            *at = if child == 0 { *at } else { child + right };
            inner |= child;
        }
        if inner == 0 {
            break;
        }
    }
    for (sum, at) in sums.iter_mut().zip(at) {
        *sum += rate * value(nodes[at as usize]);
    }
}
