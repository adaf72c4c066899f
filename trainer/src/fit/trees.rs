//! Decision trees, random forests and extra trees of numbers or two labels, all grown by smartcore's
//! regression trees; [`super::class_trees`] has those of more labels.
//!
//! A label becomes the numbers 0 and 1: splits that reduce the squared error of 0/1 targets are
//! the Gini splits, and leaf means are probabilities. `docs/design.md` has the measurements behind
//! this.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cli_common::error::{Error, Result};
use model_format::program::Head;
use model_format::program::builder::ProgramBuilder;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::slot::Run;
use smartcore::ensemble::extra_trees_regressor::ExtraTreesRegressorParameters;
use smartcore::ensemble::random_forest_regressor::RandomForestRegressorParameters;
use smartcore::linalg::basic::arrays::Array;
use smartcore::tree::decision_tree_regressor::DecisionTreeRegressorParameters;

use super::layout::{Layout, Node};
use super::request::{Predictions, Request, other_task};
use crate::algorithms::params;
use crate::engine::features::Features;
use crate::engine::guard;
use crate::engine::mirror::{self, DecisionTree, ExtraTrees, Forest, Tree};
use crate::rng::derive;
use crate::table::target::Values;

/// Trees that smartcore grows in one call. Each call sorts every column once, so fewer would waste
/// time; each call is one unit of work for the threads, so more would leave them idle.
const TREES_PER_CALL: usize = 5;

/// Fitted trees.
pub(crate) struct Trees {
    all: Vec<Tree>,
    n_features: usize,
    /// Whether they say the probability of the second of two labels.
    labels: bool,
}

/// How the trees of a forest differ from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forestry {
    /// `random-forest`: each tree sees a bootstrap sample and takes the best split of `m` features.
    Random,
    /// `extra-trees`: each tree sees every row and takes the best of `m` random splits.
    Extra,
}

/// What each tree of a forest is grown with.
struct Growth {
    forestry: Forestry,
    n_trees: usize,
    tree: params::Tree,
    m: usize,
}

/// Depth in smartcore counts levels, here and in scikit-learn it counts edges.
fn levels(tree: &params::Tree) -> Option<u16> {
    tree.max_depth.and_then(|depth| u16::try_from(depth + 1).ok())
}

/// The numbers themselves, or 1 for the second of two labels.
fn target(request: &Request<'_>) -> Result<Vec<f64>> {
    match request.y {
        Values::Numbers(values) => Ok(values.clone()),
        Values::Classes(classes) => {
            Ok(classes.iter().map(|class| f64::from(u8::from(*class == 1))).collect())
        }
        Values::Nothing(_) => Err(other_task(request.algorithm)),
    }
}

impl Trees {
    /// Fits `decision-tree`.
    pub(crate) fn decision_tree(params: &params::Tree, request: &Request<'_>) -> Result<Self> {
        let Request { x, n_classes, seed, .. } = *request;
        let (_, n_features) = x.shape();
        let parameters = DecisionTreeRegressorParameters {
            max_depth: levels(params),
            min_samples_leaf: params.min_samples_leaf,
            min_samples_split: params.min_samples_split,
            seed: Some(seed),
        };
        let tree = DecisionTree::fit(x, &target(request)?, parameters).map_err(|e| failed(&e))?;
        Ok(Self { all: vec![mirror::decision_tree(&tree)?], n_features, labels: n_classes > 0 })
    }

    /// Fits `random-forest` or `extra-trees`.
    ///
    /// Every call of smartcore has a seed of its own, derived from the seed and its number, and the
    /// trees are kept in the order of the calls: the forest does not depend on the threads.
    pub(crate) fn forest(
        forestry: Forestry,
        params: &params::Forest,
        request: &Request<'_>,
    ) -> Result<Self> {
        let Request { x, n_classes, seed, threads, progress, .. } = *request;
        let (_, n_features) = x.shape();
        let growth = Growth {
            forestry,
            n_trees: params.n_trees,
            tree: params.tree,
            m: params.m.of(n_features, n_classes > 0)?,
        };
        let target = target(request)?;
        let n_calls = growth.n_trees.div_ceil(TREES_PER_CALL);
        progress.start(n_calls * TREES_PER_CALL, "trees");
        let next = AtomicUsize::new(0);
        let grown: Mutex<Vec<Option<Vec<Tree>>>> = Mutex::new(vec![None; n_calls]);
        guard::run(threads.min(n_calls), |_| {
            loop {
                let call = next.fetch_add(1, Ordering::Relaxed);
                if call >= n_calls {
                    return Ok(());
                }
                let n_trees = TREES_PER_CALL.min(growth.n_trees - call * TREES_PER_CALL);
                let trees = growth.grow(x, &target, n_trees, derive(seed, call as u64))?;
                if let Ok(mut grown) = grown.lock() {
                    grown[call] = Some(trees);
                }
                progress.advance(TREES_PER_CALL);
            }
        })?;
        let grown = grown.into_inner().unwrap_or_default();
        let all = grown.into_iter().flatten().flatten().collect();
        Ok(Self { all, n_features, labels: n_classes > 0 })
    }

