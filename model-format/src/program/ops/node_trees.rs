//! Tree ensembles: binary trees in breadth-first order, averaged or boosted.
//!
//! A node is two 64-bit words. The first is an f64: the threshold of an inner node, the value of a
//! leaf. The second holds the index of the left child in its low half (0 for a leaf; the right
//! child follows the left one) and the feature in its high half. A row goes left where
//! `x[feature] <= threshold`.
//!
//! Breadth-first order is checked, not assumed: the left child of a tree's k-th inner node is node
//! `2k + 1`. That one rule makes every node the child of exactly one earlier node, so there are no
//! cycles, no sharing and no unreachable nodes, and it takes one pass without memory to check.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::hint::{black_box, select_unpredictable};

use serde::{Deserialize, Serialize};

use crate::buffer::{Array, NodeWords};
use crate::error::{FormatError, Result};
use crate::fields::Dtype;
use crate::finite::finite;
use crate::limits::{MAX_TREE_NODES, MAX_TREES};
use crate::parallel;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};
use crate::schema::count;

/// Name of the array of first nodes, `[n_trees + 1]`; the last element is the number of nodes.
pub const TREE_STARTS: &str = "tree_starts";
/// Name of the node array, `[n_nodes]`.
pub const TREE_NODES: &str = "tree_nodes";

/// The sign of an f64.
const SIGN: u64 = 1 << 63;

/// Packs a node into its words.
pub fn pack(value: f64, left: u32, feature: u32) -> NodeWords {
    [value.to_bits(), u64::from(left) | (u64::from(feature) << 32)]
}

/// Index of a node's left child within its tree; 0 for a leaf.
#[inline]
pub fn left(node: NodeWords) -> u32 {
    (node[1] & 0xffff_ffff) as u32
}

/// Feature an inner node looks at; 0 for a leaf.
#[inline]
pub fn feature(node: NodeWords) -> u32 {
    (node[1] >> 32) as u32
}

/// Threshold of an inner node or value of a leaf.
#[inline]
pub fn value(node: NodeWords) -> f64 {
    f64::from_bits(node[0])
}

/// How the leaves that a row reaches become an output.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Combine {
    /// Summed in tree order from 0.0, divided once by the number of trees.
    Mean,
    /// `base_score`, then `+= learning_rate * leaf` in tree order.
    Boost {
        /// The value before the first tree.
        base_score: f64,
        /// What each leaf is multiplied by.
        learning_rate: f64,
    },
}

/// The trees of format version 1: combined leaves per output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeTreesSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How leaves become an output.
    pub combine: Combine,
    /// Outputs, of which each has as many trees.
    pub n_outputs: u32,
    /// Whether leaves are probabilities.
    pub probabilities: bool,
    /// First nodes, `[n_trees + 1]`.
    pub starts: ArrayId,
    /// `[n_nodes]`.
    pub nodes: ArrayId,
}

/// Checked trees; output `o` combines the leaves of its own trees.
#[derive(Clone, Debug)]
pub struct TreeEnsemble {
    input: Run,
    combine: Combine,
    nodes: Array<NodeWords>,
    trees: Vec<Tree>,
    n_outputs: usize,
}

/// One checked tree: a range of the node array and its depth.
#[derive(Clone, Copy, Debug)]
pub struct Tree {
    /// Index of its root in the node array.
    pub start: usize,
    /// One past its last node.
    pub end: usize,
    /// Edges on its longest path.
    pub depth: u32,
}

impl NodeTreesSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(TreeEnsemble, Run)> {
        let Self { input, combine, probabilities, .. } = *self;
        let n_features = scope.numbers("input", input, false)?;
        if let Combine::Boost { base_score, learning_rate } = combine {
            finite("estimator", &[base_score, learning_rate])?;
        }
        let n_outputs = scope.width("outputs", self.n_outputs, 1)?;
        let starts = scope.array::<u64>(self.starts, Dtype::U64, &[None])?;
        let nodes = scope.array::<NodeWords>(self.nodes, Dtype::Node, &[None])?;
        let n_trees = starts.as_slice().len().saturating_sub(1);
        count("trees", n_trees, 1, MAX_TREES)?;
        if n_trees.checked_rem(n_outputs) != Some(0) {
            let what = format!("{n_trees} trees for {n_outputs} outputs");
            return Err(FormatError::structure("trees", what));
        }
        let n_nodes = nodes.as_slice().len();
        let ends = (starts.as_slice().first(), starts.as_slice().last());
        if ends != (Some(&0), Some(&(n_nodes as u64))) {
            let what = format!("runs from {ends:?}, expected 0 to {n_nodes}");
            return Err(FormatError::structure(scope.name(self.starts), what));
        }
        let (starts, nodes_of) = (starts.as_slice(), nodes.as_slice());
        // Neighbouring trees share their border; every thread gets several shares, as trees differ in
        // size. The first bad tree is reported, whichever thread finds one first.
        let threads = parallel::threads_for(size_of_val(nodes_of));
        let share = if threads > 1 { n_trees.div_ceil(threads.saturating_mul(8)) } else { n_trees };
        let shares = (0..n_trees).step_by(share.max(1)).map(|first| {
            let last = n_trees.min(first.saturating_add(share));
            (first, starts.get(first..=last).unwrap_or_default())
        });
        let checked = parallel::map(shares, threads, |(first, starts)| {
            let trees = starts.windows(2).zip(first..);
            trees
                .map(|(pair, index)| {
                    check_range(pair, nodes_of, n_features, probabilities)
                        .map_err(|what| FormatError::structure(format!("tree {index}"), what))
                })
                .collect::<Result<Vec<Tree>>>()
        });
        let mut trees = Vec::with_capacity(n_trees);
        for share in checked {
            trees.extend(share?);
        }
        let slot = if probabilities { SlotType::Probability } else { SlotType::NUMBER };
        let output = scope.write((0..n_outputs).map(|_| slot))?;
        Ok((TreeEnsemble { input, combine, nodes, trees, n_outputs }, output))
    }
}

