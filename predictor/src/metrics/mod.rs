//! How good predictions are, gathered row by row in bounded memory.
//!
//! Names and definitions follow scikit-learn 1.9, as in the trainer. A thread gathers a chunk into
//! a [`Seen`]; these are merged in input order into [`Totals`], so that the last bit of a sum
//! does not depend on the number of threads.

mod classes;
mod judgement;
mod moments;
mod roc;

use classes::Classes;
pub(crate) use judgement::{Judgement, matrix, names, number, shown};
use moments::Moments;
use roc::{Curves, bin, positives};

/// What a row truly is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Truth {
    /// It does not say.
    Missing,
    /// The label with this index in the model.
    Class(u32),
    Number(f64),
}

/// Rows of one chunk with a truth and a prediction.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// True and predicted class.
    pairs: Vec<[u32; 2]>,
    /// Bins of the probabilities that a curve is drawn for, row by row.
    bins: Vec<u32>,
    /// Sum of the negative logarithms of the true class's probability.
    loss: f64,
    numbers: Moments,
}

impl Seen {
    /// About how many bytes it takes.
    pub(crate) fn held(&self) -> usize {
        size_of_val(self.pairs.as_slice()) + size_of_val(self.bins.as_slice())
    }

    /// Adds a row: the predicted class and the probabilities if there are any, or no class and the
    /// value.
    pub(crate) fn add(&mut self, truth: Truth, class: Option<u32>, values: &[f64]) {
        match (truth, class) {
            (Truth::Class(truth), Some(class)) => {
                self.pairs.push([truth, class]);
                if values.is_empty() {
                    return;
                }
                self.bins.extend(positives(values.len()).map(|class| bin(values[class])));
                // Limited, so that one certain mistake does not make the score infinite.
                let p = values[truth as usize].clamp(f64::EPSILON, 1.0 - f64::EPSILON);
                self.loss -= libm::log(p);
            }
            (Truth::Number(truth), None) => self.numbers.add(truth, values[0]),
            _ => {}
        }
    }
}

/// Everything seen so far.
#[derive(Debug)]
pub(crate) struct Totals {
    labels: Vec<String>,
    probabilities: bool,
    classes: Classes,
    curves: Curves,
    loss: f64,
    numbers: Moments,
}

impl Totals {
    /// Nothing seen; no labels for regression.
    pub(crate) fn new(labels: &[String], probabilities: bool) -> Self {
        Self {
            labels: labels.to_vec(),
            probabilities,
            classes: Classes::new(labels.len()),
            curves: Curves::new(if probabilities { labels.len() } else { 0 }),
            loss: 0.0,
            numbers: Moments::default(),
        }
    }

    /// Bytes that a row takes in a [`Seen`].
    pub(crate) fn row_bytes(&self) -> usize {
        size_of::<[u32; 2]>() + self.curves.row_bytes()
    }

    /// Adds the next chunk.
    pub(crate) fn merge(&mut self, seen: &Seen) {
        for [truth, predicted] in &seen.pairs {
            self.classes.add(*truth as usize, *predicted as usize);
        }
        self.curves.add(seen.pairs.iter().map(|pair| pair[0] as usize), &seen.bins);
        self.loss += seen.loss;
        self.numbers.merge(&seen.numbers);
    }

    /// The scores of what was seen.
    pub(crate) fn judge(&self) -> Judgement {
        if self.labels.is_empty() {
            return Judgement::of_numbers(self.numbers.rows(), self.numbers.scores());
        }
        let rows = self.classes.rows();
        let mut scores = self.classes.scores();
        if self.probabilities {
            scores.push(("log_loss", (rows > 0).then(|| self.loss / rows as f64)));
        }
        if self.probabilities && !positives(self.labels.len()).is_empty() {
            scores.push(("roc_auc", self.curves.area()));
        }
        Judgement::of_labels(&self.labels, scores, &self.classes)
    }
}
