//! One candidate on all folds: fitted, scored and timed.

use std::rc::Rc;
use std::time::{Duration, Instant};

use cli_common::progress::{LONG, Progress};
use metrics::{Formula, Metric, Scores};

use super::budget::Budget;
use crate::algorithms::cost::about;
use crate::config::Config;
use crate::dataset::Dataset;
use crate::fit::convergence::Missed;
use crate::fitted::Fit;
use crate::split::Split;

/// What cross-validation found of a candidate.
pub(crate) struct Outcome {
    /// Every metric in its fixed order.
    pub(crate) scores: Vec<Score>,
    /// Mean time of a fit, preprocessing included.
    pub(crate) fit_seconds: f64,
    /// Mean time of a prediction, preprocessing included.
    pub(crate) micros_per_row: f64,
    /// Size of the model of the first fold.
    pub(crate) bytes: usize,
    /// How far from the optimum a fit stopped, of each fold where that was too far.
    pub(crate) missed: Vec<Missed>,
}

/// A metric over the folds in which it is defined.
pub(crate) struct Score {
    /// Which metric.
    pub(crate) metric: &'static Metric,
    /// One value per fold.
    pub(crate) folds: Vec<f64>,
}

impl Score {
    /// Adds a fold: a metric that is undefined on it counts the other folds alone. What is defined
    /// depends on the truth, so all candidates have the same folds.
    pub(super) fn gather(scores: &mut Vec<Self>, fold: &Scores) {
        for (metric, value) in fold.all().iter().map(|score| (score.metric, score.value)) {
            let Some(value) = value else { continue };
            match scores.iter_mut().find(|score| score.metric.name == metric.name) {
                Some(score) => score.folds.push(value),
                None => scores.push(Self { metric, folds: vec![value] }),
            }
        }
    }

    /// Arithmetic mean.
    pub(crate) fn mean(&self) -> f64 {
        self.folds.iter().sum::<f64>() / self.folds.len() as f64
    }

    /// Population standard deviation, as `numpy.std` has it.
    pub(crate) fn std(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.folds.iter().map(|v| (v - mean) * (v - mean)).sum();
        (squares / self.folds.len() as f64).sqrt()
    }
}

impl Outcome {
    /// The score of this name, if it is defined on any fold.
    pub(crate) fn score(&self, name: &str) -> Option<&Score> {
        self.scores.iter().find(|score| score.metric.name == name)
    }
}

/// Why a candidate has no score.
pub(super) enum Stopped {
    /// A fold failed.
    Failed(String),
    /// The rest would not have ended in time.
    OutOfTime(String),
}

/// Time and its display.
pub(super) struct Clock<'a> {
    /// What is left of it.
    pub(super) budget: &'a Budget,
    /// Called for every fold.
    pub(super) progress: &'a Progress,
    /// Seconds that all folds are likely to take.
    pub(super) estimate: f64,
}

impl Clock<'_> {
    /// Shows what is done next.
    ///
    /// # Errors
    ///
    /// If this fold and those after it are not likely to end in time, as those before it went.
    fn begin(&self, fold: usize, of: usize, name: &str, taken: Duration) -> Result<(), Stopped> {
        if fold > 0 {
            let rest = taken.as_secs_f64() / fold as f64 * (of - fold) as f64;
            if let Some(reason) = self.budget.refuses(rest) {
                let fact = format!("stopped after {fold} of {of} folds, the rest takes {reason}");
                return Err(Stopped::OutOfTime(fact));
            }
        }
        let estimate = about(self.estimate / of as f64);
        let what = format!("{name}, fold {} of {of}, {estimate} each (estimate)", fold + 1);
        self.progress.step(&what);
        if fold == 0 && self.estimate > LONG {
            self.progress.milestone(&format!("{name}: {of} folds of {estimate} each (estimate)"));
        }
        Ok(())
    }
}

/// Fits on every fold and scores what it holds out; the reason if the candidate fails.
pub(super) fn run(
    config: &Config,
    data: &Rc<Dataset>,
    folds: &[Split],
    clock: &Clock,
) -> Result<Outcome, Stopped> {
    let mut outcome = Outcome {
        scores: Vec::new(),
        fit_seconds: 0.0,
        micros_per_row: 0.0,
        bytes: 0,
        missed: Vec::new(),
    };
    let (mut fitting, mut predicting) = (Duration::ZERO, Duration::ZERO);
    for (i, fold) in folds.iter().enumerate() {
        clock.begin(i, folds.len(), config.algorithm.name(), fitting + predicting)?;
        let failed = |error: String| Stopped::Failed(format!("fold {}: {error}", i + 1));
        let scores = one(config, data, fold, i == 0, &mut outcome, |fit, predict| {
            fitting += fit;
            predicting += predict;
        })
        .map_err(|error| failed(error.to_string()))?;
        let overflow = |score: &&metrics::Score| {
            let of_numbers = matches!(score.metric.formula, Formula::Numbers { .. });
            of_numbers && scores.rows() > 1 && score.value.is_none()
        };
        if let Some(score) = scores.all().iter().find(overflow) {
            return Err(failed(format!("predictions too large for {}", score.metric.name)));
        }
        Score::gather(&mut outcome.scores, &scores);
        clock.progress.advance(1);
    }
    outcome.fit_seconds = fitting.as_secs_f64() / folds.len() as f64;
    let n_rows: usize = folds.iter().map(|fold| fold.test.len()).sum();
    outcome.micros_per_row = predicting.as_secs_f64() * 1e6 / n_rows as f64;
    Ok(outcome)
}

/// Metrics of one fold; `weigh` also measures the model as a file.
fn one(
    config: &Config,
    data: &Rc<Dataset>,
    fold: &Split,
    weigh: bool,
    outcome: &mut Outcome,
    mut took: impl FnMut(Duration, Duration),
) -> cli_common::error::Result<Scores> {
    let start = Instant::now();
    // The bar counts fits; that of a single fit stays hidden.
    let fit = Fit::on(config, data, fold.clone(), &Progress::new(true))?;
    let fitted = start.elapsed();
    let start = Instant::now();
    let predictions = fit.predict_held_out()?;
    took(fitted, start.elapsed());
    outcome.missed.extend(fit.fitted.missed().cloned());
    if weigh {
        outcome.bytes = fit.assemble(config, None, Vec::new(), 0)?.0.len();
    }
    Ok(fit.score_held_out(&predictions))
}
