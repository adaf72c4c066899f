//! Inputs of several MiB: many chunks, many threads, the same bytes.

use std::fmt::Write as _;
use std::io::Read as _;
use std::process::Stdio;

use crate::support::{FIX_CELL, TOO_MANY, Table, Work};

/// Rows of the large table: more than 4 MiB, at least nine chunks.
const ROWS: usize = 70_000;

/// A large churn table and what must come of it.
struct Large {
    input: String,
    /// With the options of [`NULL`].
    output: String,
    rejects: String,
    bad: u64,
}

/// Repeats the golden rows under ids of their own; some are bad, some hold quoted line ends.
fn large(line_end: &str) -> Large {
    let table = Table::of("churn-logistic");
    let mut large = Large {
        input: format!("note,{}{line_end}", table.header),
        output: "note,customer_id,prediction,probability_no,probability_yes\n".into(),
        rejects: "line,column,reason,row\n".into(),
        bad: 0,
    };
    let mut line = 2;
    for number in 0..ROWS {
        let row = &table.rows[number % table.rows.len()];
        let cells = row.split_once(',').unwrap().1;
        let note = match number % 101 {
            0 => format!("\"{}\n, \"\"{number}\"\"\"", "-".repeat(number % 700)),
            1 => ".".repeat(number % 900),
            _ => String::new(),
        };
        let (written, carried, fault) = match number % 997 {
            3 => (
                String::new(),
                ",".into(),
                Some(("", "found a blank line, expected a row of 12 cells")),
            ),
            5 => (format!("{note},{number}"), ",".into(), Some(("", "found 2 cells, expected 12"))),
            9 => {
                let (_, rest) = cells.split_once(',').unwrap();
                let row = format!("{note},{number},forty,{rest}");
                (row, format!("{note},{number}"), Some(("age", "found `forty`, expected a number")))
            }
            _ => (format!("{note},{number},{cells}"), format!("{note},{number}"), None),
        };
        match fault {
            None => {
                let _ = writeln!(
                    large.output,
                    "{carried},{}",
                    table.predictions[number % table.rows.len()]
                );
            }
            Some((column, reason)) => {
                let raw = if written.is_empty() {
                    String::new()
                } else {
                    format!("\"{}\"", written.replace('"', "\"\""))
                };
                let _ = writeln!(large.output, "{carried},,,");
                let _ = writeln!(large.rejects, "{line},{column},\"{reason}\",{raw}");
                large.bad += 1;
            }
        }
        line += 1 + written.matches('\n').count();
        large.input += &written;
        large.input += line_end;
    }
    assert!(large.input.len() > 8 * (512 << 10), "{}", large.input.len());
    large
}

const NULL: &str = "--on-bad-row null --proba --id note,customer_id";

#[test]
fn the_number_of_threads_changes_nothing() {
    let large = large("\n");
    let work = Work::with("churn-logistic", &large.input);
    for threads in [1, 2, 7] {
        let run = work
            .score(&format!(
                "{NULL} --threads {threads} -o out.csv --rejects bad.csv --summary s.json"
            ))
            .ok();
        assert_eq!(run, "");
        assert!(work.text("out.csv") == large.output, "{threads} threads");
        assert!(work.text("bad.csv") == large.rejects, "{threads} threads");
        let summary = work.json("s.json");
        assert_eq!(summary["rows_read"], ROWS);
        assert_eq!(summary["rows_rejected"], large.bad);
    }
}

#[test]
fn neither_does_the_way_in_or_out_or_the_line_end() {
    let large = large("\r\n");
    let work = Work::new("churn-logistic");
    let args = format!("- {NULL} --quiet --rejects bad.csv --threads 3 -o -");
    let output = work.predict_on(&large.input, &args).ok();
    assert!(output == large.output);
    assert!(work.text("bad.csv") == large.rejects);
}

/// Good iris rows for one chunk, then what else there is.
fn after_one_chunk(rest: &str) -> Work {
    let table = Table::of("iris-softmax");
    let good = format!("{}\n", table.rows[0]).repeat(33_000);
    Work::with("iris-softmax", format!("{}\n{good}{rest}", table.header))
}

const BAD: &str = "5.1,x,1.4,0.2,setosa\n";
const FACT: &str = "column `sepal_width_cm`: found `x`, expected a number";

