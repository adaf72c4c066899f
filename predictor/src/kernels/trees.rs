//! Mean or boosted sum of trees for a block of rows.
//!
//! A tree at a time over the whole block keeps the tree in cache; several rows walk it side by
//! side, so that their memory accesses overlap, and a step has no branch to mispredict.

use model_format::pipeline::trees::{Combine, Tree, TreeEnsemble, feature, left, value};

use crate::block::Features;

/// Rows that walk a tree side by side.
const LANES: usize = 16;

/// Appends `[n_outputs, rows]` outputs: leaf values added in tree order.
pub(super) fn score(ensemble: &TreeEnsemble, block: &Features<'_>, outputs: &mut Vec<f64>) {
    combine(ensemble, block.len(), outputs, |tree, rate, sums| {
        let Tree { start, end, .. } = ensemble.trees()[tree];
        let nodes = &ensemble.nodes()[start..end];
        for (first, sums) in (0..).step_by(LANES).zip(sums.chunks_mut(LANES)) {
            walk(nodes, block, first, rate, sums);
        }
    });
}

/// Appends `[n_outputs, rows]` outputs; `add` adds the leaf values of the tree with this index, times a
/// rate, to the sums of all rows.
pub(super) fn combine(
    ensemble: &TreeEnsemble,
    rows: usize,
    outputs: &mut Vec<f64>,
    mut add: impl FnMut(usize, f64, &mut [f64]),
) {
    let per_output = ensemble.trees_per_output();
    let mut start = outputs.len();
    outputs.resize(start + ensemble.n_outputs() * rows, 0.0);
    for output in 0..ensemble.n_outputs() {
        let sums = &mut outputs[start..start + rows];
        let rate = match ensemble.combine() {
            Combine::Mean => 1.0,
            Combine::Boost { base_score, learning_rate } => {
                sums.fill(base_score);
                learning_rate
            }
        };
        for tree in output * per_output..(output + 1) * per_output {
            add(tree, rate, sums);
        }
        if ensemble.combine() == Combine::Mean {
            let n_trees = per_output as f64;
            for sum in sums {
                *sum /= n_trees;
            }
        }
        start += rows;
    }
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
