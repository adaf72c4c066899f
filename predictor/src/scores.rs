//! Scoring a block of rows by a plan: stage after stage, then labels and numbers of the prediction.

use model_format::program::ops::labels::LabelRule;
use model_format::program::slot::Slot;

use crate::block::{Block, Features};
use crate::kernels::forest::ForestBuffer;
use crate::kernels::interpolate::interpolate;
use crate::kernels::link::{TwoProbabilities, first_maximum, last_maximum, share, softmax};
use crate::kernels::splines::splines;
use crate::kernels::trees::RankBuffer;
use crate::kernels::{
    average, bayes, centroids, codes, linear, neighbors, pairs, projection, rows, support_vectors,
    terms, trees,
};
use crate::plan::{Estimator, Normalise, Pairs, Plan, Required, Stage, Tail};
use crate::wide::Width;

/// Predictions of one block.
#[derive(Debug)]
pub(crate) struct Scores {
    /// What the kernels are compiled for.
    width: Width,
    /// The numbers of each row, row-major `[rows, n_numbers]`; see
    /// [`Meaning`](model_format::program::Meaning).
    pub(crate) values: Vec<f64>,
    /// Predicted class or cluster per row; empty for regression.
    pub(crate) labels: Vec<u32>,
    /// Raw outputs, `[n_outputs, rows]`.
    outputs: Vec<f64>,
    ranks: RankBuffer,
    forest: ForestBuffer,
    /// Rows of the block that are refused, and the slots for which they are.
    refused: Vec<(usize, Slot)>,
}

impl Scores {
    pub(crate) fn new(width: Width) -> Self {
        Self {
            width,
            values: Vec::new(),
            labels: Vec::new(),
            outputs: Vec::new(),
            ranks: RankBuffer::default(),
            forest: ForestBuffer::default(),
            refused: Vec::new(),
        }
    }

    /// Scores a block that was read and prepared.
    pub(crate) fn fill(&mut self, plan: &Plan, block: &mut Block) {
        self.clear();
        self.refused.clear();
        if block.len() == 0 {
            return;
        }
        for stage in &plan.stages {
            self.run(stage, block);
        }
        self.clear();
        match &plan.tail {
            Tail::Direct { estimator, view, link, label, of_probabilities } => {
                self.estimate(estimator, &block.features(view));
                self.finish(block.len(), *link, *label, *of_probabilities);
            }
            Tail::Columns { numbers, label } => {
                self.values.resize(block.len() * numbers.len(), 0.0);
                for (at, column) in numbers.iter().enumerate() {
                    let values = self.values[at..].iter_mut().step_by(numbers.len());
                    values.zip(block.numbers(*column)).for_each(|(value, x)| *value = *x);
                }
                if let Some(label) = label {
                    self.labels.extend_from_slice(block.codes(*label));
                }
            }
        }
        let width = self.values.len().checked_div(block.len()).unwrap_or(0);
        for (row, _) in &self.refused {
            self.values[row * width..][..width].fill(f64::NAN);
        }
    }

    fn clear(&mut self) {
        self.outputs.clear();
        self.values.clear();
        self.labels.clear();
    }

    /// What comes before the prediction.
    fn run(&mut self, stage: &Stage, block: &mut Block) {
        match stage {
            Stage::Column { from, to, chain } => {
                if from != to {
                    block.copy(*from, *to);
                }
                chain.run(block.numbers_mut(*to), true);
            }
            Stage::Expand { codes, n, to } => block.expand(*codes, *n, *to),
            Stage::Indicate { codes, code, to } => block.indicate(*codes, *code, *to),
            Stage::Number { codes, to } => block.number(*codes, *to),
            Stage::Project { projection, view, to } => {
                let (features, components) = block.split(view, *to);
                projection::fill(projection, &features, components);
            }
            Stage::Estimate { estimator, view, to, code } => {
                self.clear();
                self.estimate(estimator, &block.features(view));
                self.store(block, *to, *code);
            }
            Stage::Link { from, form, to } => {
                self.clear();
                from.clone().for_each(|column| self.outputs.extend(block.numbers(column)));
                self.finish(block.len(), Some(*form), None, false);
                self.store(block, *to, None);
            }
            Stage::Pairs { pairs: of, view, to } => {
                let (features, columns) = block.split(view, *to);
                match *of {
                    Pairs::Scores { n_labels, above } => {
                        pairs::scores(n_labels, above, &features, columns);
                    }
                    Pairs::Coupling { n_labels } => pairs::couple(n_labels, &features, columns),
                }
            }
            Stage::Average { average, view, to } => {
                let (features, columns) = block.split(view, *to);
                average::fill(average, &features, columns);
            }
            Stage::Label { from, rule, to } => {
                self.clear();
                from.clone().for_each(|column| self.outputs.extend(block.numbers(column)));
                self.finish(block.len(), None, Some(*rule), false);
                block.codes_mut(*to).copy_from_slice(&self.labels);
            }
            Stage::NumberToCode { op, from, to } => codes::of_numbers(op, from, *to, block),
            Stage::MapCode { op, from, to } => codes::mapped(op, from, *to, block),
            Stage::Require { numbers, codes, keeps_missing } => {
                let refused = &mut self.refused;
                for Required { slot, to, .. } in numbers {
                    block.require_number(*to, *keeps_missing, |row| refused.push((row, *slot)));
                }
                for Required { slot, from, to } in codes {
                    block.require_code(*from, *to, |row| refused.push((row, *slot)));
                }
            }
            Stage::Product { op, from, to } => rows::products(op, from, *to, block),
            Stage::RowNorm { op, columns } => {
                rows::normalize(*op, columns, &mut self.outputs, block);
            }
            Stage::Interpolate { op, columns } => interpolate(op, columns, block),
            Stage::Spline { op, from, to } => splines(op, from, *to, block),
            Stage::Terms { op, from, to } => terms::fill(op, *from, *to, block),
        }
    }

