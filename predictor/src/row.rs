//! One row in, for programs that hold their data in memory.

use std::sync::Arc;

use cli_common::error::{Cause, Error, Result};
use model_format::schema::TextCell;

use crate::block::{Block, code};
use crate::cell::CellReader;
use crate::inputs::{Column, Inputs, Slot, foreign};

/// One row to predict, made by [`Model::row`](crate::Model::row); cells that are not set are missing.
///
/// A row owns its cells and may go to another thread. Make it once and fill it anew for each prediction
/// where speed matters.
#[derive(Clone, Debug)]
pub struct Row {
    inputs: Arc<Inputs>,
    /// NaN: missing.
    numbers: Vec<f64>,
    codes: Vec<u32>,
    /// `None`: missing.
    documents: Vec<Option<Vec<u8>>>,
}

impl Row {
    pub(crate) fn new(inputs: &Arc<Inputs>) -> Self {
        let schema = inputs.pipeline().schema();
        let mut row = Self {
            inputs: Arc::clone(inputs),
            numbers: vec![f64::NAN; schema.numeric().len()],
            codes: vec![0; schema.text().len()],
            documents: vec![None; schema.documents().len()],
        };
        row.clear();
        row
    }

    /// Whether a model with these inputs made the row.
    pub(crate) fn is_of(&self, inputs: &Inputs) -> bool {
        self.inputs.is_same(inputs)
    }

    /// Makes every cell missing.
    pub fn clear(&mut self) {
        self.numbers.fill(f64::NAN);
        for (code, i) in self.codes.iter_mut().zip(0..) {
            *code = missing(&self.inputs, i);
        }
        self.documents.fill(None);
    }

    /// Sets a cell from its text, by the rule that reads CSV files.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column, or the column is numeric and the text is
    /// no finite decimal number.
    pub fn set(&mut self, column: &str, text: &str) -> Result<()> {
        self.set_at(self.inputs.column(column)?, text)
    }

    /// The same by a handle.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the column is numeric and the text is no finite decimal number,
    /// [`Cause::Usage`] for a column of another model.
    #[inline]
    pub fn set_at(&mut self, column: Column, text: &str) -> Result<()> {
        // Whether a missing number can be used is decided when the row is predicted.
        let reader =
            CellReader { all_may_be_missing: true, ..CellReader::of(self.inputs.pipeline()) };
        match self.inputs.slot(column)? {
            Slot::Number(i) => {
                let number = reader.number(i, text.as_bytes());
                let number = number.map_err(|_| self.found(column, text, "a number"))?;
                *self.numbers.get_mut(i).ok_or_else(foreign)? = number;
            }
            Slot::Category(i) => {
                let category = reader.category(i, text.as_bytes()).unwrap_or(TextCell::Unseen);
                *self.codes.get_mut(i).ok_or_else(foreign)? = code(category);
            }
            Slot::Document(i) => {
                let document = reader.document(text.as_bytes()).map(<[u8]>::to_vec);
                *self.documents.get_mut(i).ok_or_else(foreign)? = document;
            }
        }
        Ok(())
    }

    /// Sets a numeric cell; NaN makes it missing.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column, the column is not numeric, or the number is
    /// infinite.
    pub fn set_number(&mut self, column: &str, number: f64) -> Result<()> {
        self.set_number_at(self.inputs.column(column)?, number)
    }

    /// The same by a handle.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the column is not numeric or the number is infinite, [`Cause::Usage`] for a
    /// column of another model.
    #[inline]
    pub fn set_number_at(&mut self, column: Column, number: f64) -> Result<()> {
        match self.inputs.slot(column)? {
            Slot::Number(_) if number.is_infinite() => Err(self.found(
                column,
                &number.to_string(),
                "a finite number, or NaN if it is missing",
            )),
            Slot::Number(i) => {
                *self.numbers.get_mut(i).ok_or_else(foreign)? = number;
                Ok(())
            }
            Slot::Category(_) | Slot::Document(_) => {
                Err(self.found(column, &number.to_string(), "text"))
            }
        }
    }

    /// Makes a cell missing.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`] if the model has no such column.
    pub fn set_missing(&mut self, column: &str) -> Result<()> {
        self.set_missing_at(self.inputs.column(column)?)
    }

    /// The same by a handle.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`] for a column of another model.
    pub fn set_missing_at(&mut self, column: Column) -> Result<()> {
        match self.inputs.slot(column)? {
            Slot::Number(i) => *self.numbers.get_mut(i).ok_or_else(foreign)? = f64::NAN,
            Slot::Category(i) => {
                *self.codes.get_mut(i).ok_or_else(foreign)? = missing(&self.inputs, i);
            }
            Slot::Document(i) => *self.documents.get_mut(i).ok_or_else(foreign)? = None,
        }
        Ok(())
    }

    #[cold]
    fn found(&self, column: Column, found: &str, expected: &str) -> Error {
        let name = self.inputs.name(column.index());
        Error::new(Cause::Input, format!("column `{name}`: found `{found}`, expected {expected}"))
    }

    /// Appends the row to a block.
    #[inline]
    pub(crate) fn read_into(&self, block: &mut Block) {
        for (i, number) in self.numbers.iter().enumerate() {
            block.set_number(i, *number);
        }
        for (i, code) in self.codes.iter().enumerate() {
            block.set_code(i, *code);
        }
        for (i, document) in self.documents.iter().enumerate() {
            block.set_document(i, document.as_deref());
        }
        block.push();
    }
}

/// The code of a missing cell in categorical column `i`.
fn missing(inputs: &Inputs, i: usize) -> u32 {
    code(TextCell::Missing(inputs.pipeline().schema().text()[i].missing_code()))
}
