//! What is true of each kind of estimator. Every `match` names all of them, so that the compiler
//! asks for the facts of a new one; none has a default.

use super::support_vectors::SUPPORT_VECTORS;
use super::trees::TreeEnsemble;
use super::{Estimator, Numbers};
use crate::manifest::{ArraySpec, Dtype, EstimatorSpec, Kernel, Metric, Task};

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

impl Estimator {
    /// Whether rows of the training data are what it is made of; `class_counts` are the rows per
    /// label or cluster.
    pub(crate) fn holds_training_records(&self, class_counts: &[u64]) -> bool {
        match self {
            Self::Neighbors(_) | Self::SupportVectors(_) => true,
            // The centre of a cluster of one row is that row.
            Self::Centroids(_) => class_counts.contains(&1),
            Self::Linear(_) | Self::Trees(_) | Self::Bayes(_) => false,
        }
    }

    /// What the numbers of its predictions are.
    pub(crate) fn numbers(&self, task: &Task) -> Numbers {
        let of_labels = match self {
            Self::SupportVectors(_) => Numbers::DecisionValues,
            Self::Centroids(_) => Numbers::SquaredDistance,
            Self::Linear(_) | Self::Trees(_) | Self::Bayes(_) | Self::Neighbors(_) => {
                Numbers::Probabilities
            }
        };
        match task {
            Task::Regression { .. } => Numbers::Value,
            Task::Classification { .. } | Task::Clustering { .. } => of_labels,
        }
    }

    /// Decision values per row; 1 for what has none.
    pub(crate) fn n_decision_values(&self) -> usize {
        match self {
            Self::SupportVectors(machines) => machines.machines().len(),
            Self::Linear(_)
            | Self::Trees(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::Centroids(_) => 1,
        }
    }

    /// Whether its predictions are the same to the bit wherever they are computed.
    ///
    /// Sums, products and comparisons are; probabilities of linear classifiers and naive Bayes pass
    /// through exp, kernels through exp, pow or tanh.
    pub(crate) fn exact(&self, task: &Task) -> bool {
        match self {
            Self::Linear(_) | Self::Bayes(_) => match task {
                Task::Regression { .. } => true,
                Task::Classification { .. } | Task::Clustering { .. } => false,
            },
            Self::Neighbors(neighbors) => match neighbors.metric() {
                Metric::Minkowski { .. } => false,
                Metric::Euclidean | Metric::Manhattan | Metric::Hamming => true,
            },
            Self::SupportVectors(machines) => match machines.kernel() {
                Kernel::Linear => true,
                Kernel::Rbf { .. } | Kernel::Polynomial { .. } | Kernel::Sigmoid { .. } => false,
            },
            Self::Trees(_) | Self::Centroids(_) => true,
        }
    }

    /// Its trees, if it has some.
    pub fn trees(&self) -> Option<&TreeEnsemble> {
        match self {
            Self::Trees(trees) => Some(trees),
            Self::Linear(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::SupportVectors(_)
            | Self::Centroids(_) => None,
        }
    }
}