impl TreeEnsemble {
    /// How leaves become an output.
    pub fn combine(&self) -> Combine {
        self.combine
    }

    /// All nodes of all trees; child indices count from the root of their tree.
    pub fn nodes(&self) -> &[NodeWords] {
        self.nodes.as_slice()
    }

    /// The trees, those of output 0 first.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// Number of outputs.
    pub fn n_outputs(&self) -> usize {
        self.n_outputs
    }

    /// Trees averaged for one output.
    pub fn trees_per_output(&self) -> usize {
        self.trees.len().checked_div(self.n_outputs).unwrap_or(0)
    }
}

impl Facts for TreeEnsemble {
    const NAME: &'static str = "trees";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        /// Nodes of a tree that a row passes.
        const DEPTH: u64 = 16;
        (self.trees.len() as u64).saturating_mul(DEPTH)
    }
}

/// Checks the tree between two starts.
fn check_range(
    starts: &[u64],
    nodes: &[NodeWords],
    n_features: usize,
    probabilities: bool,
) -> std::result::Result<Tree, String> {
    let place = |at: &u64| usize::try_from(*at).ok();
    let (start, end) = match starts.iter().filter_map(place).collect::<Vec<_>>()[..] {
        [a, b] if a < b && b <= nodes.len() => (a, b),
        _ => return Err(format!("starts {starts:?} are not ascending")),
    };
    let tree = nodes.get(start..end).unwrap_or_default();
    let depth = match quick_check(tree, n_features, probabilities) {
        Some(depth) => depth,
        None => check_tree(tree, n_features, probabilities)?,
    };
    Ok(Tree { start, end, depth })
}

/// The depth of a tree that is as it should be. [`check_tree`] asks the same of every node, and says
/// what is wrong; here the answers are put together without a branch, as inner nodes and leaves take
/// turns that no processor foresees.
#[expect(clippy::needless_bitwise_bool, reason = "see above")]
fn quick_check(nodes: &[NodeWords], n_features: usize, probabilities: bool) -> Option<u32> {
    if nodes.len() > MAX_TREE_NODES {
        return None;
    }
    // One look at each cache line: so many requests to memory are under way at once, where the check
    // would wait for one after the other.
    black_box(nodes.iter().step_by(4).fold(0, |all, [number, _]| all | number));
    let n_features = n_features as u64;
    // Without their sign, the bits of numbers are ordered as the numbers are.
    let (largest, largest_leaf) =
        (f64::MAX.to_bits(), if probabilities { 1f64 } else { f64::MAX }.to_bits());
    let (mut next_child, mut index, mut depth) = (1u64, 0u64, 0u32);
    let mut level = nodes.get(..1)?;
    loop {
        let mut bad = false;
        for [number, links] in level {
            let (child, feature) = (links & 0xffff_ffff, links >> 32);
            let size = number & !SIGN;
            let leaf = child == 0;
            // Negative, and not -0.0, which is a probability.
            let negative = probabilities & leaf & (*number > SIGN);
            // A whole level lies before its children, so none is its own or an earlier node.
            bad |= (!leaf & (child != next_child))
                | (feature >= select_unpredictable(leaf, 1, n_features))
                | (size > select_unpredictable(leaf, largest_leaf, largest))
                | negative;
            next_child = next_child.wrapping_add(u64::from(!leaf) << 1);
        }
        index = index.wrapping_add(level.len() as u64);
        if bad {
            return None;
        }
        if next_child == index {
            break;
        }
        level = nodes.get(usize::try_from(index).ok()?..usize::try_from(next_child).ok()?)?;
        depth = depth.saturating_add(1);
    }
    (index == nodes.len() as u64).then_some(depth)
}

/// Checks one tree and returns its depth.
fn check_tree(
    nodes: &[NodeWords],
    n_features: usize,
    probabilities: bool,
) -> std::result::Result<u32, String> {
    if nodes.len() > MAX_TREE_NODES {
        return Err(format!("{} nodes, the limit is {MAX_TREE_NODES}", nodes.len()));
    }
    let mut next_child = 1u64;
    // The node at which the next level begins, and the depth of the current one.
    let (mut level_end, mut depth) = (1u64, 0u32);
    for (index, node) in (0u64..).zip(nodes) {
        if index == level_end {
            depth = depth.saturating_add(1);
            level_end = next_child;
        }
        let (number, child, feature) = (value(*node), left(*node), feature(*node));
        if !number.is_finite() {
            return Err(format!("node {index} holds {number}, expected a finite number"));
        }
        if child == 0 {
            if feature != 0 {
                return Err(format!("leaf {index} names feature {feature}, expected 0"));
            }
            if probabilities && !(0.0..=1.0).contains(&number) {
                return Err(format!("leaf {index} holds {number}, expected a probability"));
            }
            continue;
        }
        if u64::from(child) != next_child {
            return Err(format!("node {index} has left child {child}, expected {next_child}"));
        }
        if feature as usize >= n_features {
            return Err(format!("node {index} looks at feature {feature} of {n_features}"));
        }
        next_child = next_child.saturating_add(2);
        // A child of itself or of a later node cannot pass: at an inner node `index`, at most
        // `index` inner nodes came before it, but a child must also lie after it.
        if u64::from(child) <= index {
            return Err(format!("node {index} has left child {child} before it"));
        }
    }
    if next_child != nodes.len() as u64 {
        return Err(format!("{} nodes, its inner nodes have {next_child}", nodes.len()));
    }
    Ok(depth)
}
