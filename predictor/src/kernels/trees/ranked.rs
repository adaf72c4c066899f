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
use super::ranks::{LEAF, MAX_RANKS, RankBuffer, Ranks, Thresholds};
use super::top::{LEVELS, Top};
use crate::block::{Features, GROUP_ROWS};
use crate::wide::{Kernel, Width};

/// Rows that walk a tree side by side.
const LANES: usize = 16;
/// Levels between two looks at whether all rows have reached a leaf.
const STRIDE: u32 = 4;
/// Trees that would take more memory than this stay as they are: what a model takes must not grow much.
const MAX_BYTES: usize = 32 << 20;

/// What a row's walk needs of an ensemble.
#[derive(Debug)]
pub(crate) struct RankedTrees {
    thresholds: Thresholds,
    trees: Vec<RankedTree>,
    /// Rows that a block has room for; the nodes know where its features lie.
    capacity: usize,
}

/// A tree in breadth-first order, as in the ensemble.
#[derive(Debug)]
struct RankedTree {
    top: Top,
    /// Edges on the longest path below the first levels.
    depth: u32,
    nodes: Vec<Node>,
    /// Values of the leaves.
    leaves: Vec<f64>,
}

/// From the lowest bits up: the first rank of the node's feature in a block, or the place of a leaf
/// among the leaves; the rank of the threshold, of which a leaf has the highest that there is, so that
/// no row goes right; the left child, which for a leaf is the leaf itself.
#[derive(Clone, Copy, Debug)]
struct Node(u64);

impl Node {
    fn new(place: u16, rank: u16, left: u32) -> Self {
        Self(u64::from(place) | u64::from(rank) << 16 | u64::from(left) << 32)
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "takes a part of a word")]
    fn place(self) -> u16 {
        self.0 as u16
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "takes a part of a word")]
    fn rank(self) -> u16 {
        (self.0 >> 16) as u16
    }

    #[inline(always)]
    fn left(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Whether a row goes right. The lower half of the word is the rank and something below it, which
    /// changes nothing: one comparison without taking the word apart.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "takes a part of a word")]
    fn is_below(self, rank: u16) -> bool {
        u32::from(rank) << 16 > self.0 as u32
    }
}

impl RankedTrees {
    /// Trees for blocks with room for so many rows; `None` if they have too many thresholds, features or nodes for it, or if the blocks have
    /// too little room.
    pub(crate) fn new(ensemble: &TreeEnsemble, n_features: usize, capacity: usize) -> Option<Self> {
        // Half of the nodes are leaves and have a value, the others have a threshold.
        let bytes = ensemble.nodes().len() * (size_of::<Node>() + size_of::<f64>())
            + ensemble.trees().len() * size_of::<RankedTree>();
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
                    Node::new(u16::try_from(leaves.len() - 1).ok()?, LEAF, index)
                } else {
                    let place = u16::try_from(feature * capacity).ok()?;
                    Node::new(place, thresholds.rank_of(feature, value(*node))?, left(*node))
                });
            }
            let top = Top::new(|index| {
                let node = nodes[index as usize];
                (node.left() != index).then(|| (node.rank(), node.place(), node.left()))
            });
            let depth = tree.depth.saturating_sub(LEVELS);
            trees.push(RankedTree { top, depth, nodes, leaves });
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
            width.run(FirstLevels { top: &tree.top, ranks, slots: &mut slots });
            tree.add_leaves(ranks, &slots, rate, sums);
        });
    }
}

/// The slots that the rows of a block reach.
struct FirstLevels<'a> {
    top: &'a Top,
    ranks: &'a Ranks,
    slots: &'a mut [u16],
}

impl Kernel for FirstLevels<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let (groups, _) = self.slots.as_chunks_mut::<GROUP_ROWS>();
        for (index, slots) in groups.iter_mut().enumerate() {
            *slots = self.top.slots(self.ranks, index);
        }
    }
}

impl RankedTree {
    /// Brings the tree into the cache: with many requests to memory under way at once, where rows would
    /// wait for one after the other.
    fn fetch(&self) {
        // One look at each cache line, of eight words.
        black_box(self.nodes.iter().step_by(8).fold(0, |all, node| all | node.0));
        black_box(self.leaves.iter().step_by(8).fold(0, |all, leaf| all | leaf.to_bits()));
    }

    /// Adds `rate` times the value of the leaf that is reached from a row's slot; times one changes no
    /// bit.
    fn add_leaves(&self, ranks: &Ranks, slots: &[u16], rate: f64, sums: &mut [f64]) {
        let ranks = ranks.as_flattened();
        let firsts = (0u16..).step_by(LANES);
        for ((first, slots), sums) in firsts.zip(slots.chunks(LANES)).zip(sums.chunks_mut(LANES)) {
            let mut at = [0u32; LANES];
            for (at, slot) in at.iter_mut().zip(slots) {
                *at = self.top.node(*slot);
            }
            let mut levels = self.depth;
            while levels > 0 {
                for _ in 1..levels.min(STRIDE) {
                    self.step(ranks, first, &mut at);
                }
                let before = at;
                self.step(ranks, first, &mut at);
                // Only a leaf leads to itself. As numbers: arrays would be compared by a call.
                let moved =
                    at.iter().zip(before).fold(0, |moved, (at, before)| moved | at ^ before);
                if moved == 0 {
                    break;
                }
                levels = levels.saturating_sub(STRIDE);
            }
            for (sum, at) in sums.iter_mut().zip(at) {
                *sum += rate * self.leaves[usize::from(self.nodes[at as usize].place())];
            }
        }
    }

    /// One level down for each of the rows from `first` on.
    #[inline(always)]
    fn step(&self, ranks: &[u16], first: u16, at: &mut [u32; LANES]) {
        for (row, at) in (first..).zip(at) {
            let node = self.nodes[*at as usize];
            let rank = ranks[usize::from(node.place().wrapping_add(row))];
            *at = node.left() + u32::from(node.is_below(rank));
        }
    }
}
