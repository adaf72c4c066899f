//! Random tables with random damage, against a slow reference that reads the whole input byte by
//! byte and asks the model row by row.
//!
//! Rows in are rows out and rows rejected; the n-th output belongs to the n-th input; neither the
//! number of threads nor the size of the chunks changes a byte.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use cli_common::text::one_line;
use model_format::cell::{NumberCell, trim};
use model_format::schema::TextCell;
use proptest::prelude::*;
use tabular_input::csv::chunks::{CHUNK, MAX_RECORD};
use tabular_input::csv::scan::MAX_QUOTED;

use super::run::run_in_chunks;
use super::{OnBadRow, Options};
use crate::model::Model;
use crate::number::NumberFormat;
use crate::prediction::Prediction;

/// A golden model, the names of its table's columns and the cells of its rows.
struct Golden {
    model: Model,
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Golden {
    fn open(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/v1").join(name);
        let model = Model::open(directory.join("model.model")).unwrap();
        let text = fs::read_to_string(directory.join("rows.csv")).unwrap();
        let plain = text.lines().filter(|line| !line.contains('"'));
        let mut rows = plain.map(|line| line.split(',').map(str::to_owned).collect());
        let names = rows.next().unwrap();
        Self { model, names, rows: rows.collect() }
    }

    /// One that imputes and one that does not.
    fn all() -> &'static [Self; 2] {
        static ALL: OnceLock<[Golden; 2]> = OnceLock::new();
        ALL.get_or_init(|| ["churn-logistic", "diabetes-tree"].map(Self::open))
    }
}

/// What the reference makes of an input.
#[derive(Default)]
struct Expected {
    output: Vec<u8>,
    rejects: Vec<u8>,
    rows: u64,
    bad: u64,
    /// What the first bad row is reported as: place and reason.
    first: Option<String>,
}

/// A record: its cells as they stand and as they read, or what is wrong with it.
type Cells = Result<Vec<(Vec<u8>, Vec<u8>)>, String>;

/// Reads the record at `at` by the letter of the module's rules; returns it, where it ends without
/// its line end, and where the next begins.
fn record(text: &[u8], at: usize) -> (Cells, usize, usize) {
    let line_end = |from: usize| text[from..].iter().position(|b| *b == b'\n').map(|i| from + i);
    let whole = |cells, stop: usize| {
        let cr = stop > at && text[stop - 1] == b'\r';
        (cells, stop - usize::from(cr), (stop + 1).min(text.len()))
    };
    let (mut cells, mut cursor) = (Vec::new(), at);
    loop {
        let open = cursor;
        let mut read = Vec::new();
        if text.get(cursor) == Some(&b'"') {
            let mut wrong = None;
            cursor += 1;
            loop {
                if cursor >= open + MAX_QUOTED {
                    wrong = Some("a quote opens here and does not close within 1 MiB");
                    break;
                }
                match (text.get(cursor), text.get(cursor + 1)) {
                    (None, _) => {
                        wrong = Some("a quote opens here and never closes");
                        break;
                    }
                    (Some(b'"'), Some(b'"')) => {
                        read.push(b'"');
                        cursor += 2;
                    }
                    (Some(b'"'), _) => break,
                    (Some(byte), _) => {
                        read.push(*byte);
                        cursor += 1;
                    }
                }
            }
            if wrong.is_none() {
                cursor += 1;
                while matches!(text.get(cursor), Some(b' ' | b'\t')) {
                    cursor += 1;
                }
                let ends = matches!(&text[cursor..], [] | [b'\r'] | [b',' | b'\n', ..])
                    || text[cursor..].starts_with(b"\r\n");
                if !ends {
                    wrong = Some("text follows a closing quote");
                }
            }
            if let Some(wrong) = wrong {
                return whole(Err(wrong.into()), line_end(at).unwrap_or(text.len()));
            }
            cells.push((text[open..cursor].to_vec(), read));
            if text.get(cursor) == Some(&b'\r') {
                cursor += 1;
            }
        } else {
            while !matches!(text.get(cursor), None | Some(b',' | b'\n')) {
                cursor += 1;
            }
            let last = text.get(cursor) != Some(&b',');
            let cr = last && cursor > open && text[cursor - 1] == b'\r';
            let plain = text[open..cursor - usize::from(cr)].to_vec();
            cells.push((plain.clone(), plain));
        }
        if text.get(cursor) == Some(&b',') {
            cursor += 1;
        } else {
            return whole(Ok(cells), cursor);
        }
    }
}

