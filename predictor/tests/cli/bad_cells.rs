//! Cells that cannot be used, and cells that look odd but can.

use crate::policies::BadRow;
use crate::support::{FIX_CELL, FIX_ROW, Table, Work};

/// A row whose `age` is no number.
#[track_caller]
fn no_number(cell: &str, shown: &str) {
    no_number_with_hint(cell, shown, FIX_CELL);
}

#[track_caller]
fn no_number_with_hint(cell: &str, shown: &str, hint: &str) {
    BadRow {
        row: format!("C-BAD,{cell},29168.01,62,basic,Lazio,monthly,3,24.85,yes,yes").as_bytes(),
        id: "C-BAD",
        column: "age",
        reason: &format!("found `{shown}`, expected a number"),
        hint,
        args: "",
    }
    .judge();
}

#[test]
fn text_in_a_number_column() {
    no_number("forty", "forty");
    no_number("\"forty, or so\"", "forty, or so");
}

#[test]
fn numbers_with_something_after_them() {
    no_number("12abc", "12abc");
    no_number("52 years", "52 years");
    no_number("1.5f", "1.5f");
}

#[test]
fn two_decimal_points() {
    no_number("1.5.2", "1.5.2");
}

#[test]
fn other_notations() {
    no_number("0x1A", "0x1A");
    no_number("1e", "1e");
    no_number("--1", "--1");
}

#[test]
fn numbers_in_another_style_than_that_of_the_model() {
    for (cell, shown, style) in [
        ("\"1,5\"", "1,5", "a decimal comma"),
        ("\"1,500\"", "1,500", "`,` between thousands"),
        ("1 000", "1 000", "spaces between thousands"),
        ("1_000", "1_000", "`_` between thousands"),
        ("$5", "$5", "`$`"),
        ("5%", "5%", "`%`"),
        ("(5)", "(5)", "parentheses for a minus"),
    ] {
        let hint = format!(
            "hint: the cell looks like numbers with {style}, this model reads numbers with a decimal point: write all numbers of the file in that way, or go on with --on-bad-row null|skip\n"
        );
        no_number_with_hint(cell, shown, &hint);
    }
}

#[test]
fn a_word_for_a_total_may_begin_a_footer() {
    let hint = "hint: remove the line if it is a footer, fix the cell if it is a row, or go on with --on-bad-row null|skip\n";
    no_number_with_hint("Total", "Total", hint);
}

#[test]
fn numbers_that_are_not_finite() {
    for cell in ["1e999", "-1e999", "inf", "-inf", "Infinity", "nan", "NAN"] {
        no_number(cell, cell);
    }
}

#[test]
fn missing_tokens_in_another_spelling() {
    for cell in ["na", "NULL", "none", "-", "."] {
        no_number(cell, cell);
    }
}

#[test]
fn a_long_cell_is_shown_shortened_and_without_control_characters() {
    no_number(&"x".repeat(5000), &format!("{}...", "x".repeat(60)));
    no_number("\u{1b}[31m4\u{7}", "\\u{1b}[31m4\\u{7}");
    no_number("\"4\n\n2\"", "4\\n\\n2");
}

#[test]
fn an_unseen_category_where_that_is_an_error() {
    BadRow {
        row: b"C-BAD,52,29168.01,62,gold,Lazio,monthly,3,24.85,yes,yes",
        id: "C-BAD",
        column: "plan",
        reason: "found `gold`, a category that training did not see",
        hint: FIX_ROW,
        args: "--unseen error",
    }
    .judge();
}

#[test]
fn a_category_of_other_bytes_where_that_is_an_error() {
    BadRow {
        row: b"C-BAD,52,29168.01,62,basic,\"Aosta, Vall\xe9e d'\",monthly,3,24.85,yes,yes",
        id: "C-BAD",
        column: "region",
        reason: "found `Aosta, Vall\u{fffd}e d'`, a category that training did not see",
        hint: FIX_ROW,
        args: "--unseen error",
    }
    .judge();
}

#[test]
fn the_first_bad_cell_of_a_row_is_told() {
    BadRow {
        row: b"C-BAD,52,lots,many,basic,Lazio,monthly,3,24.85,yes,yes",
        id: "C-BAD",
        column: "income",
        reason: "found `lots`, expected a number",
        hint: FIX_CELL,
        args: "",
    }
    .judge();
}

#[test]
fn a_bad_cell_in_a_column_the_model_does_not_use_is_no_matter() {
    let table = Table::of("churn-logistic");
    let row = table.rows[0].replace("C-00001", "C\u{7}-\u{fffd}");
    let work = Work::with("churn-logistic", format!("{}\n{row}\n", table.header));
    assert_eq!(work.score("").ok(), format!("prediction\n{}\n", table.label(0)));
}

