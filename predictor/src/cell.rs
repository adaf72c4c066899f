//! A cell's text to what the model computes with: the one place where the program and the library do it.

use model_format::Pipeline;
use model_format::cell::{MissingTokens, NumberCell, trim};
use model_format::schema::TextCell;

/// Why a cell cannot be scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellFault {
    /// A number cell that is not a finite decimal number.
    NotANumber,
    /// A missing number in a model without imputation.
    MissingNumber,
    /// A text that training did not see, and unseen texts were forbidden.
    UnseenText,
}

/// How cells are read for a model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CellReader<'a> {
    pub(crate) pipeline: &'a Pipeline,
    pub(crate) missing: &'a MissingTokens,
    /// Missing numbers are kept in every column, not only where the model can use them.
    pub(crate) all_may_be_missing: bool,
    /// A category that training did not see makes the row bad.
    pub(crate) unseen_is_error: bool,
}

impl<'a> CellReader<'a> {
    /// The rule that is stored in the model, for unseen categories too.
    pub(crate) fn of(pipeline: &'a Pipeline) -> Self {
        Self {
            pipeline,
            missing: pipeline.schema().missing(),
            all_may_be_missing: false,
            unseen_is_error: false,
        }
    }

    /// The number in a cell of numeric column `i`; NaN if it is missing.
    #[inline]
    pub(crate) fn number(&self, i: usize, cell: &[u8]) -> Result<f64, CellFault> {
        match NumberCell::read(cell, self.missing) {
            NumberCell::Value(number) => Ok(number),
            NumberCell::Missing if self.keeps_missing(i) => Ok(f64::NAN),
            NumberCell::Missing => Err(CellFault::MissingNumber),
            NumberCell::Invalid => Err(CellFault::NotANumber),
        }
    }

    fn keeps_missing(&self, i: usize) -> bool {
        self.all_may_be_missing || self.pipeline.schema().keeps_missing(i)
    }

    /// The document in a cell; `None` if it is missing.
    #[inline]
    pub(crate) fn document<'c>(&self, cell: &'c [u8]) -> Option<&'c [u8]> {
        (!self.missing.contains(trim(cell))).then_some(cell)
    }

    /// The category in a cell of categorical column `i`.
    #[inline]
    pub(crate) fn category(&self, i: usize, cell: &[u8]) -> Result<TextCell, CellFault> {
        let category = self.pipeline.schema().text()[i].read(cell, self.missing);
        if category == TextCell::Unseen && self.unseen_is_error {
            return Err(CellFault::UnseenText);
        }
        Ok(category)
    }
}
