//! Fitting with smartcore and taking the numbers out; its types stop here.

pub(crate) mod bayes;
pub(crate) mod boosting;
mod class_trees;
pub(crate) mod convergence;
pub(crate) mod kmeans;
pub(crate) mod layout;
pub(crate) mod linear;
mod logistic;
pub(crate) mod neighbors;
mod penalised_optimum;
pub(crate) mod request;
pub(crate) mod svm;
#[cfg(test)]
mod tests;
pub(crate) mod trees;

use crate::algorithms::cost::{Shape, about};
use crate::algorithms::params::{self, Hyper};
use crate::engine::features::Features;
use crate::engine::guard;
use crate::table::target::Values;
use bayes::Bayes;
use boosting::Boosted;
use class_trees::ClassTrees;
use cli_common::error::{Error, Result};
use convergence::Missed;
use kmeans::KMeans;
use linear::Linear;
use model_format::program::Head;
use model_format::program::builder::ProgramBuilder;
use model_format::program::slot::Run;
use neighbors::Neighbors;
use request::{Predictions, Request, other_task};
use smartcore::linalg::basic::arrays::Array as _;
use svm::Svm;
use trees::{Forestry, Trees};

/// A fitted estimator.
pub(crate) enum Fitted {
    /// Linear family.
    Linear(Linear),
    /// Trees and forests of numbers or two labels.
    Trees(Trees),
    /// Those of more labels.
    ClassTrees(ClassTrees),
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
    let Request { algorithm, x, y, n_classes, seed, threads, .. } = *request;
    let names = request.feature_names;
    let labels = || y.classes().ok_or_else(|| other_task(algorithm));
    let numbers = || y.numbers().ok_or_else(|| other_task(algorithm));
    let guarded = |work: &(dyn Fn() -> Result<Fitted> + Sync)| {
        let (n_fitted, n_features) = x.shape();
        let seconds = request.params.seconds(&Shape {
            n_fitted,
            n_predicted: 0,
            n_features,
            n_labels: n_classes,
            threads,
        });
        // The library does not tell how far it is.
        let estimate =
            if seconds < 1.0 { "" } else { &format!(", about {} (estimate)", about(seconds)) };
        request.progress.spin(&format!("fitting{estimate}"));
        let mut fitted = guard::run(1, |_| work())?;
        fitted.pop().ok_or_else(|| Error::internal("the fit returned nothing"))
    };
    match request.params.hyper() {
        // These use several threads, each with its guard.
        Hyper::RandomForest(params) => forest(Forestry::Random, params, request),
        Hyper::ExtraTrees(params) => forest(Forestry::Extra, params, request),
        Hyper::DecisionTree(params) if n_classes > 2 => {
            ClassTrees::decision_tree(params, request).map(Fitted::ClassTrees)
        }
        Hyper::DecisionTree(params) => {
            guarded(&|| Trees::decision_tree(params, request).map(Fitted::Trees))
        }
        Hyper::GradientBoosting(params) => {
            let y = numbers()?;
            guarded(&|| Boosted::fit(x, y, params, seed).map(Fitted::Boosted))
        }
        Hyper::LogisticRegression(params) => {
            let y = labels()?;
            guarded(&|| Linear::logistic(x, y, *params).map(Fitted::Linear))
        }
        Hyper::LinearRegression => {
            let y = numbers()?;
            guarded(&|| Linear::ordinary(x.dense()?, y).map(Fitted::Linear))
        }
        Hyper::Ridge(params) => {
            let y = numbers()?;
            guarded(&|| Linear::ridge(x.dense()?, y, *params, names).map(Fitted::Linear))
        }
        Hyper::Lasso(params) => {
            let y = numbers()?;
            guarded(&|| Linear::lasso(x.dense()?, y, *params, names).map(Fitted::Linear))
        }
        Hyper::ElasticNet(params) => {
            let y = numbers()?;
            guarded(&|| Linear::elastic_net(x.dense()?, y, *params, names).map(Fitted::Linear))
        }
        Hyper::GaussianNb => {
            let y = labels()?;
            guarded(&|| Bayes::gaussian(x, y, n_classes, threads).map(Fitted::Bayes))
        }
        Hyper::BernoulliNb(params) => {
            let y = labels()?;
            guarded(&|| Bayes::bernoulli(x, y, n_classes, *params).map(Fitted::Bayes))
        }
        Hyper::MultinomialNb(params) => {
            let y = labels()?;
            guarded(&|| Bayes::multinomial(x, y, n_classes, *params, names).map(Fitted::Bayes))
        }
        Hyper::CategoricalNb(params) => {
            let y = labels()?;
            guarded(&|| Bayes::categorical(x, y, n_classes, *params).map(Fitted::Bayes))
        }
        Hyper::Knn(params) => guarded(&|| Neighbors::fit(*params, request).map(Fitted::Neighbors)),
        Hyper::Svm(params) => guarded(&|| svm::fit(params, request).map(Fitted::Svm)),
        Hyper::KMeans(params) => match y {
            Values::Nothing(_) => KMeans::fit(*params, request).map(Fitted::KMeans),
            Values::Classes(_) | Values::Numbers(_) => Err(other_task(algorithm)),
        },
    }
}

