//! Cells as they are written.

use std::borrow::Cow;

/// A cell as it is written: quoted if it holds a delimiter, a quote or a line end.
#[inline]
pub fn quote(text: &[u8], delimiter: u8) -> Cow<'_, [u8]> {
    let special = |b: &u8| *b == delimiter || matches!(b, b'"' | b'\n' | b'\r');
    if !text.iter().any(special) {
        return Cow::Borrowed(text);
    }
    let mut quoted = Vec::with_capacity(text.len() + 2);
    quoted.push(b'"');
    for byte in text {
        if *byte == b'"' {
            quoted.push(b'"');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    Cow::Owned(quoted)
}
