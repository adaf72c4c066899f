//! Tree ensembles: starts, breadth-first order, features and leaves.
//!
//! The one tree of `tree_regression` has the inner nodes 0, 1 and 3 of 7.

use model_format::v1::EstimatorSpec;
use tests::parts::Parts;

/// Replaces the tree starts and their shape.
fn starts(parts: &mut Parts, starts: &[u64]) {
    parts.set_words("tree_starts", starts);
    let index = parts.index("tree_starts");
    parts.manifest.arrays[index].shape = vec![starts.len() as u64];
}

/// Replaces the nodes' words and their shape, and lets the last tree end with them.
fn nodes(parts: &mut Parts, words: &[u64]) {
    parts.set_words("tree_nodes", words);
    let index = parts.index("tree_nodes");
    let n_nodes = words.len() as u64 / 2;
    parts.manifest.arrays[index].shape = vec![n_nodes];
    let last = parts.words("tree_starts").len() - 1;
    parts.set_word("tree_starts", last, n_nodes);
}

/// Adds leaves at the end of the last tree.
fn more_leaves(parts: &mut Parts, n: usize) {
    let mut words = parts.words("tree_nodes");
    words.extend(vec![0; 2 * n]);
    nodes(parts, &words);
}

/// Removes nodes at the end of the last tree.
fn fewer_nodes(parts: &mut Parts, n: usize) {
    let words = parts.words("tree_nodes");
    nodes(parts, &words[..words.len() - 2 * n]);
}

fn set_n_outputs(parts: &mut Parts, n_outputs: u64) {
    parts.manifest.estimator = EstimatorSpec::MeanOfTrees { n_outputs };
}

