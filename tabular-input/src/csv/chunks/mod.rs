//! The input cut into chunks at record ends, so that several threads can read it.

mod cut;
mod prelude;

use std::io::Read;
use std::ops::Range;

use cli_common::error::{Cause, Error, Result};
use memchr::memchr;

use super::scan::{self, Ending, MAX_QUOTED};
use super::void::{blank_prefix, is_void, newlines};
use crate::dialect::Dialect;
use crate::source::{Source, read_error};

/// Bytes of input in one chunk by default; large enough to hide hand-over costs, small enough for memory.
pub const CHUNK: usize = 1 << 20;
/// A record longer than this is no table row; it bounds memory on input without line ends.
pub const MAX_RECORD: usize = 4 * MAX_QUOTED;
/// Bytes that are kept of a record that is too long.
const KEPT: usize = 1 << 10;
/// Most blank lines handed on at once.
const MAX_BLANK: u64 = 1 << 16;
/// Most stretches of blank lines, with comments between them, that are kept apart.
const MAX_STRETCHES: usize = 1 << 12;
/// Rows without anything in them are held back up to so many bytes, until more of the input shows
/// whether a row follows them.
const MAX_EMPTY: usize = MAX_RECORD;

/// Complete records, one after another.
#[derive(Debug, Default)]
pub struct Chunk {
    /// 0 for the first chunk, then counting up.
    pub index: u64,
    /// Lines that are blank and stand before the first record, in order.
    pub blank: Vec<Range<u64>>,
    /// Line number of the first record, from 1.
    pub line: u64,
    /// The records, and comment lines between them.
    pub data: Vec<u8>,
    /// Where the records that hold nothing begin, with no other behind them to the end of the input.
    pub empty_from: usize,
    /// Whether the input ends with this chunk.
    pub last: bool,
    /// The data is the beginning of one row that is too long to be a row.
    pub oversized: bool,
    /// Where records begin whose quotes went wrong, and how: what follows them, which tells, may
    /// lie outside of the chunk.
    pub broken: Vec<(usize, Ending)>,
}

/// Cuts a stream into chunks.
///
/// Blank lines at the end of a chunk are carried over to the next one: whether a blank line stands
/// before the last row, and so for a missing row, shows only later. Those at the end of the input
/// are dropped. The same goes for comments and for rows that hold nothing; the latter are marked.
pub struct Chunks {
    source: Source,
    delimiter: u8,
    comment: Option<u8>,
    /// Bytes of input in one chunk.
    size: usize,
    rest: Vec<u8>,
    /// Line number of what `rest` begins with.
    line: u64,
    /// Blank lines before `rest` that were not handed on.
    blank: Vec<Range<u64>>,
    /// Of the records in `rest` that will be the next chunk.
    broken: Vec<(usize, Ending)>,
    index: u64,
    ended: bool,
}

impl Chunks {
    /// Takes a stream whose header is still ahead, and passes over what stands before it: a line
    /// that tells the delimiter, and the lines that are to be skipped.
    ///
    /// # Errors
    ///
    /// As [`Chunks::next`].
    pub fn new(source: Source, dialect: &Dialect) -> Result<Self> {
        Self::with_size(source, dialect, CHUNK)
    }

    /// The same with chunks of about this many bytes, if that is fewer.
    ///
    /// # Errors
    ///
    /// As [`Chunks::next`].
    pub fn with_size(source: Source, dialect: &Dialect, size: usize) -> Result<Self> {
        let mut chunks = Self {
            source,
            delimiter: dialect.delimiter.unwrap_or(b','),
            comment: dialect.comment,
            size: size.clamp(1, CHUNK),
            rest: Vec::new(),
            line: 1,
            blank: Vec::new(),
            broken: Vec::new(),
            index: 0,
            ended: false,
        };
        let found = chunks.separator_line()?;
        if dialect.delimiter.is_none() {
            chunks.delimiter = found.unwrap_or(b',');
        }
        if chunks.comment == Some(chunks.delimiter) {
            return Err(Error::new(Cause::Usage, "--comment: the mark is the delimiter"));
        }
        // Excel's line counts as one of those that are skipped.
        let passed = u64::from(found.is_some());
        chunks.skip_lines(dialect.skip_rows.saturating_sub(passed))?;
        Ok(chunks)
    }

    /// Makes chunks of about this many bytes from now on, if that is fewer than [`CHUNK`].
    pub fn resize(&mut self, size: usize) {
        // A row that is too long must not fit into a chunk.
        self.size = size.clamp(1, CHUNK);
    }

    /// Mean length of the next rows, by the lines of what was read or, if that is less, of a chunk.
    ///
    /// # Errors
    ///
    /// As [`Chunks::next`].
    pub fn mean_row(&mut self) -> Result<usize> {
        if self.rest.len() < self.size && !self.ended {
            self.fill()?;
        }
        let lines = usize::try_from(newlines(&self.rest)).unwrap_or(usize::MAX);
        Ok(self.rest.len() / lines.max(1))
    }

    /// What separates cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// What comment lines begin with.
    pub(super) fn comment(&self) -> Option<u8> {
        self.comment
    }

