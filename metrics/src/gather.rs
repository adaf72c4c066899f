//! Rows gathered in bounded memory, by several threads.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::baseline::Baseline;
use crate::confusion::Confusion;
use crate::curves::{Curves, positives};
use crate::metric::{Formula, Metric};
use crate::scores::{Score, Scores};
use crate::spread::Spread;
use crate::table::applicable;
use crate::task::{Memory, Task};

/// Most probabilities that are kept as they are in bounded memory: 2 MiB of them.
const MOST_EXACT: usize = 1 << 18;
/// Probabilities or rows of a chunk that are counted together.
const BATCH: usize = 1 << 15;

/// What a row adds to a metric of labels, given the class and the probabilities.
type LabelTerm = fn(usize, &[f64]) -> f64;
/// What a row adds to a metric of numbers, given the truth and the prediction.
type NumberTerm = fn(f64, f64) -> f64;
/// What a row adds to a metric of distances.
type DistanceTerm = fn(f64) -> f64;

/// Everything that is gathered of the rows. It holds what does not depend on their order.
#[derive(Debug)]
pub struct Gathering {
    task: Task,
    metrics: Vec<&'static Metric>,
    /// Terms that are summed, with the place of their metric.
    label_terms: Vec<(usize, LabelTerm)>,
    number_terms: Vec<(usize, NumberTerm)>,
    distance_terms: Vec<(usize, DistanceTerm)>,
    /// Classes whose probabilities are gathered for curves.
    curves: Range<usize>,
    baseline: Option<Baseline>,
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    confusion: Confusion,
    curves: Curves,
}

/// Sums over rows, which depend on their order.
#[derive(Clone, Debug)]
pub struct Sums {
    rows: u64,
    /// A sum per metric; 0 for those without a term.
    terms: Vec<f64>,
    /// The same of a baseline that is a number.
    constant: Vec<f64>,
    truth: Spread,
}

/// Some rows that follow each other, gathered by one thread.
#[derive(Debug)]
pub struct Chunk<'a> {
    gathering: &'a Gathering,
    /// True and predicted class of rows that are not counted yet.
    pairs: Vec<[u32; 2]>,
    /// Their probabilities of the labels that have a curve, row-major.
    scores: Vec<f64>,
    sums: Sums,
}

impl Gathering {
    /// Nothing gathered yet.
    pub fn new(task: Task, memory: Memory, baseline: Option<Baseline>) -> Self {
        let metrics: Vec<_> = applicable(task, memory).collect();
        let curves = metrics.iter().any(|metric| matches!(metric.formula, Formula::Curves(_)));
        let n = if let Task::Labels { n, .. } = task { n } else { 0 };
        let most = if memory == Memory::Bounded { MOST_EXACT } else { usize::MAX };
        let n_curves = if curves { n } else { 0 };
        let curves = Curves::new(n_curves, most);
        let counts = Mutex::new(Counts { confusion: Confusion::new(n), curves });
        let (mut label_terms, mut number_terms, mut distance_terms) = (vec![], vec![], vec![]);
        for (at, metric) in metrics.iter().enumerate() {
            match metric.formula {
                Formula::Probabilities { term, .. } => label_terms.push((at, term)),
                Formula::Numbers { term, .. } => number_terms.push((at, term)),
                Formula::Clusters { term, .. } => distance_terms.push((at, term)),
                Formula::Confusion(_) | Formula::Curves(_) => {}
            }
        }
        let curves = positives(n_curves);
        Self { task, metrics, label_terms, number_terms, distance_terms, curves, baseline, counts }
    }

    /// The metrics that there will be.
    pub fn metrics(&self) -> &[&'static Metric] {
        &self.metrics
    }

