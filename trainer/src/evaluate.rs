//! Predictions for rows that were not fitted, held against the truth.

use crate::config::{Config, Test};
use crate::error::{Error, Result};
use crate::fit::request::Predictions;
use crate::fitted::Fit;
use crate::metrics::{self, Metric};
use crate::table::Table;
use crate::table::target::{self, Values};

/// Held-out rows, scored by smartcore.
#[derive(Default)]
pub(crate) struct HeldOut {
    /// Metrics in their fixed order.
    pub(crate) metrics: Vec<Metric>,
    /// Confusion counts `[truth, predicted]`; empty for regression.
    pub(crate) confusion: Vec<u64>,
    /// Rows they were measured on.
    pub(crate) n_rows: usize,
}

impl Fit {
    /// What predictions for the held-out rows of the split are worth.
    pub(crate) fn score_held_out(&self, predictions: &Predictions) -> HeldOut {
        self.score(predictions, &self.data.target.values.select(&self.split.test))
    }

    /// Metrics on the held-out rows, or on those of another file.
    pub(crate) fn evaluate(&self, config: &Config) -> Result<HeldOut> {
        let path = match &config.test {
            Test::File(path) => path,
            _ if self.split.test.is_empty() => return Ok(HeldOut::default()),
            _ => return Ok(self.score_held_out(&self.predict_held_out()?)),
        };
        let other = Table::read(path, config.delimiter)?;
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
        Ok(self.score(&self.predict(&other, &columns, &rows)?, &y))
    }

    fn score(&self, predictions: &Predictions, y: &Values) -> HeldOut {
        let n_rows = y.len();
        let Predictions { labels, values } = predictions;
        match y {
            Values::Nothing(_) => {
                HeldOut { metrics: metrics::clustering(values), confusion: Vec::new(), n_rows }
            }
            Values::Numbers(truth) => HeldOut {
                metrics: metrics::regression(truth, values),
                confusion: Vec::new(),
                n_rows,
            },
            Values::Classes(truth) => {
                let n_classes = self.data.n_classes();
                let probabilities = self.fitted.has_probabilities().then_some(values.as_slice());
                HeldOut {
                    metrics: metrics::classification(truth, labels, probabilities, n_classes),
                    confusion: metrics::confusion(truth, labels, n_classes),
                    n_rows,
                }
            }
        }
    }
}
