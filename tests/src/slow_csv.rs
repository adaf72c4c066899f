//! The judge of the CSV scanner: RFC 4180 and what `docs/design.md` says of its breaches, a byte at
//! a time over the whole input.

use predictor::testing::{Input, InputRecord, Wrong};

/// The texts of a record's cells, the raw end of the record and where the next one begins; or the
/// last alone if a quote goes wrong.
type Found = Result<(Vec<Vec<u8>>, usize, usize), usize>;

/// Reads an input that is neither compressed nor UTF-16; `None` if a quote of its header goes wrong.
pub fn read(input: &[u8], delimiter: u8, n_columns: usize) -> Option<Input> {
    let data = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let (mut at, mut line) = (0, 1);
    let mut header = None;
    let mut records: Vec<InputRecord> = Vec::new();
    // Whether each of them holds nothing.
    let mut empty = Vec::new();
    while at < data.len() {
        let here = at;
        let mut holds_nothing = false;
        let cells = if let Some(end) = blank(data, at) {
            at = end;
            holds_nothing = true;
            Err(Wrong::Blank)
        } else {
            match record(data, at, delimiter) {
                Ok((_, end, next)) if header.is_none() => {
                    header = Some((data[at..end].to_vec(), line));
                    line += line_ends(&data[at..next]);
                    at = next;
                    continue;
                }
                Err(_) if header.is_none() => return None,
                Err(next) => {
                    at = next;
                    Err(Wrong::Quote)
                }
                Ok((cells, _, next)) => {
                    at = next;
                    let found = cells.len();
                    holds_nothing = found > 1 && cells.iter().all(|cell| nothing(cell));
                    let ends = next == data.len() && !data.ends_with(b"\n");
                    match found {
                        n if n == n_columns => Ok(cells),
                        n if n < n_columns && ends => Err(Wrong::BrokenOff(n)),
                        n => Err(Wrong::Cells(n)),
                    }
                }
            }
        };
        if header.is_some() {
            records.push(InputRecord { line, cells });
            empty.push(holds_nothing);
        }
        line += line_ends(&data[here..at]);
    }
    // Blank lines after the last row are none.
    while records.last().is_some_and(|record| record.cells == Err(Wrong::Blank)) {
        records.pop();
        empty.pop();
    }
    // Rows at the end that hold nothing are wrong, as far as they have the right number of cells.
    for (record, empty) in records.iter_mut().zip(empty).rev() {
        match &record.cells {
            Ok(_) if empty => record.cells = Err(Wrong::Empty),
            Err(Wrong::Blank | Wrong::Cells(_)) if empty => {}
            _ => break,
        }
    }
    Some(Input { header, records })
}

/// Whether a cell is blank.
fn nothing(cell: &[u8]) -> bool {
    cell.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}

/// Where a blank line ends; at the end of the input its LF may be cut off.
fn blank(data: &[u8], at: usize) -> Option<usize> {
    match &data[at..] {
        [b'\n', ..] | [b'\r'] => Some(at + 1),
        [b'\r', b'\n', ..] => Some(at + 2),
        _ => None,
    }
}

fn record(data: &[u8], start: usize, delimiter: u8) -> Found {
    let line_end = (start..data.len()).find(|i| data[*i] == b'\n');
    let wrong = Err(line_end.map_or(data.len(), |i| i + 1));
    let mut cells = Vec::new();
    let mut at = start;
    loop {
        let mut text = Vec::new();
        if data.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match (data.get(at), data.get(at + 1)) {
                    (None, _) => return wrong,
                    (Some(b'"'), Some(b'"')) => {
                        text.push(b'"');
                        at += 2;
                    }
                    (Some(b'"'), _) => break,
                    (Some(byte), _) => {
                        text.push(*byte);
                        at += 1;
                    }
                }
            }
            at += 1;
            while data.get(at).is_some_and(|b| matches!(b, b' ' | b'\t') && *b != delimiter) {
                at += 1;
            }
            let end = at;
            if data.get(at) == Some(&b'\r') && matches!(data.get(at + 1), None | Some(b'\n')) {
                at += 1;
            }
            match data.get(at) {
                Some(byte) if *byte == delimiter && end == at => {}
                None | Some(b'\n') => {
                    cells.push(text);
                    return Ok((cells, end, data.len().min(at + 1)));
                }
                _ => return wrong,
            }
        } else {
            while data.get(at).is_some_and(|byte| *byte != delimiter && *byte != b'\n') {
                text.push(data[at]);
                at += 1;
            }
            if data.get(at) != Some(&delimiter) {
                let end = if text.last() == Some(&b'\r') { at - 1 } else { at };
                text.truncate(text.len() - (at - end));
                cells.push(text);
                return Ok((cells, end, data.len().min(at + 1)));
            }
        }
        cells.push(text);
        at += 1;
    }
}