    /// An empty chunk.
    pub fn chunk(&self) -> Chunk<'_> {
        Chunk { gathering: self, pairs: Vec::new(), scores: Vec::new(), sums: self.sums() }
    }

    /// Sums of no rows, to merge others into.
    pub fn sums(&self) -> Sums {
        let terms = vec![0.0; self.metrics.len()];
        Sums { rows: 0, constant: terms.clone(), terms, truth: Spread::default() }
    }

    /// The metrics of everything that was gathered; `sums` are the merged ones of all chunks.
    pub fn scores(&self, sums: &Sums) -> Scores {
        let counts = self.counts();
        let Counts { confusion, curves } = &*counts;
        let rows = if let Task::Labels { .. } = self.task { confusion.rows() } else { sums.rows };
        let of = |(i, metric): (usize, &&'static Metric)| {
            let defined = |value: Option<f64>| value.filter(|v| rows > 0 && v.is_finite());
            let value = match metric.formula {
                Formula::Confusion(value) => value(confusion),
                Formula::Curves(value) => value(curves),
                Formula::Numbers { value, .. } => value(sums.terms[i], &sums.truth),
                Formula::Probabilities { value, .. } | Formula::Clusters { value, .. } => {
                    Some(value(sums.terms[i], rows as f64))
                }
            };
            let baseline = self.at_baseline(metric, sums.constant[i], confusion, &sums.truth);
            Score { metric, value: defined(value), baseline: defined(baseline) }
        };
        let scores = self.metrics.iter().enumerate().map(of).collect();
        Scores::new(rows, scores, confusion.clone(), self.baseline.clone())
    }

    /// What the baseline scores.
    fn at_baseline(
        &self,
        metric: &Metric,
        sum: f64,
        confusion: &Confusion,
        truth: &Spread,
    ) -> Option<f64> {
        match (self.baseline.as_ref()?, metric.formula) {
            (Baseline::Label { class, shares }, formula) => {
                let counts: Vec<u64> = confusion.classes().map(|class| class.support).collect();
                match formula {
                    Formula::Confusion(value) => value(&confusion.constant(*class)),
                    Formula::Curves(value) => value(&Curves::constant(&counts)),
                    Formula::Probabilities { term, value } => {
                        let terms = counts.iter().enumerate().filter(|(_, n)| **n > 0);
                        let sum = terms.map(|(class, n)| *n as f64 * term(class, shares)).sum();
                        Some(value(sum, confusion.rows() as f64))
                    }
                    Formula::Numbers { .. } | Formula::Clusters { .. } => None,
                }
            }
            (Baseline::Number(_), Formula::Numbers { value, .. }) => value(sum, truth),
            (Baseline::OwnMean, Formula::Numbers { at_mean, .. }) => at_mean(truth),
            (Baseline::Number(_) | Baseline::OwnMean, _) => None,
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sums {
    /// Adds the sums of rows that follow.
    pub fn merge(&mut self, next: &Self) {
        self.rows += next.rows;
        self.terms.iter_mut().zip(&next.terms).for_each(|(sum, next)| *sum += next);
        self.constant.iter_mut().zip(&next.constant).for_each(|(sum, next)| *sum += next);
        self.truth.merge(&next.truth);
    }
}

impl Chunk<'_> {
    /// Adds a row by its true and its predicted class, and the probabilities of all classes if there
    /// are any.
    pub fn label(&mut self, truth: u32, predicted: u32, probabilities: &[f64]) {
        self.pairs.push([truth, predicted]);
        for (at, term) in &self.gathering.label_terms {
            self.sums.terms[*at] += term(truth as usize, probabilities);
        }
        self.scores.extend_from_slice(&probabilities[self.gathering.curves.clone()]);
        if self.pairs.len() >= BATCH || self.scores.len() >= BATCH {
            self.count();
        }
    }

    /// Adds a row by its true and its predicted number.
    pub fn number(&mut self, truth: f64, predicted: f64) {
        self.sums.rows += 1;
        self.sums.truth.add(truth);
        let constant = match self.gathering.baseline {
            Some(Baseline::Number(constant)) => Some(constant),
            _ => None,
        };
        for (at, term) in &self.gathering.number_terms {
            self.sums.terms[*at] += term(truth, predicted);
            if let Some(constant) = constant {
                self.sums.constant[*at] += term(truth, constant);
            }
        }
    }

    /// Adds a row by its squared distance to the nearest centroid.
    pub fn distance(&mut self, squared: f64) {
        self.sums.rows += 1;
        for (at, term) in &self.gathering.distance_terms {
            self.sums.terms[*at] += term(squared);
        }
    }

    /// About how many bytes it holds, which does not grow beyond some hundred KiB.
    pub fn held(&self) -> usize {
        size_of_val(self.pairs.as_slice()) + size_of_val(self.scores.as_slice())
    }

    /// Counts what is not counted yet; the sums are for [`Sums::merge`].
    pub fn finish(mut self) -> Sums {
        self.count();
        self.sums
    }

    fn count(&mut self) {
        if self.pairs.is_empty() {
            return;
        }
        let mut counts = self.gathering.counts();
        counts.confusion.add(&self.pairs);
        counts.curves.add(self.pairs.iter().map(|pair| pair[0]), &self.scores);
        self.pairs.clear();
        self.scores.clear();
    }
}
