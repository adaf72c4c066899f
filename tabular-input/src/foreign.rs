//! Files that are no CSV, by how they begin: what they are, and the way out.

use cli_common::error::Error;
use model_format::layout::MAGIC;

/// Bytes at the beginning of a file that tell what it is.
pub(crate) const HEAD: u64 = 8;

/// How a kind of file begins, what it is called, and what to do with it.
const KINDS: [(&[u8], &str, &str); 10] = [
    (
        b"PK\x03\x04",
        "a ZIP archive, such as an Excel workbook",
        "save the sheet as CSV, or unpack the archive",
    ),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook", "save the sheet as CSV"),
    (b"PAR1\x15", "a Parquet file", "write its rows as CSV first"),
    (b"ARROW1\0\0", "an Arrow or Feather file", "write its rows as CSV first"),
    (b"SQLite f", "an SQLite database", "write a table as CSV first: sqlite3 -header -csv"),
    (b"%PDF-", "a PDF document", "name the CSV file"),
    (
        &MAGIC,
        "a model file",
        "name the CSV file; `predictor` takes the model first, then the table",
    ),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it first: xz -dc"),
    (b"BZh91AY&", "compressed with bzip2", "unpack it first: bzip2 -dc"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first: 7z x"),
];

/// The error for an input that begins as files of another kind do.
pub(crate) fn refused(head: &[u8], name: &str) -> Option<Error> {
    let (_, what, hint) = KINDS.iter().find(|(begins, ..)| head.starts_with(begins))?;
    Some(Error::input(format!("`{name}` is {what}, expected CSV")).with_hint(*hint))
}

/// Whether the first line of an input is no text in any encoding: control characters beside bytes
/// that are no UTF-8.
pub(crate) fn is_binary(line: &[u8]) -> bool {
    let control = |b: &u8| matches!(b, 1..=8 | 14..=31 | 127);
    line.iter().any(control) && std::str::from_utf8(line).is_err()
}

/// What to say of a first line that begins like text of another kind, if it is no header.
pub(crate) fn markup(line: &[u8]) -> Option<&'static str> {
    match line.trim_ascii_start() {
        [b'{' | b'[', ..] => Some("this looks like JSON; write its rows as CSV first"),
        [b'<', ..] => Some("this looks like HTML or XML, such as a page in place of a download"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_known_by_its_beginning() {
        for (begins, what, hint) in KINDS {
            let error = refused(&[begins, b"x"].concat(), "in").unwrap();
            assert_eq!(error.to_string(), format!("`in` is {what}, expected CSV"));
            assert_eq!(error.hint(), Some(hint));
            assert!(begins.len() as u64 <= HEAD);
            assert!(refused(&begins[..begins.len() - 1], "in").is_none());
        }
        for text in ["PK,a\n", "PAR1,x\n", "ARROW1,x\n", "BZh,1\n", "a,b\n", ""] {
            assert!(refused(text.as_bytes(), "in").is_none(), "{text}");
        }
    }

    #[test]
    fn text_in_any_encoding_is_not_binary() {
        for text in [&b"a,b\tc"[..], b"gr\xf6\xdfe,x", "größe".as_bytes(), b"a\0,\0b\0", b"\x01a"]
        {
            assert!(!is_binary(text), "{text:?}");
        }
        assert!(is_binary(b"\x95\x02\xf6ab"));
    }
}
