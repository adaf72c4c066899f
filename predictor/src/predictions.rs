//! What a model returns for many rows, in a buffer that is used again and again.

use std::ops::Range;
use std::sync::Arc;

use cli_common::error::{Cause, Error, Result};

use crate::block::{Block, GROUP_ROWS};
use crate::inputs::Inputs;
use crate::prediction::{Prediction, n_shown};
use crate::refusal::Refusal;
use crate::scores::Scores;
use crate::wide::Width;

/// The class of a row that could not be predicted, see [`Predictions::classes`].
const NO_CLASS: u32 = u32::MAX;

/// Predictions of rows in their order, and the memory it took to make them.
///
/// One that is used again takes no new memory, as long as there are not more rows than before. Each
/// thread has its own.
///
/// A row that cannot be predicted does not keep others from it: [`Predictions::get`] returns its error.
#[derive(Debug, Default)]
pub struct Predictions {
    /// Of the model that made the predictions.
    inputs: Option<Arc<Inputs>>,
    n_rows: usize,
    /// Numbers of each row, row-major; NaN where a row failed.
    numbers: Vec<f64>,
    width: usize,
    /// Empty for regression.
    classes: Vec<u32>,
    /// Ascending by row, then by column.
    failures: Vec<Failure>,
    /// Room for few rows, which are faster in a small block.
    few: Option<Room>,
    many: Option<Room>,
}

/// Where rows are scored.
#[derive(Debug)]
struct Room {
    inputs: Arc<Inputs>,
    block: Block,
    scores: Scores,
}

impl Room {
    fn new(inputs: &Arc<Inputs>, width: Width, capacity: usize) -> Self {
        let block = Block::with_capacity(&inputs.plan().layout, capacity);
        Self { inputs: Arc::clone(inputs), block, scores: Scores::new(width) }
    }

    /// Whether it is one for rows of this model.
    fn serves(&self, inputs: &Inputs, width: Width, capacity: usize) -> bool {
        self.inputs.is_same(inputs)
            && self.scores.width() == width
            && self.block.capacity() == capacity
    }
}

/// Why a row could not be predicted.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) row: usize,
    /// Index of the column to blame.
    pub(crate) column: usize,
    pub(crate) reason: Reason,
}

/// What is wrong with a row.
#[derive(Clone, Debug)]
pub(crate) enum Reason {
    /// A number is missing and the model does not impute.
    Missing,
    /// A number is infinite.
    Infinite(f64),
    /// A text that is no number.
    NoNumber(String),
    /// The model computed no finite number.
    Overflow,
    /// The program refuses the row.
    Refused(Refusal),
}

impl Predictions {
    /// An empty buffer, for any model.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows, those that failed included.
    pub fn len(&self) -> usize {
        self.n_rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    /// The prediction of a row, counted from 0.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the row lacks a number and the model does not impute, holds an infinite number or
    /// a text where a number is expected, or if its prediction overflows; the error names the row, counted
    /// from 1, and the column. [`Cause::Usage`] if there is no such row.
    pub fn get(&self, row: usize) -> Result<Prediction<'_>> {
        let inputs = self.inputs.as_ref().filter(|_| row < self.n_rows).ok_or_else(|| {
            Error::new(Cause::Usage, format!("there is no row {row}, of {} rows", self.n_rows))
        })?;
        match self.failure(row) {
            Some(failure) => Err(failure.error(inputs)),
            None => Ok(Prediction::new(inputs.pipeline(), self.class(row), self.numbers_of(row))),
        }
    }

