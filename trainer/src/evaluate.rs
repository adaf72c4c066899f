//! Predictions for rows that were not fitted, held against the truth.

use cli_common::error::{Error, Result};
use metrics::{Baseline, Gathering, Memory, Scores, Task};

use crate::config::{Config, Test};
use crate::dataset::class_counts;
use crate::fit::request::Predictions;
use crate::fitted::Fit;
use crate::table::Table;
use crate::table::target::{self, Values};

impl Fit {
    /// What predictions for the held-out rows of the split are worth.
    pub(crate) fn score_held_out(&self, predictions: &Predictions) -> Scores {
        self.score(predictions, &self.data.target.values.select(&self.split.test))
    }

    /// Metrics on the held-out rows, or on those of another file.
    pub(crate) fn evaluate(&self, config: &Config) -> Result<Option<Scores>> {
        let path = match &config.test {
            Test::File(path) => path,
            _ if self.split.test.is_empty() => return Ok(None),
            _ => return Ok(Some(self.score_held_out(&self.predict_held_out()?))),
        };
        let other = Table::read(path, &config.dialect, |_| Ok(()))?;
        let columns = other.columns_of(&self.schema, "--test-data")?;
        let task = &self.data.target.task;
        let (rows, y) = match &config.target {
            Some(name) => {
                let column = other.column(name, "--test-data")?;
                target::read_like(&other, column, self.schema.missing(), task)?
            }
            None => ((0..other.n_rows()).collect(), Values::Nothing(other.n_rows())),
        };
        if rows.is_empty() {
            let fact = format!("`{}`: every target is missing", other.name);
            return Err(Error::input(fact));
        }
        Ok(Some(self.score(&self.predict(&other, &columns, &rows)?, &y)))
    }

    fn score(&self, predictions: &Predictions, y: &Values) -> Scores {
        let of = (self.data.n_classes(), self.fitted.has_probabilities());
        scores(y, predictions, of, &self.y)
    }
}

/// The metrics of the best constant that the training rows know of.
pub(crate) fn constant(truth: &Values, training: &Values, n_classes: usize) -> Scores {
    let n_rows = truth.len();
    let predictions = match baseline(training, n_classes) {
        Some(Baseline::Label { class, shares }) => Predictions {
            labels: vec![u32::try_from(class).unwrap_or(u32::MAX); n_rows],
            values: shares.repeat(n_rows),
        },
        Some(Baseline::Number(mean)) => {
            Predictions { labels: Vec::new(), values: vec![mean; n_rows] }
        }
        Some(Baseline::OwnMean) | None => Predictions::default(),
    };
    scores(truth, &predictions, (n_classes, true), training)
}

/// The best constant that the training rows know of; none for clusters.
fn baseline(training: &Values, n_classes: usize) -> Option<Baseline> {
    match training {
        Values::Nothing(_) => None,
        Values::Numbers(numbers) => Baseline::of_numbers(numbers),
        Values::Classes(_) => Baseline::of_counts(&class_counts(training, n_classes)),
    }
}

/// The metrics of predictions against the truth, beside what the best constant scores that the training
/// rows know of.
fn scores(
    truth: &Values,
    predictions: &Predictions,
    (n_classes, has_probabilities): (usize, bool),
    training: &Values,
) -> Scores {
    let Predictions { labels, values } = predictions;
    let task = match training {
        Values::Nothing(_) => Task::Clusters,
        Values::Numbers(_) => Task::Numbers,
        Values::Classes(_) => Task::Labels { n: n_classes, probabilities: has_probabilities },
    };
    let gathering = Gathering::new(task, Memory::Free, baseline(training, n_classes));
    let mut chunk = gathering.chunk();
    match truth {
        Values::Nothing(_) => values.iter().for_each(|squared| chunk.distance(*squared)),
        Values::Numbers(truth) => {
            truth.iter().zip(values).for_each(|(truth, value)| chunk.number(*truth, *value));
        }
        Values::Classes(truth) => {
            let width = if has_probabilities { n_classes } else { 0 };
            for (row, (truth, label)) in truth.iter().zip(labels).enumerate() {
                chunk.label(*truth, *label, &values[row * width..][..width]);
            }
        }
    }
    let sums = chunk.finish();
    gathering.scores(&sums)
}
