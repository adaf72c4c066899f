//! Why a row cannot be scored, in words.

use crate::block::CellFault;
use crate::csv::chunks::MAX_RECORD;
use crate::csv::columns::Columns;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// An empty line where a row is expected.
    Blank,
    /// Too few or too many cells.
    Cells { found: usize },
    /// As too few cells, and the input ends here without a line end.
    BrokenOff { found: usize },
    /// A line that is longer than any row.
    TooLong,
    /// A quote that never closes.
    Unclosed,
    /// Text after a closing quote.
    StrayQuote,
    /// A cell that cannot be used: input column and what it holds.
    Cell { column: usize, text: String, fault: CellFault },
    /// The model computed no finite number.
    NotFinite,
}

/// Longest cell text shown in a message.
const SHOWN: usize = 60;

impl Fault {
    /// The column to blame, if it is one.
    pub(super) fn column<'a>(&self, columns: &'a Columns) -> Option<&'a str> {
        match self {
            Self::Cell { column, .. } => columns.names.get(*column).map(String::as_str),
            _ => None,
        }
    }

    /// What was found and what was expected.
    pub(super) fn reason(&self, columns: &Columns) -> String {
        let expected = columns.names.len();
        let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        match self {
            Self::Blank => format!("found a blank line, expected a row of {}", cells(expected)),
            Self::Cells { found } => format!("found {}, expected {expected}", cells(*found)),
            Self::BrokenOff { found } => {
                format!("the input breaks off after {} of {expected}", cells(*found))
            }
            Self::TooLong => format!("found a line of more than {} MiB", MAX_RECORD >> 20),
            Self::Unclosed => "a quote opens here and never closes".into(),
            Self::StrayQuote => "text follows a closing quote".into(),
            Self::Cell { text, fault, .. } => {
                let shown = shorten(text);
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
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Cell { fault: CellFault::NotANumber, .. } => {
                "mend the cell, name the token with --missing if it means a missing value, or go on with --on-bad-row null|skip"
            }
            Self::BrokenOff { .. } => "the file may have been cut short; fetch it again",
            Self::Unclosed | Self::StrayQuote => {
                "a quote inside a cell is written twice; go on without the line with --on-bad-row null|skip"
            }
            Self::NotFinite => "a value lies far outside anything the model was trained on",
            _ => "mend the row, or go on with --on-bad-row null|skip",
        }
    }
}

/// The beginning of a long text.
fn shorten(text: &str) -> String {
    let mut chars = text.chars();
    let head: String =
        chars.by_ref().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if chars.next().is_some() { format!("{head}...") } else { head }
}
