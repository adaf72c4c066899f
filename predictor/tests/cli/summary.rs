//! The summary: for people on stderr, as JSON there or in a file.

use serde_json::json;

use crate::support::{Table, Work, id};

/// Six churn rows with something to count in five of them; the last one is bad.
fn odd_rows() -> Work {
    let header = Table::of("churn-logistic").header;
    let rows = "C-1,,29168.01,62,basic,Lazio,,3,24.85,yes,\n\
        C-2,17,1e6,62,gold,Lazio,monthly,3,24.85,yes,\n\
        C-3,83,NA,62,silver,Lazio,monthly,3,24.85,?,\n\
        C-4,82,29168.01,62,basic,Roma,monthly,0,24.85,yes,\n\
        C-5,18,29168.01,62,basic,Lazio,monthly,6,24.85,yes,\n\
        C-6,1000,forty,62,bronze,Lazio,monthly,3,24.85,yes,\n";
    Work::with("churn-logistic", format!("{header}\n{rows}"))
}

#[test]
fn the_text_counts_what_is_odd() {
    let work = odd_rows();
    let run = work.predict("in.csv --on-bad-row null -o out.csv");
    let (first, rest) = run.stderr.split_once('\n').unwrap();
    assert!(first.starts_with("rows: 6 read, 5 predicted, 1 rejected in 0."), "{first}");
    assert!(first.ends_with(" rows/s)"), "{first}");
    let expected = format!(
        "predictions: `no` 4 (80.0 %), `yes` 1 (20.0 %)\n\
         missing cells: age 1, income 1, contract 1, autopay 1\n\
         unseen categories: plan 2 (`gold` 1; `silver` 1), region 1 (`Roma` 1)\n\
         outside training range: age 2, income 1\n\
         model: churn-logistic 1.0.0 {}\n\
         drift: not judged, 5 rows are too few, 30 are needed\n",
        id(&work.bytes("m.model"))
    );
    assert_eq!(rest, expected);
    assert_eq!((run.status, run.stdout.as_slice()), (Some(0), &b""[..]));
}

/// Training saw no flower of a thousand kilometres, and none whose petal was not measured.
#[test]
fn what_training_had_none_of_is_told() {
    let header = Table::of("iris-softmax").header;
    let rows = "1e9,3.5,1.4,0.2,\n5.1,3.5,NA,0.2,\n";
    let run = Work::with("iris-softmax", format!("{header}\n{rows}")).predict("in.csv -o out.csv");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    for line in
        ["missing cells: petal_length_cm 1\n", "outside training range: sepal_length_cm 1\n"]
    {
        assert!(run.stderr.contains(line), "{}", run.stderr);
    }
}

#[test]
fn a_column_name_cannot_forge_a_line() {
    let work = odd_rows();
    let forged = "age\nmodel: evil 9 deadbeef\nsigned by: key FFFF";
    work.edit_manifest(|manifest| {
        manifest.schema.columns.iter_mut().find(|c| c.name == "age").unwrap().name = forged.into();
    });
    work.put("in.csv", work.text("in.csv").replacen("age", &format!("\"{forged}\""), 1));
    let run = work.predict("in.csv --on-bad-row null -o out.csv");
    assert!(
        run.stderr
            .contains("range: age\\nmodel: evil 9 deadbeef\\nsigned by: key FFFF 2, income 1\n"),
        "{}",
        run.stderr
    );
    for begin in ["model: evil", "signed by:"] {
        assert!(!run.stderr.lines().any(|line| line.starts_with(begin)), "{}", run.stderr);
    }
}

#[test]
fn what_did_not_happen_is_not_told() {
    let work = Work::with("churn-logistic", Table::of("churn-logistic").csv(&[0, 1]));
    let run = work.predict("in.csv");
    let lines: Vec<&str> = run.stderr.lines().collect();
    assert_eq!(lines.len(), 4, "{}", run.stderr);
    assert!(lines[0].starts_with("rows: 2 read, 2 predicted, 0 rejected in 0."));
    assert_eq!(lines[1], "predictions: `no` 2 (100.0 %), `yes` 0 (0.0 %)");
    assert_eq!(lines[2], format!("model: churn-logistic 1.0.0 {}", id(&work.bytes("m.model"))));
}

#[test]
fn json_has_the_same_counts_in_a_file_and_on_stdout() {
    let work = odd_rows();
    let run = work.predict("in.csv --on-bad-row skip -o out.csv --summary s.json --json");
    assert_eq!(run.ok(), work.text("s.json"));
    let mut summary = work.json("s.json");
    let timed = summary.as_object_mut().unwrap();
    // `drift.rs` is about these.
    assert_eq!(timed.remove("columns").unwrap()["plan"]["psi"], json!(null));
    for key in ["seconds", "rows_per_second"] {
        assert!(timed.remove(key).unwrap().as_f64().unwrap() > 0.0);
    }
    let [started, finished] = ["started", "finished"].map(|key| timed.remove(key).unwrap());
    assert!(started.as_str().unwrap() <= finished.as_str().unwrap());
    assert!(started.as_str().unwrap().len() == 20 && started.as_str().unwrap().ends_with('Z'));
    assert_eq!(
        summary,
        json!({
            "model": {
                "name": "churn-logistic",
                "version": "1.0.0",
                "id": id(&work.bytes("m.model")),
            },
            "summary_version": 1,
            "input": "in.csv",
            "stopped": null,
            "threshold": null,
            "predictions": { "labels": [
                { "label": "no", "rows": 4, "share": 0.8 },
                { "label": "yes", "rows": 1, "share": 0.2 },
            ] },
            "unseen_values": {
                "plan": [
                    { "value": "gold", "rows": 1, "estimated": false, "nearest": null },
                    { "value": "silver", "rows": 1, "estimated": false, "nearest": null },
                ],
                "region": [{ "value": "Roma", "rows": 1, "estimated": false, "nearest": null }],
            },
            "rows_read": 6,
            "rows_predicted": 5,
            "rows_rejected": 1,
            "missing_cells": { "age": 1, "income": 1, "contract": 1, "autopay": 1 },
            "unseen_categories": { "plan": 2, "region": 1 },
            "outside_training_range": { "age": 2, "income": 1 },
            "drift": null,
            "rows_compared": 5,
            "ends_without_line_end": false,
            "gates": [],
            "warnings": [],
        })
    );
}

#[test]
fn a_summary_file_is_written_quietly_too_and_replaces_an_earlier_one() {
    let work = odd_rows();
    work.put("s.json", "as it was\n");
    let run = work.score("--on-bad-row skip --summary s.json");
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert_eq!(work.json("s.json")["rows_read"], 6);
    assert_eq!(work.names(), ["in.csv", "m.model", "s.json"]);
}

#[test]
fn a_run_that_fails_writes_no_summary() {
    let work = odd_rows();
    work.put("s.json", "as it was\n");
    let run = work.score("--summary s.json");
    assert_eq!(run.status, Some(4));
    assert_eq!(work.text("s.json"), "as it was\n");
}

#[test]
fn a_header_without_rows_has_a_summary() {
    let work = Work::with("churn-logistic", Table::of("churn-logistic").header);
    let run = work.predict("in.csv --summary s.json");
    assert!(
        run.stderr.starts_with("rows: 0 read, 0 predicted, 0 rejected in 0."),
        "{}",
        run.stderr
    );
    let summary = work.json("s.json");
    assert_eq!((&summary["rows_read"], &summary["missing_cells"]), (&json!(0), &json!({})));
}
