//! What `--require` demands of a prediction run, but for drift.

use serde_json::json;

use crate::support::{Table, Work, listed};

/// Ten rows: ages of the first two missing, the last row bad.
fn ten() -> Work {
    let table = Table::of("churn-logistic");
    let row = |i: usize| {
        let mut cells: Vec<&str> = table.rows[0].split(',').collect();
        match i {
            0 | 1 => cells[1] = "",
            9 => cells[1] = "forty",
            _ => {}
        }
        cells.join(",")
    };
    let rows = (0..10).map(row);
    Work::with("churn-logistic", listed(std::iter::once(table.header.clone()).chain(rows)))
}

const RUN: &str = "--on-bad-row skip -o out.csv";

#[test]
fn what_is_so_is_met() {
    let work = ten();
    for gate in [
        "rows>=10",
        "rows<=10",
        "rejected<=1",
        "rejected<=10%",
        "rejected>0%",
        "missing[age]<=0.2223",
        "missing[age]<=22.3%",
        "missing[income]<=0",
        "share[no]>=100%",
        "share[yes]<=0",
    ] {
        let run = work.score(&format!("{RUN} --require {gate}"));
        assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{gate}");
    }
}

#[test]
fn what_is_not_so_ends_with_5_and_the_predictions_are_there() {
    let work = ten();
    for (gate, fact) in [
        ("rows>=11", "rows is 10, expected >= 11"),
        ("rejected<1", "rejected is 1, expected < 1"),
        ("rejected<=9.9%", "rejected is 10%, expected <= 9.9%"),
        ("missing[age]<=0.2", "missing[age] is 0.2222222222222222, expected <= 0.2"),
        ("missing[age]<=20%", "missing[age] is 22.222222%, expected <= 20%"),
        ("share[yes]>=1%", "share[yes] is 0%, expected >= 1%"),
    ] {
        work.score(&format!("{RUN} --require {gate}")).fails(5, &format!("error: gate: {fact}\n"));
        assert_eq!(work.text("out.csv").lines().count(), 10);
        std::fs::remove_file(work.path("out.csv")).unwrap();
    }
    let both =
        work.score(&format!("{RUN} --require rows>=11 --require rejected<1 --summary s.json"));
    assert_eq!(both.stderr.matches("error: gate: ").count(), 2, "{}", both.stderr);
    assert_eq!(
        work.json("s.json")["gates"][1],
        json!({ "gate": "rejected<1", "limit": 1.0, "met": false, "metric": "rejected",
                "outcome": "not met", "value": 1.0 })
    );
}

#[test]
fn shares_of_no_rows_cannot_be_judged() {
    let work = Work::with("churn-logistic", Table::of("churn-logistic").header);
    for (gate, why) in [
        ("rejected<=1%", "rejected cannot be judged, expected <= 1%: there are no rows"),
        ("missing[age]<=1", "missing[age] cannot be judged, expected <= 1: no row was predicted"),
        ("share[no]>=0", "share[no] cannot be judged, expected >= 0: no row was predicted"),
    ] {
        let run = work.score(&format!("--require {gate}"));
        let hint = "hint: with --not-judged pass a gate that cannot be judged is passed over\n";
        run.fails(5, &format!("error: gate: {why}\n{hint}"));
        assert_eq!(work.score(&format!("--require {gate} --not-judged pass")).status, Some(0));
    }
    assert_eq!(work.score("--require rejected<=0 --require rows<=0").status, Some(0));
    let rows = work.score("--require rows>=1 --not-judged pass");
    rows.fails(5, "error: gate: rows is 0, expected >= 1\n");
}

#[test]
fn what_there_is_not_is_wrong_usage() {
    let work = ten();
    for (gate, hint) in [("missing[aeg]<=1", "missing[age]"), ("share[NO]>=1", "share[no]")] {
        let run = work.score(&format!("--require {gate}"));
        assert_eq!(run.status, Some(2));
        assert!(run.stderr.ends_with(&format!("hint: did you mean `{hint}`?\n")), "{}", run.stderr);
    }
    work.score("--require rows>=5%")
        .fails(2, "error: --require: `rows` is a number of rows, expected one without %\n");
    let numbers = Work::with("diabetes-tree", Table::of("diabetes-tree").csv(&[0]));
    assert_eq!(numbers.score("--require share[0]>=1").status, Some(2));
    assert_eq!(numbers.score("--require rows>=1").status, Some(0));
}
