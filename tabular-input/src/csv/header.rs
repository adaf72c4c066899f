//! The first record of an input: the names of its columns, and what else it may be.

use std::collections::HashMap;

use cli_common::error::{Cause, Error, Result};
use cli_common::values::quoted_delimiter;
use model_format::cell::{parse_number, trim};

use super::chunks::Chunks;
use super::clues::{self, Lines};
use super::records::RowShape;
use super::scan;
use super::void::newlines;
use crate::foreign;

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

/// What may be wrong with an input whose header does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What the header is instead, if that is known.
    pub fact: Option<String>,
    /// What to do about it.
    pub hint: String,
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
        let line = |data: &[u8]| match std::str::from_utf8(data) {
            // At the end a character may be cut.
            Err(e) if e.error_len().is_some() => Some(newlines(&data[..e.valid_up_to()])),
            _ => None,
        };
        let header = || line(&self.raw).map(|n| self.line + n);
        let at = header().or_else(|| line(&self.sample).map(|n| self.next_line + n))?;
        Some(not_utf8(at))
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

    /// What is likely wrong with the input if the header is not what it should be.
    pub fn advice(&self) -> Option<Advice> {
        let advice = |fact, hint: String| Some(Advice { fact, hint });
        let lines = Lines { header: &self.raw, sample: &self.sample, whole: self.whole };
        if let Some(binary) = self.binary() {
            return Some(binary);
        }
        if let Some(what) = foreign::markup(&self.raw) {
            return advice(None, what.into());
        }
        if let Some(mark @ (b'#' | b'%')) = self.raw.first()
            && self.comment.is_none()
            && clues::differs(&lines, self.delimiter)
        {
            let mark = char::from(*mark);
            let hint = format!("if it is a comment, --comment '{mark}' leaves such lines out");
            return advice(None, hint);
        }
        if let Some(delimiter) = clues::delimiter(&lines, self.delimiter) {
            let shown = quoted_delimiter(delimiter);
            return advice(None, format!("the header is one cell; try --delimiter {shown}"));
        }
        if let Some(hint) = clues::one_cell(&lines, self.delimiter) {
            return advice(None, hint.into());
        }
        if let Some(banner) = self.banner() {
            return Some(banner);
        }
        let delimiters = [b',', b';', b'\t', b'|'].into_iter().filter(|d| *d != self.delimiter);
        for delimiter in delimiters {
            if let Some(banner) = clues::banner(&lines, delimiter) {
                let skip = self.line + banner.lines;
                let shown = quoted_delimiter(delimiter);
                let fact = self.banner_fact(&banner);
                return advice(Some(fact), format!("try --skip-rows {skip} --delimiter {shown}"));
            }
        }
        if self.raw.contains(&0) {
            return advice(None, "the header holds zero bytes; try --encoding utf-16".into());
        }
        if self.names.iter().any(|name| std::str::from_utf8(name).is_err()) {
            let hint = "the header is not UTF-8; try --encoding windows-1252 or --encoding latin1";
            return advice(None, hint.into());
        }
        if self.may_be_row() {
            let fact = format!("if line {} is a row and no header, put", self.line);
            return advice(None, format!("{fact} a line with the names of the columns above it"));
        }
        None
    }

    /// Whether the header could be a row: every fourth of its cells or more is a number.
    pub fn may_be_row(&self) -> bool {
        let numbers = self.names.iter().filter(|name| parse_number(name).is_some()).count();
        numbers > 0 && 4 * numbers >= self.names.len()
    }

    /// What to say if the header is no text.
    fn binary(&self) -> Option<Advice> {
        let fact = Some(format!("{}: found binary data, expected text", self.place));
        foreign::is_binary(&self.raw).then(|| Advice { fact, hint: "name a CSV file".into() })
    }

    /// What to say if the header is no text, or a line that stands before the header.
    pub fn banner(&self) -> Option<Advice> {
        if let Some(binary) = self.binary() {
            return Some(binary);
        }
        let lines = Lines { header: &self.raw, sample: &self.sample, whole: self.whole };
        let banner = clues::banner(&lines, self.delimiter)?;
        let skip = self.line + banner.lines;
        let fact = self.banner_fact(&banner);
        let hint = format!("--skip-rows {skip} leaves out what stands before the header");
        Some(Advice { fact: Some(fact), hint })
    }

    fn banner_fact(&self, banner: &clues::Banner) -> String {
        let at = self.line + banner.lines + 1;
        let cells = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        format!(
            "{}: no header: it has {}, line {at} and the rows after it have {}",
            self.place,
            cells(banner.found),
            cells(banner.width)
        )
    }
}

/// What there is to say of the first line that is not UTF-8.
pub fn not_utf8(line: u64) -> String {
    format!("line {line} is not UTF-8; is it --encoding windows-1252 or latin1?")
}

/// Cuts a header line into trimmed names.
fn names(header: &[u8], delimiter: u8) -> Vec<Vec<u8>> {
    let mut names = Vec::new();
    scan::record(header, 0, delimiter, true, |span| {
        names.push(trim(&span.text(header)).to_vec());
    });
    names
}
