//! The hyper-parameters of any algorithm.

use cli_common::error::Result;

use super::algorithm::Algorithm;
use super::bayes::{Bernoulli, Smoothing};
use super::clusters::KMeans;
use super::linear::{ElasticNet, L2, Lasso};
use super::neighbors::Knn;
use super::reader::Reader;
use super::svm::Svm;
use super::trees::{Boosting, Forest, Sees, Tree};

/// Checked hyper-parameters, by algorithm.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Hyper {
    /// Of `random-forest`.
    RandomForest(Forest),
    /// Of `extra-trees`.
    ExtraTrees(Forest),
    /// Of `decision-tree`.
    DecisionTree(Tree),
    /// Of `gradient-boosting`.
    GradientBoosting(Boosting),
    /// Of `logistic-regression`.
    LogisticRegression(L2),
    /// `linear-regression` has none.
    LinearRegression,
    /// Of `ridge`.
    Ridge(L2),
    /// Of `lasso`.
    Lasso(Lasso),
    /// Of `elastic-net`.
    ElasticNet(ElasticNet),
    /// `gaussian-nb` has none.
    GaussianNb,
    /// Of `bernoulli-nb`.
    BernoulliNb(Bernoulli),
    /// Of `multinomial-nb`.
    MultinomialNb(Smoothing),
    /// Of `categorical-nb`.
    CategoricalNb(Smoothing),
    /// Of `knn`.
    Knn(Knn),
    /// Of `svm`.
    Svm(Svm),
    /// Of `kmeans`.
    KMeans(KMeans),
}

impl Hyper {
    /// Reads the table of an algorithm.
    pub(super) fn read(algorithm: Algorithm, reader: &mut Reader<'_>) -> Result<Self> {
        Ok(match algorithm {
            Algorithm::RandomForest => Self::RandomForest(Forest::read(reader, Sees::Bootstrap)?),
            Algorithm::ExtraTrees => Self::ExtraTrees(Forest::read(reader, Sees::EveryRow)?),
            Algorithm::DecisionTree => Self::DecisionTree(Tree::read(reader, Sees::EveryRow)?),
            Algorithm::GradientBoosting => Self::GradientBoosting(Boosting::read(reader)?),
            Algorithm::LogisticRegression => Self::LogisticRegression(L2::read(reader)?),
            Algorithm::LinearRegression => Self::LinearRegression,
            Algorithm::Ridge => Self::Ridge(L2::read(reader)?),
            Algorithm::Lasso => Self::Lasso(Lasso::read(reader)?),
            Algorithm::ElasticNet => Self::ElasticNet(ElasticNet::read(reader)?),
            Algorithm::GaussianNb => Self::GaussianNb,
            Algorithm::BernoulliNb => Self::BernoulliNb(Bernoulli::read(reader)?),
            Algorithm::MultinomialNb => Self::MultinomialNb(Smoothing::read(reader)?),
            Algorithm::CategoricalNb => Self::CategoricalNb(Smoothing::read(reader)?),
            Algorithm::Knn => Self::Knn(Knn::read(reader)?),
            Algorithm::Svm => Self::Svm(Svm::read(reader)?),
            Algorithm::KMeans => Self::KMeans(KMeans::read(reader)?),
        })
    }

    /// Clusters that are asked for; `None` for what makes none.
    pub(crate) fn n_clusters(&self) -> Option<usize> {
        match self {
            Self::KMeans(kmeans) => Some(kmeans.k),
            Self::RandomForest(_)
            | Self::ExtraTrees(_)
            | Self::DecisionTree(_)
            | Self::GradientBoosting(_)
            | Self::LogisticRegression(_)
            | Self::LinearRegression
            | Self::Ridge(_)
            | Self::Lasso(_)
            | Self::ElasticNet(_)
            | Self::GaussianNb
            | Self::BernoulliNb(_)
            | Self::MultinomialNb(_)
            | Self::CategoricalNb(_)
            | Self::Knn(_)
            | Self::Svm(_) => None,
        }
    }
}
