//! Decision trees, random forests and extra trees, all grown by smartcore's regression trees.
//!
//! A label becomes the numbers 0 and 1: splits that reduce the squared error of 0/1 targets are
//! the Gini splits, and leaf means are probabilities. More than two classes are one ensemble per
//! class against the rest. `docs/design.md` has the measurements behind this.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cli_common::error::{Error, Result};
use model_format::v1::EstimatorSpec;
use smartcore::ensemble::extra_trees_regressor::ExtraTreesRegressorParameters;
use smartcore::ensemble::random_forest_regressor::RandomForestRegressorParameters;
use smartcore::linalg::basic::arrays::Array;
use smartcore::tree::decision_tree_regressor::DecisionTreeRegressorParameters;

use super::layout::{Layout, Node};
use super::request::{Extracted, Predictions, Request, other_task};
use super::unclaimed;
use crate::algorithms::params;
use crate::engine::guard;
use crate::engine::matrix::Matrix;
use crate::engine::mirror::{self, DecisionTree, ExtraTrees, Forest, Tree};
use crate::rng::derive;
use crate::table::target::Values;

/// Trees that smartcore grows in one call. Each call sorts every column once, so fewer would waste
/// time; each call is one unit of work for the threads, so more would leave them idle.
const TREES_PER_CALL: usize = 5;

/// Fitted trees, those of output 0 first.
pub(crate) struct Trees {
    outputs: Vec<Vec<Tree>>,
    n_features: usize,
    n_classes: usize,
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

/// One target per output: the numbers themselves, or 0/1 per class.
fn targets(request: &Request<'_>) -> Result<Vec<Vec<f64>>> {
    let n_classes = request.n_classes;
    Ok(match request.y {
        Values::Numbers(values) => vec![values.clone()],
        Values::Classes(classes) => {
            let one_against_rest = |class: usize| {
                classes.iter().map(|c| f64::from(u8::from(*c as usize == class))).collect()
            };
            if n_classes == 2 {
                vec![one_against_rest(1)]
            } else {
                (0..n_classes).map(one_against_rest).collect()
            }
        }
        Values::Nothing(_) => return Err(other_task(request.algorithm)),
    })
}

impl Trees {
    /// Fits `decision-tree`.
    pub(crate) fn decision_tree(params: &params::Tree, request: &Request<'_>) -> Result<Self> {
        let Request { x, n_classes, seed, .. } = *request;
        let (_, n_features) = x.shape();
        let grow = |target: Vec<f64>| {
            let parameters = DecisionTreeRegressorParameters {
                max_depth: levels(params),
                min_samples_leaf: params.min_samples_leaf,
                min_samples_split: params.min_samples_split,
                seed: Some(seed),
            };
            let tree = DecisionTree::fit(x, &target, parameters).map_err(|e| failed(&e))?;
            Ok(vec![mirror::decision_tree(&tree)?])
        };
        let mut outputs = targets(request)?.into_iter().map(grow).collect::<Result<Vec<_>>>()?;
        unclaimed::settle(&mut outputs, request.y);
        Ok(Self { outputs, n_features, n_classes })
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
        let targets = targets(request)?;
        let calls_per_output = growth.n_trees.div_ceil(TREES_PER_CALL);
        let n_calls = calls_per_output * targets.len();
        progress.start(n_calls * TREES_PER_CALL, "trees");
        let next = AtomicUsize::new(0);
        let grown: Mutex<Vec<Option<Vec<Tree>>>> = Mutex::new(vec![None; n_calls]);
        guard::run(threads.min(n_calls), |_| {
            loop {
                let call = next.fetch_add(1, Ordering::Relaxed);
                if call >= n_calls {
                    return Ok(());
                }
                let (output, part) = (call / calls_per_output, call % calls_per_output);
                let n_trees = TREES_PER_CALL.min(growth.n_trees - part * TREES_PER_CALL);
                let trees = growth.grow(x, &targets[output], n_trees, derive(seed, call as u64))?;
                if let Ok(mut grown) = grown.lock() {
                    grown[call] = Some(trees);
                }
                progress.advance(TREES_PER_CALL);
            }
        })?;
        let grown = grown.into_inner().unwrap_or_default();
        let mut outputs = vec![Vec::with_capacity(growth.n_trees); targets.len()];
        for (call, trees) in grown.into_iter().enumerate() {
            outputs[call / calls_per_output].extend(trees.unwrap_or_default());
        }
        unclaimed::settle(&mut outputs, request.y);
        Ok(Self { outputs, n_features, n_classes })
    }

    /// The numbers that go into the artifact.
    pub(crate) fn extract(&self) -> Result<Extracted> {
        let mut layout = Layout::default();
        for tree in self.outputs.iter().flatten() {
            layout.push(0, |index: usize| {
                let node = tree.nodes.get(index)?;
                Some(match (node.true_child, node.false_child, node.split_value) {
                    (Some(left), Some(right), Some(threshold)) => {
                        Node::Inner { feature: node.split_feature, threshold, left, right }
                    }
                    _ => Node::Leaf(node.output),
                })
            })?;
        }
        Ok(layout.finish(EstimatorSpec::MeanOfTrees { n_outputs: self.outputs.len() as u64 }))
    }

    /// smartcore's own predictions; probabilities and labels from its forest per class.
    pub(crate) fn predict(&self, x: &Matrix) -> Result<Predictions> {
        let outputs = self
            .outputs
            .iter()
            .map(|trees| {
                let forest = mirror::forest_of(trees.clone(), self.n_features)?;
                forest.predict(x).map_err(|e| Error::internal(format!("smartcore's predict: {e}")))
            })
            .collect::<Result<Vec<Vec<f64>>>>()?;
        let (n_rows, _) = x.shape();
        Ok(match self.n_classes {
            0 => Predictions::values(outputs.concat()),
            2 => Predictions {
                labels: outputs[0].iter().map(|p| u32::from(*p > 0.5)).collect(),
                values: outputs[0].iter().flat_map(|p| [1.0 - p, *p]).collect(),
            },
            n_classes => {
                let mut predictions = Predictions::default();
                for row in 0..n_rows {
                    let shares: Vec<f64> = outputs.iter().map(|output| output[row]).collect();
                    let sum = shares.iter().fold(0.0, |sum, p| sum + p);
                    let p =
                        |share: &f64| if sum > 0.0 { share / sum } else { 1.0 / n_classes as f64 };
                    let row: Vec<f64> = shares.iter().map(p).collect();
                    let best = (0u32..).zip(&row).fold((0, f64::MIN), |best, (class, p)| {
                        if *p > best.1 { (class, *p) } else { best }
                    });
                    predictions.labels.push(best.0);
                    predictions.values.extend(row);
                }
                predictions
            }
        })
    }
}

impl Growth {
    fn grow(&self, x: &Matrix, y: &Vec<f64>, n_trees: usize, seed: u64) -> Result<Vec<Tree>> {
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
            x: &matrix(200, std::slice::from_ref(&x)).unwrap(),
            y: &y,
            n_classes: 0,
            feature_names: &[],
            texts: &[],
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
        let fewest = trees.outputs.iter().flatten().map(|tree| {
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
