//! Rows that are in memory to predictions.

use std::ops::Range;

use cli_common::error::{Cause, Error, Result};

use super::Model;
use crate::batch::Batch;
use crate::block::Block;
use crate::prediction::Prediction;
use crate::predictions::{Failure, Predictions, Reason};
use crate::row::Row;
use crate::wide::Width;

impl Model {
    /// Predicts rows that were made by [`Model::row`] of this model, or of one with the same id.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`](crate::Cause::Input) if a row lacks a number and the model does not
    /// impute, or if a prediction overflows; the error names the first such row, counted from 1.
    /// [`Cause::Usage`](crate::Cause::Usage) for a row that another model made.
    pub fn predict(&self, rows: &[Row]) -> Result<Vec<Prediction<'_>>> {
        self.predict_on(Width::best(), rows)
    }

    /// The same with the kernels compiled for given instructions.
    pub(crate) fn predict_on(&self, width: Width, rows: &[Row]) -> Result<Vec<Prediction<'_>>> {
        let mut predictions = Predictions::new();
        self.fill(width, rows, &mut predictions)?;
        match predictions.first_error() {
            Some(error) => Err(error),
            None => Ok((0..rows.len()).map(|row| self.prediction(&predictions, row)).collect()),
        }
    }

    /// Predicts rows one by one as far as they can be predicted: a bad row is an error of its own.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`](crate::Cause::Usage) for a row that another model made. Errors of single rows are
    /// those of [`Predictions::get`].
    pub fn predict_each(&self, rows: &[Row]) -> Result<Vec<Result<Prediction<'_>>>> {
        let mut predictions = Predictions::new();
        self.predict_into(rows, &mut predictions)?;
        let mut each: Vec<_> =
            (0..rows.len()).map(|row| Ok(self.prediction(&predictions, row))).collect();
        for (row, error) in predictions.errors() {
            each[row] = Err(error);
        }
        Ok(each)
    }

    /// Predicts rows into a buffer, which keeps its memory from one call to the next.
    ///
    /// # Errors
    ///
    /// As [`Model::predict_each`].
    pub fn predict_into(&self, rows: &[Row], predictions: &mut Predictions) -> Result<()> {
        self.fill(Width::best(), rows, predictions)
    }

    /// Predicts the rows of a batch into a buffer, which keeps its memory from one call to the next.
    ///
    /// One thread does the work; several can score batches of their own with the same model.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`](crate::Cause::Usage) for a batch that another model made. Errors of single rows are
    /// those of [`Predictions::get`].
    pub fn predict_batch_into(
        &self,
        batch: &Batch<'_>,
        predictions: &mut Predictions,
    ) -> Result<()> {
        if !batch.is_of(&self.inputs) {
            return Err(Error::new(Cause::Usage, "the batch was made by another model"));
        }
        let read = |rows: Range<usize>, block: &mut Block, failures: &mut Vec<Failure>| {
            // Such a cell is in the block as one that is missing; of two things that are wrong with a cell
            // the first counts.
            failures.extend(batch.no_numbers(&rows).iter().map(|cell| Failure {
                row: cell.row,
                column: cell.column,
                reason: Reason::NoNumber(cell.text.clone()),
            }));
            let first = rows.start;
            block.extend(rows.len());
            batch.read_codes(&rows, block);
            for i in 0..self.plan().columns.len() {
                batch.read_numbers(i, &rows, block);
                self.check_and_prepare(i, first, block, failures);
            }
        };
        predictions.fill(&self.inputs, Width::best(), batch.n_rows(), read);
        Ok(())
    }

    /// Predicts the rows of a batch.
    ///
    /// # Errors
    ///
    /// As [`Model::predict_batch_into`].
    pub fn predict_batch(&self, batch: &Batch<'_>) -> Result<Predictions> {
        let mut predictions = Predictions::new();
        self.predict_batch_into(batch, &mut predictions)?;
        Ok(predictions)
    }

    fn fill(&self, width: Width, rows: &[Row], predictions: &mut Predictions) -> Result<()> {
        if rows.iter().any(|row| !row.is_of(&self.inputs)) {
            return Err(Error::new(Cause::Usage, "the rows were made by another model"));
        }
        let read = |range: Range<usize>, block: &mut Block, failures: &mut Vec<Failure>| {
            rows[range.clone()].iter().for_each(|row| row.read_into(block));
            for i in 0..self.plan().columns.len() {
                self.check_and_prepare(i, range.start, block, failures);
            }
        };
        predictions.fill(&self.inputs, width, rows.len(), read);
        Ok(())
    }

    /// Finds numbers that cannot be used in numeric column `i` of a block that begins with row `first`, and passes the
    /// column through its chain while it is in the first-level cache.
    fn check_and_prepare(
        &self,
        i: usize,
        first: usize,
        block: &mut Block,
        failures: &mut Vec<Failure>,
    ) {
        let numbers = block.numbers_mut(i);
        let finite: usize = numbers.iter().map(|number| usize::from(number.is_finite())).sum();
        // Most columns of a block hold nothing else: one look at them.
        let plain = finite == numbers.len();
        if !plain {
            let schema = self.pipeline().schema();
            let keeps_missing = schema.keeps_missing(i);
            let column = schema.numeric()[i];
            let usable = |number: &f64| number.is_finite() || (number.is_nan() && keeps_missing);
            for (row, number) in (first..).zip(numbers.iter()).filter(|(_, number)| !usable(number))
            {
                let reason =
                    if number.is_nan() { Reason::Missing } else { Reason::Infinite(*number) };
                failures.push(Failure { row, column, reason });
            }
        }
        self.plan().columns[i].run(numbers, !plain);
    }

    /// A row that was predicted, with the model's own label.
    fn prediction(&self, predictions: &Predictions, row: usize) -> Prediction<'_> {
        Prediction::new(self.pipeline(), predictions.class(row), predictions.numbers_of(row))
    }
}
