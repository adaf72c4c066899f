//! Fitted trees in the order of the artifact: breadth first, children side by side.

use std::collections::VecDeque;

use cli_common::error::{Error, Result};
use model_format::NodeWords;
use model_format::program::ops::node_trees::{TREE_NODES, TREE_STARTS, feature, left, pack, value};
use model_format::v1::EstimatorSpec;
use model_format::writer::ArrayData;

use super::request::Extracted;

/// What a node of a fitted tree is; `T` finds other nodes.
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

/// Trees laid out one after another.
#[derive(Default)]
pub(crate) struct Layout {
    starts: Vec<u64>,
    nodes: Vec<NodeWords>,
}

impl Layout {
    /// Appends a tree, found from its root by `look`, without the splits that change nothing.
    ///
    /// # Errors
    ///
    /// An internal error if `look` does not find a node, or the tree has 2^32 of them.
    pub(crate) fn push<T>(&mut self, root: T, look: impl Fn(T) -> Option<Node<T>>) -> Result<()> {
        let broken = || Error::internal("smartcore returned a tree with a broken node");
        self.starts.push(self.nodes.len() as u64);
        let mut nodes = Vec::new();
        breadth_first(&mut nodes, root, look).ok_or_else(broken)?;
        fold(&mut nodes);
        let look = |at: usize| {
            let (node, child) = (nodes[at], left(nodes[at]) as usize);
            Some(if child == 0 {
                Node::Leaf(value(node))
            } else {
                let (feature, threshold) = (feature(node) as usize, value(node));
                Node::Inner { feature, threshold, left: child, right: child + 1 }
            })
        };
        breadth_first(&mut self.nodes, 0, look).ok_or_else(broken)
    }

    /// The arrays of an estimator made of these trees.
    pub(crate) fn finish(mut self, estimator: EstimatorSpec) -> Extracted {
        self.starts.push(self.nodes.len() as u64);
        Extracted {
            estimator,
            arrays: vec![
                ArrayData::u64(TREE_STARTS, &self.starts),
                ArrayData::nodes(TREE_NODES, &self.nodes),
            ],
        }
    }
}

/// Appends the nodes of a tree; `None` if one is not found, or there are 2^32 of them.
fn breadth_first<T>(
    nodes: &mut Vec<NodeWords>,
    root: T,
    look: impl Fn(T) -> Option<Node<T>>,
) -> Option<()> {
    let mut queue = VecDeque::from([root]);
    let mut next_child = 1u32;
    while let Some(at) = queue.pop_front() {
        match look(at)? {
            Node::Leaf(value) => nodes.push(pack(value, 0, 0)),
            Node::Inner { feature, threshold, left, right } => {
                nodes.push(pack(threshold, next_child, u32::try_from(feature).ok()?));
                queue.extend([left, right]);
                next_child = next_child.checked_add(2)?;
            }
        }
    }
    Some(())
}

/// Makes a leaf of every inner node below which all leaves have the same value, to the bit. smartcore
/// goes on splitting rows that all have the same target.
fn fold(nodes: &mut [NodeWords]) {
    // Children come after their parents.
    for at in (0..nodes.len()).rev() {
        let child = left(nodes[at]) as usize;
        if child == 0 {
            continue;
        }
        let (one, other) = (nodes[child], nodes[child + 1]);
        let leaves = left(one) == 0 && left(other) == 0;
        if leaves && value(one).to_bits() == value(other).to_bits() {
            nodes[at] = one;
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
        let mut layout = Layout::default();
        for _ in 0..2 {
            let look = |at: usize| {
                Some(match children[at] {
                    Some(left) => {
                        let right = left + 1;
                        Node::Inner { feature: at, threshold: at as f64, left, right }
                    }
                    None => Node::Leaf(values[at]),
                })
            };
            layout.push(0, look).unwrap();
        }
        let tree =
            [pack(0.0, 1, 0), pack(7.0, 0, 0), pack(2.0, 3, 2), pack(0.0, 0, 0), pack(-0.0, 0, 0)];
        assert_eq!(layout.starts, [0, 5]);
        assert_eq!(layout.nodes, [tree, tree].concat());
    }
}