    /// Appends the trees and what becomes of their mean.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Result<Head> {
        let mut layout = Layout::mean(1);
        for tree in &self.all {
            layout.push(1.0, 0, |index: usize| {
                let node = tree.nodes.get(index)?;
                Some(match (node.true_child, node.false_child, node.split_value) {
                    (Some(left), Some(right), Some(threshold)) => {
                        Node::Inner { feature: node.split_feature, threshold, left, right }
                    }
                    _ => Node::Leaf(node.output),
                })
            })?;
        }
        let means = layout.finish(input, self.labels, program)?;
        Ok(if self.labels {
            program.probabilities(means, LinkForm::Complement, LabelRule::Above(0.5), true)
        } else {
            Head::value(means)
        })
    }

    /// smartcore's own predictions; of two labels, the second from a probability above one half on.
    pub(crate) fn predict(&self, x: &Features) -> Result<Predictions> {
        let forest = mirror::forest_of(self.all.clone(), self.n_features)?;
        let numbers: Vec<f64> =
            forest.predict(x).map_err(|e| Error::internal(format!("smartcore's predict: {e}")))?;
        if !self.labels {
            return Ok(Predictions::values(numbers));
        }
        Ok(Predictions {
            labels: numbers.iter().map(|p| u32::from(*p > 0.5)).collect(),
            values: numbers.iter().flat_map(|p| [1.0 - p, *p]).collect(),
        })
    }
}

impl Growth {
    fn grow(&self, x: &Features, y: &Vec<f64>, n_trees: usize, seed: u64) -> Result<Vec<Tree>> {
        if self.forestry == Forestry::Extra {
            let parameters = ExtraTreesRegressorParameters {
                max_depth: levels(&self.tree),
                min_samples_leaf: self.tree.min_samples_leaf,
                min_samples_split: self.tree.min_samples_split,
                n_trees,
                m: Some(self.m),
                keep_samples: false,
                seed,
            };
            let forest = ExtraTrees::fit(x, y, parameters).map_err(|e| failed(&e))?;
            return mirror::forest_trees(&forest);
        }
        let parameters = RandomForestRegressorParameters {
            max_depth: levels(&self.tree),
            min_samples_leaf: self.tree.min_samples_leaf,
            min_samples_split: self.tree.min_samples_split,
            n_trees,
            m: Some(self.m),
            keep_samples: false,
            seed,
        };
        mirror::forest_trees(&Forest::fit(x, y, parameters).map_err(|e| failed(&e))?)
    }
}

fn failed(error: &smartcore::error::Failed) -> Error {
    Error::input(format!("smartcore refuses to fit this data: {error}"))
}

#[cfg(test)]
mod tests {
    use cli_common::progress::Progress;

    use super::*;
    use crate::algorithms::params::{Algorithm, Params};
    use crate::engine::matrix::matrix;

    /// Fewest distinct rows in a leaf of any tree, where `min_samples_leaf` is 4.
    fn fewest_in_a_leaf(algorithm: Algorithm) -> usize {
        let n_rows = 200;
        let x: Vec<f64> = (0..n_rows).map(f64::from).collect();
        let y = Values::Numbers(x.iter().map(|v| (v * 0.7).sin()).collect());
        let given = [("min_samples_leaf".to_owned(), "4".to_owned())];
        let params = Params::parse(algorithm, &given).unwrap();
        let fitted = crate::fit::fit(&Request {
            algorithm,
            params: &params,
            x: &matrix(200, std::slice::from_ref(&x)).unwrap().into(),
            y: &y,
            n_classes: 0,
            feature_names: &[],
            seed: 1,
            threads: 1,
            progress: &Progress::new(true),
        });
        let crate::fit::Fitted::Trees(trees) = fitted.unwrap() else { panic!("trees") };
        let leaf_of = |tree: &Tree, value: f64| {
            let mut at = 0;
            while let (Some(yes), Some(no), Some(threshold)) =
                (tree.nodes[at].true_child, tree.nodes[at].false_child, tree.nodes[at].split_value)
            {
                at = if value <= threshold { yes } else { no };
            }
            at
        };
        let fewest = trees.all.iter().map(|tree| {
            let mut rows = vec![0; tree.nodes.len()];
            for value in &x {
                rows[leaf_of(tree, *value)] += 1;
            }
            rows.into_iter().filter(|rows| *rows > 0).min().unwrap()
        });
        fewest.min().unwrap()
    }

    /// smartcore counts a row as often as a tree has drawn it; the help says so.
    #[test]
    fn rows_in_a_leaf_are_counted_as_often_as_they_were_drawn() {
        assert!(fewest_in_a_leaf(Algorithm::RandomForest) < 4);
        for algorithm in [Algorithm::DecisionTree, Algorithm::ExtraTrees] {
            assert!(fewest_in_a_leaf(algorithm) >= 4, "{algorithm:?}");
        }
    }
}
