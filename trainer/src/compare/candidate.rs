//! One candidate on all folds: fitted, scored and timed.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::config::Config;
use crate::error::Result;
use crate::metrics::Metric;
use crate::progress::Progress;
use crate::split::Split;
use crate::train::{Data, Fit};

/// What cross-validation says of a candidate.
pub(super) struct Outcome {
    /// Every metric in its fixed order.
    pub(super) scores: Vec<Score>,
    /// Mean time of a fit, preprocessing included.
    pub(super) fit_seconds: f64,
    /// Mean time of a prediction, preprocessing included.
    pub(super) micros_per_row: f64,
    /// Size of the model of the first fold.
    pub(super) bytes: usize,
}

/// A metric over the folds in which it is defined.
pub(super) struct Score {
    /// Its name.
    pub(super) name: &'static str,
    /// One value per fold.
    pub(super) folds: Vec<f64>,
}

impl Score {
    /// Arithmetic mean.
    pub(super) fn mean(&self) -> f64 {
        self.folds.iter().sum::<f64>() / self.folds.len() as f64
    }

    /// Population standard deviation, as `numpy.std` has it.
    pub(super) fn std(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.folds.iter().map(|v| (v - mean) * (v - mean)).sum();
        (squares / self.folds.len() as f64).sqrt()
    }
}

impl Outcome {
    /// The score of this name, if it is defined on any fold.
    pub(super) fn score(&self, name: &str) -> Option<&Score> {
        self.scores.iter().find(|score| score.name == name)
    }
}

/// Fits on every fold and scores what it holds out; the reason if the candidate fails.
pub(super) fn run(
    config: &Config,
    data: &Rc<Data>,
    folds: &[Split],
    progress: &Progress,
) -> std::result::Result<Outcome, String> {
    let mut outcome =
        Outcome { scores: Vec::new(), fit_seconds: 0.0, micros_per_row: 0.0, bytes: 0 };
    let (mut fitting, mut predicting) = (Duration::ZERO, Duration::ZERO);
    for (i, fold) in folds.iter().enumerate() {
        let told = |error| format!("fold {}: {error}", i + 1);
        let metrics = one(config, data, fold, i == 0, &mut outcome.bytes, |fit, predict| {
            fitting += fit;
            predicting += predict;
        })
        .map_err(told)?;
        for Metric { name, value } in metrics {
            if !value.is_finite() {
                return Err(format!("fold {}: {name} is {value}", i + 1));
            }
            match outcome.scores.iter_mut().find(|score| score.name == name) {
                Some(score) => score.folds.push(value),
                None => outcome.scores.push(Score { name, folds: vec![value] }),
            }
        }
        progress.advance(1);
    }
    outcome.fit_seconds = fitting.as_secs_f64() / folds.len() as f64;
    let n_rows: usize = folds.iter().map(|fold| fold.test.len()).sum();
    outcome.micros_per_row = predicting.as_secs_f64() * 1e6 / n_rows as f64;
    Ok(outcome)
}

/// Metrics of one fold; `weigh` also measures the model as a file.
fn one(
    config: &Config,
    data: &Rc<Data>,
    fold: &Split,
    weigh: bool,
    bytes: &mut usize,
    mut took: impl FnMut(Duration, Duration),
) -> Result<Vec<Metric>> {
    let start = Instant::now();
    // The bar counts fits; that of a single fit stays hidden.
    let fit = Fit::on(config, data, fold.clone(), &Progress::new(true))?;
    let fitted = start.elapsed();
    let start = Instant::now();
    let predictions = fit.predict_held_out()?;
    took(fitted, start.elapsed());
    if weigh {
        *bytes = fit.assemble(config, None, Vec::new(), 0)?.0.len();
    }
    Ok(fit.score_held_out(&predictions).metrics)
}