    /// Puts values, or outputs where there are none, into columns of a block, and labels into a column of codes.
    fn store(&self, block: &mut Block, to: usize, code: Option<usize>) {
        if self.values.is_empty() {
            for (column, outputs) in (to..).zip(self.outputs.chunks_exact(block.len())) {
                block.numbers_mut(column).copy_from_slice(outputs);
            }
        }
        let width = self.values.len().checked_div(block.len()).unwrap_or(0);
        for at in 0..width {
            let values = self.values[at..].iter().step_by(width);
            block.numbers_mut(to + at).iter_mut().zip(values).for_each(|(x, value)| *x = *value);
        }
        if let Some(code) = code {
            block.codes_mut(code).copy_from_slice(&self.labels);
        }
    }

    /// Outputs `[n_outputs, rows]`; those of machines and centroids go to the values at once.
    fn estimate(&mut self, estimator: &Estimator, features: &Features<'_>) {
        let (width, outputs) = (self.width, &mut self.outputs);
        match estimator {
            Estimator::Linear(linear) => linear::score(linear, features, outputs),
            Estimator::Trees(trees) => match trees.ranked(features) {
                Some(ranked) => {
                    ranked.score(&trees.ensemble, features, width, &mut self.ranks, outputs);
                }
                None => trees::score(&trees.ensemble, features, outputs),
            },
            Estimator::Forest(forest) => forest.score(features, width, &mut self.forest, outputs),
            Estimator::Bayes(bayes) => bayes::score(bayes, features, outputs),
            Estimator::Neighbors(neighbors) => {
                neighbors::score(neighbors, features, width, outputs);
            }
            Estimator::SupportVectors(machines) => {
                support_vectors::score(machines, features, width, &mut self.values);
            }
            Estimator::Centroids(centroids) => {
                centroids::score(centroids, features, &mut self.values, &mut self.labels);
            }
        }
    }

    /// Outputs to values, row by row, and to labels.
    fn finish(
        &mut self,
        rows: usize,
        link: Option<Normalise>,
        label: Option<LabelRule>,
        of_probabilities: bool,
    ) {
        let n_outputs = self.outputs.len().checked_div(rows).unwrap_or(0);
        match (link, label) {
            (Some(Normalise::Logistic), _) => {
                let (log_odds, values) = (&self.outputs, &mut self.values);
                self.width.run(TwoProbabilities { log_odds, values });
            }
            (Some(Normalise::Complement), _) => {
                self.values.extend(self.outputs.iter().flat_map(|p| [1.0 - p, *p]));
            }
            (Some(Normalise::Softmax), Some(LabelRule::FirstMaximum)) => {
                return self.classes(rows, n_outputs, softmax, !of_probabilities);
            }
            (Some(Normalise::Shares), Some(LabelRule::FirstMaximum)) => {
                return self.classes(rows, n_outputs, share, !of_probabilities);
            }
            (None, Some(LabelRule::FirstMaximum)) if n_outputs > 1 => {
                return self.classes(rows, n_outputs, |_| (), true);
            }
            (Some(Normalise::Softmax), _) => self.rows(rows, n_outputs, softmax),
            (Some(Normalise::Shares), _) => self.rows(rows, n_outputs, share),
            (None, _) => self.rows(rows, n_outputs, |_| ()),
        }
        self.label(rows, label, of_probabilities);
    }

    /// Labels by a rule of the outputs, or of the values where those of machines are the outputs.
    fn label(&mut self, rows: usize, rule: Option<LabelRule>, of_probabilities: bool) {
        let width = self.values.len().checked_div(rows).unwrap_or(0).max(1);
        let by_row = of_probabilities || self.outputs.is_empty();
        let numbers = if by_row { &self.values } else { &self.outputs };
        match rule {
            None => {}
            Some(LabelRule::AtLeast(threshold)) => {
                self.labels.extend(numbers.iter().map(|x| u32::from(*x >= threshold)));
            }
            Some(LabelRule::Above(threshold)) => {
                self.labels.extend(numbers.iter().map(|x| u32::from(*x > threshold)));
            }
            Some(LabelRule::FirstMaximum) => {
                self.labels.extend(self.values.chunks_exact(width).map(first_maximum));
            }
            Some(LabelRule::LastMaximum) => {
                self.labels.extend(self.values.chunks_exact(width).map(last_maximum));
            }
            Some(LabelRule::PairVotes { n_labels }) => {
                let n_labels = n_labels as usize;
                let rows = self.values.chunks_exact(width);
                self.labels.extend(rows.map(|d| support_vectors::vote(d, n_labels)));
            }
        }
    }

    /// One number per output of each row, by `normalise`.
    fn rows(&mut self, rows: usize, n_outputs: usize, normalise: fn(&mut [f64])) {
        if n_outputs == 1 {
            self.values.extend_from_slice(&self.outputs);
        } else if n_outputs > 1 {
            self.values.resize(rows * n_outputs, 0.0);
            for (row, values) in self.values.chunks_exact_mut(n_outputs).enumerate() {
                for (output, value) in values.iter_mut().enumerate() {
                    *value = self.outputs[output * rows + row];
                }
                normalise(values);
            }
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

    /// The first slot for which a row is refused.
    #[cold]
    pub(crate) fn refused_for(&self, row: usize) -> Option<Slot> {
        self.refused.iter().find(|(refused, _)| *refused == row).map(|(_, slot)| *slot)
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