fn forest(forestry: Forestry, params: &params::Forest, request: &Request<'_>) -> Result<Fitted> {
    if request.n_classes > 2 {
        return ClassTrees::forest(forestry, params, request).map(Fitted::ClassTrees);
    }
    Trees::forest(forestry, params, request).map(Fitted::Trees)
}

impl Fitted {
    /// Seconds that predicting `n_rows` rows is likely to take, where that can be long.
    pub(crate) fn seconds(&self, n_rows: usize) -> f64 {
        match self {
            Self::Neighbors(neighbors) => neighbors.seconds(n_rows),
            Self::Linear(_)
            | Self::Trees(_)
            | Self::ClassTrees(_)
            | Self::Boosted(_)
            | Self::Bayes(_)
            | Self::Svm(_)
            | Self::KMeans(_) => 0.0,
        }
    }

    /// How far from the optimum the fit stopped, if that is too far.
    pub(crate) fn missed(&self) -> Option<&Missed> {
        match self {
            Self::Linear(linear) => linear.missed(),
            Self::KMeans(kmeans) => kmeans.missed(),
            Self::Svm(svm) => svm.missed(),
            Self::Trees(_)
            | Self::ClassTrees(_)
            | Self::Boosted(_)
            | Self::Bayes(_)
            | Self::Neighbors(_) => None,
        }
    }

    /// Whether labels come with probabilities.
    pub(crate) fn has_probabilities(&self) -> bool {
        match self {
            Self::Linear(_)
            | Self::Trees(_)
            | Self::ClassTrees(_)
            | Self::Boosted(_)
            | Self::Bayes(_)
            | Self::Neighbors(_) => true,
            Self::Svm(_) | Self::KMeans(_) => false,
        }
    }

    /// Decision values per row; 1 for what has none.
    pub(crate) fn n_numbers(&self) -> usize {
        match self {
            Self::Svm(svm) => svm.n_machines(),
            Self::Linear(_)
            | Self::Trees(_)
            | Self::ClassTrees(_)
            | Self::Boosted(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::KMeans(_) => 1,
        }
    }

    /// Rows per cluster among those that were fitted; empty for what has no clusters.
    pub(crate) fn cluster_sizes(&self) -> &[u64] {
        match self {
            Self::KMeans(kmeans) => kmeans.sizes(),
            Self::Linear(_)
            | Self::Trees(_)
            | Self::ClassTrees(_)
            | Self::Boosted(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::Svm(_) => &[],
        }
    }

    /// Appends what predicts from the features to a program: its ops with their arrays, and which slots are the
    /// prediction.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Result<Head> {
        match self {
            Self::Linear(linear) => linear.extract(input, program),
            Self::Trees(trees) => trees.extract(input, program),
            Self::ClassTrees(trees) => trees.extract(input, program),
            Self::Boosted(boosted) => boosted.extract(input, program),
            Self::Bayes(bayes) => Ok(bayes.extract(input, program)),
            Self::Neighbors(neighbors) => Ok(neighbors.extract(input, program)),
            Self::Svm(svm) => Ok(svm.extract(input, program)),
            Self::KMeans(kmeans) => Ok(kmeans.extract(input, program)),
        }
    }

    /// smartcore's own predictions.
    pub(crate) fn predict(&self, x: &Features) -> Result<Predictions> {
        let mut all = guard::run(1, |_| match self {
            Self::Linear(linear) => linear.predict(x),
            Self::Trees(trees) => trees.predict(x),
            Self::ClassTrees(trees) => Ok(trees.predict(x)),
            Self::Boosted(boosted) => boosted.predict(x),
            Self::Bayes(bayes) => bayes.predict(x),
            Self::Neighbors(neighbors) => neighbors.predict(x.dense()?),
            Self::Svm(svm) => svm.predict(x),
            Self::KMeans(kmeans) => kmeans.predict(x.dense()?),
        })?;
        all.pop().ok_or_else(|| Error::internal("the prediction returned nothing"))
    }
}
