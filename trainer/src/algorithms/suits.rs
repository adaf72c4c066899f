//! Which features an algorithm can read, and the scaling that suits it.

use cli_common::error::{Error, Result};

use super::params::{Algorithm, Hyper};
use crate::features::encode::{Form, ScalerKind};
use crate::features::reduce::Reduce;

/// What an algorithm takes its features for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// Any numbers, one-hot encoded categories among them.
    Numbers,
    /// How often something occurred: whole numbers from 0.
    Counts,
    /// Categories alone.
    Categories,
}

impl Hyper {
    /// How the fit takes categories: smartcore works on a matrix of its own kind in place where it
    /// decomposes it, centres its columns, or measures distances in it.
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::RandomForest(_)
            | Self::ExtraTrees(_)
            | Self::DecisionTree(_)
            | Self::GradientBoosting(_)
            | Self::LogisticRegression(_)
            | Self::GaussianNb
            | Self::BernoulliNb(_)
            | Self::MultinomialNb(_)
            | Self::CategoricalNb(_)
            | Self::Svm(_) => Form::Codes,
            Self::LinearRegression
            | Self::Ridge(_)
            | Self::Lasso(_)
            | Self::ElasticNet(_)
            | Self::Knn(_)
            | Self::KMeans(_) => Form::Matrix,
        }
    }
}

impl Algorithm {
    /// What it takes its features for.
    pub(crate) fn reads(self) -> Reads {
        match self {
            Self::MultinomialNb => Reads::Counts,
            Self::CategoricalNb => Reads::Categories,
            Self::RandomForest
            | Self::ExtraTrees
            | Self::DecisionTree
            | Self::GradientBoosting
            | Self::LogisticRegression
            | Self::LinearRegression
            | Self::Ridge
            | Self::Lasso
            | Self::ElasticNet
            | Self::GaussianNb
            | Self::BernoulliNb
            | Self::Knn
            | Self::Svm
            | Self::KMeans => Reads::Numbers,
        }
    }

    /// Scaling that suits it where the user names none: counts must stay counts.
    pub(crate) fn scaler(self) -> ScalerKind {
        match self.reads() {
            Reads::Counts => ScalerKind::None,
            Reads::Numbers | Reads::Categories => ScalerKind::Standard,
        }
    }

    /// Why it cannot read the components of `--reduce`, if it cannot.
    pub(crate) fn barred_by(self, reduce: Reduce) -> Option<String> {
        let reads = match self.reads() {
            Reads::Numbers => return None,
            Reads::Counts => "counts",
            Reads::Categories => "categories",
        };
        let name = self.name();
        Some(format!("--reduce {reduce}: {name} reads {reads}, components are none"))
    }

    /// Refuses `--reduce` if it cannot read components.
    ///
    /// # Errors
    ///
    /// A usage error.
    pub(crate) fn check_reduce(self, reduce: Reduce) -> Result<()> {
        match self.barred_by(reduce) {
            Some(fact) => {
                Err(Error::usage(fact).with_hint("leave --reduce out, or take gaussian-nb"))
            }
            None => Ok(()),
        }
    }
}
