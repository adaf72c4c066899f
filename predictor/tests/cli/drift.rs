//! The guard: a batch compared with the training data.

use serde_json::{Value, json};

use crate::support::{Run, Table, Work, golden, listed};

/// Columns of a churn row.
const AGE: usize = 1;
const INCOME: usize = 2;
const PLAN: usize = 4;

/// The golden rows, each cell of one column made anew from its row's number and itself.
fn changed(column: usize, change: impl Fn(usize, &str) -> String) -> Work {
    let table = Table::of("churn-logistic");
    let rows = table.rows.iter().enumerate().map(|(i, row)| {
        // Only the region, which comes later, is quoted.
        let mut cells: Vec<String> = row.split(',').map(str::to_owned).collect();
        cells[column] = change(i, &cells[column]);
        cells.join(",")
    });
    Work::with("churn-logistic", listed(std::iter::once(table.header.clone()).chain(rows)))
}

fn times(by: f64) -> impl Fn(usize, &str) -> String {
    move |_, cell| cell.parse::<f64>().map_or(cell.to_owned(), |v| (v * by).to_string())
}

/// What the summary says after the model's id.
fn warnings(run: &Run) -> String {
    let (_, after) = run.stderr.split_once("\nmodel: ").unwrap();
    after.split_once('\n').unwrap().1.to_owned()
}

fn summary(work: &Work, args: &str) -> Value {
    work.score(&format!("--summary s.json {args}"));
    let mut summary = work.json("s.json");
    for key in ["seconds", "rows_per_second", "started", "finished"] {
        summary.as_object_mut().unwrap().remove(key);
    }
    summary
}

#[test]
fn rows_like_the_training_data_are_no_cause_for_a_warning() {
    let work = Work::with("churn-logistic", golden("churn-logistic", "rows.csv"));
    let run = work.predict("in.csv --require drift<=0 --require drift<0.1 -o out.csv");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert_eq!(warnings(&run), "gate: drift<=0 met: 0\ngate: drift<0.1 met: 0\n");
    let summary = summary(&work, "");
    assert_eq!(summary["drift"], 0.0);
    let columns = summary["columns"].as_object().unwrap();
    assert_eq!(columns.len(), 9);
    for (name, column) in columns {
        assert_eq!(column["drifted"], false, "{name}");
        let [psi, limit] = ["psi", "limit"].map(|key| column[key].as_f64().unwrap());
        assert!(0.0 <= psi && psi < limit && (0.1..1.0).contains(&limit), "{name}: {column}");
    }
}

#[test]
fn another_unit() {
    let work = changed(INCOME, times(0.001));
    assert_eq!(
        warnings(&work.predict("in.csv -o out.csv")),
        "warning: column `income`: drift 10, above 0.86; \
         100.0 % of the values below the training minimum 12382.8; \
         the mean is about 0.001 times that in training, is the unit another one?\n"
    );
    let work = changed(AGE, times(10.0));
    assert_eq!(
        warnings(&work.predict("in.csv -o out.csv")),
        "warning: column `age`: drift 10, above 0.86; \
         100.0 % of the values above the training maximum 82; \
         the mean is about 10 times that in training, is the unit another one?\n"
    );
}

#[test]
fn a_shift() {
    let shift = |_: usize, cell: &str| {
        cell.parse::<f64>().map_or(cell.to_owned(), |v| (v + 35.0).to_string())
    };
    let work = changed(AGE, shift);
    assert_eq!(
        warnings(&work.predict("in.csv -o out.csv")),
        "warning: column `age`: drift 5, above 0.86; \
         50.0 % of the values above the training maximum 82; \
         the mean is 2.53 training deviations higher\n"
    );
}

#[test]
fn missing_cells() {
    let work = changed(AGE, |i, cell| if i % 4 == 0 { String::new() } else { cell.to_owned() });
    assert_eq!(
        warnings(&work.predict("in.csv -o out.csv")),
        "warning: column `age`: drift 0.26, above 0.1; missing rate 30.0 %, in training 4.1 %\n"
    );
}

#[test]
fn another_mix_of_categories() {
    let work = changed(PLAN, |i, cell| match i % 3 {
        0 => "premium".into(),
        1 if i % 2 == 0 => "gold".into(),
        _ => cell.to_owned(),
    });
    assert_eq!(
        warnings(&work.predict("in.csv -o out.csv")),
        "warning: column `plan`: drift 0.75, above 0.64; \
         15.0 % of the cells are categories that training did not see; \
         `premium` 35.0 %, in training 11.3 %\n"
    );
}