#[test]
fn the_first_bad_row_of_a_large_input_is_told() {
    let work = after_one_chunk(&BAD.repeat(200_000));
    let stop = format!("error: `in.csv` line 33002, {FACT}\n{FIX_CELL}");
    let why = "more than 5 bad rows; this one is too many: ";
    let fact = FACT.replacen(": ", &format!(": {why}"), 1);
    let limit = format!("error: `in.csv` line 33007, {fact}\n{TOO_MANY}");
    work.score("-o out.csv --threads 1").fails(4, &stop);
    work.score("-o out.csv --threads 1 --on-bad-row skip --max-bad-rows 5").fails(4, &limit);
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[test]
fn the_first_bad_row_of_a_large_input_is_told_on_any_number_of_threads() {
    let all_bad = after_one_chunk(&BAD.repeat(200_000));
    let one_bad = after_one_chunk(&(BAD.to_owned() + &"5.1,3.5,1.4,0.2,setosa\n".repeat(200_000)));
    let stop = format!("error: `in.csv` line 33002, {FACT}\n{FIX_CELL}");
    for _ in 0..10 {
        for threads in [2, 4, 7] {
            let args = format!("--threads {threads}");
            all_bad.score(&args).fails(4, &stop);
            let run = one_bad.score(&args);
            run.fails(4, &stop);
            // Nothing after the bad row was written.
            assert!(run.stdout.len() <= "prediction\n".len() + 33_000 * "setosa\n".len());
        }
    }
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let table = Table::of("iris-softmax");
    let rows = format!("{}\n", table.rows[0]).repeat(200_000);
    let work = Work::with("iris-softmax", format!("{}\n{rows}", table.header));
    for threads in ["1", "4"] {
        let mut child = work
            .command()
            .args(["predict", "m.model", "in.csv", "--keep-input", "--quiet", "--threads", threads])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut head = [0; 20];
        child.stdout.take().unwrap().read_exact(&mut head).unwrap();
        assert_eq!(&head, b"sepal_length_cm,sepa");
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert_eq!(output.status.code(), Some(0));
    }
}

/// Three iris rows with a note in the second one.
fn with_note(note: &str) -> Work {
    let table = Table::of("iris-softmax");
    let [a, b, c] = [0, 1, 2].map(|row| &table.rows[row]);
    let input = format!("note,{}\na,{a}\n{note},{b}\nc,{c}\n", table.header);
    Work::with("iris-softmax", input)
}

#[test]
fn a_cell_of_two_mib() {
    let note = "x".repeat(2 << 20);
    let work = with_note(&note);
    let all = work.score("--id note").ok();
    assert!(all == format!("note,prediction\na,setosa\n{note},setosa\nc,setosa\n"));
}

#[test]
fn a_quoted_cell_of_less_than_a_mib() {
    let note = format!("\"{}\"", "x,\n\"\"".repeat((1 << 20) / 5 - 1));
    let all = with_note(&note).score("--id note").ok();
    assert!(all == format!("note,prediction\na,setosa\n{note},setosa\nc,setosa\n"));
}

#[test]
fn a_quoted_cell_of_two_mib_is_a_bad_row_that_keeps_its_place() {
    let work = with_note(&format!("\"{}\"", "x".repeat(2 << 20)));
    let null = work.score("--id note --on-bad-row null").ok();
    assert_eq!(null, "note,prediction\na,setosa\n,\nc,setosa\n");
    work.score("").fails(
        4,
        "error: `in.csv` line 3: a quote opens here and does not close within 1 MiB\n\
         hint: shorten the cell if it is one, fix the quote if it is not; go on without the line with --on-bad-row null|skip\n",
    );
}

#[test]
fn a_row_of_five_mib_is_a_bad_row_that_keeps_its_place() {
    let work = with_note(&"x".repeat(5 << 20));
    let run = work.score("");
    assert!(run.stderr.starts_with("error: `in.csv` line 3: "), "{}", run.stderr);
    let null = work.score("--id note --on-bad-row null").ok();
    assert_eq!(null, "note,prediction\na,setosa\n,\nc,setosa\n");
}

#[test]
fn an_input_without_line_ends_does_not_fill_the_memory() {
    let work = Work::with("iris-softmax", "x".repeat(6 << 20));
    work.score("").fails(
        4,
        "error: `in.csv` line 1: a header of more than 4 MiB\nhint: is this a CSV file with LF or CRLF line ends?\n",
    );
}
