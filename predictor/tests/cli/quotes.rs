//! Quotes: what they hide, what they cost when they go wrong, and line numbers after them.

use crate::policies::BadRow;
use crate::support::{FIX_CELL, FIX_QUOTE, Table, Work, listed};

/// A row whose quotes went wrong.
#[track_caller]
fn quotes(row: &str, reason: &str) {
    BadRow { row: row.as_bytes(), id: "", column: "", reason, hint: FIX_QUOTE, args: "" }.judge();
}

#[test]
fn an_unclosed_quote_costs_its_line_only() {
    let row = "C-BAD,52,29168.01,62,\"basic,Lazio,monthly,3,24.85,yes,yes";
    quotes(row, "a quote opens here and never closes");
    quotes("\"", "a quote opens here and never closes");
    quotes("C-BAD,52,\"29168.01\"\"", "a quote opens here and never closes");
}

#[test]
fn text_after_a_closing_quote() {
    let row = "C-BAD,52,29168.01,62,\"basic\"x,Lazio,monthly,3,24.85,yes,yes";
    quotes(row, "text follows a closing quote");
    let row = "C-BAD,52,29168.01,62,\"say \"basic\" twice\",Lazio,monthly,3,24.85,yes,yes";
    quotes(row, "text follows a closing quote");
}

#[test]
fn an_unclosed_quote_before_a_line_with_quotes() {
    let table = Table::of("churn-logistic");
    let unclosed = "C-BAD,52,29168.01,62,\"basic,Lazio,monthly,3,24.85,yes,yes\n";
    assert!(table.rows[3].contains("\"Aosta"));
    let input = table.csv(&[0]) + unclosed + &table.rows[3] + "\n" + &table.rows[4] + "\n";
    let work = Work::with("churn-logistic", input);
    let [a, b, c] = [0, 3, 4].map(|row| table.label(row));
    let null = work.score("--on-bad-row null --id customer_id").ok();
    assert_eq!(null, format!("customer_id,prediction\nC-00001,{a}\n,\nC-00040,{b}\nC-00053,{c}\n"));
    let message = "error: `in.csv` line 3: text follows a closing quote\n";
    work.score("").fails(4, &format!("{message}{FIX_QUOTE}"));
}

#[test]
fn an_unclosed_quote_on_the_last_line() {
    let work =
        Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]) + "5.1,3.5,1.4,\"0.2");
    let message = "error: `in.csv` line 3: a quote opens here and never closes\n";
    work.score("").fails(4, &format!("{message}{FIX_QUOTE}"));
    let null = work.score("--on-bad-row null").ok();
    assert_eq!(null, "prediction\nsetosa\n\"\"\n");
}

#[test]
fn a_quote_inside_a_plain_cell_is_text() {
    let table = Table::of("churn-logistic");
    let input = table.csv(&[0]).replace("Lazio", "5\" pipe");
    let work = Work::with("churn-logistic", input);
    assert_eq!(
        work.score("--id region").ok(),
        format!("region,prediction\n5\" pipe,{}\n", table.label(0))
    );
}

/// Notes with quotes, delimiters and line ends in them, each line end one more line.
const NOTES: [&str; 5] =
    ["\"two\nlines\"", "plain", "\"a \"\"b\"\", c\"", "\"\n\r\n\n\"", "\"end\"  "];

/// Iris rows with a note in front of each.
fn noted(line_end: &str) -> String {
    let table = Table::of("iris-softmax");
    let rows = NOTES.iter().zip(&table.rows).map(|(note, row)| format!("{note},{row}{line_end}"));
    format!("note,{}{line_end}{}", table.header, rows.collect::<String>())
}

#[test]
fn quoted_cells_are_carried_through_byte_for_byte() {
    let table = Table::of("iris-softmax");
    for line_end in ["\n", "\r\n"] {
        let work = Work::with("iris-softmax", noted(line_end));
        let notes = NOTES.iter().enumerate();
        let expected = listed(notes.map(|(row, note)| format!("{note},{}", table.label(row))));
        assert_eq!(work.score("--id note").ok(), format!("note,prediction\n{expected}"));
    }
}

