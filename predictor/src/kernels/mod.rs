//! Scoring a block of rows: the estimator's sums, then labels and probabilities.
//!
//! Every row's sum keeps the order of the training library, so values are equal to the bit; the
//! work is spread across rows instead.

mod bayes;
mod centroids;
mod exp;
mod linear;
mod link;
mod neighbors;
mod projection;
mod sums;
mod support_vectors;
mod trees;

use model_format::Pipeline;
use model_format::pipeline::{Estimator, labels};

use crate::block::Block;
use crate::wide::Width;
use link::{LOGIT_OF_SECOND_CLASS, TwoProbabilities, first_maximum, share, softmax};
use trees::RankBuffer;
pub(crate) use trees::RankedTrees;

/// Predictions of one block.
#[derive(Debug)]
pub(crate) struct Scores {
    /// What the kernels are compiled for.
    width: Width,
    /// The numbers of each row, row-major `[rows, n_numbers]`; see
    /// [`Numbers`](model_format::pipeline::Numbers).
    pub(crate) values: Vec<f64>,
    /// Predicted class or cluster per row; empty for regression.
    pub(crate) labels: Vec<u32>,
    /// Raw outputs, `[n_outputs, rows]`.
    outputs: Vec<f64>,
    /// What a projection makes of the features, `[n_components, capacity]`.
    components: Vec<f64>,
    ranks: RankBuffer,
}

impl Scores {
    pub(crate) fn new(width: Width) -> Self {
        Self {
            width,
            values: Vec::new(),
            labels: Vec::new(),
            outputs: Vec::new(),
            components: Vec::new(),
            ranks: RankBuffer::default(),
        }
    }

    /// Scores a block that was read and prepared; `ranked` are the pipeline's trees, if they are
    /// there in that form.
    pub(crate) fn fill(
        &mut self,
        pipeline: &Pipeline,
        ranked: Option<&RankedTrees>,
        block: &mut Block,
    ) {
        let rows = block.len();
        self.outputs.clear();
        let projection = pipeline.preprocessing().projection();
        // The projection reads codes.
        if projection.is_none() && !reads_codes(pipeline.estimator()) {
            block.expand(pipeline.schema());
        }
        let mut block = block.features(pipeline.schema());
        if let Some(projection) = projection {
            projection::fill(projection, &block, &mut self.components);
            block = block.projected(&self.components);
        }
        let (block, width) = (&block, self.width);
        self.values.clear();
        self.labels.clear();
        let n_classes = labels(pipeline.task()).len();
        match pipeline.estimator() {
            Estimator::Linear(linear) => {
                linear::score(linear, block, &mut self.outputs);
                match n_classes {
                    0 => self.numbers(),
                    2 => self.two_by_log_odds(),
                    _ => self.classes(rows, n_classes, softmax, true),
                }
            }
            Estimator::Trees(trees) => {
                match ranked {
                    Some(ranked) => {
                        ranked.score(trees, block, width, &mut self.ranks, &mut self.outputs);
                    }
                    None => trees::score(trees, block, &mut self.outputs),
                }
                match n_classes {
                    0 => self.numbers(),
                    2 => self.two_by_probability(),
                    _ => self.classes(rows, n_classes, share, false),
                }
            }
            Estimator::Bayes(bayes) => {
                bayes::score(bayes, block, &mut self.outputs);
                self.classes(rows, n_classes, softmax, true);
            }
            Estimator::Neighbors(neighbors) => {
                neighbors::score(neighbors, n_classes, block, width, &mut self.outputs);
                match n_classes {
                    0 => self.numbers(),
                    _ => self.classes(rows, n_classes, |_| (), false),
                }
            }
            Estimator::SupportVectors(machines) => {
                support_vectors::score(machines, block, width, &mut self.values);
                if n_classes > 0 {
                    let decisions = self.values.chunks_exact(machines.machines().len());
                    self.labels.extend(decisions.map(|d| support_vectors::vote(d, n_classes)));
                }
            }
            Estimator::Centroids(centroids) => {
                centroids::score(centroids, block, &mut self.values, &mut self.labels);
            }
        }
    }

    /// The outputs as they are.
    fn numbers(&mut self) {
        self.values.extend_from_slice(&self.outputs);
    }

    /// Two classes from the log-odds of the second.
    fn two_by_log_odds(&mut self) {
        self.width.run(TwoProbabilities { log_odds: &self.outputs, values: &mut self.values });
        let label = |z: &f64| u32::from(*z >= LOGIT_OF_SECOND_CLASS);
        self.labels.extend(self.outputs.iter().map(label));
    }

    /// Two classes from the probability of the second.
    fn two_by_probability(&mut self) {
        for p in &self.outputs {
            self.values.extend([1.0 - p, *p]);
            self.labels.push(u32::from(*p > 0.5));
        }
    }

    /// Probabilities from one score per class by `normalise`; the label is the first maximum of
    /// the scores or of the probabilities.
    fn classes(
        &mut self,
        rows: usize,
        n_classes: usize,
        normalise: fn(&mut [f64]),
        label_by_score: bool,
    ) {
        self.values.resize(rows * n_classes, 0.0);
        for (row, values) in self.values.chunks_exact_mut(n_classes).enumerate() {
            for (class, value) in values.iter_mut().enumerate() {
                *value = self.outputs[class * rows + row];
            }
            let by_score = first_maximum(values);
            normalise(values);
            self.labels.push(if label_by_score { by_score } else { first_maximum(values) });
        }
    }

    /// Whether every value of a row is a finite number.
    pub(crate) fn is_finite(&self, row: usize) -> bool {
        self.row(row).iter().all(|value| value.is_finite())
    }

    /// What the kernels are compiled for.
    pub(crate) fn width(&self) -> Width {
        self.width
    }

    /// Whether every value of every row is a finite number.
    pub(crate) fn all_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }

    /// The predicted class of a row, with a threshold the second of two from that probability on;
    /// `None` for regression.
    #[cfg(feature = "cli")]
    pub(crate) fn class(&self, row: usize, threshold: Option<f64>) -> Option<u32> {
        let class = *self.labels.get(row)?;
        Some(threshold.map_or(class, |threshold| u32::from(self.row(row)[1] >= threshold)))
    }

    /// The numbers of a row.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        match self.labels.len() {
            0 => &self.values[row..=row],
            rows => {
                let width = self.values.len() / rows;
                &self.values[row * width..(row + 1) * width]
            }
        }
    }
}

/// Whether its kernel reads the codes of categorical columns instead of their one-hot features.
fn reads_codes(estimator: &Estimator) -> bool {
    match estimator {
        Estimator::Linear(_) => true,
        Estimator::Trees(_)
        | Estimator::Bayes(_)
        | Estimator::Neighbors(_)
        | Estimator::SupportVectors(_)
        | Estimator::Centroids(_) => false,
    }
}
