//! Few rows: each walks several trees side by side, as they lie in the file.

use std::hint::select_unpredictable;
use std::ops::Range;

use model_format::forest::{Forest, Narrow, Place, Shape, TableKind, Tree};

use super::ranks::of_few;
use super::sums::Leaves;
use crate::block::Features;
use crate::wide::{Kernel, Width};

/// Trees that a row walks side by side.
const LANES: usize = 16;
/// Rows that are ranked together, and ranks that they have at most, if one row does not have more.
const ROWS: usize = 64;
const RANKS: usize = 1 << 16;

/// Room that is used again.
#[derive(Debug, Default)]
pub(super) struct FewBuffer {
    ranks: Vec<u16>,
    /// `[rows, n_outputs]`.
    sums: Vec<f64>,
    reached: Vec<[usize; LANES]>,
}

/// Appends `[n_outputs, rows]` outputs.
pub(super) fn score(
    forest: &Forest,
    block: &Features<'_>,
    width: Width,
    buffer: &mut FewBuffer,
    outputs: &mut Vec<f64>,
) {
    let leaves = Leaves::new(forest);
    let (rows, n_outputs) = (block.len(), leaves.n_outputs());
    let start = leaves.begin(rows, outputs);
    let piece = (RANKS / forest.tables().len().max(1)).clamp(1, ROWS);
    for first in (0..rows).step_by(piece) {
        let piece = first..rows.min(first + piece);
        of_few(forest, block, piece.clone(), &mut buffer.ranks);
        let sums = &mut buffer.sums;
        sums.clear();
        for _ in piece.clone() {
            sums.extend((0..n_outputs).map(|output| leaves.base(output)));
        }
        add_trees(forest, &leaves, width, piece.len(), buffer);
        for (row, sums) in piece.zip(buffer.sums.chunks_exact(n_outputs)) {
            for (output, sum) in sums.iter().enumerate() {
                outputs[start + output * rows + row] = *sum;
            }
        }
    }
    leaves.end(rows, &mut outputs[start..]);
}

/// Adds the leaves of all trees to the sums of the rows. A tree stays in the cache while all rows walk it.
fn add_trees(
    forest: &Forest,
    leaves: &Leaves<'_>,
    width: Width,
    rows: usize,
    buffer: &mut FewBuffer,
) {
    let FewBuffer { ranks, sums, reached } = buffer;
    let n_outputs = leaves.n_outputs();
    reached.clear();
    reached.resize(rows, [0; LANES]);
    for first in (0..forest.trees().len()).step_by(LANES) {
        let trees = first..forest.trees().len().min(first + LANES);
        width.run(Walk { forest, trees: trees.clone(), ranks, reached });
        for (reached, sums) in reached.iter().zip(sums.chunks_exact_mut(n_outputs)) {
            for (tree, leaf) in trees.clone().zip(reached) {
                let (weight, place) = (leaves.weight(tree), leaves.place(*leaf));
                if leaves.are_vectors() {
                    leaves.add_all(sums, weight, place);
                } else {
                    let sum = &mut sums[leaves.output(tree)];
                    leaves.add(sum, weight, leaves.numbers(place)[0]);
                }
            }
        }
    }
}

/// The leaves of some trees, at most `LANES`, that rows reach.
struct Walk<'a> {
    forest: &'a Forest,
    trees: Range<usize>,
    ranks: &'a [u16],
    reached: &'a mut [[usize; LANES]],
}

impl Kernel for Walk<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match (self.forest.node_tables(), self.forest.node_ranks()) {
            (Narrow::U8(tables), Narrow::U8(ranks)) => {
                self.walk(tables.as_slice(), ranks.as_slice());
            }
            (Narrow::U8(tables), Narrow::U16(ranks)) => {
                self.walk(tables.as_slice(), ranks.as_slice());
            }
            (Narrow::U16(tables), Narrow::U8(ranks)) => {
                self.walk(tables.as_slice(), ranks.as_slice());
            }
            (Narrow::U16(tables), Narrow::U16(ranks)) => {
                self.walk(tables.as_slice(), ranks.as_slice());
            }
        }
    }
}

/// Where a row is in one of the trees.
#[derive(Clone, Copy, Debug, Default)]
struct Lane {
    first_node: usize,
    first_word: usize,
    /// The number of an inner node.
    at: u32,
    /// The number of the leaf that it leads to, if it leads to one.
    leaf: u32,
}

impl Walk<'_> {
    #[inline(always)]
    fn walk<T: Copy + Into<usize>, R: Copy + Into<u16>>(self, tables: &[T], node_ranks: &[R]) {
        let (forest, shapes) = (self.forest, self.forest.shapes());
        let n_tables = forest.tables().len();
        let sets = forest.has_sets().then(|| forest.sets());
        let node_ranks = &node_ranks[..tables.len()];
        let mut roots = [Lane::default(); LANES];
        // Which trees these are; a tree without inner nodes is a leaf, and needs no walk.
        let mut own = [0; LANES];
        let mut n_lanes = 0;
        for (index, tree) in forest.trees()[self.trees.clone()].iter().enumerate() {
            for reached in self.reached.iter_mut() {
                reached[index] = tree.first_leaf;
            }
            if tree.n_nodes > 0 {
                let Tree { first_node, first_word, .. } = *tree;
                roots[n_lanes] = Lane { first_node, first_word, at: 0, leaf: 0 };
                own[n_lanes] = index;
                n_lanes += 1;
            }
        }
        for (row, reached) in self.reached.iter_mut().enumerate() {
            let row_ranks = &self.ranks[row * n_tables..][..n_tables];
            let mut lanes = roots;
            let lanes = &mut lanes[..n_lanes];
            loop {
                let mut moved = false;
                for lane in lanes.iter_mut() {
                    let node = lane.first_node + lane.at as usize;
                    let table: usize = tables[node].into();
                    let (rank, own): (u16, u16) = (node_ranks[node].into(), row_ranks[table]);
                    let right = match sets {
                        None => own > rank,
                        Some(sets) => goes_right(&forest.tables()[table].kind, sets, rank, own),
                    };
                    let position = 2 * lane.at + 1 + u32::from(right);
                    let word = shapes[lane.first_word + Shape::word_of(position)];
                    let Place { is_inner, inner_before } = Place::in_word(word, position);
                    // A row at a leaf stays: the next step leads to the leaf again.
                    lane.at = select_unpredictable(is_inner, inner_before, lane.at);
                    lane.leaf = position.wrapping_sub(inner_before);
                    moved |= is_inner;
                }
                if !moved {
                    break;
                }
            }
            for (index, lane) in own.iter().zip(lanes) {
                reached[*index] += lane.leaf as usize;
            }
        }
    }
}

/// Whether a row with a rank, or category, goes right at a node that names a rank, or set, of a table.
#[inline(always)]
fn goes_right(kind: &TableKind, sets: &[u32], rank: u16, own: u16) -> bool {
    match kind {
        TableKind::Thresholds { .. } => own > rank,
        TableKind::Categories { first_word, n_words, .. } => {
            let word = first_word + usize::from(rank) * n_words + usize::from(own / 32);
            (sets[word] >> (own % 32)) & 1 == 0
        }
    }
}
