//! Rows whose cells do not add up, limits on how many are tolerated, and where they go.

use crate::policies::BadRow;
use crate::support::{FIX_ROW, SEE_REJECTS, Table, Work};

/// A row whose cells cannot be told apart.
#[track_caller]
fn shapeless(row: &str, reason: &str) {
    BadRow { row: row.as_bytes(), id: "", column: "", reason, hint: FIX_ROW, args: "" }.judge();
}

#[test]
fn too_few_cells() {
    shapeless(
        "C-BAD,52,29168.01,62,basic,Lazio,monthly,3,24.85,yes",
        "found 10 cells, expected 11",
    );
    shapeless("C-BAD", "found 1 cell, expected 11");
    shapeless("\"\"", "found 1 cell, expected 11");
}

#[test]
fn too_many_cells() {
    let row = "C-BAD,52,29168.01,62,basic,Aosta, Valle d',monthly,3,24.85,yes,yes";
    shapeless(row, "found 12 cells, expected 11");
    shapeless(&",".repeat(50), "found 51 cells, expected 11");
}

#[test]
fn a_delimiter_at_the_line_end_is_a_cell() {
    let row = "C-BAD,52,29168.01,62,basic,Lazio,monthly,3,24.85,yes,yes,";
    shapeless(row, "found 12 cells, expected 11");
}

#[test]
fn a_blank_line_in_the_middle() {
    shapeless("", "found a blank line, expected a row of 11 cells");
    shapeless("  ", "found 1 cell, expected 11");
}

#[test]
fn a_blank_line_of_a_file_with_crlf() {
    let table = Table::of("iris-softmax");
    let input = table.csv(&[0, 1]).replacen(&table.rows[1], &format!("\n{}", table.rows[1]), 1);
    let work = Work::with("iris-softmax", input.replace('\n', "\r\n"));
    let message = "error: `in.csv` line 3: found a blank line, expected a row of 5 cells\n";
    work.score("").fails(4, &format!("{message}{FIX_ROW}"));
    let [a, b] = [0, 1].map(|row| table.label(row));
    assert_eq!(work.score("--on-bad-row null").ok(), format!("prediction\n{a}\n\"\"\n{b}\n"));
}

#[test]
fn several_blank_lines_are_as_many_bad_rows() {
    let table = Table::of("iris-softmax");
    let input = table.csv(&[0]) + "\n\n\r\n" + &table.rows[1] + "\n";
    let work = Work::with("iris-softmax", input);
    let [a, b] = [0, 1].map(|row| table.label(row));
    let null = work.score("--on-bad-row null --rejects bad.csv").ok();
    assert_eq!(null, format!("prediction\n{a}\n\"\"\n\"\"\n\"\"\n{b}\n"));
    let reason = "\"found a blank line, expected a row of 5 cells\"";
    let rejects = format!("line,column,reason,row\n3,,{reason},\n4,,{reason},\n5,,{reason},\n");
    assert_eq!(work.text("bad.csv"), rejects);
}

#[test]
fn blank_lines_at_the_end_are_no_rows() {
    let table = Table::of("iris-softmax");
    let expected = format!("prediction\n{}\n", table.label(0));
    for tail in ["\n", "\n\n\n", "\r\n\r\n", "\n\r\n\n"] {
        let work = Work::with("iris-softmax", table.csv(&[0]) + tail);
        assert_eq!(work.score("").ok(), expected, "{tail:?}");
    }
}

/// The cells are all there, but the last may be a part of a number.
#[test]
fn an_input_without_a_line_end_at_its_end_is_told() {
    let table = Table::of("iris-softmax");
    for (rows, told) in [(&[0, 1][..], true), (&[0], true), (&[], false)] {
        let csv = table.csv(rows);
        let work = Work::with("iris-softmax", csv.trim_end());
        let run = work.predict("in.csv -o out.csv --summary s.json");
        let warning = "warning: the input ends without a line end: was it cut short?\n";
        assert_eq!((run.status, run.stderr.contains(warning)), (Some(0), told), "{}", run.stderr);
        assert_eq!(work.json("s.json")["ends_without_line_end"], told);
        work.put("in.csv", csv);
        assert!(!work.predict("in.csv -o out.csv").stderr.contains("line end"));
    }
}

#[test]
fn a_blank_line_cut_off_at_the_end_is_no_row() {
    let table = Table::of("iris-softmax");
    let expected = format!("prediction\n{}\n", table.label(0));
    for tail in ["\r", "\n\r", "\r\n\r"] {
        let work = Work::with("iris-softmax", table.csv(&[0]) + tail);
        assert_eq!(work.score("").ok(), expected, "{tail:?}");
    }
}

