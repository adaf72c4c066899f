//! What a table file is read as, however it is cut into chunks.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::Cursor;
use std::ops::ControlFlow;

use cli_common::error::{Cause, Result};
use proptest::prelude::*;
use tabular_input::csv::RowFault;
use tabular_input::csv::chunks::{CHUNK, Chunks};
use tabular_input::csv::header::Header;
use tabular_input::csv::records::{self, Record};
use tabular_input::csv::scan::MAX_QUOTED;
use tabular_input::{Dialect, Encoding, Source};

/// A row: its line, and its cells or what is wrong with it.
type Row = (u64, std::result::Result<Vec<String>, RowFault>);

#[derive(Debug, PartialEq)]
struct Read {
    names: Vec<String>,
    rows: Vec<Row>,
    warnings: Vec<String>,
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn read_in(input: &[u8], dialect: &Dialect, size: usize) -> Result<Option<Read>> {
    let source = Source::new(Cursor::new(input.to_vec()), None, "in".into(), dialect.encoding)?;
    let mut chunks = Chunks::with_size(source, dialect, size)?;
    let Some(header) = Header::read(&mut chunks)? else { return Ok(None) };
    let (shape, mut rows) = (header.shape(true), Vec::new());
    while let Some(chunk) = chunks.next()? {
        records::each(&chunk, &shape, &mut Vec::new(), |record: Record<'_>| {
            let cells = record.cells.map(|spans| {
                spans.iter().map(|span| lossy(&span.text(&chunk.data))).collect::<Vec<_>>()
            });
            rows.push((record.line, cells));
            ControlFlow::Continue(())
        });
    }
    let names = header.names.iter().map(|name| lossy(name)).collect();
    Ok(Some(Read { names, rows, warnings: header.warnings() }))
}

fn read(input: &[u8], dialect: &Dialect) -> Result<Option<Read>> {
    read_in(input, dialect, CHUNK)
}

fn rows(text: &str, dialect: &Dialect) -> Vec<Row> {
    read(text.as_bytes(), dialect).unwrap().unwrap().rows
}

fn row(line: u64, cells: &[&str]) -> Row {
    (line, Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()))
}

#[test]
fn a_column_without_a_name_at_the_end_may_be_left_out_and_holds_nothing() {
    let found = rows("a,b,,\n1,2\n3,4,\n5,6,, \n7,8,,x\n1\n1,2,3,4,5\n", &Dialect::default());
    let nameless = RowFault::Nameless { column: 3, text: "x".into() };
    assert_eq!(found[..2], [row(2, &["1", "2", "", ""]), row(3, &["3", "4", "", ""])]);
    assert_eq!(found[2], row(4, &["5", "6", "", " "]));
    assert_eq!(found[3], (5, Err(nameless)));
    assert!(matches!(found[4].1, Err(RowFault::Cells { found: 1, .. })));
    assert!(matches!(found[5].1, Err(RowFault::Cells { found: 5, .. })));
}

#[test]
fn columns_without_a_name_are_reported() {
    let warnings =
        |header: &str| read(header.as_bytes(), &Dialect::default()).unwrap().unwrap().warnings;
    assert_eq!(warnings("a,b\n"), [""; 0]);
    for (header, expected) in [
        (",x,y\n", "the first column has no name, like an index that pandas wrote; it is left out"),
        ("a,,y\n", "column 2 has no name; it is left out"),
        ("a, ,,y\n", "2 columns have no name; they are left out"),
        ("a,y,\n", "the header ends with a delimiter; the column after it is left out"),
        ("a,y,,\n", "the header ends with 2 delimiters; the columns after them are left out"),
    ] {
        assert_eq!(warnings(header), [expected]);
    }
}

#[test]
fn rows_without_anything_in_them_are_bad_at_the_end_only() {
    let found = rows("a,b\n,\n1,2\n , \n\"\",\n\n", &Dialect::default());
    assert_eq!(found[..2], [row(2, &["", ""]), row(3, &["1", "2"])]);
    assert_eq!(found[2..], [(4, Err(RowFault::Empty)), (5, Err(RowFault::Empty))]);
    // In a table of one column they are missing values.
    assert_eq!(rows("a\n1\n\"\"\n", &Dialect::default())[1], row(3, &[""]));
}

#[test]
fn the_header_once_more_is_told_from_a_row() {
    let found = rows("a,b\n1,2\na,b\na,c\n", &Dialect::default());
    assert_eq!(found[1], (3, Err(RowFault::Header)));
    assert_eq!(found[2], row(4, &["a", "c"]));
}