fn quoted(text: &[u8]) -> Vec<u8> {
    if !text.iter().any(|b| b",\"\r\n".contains(b)) {
        return text.to_vec();
    }
    let mut out = vec![b'"'];
    for byte in text {
        out.extend_from_slice(if *byte == b'"' { b"\"\"" } else { std::slice::from_ref(byte) });
    }
    out.push(b'"');
    out
}

fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let head = one_line(&text.chars().take(60).collect::<String>());
    if text.chars().count() > 60 { format!("{head}...") } else { head }
}

/// What the model says of a row: the cells of its prediction, or the column to blame and why.
fn judge(
    model: &Model,
    names: &[String],
    cells: &[(Vec<u8>, Vec<u8>)],
    options: &Options,
) -> Result<Vec<u8>, (String, String)> {
    let schema = model.pipeline().schema();
    let mut row = model.row();
    for (name, (_, text)) in names.iter().zip(cells) {
        let Some(index) = schema.columns().iter().position(|c| c.name == *name) else { continue };
        let keeps_missing = |column| {
            let i = schema.numeric().iter().position(|numeric| *numeric == column);
            i.is_some_and(|i| schema.keeps_missing(i))
        };
        let bad = |why: &str| Err((name.clone(), format!("found `{}`, {why}", shown(text))));
        if let Some(column) = schema.text().iter().find(|t| t.column == index) {
            let unseen = column.read(text, schema.missing()) == TextCell::Unseen;
            if unseen && options.unseen_is_error {
                return bad("a category that training did not see");
            }
        } else {
            match NumberCell::read(text, schema.missing()) {
                NumberCell::Invalid => return bad("expected a number"),
                NumberCell::Missing if !keeps_missing(index) => {
                    return bad("which is missing; this model does not impute");
                }
                _ => {}
            }
        }
        row.set(name, &String::from_utf8_lossy(text)).unwrap();
    }
    let Ok(predictions) = model.predict(std::slice::from_ref(&row)) else {
        return Err((String::new(), "the prediction is not a finite number".into()));
    };
    let format = NumberFormat { precision: None };
    let mut out = Vec::new();
    match &predictions[0] {
        Prediction::Value(value) => format.write(*value, &mut out),
        Prediction::Class { label, probabilities, .. } => {
            out.extend(quoted(label.as_bytes()));
            for p in probabilities.iter().filter(|_| options.proba) {
                out.push(b',');
                format.write(*p, &mut out);
            }
        }
    }
    Ok(out)
}

/// The whole run, slowly.
fn reference(model: &Model, input: &[u8], options: &Options) -> Expected {
    let text = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let (header, _, mut at) = record(text, 0);
    let names: Vec<String> = header
        .unwrap()
        .iter()
        .map(|(_, name)| String::from_utf8(trim(name).to_vec()).unwrap())
        .collect();
    let mut expected = Expected::default();
    let added = if options.proba { model.labels().len() } else { 0 };
    expected.output.extend_from_slice(b"id,prediction");
    for label in &model.labels()[..added] {
        expected.output.extend(format!(",probability_{label}").into_bytes());
    }
    expected.output.push(b'\n');
    expected.rejects.extend_from_slice(b"line,column,reason,row\n");
    let mut line = 2;
    // Blank lines that nothing follows are no rows.
    while text[at..].iter().any(|b| !matches!(b, b'\r' | b'\n'))
        || text[at..].windows(2).any(|w| w[0] == b'\r' && w[1] != b'\n')
    {
        let (cells, end, next) = record(text, at);
        expected.rows += 1;
        let (mut id, width) = (Vec::new(), names.len());
        let cells = match cells {
            _ if next - at > MAX_RECORD => Err("found a line of more than 4 MiB".into()),
            _ if end == at => Err(format!("found a blank line, expected a row of {width} cells")),
            Ok(cells) if cells.len() != width => {
                let plural = if cells.len() == 1 { "cell" } else { "cells" };
                let found = format!("{} {plural}", cells.len());
                let cut = next == text.len() && text[next - 1] != b'\n' && cells.len() < width;
                Err(if cut {
                    format!("the input breaks off after {found} of {width}")
                } else {
                    format!("found {found}, expected {width}")
                })
            }
            other => other,
        };
        let outcome = match &cells {
            Ok(cells) => {
                id.clone_from(&cells[0].0);
                judge(model, &names, cells, options)
            }
            Err(reason) => Err((String::new(), reason.clone())),
        };
        match outcome {
            Ok(prediction) => {
                expected.output.extend([&id[..], b",", &prediction[..], b"\n"].concat());
            }
            Err((column, reason)) => {
                expected.bad += 1;
                let place =
                    if column.is_empty() { String::new() } else { format!(", column `{column}`") };
                expected.first.get_or_insert(format!("line {line}{place}: {reason}"));
                if options.on_bad_row == OnBadRow::Null {
                    expected.output.extend([&id[..], b",", &vec![b','; added], b"\n"].concat());
                }
                let kept = if next - at > MAX_RECORD { at + 1024 } else { end };
                let raw = quoted(&text[at..kept]);
                let start = format!("{line},{column},").into_bytes();
                expected
                    .rejects
                    .extend([&start[..], &quoted(reason.as_bytes()), b",", &raw, b"\n"].concat());
            }
        }
        line += memchr::memchr_iter(b'\n', &text[at..next]).count();
        at = next;
    }
    expected
}

