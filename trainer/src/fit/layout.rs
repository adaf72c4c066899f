//! Fitted trees in the order of the artifact: breadth first, children side by side.

use std::collections::VecDeque;

use model_format::NodeWords;
use model_format::manifest::EstimatorSpec;
use model_format::pipeline::trees::{TREE_NODES, TREE_STARTS, pack};
use model_format::writer::ArrayData;

use super::Extracted;
use crate::error::{Error, Result};

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
    /// Appends a tree, found from its root by `look`.
    ///
    /// # Errors
    ///
    /// An internal error if `look` does not find a node, or the tree has 2^32 of them.
    pub(crate) fn push<T>(&mut self, root: T, look: impl Fn(T) -> Option<Node<T>>) -> Result<()> {
        let broken = || Error::internal("smartcore returned a tree with a broken node");
        self.starts.push(self.nodes.len() as u64);
        let mut queue = VecDeque::from([root]);
        let mut next_child = 1u32;
        while let Some(at) = queue.pop_front() {
            match look(at).ok_or_else(broken)? {
                Node::Leaf(value) => self.nodes.push(pack(value, 0, 0)),
                Node::Inner { feature, threshold, left, right } => {
                    let feature = u32::try_from(feature).map_err(|_| broken())?;
                    self.nodes.push(pack(threshold, next_child, feature));
                    queue.extend([left, right]);
                    next_child = next_child.checked_add(2).ok_or_else(broken)?;
                }
            }
        }
        Ok(())
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
