//! What is true of each kind of estimator. Every `match` names all of them, so that the compiler
//! asks for the facts of a new one; none has a default.

use super::trees::TreeEnsemble;
use super::{Estimator, Numbers};
use crate::manifest::{EstimatorSpec, Kernel, Metric, Task};

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

    /// About how much work it is to predict one row of `n_features` features, in additions.
    pub(crate) fn row_cost(&self, n_features: usize) -> u64 {
        /// What an exp, pow or tanh is worth.
        const FUNCTION: usize = 64;
        let additions = match self {
            Self::Linear(linear) => linear.outputs().count().saturating_mul(n_features),
            Self::Bayes(bayes) => bayes.log_priors().len().saturating_mul(n_features),
            Self::Centroids(centroids) => centroids.iter().count().saturating_mul(n_features),
            Self::Trees(trees) => {
                let depths = trees.trees().iter().map(|tree| tree.depth as usize);
                depths.fold(0, usize::saturating_add)
            }
            Self::Neighbors(neighbors) => match neighbors.metric() {
                Metric::Minkowski { .. } => neighbors.points().len().saturating_mul(FUNCTION),
                Metric::Euclidean | Metric::Manhattan | Metric::Hamming => neighbors.points().len(),
            },
            Self::SupportVectors(machines) => {
                let functions = match machines.kernel() {
                    Kernel::Linear => 0,
                    Kernel::Rbf { .. } | Kernel::Polynomial { .. } | Kernel::Sigmoid { .. } => {
                        machines.n_vectors().saturating_mul(FUNCTION)
                    }
                };
                let machines = machines.vectors().len().saturating_add(machines.n_terms());
                machines.saturating_add(functions)
            }
        };
        additions as u64
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
