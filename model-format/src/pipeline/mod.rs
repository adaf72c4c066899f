//! The checked model: schema, steps and estimator, every index, shape and number proven.
//!
//! There is no way to hold a [`Pipeline`] that was not checked, so kernels need no checks.

mod arrays;
pub mod bayes;
pub mod centroids;
mod facts;
pub mod linear;
pub mod neighbors;
pub mod projection;
pub mod steps;
pub mod support_vectors;
pub mod trees;

use crate::error::{FormatError, Result};
use crate::limits::MAX_CLASSES;
use crate::manifest::{EstimatorSpec, Manifest, Task};
use crate::number_style::NumberStyle;
use crate::schema::{Schema, count, text, unique};
pub(crate) use arrays::{Arrays, finite};
use bayes::{Kind, NaiveBayes};
use centroids::Centroids;
use linear::Linear;
use neighbors::Neighbors;
use projection::{PROJECTION, PROJECTION_SHIFT, Projection, component_names};
use steps::Preprocessing;
use support_vectors::SupportVectors;
use trees::{Combine, TreeEnsemble};

/// A fitted pipeline that was checked from end to end.
#[derive(Clone, Debug)]
pub struct Pipeline {
    schema: Schema,
    preprocessing: Preprocessing,
    task: Task,
    estimator: Estimator,
}

/// The checked estimator. Exhaustive, so that the compiler finds every place a new one must serve.
#[derive(Clone, Debug)]
pub enum Estimator {
    /// Linear and logistic regression and their kin.
    Linear(Linear),
    /// Decision trees and forests.
    Trees(TreeEnsemble),
    /// Naive Bayes.
    Bayes(NaiveBayes),
    /// Nearest neighbours.
    Neighbors(Neighbors),
    /// Support vector machines.
    SupportVectors(SupportVectors),
    /// k-means.
    Centroids(Centroids),
}

/// What the numbers of a prediction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Regression: the predicted value.
    Value,
    /// One probability per label, in label order; they sum to 1.
    Probabilities,
    /// Support vector machines: the decision value of every machine. They are no probabilities.
    DecisionValues,
    /// k-means: the squared distance from the nearest centroid.
    SquaredDistance,
}

impl Pipeline {
    /// Checks a decoded manifest against the array sections of its file.
    pub(crate) fn build(manifest: &Manifest, arrays: &Arrays<'_>) -> Result<Self> {
        let style = NumberStyle::of_options(&manifest.provenance.options)
            .map_err(|what| FormatError::structure("options", what))?;
        let schema = Schema::new(&manifest.schema)?.with_style(style);
        let preprocessing = Preprocessing::build(&manifest.steps, &schema, arrays)?;
        let projection = preprocessing.projection();
        let n_features = projection.map_or(schema.n_features(), Projection::n_components);
        let of_steps: &[&str] =
            if projection.is_some() { &[PROJECTION, PROJECTION_SHIFT] } else { &[] };
        let arrays = &Arrays { of_steps, ..*arrays };
        check_task(&manifest.task)?;
        let n_outputs = n_outputs(&manifest.task);
        let clustering = matches!(manifest.task, Task::Clustering { .. });
        if clustering != manifest.estimator.clusters() {
            let what = "clusters are what centroids tell apart, and nothing else does";
            return Err(FormatError::structure("estimator", what));
        }
        let bayes = |kind| {
            let n_classes = labels(&manifest.task).len();
            if n_classes == 0 {
                let what = "naive Bayes predicts labels, the task has none";
                return Err(FormatError::structure("estimator", what));
            }
            NaiveBayes::build(arrays, kind, n_classes, n_features).map(Estimator::Bayes)
        };
        let estimator = match &manifest.estimator {
            EstimatorSpec::Linear => {
                Estimator::Linear(Linear::build(arrays, n_outputs, n_features)?)
            }
            EstimatorSpec::MeanOfTrees { n_outputs: stored } => {
                if usize::try_from(*stored).ok() != Some(n_outputs) {
                    let what = format!("{stored} outputs, the task has {n_outputs}");
                    return Err(FormatError::structure("estimator", what));
                }
                let probabilities = matches!(manifest.task, Task::Classification { .. });
                Estimator::Trees(TreeEnsemble::build(
                    arrays,
                    n_outputs,
                    n_features,
                    Combine::Mean,
                    probabilities,
                )?)
            }
            EstimatorSpec::NearestNeighbors { k, metric, weights } => {
                let n_classes = labels(&manifest.task).len();
                let how = (*k, *metric, *weights);
                Neighbors::build(arrays, how, n_classes, n_features).map(Estimator::Neighbors)?
            }
            EstimatorSpec::SupportVectors { kernel } => {
                let n_classes = labels(&manifest.task).len();
                SupportVectors::build(arrays, *kernel, n_classes, n_features)
                    .map(Estimator::SupportVectors)?
            }
            EstimatorSpec::NearestCentroid => {
                let n_clusters = labels(&manifest.task).len();
                Centroids::build(arrays, n_clusters, n_features).map(Estimator::Centroids)?
            }
            EstimatorSpec::GaussianNaiveBayes => bayes(Kind::Gaussian)?,
            EstimatorSpec::BernoulliNaiveBayes { binarize } => bayes(Kind::Bernoulli(*binarize))?,
            EstimatorSpec::MultinomialNaiveBayes => bayes(Kind::Multinomial)?,
            EstimatorSpec::CategoricalNaiveBayes => {
                if projection.is_some() {
                    let what = "categorical naive Bayes reads categorical columns, not components";
                    return Err(FormatError::structure("estimator", what));
                }
                if !schema.numeric().is_empty() {
                    let what = "categorical naive Bayes reads categorical columns only";
                    return Err(FormatError::structure("estimator", what));
                }
                bayes(Kind::Categorical)?
            }
            EstimatorSpec::BoostedTrees { base_score, learning_rate } => {
                if matches!(manifest.task, Task::Classification { .. }) {
                    let what = "boosted trees predict numbers, the task has labels";
                    return Err(FormatError::structure("estimator", what));
                }
                let combine =
                    Combine::Boost { base_score: *base_score, learning_rate: *learning_rate };
                Estimator::Trees(TreeEnsemble::build(arrays, 1, n_features, combine, false)?)
            }
        };
        Ok(Self { schema, preprocessing, task: manifest.task.clone(), estimator })
    }

