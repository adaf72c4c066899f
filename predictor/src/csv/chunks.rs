//! The input cut into chunks at record ends, so that several threads can read it.

use std::io::Read;

use cli_common::error::{Cause, Error, Result};
use memchr::{memchr, memchr_iter, memrchr};

use super::scan::{self, Ending, MAX_QUOTED};
use crate::source::{Source, read_error};

/// Bytes of input in one chunk unless told otherwise; large enough to hide hand-over costs, small enough for memory.
pub(crate) const CHUNK: usize = 1 << 20;
/// A record longer than this is no table row; it bounds memory on input without line ends.
pub(crate) const MAX_RECORD: usize = 4 * MAX_QUOTED;
/// Bytes that are kept of a record that is too long.
const KEPT: usize = 1 << 10;
/// Most blank lines handed on at once.
const MAX_BLANK: u64 = 1 << 16;

/// Complete records, one after another.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// 0 for the first chunk, then counting up.
    pub(crate) index: u64,
    /// Blank lines before the first record; the first of them has line number `line`.
    pub(crate) blank_before: u64,
    /// Line number of the first blank line or record, from 1.
    pub(crate) line: u64,
    pub(crate) data: Vec<u8>,
    /// Whether the input ends with this chunk.
    pub(crate) last: bool,
    /// The data is the beginning of one row that is too long to be a row.
    pub(crate) oversized: bool,
    /// Where records begin whose quotes went wrong, and how: what follows them, which tells, may
    /// lie outside of the chunk.
    pub(crate) broken: Vec<(usize, Ending)>,
}

/// Cuts a stream into chunks.
///
/// Blank lines at the end of a chunk are carried over to the next one: whether a blank line stands
/// before the last row, and so for a missing row, shows only later. Those at the end of the input
/// are dropped.
pub(crate) struct Chunks {
    source: Source,
    delimiter: u8,
    /// Bytes of input in one chunk.
    size: usize,
    rest: Vec<u8>,
    /// Of the records in `rest` that will be the next chunk.
    broken: Vec<(usize, Ending)>,
    line: u64,
    blank: u64,
    index: u64,
    ended: bool,
}

impl Chunks {
    /// Takes a stream whose byte-order mark was removed and whose header is still ahead.
    pub(crate) fn new(source: Source, delimiter: u8) -> Self {
        Self {
            source,
            delimiter,
            size: CHUNK,
            rest: Vec::new(),
            broken: Vec::new(),
            line: 1,
            blank: 0,
            index: 0,
            ended: false,
        }
    }

    /// Makes chunks of about this many bytes instead, if that is fewer: a row that is too long must
    /// not fit into a chunk.
    pub(crate) fn resize(&mut self, size: usize) {
        self.size = size.clamp(1, CHUNK);
    }

    /// Mean length of the next rows, by the lines of what was read or, if that is less, of a chunk.
    pub(crate) fn mean_row(&mut self) -> Result<usize> {
        if self.rest.len() < self.size && !self.ended {
            self.fill()?;
        }
        let lines = memchr_iter(b'\n', &self.rest).count();
        Ok(self.rest.len() / lines.max(1))
    }