refused_parts! {
    boosted_base_of_nan: boosted_regression, |p| {
        let learning_rate = 0.3;
        p.manifest.estimator = EstimatorSpec::BoostedTrees { base_score: f64::NAN, learning_rate };
    } => Structure, "estimator: element 0 is not a finite number";
    boosted_rate_of_infinity: boosted_regression, |p| {
        let learning_rate = f64::INFINITY;
        p.manifest.estimator = EstimatorSpec::BoostedTrees { base_score: 0.5, learning_rate };
    } => Structure, "estimator: element 1 is not a finite number";
    boosted_labels: binary_forest, |p| {
        p.manifest.estimator = EstimatorSpec::BoostedTrees { base_score: 0.5, learning_rate: 0.3 };
    } => Structure, "boosted trees predict numbers, the task has labels";
    child_of_itself: tree_regression, |p| p.set_node_links(1, 1, 1) =>
        Structure, "tree 0: node 1 has left child 1, expected 3";
    child_before_its_parent: tree_regression, |p| p.set_node_links(3, 1, 0) =>
        Structure, "tree 0: node 3 has left child 1, expected 5";
    child_shared_by_two_parents: tree_regression, |p| p.set_node_links(3, 3, 0) =>
        Structure, "tree 0: node 3 has left child 3, expected 5";
    children_that_overlap: tree_regression, |p| p.set_node_links(3, 4, 0) =>
        Structure, "tree 0: node 3 has left child 4, expected 5";
    children_out_of_breadth_first_order: tree_regression, |p| {
        p.set_node_links(1, 5, 1);
        p.set_node_links(3, 3, 0);
    } => Structure, "tree 0: node 1 has left child 5, expected 3";
    child_that_is_the_last_node: tree_regression, |p| p.set_node_links(3, 6, 0) =>
        Structure, "tree 0: node 3 has left child 6, expected 5";
    child_past_the_end: tree_regression, |p| p.set_node_links(3, 7, 0) =>
        Structure, "tree 0: node 3 has left child 7, expected 5";
    child_of_all_ones: tree_regression, |p| p.set_node_links(0, u32::MAX, 0) =>
        Structure, "tree 0: node 0 has left child 4294967295, expected 1";
    child_before_its_parent_in_the_right_place: tree_regression, |p| {
        // Nodes 0 and 1 become leaves; node 2 then has the children that the root should have.
        p.set_node_links(0, 0, 0);
        p.set_node_links(1, 0, 0);
        p.set_node_links(2, 1, 0);
    } => Structure, "tree 0: node 2 has left child 1 before it";
    inner_node_made_a_leaf: tree_regression, |p| p.set_node_links(3, 0, 0) =>
        Structure, "tree 0: 7 nodes, its inner nodes have 5";
    leaf_made_an_inner_node: tree_regression, |p| p.set_node_links(6, 7, 0) =>
        Structure, "tree 0: 7 nodes, its inner nodes have 9";
    unreachable_leaf: tree_regression, |p| more_leaves(p, 1) =>
        Structure, "tree 0: 8 nodes, its inner nodes have 7";
    unreachable_leaves: tree_regression, |p| more_leaves(p, 2) =>
        Structure, "tree 0: 9 nodes, its inner nodes have 7";
    tree_cut_short: tree_regression, |p| fewer_nodes(p, 1) =>
        Structure, "tree 0: 6 nodes, its inner nodes have 7";
    feature_past_the_last: tree_regression, |p| p.set_node_links(3, 5, 3) =>
        Structure, "tree 0: node 3 looks at feature 3 of 3";
    feature_of_all_ones: tree_regression, |p| p.set_node_links(0, 1, u32::MAX) =>
        Structure, "tree 0: node 0 looks at feature 4294967295 of 3";
    feature_on_a_leaf: tree_regression, |p| p.set_node_links(6, 0, 1) =>
        Structure, "tree 0: leaf 6 names feature 1, expected 0";
    threshold_of_nan: tree_regression, |p| p.set_node_value(0, f64::NAN) =>
        Structure, "tree 0: node 0 holds NaN, expected a finite number";
    threshold_of_infinity: tree_regression, |p| p.set_node_value(1, f64::INFINITY) =>
        Structure, "tree 0: node 1 holds inf";
    leaf_of_nan: tree_regression, |p| p.set_node_value(2, f64::NAN) =>
        Structure, "tree 0: node 2 holds NaN";
    leaf_of_minus_infinity: tree_regression, |p| p.set_node_value(6, f64::NEG_INFINITY) =>
        Structure, "tree 0: node 6 holds -inf";
    leaf_probability_above_one: binary_forest, |p| p.set_node_value(2, 1.0f64.next_up()) =>
        Structure, "tree 0: leaf 2 holds 1.0000000000000002, expected a probability";
    leaf_probability_below_zero: binary_forest, |p| p.set_node_value(3, -f64::MIN_POSITIVE) =>
        Structure, "tree 1: leaf 0 holds -0.";
    leaf_probability_of_one_class_above_one: one_vs_rest_forest, |p| p.set_node_value(15, 2.0) =>
        Structure, "tree 5: leaf 2 holds 2, expected a probability";
    second_tree_damaged: binary_forest, |p| p.set_node_links(4, 2, 2) =>
        Structure, "tree 2: node 0 has left child 2, expected 1";
    children_counted_from_the_first_tree: binary_forest, |p| p.set_node_links(4, 5, 2) =>
        Structure, "tree 2: node 0 has left child 5, expected 1";
    tree_starts_descending: binary_forest, |p| p.set_words("tree_starts", &[0, 4, 3, 9]) =>
        Structure, "tree";
    tree_starts_above_the_nodes: binary_forest, |p| p.set_words("tree_starts", &[0, 3, 10, 9]) =>
        Structure, "tree 1: starts [3, 10] are not ascending";
    tree_start_of_all_ones: binary_forest, |p| p.set_word("tree_starts", 1, u64::MAX) =>
        Structure, "tree 0: starts [0, 18446744073709551615] are not ascending";
    empty_tree: binary_forest, |p| p.set_words("tree_starts", &[0, 3, 3, 9]) =>
        Structure, "tree 1: starts [3, 3] are not ascending";
    tree_starts_not_at_the_first_node: binary_forest, |p| p.set_word("tree_starts", 0, 1) =>
        Structure, "expected 0 to 9";
    tree_starts_end_early: binary_forest, |p| p.set_word("tree_starts", 3, 8) =>
        Structure, "expected 0 to 9";
    tree_starts_end_late: binary_forest, |p| p.set_word("tree_starts", 3, 10) =>
        Structure, "expected 0 to 9";
    trees_cut_at_the_wrong_node: binary_forest, |p| p.set_word("tree_starts", 1, 2) =>
        Structure, "tree 0: 2 nodes, its inner nodes have 3";
    no_trees: tree_regression, |p| starts(p, &[0]) => Structure, "trees: found 0, expected 1";
    no_trees_and_no_starts: tree_regression, |p| starts(p, &[]) =>
        Structure, "trees: found 0, expected 1";
    no_nodes: tree_regression, |p| {
        nodes(p, &[]);
        starts(p, &[0, 0]);
    } => Structure, "tree 0: starts [0, 0] are not ascending";
    trees_not_a_multiple_of_outputs: one_vs_rest_forest, |p| {
        let words = p.words("tree_starts");
        starts(p, &words[..6]);
        let n_nodes = usize::try_from(words[5]).unwrap();
        let kept = p.words("tree_nodes")[..2 * n_nodes].to_vec();
        nodes(p, &kept);
    } => Structure, "5 trees for 3 outputs";
    too_many_outputs: binary_forest, |p| set_n_outputs(p, 3) =>
        Structure, "estimator: 3 outputs, the task has 1";
    an_output_per_class_for_two_classes: binary_forest, |p| set_n_outputs(p, 2) =>
        Structure, "estimator: 2 outputs, the task has 1";
    one_output_for_three_classes: one_vs_rest_forest, |p| set_n_outputs(p, 1) =>
        Structure, "estimator: 1 outputs, the task has 3";
    no_outputs: tree_regression, |p| set_n_outputs(p, 0) => Structure, "estimator: 0 outputs";
    outputs_of_all_ones: tree_regression, |p| set_n_outputs(p, u64::MAX) =>
        Structure, "estimator: 18446744073709551615 outputs";
}
