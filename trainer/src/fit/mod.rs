//! Fitting with smartcore and taking the numbers out; its types stop here.

pub(crate) mod bayes;
pub(crate) mod boosting;
pub(crate) mod kmeans;
pub(crate) mod layout;
pub(crate) mod linear;
pub(crate) mod neighbors;
pub(crate) mod request;
mod svc;
pub(crate) mod svm;
mod svm_kernel;
pub(crate) mod trees;

use crate::algorithms::params::Algorithm;
use crate::engine::guard;
use crate::engine::matrix::Matrix;
use crate::error::{Error, Result};
use crate::table::target::Values;
use bayes::Bayes;
use boosting::Boosted;
use kmeans::KMeans;
use linear::Linear;
use neighbors::Neighbors;
use request::{Extracted, Predictions, Request, other_task};
use svm::Svm;
use trees::{Forestry, Trees};

/// A fitted estimator.
pub(crate) enum Fitted {
    /// Linear family.
    Linear(Linear),
    /// Trees and forests.
    Trees(Trees),
    /// Boosted trees.
    Boosted(Boosted),
    /// Naive Bayes.
    Bayes(Bayes),
    /// Nearest neighbours.
    Neighbors(Neighbors),
    /// Support vector machines.
    Svm(Svm),
    /// k-means.
    KMeans(KMeans),
}

/// Fits an estimator where a panic inside smartcore becomes an error.
///
/// # Errors
///
/// An input error for data the algorithm cannot serve, caught before smartcore sees it; an
/// internal error with smartcore's words for the rest.
pub(crate) fn fit(request: &Request<'_>) -> Result<Fitted> {
    let Request { algorithm, params, x, y, n_classes, seed, feature_names, texts, .. } = *request;
    if matches!(y, Values::Nothing(_)) != (algorithm == Algorithm::KMeans) {
        return Err(other_task(algorithm));
    }
    match algorithm {
        Algorithm::RandomForest => {
            return Trees::forest(Forestry::Random, request).map(Fitted::Trees);
        }
        Algorithm::ExtraTrees => {
            return Trees::forest(Forestry::Extra, request).map(Fitted::Trees);
        }
        _ => {}
    }
    request.progress.spin("fitting");
    let mut fitted = guard::run(1, |_| match (algorithm, y) {
        (Algorithm::LogisticRegression, Values::Classes(y)) => {
            Linear::logistic(x, y, params).map(Fitted::Linear)
        }
        (Algorithm::LinearRegression, Values::Numbers(y)) => {
            Linear::ordinary(x, y).map(Fitted::Linear)
        }
        (Algorithm::Ridge, Values::Numbers(y)) => {
            Linear::ridge(x, y, params, feature_names).map(Fitted::Linear)
        }
        (Algorithm::Lasso, Values::Numbers(y)) => {
            Linear::lasso(x, y, params, feature_names).map(Fitted::Linear)
        }
        (Algorithm::ElasticNet, Values::Numbers(y)) => {
            Linear::elastic_net(x, y, params, feature_names).map(Fitted::Linear)
        }
        (Algorithm::GradientBoosting, Values::Numbers(y)) => {
            Boosted::fit(x, y, params, seed).map(Fitted::Boosted)
        }
        (Algorithm::GaussianNb, Values::Classes(y)) => {
            Bayes::gaussian(x, y, n_classes, request.threads).map(Fitted::Bayes)
        }
        (Algorithm::BernoulliNb, Values::Classes(y)) => {
            Bayes::bernoulli(x, y, n_classes, params).map(Fitted::Bayes)
        }
        (Algorithm::MultinomialNb, Values::Classes(y)) => {
            Bayes::multinomial(x, y, n_classes, params, feature_names).map(Fitted::Bayes)
        }
        (Algorithm::CategoricalNb, Values::Classes(y)) => {
            Bayes::categorical(x, y, n_classes, params, texts).map(Fitted::Bayes)
        }
        (Algorithm::Knn, _) => Neighbors::fit(request).map(Fitted::Neighbors),
        (Algorithm::KMeans, _) => KMeans::fit(x, params, seed).map(Fitted::KMeans),
        (Algorithm::Svm, _) => Svm::fit(request).map(Fitted::Svm),
        (Algorithm::DecisionTree, y) => {
            Trees::decision_tree(x, y, n_classes, params, seed).map(Fitted::Trees)
        }
        _ => Err(other_task(algorithm)),
    })?;
    fitted.pop().ok_or_else(|| Error::internal("the fit returned nothing"))
}

impl Fitted {
    /// Seconds that predicting `n_rows` rows is likely to take, where that can be long.
    pub(crate) fn seconds(&self, n_rows: usize) -> f64 {
        match self {
            Self::Neighbors(neighbors) => neighbors.seconds(n_rows),
            _ => 0.0,
        }
    }

    /// Whether labels come with probabilities.
    pub(crate) fn has_probabilities(&self) -> bool {
        !matches!(self, Self::Svm(_) | Self::KMeans(_))
    }

    /// Decision values per row; 1 for what has none.
    pub(crate) fn n_numbers(&self) -> usize {
        match self {
            Self::Svm(svm) => svm.n_machines(),
            _ => 1,
        }
    }

    /// Rows per cluster among those that were fitted; empty for what has no clusters.
    pub(crate) fn cluster_sizes(&self) -> &[u64] {
        match self {
            Self::KMeans(kmeans) => kmeans.sizes(),
            _ => &[],
        }
    }

    /// What goes into the artifact.
    pub(crate) fn extract(&self) -> Result<Extracted> {
        match self {
            Self::Linear(linear) => linear.extract(),
            Self::Trees(trees) => trees.extract(),
            Self::Boosted(boosted) => boosted.extract(),
            Self::Bayes(bayes) => Ok(bayes.extract()),
            Self::Neighbors(neighbors) => Ok(neighbors.extract()),
            Self::Svm(svm) => Ok(svm.extract()),
            Self::KMeans(kmeans) => Ok(kmeans.extract()),
        }
    }

    /// smartcore's own predictions.
    pub(crate) fn predict(&self, x: &Matrix) -> Result<Predictions> {
        let mut all = guard::run(1, |_| match self {
            Self::Linear(linear) => linear.predict(x),
            Self::Trees(trees) => trees.predict(x),
            Self::Boosted(boosted) => boosted.predict(x),
            Self::Bayes(bayes) => bayes.predict(x),
            Self::Neighbors(neighbors) => neighbors.predict(x),
            Self::Svm(svm) => svm.predict(x),
            Self::KMeans(kmeans) => kmeans.predict(x),
        })?;
        all.pop().ok_or_else(|| Error::internal("the prediction returned nothing"))
    }
}
