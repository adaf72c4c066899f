//! Why a record is no row of its table, in words.

use cli_common::text::{one_line, shorten};

use super::chunks::MAX_RECORD;
use super::scan::Ending;

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// An empty line where a row is expected.
    Blank,
    /// Cells without anything in them, and nothing but such rows follows.
    Empty,
    /// Too few or too many cells.
    Cells {
        /// How many there are.
        found: usize,
        /// What the line may be instead.
        clue: Option<Clue>,
    },
    /// As too few cells, and the input ends here without a line end.
    BrokenOff {
        /// How many there are.
        found: usize,
    },
    /// Something stands in a column at the end that has no name.
    Nameless {
        /// Which column, from 0.
        column: usize,
        /// What stands there.
        text: String,
    },
    /// The header once more.
    Header,
    /// A line that is longer than any row.
    TooLong,
    /// A quote that never closes, or closes in the middle of a cell.
    Quote(Ending),
}

/// What a line that is no row may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clue {
    /// It begins with a mark that comments begin with.
    Comment(u8),
    /// No row follows it.
    Footer,
}

impl RowFault {
    /// What was found and what was expected; the table has `n_columns`.
    pub fn reason(&self, n_columns: usize) -> String {
        let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        match self {
            Self::Blank => format!("found a blank line, expected a row of {}", cells(n_columns)),
            Self::Empty => format!("found {} with nothing in them", cells(n_columns)),
            Self::Cells { found, .. } => format!("found {}, expected {n_columns}", cells(*found)),
            Self::BrokenOff { found } => {
                format!("the input breaks off after {} of {n_columns}", cells(*found))
            }
            Self::Nameless { column, text } => {
                let column = column + 1;
                let text = one_line(&shorten(text, SHOWN));
                format!("found `{text}` in column {column}, which has no name")
            }
            Self::Header => "the line repeats the header".into(),
            Self::TooLong => format!("found a line of more than {} MiB", MAX_RECORD >> 20),
            Self::Quote(ending) => ending.complaint().unwrap_or("the quotes do not match").into(),
        }
    }

    /// What to do about it, beyond fixing the row.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Cells { clue: Some(Clue::Comment(mark)), .. } => {
                let mark = char::from(*mark);
                Some(format!("if it is a comment, --comment '{mark}' leaves such lines out"))
            }
            Self::Cells { clue: Some(Clue::Footer), .. } => {
                Some("fix the row, or remove it if it is a footer: no row follows".into())
            }
            Self::BrokenOff { .. } => {
                Some("the file may have been cut short; fetch it again".into())
            }
            Self::Nameless { .. } => {
                Some("is there a delimiter in a cell without quotes? else name the column".into())
            }
            Self::Header => {
                Some("were files put together with their headers? remove the line".into())
            }
            Self::Empty => Some("remove the rows at the end that hold nothing".into()),
            Self::Quote(Ending::TooLong) => {
                Some("shorten the cell if it is one, fix the quote if it is not".into())
            }
            Self::Quote(_) => Some("a quote inside a cell is written twice".into()),
            Self::Blank | Self::Cells { clue: None, .. } | Self::TooLong => None,
        }
    }
}

/// Longest cell text shown in a message.
const SHOWN: usize = 60;
