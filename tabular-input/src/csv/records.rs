//! The records of a chunk one by one, each with its line and its cells or its fault.

use std::ops::ControlFlow;

use memchr::{memchr, memchr_iter};
use model_format::cell::trim;

use super::chunks::Chunk;
use super::fault::{Clue, RowFault};
use super::scan::{self, Ending, Span};

/// What a row of an input looks like.
#[derive(Clone, Debug, Default)]
pub struct RowShape {
    /// What separates cells.
    pub delimiter: u8,
    /// What comment lines begin with.
    pub comment: Option<u8>,
    /// Columns of the input.
    pub n_columns: usize,
    /// Fewest cells of a row: columns without a name at the end may be left out, and hold nothing.
    pub least: usize,
    /// The names in the header, trimmed; empty if there is none.
    pub header: Vec<Vec<u8>>,
    /// A row that repeats the header could pass for one of the others.
    pub watch_header: bool,
}

impl RowShape {
    /// Rows of so many cells, and nothing known of a header.
    pub fn of_columns(delimiter: u8, n_columns: usize) -> Self {
        Self { delimiter, n_columns, least: n_columns, ..Self::default() }
    }

    /// Whether these cells are the header once more, however they are quoted, spaced and capitalised.
    pub fn is_header(&self, data: &[u8], cells: &[Span]) -> bool {
        let is_name = |(span, name): (&Span, &Vec<u8>)| {
            let text = span.text(data);
            unmarked(trim(&text)).eq_ignore_ascii_case(name)
        };
        !self.header.is_empty()
            && cells.len() >= self.least
            && cells.iter().zip(&self.header).all(is_name)
    }

    /// Whether the record at `at` begins with the first name of the header, so that it may be the header.
    fn begins_like_header(&self, data: &[u8], at: usize) -> bool {
        let Some(first) = self.header.first() else { return false };
        let mut rest = &data[at..];
        while let [byte @ (b'"' | b' ' | b'\t' | 0xef | 0xbb | 0xbf), after @ ..] = rest
            && *byte != self.delimiter
        {
            rest = after;
        }
        if first.is_empty() {
            return rest.first() == Some(&self.delimiter);
        }
        rest.get(..first.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(first))
    }
}

/// A cell without the mark that begins a file, and the quotes that mean nothing behind it.
fn unmarked(cell: &[u8]) -> &[u8] {
    let Some(rest) = cell.strip_prefix(b"\xef\xbb\xbf") else { return cell };
    let inside = rest.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
    trim(inside.unwrap_or(rest))
}

/// A record of a chunk.
pub struct Record<'a> {
    /// First byte in the chunk.
    pub start: usize,
    /// One past the last byte, the line end left out.
    pub end: usize,
    /// Line in the input, from 1.
    pub line: u64,
    /// As many cells as the input has columns, or why there are not.
    pub cells: Result<&'a [Span], RowFault>,
}

/// What is done with the records of a chunk, until it breaks.
pub trait RecordVisitor {
    /// A row that begins at `at` and needs no cells told apart; returns where the next one begins.
    /// `None` leaves it to [`RecordVisitor::record`].
    #[inline]
    fn plain(&mut self, _data: &[u8], _at: usize, _line: u64) -> Option<(usize, ControlFlow<()>)> {
        None
    }

