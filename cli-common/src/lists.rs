//! Options that take several names: separated by commas, in quotes where a name holds a comma, and repeatable.

use csv_core::{ReadRecordResult, Reader};

use crate::suggest::element;

/// Names given in one place: several after a flag, one as the element of an array in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List(pub Vec<String>);

/// A value of `A,"B, C"`.
///
/// # Errors
///
/// As [`names`].
pub fn list(text: &str) -> Result<List, String> {
    names(text).map(List)
}

/// The names of all places together.
pub fn flat(lists: &[List]) -> Vec<String> {
    lists.iter().flat_map(|List(names)| names).cloned().collect()
}

/// The line that must follow the names: an open quote would take it for its own.
const END: &str = "end";

/// Names in one text, read as a line of CSV: `A,"B, C"`. Blanks around a name are no part of it.
///
/// # Errors
///
/// What is wrong with the text: a quote that is not closed, or a line break between names.
pub fn names(text: &str) -> Result<Vec<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(vec![String::new()]);
    }
    let lines = format!("{text}\n{END}\n");
    let (mut reader, mut rest) = (Reader::new(), lines.as_bytes());
    match (record(&mut reader, &mut rest), record(&mut reader, &mut rest)) {
        (Some(names), Some(end)) if end == [END] && rest.is_empty() => Ok(names),
        (_, None) => Err("a quote is not closed".into()),
        _ => Err("expected names separated by commas, in one line".into()),
    }
}

/// The next record of a text that ends with a line end; `None` if there is none.
fn record(reader: &mut Reader, rest: &mut &[u8]) -> Option<Vec<String>> {
    // A record is no longer than what it is read from, and has no more cells than that has bytes.
    let (mut bytes, mut ends) = (vec![0; rest.len()], vec![0; rest.len()]);
    let (result, n_read, _, n_ends) = reader.read_record(rest, &mut bytes, &mut ends);
    *rest = rest.get(n_read..)?;
    match result {
        ReadRecordResult::Record => {}
        ReadRecordResult::InputEmpty
        | ReadRecordResult::OutputFull
        | ReadRecordResult::OutputEndsFull
        | ReadRecordResult::End => return None,
    }
    let (mut start, mut cells) = (0, Vec::with_capacity(n_ends));
    for end in ends.get(..n_ends)? {
        cells.push(String::from_utf8_lossy(bytes.get(start..*end)?).trim().to_owned());
        start = *end;
    }
    Some(cells)
}

/// Names in one text that [`names`] reads back.
pub fn joined(names: &[String]) -> String {
    let element = |name: &String| element(name).unwrap_or_else(|| name.clone());
    names.iter().map(element).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_as_a_line_of_csv() {
        for (text, expected) in [
            ("a", &["a"][..]),
            (" a , b ", &["a", "b"]),
            ("\"a, b\",c", &["a, b", "c"]),
            ("\"say \"\"hi\"\"\"", &["say \"hi\""]),
            ("5\" pipe,x", &["5\" pipe", "x"]),
            ("", &[""]),
            (",NA", &["", "NA"]),
            ("NA,", &["NA", ""]),
            ("end", &["end"]),
            ("\"two\nlines\"", &["two\nlines"]),
        ] {
            assert_eq!(names(text).unwrap(), expected, "{text:?}");
        }
        for text in ["\"a", "\"a,b\",\"c", "a\nb", "a\nend", "a\nend\nend"] {
            assert!(names(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn joined_names_are_read_back(
            given in prop::collection::vec("[a-z,\" \n\t\u{e9}-]{0,6}", 1..5)
        ) {
            // Blanks around a name are no part of it.
            let given: Vec<String> = given.iter().map(|name| name.trim().to_owned()).collect();
            prop_assert_eq!(names(&joined(&given)).unwrap(), given);
        }
    }
}
