//! One tree over ranks: its first levels asked for many rows at once, the rest walked by rows side by side.

use std::hint::black_box;

use super::ranks::{LEAF, Ranks};
use super::top::{LEVELS, Top};
use crate::block::GROUP_ROWS;
use crate::wide::{Kernel, Width};

/// Rows that walk a tree side by side.
pub(in crate::kernels) const LANES: usize = 16;
/// Levels between two looks at whether all rows have reached a leaf.
const STRIDE: u32 = 4;

/// A tree in breadth-first order.
#[derive(Debug)]
pub(in crate::kernels) struct RankedTree {
    top: Top,
    /// Edges on the longest path below the first levels.
    depth: u32,
    nodes: Vec<Node>,
}

/// From the lowest bits up: the first rank of the node's feature in a block, or the place of a leaf
/// among the leaves; the rank of the threshold, of which a leaf has the highest that there is, so that
/// no row goes right; the left child, which for a leaf is the leaf itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::kernels) struct Node(u64);

impl Node {
    /// A node with a threshold.
    #[inline(always)]
    pub(in crate::kernels) fn inner(place: u16, rank: u16, left: u32) -> Self {
        Self(u64::from(place) | u64::from(rank) << 16 | u64::from(left) << 32)
    }

    /// The leaf that lies at `index`.
    #[inline(always)]
    pub(in crate::kernels) fn leaf(place: u16, index: u32) -> Self {
        Self::inner(place, LEAF, index)
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "takes a part of a word")]
    pub(in crate::kernels) fn place(self) -> u16 {
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

/// How a row finds its way at an inner node.
pub(in crate::kernels) trait Ask {
    /// Whether node `at` compares ranks.
    fn compares(&self, at: u32) -> bool;

    /// Whether a row with this rank goes right at node `at`; never at a leaf.
    fn is_right(&self, at: u32, node: Node, rank: u16) -> bool;
}

/// Every node compares ranks.
pub(in crate::kernels) struct Compare;

impl Ask for Compare {
    #[inline(always)]
    fn compares(&self, _at: u32) -> bool {
        true
    }

    #[inline(always)]
    fn is_right(&self, _at: u32, node: Node, rank: u16) -> bool {
        node.is_below(rank)
    }
}

/// Nodes that have a set look for the rank of the row, a category, in it.
pub(in crate::kernels) struct Find<'a> {
    /// The first word of the set of each node; [`Find::NONE`] if it has none.
    pub(in crate::kernels) first_words: &'a [u32],
    pub(in crate::kernels) sets: &'a [u32],
}

impl Find<'_> {
    /// There is no such word: sets are at most 2^32 - 1 words in all.
    pub(in crate::kernels) const NONE: u32 = u32::MAX;
}

impl Ask for Find<'_> {
    fn compares(&self, at: u32) -> bool {
        self.first_words[at as usize] == Self::NONE
    }

    #[inline(always)]
    fn is_right(&self, at: u32, node: Node, rank: u16) -> bool {
        let first = self.first_words[at as usize];
        if first == Self::NONE {
            return node.is_below(rank);
        }
        // Rows that are not there have ranks of some earlier block.
        let word = self.sets.get(first as usize + usize::from(rank / 32)).copied().unwrap_or(0);
        (word >> (rank % 32)) & 1 == 0
    }
}

impl RankedTree {
    /// A tree from its nodes.
    pub(in crate::kernels) fn new(nodes: Vec<Node>, depth: u32, ask: &impl Ask) -> Self {
        let mut tree = Self { top: Top::default(), depth: 0, nodes };
        tree.prepare(depth, ask);
        tree
    }

    /// Takes away the nodes, to be filled again.
    pub(in crate::kernels) fn take(&mut self) -> Vec<Node> {
        std::mem::take(&mut self.nodes)
    }

    fn prepare(&mut self, depth: u32, ask: &impl Ask) {
        let mut all_compare = true;
        self.top = Top::new(|index| {
            let node = self.nodes[index as usize];
            let is_inner = node.left() != index;
            let compares = ask.compares(index);
            all_compare &= compares || !is_inner;
            (is_inner && compares).then(|| (node.rank(), node.place(), node.left()))
        });
        // Rows stop at the first node that does not compare.
        self.depth = if all_compare { depth.saturating_sub(LEVELS) } else { depth };
    }

    /// Bytes in memory.
    pub(in crate::kernels) fn bytes(n_nodes: usize) -> usize {
        size_of::<Self>() + n_nodes * size_of::<Node>()
    }

    /// Brings the nodes into the cache: with many requests to memory under way at once, where rows would
    /// wait for one after the other.
    pub(in crate::kernels) fn fetch(&self) {
        // One look at each cache line, of eight words.
        black_box(self.nodes.iter().step_by(8).fold(0, |all, node| all | node.0));
    }

    /// The slots below the first levels that the rows of a block reach.
    pub(in crate::kernels) fn slots(&self, width: Width, ranks: &Ranks, slots: &mut [u16]) {
        width.run(FirstLevels { top: &self.top, ranks, slots });
    }

    /// Walks from slots to leaves, `LANES` rows at a time; `reached` gets the number of the first of them
    /// and the leaves of all.
    #[inline(always)]
    pub(in crate::kernels) fn walk(
        &self,
        ranks: &Ranks,
        slots: &[u16],
        ask: &impl Ask,
        mut reached: impl FnMut(usize, &[u32; LANES]),
    ) {
        let ranks = ranks.as_flattened();
        let firsts = (0u16..).step_by(LANES);
        for (first, slots) in firsts.zip(slots.chunks(LANES)) {
            let mut at = [0u32; LANES];
            for (at, slot) in at.iter_mut().zip(slots) {
                *at = self.top.node(*slot);
            }
            let mut levels = self.depth;
            while levels > 0 {
                for _ in 1..levels.min(STRIDE) {
                    self.step(ranks, first, ask, &mut at);
                }
                let before = at;
                self.step(ranks, first, ask, &mut at);
                // Only a leaf leads to itself. As numbers: arrays would be compared by a call.
                let moved =
                    at.iter().zip(before).fold(0, |moved, (at, before)| moved | at ^ before);
                if moved == 0 {
                    break;
                }
                levels = levels.saturating_sub(STRIDE);
            }
            reached(usize::from(first), &at);
        }
    }

    /// The place of a leaf among the leaves.
    #[inline(always)]
    pub(in crate::kernels) fn place(&self, leaf: u32) -> usize {
        usize::from(self.nodes[leaf as usize].place())
    }

    /// One level down for each of the rows from `first` on.
    #[inline(always)]
    fn step(&self, ranks: &[u16], first: u16, ask: &impl Ask, at: &mut [u32; LANES]) {
        for (row, at) in (first..).zip(at) {
            let node = self.nodes[*at as usize];
            let rank = ranks[usize::from(node.place().wrapping_add(row))];
            *at = node.left() + u32::from(ask.is_right(*at, node, rank));
        }
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