    /// Any record.
    fn record(&mut self, record: Record<'_>) -> ControlFlow<()>;
}

impl<F: FnMut(Record<'_>) -> ControlFlow<()>> RecordVisitor for F {
    fn record(&mut self, record: Record<'_>) -> ControlFlow<()> {
        self(record)
    }
}

/// Visits the records of a chunk in order, until the visitor breaks.
#[inline]
pub fn each(chunk: &Chunk, shape: &RowShape, spans: &mut Vec<Span>, mut visit: impl RecordVisitor) {
    for line in chunk.blank.iter().flat_map(Clone::clone) {
        let blank = Record { start: 0, end: 0, line, cells: Err(RowFault::Blank) };
        if visit.record(blank).is_break() {
            return;
        }
    }
    let mut line = chunk.line;
    if chunk.oversized {
        // Nothing follows in this chunk.
        let end = chunk.data.len();
        let _ = visit.record(Record { start: 0, end, line, cells: Err(RowFault::TooLong) });
        return;
    }
    let data = chunk.data.as_slice();
    let (mut at, mut footer) = (0, None);
    while at < data.len() {
        if shape.comment.is_some() && data.get(at) == shape.comment.as_ref() {
            at = memchr(b'\n', &data[at..]).map_or(data.len(), |end| at + end + 1);
            line += 1;
            continue;
        }
        let plain =
            at < chunk.empty_from && !(shape.watch_header && shape.begins_like_header(data, at));
        if plain && let Some((next, flow)) = visit.plain(data, at, line) {
            if flow.is_break() {
                return;
            }
            line += 1;
            at = next;
            continue;
        }
        spans.clear();
        let found = scan::record(data, at, shape.delimiter, true, |span| spans.push(span));
        let raw = &data[at..found.end];
        let n_cells = spans.len();
        let fault = match found.ending {
            _ if raw.is_empty() => Some(RowFault::Blank),
            Ending::Complete if !(shape.least..=shape.n_columns).contains(&n_cells) => {
                let footer = *footer.get_or_insert_with(|| footer_start(chunk, shape, at));
                Some(wrong_count(chunk, shape, raw, found.next, n_cells, at >= footer))
            }
            Ending::Complete => strange(chunk, shape, spans, at),
            ending => Some(RowFault::Quote(broken(chunk, at).unwrap_or(ending))),
        };
        let cells = if let Some(fault) = fault {
            Err(fault)
        } else {
            spans.resize(shape.n_columns, Span::plain(found.end, found.end));
            Ok(spans.as_slice())
        };
        if visit.record(Record { start: at, end: found.end, line, cells }).is_break() {
            return;
        }
        line += memchr_iter(b'\n', &data[at..found.next]).count() as u64;
        at = found.next;
    }
}

/// What is wrong with a record that has as many cells as it should.
fn strange(chunk: &Chunk, shape: &RowShape, spans: &[Span], at: usize) -> Option<RowFault> {
    let data = chunk.data.as_slice();
    for (column, span) in spans.iter().enumerate().skip(shape.least) {
        let text = span.text(data);
        if !trim(&text).is_empty() {
            let text = String::from_utf8_lossy(trim(&text)).into_owned();
            return Some(RowFault::Nameless { column, text });
        }
    }
    if at >= chunk.empty_from && shape.least > 1 {
        return Some(RowFault::Empty);
    }
    (shape.watch_header && shape.is_header(data, spans)).then_some(RowFault::Header)
}

/// How the quotes of the record at `at` went wrong, as the whole input tells.
fn broken(chunk: &Chunk, at: usize) -> Option<Ending> {
    let index = chunk.broken.binary_search_by_key(&at, |(start, _)| *start).ok()?;
    Some(chunk.broken[index].1)
}

fn wrong_count(
    chunk: &Chunk,
    shape: &RowShape,
    raw: &[u8],
    next: usize,
    found: usize,
    footer: bool,
) -> RowFault {
    let at_end = chunk.last && next == chunk.data.len() && !chunk.data.ends_with(b"\n");
    if at_end && found < shape.least {
        return RowFault::BrokenOff { found };
    }
    let clue = match raw.first() {
        Some(mark @ (b'#' | b'%')) => Some(Clue::Comment(*mark)),
        _ => (footer && (found == 1 || 3 * found <= shape.n_columns)).then_some(Clue::Footer),
    };
    RowFault::Cells { found, clue }
}

/// Most lines that are taken for a footer.
const MAX_FOOTER: usize = 64;

/// Where the lines begin that follow the last row of the input; the record at `from` is none.
fn footer_start(chunk: &Chunk, shape: &RowShape, from: usize) -> usize {
    let data = chunk.data.as_slice();
    if !chunk.last || (chunk.index == 0 && from == 0) {
        return data.len();
    }
    let (mut at, mut start, mut n_lines) = (from, from, 0);
    while at < data.len() {
        let mut n_cells = 0;
        let found = scan::record(data, at, shape.delimiter, true, |_| n_cells += 1);
        at = found.next;
        n_lines += 1;
        if found.ending == Ending::Complete && (shape.least..=shape.n_columns).contains(&n_cells) {
            (start, n_lines) = (at, 0);
        }
    }
    if n_lines <= MAX_FOOTER { start } else { data.len() }
}