    /// The columns the model reads.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What happens to them before the estimator.
    pub fn preprocessing(&self) -> &Preprocessing {
        &self.preprocessing
    }

    /// What is predicted.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// The estimator.
    pub fn estimator(&self) -> &Estimator {
        &self.estimator
    }

    /// Names of the features the estimator reads: components, or encoded features.
    pub fn feature_names(&self) -> Box<dyn Iterator<Item = String> + '_> {
        match self.preprocessing.projection() {
            Some(projection) => Box::new(component_names(projection.n_components()).into_iter()),
            None => Box::new(self.schema.feature_names()),
        }
    }

    /// What the numbers of its predictions are.
    pub fn numbers(&self) -> Numbers {
        self.estimator.numbers(&self.task)
    }

    /// How many numbers a prediction has.
    pub fn n_numbers(&self) -> usize {
        match self.numbers() {
            Numbers::Probabilities => self.labels().len(),
            Numbers::DecisionValues => self.estimator.n_decision_values(),
            Numbers::Value | Numbers::SquaredDistance => 1,
        }
    }

    /// Whether labels come with probabilities.
    pub fn has_probabilities(&self) -> bool {
        self.numbers() == Numbers::Probabilities
    }

    /// The labels in class order; empty for regression.
    pub fn labels(&self) -> &[String] {
        labels(&self.task)
    }
}

/// The labels of a task, or the names of its clusters; empty for regression.
pub fn labels(task: &Task) -> &[String] {
    match task {
        Task::Classification { labels, .. } | Task::Clustering { labels } => labels,
        Task::Regression { .. } => &[],
    }
}

/// Raw outputs of an estimator for a task: one for regression and two classes, else one per class.
pub fn n_outputs(task: &Task) -> usize {
    match labels(task).len() {
        0..=2 => 1,
        n => n,
    }
}

fn check_task(task: &Task) -> Result<()> {
    text("target name", task.target().unwrap_or_default())?;
    if let Task::Classification { labels, .. } | Task::Clustering { labels } = task {
        count("classes", labels.len(), 2, MAX_CLASSES)?;
        for label in labels {
            text("label", label)?;
        }
        unique("label", labels.iter().map(String::as_str))?;
    }
    Ok(())
}
