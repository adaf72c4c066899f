//! The serde layout of smartcore 0.7.0's fitted structs, and nothing else.
//!
//! smartcore keeps fitted trees and scalers private; its `serde` feature is the one way to their
//! numbers. bincode writes a struct as its fields in declared order, so these mirrors must repeat
//! that order exactly; the version of smartcore is pinned for this reason. `PhantomData` is
//! written as nothing, here `()`.

use bincode::config::standard;
use cli_common::error::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use smartcore::cluster::kmeans::KMeans;
use smartcore::ensemble::extra_trees_regressor::ExtraTreesRegressor;
use smartcore::ensemble::random_forest_regressor::RandomForestRegressor;
use smartcore::linalg::basic::arrays::Array as _;
use smartcore::linear::elastic_net::ElasticNet;
use smartcore::linear::logistic_regression::LogisticRegression;
use smartcore::naive_bayes::gaussian::GaussianNB;
use smartcore::preprocessing::numerical::StandardScaler;
use smartcore::tree::decision_tree_regressor::DecisionTreeRegressor;
use smartcore::xgboost::XGRegressor;

use super::features::Features;
use super::matrix::Matrix;

/// smartcore's regression forest over f64.
pub(crate) type Forest = RandomForestRegressor<f64, f64, Features, Vec<f64>>;
/// smartcore's extremely randomised regression forest over f64.
pub(crate) type ExtraTrees = ExtraTreesRegressor<f64, f64, Features, Vec<f64>>;
/// smartcore's gradient boosting over f64.
pub(crate) type Boosting = XGRegressor<f64, f64, Features, Vec<f64>>;
/// smartcore's Gaussian naive Bayes over f64.
pub(crate) type Gaussian = GaussianNB<f64, u32, Matrix, Vec<u32>>;
/// smartcore's k-means over f64.
pub(crate) type Clusters = KMeans<f64, u32, Matrix, Vec<u32>>;
/// smartcore's elastic net over f64.
pub(crate) type FittedElasticNet = ElasticNet<f64, f64, Matrix, Vec<f64>>;
/// smartcore's logistic regression over f64.
pub(crate) type Logistic = LogisticRegression<f64, u32, Matrix, Vec<u32>>;
/// smartcore's regression tree over f64.
pub(crate) type DecisionTree = DecisionTreeRegressor<f64, f64, Features, Vec<f64>>;

/// A fitted regression tree.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tree {
    /// Its nodes; node 0 is the root.
    pub(crate) nodes: Vec<Node>,
    parameters: Option<TreeParameters>,
    depth: u16,
    root_mass: f64,
    phantoms: ((), (), (), ()),
}