/// Kinds of damage; everything above is a good row.
const DAMAGES: u8 = 24;

/// Row number `number` of a table with an id in front and a note at the end.
fn row(golden: &Golden, number: usize, kind: u8, dice: u8) -> Vec<u8> {
    let dice = usize::from(dice);
    let mut cells: Vec<Vec<u8>> = vec![format!("r{number}").into_bytes()];
    let plain = &golden.rows[(number * 7 + dice) % golden.rows.len()];
    cells.extend(plain.iter().map(|cell| cell.clone().into_bytes()));
    cells.push(b"note".to_vec());
    let (width, some) = (cells.len(), 1 + dice % plain.len());
    match kind {
        0 => drop(cells.remove(some)),
        1 => cells.truncate(some),
        2 => cells.insert(some, b"1".to_vec()),
        3 => cells.resize(width + 1 + dice % 5, Vec::new()),
        4 => return Vec::new(),
        5 => cells[some].insert(0, b'"'),
        6 => cells[some] = [&b"\""[..], &cells[some][..], b"\"x"].concat(),
        7 => cells[some].push(0),
        8 => cells[some].extend(b"\xff\xfe"),
        9 => cells[some] = vec![b'7'; 200 + 40 * dice],
        10 => cells[0].splice(0..0, *b"\xef\xbb\xbf").for_each(drop),
        11 => {
            cells[some] =
                [&b"12abc"[..], b"0x1A", b"1e999", b"inf", b"1.5.2", b"--1"][dice % 6].to_vec();
        }
        12 => cells[some] = b"never seen".to_vec(),
        13 => cells[some] = [&b""[..], b"NA", b" ", b"\"\"", b"\" ? \""][dice % 5].to_vec(),
        14 => cells[some].push(b'\r'),
        15 => cells[width - 1] = b"\"two\r\nlines, \"\"quoted\"\"\n\"".to_vec(),
        16 => cells[0] = format!("\"r{number}\n,\"\"\" \t").into_bytes(),
        17 => cells[some] = [&b"\""[..], &cells[some][..], b"\" \t"].concat(),
        18 => cells[width - 1] = b"5\" pipe".to_vec(),
        19 => cells[width - 1] = b"\"".to_vec(),
        20 => return b"\r".to_vec(),
        21 => return b" ".to_vec(),
        22 => cells[some] = b"1.7e308".to_vec(),
        23 => cells[width - 1] = [&b"\""[..], &vec![b'\n'; dice % 40][..], b"\""].concat(),
        _ => {}
    }
    cells.join(&b',')
}

