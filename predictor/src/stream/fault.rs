//! Why a row cannot be scored, in words.

use cli_common::error::{Cause, Error};
use cli_common::text::{one_line, shorten};
use model_format::Pipeline;
use tabular_input::csv::{RowFault, is_footer_word};
use tabular_input::spelling::{describe, style_of_cell};

use crate::cell::CellFault;
use crate::columns::Columns;
use crate::refusal::Refusal;
use crate::scores::Scores;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no row of the table.
    Row(RowFault),
    /// A cell that cannot be used: input column and what it holds.
    Cell { column: usize, text: String, fault: CellFault },
    /// The model computed no finite number.
    NotFinite,
    /// The program of the model refuses the row: the column that it is about, if it is one, and what that holds.
    Refused { column: Option<String>, reason: &'static str },
    /// A target that is none of the model's labels: input column and what it holds.
    Label { column: usize, text: String },
    /// A target that is no number: input column and what it holds.
    Target { column: usize, text: String },
}

/// Longest cell text shown in a message.
const SHOWN: usize = 60;

impl Fault {
    /// Of a row whose prediction is not finite.
    #[cold]
    pub(crate) fn of_scores(scores: &Scores, row: usize, pipeline: &Pipeline) -> Self {
        let Some(slot) = scores.refused_for(row) else { return Self::NotFinite };
        let Refusal { column, reason } = Refusal::of(pipeline, slot);
        let name = |column: usize| pipeline.schema().columns().get(column).map(|c| c.name.clone());
        Self::Refused { column: column.and_then(name), reason }
    }

    /// The column to blame, if it is one.
    pub(crate) fn column<'a>(&'a self, columns: &'a Columns) -> Option<&'a str> {
        match self {
            Self::Cell { column, .. }
            | Self::Label { column, .. }
            | Self::Target { column, .. } => columns.names.get(*column).map(String::as_str),
            Self::Refused { column, .. } => column.as_deref(),
            _ => None,
        }
    }

    /// What was found and what was expected.
    pub(crate) fn reason(&self, columns: &Columns) -> String {
        match self {
            Self::Row(fault) => fault.reason(columns.names.len()),
            Self::Cell { text, fault, .. } => {
                let shown = one_line(&shorten(text, SHOWN));
                match fault {
                    CellFault::NotANumber => format!("found `{shown}`, expected a number"),
                    CellFault::MissingNumber => {
                        format!("found `{shown}`, which is missing; this model does not impute")
                    }
                    CellFault::UnseenText => {
                        format!("found `{shown}`, a category that training did not see")
                    }
                }
            }
            Self::NotFinite => "the prediction is not a finite number".into(),
            Self::Refused { reason, .. } => format!("found {reason}"),
            Self::Label { text, .. } => {
                format!("found the label `{}`", one_line(&shorten(text, SHOWN)))
            }
            Self::Target { text, .. } => {
                format!("found the target `{}`, expected a number", one_line(&shorten(text, SHOWN)))
            }
        }
    }

    /// What to do about it; `policies` are the values of --on-bad-row that go on.
    pub(crate) fn hint(&self, policies: &str, columns: &Columns) -> String {
        let go_on = format!("with --on-bad-row {policies}");
        match self {
            Self::Cell { fault: CellFault::NotANumber, text, .. } | Self::Target { text, .. } => {
                let cell = text.trim().as_bytes();
                if let Some(style) = style_of_cell(cell, &columns.read_as) {
                    let (found, expected) = (style.what, describe(&columns.read_as));
                    return format!(
                        "the cell looks like {found}, this model reads {expected}: write all numbers of the file in that way, or go on {go_on}"
                    );
                }
                if is_footer_word(cell) {
                    return format!(
                        "remove the line if it is a footer, fix the cell if it is a row, or go on {go_on}"
                    );
                }
                format!(
                    "fix the cell, name the token with --missing if it means a missing value, or go on {go_on}"
                )
            }
            Self::Row(RowFault::BrokenOff { .. }) => {
                "the file may have been cut short; fetch it again".into()
            }
            Self::Row(fault) => match fault.advice() {
                Some(advice) => format!("{advice}; go on without the line {go_on}"),
                None => format!("fix the row, or go on {go_on}"),
            },
            Self::NotFinite => "a value lies far outside anything the model was trained on".into(),
            Self::Label { .. } => format!(
                "does --target name the right column? a token that means a missing value is named with --missing; go on {go_on}"
            ),
            Self::Cell { .. } | Self::Refused { .. } => format!("fix the row, or go on {go_on}"),
        }
    }

    /// The error that names the row: place, column, what was found and expected.
    pub(crate) fn error(&self, input: &str, line: u64, columns: &Columns, why: &str) -> Error {
        self.error_because(input, line, columns, &format!("{why}{}", self.reason(columns)))
    }

    /// The same with a reason of the caller's own.
    pub(crate) fn error_because(
        &self,
        input: &str,
        line: u64,
        columns: &Columns,
        reason: &str,
    ) -> Error {
        let column =
            self.column(columns).map(|name| format!(", column `{name}`")).unwrap_or_default();
        Error::new(Cause::Input, format!("`{input}` line {line}{column}: {reason}"))
    }
}
