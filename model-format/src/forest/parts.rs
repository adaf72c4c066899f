//! The checks that take time: arrays cut into parts, for all cores.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::ops::Range;

use super::arrays::{ForestArrays, Narrow};
use super::ensemble::Tree;
use super::leaves::Leaves;
use super::shape::Shape;
use super::tables::{RankTable, TableKind, check_table};
use crate::error::{FormatError, Result};
use crate::parallel;

/// Nodes, or numbers of leaves, that a thread checks at once.
const PART: usize = 1 << 16;

/// All that takes time: each array cut into parts.
pub(super) struct Checks<'a> {
    arrays: &'a ForestArrays,
    tables: &'a [RankTable],
    /// Ranks that a node can name in each table.
    limits: Vec<u32>,
    trees: &'a [Tree],
    leaves: Leaves<'a>,
}

#[derive(Clone, Debug)]
enum Part {
    Tables(Range<usize>),
    Nodes(Range<usize>),
    Shapes(Range<usize>),
    Codes(Range<usize>),
    Values(Range<usize>),
}

impl<'a> Checks<'a> {
    pub(super) fn new(
        arrays: &'a ForestArrays,
        tables: &'a [RankTable],
        trees: &'a [Tree],
        leaves: Leaves<'a>,
    ) -> Self {
        Self { arrays, tables, limits: tables.iter().map(limit).collect(), trees, leaves }
    }

    /// Checks everything and returns the depths of the trees. Of several faults the first in the order of the
    /// parts is reported, whoever finds one first.
    pub(super) fn run(&self) -> Result<Vec<u32>> {
        let arrays = self.arrays;
        let n_nodes = arrays.node_tables.len();
        let n_codes = self.leaves.codes.map_or(0, Narrow::len);
        let bytes = size_of_val(self.leaves.values)
            .saturating_add(size_of_val(arrays.thresholds.as_slice()))
            .saturating_add(n_nodes.saturating_mul(4));
        // A byte takes less than half of what it takes to hash it.
        let threads = parallel::threads_for(bytes / 2);
        // Trees and tables differ in size, so that every thread gets several shares.
        let share = |n: usize| if threads > 1 { n.div_ceil(threads.saturating_mul(8)) } else { n };
        let parts = cut(self.trees.len(), share(self.trees.len()), Part::Shapes)
            .chain(cut(self.tables.len(), share(self.tables.len()), Part::Tables))
            .chain(cut(n_nodes, PART, Part::Nodes))
            .chain(cut(n_codes, PART, Part::Codes))
            .chain(cut(self.leaves.values.len(), PART, Part::Values));
        let checked = parallel::map(parts, threads, |part| self.part(part));
        let mut depths = Vec::with_capacity(self.trees.len());
        for part in checked {
            depths.extend(part?);
        }
        Ok(depths)
    }

    /// Checks a part; the depths of trees, if it is one of shapes.
    fn part(&self, part: Part) -> Result<Vec<u32>> {
        match part {
            Part::Shapes(trees) => return self.shapes(trees),
            Part::Tables(range) => {
                let thresholds = self.arrays.thresholds.as_slice();
                let sets = self.arrays.sets.as_ref().map_or(&[][..], |sets| sets.as_slice());
                let own = self.tables.get(range.clone()).unwrap_or_default();
                for (index, table) in range.zip(own) {
                    check_table(table, thresholds, sets).map_err(|what| {
                        FormatError::structure(format!("rank table {index}"), what)
                    })?;
                }
            }
            Part::Nodes(nodes) => {
                if let Some(node) = self.bad_node(nodes) {
                    return Err(self.node_error(node));
                }
            }
            Part::Codes(codes) => {
                if let Some(leaf) = self.leaves.bad_code(codes) {
                    let code = self.leaves.codes.and_then(|codes| codes.get(leaf)).unwrap_or(0);
                    let what = format!("has the value {code} of {}", self.leaves.n_values);
                    return Err(self.leaf_error(leaf, &what));
                }
            }
            Part::Values(values) => {
                if let Some(at) = self.leaves.bad_value(values) {
                    return Err(self.value_error(at));
                }
            }
        }
        Ok(Vec::new())
    }

