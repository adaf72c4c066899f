//! What is true of each kind of estimator. Every `match` names all of them, so that the compiler
//! asks for the facts of a new one; none has a default.

use super::{EstimatorSpec, Kernel, Metric};
use crate::fields::{ArraySpec, Dtype};
use crate::program::ops::support_vectors::SUPPORT_VECTORS;

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

    /// About how much work it is to predict one row with these arrays, in additions: golden rows are fewer
    /// where a row is dear, and replayed on several cores.
    pub fn row_cost(&self, arrays: &[ArraySpec]) -> u64 {
        /// What an exp, pow or tanh is worth.
        const FUNCTION: u64 = 64;
        /// Nodes of a tree that a row passes.
        const DEPTH: u64 = 16;
        let elements =
            |array: &ArraySpec| array.shape.iter().fold(1, |n: u64, d| n.saturating_mul(*d));
        // A row goes by every number once, but by few nodes of a tree.
        let numbers = arrays.iter().filter(|array| array.dtype != Dtype::Node);
        let numbers = numbers.map(elements).fold(0, u64::saturating_add);
        match self {
            Self::Linear
            | Self::GaussianNaiveBayes
            | Self::BernoulliNaiveBayes { .. }
            | Self::MultinomialNaiveBayes
            | Self::CategoricalNaiveBayes
            | Self::NearestCentroid => numbers,
            Self::MeanOfTrees { .. } | Self::BoostedTrees { .. } => numbers.saturating_mul(DEPTH),
            Self::NearestNeighbors { metric, .. } => match metric {
                Metric::Minkowski { .. } => numbers.saturating_mul(FUNCTION),
                Metric::Euclidean | Metric::Manhattan | Metric::Hamming => numbers,
            },
            Self::SupportVectors { kernel } => match kernel {
                Kernel::Linear => numbers,
                Kernel::Rbf { .. } | Kernel::Polynomial { .. } | Kernel::Sigmoid { .. } => {
                    let vectors = arrays.iter().find(|array| array.name == SUPPORT_VECTORS);
                    let n_vectors = vectors.and_then(|array| array.shape.last()).copied();
                    numbers.saturating_add(n_vectors.unwrap_or(0).saturating_mul(FUNCTION))
                }
            },
        }
    }
}
