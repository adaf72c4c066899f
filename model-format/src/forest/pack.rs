//! Trees of any layout to the arrays of a forest; the same trees always give the same arrays.

use super::arrays::{Packed, PackedForest};
use super::bounds::{MAX_CODES, MAX_INNER_NODES};
use super::ensemble::leaf_width;
use super::leaf_table::LeafTable;
use super::ranking::Ranking;
use super::shape::ShapeBuilder;
use super::spec::{ForestSpec, Missing};
use super::tables::set_words;
use crate::error::{FormatError, Result};

/// A node of a tree that is being packed.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// Its numbers: one, or one for each output.
    Leaf(&'a [f64]),
    /// Compares a value with a threshold.
    Threshold {
        /// The input that is compared.
        input: u32,
        /// The threshold; infinite ones are allowed.
        threshold: f64,
        /// Where a row without a value goes.
        missing: Missing,
        /// Child for rows that go left.
        left: usize,
        /// Child for all other rows.
        right: usize,
    },
    /// Looks for a category in a set.
    Categories {
        /// The input whose category it is.
        input: u32,
        /// The categories that go left.
        set: &'a CategorySet,
        /// Child for rows that go left.
        left: usize,
        /// Child for all other rows.
        right: usize,
    },
}

/// Categories that go left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategorySet {
    n_codes: u32,
    words: Vec<u32>,
}

impl CategorySet {
    /// A set of categories out of `0..n_codes`; `missing` and `others` say whether a row without a value
    /// and one with any other value go left. Codes that are no category change nothing.
    pub fn new(
        n_codes: u32,
        codes: impl IntoIterator<Item = u32>,
        missing: bool,
        others: bool,
    ) -> Self {
        let mut words = vec![0u32; set_words(n_codes.min(1 << 16) as usize)];
        let ends = [(missing, n_codes), (others, n_codes.saturating_add(1))];
        let ends = ends.into_iter().filter_map(|(left, code)| left.then_some(code));
        for code in codes.into_iter().filter(|code| *code < n_codes).chain(ends) {
            if let Some(word) = words.get_mut(code as usize / 32) {
                *word |= 1 << (code % 32);
            }
        }
        Self { n_codes, words }
    }
}

/// What a tree as a whole adds to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TreePart {
    /// What its leaves are multiplied by.
    pub weight: f64,
    /// The output that it adds to, if a leaf is one number and there are several outputs.
    pub output: u32,
}

impl Default for TreePart {
    fn default() -> Self {
        Self { weight: 1.0, output: 0 }
    }
}

/// Takes trees one by one and makes the arrays of a forest of them.
#[derive(Debug)]
pub struct Packer {
    spec: ForestSpec,
    single_outputs: bool,
    base: Option<Vec<f64>>,
    ranking: Ranking,
    shapes: ShapeBuilder,
    starts: Vec<u64>,
    parts: Vec<TreePart>,
    leaves: LeafTable,
}

impl Packer {
    /// An empty forest. With `single_outputs` a leaf is one number, and each tree names the output that it
    /// adds to; else it is one number for each output.
    pub fn new(spec: ForestSpec, single_outputs: bool) -> Self {
        let single_outputs = single_outputs && spec.n_outputs > 1;
        let width = leaf_width(&spec, single_outputs);
        Self {
            spec,
            single_outputs,
            base: None,
            ranking: Ranking::default(),
            shapes: ShapeBuilder::default(),
            starts: vec![0],
            parts: Vec::new(),
            leaves: LeafTable::new(width),
        }
    }

    /// Sets the outputs before the first tree.
    pub fn base(&mut self, base: &[f64]) {
        self.base = Some(base.to_vec());
    }

    /// Appends a tree, found from its root, node 0, by `look`. `n_nodes` is how many nodes there are;
    /// those that no row reaches are left out.
    ///
    /// # Errors
    ///
    /// If a child is none of the nodes or that of two, a leaf has another number of numbers, a
    /// threshold is NaN, or a limit of the format is passed.
    pub fn push<'a>(
        &mut self,
        n_nodes: usize,
        part: TreePart,
        look: impl Fn(usize) -> Node<'a>,
    ) -> Result<()> {
        let tree = self.parts.len();
        let bad = |what: String| FormatError::structure(format!("tree {tree}"), what);
        let mut seen = vec![false; n_nodes];
        let mut queue = vec![0];
        let mut next = 0usize;
        while let Some(at) = queue.get(next).copied() {
            match seen.get_mut(at) {
                None => return Err(bad(format!("has no node {at}, only {n_nodes}"))),
                Some(true) => return Err(bad(format!("node {at} is the child of two nodes"))),
                Some(seen) => *seen = true,
            }
            let children = match look(at) {
                Node::Leaf(numbers) => {
                    self.leaves.push(numbers).map_err(|what| bad(format!("leaf {at} {what}")))?;
                    None
                }
                Node::Threshold { threshold, .. } if threshold.is_nan() => {
                    return Err(bad(format!("node {at} has a threshold that is not a number")));
                }
                Node::Threshold { input, threshold, missing, left, right } => {
                    self.ranking.threshold(input, missing, threshold);
                    Some([left, right])
                }
                Node::Categories { set, .. }
                    if set.n_codes == 0 || set.n_codes as usize > MAX_CODES =>
                {
                    let found = set.n_codes;
                    let what = format!("node {at}: {found} categories, expected 1 to {MAX_CODES}");
                    return Err(bad(what));
                }
                Node::Categories { input, set, left, right } => {
                    self.ranking.set(input, set.n_codes, &set.words);
                    Some([left, right])
                }
            };
            self.shapes.push(children.is_some());
            queue.extend(children.into_iter().flatten());
            next = next.saturating_add(1);
        }
        self.shapes.end();
        let inner = self.ranking.n_nodes();
        let before = self.starts.last().copied().unwrap_or(0);
        if inner as u64 > before.saturating_add(MAX_INNER_NODES as u64) {
            return Err(bad(format!("more inner nodes than {MAX_INNER_NODES}")));
        }
        self.starts.push(inner as u64);
        self.parts.push(part);
        Ok(())
    }

    /// The arrays.
    ///
    /// # Errors
    ///
    /// If there are more rank tables than the format has room for.
    pub fn finish(self) -> Result<PackedForest> {
        let ranked = self.ranking.finish()?;
        let (leaf_values, leaf_codes) = self.leaves.finish();
        let weighted = self.parts.iter().any(|part| part.weight.to_bits() != 1f64.to_bits());
        Ok(PackedForest {
            spec: self.spec,
            tables: ranked.tables,
            thresholds: ranked.thresholds,
            sets: (!ranked.sets.is_empty()).then_some(ranked.sets),
            starts: self.starts,
            node_tables: Packed::of(ranked.node_tables),
            node_ranks: Packed::of(ranked.node_ranks),
            shapes: self.shapes.words,
            leaf_values,
            leaf_codes,
            weights: weighted.then(|| self.parts.iter().map(|part| part.weight).collect()),
            outputs: self
                .single_outputs
                .then(|| self.parts.iter().map(|part| part.output).collect()),
            base: self.base,
        })
    }
}
