//! Leaf values of many trees to a mean or a boosted sum.

use model_format::program::ops::node_trees::{Combine, TreeEnsemble};

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