#[test]
fn any_number_of_blank_lines_at_the_end_are_no_rows() {
    let table = Table::of("iris-softmax");
    let work = Work::with("iris-softmax", table.csv(&[0]) + &"\n".repeat(1_200_000));
    assert_eq!(work.score("").ok(), format!("prediction\n{}\n", table.label(0)));
}

#[test]
fn the_last_row_needs_no_line_end() {
    let table = Table::of("churn-logistic");
    let work = Work::with("churn-logistic", table.csv(&[0, 1, 2]).trim_end());
    let labels: Vec<&str> = (0..3).map(|row| table.label(row)).collect();
    assert_eq!(work.score("").ok(), format!("prediction\n{}\n", labels.join("\n")));
}

#[test]
fn the_last_row_breaks_off_short() {
    let table = Table::of("churn-logistic");
    let whole = table.csv(&[0, 1, 2]);
    let cut = &whole[..whole.len() - 15];
    assert!(cut.ends_with(",monthly"), "{cut}");
    let work = Work::with("churn-logistic", cut);
    let reason = "the input breaks off after 7 cells of 11";
    let hint = "hint: the file may have been cut short; fetch it again\n";
    work.score("-o out.csv").fails(4, &format!("error: `in.csv` line 4: {reason}\n{hint}"));
    assert_eq!(work.names(), ["in.csv", "m.model"]);
    let [a, b] = [0, 1].map(|row| table.label(row));
    let null = work.score("--on-bad-row null --id customer_id --rejects bad.csv").ok();
    assert_eq!(null, format!("customer_id,prediction\nC-00001,{a}\nC-00014,{b}\n,\n"));
    let row = cut.lines().last().unwrap();
    assert_eq!(work.text("bad.csv"), format!("line,column,reason,row\n4,,{reason},\"{row}\"\n"));
    let skip = work.score("--on-bad-row skip --id customer_id").ok();
    assert_eq!(skip, format!("customer_id,prediction\nC-00001,{a}\nC-00014,{b}\n"));
}

#[test]
fn a_short_row_with_its_line_end_does_not_break_off() {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0]) + "1,2\n\n");
    let message = "error: `in.csv` line 3: found 2 cells, expected 5\n";
    work.score("").fails(4, &format!("{message}{FIX_ROW}"));
}

/// Good rows with four bad ones among them, on lines 3, 5, 6 and 8.
fn eight_lines() -> Work {
    let table = Table::of("iris-softmax");
    let good = &table.rows[0];
    let rows = [good, "1,2", good, "", "forty,3.5,1.4,0.2,setosa", good, "1,2,3,4,5,6"];
    Work::with("iris-softmax", format!("{}\n{}\n", table.header, rows.join("\n")))
}

#[test]
fn the_first_of_several_bad_rows_is_told() {
    let message = "error: `in.csv` line 3: found 2 cells, expected 5\n";
    eight_lines().score("").fails(4, &format!("{message}{FIX_ROW}"));
}

#[test]
fn null_with_probabilities_leaves_every_added_cell_empty() {
    let lone = eight_lines().score("--on-bad-row null").ok();
    assert_eq!(lone, "prediction\nsetosa\n\"\"\nsetosa\n\"\"\n\"\"\nsetosa\n\"\"\n");
    let table = Table::of("iris-softmax");
    let good = format!("5.1,{}\n", table.predictions[0]);
    let header = "sepal_length_cm,prediction,probability_setosa,probability_versicolor,probability_virginica\n";
    let all = eight_lines().score("--on-bad-row null --proba --id sepal_length_cm").ok();
    assert_eq!(all, format!("{header}{good},,,,\n{good},,,,\nforty,,,,\n{good},,,,\n"));
}

#[test]
fn rejects_name_line_column_and_reason() {
    let work = eight_lines();
    work.score("--on-bad-row skip --rejects bad.csv").ok();
    let expected = "line,column,reason,row\n\
        3,,\"found 2 cells, expected 5\",\"1,2\"\n\
        5,,\"found a blank line, expected a row of 5 cells\",\n\
        6,sepal_length_cm,\"found `forty`, expected a number\",\"forty,3.5,1.4,0.2,setosa\"\n\
        8,,\"found 6 cells, expected 5\",\"1,2,3,4,5,6\"\n";
    assert_eq!(work.text("bad.csv"), expected);
}

#[test]
fn rejects_of_a_clean_input_are_a_header() {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0, 1]));
    work.score("--on-bad-row null --rejects bad.csv").ok();
    assert_eq!(work.text("bad.csv"), "line,column,reason,row\n");
}

#[test]
fn rejects_use_the_delimiter_of_the_input() {
    let table = Table::of("iris-softmax");
    let input = (table.csv(&[0]) + "forty,3.5,1.4,0.2,setosa\n1,2\n").replace(',', ";");
    let work = Work::with("iris-softmax", input);
    work.score("--on-bad-row skip --rejects bad.csv --delimiter ;").ok();
    let expected = "line;column;reason;row\n\
        3;sepal_length_cm;found `forty`, expected a number;\"forty;3.5;1.4;0.2;setosa\"\n\
        4;;found 2 cells, expected 5;\"1;2\"\n";
    assert_eq!(work.text("bad.csv"), expected);
}

