//! A tree written out for many rows: a word per node, with its left child in it.

use std::hint::black_box;

use model_format::forest::{Forest, Narrow, Shape, TableKind, Tree};

use super::sums::Leaves;
use crate::kernels::trees::ranks::Ranks;
use crate::kernels::trees::tree::{Compare, Find, LANES, Node, RankedTree};
use crate::wide::Width;

/// Nodes that a word of a shape covers.
const POSITIONS: usize = 32;
/// Leaves whose number fits into a node.
const MAX_PLACES: usize = 1 << 16;

/// A tree of a forest for ranks of a given capacity.
#[derive(Debug)]
pub(super) struct UnpackedTree {
    tree: RankedTree,
    /// Where the set of each node begins; empty if the forest has no sets.
    first_words: Vec<u32>,
    /// The numbers of the leaves, if each has one.
    numbers: Vec<f64>,
    /// Their places among the leaf values of the forest, if each has several.
    places: Vec<u32>,
    /// Whether nodes say the number of a leaf.
    has_places: bool,
}

/// Bytes that all trees would take.
pub(super) fn bytes(forest: &Forest) -> usize {
    let n_nodes = forest.node_tables().len();
    let n_trees = forest.trees().len();
    let n_all = 2 * n_nodes + n_trees;
    let sets = if forest.has_sets() { n_all * size_of::<u32>() } else { 0 };
    let leaf = if forest.leaf_width() == 1 { size_of::<f64>() } else { size_of::<u32>() };
    RankedTree::bytes(0) * n_trees
        + n_all * size_of::<Node>()
        + (n_nodes + n_trees) * leaf
        + n_trees * size_of::<UnpackedTree>()
        + sets
}

/// All trees.
pub(super) fn all(forest: &Forest, capacity: usize) -> Vec<UnpackedTree> {
    let leaves = Leaves::new(forest);
    let unpacked = |tree: &Tree| {
        let mut unpacked = UnpackedTree::default();
        unpacked.fill(forest, &leaves, tree, capacity);
        unpacked
    };
    forest.trees().iter().map(unpacked).collect()
}

impl Default for UnpackedTree {
    fn default() -> Self {
        Self {
            tree: RankedTree::new(vec![Node::leaf(0, 0)], 0, &Compare),
            first_words: Vec::new(),
            numbers: Vec::new(),
            places: Vec::new(),
            has_places: true,
        }
    }
}

impl UnpackedTree {
    /// Writes out a tree, in the room of another.
    pub(super) fn fill(
        &mut self,
        forest: &Forest,
        leaves: &Leaves<'_>,
        tree: &Tree,
        capacity: usize,
    ) {
        let mut nodes = self.tree.take();
        nodes.clear();
        match (forest.node_tables(), forest.node_ranks()) {
            (Narrow::U8(tables), Narrow::U8(ranks)) => {
                fill(forest, tree, capacity, (tables.as_slice(), ranks.as_slice()), &mut nodes);
            }
            (Narrow::U8(tables), Narrow::U16(ranks)) => {
                fill(forest, tree, capacity, (tables.as_slice(), ranks.as_slice()), &mut nodes);
            }
            (Narrow::U16(tables), Narrow::U8(ranks)) => {
                fill(forest, tree, capacity, (tables.as_slice(), ranks.as_slice()), &mut nodes);
            }
            (Narrow::U16(tables), Narrow::U16(ranks)) => {
                fill(forest, tree, capacity, (tables.as_slice(), ranks.as_slice()), &mut nodes);
            }
        }
        let n_leaves = tree.n_nodes + 1;
        self.has_places = n_leaves <= MAX_PLACES;
        self.numbers.clear();
        self.places.clear();
        let own = tree.first_leaf..tree.first_leaf + n_leaves;
        if leaves.are_vectors() {
            // As many values as 32 bits count would not fit into a file beside their codes.
            let place = |place| u32::try_from(place).unwrap_or(u32::MAX);
            leaves.each_place(own, |each| self.places.push(place(each)));
        } else {
            leaves.each_place(own, |each| self.numbers.push(leaves.numbers(each)[0]));
        }
        self.first_words.clear();
        if forest.has_sets() {
            find_sets(forest, tree, nodes.len(), &mut self.first_words);
            let ask = Find { first_words: &self.first_words, sets: forest.sets() };
            self.tree = RankedTree::new(nodes, tree.depth, &ask);
        } else {
            self.tree = RankedTree::new(nodes, tree.depth, &Compare);
        }
    }

    /// Brings the tree into the cache.
    pub(super) fn fetch(&self) {
        self.tree.fetch();
        black_box(self.numbers.iter().step_by(8).fold(0, |all, leaf| all | leaf.to_bits()));
        black_box(self.places.iter().step_by(16).fold(0, |all, leaf| all | leaf));
    }

