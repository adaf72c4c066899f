//! The cells of a row read into a model's block.

use model_format::cell::MissingTokens;
use tabular_input::csv::scan::Span;

use super::fault::Fault;
use crate::block::Block;
use crate::cell::CellReader;
use crate::columns::{Columns, Use};
use crate::model::Model;

/// How cells are read for a model.
#[derive(Clone, Copy)]
pub(crate) struct CellRule<'a> {
    pub(crate) model: &'a Model,
    pub(crate) columns: &'a Columns,
    pub(crate) missing: &'a MissingTokens,
    /// A text that training did not see makes the row bad.
    pub(crate) unseen_is_error: bool,
}

impl<'a> CellRule<'a> {
    /// What reads them.
    pub(crate) fn reader(&self) -> CellReader<'a> {
        let Self { model, missing, unseen_is_error, .. } = *self;
        CellReader { missing, unseen_is_error, ..CellReader::of(model.pipeline()) }
    }

    /// Reads a row's cells, one per column, into the row of `block` being filled; the caller
    /// completes the row.
    pub(crate) fn read(&self, data: &[u8], cells: &[Span], block: &mut Block) -> Result<(), Fault> {
        let reader = self.reader();
        for (column, (span, usage)) in cells.iter().zip(&self.columns.uses).enumerate() {
            let read = match usage {
                Use::Ignored | Use::Nothing => Ok(()),
                Use::Number(i) => {
                    reader.number(*i, &span.text(data)).map(|number| block.set_number(*i, number))
                }
                Use::Text(i) => {
                    reader.category(*i, &span.text(data)).map(|text| block.set_text(*i, text))
                }
                Use::Document(i) => {
                    block.set_document(*i, reader.document(&span.text(data)));
                    Ok(())
                }
            };
            read.map_err(|fault| Fault::Cell { column, text: shown(data, *span), fault })?;
        }
        Ok(())
    }
}

/// Bytes of a cell that are kept for a message.
const KEPT: usize = 256;

/// The beginning of the text of a cell, for a message.
pub(crate) fn shown(data: &[u8], span: Span) -> String {
    let text = span.text(data);
    String::from_utf8_lossy(&text[..text.len().min(KEPT)]).into_owned()
}
