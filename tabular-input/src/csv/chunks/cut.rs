//! Where a chunk ends.

use memchr::{memchr, memrchr};

use super::{Chunks, MAX_EMPTY};
use crate::csv::scan::{self, Ending};
use crate::csv::void::is_empty_row;

impl Chunks {
    /// Where the last complete record ends, 0 if there is none, and where the records begin that
    /// hold nothing with no other behind them. Blank lines and comments after the last record are
    /// left out, and so are records that hold nothing until the end of the input is known.
    pub(super) fn cut(&mut self) -> (usize, usize) {
        let data = self.rest.as_slice();
        let has = |byte: u8| memchr(byte, data).is_some();
        if has(b'"') || self.comment.is_some_and(has) {
            return self.cut_quoted();
        }
        let mut end =
            if self.ended { data.len() } else { memrchr(b'\n', data).map_or(0, |i| i + 1) };
        end = without_blank(data, end);
        let mut filled = end;
        while filled > 0 {
            let start = memrchr(b'\n', &data[..filled - 1]).map_or(0, |i| i + 1);
            if !is_empty_row(&data[start..filled], self.delimiter) {
                break;
            }
            filled = without_blank(data, start);
        }
        self.hold_back(end, filled)
    }

    /// The same where quotes may hide line ends.
    fn cut_quoted(&mut self) -> (usize, usize) {
        self.broken.clear();
        let (mut at, mut end, mut filled) = (0, 0, 0);
        while at < self.rest.len() {
            if self.comment.is_some() && self.rest.get(at) == self.comment.as_ref() {
                match memchr(b'\n', &self.rest[at..]) {
                    Some(line_end) => at += line_end + 1,
                    None => break,
                }
                continue;
            }
            let found = scan::record(&self.rest, at, self.delimiter, self.ended, |_| ());
            let whole = self.ended || self.rest[found.next - 1] == b'\n';
            if found.ending == Ending::NeedMore || !whole {
                break;
            }
            if found.end > at {
                end = found.next;
                // With its line end, of which no second CR is a part.
                if !is_empty_row(&self.rest[at..found.next], self.delimiter) {
                    filled = end;
                }
            }
            if found.ending != Ending::Complete {
                self.broken.push((at, found.ending));
            }
            at = found.next;
        }
        self.hold_back(end, filled)
    }

    /// Where to cut: `end` is that of the last record, `filled` that of the last that holds
    /// anything.
    fn hold_back(&self, end: usize, filled: usize) -> (usize, usize) {
        if self.ended {
            (end, filled)
        } else if filled == 0 && self.rest.len() > MAX_EMPTY {
            // Too many to wait any longer.
            (end, end)
        } else {
            (filled, filled)
        }
    }
}

/// The end of what stands before the blank lines that `data[..end]` ends with.
fn without_blank(data: &[u8], mut end: usize) -> usize {
    loop {
        match &data[..end] {
            [.., b'\n', b'\r', b'\n'] => end -= 2,
            // An LF, or a CR whose LF was cut off.
            [.., b'\n', b'\n' | b'\r'] => end -= 1,
            _ => return end,
        }
    }
}