    /// What to call the input in messages.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Line number of what is ahead.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The bytes of the input that were read and are still ahead.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.rest
    }

    /// The next chunk and its index; after an error the input has ended.
    pub fn next_indexed(&mut self) -> (u64, Result<Option<Chunk>>) {
        let index = self.index;
        let next = self.next();
        if next.is_err() {
            self.ended = true;
            self.rest.clear();
            self.blank.clear();
        }
        (index, next)
    }

    /// The next chunk, or `None` at the end of the input.
    ///
    /// # Errors
    ///
    /// What the system says of a read that failed, or an input error if what was read cannot be
    /// unpacked or decoded.
    #[expect(clippy::should_implement_trait, reason = "an iterator cannot fail once and be done")]
    pub fn next(&mut self) -> Result<Option<Chunk>> {
        loop {
            if self.rest.len() < self.size && !self.ended {
                self.fill()?;
            }
            self.pass_void();
            // A lone CR at the end is a blank line whose LF was cut off.
            if self.rest.is_empty() || (self.ended && is_void(&self.rest, self.comment)) {
                if self.ended {
                    return Ok(None);
                }
                continue;
            }
            if self.comment_is_cut() {
                self.fill()?;
                continue;
            }
            let n_blank: u64 = self.blank.iter().map(|lines| lines.end - lines.start).sum();
            if n_blank > MAX_BLANK || self.blank.len() > MAX_STRETCHES {
                return Ok(Some(self.take_blank()));
            }
            if self.rest.len() > MAX_RECORD && self.first_is_oversized() {
                return self.take_oversized().map(Some);
            }
            let (end, empty_from) = self.cut();
            if end > 0 {
                return Ok(Some(self.take(end, empty_from)));
            }
            self.fill()?;
        }
    }

    /// Takes blank lines and comments off the front of what is ahead; the blank ones are
    /// remembered.
    fn pass_void(&mut self) {
        let mut at = 0;
        loop {
            let blank = blank_prefix(&self.rest[at..]);
            if blank > 0 {
                let next = self.line + newlines(&self.rest[at..at + blank]);
                match self.blank.last_mut() {
                    Some(lines) if lines.end == self.line => lines.end = next,
                    _ => self.blank.push(self.line..next),
                }
                self.line = next;
                at += blank;
            }
            if self.comment.is_none() || self.rest.get(at) != self.comment.as_ref() {
                break;
            }
            let Some(end) = memchr(b'\n', &self.rest[at..]) else {
                // All that is needed of a comment whose end is not there yet is its mark.
                self.rest.truncate(at + 1);
                break;
            };
            at += end + 1;
            self.line += 1;
        }
        self.rest.drain(..at);
    }

    /// Whether what is ahead begins with a comment whose end was not read yet.
    fn comment_is_cut(&self) -> bool {
        self.comment.is_some() && self.rest.first() == self.comment.as_ref() && !self.ended
    }

    /// Hands over blank lines that more input follows.
    fn take_blank(&mut self) -> Chunk {
        let mut blank = std::mem::take(&mut self.blank);
        if let Some(first) = blank.first_mut()
            && first.end - first.start > MAX_BLANK
        {
            // The other stretches and the rest of this one are for the next chunk.
            self.blank = std::mem::take(&mut blank);
            if let Some(lines) = self.blank.first_mut() {
                let taken = lines.start..lines.start + MAX_BLANK;
                lines.start = taken.end;
                blank.push(taken);
            }
        }
        let chunk = Chunk { index: self.index, blank, line: self.line, ..Chunk::default() };
        self.index += 1;
        chunk
    }

    /// Whether the first record is longer than any, line end included.
    fn first_is_oversized(&self) -> bool {
        let found = scan::record(&self.rest, 0, self.delimiter, self.ended, |_| ());
        found.ending == Ending::NeedMore || found.next > MAX_RECORD
    }

    /// Hands over the beginning of a row that is too long, and drops the rest of its line.
    fn take_oversized(&mut self) -> Result<Chunk> {
        let line_end = memchr(b'\n', &self.rest[..KEPT]);
        let data = self.rest[..line_end.unwrap_or(KEPT)].to_vec();
        loop {
            if let Some(end) = memchr(b'\n', &self.rest) {
                self.rest.drain(..=end);
                break;
            }
            self.rest.clear();
            if self.ended {
                break;
            }
            self.fill()?;
        }
        let chunk = Chunk {
            index: self.index,
            blank: std::mem::take(&mut self.blank),
            line: self.line,
            empty_from: data.len(),
            data,
            last: self.ended && self.rest.is_empty(),
            oversized: true,
            broken: Vec::new(),
        };
        self.index += 1;
        self.line += 1;
        Ok(chunk)
    }

    /// Hands over the first `end` bytes.
    fn take(&mut self, end: usize, empty_from: usize) -> Chunk {
        let carried = self.rest[end..].to_vec();
        let mut data = std::mem::replace(&mut self.rest, carried);
        data.truncate(end);
        let chunk = Chunk {
            index: self.index,
            blank: std::mem::take(&mut self.blank),
            line: self.line,
            empty_from,
            last: self.ended && is_void(&self.rest, self.comment),
            data,
            oversized: false,
            broken: std::mem::take(&mut self.broken),
        };
        self.index += 1;
        self.line += newlines(&chunk.data);
        chunk
    }

    /// Reads until a chunk is full or the input ends.
    fn fill(&mut self) -> Result<()> {
        let want = (self.rest.len() / self.size + 1) * self.size;
        let before = self.rest.len();
        let room = (want - before) as u64;
        self.rest.try_reserve(want - before).map_err(|_| {
            Error::internal(format!("`{}`: there is no memory to read it", self.name()))
                .with_hint("raise the limit of memory, as with ulimit -v")
        })?;
        let read = self.source.by_ref().take(room).read_to_end(&mut self.rest);
        match read {
            Ok(n) if (n as u64) < room => self.ended = true,
            Ok(_) => {}
            Err(e) => return Err(read_error(&format!("`{}`", self.name()), &e)),
        }
        Ok(())
    }
}