    fn shapes(&self, trees: Range<usize>) -> Result<Vec<u32>> {
        let words = self.arrays.shapes.as_slice();
        let own = self.trees.get(trees.clone()).unwrap_or_default();
        let depth = |(index, tree): (usize, &Tree)| {
            let end = tree.first_word.saturating_add(tree.n_words());
            let shape = Shape::new(words.get(tree.first_word..end).unwrap_or_default());
            shape
                .check(tree.n_nodes)
                .map_err(|what| FormatError::structure(format!("tree {index}"), what))
        };
        trees.zip(own).map(depth).collect()
    }

    /// The first node of a range whose table or rank does not exist.
    fn bad_node(&self, Range { start, end }: Range<usize>) -> Option<usize> {
        let (tables, ranks) = (&self.arrays.node_tables, &self.arrays.node_ranks);
        let bad = match (tables, ranks) {
            (Narrow::U8(tables), Narrow::U8(ranks)) => bad_rank(
                tables.as_slice().get(start..end)?,
                ranks.as_slice().get(start..end)?,
                &self.limits,
            ),
            (Narrow::U8(tables), Narrow::U16(ranks)) => bad_rank(
                tables.as_slice().get(start..end)?,
                ranks.as_slice().get(start..end)?,
                &self.limits,
            ),
            (Narrow::U16(tables), Narrow::U8(ranks)) => bad_rank(
                tables.as_slice().get(start..end)?,
                ranks.as_slice().get(start..end)?,
                &self.limits,
            ),
            (Narrow::U16(tables), Narrow::U16(ranks)) => bad_rank(
                tables.as_slice().get(start..end)?,
                ranks.as_slice().get(start..end)?,
                &self.limits,
            ),
        };
        bad.map(|at| at.saturating_add(start))
    }

    fn node_error(&self, node: usize) -> FormatError {
        let index = self.trees.partition_point(|tree| tree.first_node <= node).saturating_sub(1);
        let first = self.trees.get(index).map_or(0, |tree| tree.first_node);
        let number = node.saturating_sub(first);
        let table = self.arrays.node_tables.get(node).unwrap_or(0);
        let rank = self.arrays.node_ranks.get(node).unwrap_or(0);
        let what = match self.tables.get(usize::from(table)) {
            Some(own) => format!(
                "inner node {number} has rank {rank} of {} in rank table {table}",
                limit(own)
            ),
            None => {
                format!("inner node {number} asks rank table {table} of {}", self.tables.len())
            }
        };
        FormatError::structure(format!("tree {index}"), what)
    }

    fn leaf_error(&self, leaf: usize, what: &str) -> FormatError {
        let index = self.trees.partition_point(|tree| tree.first_leaf <= leaf).saturating_sub(1);
        let first = self.trees.get(index).map_or(0, |tree| tree.first_leaf);
        let number = leaf.saturating_sub(first);
        FormatError::structure(format!("tree {index}"), format!("leaf {number} {what}"))
    }

    fn value_error(&self, at: usize) -> FormatError {
        let value = self.leaves.values.get(at).copied().unwrap_or(0.0);
        let expected = if value.is_finite() { "a probability" } else { "a finite number" };
        let what = format!("holds {value}, expected {expected}");
        let leaf = at.checked_div(self.leaves.width).unwrap_or(0);
        if self.leaves.codes.is_none() {
            return self.leaf_error(leaf, &what);
        }
        FormatError::structure(format!("leaf value {leaf}"), what)
    }
}

/// Ranks that a node can name in a table.
fn limit(table: &RankTable) -> u32 {
    match table.kind {
        // There are at most `MAX_RANKS`.
        TableKind::Thresholds { .. } => u32::try_from(table.thresholds.len()).unwrap_or(u32::MAX),
        TableKind::Categories { n_sets, .. } => n_sets,
    }
}

/// The first node whose rank is not below the limit of its table.
fn bad_rank<T, R>(tables: &[T], ranks: &[R], limits: &[u32]) -> Option<usize>
where
    T: Copy + Into<usize>,
    R: Copy + Into<u32>,
{
    let is_bad = |(table, rank): (&T, &R)| {
        limits.get((*table).into()).is_none_or(|limit| (*rank).into() >= *limit)
    };
    let pairs = || tables.iter().zip(ranks);
    // All of them first, without a branch on each.
    if !pairs().fold(false, |bad, pair| bad | is_bad(pair)) {
        return None;
    }
    pairs().position(is_bad)
}

/// `0..n` in parts.
fn cut(n: usize, part: usize, kind: fn(Range<usize>) -> Part) -> impl Iterator<Item = Part> + Send {
    let part = part.max(1);
    (0..n).step_by(part).map(move |first| kind(first..n.min(first.saturating_add(part))))
}
