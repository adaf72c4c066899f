//! The quoting rules of the predictor, checked before the csv crate reads the training file.
//!
//! The csv crate reads an unclosed quote as a cell that runs to the end of the file, glues text
//! after a closing quote to the cell, and ends a record at a lone CR, all without a word. Rows would
//! vanish, and training would read cells otherwise than serving. What passes here is read alike by
//! both.

use cli_common::error::{Error, Result};

/// A quoted cell longer than this is an unclosed quote to the predictor.
const MAX_QUOTED: usize = 1 << 20;

/// What is wrong with a quote, in the predictor's words.
type Quoting<T> = std::result::Result<T, &'static str>;
const UNCLOSED: &str = "a quote opens here and never closes";
const TOO_LONG: &str = "a quote opens here and does not close within 1 MiB";
const STRAY: &str = "text follows a closing quote";

/// Where the records of a file are.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Records {
    /// The line each begins on, from 1, the header included.
    pub(crate) lines: Vec<u64>,
    /// Blank lines that stand before one.
    pub(crate) blank: u64,
}

/// Checks the quotes of a whole file and finds its records.
///
/// # Errors
///
/// An input error naming the line for a quote that never closes, text after a closing quote, or a
/// lone CR.
pub(crate) fn records(name: &str, text: &[u8], delimiter: u8) -> Result<Records> {
    let mut records = Records::default();
    let (mut line, mut at, mut blank) = (1u64, 0usize, 0u64);
    while at < text.len() {
        match &text[at..] {
            [b'\n', ..] => (at, line, blank) = (at + 1, line + 1, blank + 1),
            [b'\r', b'\n', ..] => (at, line, blank) = (at + 2, line + 1, blank + 1),
            _ => {
                records.lines.push(line);
                records.blank += std::mem::take(&mut blank);
                let end = record_end(text, at, delimiter).map_err(|what| {
                    Error::input(format!("`{name}` line {line}: {what}"))
                        .with_hint("a quote inside a cell is written twice")
                })?;
                if text[end..].starts_with(b"\r") {
                    let fact =
                        format!("`{name}` line {line}: a lone CR, expected LF or CRLF line ends");
                    return Err(Error::input(fact).with_hint("convert it: tr '\\r' '\\n'"));
                }
                let next = (end + 1).min(text.len());
                line += text[at..next].split(|b| *b == b'\n').skip(1).count() as u64;
                at = next;
            }
        }
    }
    Ok(records)
}

/// Where the record that begins at `at` ends: at an LF, a lone CR or the end of the text.
fn record_end(text: &[u8], mut at: usize, delimiter: u8) -> Quoting<usize> {
    loop {
        if text.get(at) == Some(&b'"') {
            at = after_quoted(text, at, delimiter)?;
        }
        let stop = |b: &u8| *b == delimiter || *b == b'\n' || *b == b'\r';
        at = text[at..].iter().position(stop).map_or(text.len(), |i| at + i);
        match &text[at..] {
            [b, ..] if *b == delimiter => at += 1,
            // A CR at the very end is a CRLF that was cut.
            [b'\r', b'\n', ..] | [b'\r'] => return Ok(at + 1),
            _ => return Ok(at),
        }
    }
}

/// Where a quoted cell ends: at a delimiter, a line end or the end of the text.
fn after_quoted(text: &[u8], open: usize, delimiter: u8) -> Quoting<usize> {
    let mut at = open + 1;
    loop {
        at += text[at..].iter().position(|b| *b == b'"').ok_or(UNCLOSED)?;
        if text.get(at + 1) == Some(&b'"') {
            at += 2;
            continue;
        }
        if at - open > MAX_QUOTED {
            return Err(TOO_LONG);
        }
        at += 1;
        while matches!(text.get(at), Some(b' ' | b'\t')) && text.get(at) != Some(&delimiter) {
            at += 1;
        }
        return match text.get(at) {
            None | Some(b'\n' | b'\r') => Ok(at),
            Some(b) if *b == delimiter => Ok(at),
            Some(_) => Err(STRAY),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<Vec<u64>> {
        records("t", text.as_bytes(), b',').map(|records| records.lines)
    }

    #[test]
    fn records_keep_their_lines() {
        assert_eq!(
            lines("a,b\n\n\r\n1,\"x\ny\"\n2,5\" pipe\n\n3,\"\"\"\" \n4,").unwrap(),
            [1, 4, 6, 8, 9]
        );
        assert_eq!(lines("a\r").unwrap(), [1]);
        let blank = |text: &str| records("t", text.as_bytes(), b',').unwrap().blank;
        assert_eq!(blank("a,b\n\n\r\n1,\"x\n\ny\"\n2,5\n\n3,4\n\n\n"), 3);
        assert_eq!(blank("a\n1\n\n"), 0);
    }

    #[test]
    fn broken_quotes_are_told_where_they_open() {
        for (text, line) in [
            ("a,b\n1,\"x\n2,y\n", "line 2"),
            ("a,b\n1,2\n\"x\"y,2\n3,\"4\"\n", "line 3"),
            ("a,b\n1,\"2\n3,4\n5,t\"6\n", "line 2"),
            ("a,b\r1,2\r3,4\r", "line 1"),
        ] {
            let error = lines(text).unwrap_err().to_string();
            assert!(error.contains(line), "{error}");
        }
    }
}
