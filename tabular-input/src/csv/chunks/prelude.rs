//! What stands before the rows: a line that tells the delimiter, lines that are skipped, the header.

use cli_common::error::{Cause, Error, Result};
use cli_common::values::is_delimiter;
use memchr::memchr;

use super::{Chunks, MAX_RECORD};
use crate::csv::scan::{self, Ending};
use crate::csv::void::{is_void, newlines};

impl Chunks {
    /// Takes a first line `sep=;`, as Excel reads and writes it, off the input; returns what it
    /// says.
    pub(super) fn separator_line(&mut self) -> Result<Option<u8>> {
        while self.rest.len() < 8 && !self.ended {
            self.fill()?;
        }
        let Some((word, [separator, rest @ ..])) = self.rest.split_at_checked(4) else {
            return Ok(None);
        };
        let line_end = match rest {
            [] => 0,
            [b'\n', ..] | [b'\r'] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return Ok(None),
        };
        if !word.eq_ignore_ascii_case(b"sep=") || !is_delimiter(*separator) {
            return Ok(None);
        }
        let separator = *separator;
        self.rest.drain(..5 + line_end);
        self.line += 1;
        Ok(Some(separator))
    }

    /// Passes over so many lines.
    pub(super) fn skip_lines(&mut self, n_lines: u64) -> Result<()> {
        let mut left = n_lines;
        while left > 0 {
            let mut at = 0;
            while left > 0
                && let Some(end) = memchr(b'\n', &self.rest[at..])
            {
                at += end + 1;
                left -= 1;
                self.line += 1;
            }
            self.rest.drain(..at);
            if left > 0 {
                // Part of a line.
                self.rest.clear();
                if self.ended {
                    return Ok(());
                }
                self.fill()?;
            }
        }
        Ok(())
    }

    /// Takes the first record that is neither blank nor a comment off the input: its raw bytes and
    /// the number of its line, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// An input error if its quotes go wrong or it is too long, and as [`Chunks::next`].
    pub fn header(&mut self) -> Result<Option<(Vec<u8>, u64)>> {
        loop {
            self.pass_void();
            self.blank.clear();
            let line_end = memchr(b'\n', &self.rest);
            if (line_end.is_some() || self.ended) && !self.comment_is_cut() {
                if is_void(&self.rest, self.comment) {
                    return Ok(None);
                }
                let found = scan::record(&self.rest, 0, self.delimiter, self.ended, |_| ());
                let whole = self.ended || self.rest[found.next - 1] == b'\n';
                if found.ending == Ending::Complete && whole {
                    let header = (self.rest[..found.end].to_vec(), self.line);
                    self.line += newlines(&self.rest[..found.next]);
                    self.rest.drain(..found.next);
                    return Ok(Some(header));
                }
                if let Some(what) = found.ending.complaint() {
                    let fact = format!("`{}` line {}: {what}", self.name(), self.line);
                    return Err(Error::new(Cause::Input, fact)
                        .with_hint("a quote inside a cell is written twice"));
                }
            }
            if self.rest.len() > MAX_RECORD {
                return Err(self.too_long());
            }
            self.fill()?;
        }
    }

    fn too_long(&self) -> Error {
        let (name, limit) = (self.name(), MAX_RECORD >> 20);
        let fact = format!("`{name}` line {}: a header of more than {limit} MiB", self.line);
        Error::new(Cause::Input, fact).with_hint("is this a CSV file with LF or CRLF line ends?")
    }
}
