//! Many rows in, column by column.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use cli_common::error::{Cause, Error, Result};
use model_format::schema::TextCell;

use crate::block::{Block, code};
use crate::cell::CellReader;
use crate::inputs::{Column, Inputs, Slot, foreign};

/// Rows to predict, held column by column, made by [`Model::batch`](crate::Model::batch).
///
/// Slices of numbers are used where they lie; texts become codes of categories when they are given. What
/// is not given is missing in every row.
///
/// # Examples
///
/// ```no_run
/// use predictor::{Model, Predictions};
///
/// let model = Model::open("churn.model")?;
/// let (ages, plans) = ([39.0, f64::NAN], ["basic", "family"]);
/// let mut batch = model.batch(2);
/// batch.numbers("age", &ages)?; // NaN: missing
/// batch.texts("plan", plans)?;
/// let mut predictions = Predictions::new(); // the buffer can be used again
/// model.predict_batch_into(&batch, &mut predictions)?;
/// for prediction in &predictions {
///     println!("{prediction:?}");
/// }
/// # Ok::<(), predictor::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    inputs: Arc<Inputs>,
    n_rows: usize,
    /// Per numeric column; `None`: all missing.
    numbers: Vec<Option<Cow<'a, [f64]>>>,
    /// Codes per categorical column.
    codes: Vec<Option<Vec<u32>>>,
    /// Texts per column of documents; `None`: missing.
    documents: Vec<Vec<Option<Box<str>>>>,
    /// Cells of numeric columns that hold no number, in ascending order of their rows.
    no_numbers: Vec<NoNumber>,
}

/// A text where a number is expected.
#[derive(Clone, Debug)]
pub(crate) struct NoNumber {
    /// Index among the schema's columns.
    pub(crate) column: usize,
    pub(crate) row: usize,
    pub(crate) text: String,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(inputs: &Arc<Inputs>, n_rows: usize) -> Self {
        let schema = inputs.pipeline().schema();
        Self {
            inputs: Arc::clone(inputs),
            n_rows,
            numbers: vec![None; schema.numeric().len()],
            codes: vec![None; schema.text().len()],
            documents: vec![Vec::new(); schema.documents().len()],
            no_numbers: Vec::new(),
        }
    }