fn table(golden: &Golden, rows: &[(u8, u8, bool)], tail: u8) -> Vec<u8> {
    let mut input = if tail.is_multiple_of(2) { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
    input.extend(format!("id,{},note\n", golden.names.join(",")).into_bytes());
    for (number, (kind, dice, crlf)) in rows.iter().enumerate() {
        input.extend(row(golden, number, *kind, *dice));
        input.extend_from_slice(if *crlf { b"\r\n" } else { b"\n" });
    }
    match tail % 7 {
        1 => input.extend_from_slice(b"\n\r\n\n"),
        2 => input.extend_from_slice(b"\n\r"),
        3 if !rows.is_empty() => drop(input.pop()),
        // Breaks off anywhere in the last rows.
        4 | 5 if !rows.is_empty() => {
            let header = input.iter().position(|b| *b == b'\n').unwrap() + 1;
            input.truncate(input.len() - usize::from(tail).min(input.len() - header));
        }
        _ => {}
    }
    input
}

/// Runs every policy on an input and holds what is written against the reference.
fn check(golden: &Golden, input: &[u8], unseen: bool, proba: bool, runs: &[(usize, usize)]) {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("in.csv"), input).unwrap();
    for policy in [OnBadRow::Stop, OnBadRow::Null, OnBadRow::Skip] {
        let mut options = Options {
            input: Some(path("in.csv")),
            output: Some(path("out.csv")),
            rejects: (policy != OnBadRow::Stop).then(|| path("bad.csv")),
            ids: vec!["id".into()],
            proba: proba && !golden.model.labels().is_empty(),
            on_bad_row: policy,
            unseen_is_error: unseen,
            quiet: true,
            ..Options::default()
        };
        let expected = reference(&golden.model, input, &options);
        for (threads, size) in runs {
            options.threads = *threads;
            let what = format!("{policy:?}, {threads} threads, chunks of {size}");
            let summary = run_in_chunks(&golden.model, &options, *size);
            if let (OnBadRow::Stop, Some(first)) = (policy, &expected.first) {
                let error = summary.unwrap_err().to_string();
                assert_eq!(error, format!("`{}` {first}", path("in.csv").display()), "{what}");
                assert!(!path("out.csv").exists(), "{what}");
                continue;
            }
            let summary = summary.unwrap().json();
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(&fs::read(path("out.csv")).unwrap()), text(&expected.output), "{what}");
            assert_eq!(
                (&summary["rows_read"], &summary["rows_rejected"]),
                (&expected.rows.into(), &expected.bad.into())
            );
            if policy != OnBadRow::Stop {
                assert_eq!(
                    text(&fs::read(path("bad.csv")).unwrap()),
                    text(&expected.rejects),
                    "{what}"
                );
            }
            fs::remove_file(path("out.csv")).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_or_shifted(
        which in 0usize..2,
        rows in proptest::collection::vec((0..2 * DAMAGES, any::<u8>(), any::<bool>()), 0..50),
        tail in any::<u8>(),
        unseen in any::<bool>(),
        proba in any::<bool>(),
        threads in 1usize..=8,
        size in prop_oneof![8usize..200, 200usize..20_000],
    ) {
        let golden = &Golden::all()[which];
        let input = table(golden, &rows, tail);
        check(golden, &input, unseen, proba, &[(1, CHUNK), (threads, size)]);
    }
}

/// Cells and rows around the limits, wherever chunks are cut.
#[test]
fn what_is_too_long_is_so_at_any_chunk_size() {
    let golden = &Golden::all()[0];
    let good = |number| [row(golden, number, 255, 3), b"\n".to_vec()].concat();
    let note = |note: Vec<u8>| [&row(golden, 9, 255, 3)[..], b"\"", &note, b"\"\n"].concat();
    // The note of `row` is the last cell: `note"..."` is plain text, so its quotes do not count.
    let plain = note(vec![b'x'; MAX_RECORD + 1000]);
    let almost = note(vec![b'x'; MAX_RECORD - 1000]);
    let quote = |n: usize| {
        let row = row(golden, 9, 19, 3);
        [&row[..], b"\n\n\n", &vec![b'y'; n], b"\"\n"].concat()
    };
    for long in [plain, almost, quote(MAX_QUOTED + 10), quote(MAX_QUOTED - 100)] {
        let head = format!("id,{},note\n", golden.names.join(",")).into_bytes();
        let input = [head, good(1), long, good(2), good(3)].concat();
        check(golden, &input, false, false, &[(1, CHUNK), (3, 300_000), (2, 100_000)]);
    }
}