#[test]
fn a_first_line_that_names_the_delimiter_is_followed() {
    for text in ["sep=;\na;b\n1;2\n", "SEP=;\r\na;b\r\n1;2\r\n", "\u{feff}sep=;\na;b\n1;2\n"] {
        assert_eq!(rows(text, &Dialect::default()), [row(3, &["1", "2"])]);
    }
    // What the caller says counts for more, and the line is no header either way.
    let found = rows("sep=;\na,b;c\n1,2;3\n", &Dialect::delimited_by(b','));
    assert_eq!(found, [row(3, &["1", "2;3"])]);
    let read = read(b"sep=x\n1\n", &Dialect::default()).unwrap().unwrap();
    assert_eq!(read.names, ["sep=x"]);
}

#[test]
fn lines_before_the_header_are_skipped_and_counted() {
    let skip = |skip_rows| Dialect { skip_rows, ..Dialect::default() };
    let text = "Report, \"all\nas of today\n\na,b\n1,2\n";
    assert_eq!(rows(text, &skip(3)), [row(5, &["1", "2"])]);
    assert_eq!(rows(text, &skip(2)), [row(5, &["1", "2"])]);
    assert_eq!(rows("sep=;\nx\na;b\n1;2\n", &skip(2)), [row(4, &["1", "2"])]);
    assert_eq!(read(text.as_bytes(), &skip(9)).unwrap(), None);
}

#[test]
fn comments_are_left_out_wherever_a_record_may_begin() {
    let dialect = Dialect { comment: Some(b'#'), ..Dialect::default() };
    let text = "# by \"hand\n\n#x\na,b\n#,\"\n1,\"x\n#y\"\n\n# z\n3,4#\n# end\n\n#";
    let expected = [row(6, &["1", "x\n#y"]), (8, Err(RowFault::Blank)), row(10, &["3", "4#"])];
    assert_eq!(rows(text, &dialect), expected);
    let delimiter = Dialect { delimiter: Some(b'#'), ..dialect };
    assert_eq!(read(b"a#b\n", &delimiter).unwrap_err().cause(), Cause::Usage);
}

#[test]
fn other_encodings_are_read_as_the_same_text() {
    let text = "naïve,b\n“é”,€\n";
    let expected = read(text.as_bytes(), &Dialect::default()).unwrap();
    let as_utf16 = |mark: bool, swap: bool| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|u: u16| (if swap { u.swap_bytes() } else { u }).to_le_bytes()).collect()
    };
    let with = |encoding| Dialect { encoding, ..Dialect::default() };
    for swap in [false, true] {
        assert_eq!(read(&as_utf16(true, swap), &with(None)).unwrap(), expected);
        for mark in [false, true] {
            let input = as_utf16(mark, swap);
            assert_eq!(read(&input, &with(Some(Encoding::Utf16))).unwrap(), expected);
        }
    }
    let windows = b"na\xefve,b\n\x93\xe9\x94,\x80\n";
    assert_eq!(read(windows, &with(Some(Encoding::Windows1252))).unwrap(), expected);
    let latin1 = read(b"na\xefve,b\n\xa0,2\n", &with(Some(Encoding::Latin1))).unwrap().unwrap();
    assert_eq!((&*latin1.names[0], &latin1.rows[0]), ("naïve", &row(2, &["\u{a0}", "2"])));
    // A mark is not to be mistaken.
    let error = read(&as_utf16(true, false), &with(Some(Encoding::Latin1))).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`in` begins with the byte-order mark of utf-16, --encoding is latin1"
    );
    let cut = read(&as_utf16(true, false)[..9], &with(None)).unwrap_err();
    assert_eq!(cut.to_string(), "`in` is UTF-16 and ends in the middle of a character");
    let warnings = read(windows, &with(None)).unwrap().unwrap().warnings;
    assert_eq!(warnings, ["line 1 is not UTF-8; is it --encoding windows-1252 or latin1?"]);
}

#[test]
fn a_quoted_cell_closes_within_one_mib() {
    for (n, good) in [(MAX_QUOTED - 2, true), (MAX_QUOTED - 1, false), (MAX_QUOTED, false)] {
        let text = format!("a,b\n\"{}\",2\n3,4\n", "x".repeat(n));
        let found = rows(&text, &Dialect::default());
        assert_eq!(found[0].1.is_ok(), good, "the quote closes {} bytes after it opens", n + 1);
        assert_eq!(found[1], row(3, &["3", "4"]));
    }
}

fn header(text: &str) -> Result<Option<Header>> {
    let source = Source::new(Cursor::new(text.to_owned()), None, "in".into(), None)?;
    Header::read(&mut Chunks::new(source, &Dialect::default())?)
}

/// The advice for a header that does not fit.
fn advice(text: &str) -> (Option<String>, String) {
    let advice = header(text).unwrap().unwrap().advice();
    advice.map_or((None, String::new()), |advice| (advice.fact, advice.hint))
}