    /// All predictions in the order of the rows.
    pub fn iter(&self) -> Iter<'_> {
        Iter { predictions: self, rows: 0..self.n_rows }
    }

    /// Whether the row was predicted.
    pub fn is_ok(&self, row: usize) -> bool {
        row < self.n_rows && self.failure(row).is_none()
    }

    /// Rows that could not be predicted, counted from 0, and why; in ascending order.
    pub fn errors(&self) -> impl Iterator<Item = (usize, Error)> {
        let mut last = None;
        let first = move |failure: &&Failure| last.replace(failure.row) != Some(failure.row);
        let failures = self.failures.iter().filter(first);
        failures.filter_map(|failure| Some((failure.row, failure.error(self.inputs.as_ref()?))))
    }

    /// The predicted value of every row; NaN where a row failed. Empty unless the model predicts numbers.
    pub fn values(&self) -> &[f64] {
        if self.classes.is_empty() { &self.numbers } else { &[] }
    }

    /// The index of every row's label in [`Model::labels`](crate::Model::labels); `u32::MAX` where a row
    /// failed. Empty if the model predicts numbers.
    pub fn classes(&self) -> &[u32] {
        &self.classes
    }

    /// The label of a row; `None` if the row failed or the model predicts numbers.
    pub fn label(&self, row: usize) -> Option<&str> {
        let class = self.class(row)? as usize;
        self.inputs.as_ref()?.pipeline().labels().get(class).map(String::as_str)
    }

    /// The probabilities of every row, in label order, row after row; NaN where a row failed. Empty if the
    /// model has none, see [`Model::has_probabilities`](crate::Model::has_probabilities).
    pub fn probabilities(&self) -> &[f64] {
        if self.classes.is_empty() { &[] } else { &self.numbers }
    }

    /// The probabilities of a row, in label order; empty if the model has none or there is no such row.
    pub fn probabilities_of(&self, row: usize) -> &[f64] {
        if self.classes.is_empty() { &[] } else { self.numbers_of(row) }
    }

    /// The class of a row that was predicted.
    pub(crate) fn class(&self, row: usize) -> Option<u32> {
        self.classes.get(row).copied().filter(|class| *class != NO_CLASS)
    }

    /// The numbers of a row that are shown.
    pub(crate) fn numbers_of(&self, row: usize) -> &[f64] {
        let start = row.saturating_mul(self.width);
        self.numbers.get(start..start.saturating_add(self.width)).unwrap_or_default()
    }

    /// The error of the first row that failed.
    pub(crate) fn first_error(&self) -> Option<Error> {
        self.errors().next().map(|(_, error)| error)
    }

    /// The first thing that is wrong with a row.
    fn failure(&self, row: usize) -> Option<&Failure> {
        let first = self.failures.partition_point(|failure| failure.row < row);
        self.failures.get(first).filter(|failure| failure.row == row)
    }

    /// Scores `n_rows` rows anew: `read` puts a range of them into a block, prepared, and returns what is wrong with
    /// them.
    pub(crate) fn fill(
        &mut self,
        inputs: &Arc<Inputs>,
        width: Width,
        n_rows: usize,
        read: impl Fn(Range<usize>, &mut Block, &mut Vec<Failure>),
    ) {
        self.clear(inputs);
        // Room for few rows and for many is kept apart: calls of both kinds may take turns.
        let kept = if n_rows <= GROUP_ROWS { &mut self.few } else { &mut self.many };
        let capacity = Block::capacity_for(&inputs.plan().layout, n_rows);
        let kept = kept.take().filter(|room| room.serves(inputs, width, capacity));
        let mut room = kept.unwrap_or_else(|| Room::new(inputs, width, capacity));
        let Room { block, scores, .. } = &mut room;
        let mut first = 0;
        while first < n_rows {
            let rows = first..n_rows.min(first + block.capacity());
            block.clear();
            let known = self.failures.len();
            read(rows.clone(), block, &mut self.failures);
            scores.fill(inputs.plan(), block);
            self.take(rows.clone(), scores, known);
            first = rows.end;
        }
        *(if n_rows <= GROUP_ROWS { &mut self.few } else { &mut self.many }) = Some(room);
    }

    fn clear(&mut self, inputs: &Arc<Inputs>) {
        self.n_rows = 0;
        self.width = n_shown(inputs.pipeline());
        self.numbers.clear();
        self.classes.clear();
        self.failures.clear();
        if !self.inputs.as_ref().is_some_and(|known| Arc::ptr_eq(known, inputs)) {
            self.inputs = Some(Arc::clone(inputs));
        }
    }

    /// Takes the scores of the next rows; what was found wrong with them before begins at `known`.
    fn take(&mut self, rows: Range<usize>, scores: &Scores, known: usize) {
        self.n_rows += rows.len();
        self.classes.extend_from_slice(&scores.labels);
        if self.width > 0 {
            self.numbers.extend_from_slice(&scores.values);
        }
        self.failures[known..].sort_by_key(|failure| (failure.row, failure.column));
        if !scores.all_finite() {
            let found = self.failures.len();
            for (slot, row) in rows.enumerate().filter(|(slot, _)| !scores.is_finite(*slot)) {
                // A row with a missing number has no prediction to speak of.
                let failures = &self.failures[known..found];
                if failures.binary_search_by_key(&row, |failure| failure.row).is_err() {
                    let inputs = self.inputs.as_ref();
                    let refusal = inputs.zip(scores.refused_for(slot));
                    let refusal =
                        refusal.map(|(inputs, slot)| Refusal::of(inputs.pipeline(), slot));
                    let column = refusal.and_then(|refusal| refusal.column).unwrap_or(0);
                    let reason = refusal.map_or(Reason::Overflow, Reason::Refused);
                    self.failures.push(Failure { row, column, reason });
                }
            }
            self.failures[known..].sort_by_key(|failure| (failure.row, failure.column));
        }
        for Failure { row, .. } in &self.failures[known..] {
            if let Some(class) = self.classes.get_mut(*row) {
                *class = NO_CLASS;
            }
            let start = *row * self.width;
            self.numbers[start..start + self.width].fill(f64::NAN);
        }
    }
}

impl Failure {
    #[cold]
    fn error(&self, inputs: &Inputs) -> Error {
        let column = || format!("column `{}`", inputs.name(self.column));
        let what = match &self.reason {
            Reason::Missing => format!("{} is missing, expected a number", column()),
            Reason::Infinite(number) => {
                format!("{}: found `{number}`, expected a finite number", column())
            }
            Reason::NoNumber(text) => format!("{}: found `{text}`, expected a number", column()),
            Reason::Refused(Refusal { column: Some(_), reason }) => {
                format!("{} holds {reason}", column())
            }
            Reason::Refused(Refusal { column: None, reason }) => format!("there is {reason}"),
            Reason::Overflow => "the prediction is not a finite number".to_owned(),
        };
        Error::new(Cause::Input, format!("row {}: {what}", self.row + 1))
    }
}

/// Predictions in the order of the rows, see [`Predictions::iter`].
#[derive(Clone, Debug)]
pub struct Iter<'p> {
    predictions: &'p Predictions,
    rows: Range<usize>,
}

impl<'p> Iterator for Iter<'p> {
    type Item = Result<Prediction<'p>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next().map(|row| self.predictions.get(row))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'p> IntoIterator for &'p Predictions {
    type Item = Result<Prediction<'p>>;
    type IntoIter = Iter<'p>;

    fn into_iter(self) -> Iter<'p> {
        self.iter()
    }
}
