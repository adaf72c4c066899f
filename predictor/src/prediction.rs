//! What a model returns for one row.

use model_format::Pipeline;
use model_format::program::Meaning;

/// The prediction for one row.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Prediction<'m> {
    /// Regression: the predicted value.
    Value(f64),
    /// Classification and clustering: the predicted label and the probability of every label.
    Class {
        /// The label as it stood in the training data.
        label: &'m str,
        /// Its index in [`Model::labels`](crate::Model::labels).
        index: usize,
        /// One probability per label, in label order; they sum to 1. Empty if the model has none,
        /// see [`Model::has_probabilities`](crate::Model::has_probabilities).
        probabilities: Vec<f64>,
    },
}

impl<'m> Prediction<'m> {
    /// A prediction as kernels leave it: the class, and as many numbers as the model shows.
    pub(crate) fn new(pipeline: &'m Pipeline, class: Option<u32>, numbers: &[f64]) -> Self {
        match class {
            None => Self::Value(numbers.first().copied().unwrap_or(f64::NAN)),
            Some(class) => {
                let index = class as usize;
                let label = pipeline.labels()[index].as_str();
                Self::Class { label, index, probabilities: numbers.to_vec() }
            }
        }
    }
}

/// How many numbers of a prediction are shown: one value, or the probabilities.
pub(crate) fn n_shown(pipeline: &Pipeline) -> usize {
    match pipeline.numbers() {
        Meaning::Value | Meaning::Probabilities => pipeline.n_numbers(),
        // They are no probabilities.
        Meaning::DecisionValues | Meaning::SquaredDistance => 0,
    }
}
