//! Which categories training did not see, and what the predictions were.

use serde_json::{Value, json};

use crate::support::{Table, Work, listed};

/// Columns of a churn row.
const PLAN: usize = 4;

/// So many golden rows, each with a plan of its own.
fn with_plans(n_rows: usize, plan: impl Fn(usize) -> String) -> Work {
    let table = Table::of("churn-logistic");
    let plain: Vec<&String> = table.rows.iter().filter(|row| !row.contains('"')).collect();
    let rows = (0..n_rows).map(|i| {
        let mut cells: Vec<String> = plain[i % plain.len()].split(',').map(str::to_owned).collect();
        cells[PLAN] = plan(i);
        cells.join(",")
    });
    Work::with("churn-logistic", listed(std::iter::once(table.header.clone()).chain(rows)))
}

fn summary(work: &Work, args: &str) -> Value {
    assert_eq!(work.score(&format!("-o out.csv --summary s.json {args}")).status, Some(0));
    work.json("s.json")
}

#[test]
fn the_three_most_frequent_with_the_category_that_they_may_stand_for() {
    let work = with_plans(10, |i| {
        let plans = [
            "Basic ",
            "gold",
            "gold",
            "\"pre,mium\"",
            "gold",
            "Basic",
            "premium",
            "x",
            "y",
            "Basic",
        ];
        plans[i].to_owned()
    });
    let run = work.predict("in.csv -o out.csv --summary s.json");
    let line = "\nunseen categories: plan 9 (`Basic` 3, did training call it `basic`?; `gold` 3; \
                `pre,mium` 1, did training call it `premium`?)\n";
    assert!(run.stderr.contains(line), "{}", run.stderr);
    assert_eq!(
        work.json("s.json")["unseen_values"],
        json!({ "plan": [
            { "value": "Basic", "rows": 3, "estimated": false, "nearest": "basic" },
            { "value": "gold", "rows": 3, "estimated": false, "nearest": null },
            { "value": "pre,mium", "rows": 1, "estimated": false, "nearest": "premium" },
        ] })
    );
}

/// Many chunks, more different values than are told apart: the same for any number of threads, and
/// the frequent ones are found.
#[test]
fn neither_many_values_nor_threads_change_what_is_told() {
    let work = with_plans(100_000, |i| match i % 10 {
        0..5 => "gold".to_owned(),
        5..8 => "1.0".to_owned(),
        _ => format!("one of many {i}"),
    });
    let told = [1, 2, 5].map(|threads| {
        let summary = summary(&work, &format!("--threads {threads}"));
        assert_eq!(summary["unseen_categories"]["plan"], 100_000);
        summary["unseen_values"].clone()
    });
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0], told[2]);
    let [gold, number] = [0, 1].map(|i| told[0]["plan"][i].clone());
    assert_eq!((&gold["value"], &number["value"]), (&json!("gold"), &json!("1.0")));
    for (value, rows) in [(gold, 50_000.0), (number, 30_000.0)] {
        assert!((value["rows"].as_f64().unwrap() - rows).abs() < rows / 20.0, "{value}");
        assert_eq!(value["estimated"], true);
    }
}

#[test]
fn one_value_outside_of_the_range_of_many_rows_is_chance() {
    let table = Table::of("iris-softmax");
    let rows = |n_far: usize| {
        let row = |i: usize| {
            if i < n_far {
                "99,3.5,1.4,0.2,".into()
            } else {
                table.rows[i % table.rows.len()].clone()
            }
        };
        let rows = (0..1000).map(row);
        Work::with("iris-softmax", listed(std::iter::once(table.header.clone()).chain(rows)))
    };
    let told =
        |n_far| rows(n_far).predict("in.csv -o out.csv").stderr.contains("outside training range");
    // Of 120 training rows, 1,000 others exceed the range by about 17 values.
    assert!(!told(1) && !told(17) && told(60));
    let summary = summary(&rows(1), "");
    assert_eq!(summary["outside_training_range"], json!({ "sepal_length_cm": 1 }));
}

#[test]
fn the_spread_of_predicted_numbers() {
    let table = Table::of("diabetes-tree");
    let work = Work::with("diabetes-tree", table.csv(&(0..table.rows.len()).collect::<Vec<_>>()));
    let mut numbers: Vec<f64> = table.predictions.iter().map(|p| p.parse().unwrap()).collect();
    numbers.sort_by(f64::total_cmp);
    let predictions = summary(&work, "")["predictions"].clone();
    let number = |value: &Value| value.as_f64().unwrap();
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    assert!((number(&predictions["mean"]) - mean).abs() < 1e-9 * mean);
    assert_eq!(predictions["min"], json!(numbers[0]));
    assert_eq!(predictions["max"], json!(numbers[numbers.len() - 1]));
    let median = numbers[numbers.len().div_ceil(2) - 1];
    let found = number(&predictions["quantiles"]["p50"]);
    assert!(found <= median && median - found < 0.01 * median, "{found} {median}");
    let none = Work::with("diabetes-tree", table.header);
    let predictions = &summary(&none, "")["predictions"];
    assert_eq!(
        (&predictions["mean"], &predictions["quantiles"]["p50"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn the_summary_names_input_and_threshold() {
    let work = with_plans(3, |_| "basic".into());
    let summary = summary(&work, "--threshold 0.25");
    assert_eq!(summary["threshold"], 0.25);
    assert_eq!(summary["input"], "in.csv");
    let run = work.predict_on(work.bytes("in.csv"), "- --threshold 0.25 --summary s.json");
    assert!(run.stderr.contains("\nthreshold: the second label from probability 0.25 on\n"));
    assert_eq!(work.json("s.json")["input"], "<stdin>");
}
