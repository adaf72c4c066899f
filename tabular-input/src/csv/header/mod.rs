//! The first record of an input: the names of its columns, and what else it may be.

mod advice;

use std::collections::HashMap;

use cli_common::error::{Cause, Error, Result};
use memchr::memchr_iter;
use model_format::cell::trim;

use super::chunks::Chunks;
use super::records::RowShape;
use super::scan;
use super::void::newlines;
use crate::foreign;

pub use advice::Advice;

/// Bytes behind the header that are looked at where it does not fit.
const SAMPLE: usize = 64 << 10;

/// The header of an input.
#[derive(Clone, Debug)]
pub struct Header {
    /// Names of the columns, trimmed; empty where a column has none.
    pub names: Vec<Vec<u8>>,
    /// What to call its line in messages.
    pub place: String,
    /// As it stands in the input.
    raw: Vec<u8>,
    line: u64,
    /// Line of what follows.
    next_line: u64,
    delimiter: u8,
    comment: Option<u8>,
    /// The beginning of what follows, and whether that is all.
    sample: Vec<u8>,
    whole: bool,
}

impl Header {
    /// Takes the header off an input; `None` if there is none.
    ///
    /// # Errors
    ///
    /// An input error for a header that cannot be read.
    pub fn read(chunks: &mut Chunks) -> Result<Option<Self>> {
        let Some((raw, line)) = chunks.header()? else { return Ok(None) };
        let place = format!("`{}` line {line}", chunks.name());
        if is_wide(&raw) {
            let fact = format!("{place}: every other byte of the header is zero, expected UTF-8");
            return Err(Error::new(Cause::Input, fact).with_hint("try --encoding utf-16"));
        }
        if raw.contains(&b'\r') {
            let fact = format!("{place}: lone CR characters, expected LF or CRLF line ends");
            return Err(Error::new(Cause::Input, fact).with_hint("convert it: tr '\\r' '\\n'"));
        }
        let delimiter = chunks.delimiter();
        let ahead = chunks.ahead();
        let whole = ahead.len() <= SAMPLE;
        let sample = ahead[..ahead.len().min(SAMPLE)].to_vec();
        let names = names(&raw, delimiter);
        let comment = chunks.comment();
        let next_line = chunks.line();
        Ok(Some(Self { names, place, raw, line, next_line, delimiter, comment, sample, whole }))
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Columns without a name that nothing but such columns follows.
    fn trailing(&self) -> usize {
        let named = self.names.iter().rposition(|name| !name.is_empty());
        // An input all of whose columns have no name has rows all the same.
        named.map_or(0, |last| self.names.len() - last - 1)
    }

    /// Columns that a row needs at least; those behind them have no name and hold nothing.
    pub fn least(&self) -> usize {
        self.names.len() - self.trailing()
    }

    /// What rows look like. `watch` for the header once more among them.
    pub fn shape(&self, watch: bool) -> RowShape {
        RowShape {
            delimiter: self.delimiter,
            comment: self.comment,
            n_columns: self.names.len(),
            least: self.least(),
            header: self.names.clone(),
            watch_header: watch,
        }
    }

    /// What there is to say of an input that can be read.
    pub fn warnings(&self) -> Vec<String> {
        self.nameless().into_iter().chain(self.first_not_utf8()).collect()
    }

    /// Where the first bytes are that are no UTF-8, and what they may be.
    fn first_not_utf8(&self) -> Option<String> {
        let of_rows = || not_utf8(&self.sample, self.next_line, true);
        not_utf8(&self.raw, self.line, false).or_else(of_rows)
    }

    /// What there is to say of columns without a name.
    pub fn nameless(&self) -> Option<String> {
        let least = self.least();
        let inside: Vec<usize> = (0..least).filter(|i| self.names[*i].is_empty()).collect();
        let trailing = self.names.len() - least;
        match (inside.as_slice(), trailing) {
            ([], 0) => None,
            ([], 1) => {
                Some("the header ends with a delimiter; the column after it is left out".into())
            }
            ([], n) => Some(format!(
                "the header ends with {n} delimiters; the columns after them are left out"
            )),
            ([0], _) => Some(
                "the first column has no name, like an index that pandas wrote; it is left out"
                    .into(),
            ),
            ([one], _) => Some(format!("column {} has no name; it is left out", one + 1)),
            (several, _) => {
                let n = several.len();
                Some(format!("{n} columns have no name; they are left out"))
            }
        }
    }

    /// The first name that two columns have, as columns from 0.
    pub fn doubled(&self) -> Option<(usize, usize)> {
        let mut seen = HashMap::with_capacity(self.names.len());
        let mut names = self.names.iter().enumerate().filter(|(_, name)| !name.is_empty());
        names.find_map(|(column, name)| seen.insert(name, column).map(|first| (first, column)))
    }
}

/// What there is to say of the first line that is not UTF-8, in bytes that begin with this line; their end may have
/// cut a character.
pub fn not_utf8(data: &[u8], line: u64, may_be_cut: bool) -> Option<String> {
    let error = std::str::from_utf8(data).err()?;
    if may_be_cut && error.error_len().is_none() {
        return None;
    }
    let (valid, rest) = data.split_at(error.valid_up_to());
    let line = line + newlines(valid);
    Some(match rest {
        // What `encoding` makes of UTF-16 that is none.
        [0xed, 0xa0..=0xbf, ..] => {
            format!("line {line} has half of a surrogate pair of UTF-16, which is no character")
        }
        _ => format!("line {line} is not UTF-8; is it --encoding windows-1252 or latin1?"),
    })
}

/// Whether a line is text of two bytes a character, as UTF-16 is without the mark that tells it.
fn is_wide(line: &[u8]) -> bool {
    let zeros = memchr_iter(0, line).count();
    zeros > 0 && 3 * zeros >= line.len() && !foreign::is_binary(line)
}

/// Cuts a header line into trimmed names.
fn names(header: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    scan::record(header, 0, delimiter, true, |span| {
        names.push(trim(&span.text(header)).to_vec());
    });
    names
}