#[test]
fn a_gate_that_is_not_met_ends_with_5_and_the_predictions_are_there() {
    let work = changed(INCOME, times(1000.0));
    let drift = summary(&work, "")["drift"].as_f64().unwrap();
    let failure = format!("error: gate: drift is {drift} in column `income`, expected <= 0.25\n");
    let plain = work.score("");
    let run = work.score("--require drift<=0.25 -o out.csv --summary s.json");
    run.fails(5, &failure);
    assert_eq!(work.bytes("out.csv"), plain.stdout);
    assert_eq!(
        work.json("s.json")["gates"],
        json!([{ "gate": "drift<=0.25", "limit": 0.25, "met": false, "metric": "drift", "outcome": "not met", "value": drift }])
    );
    work.score("--require drift<=0.25 --dry-run").fails(5, &failure);
    let on_stdin = work.predict_on(work.bytes("in.csv"), "- -q --require drift<=0.25");
    on_stdin.fails(5, &failure);
    assert_eq!(on_stdin.stdout, plain.stdout);
    assert_eq!(work.score("--require drift<=1000").status, Some(0));
    let told = work.predict("in.csv --require drift<=0.25 -o out.csv").stderr;
    assert!(told.contains(&format!("\ngate: drift<=0.25 not met: {drift}\nwarning: column `inc")));
    assert!(told.ends_with(&failure), "{told}");
}

#[test]
fn a_gate_on_something_else_is_wrong_usage() {
    let work = changed(AGE, times(1.0));
    work.score("--require drif<=0.1 -o out.csv").fails(
        2,
        "error: --require: no metric `drif`, expected one of drift, rows, rejected, missing[age], \
         missing[income], missing[tenure_months], missing[plan], missing[region], missing[contract], \
         missing[support_calls], missing[monthly_fee], missing[autopay], share[no], share[yes]\nhint: did you mean `drift`?\n",
    );
    work.score("--require drift").misused("expected METRIC>=X");
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[test]
fn a_few_rows_are_not_judged() {
    let work = Work::with("churn-logistic", Table::of("churn-logistic").csv(&[0, 1, 2]));
    let summary = summary(&work, "");
    assert_eq!(summary["drift"], Value::Null);
    let age = &summary["columns"]["age"];
    assert_eq!(
        (&age["psi"], &age["limit"], &age["drifted"]),
        (&json!(null), &json!(null), &json!(false))
    );
    assert_eq!(age["out_of_range_share"], 0.0);
    work.score("--require drift<=1 -o out.csv").fails(
        5,
        "error: gate: drift cannot be judged, expected <= 1: 3 rows are too few, 30 are needed\n\
         hint: with --not-judged pass a gate that cannot be judged is passed over\n",
    );
    assert!(work.names().contains(&"out.csv".to_owned()));
    let passed = work.predict("in.csv --require drift<=1 --not-judged pass --summary s.json");
    assert_eq!(passed.status, Some(0), "{}", passed.stderr);
    let line = "\ngate: drift<=1 not judged: 3 rows are too few, 30 are needed, passed over\n";
    assert!(passed.stderr.contains(line), "{}", passed.stderr);
    let gate = &work.json("s.json")["gates"][0];
    assert_eq!((&gate["outcome"], &gate["value"]), (&json!("not judged"), &Value::Null));
}

#[test]
fn the_report_does_not_depend_on_the_threads() {
    let table = Table::of("churn-logistic");
    // Several chunks, and rows that differ from one to the next.
    let rows = (0..2000)
        .flat_map(|i| table.rows.iter().map(move |row| row.replacen(",6", &format!(",6{i}"), 1)));
    let work =
        Work::with("churn-logistic", listed(std::iter::once(table.header.clone()).chain(rows)));
    assert!(work.bytes("in.csv").len() > 8 << 19);
    let [one, two, seven] = [1, 2, 7].map(|n| summary(&work, &format!("--dry-run --threads {n}")));
    assert!(one["drift"].as_f64().unwrap() > 0.1);
    assert_eq!(one, two);
    assert_eq!(one, seven);
}
