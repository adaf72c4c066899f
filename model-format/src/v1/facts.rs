//! What is true of each kind of estimator. Every `match` names all of them, so that the compiler
//! asks for the facts of a new one; none has a default.

use super::EstimatorSpec;

impl EstimatorSpec {
    /// Whether it groups rows; all others predict a target.
    pub(crate) fn clusters(&self) -> bool {
        match self {
            Self::NearestCentroid => true,
            Self::Linear
            | Self::MeanOfTrees { .. }
            | Self::BoostedTrees { .. }
            | Self::GaussianNaiveBayes
            | Self::BernoulliNaiveBayes { .. }
            | Self::MultinomialNaiveBayes
            | Self::CategoricalNaiveBayes
            | Self::NearestNeighbors { .. }
            | Self::SupportVectors { .. } => false,
        }
    }
}