#[test]
fn more_bad_rows_than_a_number() {
    let work = eight_lines();
    work.put("out.csv", "as it was\n");
    let names = work.names();
    for (limit, line, fact) in [
        (0, 3, "found 2 cells, expected 5"),
        (1, 5, "found a blank line, expected a row of 5 cells"),
        (2, 6, "found `forty`, expected a number"),
        (3, 8, "found 6 cells, expected 5"),
    ] {
        let column = if line == 6 { ", column `sepal_length_cm`" } else { "" };
        let message = format!(
            "error: `in.csv` line {line}{column}: more than {limit} bad rows; this one is too many: {fact}\n{SEE_REJECTS}"
        );
        for policy in ["null", "skip"] {
            let args = format!(
                "--on-bad-row {policy} --max-bad-rows {limit} -o out.csv --rejects bad.csv"
            );
            work.score(&args).fails(4, &message);
        }
    }
    std::fs::remove_file(work.path("bad.csv")).unwrap();
    assert_eq!((work.text("out.csv"), work.names()), ("as it was\n".to_owned(), names));
    let tolerated = work.score("--on-bad-row skip --max-bad-rows 4").ok();
    assert_eq!(tolerated, "prediction\nsetosa\nsetosa\nsetosa\n");
}

#[test]
fn more_bad_rows_than_a_share() {
    let work = eight_lines();
    for (limit, shown) in [("0%", "0"), ("57%", "57"), ("57.1%", "57.1")] {
        let message = format!(
            "error: `in.csv` line 3: 4 of 7 rows are bad, more than {shown} %; the first: found 2 cells, expected 5\n{SEE_REJECTS}"
        );
        let args = format!("--on-bad-row null --max-bad-rows {limit} -o out.csv --rejects bad.csv");
        work.score(&args).fails(4, &message);
    }
    assert_eq!(work.names(), ["bad.csv", "in.csv", "m.model"]);
    for limit in ["57.2%", "100%"] {
        work.score(&format!("--on-bad-row null --max-bad-rows {limit}")).ok();
    }
}

/// What was wrong is what the next step needs; the predictions are not.
#[test]
fn rejects_and_summary_are_written_though_more_rows_were_bad_than_are_tolerated() {
    let work = eight_lines();
    let all = "--on-bad-row skip --rejects bad.csv --summary s.json -o out.csv";
    work.score(all).ok();
    let rejects = work.text("bad.csv");
    std::fs::remove_file(work.path("out.csv")).unwrap();
    for (limit, rows, bad) in [("2", 5, 3), ("0", 2, 1), ("50%", 7, 4)] {
        let run = work.score(&format!("{all} --max-bad-rows {limit}"));
        assert_eq!((run.status, run.stdout.as_slice()), (Some(4), &b""[..]));
        let head: Vec<&str> = rejects.split_inclusive('\n').take(bad + 1).collect();
        assert_eq!(work.text("bad.csv"), head.concat(), "{limit}");
        let summary = work.json("s.json");
        assert_eq!(summary["rows_read"], rows, "{limit}");
        assert_eq!(summary["rows_rejected"], bad, "{limit}");
        let stopped = summary["stopped"].as_str().unwrap();
        assert!(run.stderr.starts_with(&format!("error: {stopped}\n")), "{}", run.stderr);
        assert_eq!(work.names(), ["bad.csv", "in.csv", "m.model", "s.json"]);
    }
    work.score(&format!("{all} --max-bad-rows 4")).ok();
    assert_eq!(work.json("s.json")["stopped"], serde_json::Value::Null);
    assert!(work.names().contains(&"out.csv".to_owned()));
}

#[test]
fn limits_that_make_no_sense() {
    let work = eight_lines();
    for (limit, says) in [
        ("101%", "expected a share from 0% to 100%"),
        ("nan%", "expected a share from 0% to 100%"),
        ("%", "expected a share from 0% to 100%"),
        ("1.5", "expected a number of rows such as 10, or a share such as 0.5%"),
        ("all", "expected a number of rows such as 10, or a share such as 0.5%"),
    ] {
        work.score(&format!("--on-bad-row skip --max-bad-rows {limit}")).misused(says);
    }
    let needs = "needs --on-bad-row null or skip\n";
    work.score("--max-bad-rows 3").fails(2, &format!("error: --max-bad-rows {needs}"));
    work.score("--rejects bad.csv").fails(2, &format!("error: --rejects {needs}"));
    work.score("--on-bad-row drop").misused("[possible values: stop, null, skip]");
}
