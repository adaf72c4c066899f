//! The values of options that both programs have, from their text.

use std::thread;

/// The number of threads that was given, or one per core.
pub fn threads(given: Option<usize>) -> usize {
    given.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from))
}

/// Whether a byte can separate cells: no number contains it, and it does not quote them.
pub fn is_delimiter(byte: u8) -> bool {
    byte == b'\t' || (byte.is_ascii_punctuation() && !b"\"+-._".contains(&byte))
}

/// A delimiter as it is written on a command line, in single quotes.
pub fn quoted_delimiter(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "'\\t'".into(),
        byte => format!("'{}'", char::from(byte)),
    }
}

/// The mark that comment lines begin with: no number, word or quoted cell begins with it.
///
/// # Errors
///
/// What was expected.
pub fn comment(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii_punctuation() && !b"\"+-._".contains(byte) => Ok(*byte),
        _ => Err("expected one ASCII punctuation mark that no number begins with".into()),
    }
}

/// A cell delimiter that no number contains.
///
/// # Errors
///
/// What was expected.
pub fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        [byte] if is_delimiter(*byte) => Ok(*byte),
        _ => Err("expected a tab or an ASCII punctuation mark that no number contains".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters() {
        for (text, byte) in [(",", b','), (";", b';'), ("\\t", b'\t'), ("tab", b'\t'), ("|", b'|')]
        {
            assert_eq!(delimiter(text), Ok(byte));
        }
        for text in ["", ",,", "a", "1", "-", ".", "\"", "é", " "] {
            assert!(delimiter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn comment_marks() {
        assert_eq!(comment("#"), Ok(b'#'));
        for text in ["", "//", "a", "-", "\"", "\t", "é"] {
            assert!(comment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn threads_are_as_given_or_as_many_as_cores() {
        assert_eq!(threads(Some(3)), 3);
        assert!(threads(None) >= 1);
    }
}