    /// Asks the first levels for whole groups of rows.
    pub(super) fn first_levels(&self, width: Width, ranks: &Ranks, slots: &mut [u16]) {
        self.tree.slots(width, ranks, slots);
    }

    /// Walks on to the leaves; hands to `reached` the number of the first of some rows, and the nodes that
    /// they reach.
    #[inline(always)]
    pub(super) fn walk(
        &self,
        (forest, ranks): (&Forest, &Ranks),
        slots: &[u16],
        rows: usize,
        reached: impl FnMut(usize, &[u32; LANES]),
    ) {
        let slots = &slots[..rows.next_multiple_of(LANES)];
        if self.first_words.is_empty() {
            self.tree.walk(ranks, slots, &Compare, reached);
        } else {
            let ask = Find { first_words: &self.first_words, sets: forest.sets() };
            self.tree.walk(ranks, slots, &ask, reached);
        }
    }

    /// The numbers of leaves, if nodes name them.
    pub(super) fn named_numbers(&self) -> Option<&[f64]> {
        self.has_places.then_some(&self.numbers)
    }

    /// The number of the leaf that a node names.
    #[inline(always)]
    pub(super) fn named(&self, at: u32) -> usize {
        self.tree.place(at)
    }

    /// The number of the leaf that a node is.
    #[inline(always)]
    fn leaf(&self, shape: Shape<'_>, at: u32) -> usize {
        if self.has_places {
            self.tree.place(at)
        } else {
            (at - shape.at(at).inner_before) as usize
        }
    }

    /// The number of a leaf that a row has reached.
    #[inline(always)]
    pub(super) fn number(&self, shape: Shape<'_>, at: u32) -> f64 {
        self.numbers[self.leaf(shape, at)]
    }

    /// The place of the numbers of a leaf that a row has reached.
    #[inline(always)]
    pub(super) fn place(&self, shape: Shape<'_>, at: u32) -> usize {
        self.places[self.leaf(shape, at)] as usize
    }
}

/// The nodes of a tree; some more follow, so that whole words can be written.
#[expect(clippy::cast_possible_truncation, reason = "a place is only used where it fits")]
fn fill<T: Copy + Into<usize>, R: Copy + Into<u16>>(
    forest: &Forest,
    tree: &Tree,
    capacity: usize,
    (tables, ranks): (&[T], &[R]),
    nodes: &mut Vec<Node>,
) {
    let own = tree.first_node..tree.first_node + tree.n_nodes;
    let mut asked = tables[own.clone()].iter().zip(&ranks[own]);
    let words = &forest.shapes()[tree.first_word..][..tree.n_words()];
    nodes.resize(words.len() * POSITIONS, Node::leaf(0, 0));
    let (nodes, _) = nodes.as_chunks_mut::<POSITIONS>();
    let (mut inner, mut leaf) = (0u32, 0u32);
    for ((word, nodes), first) in words.iter().zip(nodes).zip((0u32..).step_by(POSITIONS)) {
        // Inner nodes first, then leaves: a loop that asks at each position which it is would be wrong half of
        // the time.
        let marks = *word as u32;
        for (bit, (table, rank)) in Bits(marks).zip(&mut asked) {
            let place = (*table).into() * capacity;
            nodes[bit] = Node::inner(place as u16, (*rank).into(), 2 * inner + 1);
            inner += 1;
        }
        for bit in Bits(!marks) {
            nodes[bit] = Node::leaf(leaf as u16, first + bit as u32);
            leaf += 1;
        }
    }
}

/// The places of the bits that are set, from the lowest up.
struct Bits(u32);

impl Iterator for Bits {
    type Item = usize;

    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros() as usize;
        self.0 &= self.0.wrapping_sub(1);
        (bit < POSITIONS).then_some(bit)
    }
}

/// Where the sets of a tree's nodes begin.
fn find_sets(forest: &Forest, tree: &Tree, n_positions: usize, first_words: &mut Vec<u32>) {
    let shape = Shape::new(&forest.shapes()[tree.first_word..]);
    for position in (0u32..).take(n_positions) {
        let place = shape.at(position);
        let node = tree.first_node + place.inner_before as usize;
        let set = || {
            let table = usize::from(forest.node_tables().get(node)?);
            match forest.tables()[table].kind {
                TableKind::Thresholds { .. } => None,
                TableKind::Categories { first_word, n_words, .. } => {
                    let set = usize::from(forest.node_ranks().get(node)?);
                    u32::try_from(first_word + set * n_words).ok()
                }
            }
        };
        let set = if place.is_inner { set() } else { None };
        first_words.push(set.unwrap_or(Find::NONE));
    }
}
