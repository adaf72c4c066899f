//! Trees over ranks instead of numbers: the same leaves, from nodes of half the size.
//!
//! `x <= t` asks how many thresholds of a feature lie below `x`. So each feature's thresholds are
//! sorted once, each row's value becomes the number of those below it, its rank, and each threshold
//! its place: `x <= threshold[k]` is `rank <= k`. Ranks of a block take a quarter of the memory of
//! its numbers, nodes half of that of theirs, and a tree with its leaf values stays in the first-level
//! cache while all rows of a block pass it.
//!
//! The first levels are not walked: [`top`](super::top) asks all their nodes for many rows at once.
//! `docs/performance.md` has what that is worth.

use std::hint::black_box;

use model_format::program::ops::node_trees::{TreeEnsemble, feature, left, value};

use super::combine::combine;
use super::ranks::{MAX_RANKS, RankBuffer, Ranks, Thresholds};
use super::tree::{Compare, LANES, Node, RankedTree};
use crate::block::{Features, GROUP_ROWS};
use crate::wide::Width;

/// Trees that would take more memory than this stay as they are: what a model takes must not grow much.
pub(in crate::kernels) const MAX_BYTES: usize = 32 << 20;

/// What a row's walk needs of an ensemble.
#[derive(Debug)]
pub(crate) struct RankedTrees {
    thresholds: Thresholds,
    trees: Vec<ValuedTree>,
    /// Rows that a block has room for; the nodes know where its features lie.
    capacity: usize,
}

/// A tree and the values of its leaves.
#[derive(Debug)]
struct ValuedTree {
    tree: RankedTree,
    leaves: Vec<f64>,
}

impl RankedTrees {
    /// Trees for blocks with room for so many rows; `None` if they have too many thresholds, features or nodes for it, or if the blocks have
    /// too little room.
    pub(crate) fn new(ensemble: &TreeEnsemble, n_features: usize, capacity: usize) -> Option<Self> {
        // Half of the nodes are leaves and have a value, the others have a threshold.
        let bytes = ensemble.nodes().len() * (size_of::<Node>() + size_of::<f64>())
            + ensemble.trees().len() * size_of::<ValuedTree>();
        if n_features.checked_mul(capacity)? > MAX_RANKS
            || !capacity.is_multiple_of(GROUP_ROWS)
            || bytes > MAX_BYTES
        {
            return None;
        }
        let inner = ensemble.nodes().iter().filter(|node| left(**node) != 0);
        let inner = inner.map(|node| (feature(*node) as usize, value(*node)));
        let thresholds = Thresholds::new(inner, n_features)?;
        let mut trees = Vec::with_capacity(ensemble.trees().len());
        for tree in ensemble.trees() {
            let n_nodes = tree.end - tree.start;
            let mut nodes = Vec::with_capacity(n_nodes);
            let mut leaves = Vec::with_capacity(n_nodes / 2 + 1);
            for (index, node) in (0..).zip(&ensemble.nodes()[tree.start..tree.end]) {
                let feature = feature(*node) as usize;
                nodes.push(if left(*node) == 0 {
                    leaves.push(value(*node));
                    Node::leaf(u16::try_from(leaves.len() - 1).ok()?, index)
                } else {
                    let place = u16::try_from(feature * capacity).ok()?;
                    Node::inner(place, thresholds.rank_of(feature, value(*node))?, left(*node))
                });
            }
            let tree = RankedTree::new(nodes, tree.depth, &Compare);
            trees.push(ValuedTree { tree, leaves });
        }
        Some(Self { thresholds, trees, capacity })
    }

    /// Appends `[n_outputs, rows]` outputs, as [`super::score`] does.
    pub(crate) fn score(
        &self,
        ensemble: &TreeEnsemble,
        block: &Features<'_>,
        width: Width,
        ranks: &mut RankBuffer,
        outputs: &mut Vec<f64>,
    ) {
        debug_assert_eq!(block.capacity(), self.capacity, "nodes hold places in a block");
        let ranks = ranks.fill(&self.thresholds, block);
        let mut slots = vec![0; block.len().next_multiple_of(GROUP_ROWS)];
        combine(ensemble, block.len(), outputs, |tree, rate, sums| {
            let tree = &self.trees[tree];
            tree.fetch();
            tree.tree.slots(width, ranks, &mut slots);
            tree.add_leaves(ranks, &slots, rate, sums);
        });
    }
}

impl ValuedTree {
    /// Brings the tree into the cache.
    fn fetch(&self) {
        self.tree.fetch();
        black_box(self.leaves.iter().step_by(8).fold(0, |all, leaf| all | leaf.to_bits()));
    }

    /// Adds `rate` times the value of the leaf that is reached from a row's slot; times one changes no
    /// bit.
    fn add_leaves(&self, ranks: &Ranks, slots: &[u16], rate: f64, sums: &mut [f64]) {
        let slots = &slots[..sums.len().next_multiple_of(LANES)];
        self.tree.walk(ranks, slots, &Compare, |first, leaves| {
            for (sum, leaf) in sums[first..].iter_mut().zip(leaves) {
                *sum += rate * self.leaves[self.tree.place(*leaf)];
            }
        });
    }
}
