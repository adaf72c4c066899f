use super::*;
use crate::forest::{MAX_RANKS, Packed, TableKind};

#[test]
fn the_arrays_of_a_small_forest() {
    let packed = small();
    assert_eq!(packed.tables, [0, 0, 2, 0, 1, 0, 1, 0, 2, 6, 1, 4]);
    assert_eq!(packed.thresholds, [1.0, 5.0, 2.0]);
    // Categories 1 and 3, and 4 for missing.
    assert_eq!(packed.sets, Some(vec![0b1_1010]));
    assert_eq!(packed.starts, [0, 3, 4, 4]);
    assert_eq!(packed.node_tables, Packed::U8(vec![0, 1, 0, 2]));
    assert_eq!(packed.node_ranks, Packed::U8(vec![0, 0, 1, 0]));
    assert_eq!(packed.shapes, [0b111, 0b1, 0]);
    assert_eq!(packed.leaf_values, [0.25, 0.75, 0.5, 1.0, 0.125, 0.0, 0.375]);
    assert_eq!(packed.leaf_codes, None);
    assert_eq!((packed.weights, packed.outputs, packed.base), (None, None, None));
}

#[test]
fn a_checked_forest_tells_what_a_kernel_needs() {
    let forest = small().forest(N_INPUTS, true).unwrap();
    let depths: Vec<u32> = forest.trees().iter().map(|tree| tree.depth).collect();
    assert_eq!(depths, [2, 1, 0]);
    let last = forest.trees()[2];
    assert_eq!((last.first_node, last.n_nodes, last.first_leaf, last.first_word), (4, 0, 6, 2));
    assert_eq!(forest.thresholds(&forest.tables()[0]), [1.0, 5.0]);
    assert!(matches!(forest.tables()[2].kind, TableKind::Categories { n_codes: 4, n_sets: 1, .. }));
    assert!(forest.has_sets());
    assert_eq!(forest.trees_per_output(), [3]);
    // Only the table of categories says where a missing value goes; an input that nothing reads may be anything.
    assert_eq!([0, 1, 2, 9].map(|input| forest.may_be_missing(input)), [false, false, true, true]);
}

#[test]
fn leaves_of_few_values_are_codes() {
    let packed = coded();
    // In the order of their bits.
    assert_eq!(packed.leaf_values, [0.0, 0.0, 1.0, 0.5, 0.5, 0.0]);
    assert_eq!(packed.leaf_codes, Some(Packed::U8([0, 1].repeat(40))));
    assert_eq!(packed.weights, Some(vec![0.5; 40]));
    let forest = packed.forest(1, false).unwrap();
    assert_eq!((forest.leaf_width(), forest.trees_per_output()), (3, &[40, 40, 40][..]));
}

#[test]
fn trees_may_name_their_output() {
    let mut packer = Packer::new(spec(2, Combine::Mean), true);
    for output in [1, 0, 1] {
        packer.push(1, TreePart { weight: 1.0, output }, |_| Node::Leaf(&[0.5])).unwrap();
    }
    let forest = packer.finish().unwrap().forest(0, true).unwrap();
    assert_eq!(forest.outputs(), Some(&[1, 0, 1][..]));
    assert_eq!((forest.leaf_width(), forest.trees_per_output()), (1, &[1, 2][..]));
}

#[test]
fn equal_thresholds_share_a_rank_and_missing_rules_do_not() {
    let mut packer = Packer::new(spec(1, Combine::Sum), false);
    let node = |threshold, missing, left| Node::Threshold {
        input: 0,
        threshold,
        missing,
        left,
        right: left + 1,
    };
    let nodes = [
        node(0.0, Missing::Left, 1),
        node(-0.0, Missing::Left, 3),
        node(f64::INFINITY, Missing::Left, 5),
        node(-1.5, Missing::Left, 7),
        node(0.0, Missing::Right, 9),
    ];
    let look = |at: usize| nodes.get(at).copied().unwrap_or(Node::Leaf(&[1.0]));
    packer.push(11, TreePart::default(), look).unwrap();
    let packed = packer.finish().unwrap();
    assert_eq!(packed.tables, [0, 1, 3, 0, 0, 2, 1, 0]);
    assert_eq!(packed.thresholds, [-1.5, 0.0, f64::INFINITY, 0.0]);
    assert_eq!(packed.node_tables, Packed::U8(vec![0, 0, 0, 0, 1]));
    assert_eq!(packed.node_ranks, Packed::U8(vec![1, 1, 2, 0, 0]));
    assert!(packed.forest(1, false).unwrap().may_be_missing(0));
}

#[test]
fn many_thresholds_take_several_tables_of_the_same_size() {
    let mut packer = Packer::new(spec(1, Combine::Sum), false);
    let n = 2 * MAX_RANKS + 1;
    // A chain: node `k` has the leaf `n + k` on its left.
    let look = |at: usize| match at {
        at if at < n => {
            let right = if at + 1 == n { 2 * n } else { at + 1 };
            split(0, at as f64, n + at, right)
        }
        _ => Node::Leaf(&[1.0]),
    };
    packer.push(2 * n + 1, TreePart::default(), look).unwrap();
    let packed = packer.finish().unwrap();
    let sizes: Vec<u32> = packed.tables.chunks(4).map(|table| table[2]).collect();
    assert_eq!(sizes, [43_691, 43_691, 43_689]);
    let forest = packed.forest(1, false).unwrap();
    assert_eq!(forest.trees()[0].depth as usize, n);
    assert!(forest.tables().iter().all(|table| table.input == 0));
}

#[test]
fn broken_trees_are_not_packed() {
    let pack = |nodes: &[Node<'_>]| {
        let mut packer = Packer::new(spec(1, Combine::Sum), false);
        let packed = packer.push(nodes.len(), TreePart::default(), |at| nodes[at]);
        packed.unwrap_err().to_string()
    };
    let leaf = Node::Leaf(&[1.0]);
    assert!(pack(&[split(0, 1.0, 0, 1), leaf]).contains("node 0 is the child of two nodes"));
    assert!(pack(&[split(0, 1.0, 1, 1), leaf]).contains("node 1 is the child of two nodes"));
    assert!(pack(&[split(0, 1.0, 1, 2), leaf]).contains("has no node 2, only 2"));
    assert!(pack(&[Node::Leaf(&[])]).contains("leaf 0 has 0 numbers, expected 1"));
    assert!(pack(&[split(0, f64::NAN, 1, 2), leaf, leaf]).contains("is not a number"));
    let set = CategorySet::new(0, [], true, true);
    let node = Node::Categories { input: 0, set: &set, left: 1, right: 2 };
    assert!(pack(&[node, leaf, leaf]).contains("0 categories, expected 1 to 65533"));
}

#[test]
fn nodes_out_of_reach_are_left_out() {
    let mut packer = Packer::new(spec(1, Combine::Sum), false);
    let nodes = [split(0, 1.0, 3, 2), split(9, 9.0, 0, 0), Node::Leaf(&[2.0]), Node::Leaf(&[3.0])];
    packer.push(nodes.len(), TreePart::default(), |at| nodes[at]).unwrap();
    let packed = packer.finish().unwrap();
    assert_eq!(packed.leaf_values, [3.0, 2.0]);
    assert_eq!(packed.tables, [0, 0, 1, 0]);
}
