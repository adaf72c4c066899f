//! One record at a time out of a byte slice.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

/// A quoted cell longer than this is taken for one that never closes, so that one stray quote in a
/// large file costs neither its memory nor its rows.
pub const MAX_QUOTED: usize = 1 << 20;

/// A cell's place in the bytes that were scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte as it stands in the file, the quote included.
    pub start: usize,
    /// One past the last byte, the quote included.
    pub end: usize,
    quoted: bool,
    /// Whether doubled quotes must be undone to get the text.
    escaped: bool,
}

impl Span {
    /// A cell without quotes.
    #[inline]
    pub fn plain(start: usize, end: usize) -> Self {
        Self { start, end, quoted: false, escaped: false }
    }

    /// The cell as it stands in the file.
    #[inline]
    pub fn raw<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        &data[self.start..self.end]
    }

    /// The text of the cell.
    #[inline]
    pub fn text<'a>(&self, data: &'a [u8]) -> Cow<'a, [u8]> {
        let raw = self.raw(data);
        if !self.quoted {
            return Cow::Borrowed(raw);
        }
        // Blanks may follow the closing quote.
        let close = raw.iter().rposition(|b| *b == b'"').unwrap_or(0).max(1);
        let inner = &raw[1..close];
        if !self.escaped {
            return Cow::Borrowed(inner);
        }
        let mut text = Vec::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(quote) = memchr(b'"', rest) {
            text.extend_from_slice(&rest[..=quote]);
            rest = rest.get(quote + 2..).unwrap_or_default();
        }
        text.extend_from_slice(rest);
        Cow::Owned(text)
    }
}

/// How a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// At a line end, or where the data ends without one.
    Complete,
    /// A quote opened on this line and was never closed; the record is this line.
    Unclosed,
    /// A quote opened on this line and does not close within [`MAX_QUOTED`] bytes; the record is
    /// this line.
    TooLong,
    /// Text follows a closing quote; the record is this line.
    StrayQuote,
    /// The data ends inside a quoted cell and more may follow.
    NeedMore,
}

impl Ending {
    /// What is wrong with the quotes, if anything is.
    pub fn complaint(self) -> Option<&'static str> {
        match self {
            Self::Unclosed => Some("a quote opens here and never closes"),
            Self::TooLong => Some("a quote opens here and does not close within 1 MiB"),
            Self::StrayQuote => Some("text follows a closing quote"),
            Self::Complete | Self::NeedMore => None,
        }
    }
}

/// A record's place in the bytes that were scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// One past its last byte, the line end left out.
    pub end: usize,
    /// Where the next record begins.
    pub next: usize,
    /// How it ended.
    pub ending: Ending,
}

/// Scans the record that begins at `start`, which must lie before the end of `data`.
///
/// `cell` is called with each cell in order; after an ending other than [`Ending::Complete`] the
/// cells it saw mean nothing. With `complete`, no data follows and an open quote is unclosed.
#[inline]
pub fn record(
    data: &[u8],
    start: usize,
    delimiter: u8,
    complete: bool,
    mut cell: impl FnMut(Span),
) -> Scanned {
    let mut at = start;
    loop {
        let (mut span, stop) = if data.get(at) == Some(&b'"') {
            match quoted(data, at, delimiter, complete) {
                Ok(found) => found,
                Err(ending) => return line(data, start, ending),
            }
        } else {
            let stop = memchr2(delimiter, b'\n', &data[at..]).map_or(data.len(), |i| at + i);
            (Span::plain(at, stop), stop)
        };
        if data.get(stop) == Some(&delimiter) && delimiter != b'\n' {
            cell(span);
            at = stop + 1;
            continue;
        }
        // The record ends here; a CR before the LF belongs to the line end.
        if !span.quoted && span.end > span.start && data[span.end - 1] == b'\r' {
            span.end -= 1;
        }
        cell(span);
        let next = if stop < data.len() { stop + 1 } else { stop };
        let mut end = stop;
        if end > start && data[end - 1] == b'\r' {
            end -= 1;
        }
        return Scanned { end, next, ending: Ending::Complete };
    }
}