/// What iris says of a row with this first cell.
fn of_length(cell: &str) -> String {
    let input = format!(
        "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n{cell},3.5,1.4,0.2\n"
    );
    Work::with("iris-softmax", input).score("--proba").ok()
}

#[test]
fn a_number_may_be_written_in_many_ways() {
    let plain = of_length("5.5");
    for same in [
        "+5.5",
        "5.50",
        "05.5",
        "55e-1",
        ".55E1",
        "0.055e+2",
        " 5.5\t",
        "\"5.5\"",
        "\" 5.5 \"",
        "\"5.5\" ",
    ] {
        assert_eq!(of_length(same), plain, "{same}");
    }
    assert_eq!(of_length("5."), of_length("5"));
    assert_ne!(of_length("5.6"), plain);
}

#[test]
fn every_missing_token_of_the_model_means_the_same() {
    let missing = of_length("");
    for token in ["NA", "N/A", "NaN", "null", "?", " ", "\"\"", "\" NA \""] {
        assert_eq!(of_length(token), missing, "{token}");
    }
}

/// Rows of the diabetes table with one cell of the third row replaced.
fn diabetes(golden: &str, column: usize, cell: &str) -> Work {
    let table = Table::of(golden);
    let mut rows: Vec<String> = table.rows[..4].to_vec();
    let mut cells: Vec<&str> = rows[2].split(',').collect();
    cells[column] = cell;
    rows[2] = cells.join(",");
    Work::with(golden, format!("{}\n{}\n", table.header, rows.join("\n")))
}

#[test]
fn a_missing_number_where_the_model_does_not_impute() {
    let work = diabetes("diabetes-tree", 2, "NA");
    let message = "error: `in.csv` line 4, column `bmi`: found `NA`, which is missing; this model does not impute\n";
    work.score("").fails(4, &format!("{message}{FIX_ROW}"));
    let table = Table::of("diabetes-tree");
    let [a, b, c] = [0, 1, 3].map(|row| table.label(row));
    let null = work.score("--on-bad-row null --id age").ok();
    assert_eq!(null, format!("age,prediction\n59,{a}\n50,{b}\n19,\n48,{c}\n"));
    let skip = work.score("--on-bad-row skip --id age").ok();
    assert_eq!(skip, format!("age,prediction\n59,{a}\n50,{b}\n48,{c}\n"));
}

#[test]
fn a_prediction_that_overflows() {
    let work = diabetes("diabetes-linear", 2, "1.7e308");
    let hint = "hint: a value lies far outside anything the model was trained on\n";
    let message = "error: `in.csv` line 4: the prediction is not a finite number\n";
    work.score("").fails(4, &format!("{message}{hint}"));
    let table = Table::of("diabetes-linear");
    let [a, b, c] = [0, 1, 3].map(|row| table.label(row));
    let null = work.score("--on-bad-row null --id age --rejects bad.csv").ok();
    assert_eq!(null, format!("age,prediction\n59,{a}\n50,{b}\n19,\n48,{c}\n"));
    let row = table.rows[2].replace("19.2", "1.7e308");
    let rejects =
        format!("line,column,reason,row\n4,,the prediction is not a finite number,\"{row}\"\n");
    assert_eq!(work.text("bad.csv"), rejects);
    let skip = work.score("--on-bad-row skip --id age").ok();
    assert_eq!(skip, format!("age,prediction\n59,{a}\n50,{b}\n48,{c}\n"));
}

#[test]
fn an_unseen_category_is_scored_as_none_of_the_known_ones() {
    let table = Table::of("churn-logistic");
    let unseen = |plan: &[u8]| {
        let mut input = format!("{}\nC-1,52,29168.01,62,", table.header).into_bytes();
        input.extend_from_slice(plan);
        input.extend_from_slice(b",Lazio,monthly,3,24.85,yes,yes\n");
        Work::with("churn-logistic", input).score("--proba").ok()
    };
    let gold = unseen(b"gold");
    assert_ne!(gold, unseen(b"basic"));
    // Training saw no row without a plan, so a missing one is none of the known ones either.
    for same in [&b"Basic"[..], b"\xff\xfe", b"\"ba\"\"sic\"", b"NA", b""] {
        assert_eq!(unseen(same), gold, "{same:?}");
    }
    assert_eq!(unseen(b" \"basic\" "), gold);
    assert_eq!(unseen(b" basic\t"), unseen(b"basic"));
    assert_eq!(unseen(b"\"basic\""), unseen(b"basic"));
}
