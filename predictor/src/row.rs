//! Rows in and predictions out, for programs that hold their data in memory.

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::nearest;
use model_format::Pipeline;
use model_format::schema::TextCell;

use crate::block::Block;
use crate::cell::CellReader;
use crate::kernels::Scores;

/// One row to predict, made by [`Model::row`](crate::Model::row); cells that are not set are missing.
#[derive(Clone, Debug)]
pub struct Row<'m> {
    pipeline: &'m Pipeline,
    numbers: Vec<f64>,
    texts: Vec<TextCell>,
}

impl<'m> Row<'m> {
    pub(crate) fn new(pipeline: &'m Pipeline) -> Self {
        let schema = pipeline.schema();
        Self {
            pipeline,
            numbers: vec![f64::NAN; schema.numeric().len()],
            texts: schema.text().iter().map(|c| TextCell::Missing(c.missing_code())).collect(),
        }
    }

    /// Whether the row was made by the model that holds `pipeline`.
    pub(crate) fn is_of(&self, pipeline: &Pipeline) -> bool {
        std::ptr::eq(self.pipeline, pipeline)
    }

    /// Sets a cell from its text, by the rule that reads CSV files.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column, or the column is numeric and the text is
    /// no finite decimal number.
    pub fn set(&mut self, column: &str, text: &str) -> Result<()> {
        let slot = self.find(column)?;
        // Whether a missing number can be used is decided when the row is predicted.
        let reader = CellReader { may_be_missing: true, ..CellReader::of(self.pipeline) };
        match slot {
            Slot::Number(i) => {
                self.numbers[i] = reader.number(text.as_bytes()).map_err(|_| {
                    let fact = format!("column `{column}`: found `{text}`, expected a number");
                    Error::new(Cause::Input, fact)
                })?;
            }
            Slot::Text(i) => {
                let category = reader.category(i, text.as_bytes());
                self.texts[i] = category.unwrap_or(TextCell::Unseen);
            }
        }
        Ok(())
    }

    /// Sets a numeric cell.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column, the column holds text, or the number is
    /// not finite.
    pub fn set_number(&mut self, column: &str, number: f64) -> Result<()> {
        match self.find(column)? {
            Slot::Number(i) if number.is_finite() => self.numbers[i] = number,
            Slot::Number(_) => {
                let fact = format!("column `{column}`: found {number}, expected a finite number");
                return Err(Error::new(Cause::Input, fact));
            }
            Slot::Text(_) => {
                let fact = format!("column `{column}`: found a number, expected text");
                return Err(Error::new(Cause::Input, fact));
            }
        }
        Ok(())
    }

    fn find(&self, column: &str) -> Result<Slot> {
        let schema = self.pipeline.schema();
        let index = schema.columns().iter().position(|c| c.name == column);
        let number = index.and_then(|c| schema.numeric().iter().position(|n| *n == c));
        let text = index.and_then(|c| schema.text().iter().position(|t| t.column == c));
        match (number, text) {
            (Some(i), _) => Ok(Slot::Number(i)),
            (_, Some(i)) => Ok(Slot::Text(i)),
            _ => {
                let names = schema.columns().iter().map(|c| c.name.as_str());
                Err(Error::input(format!("the model has no column `{column}`"))
                    .did_you_mean(nearest(column, names)))
            }
        }
    }

    pub(crate) fn read_into(&self, block: &mut Block) -> std::result::Result<(), RowError> {
        let schema = self.pipeline.schema();
        let imputes = self.pipeline.preprocessing().impute().is_some();
        for (i, number) in self.numbers.iter().enumerate() {
            if number.is_nan() && !imputes {
                let column = &schema.columns()[schema.numeric()[i]].name;
                return Err(RowError(format!("column `{column}` is missing, expected a number")));
            }
            block.set_number(i, *number);
        }
        for (i, text) in self.texts.iter().enumerate() {
            block.set_text(i, *text);
        }
        block.push();
        Ok(())
    }
}

enum Slot {
    Number(usize),
    Text(usize),
}

/// What is wrong with a row whose number the caller knows.
pub(crate) struct RowError(String);

impl RowError {
    pub(crate) fn of_row(self, number: usize) -> Error {
        Error::new(Cause::Input, format!("row {number}: {}", self.0))
    }
}

/// What the model says of one row.
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
    pub(crate) fn new(
        pipeline: &'m Pipeline,
        scores: &Scores,
        row: usize,
    ) -> std::result::Result<Self, RowError> {
        if !scores.is_finite(row) {
            return Err(RowError("the prediction is not a finite number".into()));
        }
        Ok(match scores.labels.get(row) {
            None => Self::Value(scores.values[row]),
            Some(class) => {
                let index = *class as usize;
                let label = pipeline.labels()[index].as_str();
                let has_probabilities = pipeline.has_probabilities();
                let probabilities =
                    if has_probabilities { scores.row(row).to_vec() } else { Vec::new() };
                Self::Class { label, index, probabilities }
            }
        })
    }
}
