//! Many rows: a tree at a time over all of them.

use std::ops::Range;

use model_format::forest::{Forest, Shape};

use super::buffer::ForestBuffer;
use super::ranks::of_many;
use super::sums::Leaves;
use super::unpacked::UnpackedTree;
use crate::block::{Features, GROUP_ROWS};
use crate::kernels::trees::ranks::Ranks;
use crate::wide::Width;

/// Appends `[n_outputs, rows]` outputs; `unpacked` are the trees written out for ranks of this capacity, if
/// there is room for all.
pub(super) fn score(
    forest: &Forest,
    unpacked: Option<&[UnpackedTree]>,
    capacity: usize,
    block: &Features<'_>,
    width: Width,
    buffer: &mut ForestBuffer,
    outputs: &mut Vec<f64>,
) {
    let leaves = Leaves::new(forest);
    let rows = block.len();
    let start = leaves.begin(rows, outputs);
    let outputs = &mut outputs[start..];
    let ForestBuffer { ranks, tree, slots, sums, .. } = buffer;
    let ranks = ranks.room();
    for first in (0..rows).step_by(capacity) {
        let piece = first..rows.min(first + capacity);
        of_many(forest, block, &piece, capacity, ranks);
        slots.clear();
        slots.resize(piece.len().next_multiple_of(GROUP_ROWS), 0);
        let mut own = Piece { forest, leaves, width, ranks, slots, rows: piece };
        let n_trees = forest.trees().len();
        if leaves.are_vectors() {
            own.begin(sums);
            for index in 0..n_trees {
                let tree = written_out(forest, &leaves, index, capacity, unpacked, tree);
                own.add_vectors(index, tree, sums);
            }
            own.end(sums, rows, outputs);
        } else {
            for index in 0..n_trees {
                let tree = written_out(forest, &leaves, index, capacity, unpacked, tree);
                let output = leaves.output(index) * rows;
                own.add_numbers(index, tree, &mut outputs[output..output + rows]);
            }
        }
    }
    leaves.end(rows, outputs);
}

/// A tree that is written out already, or in the room of the one before.
fn written_out<'a>(
    forest: &Forest,
    leaves: &Leaves<'_>,
    index: usize,
    capacity: usize,
    unpacked: Option<&'a [UnpackedTree]>,
    room: &'a mut UnpackedTree,
) -> &'a UnpackedTree {
    if let Some(trees) = unpacked {
        return &trees[index];
    }
    room.fill(forest, leaves, &forest.trees()[index], capacity);
    room
}

/// Some rows of a block, and their ranks.
struct Piece<'a> {
    forest: &'a Forest,
    leaves: Leaves<'a>,
    width: Width,
    ranks: &'a Ranks,
    slots: &'a mut [u16],
    rows: Range<usize>,
}

impl Piece<'_> {
    /// Adds the leaves of a tree to the sums of a block's rows.
    fn add_numbers(&mut self, index: usize, tree: &UnpackedTree, sums: &mut [f64]) {
        tree.fetch();
        let shape = Shape::new(&self.forest.shapes()[self.forest.trees()[index].first_word..]);
        let (leaves, weight) = (self.leaves, self.leaves.weight(index));
        let sums = &mut sums[self.rows.clone()];
        let slots = &mut *self.slots;
        let (rows, ranks) = (sums.len(), (self.forest, self.ranks));
        tree.first_levels(self.width, self.ranks, slots);
        match tree.named_numbers().filter(|_| !leaves.round_sums()) {
            // What most forests are has a loop of its own, which asks nothing.
            Some(numbers) => tree.walk(ranks, slots, rows, |first, reached| {
                for (sum, at) in sums[first..].iter_mut().zip(reached) {
                    *sum += weight * numbers[tree.named(*at)];
                }
            }),
            None => tree.walk(ranks, slots, rows, |first, reached| {
                for (sum, at) in sums[first..].iter_mut().zip(reached) {
                    leaves.add(sum, weight, tree.number(shape, *at));
                }
            }),
        }
    }

    /// Sums before the first tree, row after row.
    fn begin(&self, sums: &mut Vec<f64>) {
        sums.clear();
        for _ in self.rows.clone() {
            sums.extend((0..self.leaves.n_outputs()).map(|output| self.leaves.base(output)));
        }
    }

    fn add_vectors(&mut self, index: usize, tree: &UnpackedTree, sums: &mut [f64]) {
        tree.fetch();
        let shape = Shape::new(&self.forest.shapes()[self.forest.trees()[index].first_word..]);
        let (leaves, weight) = (self.leaves, self.leaves.weight(index));
        let n_outputs = leaves.n_outputs();
        let slots = &mut *self.slots;
        tree.first_levels(self.width, self.ranks, slots);
        tree.walk((self.forest, self.ranks), slots, self.rows.len(), |first, reached| {
            let sums = sums[first * n_outputs..].chunks_exact_mut(n_outputs);
            for (sums, at) in sums.zip(reached) {
                leaves.add_all(sums, weight, tree.place(shape, *at));
            }
        });
    }

    /// Puts the sums where they belong, output after output.
    fn end(&self, sums: &[f64], rows: usize, outputs: &mut [f64]) {
        for (row, sums) in self.rows.clone().zip(sums.chunks_exact(self.leaves.n_outputs())) {
            for (output, sum) in sums.iter().enumerate() {
                outputs[output * rows + row] = *sum;
            }
        }
    }
}