    /// Whether a model with these inputs made the batch.
    pub(crate) fn is_of(&self, inputs: &Inputs) -> bool {
        self.inputs.is_same(inputs)
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Takes a numeric column, one number per row; NaN is a missing cell, an infinite number makes its row
    /// fail.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column, the column is not numeric, or there are more or
    /// fewer numbers than rows.
    pub fn numbers(&mut self, column: &str, numbers: &'a [f64]) -> Result<()> {
        self.numbers_at(self.inputs.column(column)?, numbers)
    }

    /// The same by a handle.
    ///
    /// # Errors
    ///
    /// As [`Batch::numbers`]; [`Cause::Usage`] for a column of another model.
    pub fn numbers_at(&mut self, column: Column, numbers: &'a [f64]) -> Result<()> {
        let slot = self.inputs.slot(column)?;
        self.check_len(column, numbers.len())?;
        match slot {
            Slot::Number(i) => {
                self.forget(column);
                *self.numbers.get_mut(i).ok_or_else(foreign)? = Some(Cow::Borrowed(numbers));
                Ok(())
            }
            Slot::Category(_) | Slot::Document(_) => {
                let name = self.inputs.name(column.index());
                let fact = format!("column `{name}`: found numbers, expected texts");
                Err(Error::new(Cause::Input, fact))
            }
        }
    }

    /// Takes a column of texts, one per row, by the rule that reads CSV files: a missing token is a missing
    /// cell, and in a numeric column a text that is no number makes its row fail.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column, or there are more or fewer texts than rows.
    pub fn texts(
        &mut self,
        column: &str,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<()> {
        self.texts_at(self.inputs.column(column)?, texts)
    }

    /// The same by a handle.
    ///
    /// # Errors
    ///
    /// As [`Batch::texts`]; [`Cause::Usage`] for a column of another model.
    pub fn texts_at(
        &mut self,
        column: Column,
        texts: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<()> {
        self.optional_texts_at(column, texts.into_iter().map(Some))
    }

    /// Takes a column of texts, one per row; `None` is a missing cell.
    ///
    /// # Errors
    ///
    /// As [`Batch::texts`]; [`Cause::Usage`] for a column of another model.
    pub fn optional_texts_at(
        &mut self,
        column: Column,
        texts: impl IntoIterator<Item = Option<impl AsRef<str>>>,
    ) -> Result<()> {
        let inputs = Arc::clone(&self.inputs);
        let slot = inputs.slot(column)?;
        // Whether a missing number can be used is decided when the rows are predicted.
        let reader = CellReader { all_may_be_missing: true, ..CellReader::of(inputs.pipeline()) };
        match slot {
            Slot::Number(i) => {
                self.forget(column);
                let mut numbers = Vec::with_capacity(self.n_rows);
                for (row, text) in texts.into_iter().enumerate() {
                    let text = text.as_ref().map(AsRef::as_ref);
                    let number =
                        text.map_or(Ok(f64::NAN), |text| reader.number(i, text.as_bytes()));
                    if let (Err(_), Some(text)) = (&number, text) {
                        let (column, text) = (column.index(), text.to_owned());
                        self.no_numbers.push(NoNumber { column, row, text });
                    }
                    numbers.push(number.unwrap_or(f64::NAN));
                }
                self.check_len(column, numbers.len()).inspect_err(|_| self.forget(column))?;
                self.no_numbers.sort_by_key(|cell| cell.row);
                *self.numbers.get_mut(i).ok_or_else(foreign)? = Some(Cow::Owned(numbers));
            }
            Slot::Category(i) => {
                let text_column = inputs.pipeline().schema().text().get(i).ok_or_else(foreign)?;
                let missing = code(TextCell::Missing(text_column.missing_code()));
                let codes = texts.into_iter().map(|text| {
                    text.map_or(missing, |text| {
                        let category = reader.category(i, text.as_ref().as_bytes());
                        code(category.unwrap_or(TextCell::Unseen))
                    })
                });
                let codes: Vec<u32> = codes.collect();
                self.check_len(column, codes.len())?;
                *self.codes.get_mut(i).ok_or_else(foreign)? = Some(codes);
            }
            Slot::Document(i) => {
                let document = |text: Option<_>| {
                    let text = text.as_ref().map(AsRef::as_ref);
                    text.filter(|text: &&str| reader.document(text.as_bytes()).is_some())
                        .map(Box::from)
                };
                let documents: Vec<Option<Box<str>>> = texts.into_iter().map(document).collect();
                self.check_len(column, documents.len())?;
                *self.documents.get_mut(i).ok_or_else(foreign)? = documents;
            }
        }
        Ok(())
    }

    /// Forgets what was wrong with the cells of a column that is given anew.
    fn forget(&mut self, column: Column) {
        self.no_numbers.retain(|cell| cell.column != column.index());
    }

    fn check_len(&self, column: Column, found: usize) -> Result<()> {
        if found == self.n_rows {
            return Ok(());
        }
        let (name, expected) = (self.inputs.name(column.index()), self.n_rows);
        let fact = format!("column `{name}`: found {found} cells, expected {expected}");
        Err(Error::new(Cause::Input, fact))
    }

    /// Texts in some of the rows where a number is expected.
    pub(crate) fn no_numbers(&self, rows: &Range<usize>) -> &[NoNumber] {
        let place = |row: usize| self.no_numbers.partition_point(|cell| cell.row < row);
        &self.no_numbers[place(rows.start)..place(rows.end)]
    }

    /// Puts the numbers of rows into numeric column `i` of a block that has room for them.
    pub(crate) fn read_numbers(&self, i: usize, rows: &Range<usize>, block: &mut Block) {
        match self.numbers.get(i) {
            Some(Some(numbers)) => block.numbers_mut(i).copy_from_slice(&numbers[rows.clone()]),
            Some(None) | None => block.numbers_mut(i).fill(f64::NAN),
        }
    }

    /// Puts the codes of rows into the columns of a block that has room for them.
    pub(crate) fn read_codes(&self, rows: &Range<usize>, block: &mut Block) {
        for ((i, codes), column) in
            self.codes.iter().enumerate().zip(self.inputs.pipeline().schema().text())
        {
            match codes {
                Some(codes) => block.codes_mut(i).copy_from_slice(&codes[rows.clone()]),
                None => block.codes_mut(i).fill(code(TextCell::Missing(column.missing_code()))),
            }
        }
        for (i, documents) in self.documents.iter().enumerate() {
            // A column that was not given is missing in every row.
            let given = documents.get(rows.clone()).unwrap_or_default();
            let texts = given.iter().map(|text| text.as_deref().map(str::as_bytes));
            block.fill_documents(i, texts.chain(std::iter::repeat(None)));
        }
    }
}
