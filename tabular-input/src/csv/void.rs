//! Lines that are no rows, and rows that hold nothing.

use memchr::{memchr, memchr_iter};
use model_format::cell::trim;

use super::scan::{self, Ending};

/// Length of the blank lines that `data` begins with.
pub(super) fn blank_prefix(data: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match &data[at..] {
            [b'\n', ..] => at += 1,
            [b'\r', b'\n', ..] => at += 2,
            _ => return at,
        }
    }
}

/// Whether `data`, the end of an input, holds nothing but blank and comment lines.
pub(super) fn is_void(mut data: &[u8], comment: Option<u8>) -> bool {
    loop {
        data = &data[blank_prefix(data)..];
        match data.first() {
            None => return true,
            first if first == comment.as_ref() => {
                data = memchr(b'\n', data).map_or(&[], |end| &data[end + 1..]);
            }
            // A CR whose LF was cut off.
            _ => return data == b"\r",
        }
    }
}

/// Whether a record of several cells has nothing but blanks in them.
pub(super) fn is_empty_row(record: &[u8], delimiter: u8) -> bool {
    let nothing = |b: &u8| *b == delimiter || matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'"');
    if !record.iter().all(nothing) || memchr(delimiter, record).is_none() {
        return false;
    }
    let (mut n_cells, mut empty) = (0, true);
    let found = scan::record(record, 0, delimiter, true, |span| {
        n_cells += 1;
        empty &= trim(&span.text(record)).is_empty();
    });
    found.ending == Ending::Complete && empty && n_cells > 1
}

/// How many line ends there are.
pub fn newlines(data: &[u8]) -> u64 {
    memchr_iter(b'\n', data).count() as u64
}
