//! A checked forest and what there is to read of it.

use super::arrays::{ForestArrays, Narrow};
use super::shape;
use super::spec::ForestSpec;
use super::tables::RankTable;
use crate::buffer::Array;

/// Checked trees.
#[derive(Clone, Debug)]
pub struct Forest {
    pub(super) spec: ForestSpec,
    pub(super) arrays: ForestArrays,
    pub(super) tables: Vec<RankTable>,
    pub(super) trees: Vec<Tree>,
    /// Trees that add to each output.
    pub(super) trees_per_output: Vec<u32>,
}

/// One checked tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tree {
    /// Its first inner node among those of all trees.
    pub first_node: usize,
    /// Number of its inner nodes.
    pub n_nodes: usize,
    /// Its first leaf among those of all trees; it has one more of them than inner nodes.
    pub first_leaf: usize,
    /// Its first word of [`Forest::shapes`].
    pub first_word: usize,
    /// Edges on its longest path.
    pub depth: u32,
}

impl Tree {
    /// Words of its shape.
    pub fn n_words(&self) -> usize {
        shape::n_words(self.n_nodes)
    }
}

impl Forest {
    /// How values are compared and leaves combined.
    pub fn spec(&self) -> &ForestSpec {
        &self.spec
    }

    /// The rank tables, which nodes name by number.
    pub fn tables(&self) -> &[RankTable] {
        &self.tables
    }

    /// The thresholds of a table, ascending; none if it is of categories.
    pub fn thresholds(&self, table: &RankTable) -> &[f64] {
        self.arrays.thresholds.as_slice().get(table.thresholds.clone()).unwrap_or_default()
    }

    /// The words of all category sets; a table says where its own are.
    pub fn sets(&self) -> &[u32] {
        self.arrays.sets.as_ref().map_or(&[], |sets| sets.as_slice())
    }

    /// The trees, in the order in which their leaves are added.
    pub fn trees(&self) -> &[Tree] {
        &self.trees
    }

    /// The table of each inner node.
    pub fn node_tables(&self) -> &Narrow {
        &self.arrays.node_tables
    }

    /// The rank, or the set, of each inner node.
    pub fn node_ranks(&self) -> &Narrow {
        &self.arrays.node_ranks
    }

    /// The shapes of all trees, see [`Shape`](super::Shape).
    pub fn shapes(&self) -> &[u64] {
        self.arrays.shapes.as_slice()
    }

    /// Numbers of a leaf: 1, or one for each output.
    pub fn leaf_width(&self) -> usize {
        leaf_width(&self.spec, self.arrays.outputs.is_some())
    }

    /// The numbers of the leaves, `[n_values, leaf_width]`: leaf after leaf, or, if there are codes,
    /// all that occur.
    pub fn leaf_values(&self) -> &[f64] {
        self.arrays.leaf_values.as_slice()
    }

    /// Which of [`Forest::leaf_values`] each leaf has; `None` if each has its own.
    pub fn leaf_codes(&self) -> Option<&Narrow> {
        self.arrays.leaf_codes.as_ref()
    }

    /// What the leaves of each tree are multiplied by; `None` if that is 1 for all.
    pub fn weights(&self) -> Option<&[f64]> {
        self.arrays.weights.as_ref().map(Array::as_slice)
    }

    /// The output that each tree adds to; `None` if every tree adds to all outputs.
    pub fn outputs(&self) -> Option<&[u32]> {
        self.arrays.outputs.as_ref().map(Array::as_slice)
    }

    /// The value of each output before the first tree; `None` if that is 0 for all.
    pub fn base(&self) -> Option<&[f64]> {
        self.arrays.base.as_ref().map(Array::as_slice)
    }

    /// How many trees add to each output.
    pub fn trees_per_output(&self) -> &[u32] {
        &self.trees_per_output
    }

    /// Whether a value of this input may be missing: every table that reads it says where such a
    /// row goes.
    pub fn may_be_missing(&self, input: u32) -> bool {
        let own = |table: &&RankTable| table.input == input;
        self.tables.iter().filter(own).all(|table| table.kind.may_be_missing())
    }

    /// Whether a node asks for categories.
    pub fn has_sets(&self) -> bool {
        self.arrays.sets.is_some()
    }

    /// About how much work it is to score a row, in additions.
    pub fn row_cost(&self) -> u64 {
        /// Steps of the search for a rank.
        const SEARCH: u64 = 16;
        let steps = self.trees.iter().map(|tree| u64::from(tree.depth).saturating_add(1));
        let adds = (self.trees.len() as u64).saturating_mul(self.leaf_width() as u64);
        steps
            .fold(adds, u64::saturating_add)
            .saturating_add((self.tables.len() as u64).saturating_mul(SEARCH))
    }
}

/// Numbers of a leaf.
pub(super) fn leaf_width(spec: &ForestSpec, has_outputs: bool) -> usize {
    if has_outputs { 1 } else { usize::try_from(spec.n_outputs).unwrap_or(usize::MAX) }
}
