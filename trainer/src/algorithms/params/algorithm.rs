//! The algorithms: their names, and what each predicts and reads.

use cli_common::error::{Error, Result};
use cli_common::suggest::{nearest, nearest_first};

use crate::table::target::TaskKind;

/// An algorithm the trainer can fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// `logistic-regression`
    LogisticRegression,
    /// `linear-regression`
    LinearRegression,
    /// `ridge`
    Ridge,
    /// `decision-tree`
    DecisionTree,
    /// `random-forest`
    RandomForest,
    /// `lasso`
    Lasso,
    /// `elastic-net`
    ElasticNet,
    /// `extra-trees`
    ExtraTrees,
    /// `gradient-boosting`
    GradientBoosting,
    /// `gaussian-nb`
    GaussianNb,
    /// `bernoulli-nb`
    BernoulliNb,
    /// `multinomial-nb`
    MultinomialNb,
    /// `categorical-nb`
    CategoricalNb,
    /// `knn`
    Knn,
    /// `svm`
    Svm,
    /// `kmeans`
    KMeans,
}

/// Every algorithm, the default first.
pub(crate) const ALGORITHMS: [Algorithm; 16] = [
    Algorithm::RandomForest,
    Algorithm::ExtraTrees,
    Algorithm::DecisionTree,
    Algorithm::GradientBoosting,
    Algorithm::LogisticRegression,
    Algorithm::LinearRegression,
    Algorithm::Ridge,
    Algorithm::Lasso,
    Algorithm::ElasticNet,
    Algorithm::GaussianNb,
    Algorithm::BernoulliNb,
    Algorithm::MultinomialNb,
    Algorithm::CategoricalNb,
    Algorithm::Knn,
    Algorithm::Svm,
    Algorithm::KMeans,
];

impl Algorithm {
    /// Name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LogisticRegression => "logistic-regression",
            Self::LinearRegression => "linear-regression",
            Self::Ridge => "ridge",
            Self::DecisionTree => "decision-tree",
            Self::RandomForest => "random-forest",
            Self::Lasso => "lasso",
            Self::ElasticNet => "elastic-net",
            Self::ExtraTrees => "extra-trees",
            Self::GradientBoosting => "gradient-boosting",
            Self::GaussianNb => "gaussian-nb",
            Self::BernoulliNb => "bernoulli-nb",
            Self::MultinomialNb => "multinomial-nb",
            Self::CategoricalNb => "categorical-nb",
            Self::Knn => "knn",
            Self::Svm => "svm",
            Self::KMeans => "kmeans",
        }
    }

    /// The algorithm called `name`.
    ///
    /// # Errors
    ///
    /// A usage error that lists the known names, the nearest first.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        Self::named(name, "--algorithm")
    }

    /// As [`Algorithm::parse`]; `option` is what named it.
    pub(crate) fn named(name: &str, option: &str) -> Result<Self> {
        ALGORITHMS.into_iter().find(|a| a.name() == name).ok_or_else(|| {
            let known: Vec<&str> = ALGORITHMS.iter().map(|a| a.name()).collect();
            let list = nearest_first(name, &known).join(", ");
            let fact = format!("{option}: `{name}` is not one of {list}");
            Error::usage(fact).did_you_mean(nearest(name, known))
        })
    }

    /// What it can predict.
    pub(crate) fn serves(self, task: TaskKind) -> bool {
        match self {
            Self::LogisticRegression
            | Self::GaussianNb
            | Self::BernoulliNb
            | Self::MultinomialNb
            | Self::CategoricalNb => task == TaskKind::Classification,
            Self::LinearRegression
            | Self::Ridge
            | Self::Lasso
            | Self::ElasticNet
            | Self::GradientBoosting => task == TaskKind::Regression,
            Self::DecisionTree | Self::RandomForest | Self::ExtraTrees | Self::Knn | Self::Svm => {
                task != TaskKind::Clustering
            }
            Self::KMeans => task == TaskKind::Clustering,
        }
    }
}
