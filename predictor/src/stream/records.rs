//! The records of a chunk one by one, each with its line and its cells or its fault.

use std::ops::ControlFlow;

use super::fault::Fault;
use crate::csv::chunks::Chunk;
use crate::csv::scan::{self, Ending, Span};

/// A record of a chunk.
pub(crate) struct Record<'a> {
    /// First byte in the chunk.
    pub(crate) start: usize,
    /// One past the last byte, the line end left out.
    pub(crate) end: usize,
    /// Line in the input, from 1.
    pub(crate) line: u64,
    /// As many cells as the input has columns, or why there are not.
    pub(crate) cells: Result<&'a [Span], Fault>,
}

/// What is done with the records of a chunk, until it breaks.
pub(crate) trait RecordVisitor {
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
pub(crate) fn each(
    chunk: &Chunk,
    delimiter: u8,
    n_columns: usize,
    spans: &mut Vec<Span>,
    mut visit: impl RecordVisitor,
) {
    let mut line = chunk.line;
    for _ in 0..chunk.blank_before {
        let blank = Record { start: 0, end: 0, line, cells: Err(Fault::Blank) };
        if visit.record(blank).is_break() {
            return;
        }
        line += 1;
    }
    if chunk.oversized {
        // Nothing follows in this chunk.
        let end = chunk.data.len();
        let _ = visit.record(Record { start: 0, end, line, cells: Err(Fault::TooLong) });
        return;
    }
    let mut at = 0;
    while at < chunk.data.len() {
        if let Some((next, flow)) = visit.plain(&chunk.data, at, line) {
            if flow.is_break() {
                return;
            }
            line += 1;
            at = next;
            continue;
        }
        spans.clear();
        let found = scan::record(&chunk.data, at, delimiter, true, |span| spans.push(span));
        let cells = match found.ending {
            _ if found.end == at => Err(Fault::Blank),
            Ending::Complete if spans.len() == n_columns => Ok(spans.as_slice()),
            Ending::Complete => Err(wrong_count(chunk, found.next, spans.len(), n_columns)),
            ending => Err(Fault::Quote(broken(chunk, at).unwrap_or(ending))),
        };
        if visit.record(Record { start: at, end: found.end, line, cells }).is_break() {
            return;
        }
        line += memchr::memchr_iter(b'\n', &chunk.data[at..found.next]).count() as u64;
        at = found.next;
    }
}

/// How the quotes of the record at `at` went wrong, as the whole input shows.
fn broken(chunk: &Chunk, at: usize) -> Option<Ending> {
    let index = chunk.broken.binary_search_by_key(&at, |(start, _)| *start).ok()?;
    Some(chunk.broken[index].1)
}

fn wrong_count(chunk: &Chunk, next: usize, found: usize, expected: usize) -> Fault {
    let at_end = chunk.last && next == chunk.data.len() && !chunk.data.ends_with(b"\n");
    if at_end && found < expected { Fault::BrokenOff { found } } else { Fault::Cells { found } }
}
