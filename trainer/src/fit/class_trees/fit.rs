//! Fitting and predicting.

use std::sync::Mutex;

use cli_common::error::{Error, Result};
use model_format::forest;
use model_format::program::Head;
use model_format::program::builder::ProgramBuilder;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::slot::Run;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use smartcore::linalg::basic::arrays::Array;

use super::grow::{Cuts, Grower};
use super::ranks::Ranks;
use super::sample::{Bootstrap, Item, every_row};
use super::tree::{Node, Tree};
use crate::algorithms::params;
use crate::engine::features::Features;
use crate::engine::guard;
use crate::fit::layout::{self, Layout};
use crate::fit::request::{Predictions, Request, other_task};
use crate::fit::trees::Forestry;

/// Fitted trees whose leaves hold the shares of all classes.
pub(crate) struct ClassTrees {
    trees: Vec<Tree>,
    n_classes: usize,
}

/// Where trees take their samples from.
enum Samples<'a> {
    EveryRow(&'a [u32]),
    Bootstrap(&'a [u32], Bootstrap),
}

impl Samples<'_> {
    fn next(&mut self) -> Vec<Item> {
        match self {
            Self::EveryRow(classes) => every_row(classes),
            Self::Bootstrap(classes, bootstrap) => bootstrap.draw(classes),
        }
    }
}

impl ClassTrees {
    /// Fits `decision-tree`.
    pub(crate) fn decision_tree(params: &params::Tree, request: &Request<'_>) -> Result<Self> {
        let classes = classes(request)?;
        let grower = Grower {
            x: request.x,
            n_classes: request.n_classes,
            cuts: Cuts::Best(Ranks::new(request.x, request.threads)),
            limits: *params,
            tried: request.x.shape().1,
        };
        grow(&grower, Samples::EveryRow(classes), 1, request)
    }

    /// Fits `random-forest` or `extra-trees`; the forest does not depend on the threads.
    pub(crate) fn forest(
        forestry: Forestry,
        params: &params::Forest,
        request: &Request<'_>,
    ) -> Result<Self> {
        let Request { x, n_classes, seed, threads, .. } = *request;
        let classes = classes(request)?;
        let (cuts, samples) = match forestry {
            Forestry::Random => {
                let samples = Samples::Bootstrap(classes, Bootstrap::new(seed));
                (Cuts::Best(Ranks::new(x, threads)), samples)
            }
            Forestry::Extra => (Cuts::Random, Samples::EveryRow(classes)),
        };
        let tried = params.m.of(x.shape().1, true)?;
        let grower = Grower { x, n_classes, cuts, limits: params.tree, tried };
        grow(&grower, samples, params.n_trees, request)
    }

    /// Appends the trees, with the shares of all labels in a leaf, and what becomes of their mean.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Result<Head> {
        let n = self.n_classes;
        let mut layout = Layout::mean(n);
        let mut shares = Vec::new();
        for tree in &self.trees {
            shares.clear();
            shares.resize(tree.leaves.len() * n, 0.0);
            for (leaf, row) in (0u32..).zip(shares.chunks_exact_mut(n)) {
                for (class, share) in tree.leaves.shares(leaf) {
                    row[class as usize] = share;
                }
            }
            layout.push_leaves(tree.nodes.len(), 1.0, |at| match tree.nodes[at] {
                Node::Leaf(leaf) => forest::Node::Leaf(&shares[leaf as usize * n..][..n]),
                Node::Inner { feature, threshold, left, right } => {
                    layout::inner(feature, threshold, left as usize, right as usize)
                }
            })?;
        }
        let means = layout.finish(input, true, program)?;
        Ok(program.probabilities(means, LinkForm::Shares, LabelRule::FirstMaximum, false))
    }

    /// What the predictor computes, to the bit: the mean of the shares in the leaves that a row reaches, added in
    /// the order of the trees, divided by the sum over the classes. The label is the first of the largest.
    pub(crate) fn predict(&self, x: &Features) -> Predictions {
        let n_trees = self.trees.len() as f64;
        let mut predictions = Predictions::default();
        let mut shares = vec![0.0; self.n_classes];
        for row in 0..x.shape().0 {
            shares.fill(0.0);
            for tree in &self.trees {
                let leaf = tree.leaf(|feature| *x.get((row, feature)));
                for (class, share) in tree.leaves.shares(leaf) {
                    shares[class as usize] += share;
                }
            }
            let mut total = 0.0;
            for share in &mut shares {
                *share /= n_trees;
                total += *share;
            }
            for share in &mut shares {
                *share /= total;
            }
            let best = (0u32..).zip(&shares).fold((0, f64::MIN), |best, (class, share)| {
                if *share > best.1 { (class, *share) } else { best }
            });
            predictions.labels.push(best.0);
            predictions.values.extend_from_slice(&shares);
        }
        predictions
    }

    /// The trees, in the order in which their shares are added.
    #[cfg(test)]
    pub(super) fn trees(&self) -> &[Tree] {
        &self.trees
    }
}

/// The classes of the rows, whose number fits the 32 bits that rows have here and in smartcore.
fn classes<'a>(request: &Request<'a>) -> Result<&'a [u32]> {
    let classes = request.y.classes().ok_or_else(|| other_task(request.algorithm))?;
    if u32::try_from(classes.len()).is_err() {
        let fact = format!("{} rows, expected at most {}", classes.len(), u32::MAX);
        return Err(Error::input(fact).with_hint("use a part of them with --sample"));
    }
    Ok(classes)
}

/// Grows the trees. As in smartcore, samples come from one stream, and tree `i` chooses features
/// with the seed plus `i`.
fn grow(
    grower: &Grower<'_>,
    samples: Samples<'_>,
    n_trees: usize,
    request: &Request<'_>,
) -> Result<ClassTrees> {
    let Request { seed, threads, progress, n_classes, .. } = *request;
    progress.start(n_trees, "trees");
    let next = Mutex::new((0, samples));
    let grown = guard::run(threads.min(n_trees), |_| {
        let mut grown = Vec::new();
        loop {
            let (number, items) = {
                let Ok(mut next) = next.lock() else { return Ok(grown) };
                if next.0 == n_trees {
                    return Ok(grown);
                }
                next.0 += 1;
                (next.0 - 1, next.1.next())
            };
            let rng = SmallRng::seed_from_u64(seed.wrapping_add(number as u64));
            grown.push((number, grower.grow(items, rng)));
            progress.advance(1);
        }
    })?;
    let mut grown: Vec<(usize, Tree)> = grown.into_iter().flatten().collect();
    grown.sort_by_key(|(number, _)| *number);
    Ok(ClassTrees { trees: grown.into_iter().map(|(_, tree)| tree).collect(), n_classes })
}