#[test]
fn a_cell_that_holds_a_cr_is_not_empty() {
    for end in ["\r\r", "\r\r\n"] {
        let text = format!("a,b\n\"x\",1\n,{end}");
        assert_eq!(rows(&text, &Dialect::default())[1], row(3, &["", "\r"]), "{end:?}");
    }
}

#[test]
fn advice_is_given_where_the_rows_bear_it_out() {
    let hint = |text| advice(text).1;
    assert_eq!(hint("a;b\n1;2\n"), "the header is one cell; try --delimiter ';'");
    assert_eq!(hint("a\tb\n1\t2\n"), "the header is one cell; try --delimiter '\\t'");
    assert_eq!(hint("name|alias\nx\ny\n"), "");
    assert_eq!(
        hint("# made by hand\na,b\n1,2\n"),
        "if it is a comment, --comment '#' leaves such lines out"
    );
    let wide = header("a\0,\0b\0\n\0").unwrap_err();
    assert_eq!(wide.hint(), Some("try --encoding utf-16"));
    assert_eq!(hint("abc\0,b\n1,2\n"), "the header holds zero bytes; try --encoding utf-16");
    let (fact, skip) = advice("Sales\n\na,b\n1,2\n3,4\n");
    assert_eq!(
        fact.unwrap(),
        "`in` line 1: no header: it has 1 cell, line 3 and the rows after it have 2 cells"
    );
    assert_eq!(skip, "--skip-rows 2 leaves out what stands before the header");
    assert_eq!(hint("Sales\na;b\n1;2\n3;4\n"), "try --skip-rows 1 --delimiter ';'");
    assert_eq!(hint("a,b,c\n1,2,3\n"), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Any bytes: the same rows wherever the chunks end.
    #[test]
    fn chunks_end_anywhere(
        input in "(sep=;\n|#c\n)?(a,b(,,)?|#h|a)(\r)?\n([ab1,;\"#\r\n \t]|,\n|\n\n|#\\n){0,60}",
        skip_rows in 0u64..3,
        comment in any::<bool>(),
        size in 1usize..40,
    ) {
        let comment = comment.then_some(b'#');
        let dialect = Dialect { skip_rows, comment, ..Dialect::default() };
        let whole = read_in(input.as_bytes(), &dialect, CHUNK).map_err(|e| e.to_string());
        let parts = read_in(input.as_bytes(), &dialect, size).map_err(|e| e.to_string());
        let without = |read: std::result::Result<Option<Read>, String>| {
            // What follows the header and what a wrong line may be is read off a sample.
            read.map(|read| read.map(|read| {
                let clueless = |(line, cells): Row| (line, cells.map_err(|fault| match fault {
                    RowFault::Cells { found, .. } => RowFault::Cells { found, clue: None },
                    other => other,
                }));
                (read.names, read.rows.into_iter().map(clueless).collect::<Vec<_>>())
            }))
        };
        prop_assert_eq!(without(whole), without(parts));
    }

    /// The csv crate is the judge: where it and the rules of this project do not differ by design,
    /// every cell is the same.
    #[test]
    fn cells_are_those_of_the_csv_crate(
        header in "[a-c]{1,3}(,[a-c]{1,3}){0,3}",
        body in proptest::collection::vec("([ax1]{0,3}|\"([a,\n]|\"\"){0,4}\")(,([ax1]{0,3}|\"([a,\n]|\"\"){0,4}\")){0,3}", 0..8),
        crlf in any::<bool>(),
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let text: String = std::iter::once(&header).chain(&body).flat_map(|line| [line, end]).collect();
        let found = read(text.as_bytes(), &Dialect::default()).unwrap().unwrap();
        let mut judge = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let names: Vec<String> = judge.headers().unwrap().iter().map(str::to_owned).collect();
        prop_assert_eq!(&found.names, &names);
        let judged: Vec<Vec<String>> = judge
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        // The csv crate passes over blank lines without a word.
        let rows: Vec<&Row> =
            found.rows.iter().filter(|(_, cells)| *cells != Err(RowFault::Blank)).collect();
        prop_assert_eq!(rows.len(), judged.len());
        for ((_, cells), expected) in rows.into_iter().zip(judged) {
            match cells {
                Ok(cells) => prop_assert_eq!(cells, &expected),
                Err(RowFault::Cells { found, .. } | RowFault::BrokenOff { found }) => {
                    prop_assert_eq!(*found, expected.len());
                    prop_assert_ne!(*found, names.len());
                }
                Err(RowFault::Header) => prop_assert_eq!(expected, names.clone()),
                Err(RowFault::Empty) => prop_assert!(expected.iter().all(String::is_empty)),
                Err(other) => prop_assert!(false, "{:?}", other),
            }
        }
    }
}