/// A node; a leaf has no children. Rows go to the true child where `x[feature] <= split_value`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Node {
    /// Mean target of the rows that reached it.
    pub(crate) output: f64,
    /// Feature it looks at.
    pub(crate) split_feature: usize,
    /// Threshold.
    pub(crate) split_value: Option<f64>,
    split_score: Option<f64>,
    /// Index of the child for rows at or below the threshold.
    pub(crate) true_child: Option<usize>,
    /// Index of the child for all other rows.
    pub(crate) false_child: Option<usize>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct TreeParameters {
    max_depth: Option<u16>,
    min_samples_leaf: usize,
    min_samples_split: usize,
    seed: Option<u64>,
    splitter: Splitter,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Splitter {
    Random,
    Best,
}

#[derive(Serialize, Deserialize)]
struct ForestMirror {
    forest_regressor: Option<BaseForest>,
}

#[derive(Serialize, Deserialize)]
struct BaseForest {
    trees: Option<Vec<Tree>>,
    num_features: Option<usize>,
    samples: Option<Vec<Vec<bool>>>,
}

#[derive(Serialize, Deserialize)]
struct DecisionTreeMirror {
    tree_regressor: Option<Tree>,
    num_features: Option<usize>,
}

/// A node of a boosted tree with its subtrees; a leaf has none. Rows go left where
/// `x[split_feature_idx] <= threshold`.
#[derive(Debug, Deserialize)]
pub(crate) struct BoostedNode {
    /// Subtree for rows at or below the threshold.
    pub(crate) left: Option<Box<BoostedNode>>,
    /// Subtree for all other rows.
    pub(crate) right: Option<Box<BoostedNode>>,
    /// What the node adds if it is a leaf.
    pub(crate) value: f64,
    /// Threshold.
    pub(crate) threshold: f64,
    /// Feature it looks at.
    pub(crate) split_feature_idx: usize,
    #[expect(dead_code, reason = "part of the layout")]
    split_score: f64,
    #[expect(dead_code, reason = "part of the layout")]
    phantoms: ((), (), (), ()),
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the rest of the layout is read and dropped")]
struct BoostingMirror {
    regressors: Option<Vec<BoostedNode>>,
    parameters: Option<BoostingParameters>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the rest of the layout is read and dropped")]
struct BoostingParameters {
    n_estimators: usize,
    max_depth: u16,
    learning_rate: f64,
    min_child_weight: usize,
    lambda: f64,
    gamma: f64,
    base_score: f64,
    subsample: f64,
    seed: u64,
    objective: Objective,
}

#[derive(Deserialize)]
enum Objective {
    MeanSquaredError,
}

#[derive(Serialize, Deserialize)]
struct ElasticNetMirror {
    coefficients: Option<Matrix>,
    intercept: Option<f64>,
    phantoms: ((), ()),
}

#[derive(Serialize)]
struct LogisticMirror {
    coefficients: Option<Matrix>,
    intercept: Option<Matrix>,
    classes: Option<Vec<u32>>,
    num_attributes: usize,
    num_classes: usize,
    phantoms: ((), ()),
}

#[derive(Serialize)]
struct GaussianMirror {
    inner: Option<GaussianDistribution>,
}

#[derive(Serialize)]
struct GaussianDistribution {
    class_labels: Vec<u32>,
    class_count: Vec<usize>,
    class_priors: Vec<f64>,
    var: Vec<Vec<f64>>,
    theta: Vec<Vec<f64>>,
}

#[derive(Serialize)]
struct ScalerMirror<'a> {
    means: &'a [f64],
    stds: &'a [f64],
    with_mean: bool,
    with_std: bool,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the rest of the layout is read and dropped")]
struct KMeansMirror {
    k: usize,
    y: Vec<usize>,
    size: Vec<usize>,
    distortion: f64,
    centroids: Vec<Vec<f64>>,
    phantoms: ((), (), (), ()),
}

fn transmute<A: Serialize, B: DeserializeOwned>(from: &A) -> Result<B> {
    let failed =
        |e: String| Error::internal(format!("smartcore's layout is not the expected one: {e}"));
    let bytes =
        bincode::serde::encode_to_vec(from, standard()).map_err(|e| failed(e.to_string()))?;
    let (to, used) =
        bincode::serde::decode_from_slice(&bytes, standard()).map_err(|e| failed(e.to_string()))?;
    if used != bytes.len() {
        return Err(failed(format!("{used} of {} bytes", bytes.len())));
    }
    Ok(to)
}

/// Takes the trees out of a fitted [`Forest`] or [`ExtraTrees`]; the two have one layout.
pub(crate) fn forest_trees(forest: &impl Serialize) -> Result<Vec<Tree>> {
    let mirror: ForestMirror = transmute(forest)?;
    mirror
        .forest_regressor
        .and_then(|forest| forest.trees)
        .ok_or_else(|| Error::internal("smartcore returned a forest without trees"))
}

/// Takes the trees out of a fitted boosting model.
pub(crate) fn boosted_trees(model: &Boosting) -> Result<Vec<BoostedNode>> {
    let mirror: BoostingMirror = transmute(model)?;
    mirror
        .regressors
        .ok_or_else(|| Error::internal("smartcore returned a boosting model without trees"))
}

/// Makes a smartcore forest of trees that were fitted in several parts.
pub(crate) fn forest_of(trees: Vec<Tree>, n_features: usize) -> Result<Forest> {
    transmute(&ForestMirror {
        forest_regressor: Some(BaseForest {
            trees: Some(trees),
            num_features: Some(n_features),
            samples: None,
        }),
    })
}

/// Takes the tree out of a fitted decision tree.
pub(crate) fn decision_tree(tree: &DecisionTree) -> Result<Tree> {
    let mirror: DecisionTreeMirror = transmute(tree)?;
    mirror
        .tree_regressor
        .ok_or_else(|| Error::internal("smartcore returned a decision tree without a tree"))
}

/// A smartcore Gaussian naive Bayes with the given moments per class; labels are 0, 1, 2, ...
pub(crate) fn gaussian(
    class_count: Vec<usize>,
    class_priors: Vec<f64>,
    var: Vec<Vec<f64>>,
    theta: Vec<Vec<f64>>,
) -> Result<Gaussian> {
    let class_labels = (0u32..).take(class_count.len()).collect();
    transmute(&GaussianMirror {
        inner: Some(GaussianDistribution { class_labels, class_count, class_priors, var, theta }),
    })
}

/// The same elastic net with another intercept.
pub(crate) fn with_intercept(model: &FittedElasticNet, intercept: f64) -> Result<FittedElasticNet> {
    let mirror: ElasticNetMirror = transmute(model)?;
    transmute(&ElasticNetMirror { intercept: Some(intercept), ..mirror })
}

/// A smartcore logistic regression with the given coefficients `[n_outputs, n_features]`, intercepts
/// `[n_outputs, 1]`, and labels in ascending order.
pub(crate) fn logistic(
    coefficients: Matrix,
    intercepts: Matrix,
    labels: Vec<u32>,
) -> Result<Logistic> {
    transmute(&LogisticMirror {
        num_attributes: coefficients.shape().1,
        num_classes: labels.len(),
        coefficients: Some(coefficients),
        intercept: Some(intercepts),
        classes: Some(labels),
        phantoms: ((), ()),
    })
}

/// Takes the centroids out of fitted clusters, and the rows in each.
pub(crate) fn centroids(model: &Clusters) -> Result<(Vec<Vec<f64>>, Vec<u64>)> {
    let mirror: KMeansMirror = transmute(model)?;
    Ok((mirror.centroids, mirror.size.iter().map(|n| *n as u64).collect()))
}

/// A smartcore scaler with the given parameters.
pub(crate) fn standard_scaler(means: &[f64], stds: &[f64]) -> Result<StandardScaler<f64>> {
    transmute(&ScalerMirror { means, stds, with_mean: true, with_std: true })
}
