//! Where the metrics come from.

use serde_json::json;

use crate::support::{Work, table};

const TREE: &str = "--target species --algorithm decision-tree --param max_depth=3";

#[test]
fn a_fifth_is_held_out() {
    for args in ["", "--test-fraction 0.2"] {
        let work = Work::sample("iris");
        let report = work.report(&format!("{TREE} {args}"));
        assert_eq!((&report["rows_fitted"], &report["rows_held_out"]), (&json!(120), &json!(30)));
        assert_eq!(work.model().manifest().provenance.class_counts, [40, 40, 40]);
        let keys: Vec<&String> = report["metrics"].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["accuracy", "balanced_accuracy", "log_loss", "macro_f1", "roc_auc"]);
        let counts =
            report["confusion"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
        assert_eq!(counts.map(|n| n.as_u64().unwrap()).sum::<u64>(), 30);
    }
}

#[test]
fn regression_has_metrics_of_its_own() {
    let report = Work::sample("diabetes").report("--target progression --algorithm ridge");
    let keys: Vec<&String> = report["metrics"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["mae", "r2", "rmse"]);
    assert_eq!(report["confusion"], json!([]));
    assert_eq!((&report["rows_fitted"], &report["rows_held_out"]), (&json!(354), &json!(88)));
}

#[test]
fn nothing_is_held_out() {
    let work = Work::sample("iris");
    let run = work.fit(&format!("{TREE} --test-fraction 0"));
    assert!(run.stderr.contains("\ndata       150 rows fitted, 0 held out; "), "{}", run.stderr);
    assert!(run.stderr.contains("\nmetrics    none: no rows were held out\n"), "{}", run.stderr);
    let manifest = work.model().manifest().clone();
    assert!(manifest.provenance.metrics.is_empty());
    assert_eq!(manifest.provenance.class_counts, [50, 50, 50]);
}

#[test]
fn other_shares() {
    let work = Work::sample("iris");
    let report = work.report(&format!("{TREE} --test-fraction 0.9"));
    assert_eq!((&report["rows_fitted"], &report["rows_held_out"]), (&json!(15), &json!(135)));
    for (given, shown) in
        [("0.95", "0.95"), ("1", "1"), ("-0.1", "-0.1"), ("nan", "NaN"), ("20", "20")]
    {
        work.refuses(
            &format!("{TREE} --test-fraction={given}"),
            2,
            &format!("error: --test-fraction: found {shown}, expected a number from 0 to 0.9\n"),
        );
    }
    work.fit(&format!("{TREE} --test-fraction a-fifth")).misused("--test-fraction <F>");
}

#[test]
fn a_label_without_held_out_rows_is_told() {
    let csv = table("a,b,y", 52, |i| {
        format!(
            "{},{},{}",
            i * 7 % 13,
            i % 5,
            if i <= 2 {
                "rare"
            } else if i % 2 == 0 {
                "x"
            } else {
                "y"
            }
        )
    });
    let run = Work::with(csv).fit_tree("--target y");
    // What the columns hold says nothing of the label.
    let no_better = "the model is no better than its baseline by any metric: always `x`, the most frequent label of training";
    assert_eq!(run.all_warnings(), ["no held-out row has label rare", no_better]);
}

/// Iris split in two files.
fn halves() -> Work {
    let work = Work::sample("iris");
    let csv = work.text("in.csv");
    let (header, rows) = csv.split_once('\n').unwrap();
    let half = |odd: usize| {
        let rows = rows.lines().enumerate().filter(|(i, _)| i % 2 == odd);
        rows.fold(format!("{header}\n"), |csv, (_, row)| csv + row + "\n")
    };
    work.put("in.csv", half(0));
    work.put("test.csv", half(1));
    work
}

#[test]
fn rows_of_another_file() {
    let work = halves();
    let report = work.report(&format!("{TREE} --test-data test.csv"));
    assert_eq!((&report["rows_fitted"], &report["rows_held_out"]), (&json!(75), &json!(75)));
    assert_eq!(report["options"]["test"], "file");
    assert_eq!(work.model().manifest().provenance.class_counts, [25, 25, 25]);
    // The same table scores better than rows that the tree has not seen.
    let seen = work.report(&format!("{TREE} --test-data in.csv"));
    assert!(seen["metrics"]["accuracy"].as_f64() >= report["metrics"]["accuracy"].as_f64());
    work.fit(&format!("{TREE} --test-data test.csv --test-fraction 0.2"))
        .misused("cannot be used with");
}

#[test]
fn another_file_may_have_other_columns_in_another_order() {
    let work = halves();
    let swapped = work.text("test.csv").lines().fold(String::new(), |csv, line| {
        let cells: Vec<&str> = line.split(',').collect();
        csv + &format!("{},x,{},{},{},{}\n", cells[4], cells[3], cells[1], cells[2], cells[0])
    });
    let report = work.report(&format!("{TREE} --test-data test.csv"));
    work.put("test.csv", swapped);
    assert_eq!(work.report(&format!("{TREE} --test-data test.csv"))["metrics"], report["metrics"]);
}

#[test]
fn another_file_that_does_not_fit() {
    let work = halves();
    let test = work.text("test.csv");
    let args = format!("{TREE} --test-data test.csv");
    work.put("test.csv", test.replacen("petal_width_cm", "Petal_Width_cm", 1));
    work.refuses(
        &args,
        4,
        "error: --test-data: `test.csv` has no column `petal_width_cm`\nhint: did you mean `Petal_Width_cm`?\n",
    );
    work.put("test.csv", test.replacen("species", "kind", 1));
    work.refuses(&args, 4, "error: --test-data: `test.csv` has no column `species`\n");
    work.put("test.csv", test.replacen(",versicolor", ",Versicolor", 1));
    work.refuses(
        &args,
        4,
        "error: `test.csv` line 27, column `species`: found `Versicolor`, expected one of the 3 training labels\n",
    );
    work.put("test.csv", test.replacen("4.9,", "forty,", 1));
    work.refuses(
        &args,
        4,
        "error: `test.csv` line 2, column `sepal_length_cm`: found `forty`, expected a number\n",
    );
    work.put(
        "test.csv",
        "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm,species\n1,2,3,4,\n",
    );
    work.refuses(&args, 4, "error: `test.csv`: every target is missing\n");
    work.refuses(
        &format!("{TREE} --test-data no.csv"),
        1,
        "error: cannot read `no.csv`: No such file or directory (os error 2)\n",
    );
}

#[test]
fn rows_of_another_file_without_target_are_left_out() {
    let work = halves();
    let test = work.text("test.csv");
    work.put("test.csv", test.replacen(",setosa\n", ",\n", 2));
    let report = work.report(&format!("{TREE} --test-data test.csv"));
    assert_eq!(report["rows_held_out"], 73);
}

#[test]
fn many_long_labels_without_held_out_rows_are_counted() {
    let label = |i: usize| format!("{i:03}{}", "x".repeat(4_000));
    let csv = table("a,b,y", 1_000, |i| {
        let label = if i < 400 { label(i / 2) } else { ["p", "q"][i % 2].into() };
        format!("{},{},{label}", i * 7 % 13, i % 5)
    });
    let run = Work::with(csv).fit("--target y --algorithm gaussian-nb --test-fraction 0.05");
    let warning = run.all_warnings().into_iter().find(|w| w.starts_with("no held-out row has "));
    let warning = warning.unwrap_or_else(|| panic!("{}", run.stderr));
    let shown = format!("{}..., ", &label(0)[..60]);
    assert!(warning.contains(&shown) && warning.contains("... and 1"), "{warning}");
    assert!(warning.len() < 500, "{warning}");
}