    /// Takes the first record that is not blank off the input: its raw bytes and the number of its
    /// line, or `None` if there is none. Blank lines before it are passed over.
    pub(crate) fn header(&mut self) -> Result<Option<(Vec<u8>, u64)>> {
        loop {
            let blank = blank_prefix(&self.rest);
            self.line += newlines(&self.rest[..blank]);
            self.rest.drain(..blank);
            let line_end = memchr(b'\n', &self.rest);
            if line_end.is_some() || self.ended {
                if self.rest.is_empty() || self.rest == b"\r" {
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
                    let fact = format!("`{}` line {}: {what}", self.source.name, self.line);
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

    /// The next chunk and its index; after an error the input has ended.
    pub(crate) fn next_indexed(&mut self) -> (u64, Result<Option<Chunk>>) {
        let index = self.index;
        let next = self.next();
        if next.is_err() {
            self.ended = true;
            self.rest.clear();
            self.blank = 0;
        }
        (index, next)
    }

    /// The next chunk, or `None` at the end of the input.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>> {
        loop {
            if self.rest.len() < self.size && !self.ended {
                self.fill()?;
            }
            // Leading blank lines become a count.
            let blank = blank_prefix(&self.rest);
            if blank > 0 {
                self.blank += newlines(&self.rest[..blank]);
                self.rest.drain(..blank);
            }
            // A lone CR at the end is a blank line whose LF was cut off.
            if self.rest.is_empty() || (self.ended && self.rest == b"\r") {
                if self.ended {
                    return Ok(None);
                }
                continue;
            }
            if self.blank > MAX_BLANK {
                return Ok(Some(self.take_blank()));
            }
            if self.rest.len() > MAX_RECORD && self.first_is_oversized() {
                return self.take_oversized().map(Some);
            }
            let end = self.cut();
            if end > 0 {
                return Ok(Some(self.take(end)));
            }
            self.fill()?;
        }
    }

    /// Hands over blank lines that more input follows.
    fn take_blank(&mut self) -> Chunk {
        let chunk = Chunk {
            index: self.index,
            blank_before: MAX_BLANK,
            line: self.line,
            ..Chunk::default()
        };
        self.index += 1;
        self.line += MAX_BLANK;
        self.blank -= MAX_BLANK;
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
            blank_before: self.blank,
            line: self.line,
            data,
            last: self.ended && self.rest.is_empty(),
            oversized: true,
            broken: Vec::new(),
        };
        self.index += 1;
        self.line += self.blank + 1;
        self.blank = 0;
        Ok(chunk)
    }

    /// Hands over the first `end` bytes.
    fn take(&mut self, end: usize) -> Chunk {
        let carried = self.rest[end..].to_vec();
        let mut data = std::mem::replace(&mut self.rest, carried);
        data.truncate(end);
        let chunk = Chunk {
            index: self.index,
            blank_before: self.blank,
            line: self.line,
            last: self.ended && blank_prefix(&self.rest) == self.rest.len(),
            data,
            oversized: false,
            broken: std::mem::take(&mut self.broken),
        };
        self.index += 1;
        self.line += self.blank + newlines(&chunk.data);
        self.blank = 0;
        chunk
    }

    /// Where the last complete record ends, blank lines after it left out; 0 if there is none.
    fn cut(&mut self) -> usize {
        let data = self.rest.as_slice();
        if memchr(b'"', data).is_some() {
            return self.cut_quoted();
        }
        let mut end =
            if self.ended { data.len() } else { memrchr(b'\n', data).map_or(0, |i| i + 1) };
        loop {
            match &data[..end] {
                [.., b'\n', b'\r', b'\n'] => end -= 2,
                // An LF, or a CR whose LF was cut off.
                [.., b'\n', b'\n' | b'\r'] => end -= 1,
                _ => return end,
            }
        }
    }

    /// The same where quotes may hide line ends.
    fn cut_quoted(&mut self) -> usize {
        self.broken.clear();
        let (mut at, mut end) = (0, 0);
        while at < self.rest.len() {
            let found = scan::record(&self.rest, at, self.delimiter, self.ended, |_| ());
            let whole = self.ended || self.rest[found.next - 1] == b'\n';
            if found.ending == Ending::NeedMore || !whole {
                break;
            }
            if found.end > at {
                end = found.next;
            }
            if found.ending != Ending::Complete {
                self.broken.push((at, found.ending));
            }
            at = found.next;
        }
        end
    }

    /// Reads until a chunk is full or the input ends.
    fn fill(&mut self) -> Result<()> {
        let want = (self.rest.len() / self.size + 1) * self.size;
        let before = self.rest.len();
        let room = (want - before) as u64;
        self.rest.reserve(want - before);
        let read = self.source.by_ref().take(room).read_to_end(&mut self.rest);
        match read {
            Ok(n) if (n as u64) < room => self.ended = true,
            Ok(_) => {}
            Err(e) => return Err(read_error(&format!("`{}`", self.source.name), &e)),
        }
        Ok(())
    }

    fn too_long(&self) -> Error {
        let (name, limit) = (&self.source.name, MAX_RECORD >> 20);
        let fact = format!("`{name}` line {}: a header of more than {limit} MiB", self.line);
        Error::new(Cause::Input, fact).with_hint("is this a CSV file with LF or CRLF line ends?")
    }
}

/// Length of the blank lines that `data` begins with.
fn blank_prefix(data: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match &data[at..] {
            [b'\n', ..] => at += 1,
            [b'\r', b'\n', ..] => at += 2,
            _ => return at,
        }
    }
}

fn newlines(data: &[u8]) -> u64 {
    memchr_iter(b'\n', data).count() as u64
}
