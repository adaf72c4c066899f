//! Fitted trees by rank, as the artifact stores them.

use cli_common::error::{Error, Result};
use model_format::FormatError;
use model_format::forest::{self, Combine, Comparison, ForestSpec, Missing, Packer, TreePart};
use model_format::program::OpSpec;
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::trees::TreesSpec;
use model_format::program::slot::Run;

/// What a node of a fitted tree is; `T` finds other nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Node<T> {
    /// Its value.
    Leaf(f64),
    /// Rows go left where `x[feature] <= threshold`.
    Inner {
        /// Feature it looks at.
        feature: usize,
        /// Threshold.
        threshold: f64,
        /// Child for rows at or below the threshold.
        left: T,
        /// Child for all other rows.
        right: T,
    },
}

/// Trees on their way into a program.
pub(crate) struct Layout {
    packer: Packer,
    n_outputs: usize,
}

/// What smartcore's trees have in common: it compares numbers as they are, and knows no missing ones.
fn spec(n_outputs: usize, combine: Combine) -> ForestSpec {
    ForestSpec {
        n_outputs: index(n_outputs),
        comparison: Comparison::AtMost,
        round_inputs: false,
        round_sums: false,
        combine,
    }
}

impl Layout {
    /// Trees whose leaves are averaged, with a number for each output in every leaf.
    pub(crate) fn mean(n_outputs: usize) -> Self {
        Self { packer: Packer::new(spec(n_outputs, Combine::Mean), false), n_outputs }
    }

    /// Trees of one output whose leaves are added to `base`.
    pub(crate) fn sum(base: f64) -> Self {
        let mut packer = Packer::new(spec(1, Combine::Sum), false);
        packer.base(&[base]);
        Self { packer, n_outputs: 1 }
    }

    /// Appends a tree of one output, found from its root by `look`, without the splits that change nothing;
    /// its leaves count `weight` times.
    ///
    /// # Errors
    ///
    /// An internal error if `look` does not find a node; an input error if the tree breaks a limit of the format.
    pub(crate) fn push<T>(
        &mut self,
        weight: f64,
        root: T,
        look: impl Fn(T) -> Option<Node<T>>,
    ) -> Result<()> {
        let broken = || Error::internal("smartcore returned a tree with a broken node");
        let mut nodes = read(root, look).ok_or_else(broken)?;
        prune(&mut nodes);
        let leaves: Vec<f64> = nodes
            .iter()
            .map(|node| match node {
                Node::Leaf(value) => *value,
                Node::Inner { .. } => 0.0,
            })
            .collect();
        self.push_leaves(nodes.len(), weight, |at| match nodes[at] {
            Node::Leaf(_) => forest::Node::Leaf(&leaves[at..=at]),
            Node::Inner { feature, threshold, left, right } => {
                inner(index(feature), threshold, left, right)
            }
        })
    }

    /// Appends a tree of `n_nodes` nodes as it is.
    ///
    /// # Errors
    ///
    /// An input error if the tree breaks a limit of the format.
    pub(crate) fn push_leaves<'a>(
        &mut self,
        n_nodes: usize,
        weight: f64,
        look: impl Fn(usize) -> forest::Node<'a>,
    ) -> Result<()> {
        let part = TreePart { weight, output: 0 };
        self.packer.push(n_nodes, part, look).map_err(|e| unstorable(&e))
    }

    /// Appends the op and its arrays; the outputs.
    ///
    /// # Errors
    ///
    /// An input error if the trees break a limit of the format.
    pub(crate) fn finish(
        self,
        input: Run,
        probabilities: bool,
        program: &mut ProgramBuilder,
    ) -> Result<Run> {
        let packed = self.packer.finish().map_err(|e| unstorable(&e))?;
        let arrays = program.trees(&packed);
        let op = TreesSpec { input, forest: packed.spec, probabilities, arrays };
        Ok(program.op(OpSpec::Trees(op), index(self.n_outputs)))
    }
}

/// An inner node of smartcore's.
pub(crate) fn inner<'a>(input: u32, threshold: f64, left: usize, right: usize) -> forest::Node<'a> {
    forest::Node::Threshold { input, threshold, missing: Missing::Refused, left, right }
}

fn unstorable(error: &FormatError) -> Error {
    Error::input(format!("the trees cannot be stored: {error}"))
        .with_hint("grow smaller trees with --param max_depth=N")
}

/// The nodes of a tree, children after their parents; `None` if one is not found.
fn read<T>(root: T, look: impl Fn(T) -> Option<Node<T>>) -> Option<Vec<Node<usize>>> {
    let mut nodes = Vec::new();
    let mut queue = std::collections::VecDeque::from([root]);
    let mut next_child = 1;
    while let Some(at) = queue.pop_front() {
        nodes.push(match look(at)? {
            Node::Leaf(value) => Node::Leaf(value),
            Node::Inner { feature, threshold, left, right } => {
                queue.extend([left, right]);
                next_child += 2;
                Node::Inner { feature, threshold, left: next_child - 2, right: next_child - 1 }
            }
        });
    }
    Some(nodes)
}

/// Makes a leaf of every inner node below which all leaves have the same value, to the bit. smartcore
/// goes on splitting rows that all have the same target.
fn prune(nodes: &mut [Node<usize>]) {
    // Children come after their parents.
    for at in (0..nodes.len()).rev() {
        if let Node::Inner { left, right, .. } = nodes[at]
            && let (Node::Leaf(one), Node::Leaf(other)) = (nodes[left], nodes[right])
            && one.to_bits() == other.to_bits()
        {
            nodes[at] = Node::Leaf(one);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_that_change_nothing_are_left_out() {
        // 0: (1: (3: 7, 4: (5: 7, 6: 7)), 2: (7: 0, 8: -0))
        let children = [Some(1), Some(3), Some(7), None, Some(5), None, None, None, None];
        let values = [0.0, 0.0, 0.0, 7.0, 0.0, 7.0, 7.0, 0.0, -0.0];
        let look = |at: usize| {
            Some(match children[at] {
                Some(left) => {
                    let threshold = at as f64;
                    Node::Inner { feature: at, threshold, left, right: left + 1 }
                }
                None => Node::Leaf(values[at]),
            })
        };
        let mut layout = Layout::mean(1);
        for _ in 0..2 {
            layout.push(1.0, 0, look).unwrap();
        }
        let packed = layout.packer.finish().unwrap();
        // Inner nodes 0 and 2 are left of each tree.
        assert_eq!(packed.starts, [0, 2, 4]);
        assert_eq!(packed.thresholds, [0.0, 2.0]);
        let codes = match packed.leaf_codes {
            Some(forest::Packed::U8(codes)) => codes.iter().map(|c| usize::from(*c)).collect(),
            _ => (0..packed.leaf_values.len()).collect::<Vec<_>>(),
        };
        let leaves: Vec<u64> = codes.iter().map(|c| packed.leaf_values[*c].to_bits()).collect();
        let tree = [7.0, 0.0, -0.0].map(f64::to_bits);
        assert_eq!(leaves, [tree, tree].concat());
    }
}
