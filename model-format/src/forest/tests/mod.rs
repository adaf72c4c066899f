//! What the packer makes, and what a reader refuses.

mod packed;
mod refused;

use super::{
    CategorySet, Combine, Comparison, ForestSpec, Missing, Node, PackedForest, Packer, TreePart,
};

/// Inputs of the forests here.
const N_INPUTS: usize = 3;

fn spec(n_outputs: u32, combine: Combine) -> ForestSpec {
    let comparison = Comparison::AtMost;
    ForestSpec { n_outputs, comparison, round_inputs: false, round_sums: false, combine }
}

/// A node with a threshold and no rule for missing values.
fn split(input: u32, threshold: f64, left: usize, right: usize) -> Node<'static> {
    Node::Threshold { input, threshold, missing: Missing::Refused, left, right }
}

/// Three trees for one probability: one with thresholds, one with a set, one leaf.
///
/// ```text
/// x0 <= 1 ? (x1 <= 2 ? 0.25 : 0.75) : (x0 <= 5 ? 0.5 : 1)
/// x2 in {1, 3, missing} ? 0.125 : 0
/// 0.375
/// ```
fn small() -> PackedForest {
    let set = CategorySet::new(4, [1, 3], true, false);
    let mut packer = Packer::new(spec(1, Combine::Mean), false);
    let first = [
        split(0, 1.0, 1, 2),
        split(1, 2.0, 3, 4),
        split(0, 5.0, 5, 6),
        Node::Leaf(&[0.25]),
        Node::Leaf(&[0.75]),
        Node::Leaf(&[0.5]),
        Node::Leaf(&[1.0]),
    ];
    packer.push(first.len(), TreePart::default(), |at| first[at]).unwrap();
    let second = [
        Node::Categories { input: 2, set: &set, left: 1, right: 2 },
        Node::Leaf(&[0.125]),
        Node::Leaf(&[0.0]),
    ];
    packer.push(second.len(), TreePart::default(), |at| second[at]).unwrap();
    packer.push(1, TreePart::default(), |_| Node::Leaf(&[0.375])).unwrap();
    packer.finish().unwrap()
}

/// A forest of several outputs, whose leaves are codes: 40 trees of one split between two vectors.
fn coded() -> PackedForest {
    let mut packer = Packer::new(spec(3, Combine::Sum), false);
    for tree in 0..40u32 {
        let nodes = [
            split(0, f64::from(tree % 7), 1, 2),
            Node::Leaf(&[0.0, 0.0, 1.0]),
            Node::Leaf(&[0.5, 0.5, 0.0]),
        ];
        packer.push(nodes.len(), TreePart { weight: 0.5, output: 0 }, |at| nodes[at]).unwrap();
    }
    packer.base(&[1.0, 2.0, 3.0]);
    packer.finish().unwrap()
}
