//! Slips that once gave a wrong answer without a word.

use std::fs::{self, OpenOptions};
use std::io::Read as _;
use std::process::Stdio;

use crate::support::{Table, Work};

const IRIS: &str = "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm";

fn iris(header: &str) -> Work {
    Work::with("iris-softmax", format!("{header}\n5.1,3.5,1.4,0.2\n"))
}

#[test]
fn one_input_column_cannot_serve_two_of_the_model() {
    let work = iris(IRIS);
    work.score("--rename sepal_width_cm=sepal_length_cm").fails(
        4,
        "error: input column `sepal_width_cm` would serve two columns of the model\n\
         hint: rename the other one too, or leave this --rename out\n",
    );
    // Two columns that swap names are no slip.
    let swapped = iris("sepal_width_cm,sepal_length_cm,petal_length_cm,petal_width_cm");
    let renames = "--rename sepal_width_cm=sepal_length_cm --rename sepal_length_cm=sepal_width_cm";
    assert_eq!(swapped.score(renames).ok(), "prediction\nsetosa\n");
}

#[test]
fn a_header_with_a_broken_quote_is_told_as_such() {
    for (header, what) in [
        (format!("{IRIS},\"note"), "a quote opens here and never closes"),
        (format!("{IRIS},\"note\"s"), "text follows a closing quote"),
    ] {
        let work = iris(&header);
        for policy in ["stop", "null"] {
            work.score(&format!("--on-bad-row {policy}")).fails(
                4,
                &format!(
                    "error: `in.csv` line 1: {what}\nhint: a quote inside a cell is written twice\n"
                ),
            );
        }
    }
}

#[test]
fn a_wide_header_with_a_line_end_in_a_name() {
    let spare = "c,".repeat(300_000);
    let header = format!("\"x\ny\",{spare}{IRIS}");
    let cells = ",".repeat(300_001);
    let work = Work::with("iris-softmax", format!("{header}\n{cells}5.1,3.5,1.4,0.2\n"));
    assert_eq!(work.score("").ok(), "prediction\nsetosa\n");
}

#[test]
fn dev_stdout_does_not_destroy_what_a_redirection_appends_to() {
    let work = iris(IRIS);
    work.put("log", "before\n");
    let log = OpenOptions::new().append(true).open(work.path("log")).unwrap();
    let mut command = work.command();
    command.args(["predict", "m.model", "in.csv", "-q", "-o", "/dev/stdout"]);
    assert!(command.stdout(log).status().unwrap().success());
    assert_eq!(work.text("log"), "before\nprediction\nsetosa\n");
}

#[test]
fn a_closed_pipe_leaves_no_report_on_a_part() {
    let table = Table::of("iris-softmax");
    let rows = format!("{}\n5.1,x,1.4,0.2,setosa\n", table.rows[0]).repeat(100_000);
    let work = Work::with("iris-softmax", format!("{}\n{rows}", table.header));
    let mut command = work.command();
    command.args(["predict", "m.model", "in.csv", "-q", "--on-bad-row", "null"]);
    command.args(["--rejects", "bad.csv", "--summary", "sum.json"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut head = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut head).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[test]
fn a_length_that_is_only_claimed_costs_nothing() {
    let work = iris(IRIS);
    let mut bytes = work.bytes("m.model");
    let length: u64 = 200 << 30;
    bytes[16..24].copy_from_slice(&length.to_le_bytes());
    work.put("m.model", bytes);
    let file = OpenOptions::new().write(true).open(work.path("m.model")).unwrap();
    // Sparse: 200 GiB that take no room.
    if file.set_len(length).is_ok() {
        let run = work.score("");
        assert!(run.stderr.contains("SHA-256 of the header is"), "{}", run.stderr);
        assert_eq!(run.status, Some(3));
    }
    fs::remove_file(work.path("m.model")).unwrap();
}

#[test]
fn names_that_are_no_slips_of_the_pen_are_not_compared() {
    let work = Work::with("churn-logistic", format!("{}\n1\n", "x".repeat(3 << 20)));
    let run = work.score("");
    assert_eq!((run.status, run.stderr.lines().count()), (Some(4), 1), "{}", run.stderr);
    assert!(run.stderr.len() < 1000);
}
