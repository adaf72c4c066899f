//! Arrays to a [`Forest`]: every number proven, in one pass over each array, on all cores.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use super::arrays::{ForestArrays, PackedForest};
use super::ensemble::{Forest, Tree, leaf_width};
use super::leaves::Leaves;
use super::parts::Checks;
use super::shape;
use super::spec::{Combine, ForestSpec};
use super::tables::tables;

use crate::error::{FormatError, Result};
use crate::finite::finite;
use crate::limits::{MAX_CLASSES, MAX_TREES};
use crate::schema::count;

impl Forest {
    /// Checks the arrays of a forest that reads `n_inputs` values of a row. Its outputs are proven to be in
    /// 0 to 1 if they are to be probabilities.
    ///
    /// # Errors
    ///
    /// What is wrong with them, by tree and node.
    pub fn check(
        spec: ForestSpec,
        arrays: ForestArrays,
        n_inputs: usize,
        probabilities: bool,
    ) -> Result<Self> {
        forest(spec, arrays, n_inputs, probabilities)
    }
}

impl PackedForest {
    /// Copies the arrays and checks them as a reader does; see [`Forest::check`].
    ///
    /// # Errors
    ///
    /// The reason a reader gives for refusing them.
    pub fn forest(&self, n_inputs: usize, probabilities: bool) -> Result<Forest> {
        forest(self.spec.clone(), self.arrays()?, n_inputs, probabilities)
    }
}

/// Checks the arrays of a forest that reads `n_inputs` values of a row. Its outputs are proven to be in
/// 0 to 1 if they are to be probabilities.
fn forest(
    spec: ForestSpec,
    arrays: ForestArrays,
    n_inputs: usize,
    probabilities: bool,
) -> Result<Forest> {
    let n_outputs = usize::try_from(spec.n_outputs).unwrap_or(usize::MAX);
    count("outputs of trees", n_outputs, 1, MAX_CLASSES)?;
    let sets = arrays.sets.as_ref().map_or(&[][..], |sets| sets.as_slice());
    if arrays.sets.is_some() && sets.is_empty() {
        return Err(FormatError::structure("category sets", "an array without any"));
    }
    let thresholds = arrays.thresholds.as_slice();
    let tables = tables(arrays.tables.as_slice(), n_inputs, thresholds.len(), sets.len())?;
    let trees = trees(&arrays)?;
    let trees_per_output = outputs(&arrays, n_outputs, trees.len())?;
    numbers(&arrays, n_outputs, trees.len())?;
    if probabilities
        && (spec.combine != Combine::Mean || arrays.weights.is_some() || arrays.base.is_some())
    {
        let what = "probabilities are means without weights or base values";
        return Err(FormatError::structure("trees", what));
    }
    let leaves = Leaves::new(&arrays, leaf_width(&spec, arrays.outputs.is_some()), probabilities)?;
    let depths = Checks::new(&arrays, &tables, &trees, leaves).run()?;
    let trees = trees.into_iter().zip(depths).map(|(tree, depth)| Tree { depth, ..tree }).collect();
    Ok(Forest { spec, arrays, tables, trees, trees_per_output })
}

/// Where trees begin; their depths are still to be found.
fn trees(arrays: &ForestArrays) -> Result<Vec<Tree>> {
    let starts = arrays.starts.as_slice();
    let n_trees = starts.len().saturating_sub(1);
    count("trees", n_trees, 1, MAX_TREES)?;
    let n_nodes = arrays.node_tables.len();
    count("ranks of inner nodes", arrays.node_ranks.len(), n_nodes, n_nodes)?;
    let ends = (starts.first(), starts.last());
    if ends != (Some(&0), Some(&(n_nodes as u64))) {
        let what = format!("run from {ends:?}, expected 0 to {n_nodes}");
        return Err(FormatError::structure("starts of trees", what));
    }
    let mut trees = Vec::with_capacity(n_trees);
    let mut first_word = 0usize;
    for (tree, pair) in starts.windows(2).enumerate() {
        let place = |at: &u64| usize::try_from(*at).ok();
        let range = match pair {
            [start, end] if start <= end && *end <= n_nodes as u64 => place(start).zip(place(end)),
            _ => None,
        };
        let (first_node, end) = range.ok_or_else(|| {
            let what = format!("starts {pair:?} do not ascend");
            FormatError::structure(format!("tree {tree}"), what)
        })?;
        let n_nodes = end.saturating_sub(first_node);
        let first_leaf = first_node.saturating_add(tree);
        trees.push(Tree { first_node, n_nodes, first_leaf, first_word, depth: 0 });
        first_word = first_word.saturating_add(shape::n_words(n_nodes));
    }
    count("words of shapes", arrays.shapes.as_slice().len(), first_word, first_word)?;
    Ok(trees)
}

/// How many trees add to each output.
fn outputs(arrays: &ForestArrays, n_outputs: usize, n_trees: usize) -> Result<Vec<u32>> {
    // There are at most `MAX_TREES`.
    let all = u32::try_from(n_trees).unwrap_or(u32::MAX);
    let Some(outputs) = &arrays.outputs else {
        return Ok(vec![all; n_outputs]);
    };
    let outputs = outputs.as_slice();
    count("outputs of single trees", outputs.len(), n_trees, n_trees)?;
    let mut per_output = vec![0u32; n_outputs];
    for (tree, output) in outputs.iter().enumerate() {
        let own = per_output.get_mut(*output as usize).ok_or_else(|| {
            let what = format!("adds to output {output} of {n_outputs}");
            FormatError::structure(format!("tree {tree}"), what)
        })?;
        *own = own.saturating_add(1);
    }
    match per_output.iter().position(|n| *n == 0) {
        Some(output) => {
            let what = format!("no tree adds to output {output}");
            Err(FormatError::structure("outputs of single trees", what))
        }
        None => Ok(per_output),
    }
}

/// Checks the numbers that come once per tree or output.
fn numbers(arrays: &ForestArrays, n_outputs: usize, n_trees: usize) -> Result<()> {
    let weights = ("weights of trees", &arrays.weights, n_trees);
    let base = ("base values", &arrays.base, n_outputs);
    for (what, numbers, n) in [weights, base] {
        if let Some(numbers) = numbers {
            count(what, numbers.as_slice().len(), n, n)?;
            finite(what, numbers.as_slice())?;
        }
    }
    Ok(())
}