/// Scans a quoted cell whose quote is at `open`; returns it and where its delimiter, LF or the end
/// of the data is.
fn quoted(
    data: &[u8],
    open: usize,
    delimiter: u8,
    complete: bool,
) -> Result<(Span, usize), Ending> {
    let limit = data.len().min(open + MAX_QUOTED);
    let mut at = open + 1;
    let mut escaped = false;
    let close = loop {
        match data.get(at..limit).and_then(|rest| memchr(b'"', rest)) {
            Some(i) if data.get(at + i + 1) == Some(&b'"') => {
                escaped = true;
                at += i + 2;
            }
            // A quote at the very end may be the first of two.
            Some(i) if at + i + 1 == data.len() && !complete => return Err(Ending::NeedMore),
            Some(i) => break at + i,
            None if limit < data.len() => return Err(Ending::TooLong),
            None if complete => return Err(Ending::Unclosed),
            None => return Err(Ending::NeedMore),
        }
    };
    let mut stop = close + 1;
    while matches!(data.get(stop), Some(b' ' | b'\t')) && data.get(stop) != Some(&delimiter) {
        stop += 1;
    }
    let span = Span { start: open, end: stop, quoted: true, escaped };
    match data.get(stop) {
        Some(b) if *b == delimiter => Ok((span, stop)),
        Some(b'\n') => Ok((span, stop)),
        Some(b'\r') if data.get(stop + 1) == Some(&b'\n') => Ok((span, stop + 1)),
        Some(b'\r') if stop + 1 == data.len() => {
            if complete {
                Ok((span, stop + 1))
            } else {
                Err(Ending::NeedMore)
            }
        }
        None if complete => Ok((span, stop)),
        None => Err(Ending::NeedMore),
        Some(_) => Err(Ending::StrayQuote),
    }
}

/// A record that is the line beginning at `start`.
fn line(data: &[u8], start: usize, ending: Ending) -> Scanned {
    let stop = memchr(b'\n', &data[start..]).map_or(data.len(), |i| start + i);
    let cr = stop > start && data[stop - 1] == b'\r';
    Scanned {
        end: if cr { stop - 1 } else { stop },
        next: if stop < data.len() { stop + 1 } else { stop },
        ending,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every record of `data` as its ending and its texts.
    fn all(data: &[u8]) -> Vec<(Ending, Vec<Vec<u8>>)> {
        let mut records = Vec::new();
        let mut at = 0;
        while at < data.len() {
            let mut cells = Vec::new();
            let found =
                record(data, at, b',', true, |span| cells.push(span.text(data).into_owned()));
            records.push((found.ending, cells));
            assert!(found.next > at && found.end <= found.next);
            at = found.next;
        }
        records
    }

    fn texts(cells: &[&str]) -> Vec<Vec<u8>> {
        cells.iter().map(|c| c.as_bytes().to_vec()).collect()
    }

    #[test]
    fn quotes_line_ends_and_empty_cells() {
        let data = b"a,\"b,\"\"c\"\"\nd\",\r\n,\n\"\"\nlast";
        let expected = [
            (Ending::Complete, texts(&["a", "b,\"c\"\nd", ""])),
            (Ending::Complete, texts(&["", ""])),
            (Ending::Complete, texts(&[""])),
            (Ending::Complete, texts(&["last"])),
        ];
        assert_eq!(all(data), expected);
    }

    #[test]
    fn a_quote_that_goes_wrong_costs_one_line() {
        use Ending::{Complete, StrayQuote, TooLong, Unclosed};
        let endings = |data: &[u8]| all(data).into_iter().map(|(e, _)| e).collect::<Vec<_>>();
        assert_eq!(endings(b"1,\"a\n2,b\n3,c\n"), [Unclosed, Complete, Complete]);
        assert_eq!(endings(b"1,\"a\"x\n2,b\n"), [StrayQuote, Complete]);
        assert_eq!(endings(b"1,\"a\" \t,x\n2,5\" pipe\n"), [Complete, Complete]);
        let mut long = b"1,\"".to_vec();
        long.resize(MAX_QUOTED + 100, b'x');
        long.extend_from_slice(b"\"\n2,b\n");
        assert_eq!(endings(&long), [TooLong, Complete]);
    }

    #[test]
    fn an_open_end_asks_for_more() {
        for data in ["1,\"a", "1,\"a\"", "1,\"a\"\r", "1,\"a\" "] {
            let found = record(data.as_bytes(), 0, b',', false, |_| ());
            assert_eq!(found.ending, Ending::NeedMore, "{data:?}");
        }
    }

    proptest! {
        /// What the csv crate writes is read back, and read alike.
        #[test]
        fn agrees_with_the_csv_crate(
            table in proptest::collection::vec(proptest::collection::vec("[a\",\r\n é\t]{0,6}", 1..4), 1..5),
            crlf in any::<bool>(),
        ) {
            let mut writer = csv::WriterBuilder::new()
                .flexible(true)
                .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
                .from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let ours: Vec<Vec<Vec<u8>>> = all(&bytes).into_iter().map(|(ending, cells)| {
                assert_eq!(ending, Ending::Complete);
                cells
            }).collect();
            let theirs: Vec<Vec<Vec<u8>>> = table.iter()
                .map(|row| row.iter().map(|c| c.as_bytes().to_vec()).collect())
                .collect();
            prop_assert_eq!(ours, theirs);
        }

        #[test]
        fn any_bytes_are_cut_without_loss(data in "[ab\",\r\n]{0,60}") {
            let data = data.as_bytes();
            let mut at = 0;
            while at < data.len() {
                let found = record(data, at, b',', true, |_| ());
                prop_assert!(found.next > at);
                prop_assert!(data[found.end..found.next].iter().all(|b| matches!(b, b'\r' | b'\n')));
                at = found.next;
            }
        }
    }
}