#[test]
fn keep_input_carries_every_cell_byte_for_byte() {
    let rows = [
        "\"5.1\", 3.5 ,\"\t1.4\",0.2,\"set\"\"osa, \"\"\"",
        "\"5.1\" ,3.50,+1.4,2e-1,",
        "5.1,3.5,1.4,0.2,\"\"",
        "5.1,3.5,1.4,0.2,a\"b'c",
    ];
    let header = Table::of("iris-softmax").header;
    for line_end in ["\n", "\r\n"] {
        let input = format!("{header}{line_end}{}{line_end}", rows.join(line_end));
        let work = Work::with("iris-softmax", input);
        let expected = listed(rows.map(|row| format!("{row},setosa")));
        assert_eq!(work.score("--keep-input").ok(), format!("{header},prediction\n{expected}"));
    }
}

#[test]
fn bytes_that_are_not_utf8_are_carried_through() {
    let table = Table::of("iris-softmax");
    let mut input = format!("note,{}\n", table.header).into_bytes();
    input.extend_from_slice(b"caf\xe9\x00\x80,");
    input.extend_from_slice(table.rows[0].as_bytes());
    let run = Work::with("iris-softmax", input).score("--id note");
    assert_eq!(run.stdout, b"note,prediction\ncaf\xe9\x00\x80,setosa\n", "{}", run.stderr);
}

#[test]
fn lines_are_counted_through_quoted_line_ends() {
    for line_end in ["\n", "\r\n"] {
        let good = noted(line_end);
        let line = good.matches('\n').count() + 1;
        assert_eq!(line, 11);
        let work = Work::with("iris-softmax", good + "\"\n\n\",5.1,3.5,forty,0.2,setosa\n");
        let fact = "column `petal_length_cm`: found `forty`, expected a number";
        work.score("").fails(4, &format!("error: `in.csv` line 11, {fact}\n{FIX_CELL}"));
    }
}

#[test]
fn lines_are_counted_through_a_quoted_header() {
    let table = Table::of("iris-softmax");
    let input = format!("\"a\nnote\",{}\nx,{}\nx,1,2\n", table.header, table.rows[0]);
    let work = Work::with("iris-softmax", input);
    let run = work.score("--on-bad-row skip --rejects bad.csv --keep-input").ok();
    let expected = format!("\"a\nnote\",{},prediction\nx,{},setosa\n", table.header, table.rows[0]);
    assert_eq!(run, expected);
    let rejects = work.text("bad.csv");
    assert_eq!(rejects, "line,column,reason,row\n4,,\"found 3 cells, expected 6\",\"x,1,2\"\n");
}

#[test]
fn a_header_may_be_quoted() {
    let table = Table::of("iris-softmax");
    let quoted = table.header.split(',').map(|name| format!("\" {name}\""));
    let header = quoted.collect::<Vec<_>>().join(",");
    let work = Work::with("iris-softmax", format!("{header}\n{}\n", table.rows[0]));
    assert_eq!(work.score("--id species").ok(), "species,prediction\nsetosa,setosa\n");
}

#[test]
fn rejected_rows_keep_their_quotes_and_line_ends() {
    let table = Table::of("iris-softmax");
    let bad = "\"two\r\nlines, \"\"quoted\"\"\",5.1,3.5,forty,0.2,setosa";
    let input = format!("note,{}\n{bad}\nx,{}\n", table.header, table.rows[0]);
    let work = Work::with("iris-softmax", input);
    let null = work.score("--on-bad-row null --id note --rejects bad.csv").ok();
    assert_eq!(null, "note,prediction\n\"two\r\nlines, \"\"quoted\"\"\",\nx,setosa\n");
    let row = bad.replace('"', "\"\"");
    let reason = "\"found `forty`, expected a number\"";
    let expected = format!("line,column,reason,row\n2,petal_length_cm,{reason},\"{row}\"\n");
    assert_eq!(work.text("bad.csv"), expected);
}
