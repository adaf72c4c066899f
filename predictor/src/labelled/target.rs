//! The target column of an input and its cells.

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::{nearest, shell_word};
use model_format::cell::{MissingTokens, NumberCell, trim};
use model_format::label_index::LabelIndex;
use tabular_input::csv::scan::Span;

use crate::stream::cells::shown;
use crate::stream::fault::Fault;

/// Most labels listed in one message.
const MAX_LISTED: usize = 20;

/// What a row truly is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Truth {
    /// It does not say.
    Missing,
    /// The label with this index in the model.
    Class(u32),
    /// A number.
    Number(f64),
}

/// How the target column is read.
pub(crate) struct Target<'a> {
    /// Which input column it is.
    column: usize,
    missing: MissingTokens,
    labels: &'a [String],
    classes: LabelIndex<'a>,
}

impl<'a> Target<'a> {
    /// Finds the column in a header; `None` if it is not there. No labels for regression.
    ///
    /// # Errors
    ///
    /// An input error if several columns bear the name.
    pub(crate) fn find(
        name: &str,
        header: &[Vec<u8>],
        place: &str,
        missing: MissingTokens,
        labels: &'a [String],
    ) -> Result<Option<Self>> {
        let mut found = header.iter().enumerate().filter(|(_, n)| n.as_slice() == name.as_bytes());
        match (found.next(), found.next()) {
            (None, _) => Ok(None),
            (Some((first, _)), Some((second, _))) => {
                let (first, second) = (first + 1, second + 1);
                let fact =
                    format!("{place}: target `{name}` stands in columns {first} and {second}");
                Err(Error::new(Cause::Input, fact))
            }
            (Some((column, _)), None) => {
                Ok(Some(Self { column, missing, labels, classes: LabelIndex::new(labels) }))
            }
        }
    }

    /// The error for a header without the column.
    pub(crate) fn absent(name: &str, header: &[Vec<u8>], place: &str) -> Error {
        let names: Vec<String> =
            header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let error = Error::new(Cause::Input, format!("{place}: no target column `{name}`"));
        match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => error.with_hint(format!("did you mean --target {}?", shell_word(near))),
            None => error.with_hint("--target names the column that holds the truth"),
        }
    }

    /// What a row's target cell says.
    pub(crate) fn read(&self, data: &[u8], cells: &[Span]) -> std::result::Result<Truth, Fault> {
        let column = self.column;
        let Some(span) = cells.get(column) else { return Ok(Truth::Missing) };
        let raw = span.text(data);
        if self.labels.is_empty() {
            return match NumberCell::read(&raw, &self.missing) {
                NumberCell::Value(number) => Ok(Truth::Number(number)),
                NumberCell::Missing => Ok(Truth::Missing),
                NumberCell::Invalid => Err(Fault::Target { column, text: shown(data, *span) }),
            };
        }
        let cell = trim(&raw);
        if self.missing.contains(cell) {
            return Ok(Truth::Missing);
        }
        match self.classes.find(cell) {
            Some(class) => Ok(Truth::Class(class)),
            None => Err(Fault::Label { column, text: shown(data, *span) }),
        }
    }

    /// What a label may be: the first of the model's.
    pub(super) fn expected(&self) -> String {
        let mut list: Vec<String> =
            self.labels.iter().take(MAX_LISTED).map(|label| format!("`{label}`")).collect();
        let more = self.labels.len() - list.len();
        if more > 0 {
            list.push(format!("{more} more"));
        }
        let last = list.pop().unwrap_or_default();
        format!("{} or {last}", list.join(", "))
    }

    /// The label that is nearest to a text that is none.
    pub(super) fn nearest(&self, text: &str) -> Option<&str> {
        nearest(text, self.labels.iter().map(String::as_str))
    }
}
