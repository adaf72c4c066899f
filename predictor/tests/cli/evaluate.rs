//! `predictor evaluate`: metrics, gates, what is refused.

use model_format::v1::Task;
use serde_json::{Value, json};

use crate::support::{FIX_CELL, Run, Table, Work, assert_close, golden, id};

// Expected numbers come from scikit-learn 1.9.1 on the committed rows.csv (t: target) and
// expected.csv (p: prediction, q: probabilities, L: labels in model order):
//
// from sklearn.metrics import *
// accuracy_score(t, p), balanced_accuracy_score(t, p), f1_score(t, p, average="macro")
// log_loss(t, q, labels=L)
// roc_auc_score(t, [r[1] for r in q])                        # two classes
// roc_auc_score(t, q, multi_class="ovr", labels=L)           # more classes
// precision_recall_fscore_support(t, p, labels=L), confusion_matrix(t, p, labels=L)
// root_mean_squared_error(t, p), mean_absolute_error(t, p), r2_score(t, p)

fn work(name: &str) -> Work {
    Work::with(name, golden(name, "rows.csv"))
}

fn evaluate(work: &Work, args: &str) -> Run {
    let words = ["evaluate", "m.model", "in.csv"].into_iter();
    work.run(&words.chain(args.split_whitespace()).collect::<Vec<_>>())
}

fn report(work: &Work, args: &str) -> Value {
    serde_json::from_str(&evaluate(work, &format!("--json {args}")).ok()).unwrap()
}

#[test]
fn two_classes_as_json() {
    let work = work("churn-forest");
    let expected = json!({
        "model": { "name": "churn-forest", "version": "1.0.0", "id": id(&work.bytes("m.model")) },
        "input": "in.csv", "task": "classification", "target": "churned", "threshold": null,
        "rows_read": 40, "rows_judged": 40, "rows_without_target": 0, "rows_rejected": 0,
        // math: the shares of the 1,600 training rows are 1096 and 504
        "baseline": {
            "prediction": "no", "from": "training", "no_better_in": [],
            "metrics": {
                "accuracy": 0.675, "balanced_accuracy": 0.5, "macro_f1": 0.402_985_074_626_865_7,
                "log_loss": 0.630_811_455_536_804_2, "roc_auc": 0.5,
            },
        },
        "metrics": {
            "accuracy": 0.75, "balanced_accuracy": 0.675_213_675_213_675_2,
            "macro_f1": 0.686_520_376_175_548_5, "log_loss": 0.455_814_484_415_644_65,
            "roc_auc": 0.874_643_874_643_874_6,
        },
        "classes": [
            { "label": "no", "precision": 0.774_193_548_387_096_8,
              "recall": 0.888_888_888_888_888_8, "f1": 0.827_586_206_896_551_7, "support": 27 },
            { "label": "yes", "precision": 0.666_666_666_666_666_6,
              "recall": 0.461_538_461_538_461_56, "f1": 0.545_454_545_454_545_4, "support": 13 },
        ],
        "confusion": [[24, 3], [7, 6]],
        "gates": [], "warnings": [],
    });
    assert_close(&report(&work, ""), &expected);
}

#[test]
fn other_models_metrics() {
    for (name, expected) in [
        (
            "churn-logistic",
            json!({ "accuracy": 0.775, "balanced_accuracy": 0.713_675_213_675_213_6,
                    "macro_f1": 0.725_400_457_665_903_9, "log_loss": 0.380_441_117_002_507_1,
                    "roc_auc": 0.905_982_905_982_905_9 }),
        ),
        (
            "iris-softmax",
            json!({ "accuracy": 1.0, "balanced_accuracy": 1.0, "macro_f1": 1.0,
                    "log_loss": 0.097_011_877_477_955_55, "roc_auc": 1.0 }),
        ),
        (
            "diabetes-ridge",
            json!({ "rmse": 52.845_971_826_326_39, "mae": 45.063_706_290_518_52,
                    "r2": 0.561_097_619_892_689 }),
        ),
        (
            "diabetes-tree",
            json!({ "rmse": 46.039_816_526_431_82, "mae": 37.095_189_028_897_39,
                    "r2": 0.666_871_854_845_119_1 }),
        ),
    ] {
        assert_close(&report(&work(name), "")["metrics"], &expected);
    }
}

#[test]
fn two_classes_as_text() {
    let work = work("churn-forest");
    let text = evaluate(&work, "--require accuracy>=0.75 -q").ok();
    let expected = format!(
        "model      churn-forest 1.0.0 {}
task       classification of `churned`
rows       40 read, 40 judged, 0 without target, 0 rejected
metrics    accuracy           0.7500       baseline 0.6750
           balanced_accuracy  0.6752       baseline 0.5000
           macro_f1           0.6865       baseline 0.4030
           log_loss           0.4558       baseline 0.6308
           roc_auc            0.8746       baseline 0.5000
baseline   always `no`, the most frequent label of training
class       label precision    recall        f1   support
               no    0.7742    0.8889    0.8276        27
              yes    0.6667    0.4615    0.5455        13
confusion  true\\predicted   no  yes
                       no   24    3
                      yes    7    6
gates      accuracy>=0.75 met: 0.75
",
        id(&work.bytes("m.model"))
    );
    assert_eq!(text, expected);
}

#[test]
fn numbers_as_text() {
    let text = evaluate(&work("diabetes-ridge"), "").ok();
    assert!(
        text.ends_with(
            "task       regression of `progression`
rows       34 read, 34 judged, 0 without target, 0 rejected
metrics    rmse               52.8460      baseline 79.7679
           mae                45.0637      baseline undefined
           r2                 0.5611       baseline 0.0000
baseline   always the mean of these rows (that of training is not in the model)
"
        ),
        "{text}"
    );
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for name in ["churn-logistic", "diabetes-ridge"] {
        let table = Table::of(name);
        let rows = table.rows.join("\n") + "\n";
        let input = format!("{}\n{}", table.header, rows.repeat((6 << 20) / rows.len()));
        let work = Work::with(name, input);
        let one = evaluate(&work, "--json --threads 1").ok();
        for threads in ["2", "7"] {
            assert!(evaluate(&work, &format!("--json --threads {threads}")).ok() == one);
        }
        // Rows that come again and again leave the scores as they are.
        let small = Work::with(name, golden(name, "rows.csv"));
        let (large, small): (Value, _) = (serde_json::from_str(&one).unwrap(), report(&small, ""));
        for (name, value) in small["metrics"].as_object().unwrap() {
            let (a, b) = (large["metrics"][name].as_f64().unwrap(), value.as_f64().unwrap());
            assert!((a - b).abs() < 1e-11 * b.abs(), "{name}: {a} != {b}");
        }
    }
}

#[test]
fn every_gate_is_judged_and_each_that_fails_is_told() {
    let work = work("churn-forest");
    for met in ["accuracy>=0.75", "accuracy<=0.75", "accuracy>0.7", "accuracy<.8", "recall[no]>0.8"]
    {
        evaluate(&work, &format!("--require {met}")).ok();
    }
    let run = evaluate(
        &work,
        "--require accuracy>=0.9 --require accuracy<0.75 --require accuracy>0.75 \
         --require recall[no]<=0.1 --require macro_f1>=0.5 --require support[yes]>=20 --json",
    );
    run.fails(
        5,
        "error: gate: accuracy is 0.75, expected >= 0.9\n\
         error: gate: accuracy is 0.75, expected < 0.75\n\
         error: gate: accuracy is 0.75, expected > 0.75\n\
         error: gate: recall[no] is 0.8888888888888888, expected <= 0.1\n\
         error: gate: support[yes] is 13, expected >= 20\n",
    );
    // The report is there all the same.
    let report: Value = serde_json::from_slice(&run.stdout).unwrap();
    let met: Vec<&Value> =
        report["gates"].as_array().unwrap().iter().map(|gate| &gate["met"]).collect();
    assert_eq!(met, [false, false, false, false, true, false]);
}

#[test]
fn a_gate_on_nothing_is_wrong_usage_before_the_input_is_opened() {
    let work = Work::new("diabetes-ridge");
    let gate = |gate: &str| evaluate(&work, &format!("--require {gate}"));
    gate("rms<=1").fails(
        2,
        "error: --require: no metric `rms`, expected one of rmse, mae, r2\nhint: did you mean `rmse`?\n",
    );
    gate("accuracy>=1")
        .fails(2, "error: --require: no metric `accuracy`, expected one of rmse, mae, r2\n");
    gate("rmse=1").misused("expected METRIC>=X");
    gate("rmse<=low").misused("expected METRIC>=X");
}

#[test]
fn an_undefined_score_meets_no_gate() {
    let table = Table::of("churn-forest");
    let work = Work::with("churn-forest", table.csv(&[1]));
    let found = report(&work, "");
    assert_eq!(found["metrics"]["roc_auc"], Value::Null);
    assert_eq!(found["baseline"]["metrics"]["roc_auc"], Value::Null);
    evaluate(&work, "--require roc_auc>=0 -q")
        .fails(5, "error: gate: roc_auc is undefined on these rows, expected >= 0\n");
}

#[test]
fn a_missing_target_is_counted_and_left_out() {
    let rows = golden("churn-forest", "rows.csv");
    let (header, first) = rows.split_once('\n').unwrap();
    let blank = "C-1,52,29168.01,62,basic,Lazio,monthly,3,24.85,yes,";
    let work = Work::with("churn-forest", format!("{header}\n{blank}\n{blank} NA \n{first}"));
    let report = report(&work, "");
    assert_eq!(report["rows_read"], 42);
    assert_eq!((&report["rows_judged"], &report["rows_without_target"]), (&json!(40), &json!(2)));
    assert_eq!(report["metrics"]["accuracy"], 0.75);
    work.put("in.csv", format!("{header}\n{blank}\n"));
    evaluate(&work, "").fails(
        4,
        "error: `in.csv`: no row to judge by; of 1 rows 0 are bad and 1 have no target `churned`\n",
    );
}

#[test]
fn a_label_that_the_model_does_not_know() {
    let rows = golden("churn-forest", "rows.csv");
    let odd =
        |label: &str| format!("{rows}C-1,52,29168.01,62,basic,Lazio,monthly,3,24.85,yes,{label}\n");
    let work = Work::with("churn-forest", odd("Yes"));
    evaluate(&work, "").fails(
        4,
        "error: `in.csv` line 42, column `churned`: found the label `Yes`, expected `no` or `yes`\n\
         hint: did you mean `yes`?\n",
    );
    let report = report(&work, "--on-bad-row skip");
    assert_eq!((&report["rows_rejected"], &report["rows_judged"]), (&json!(1), &json!(40)));
    work.put("in.csv", odd("perhaps"));
    let run = evaluate(&work, "");
    assert!(run.stderr.contains("found the label `perhaps`, expected `no` or `yes`\nhint: does"));
    evaluate(&work, "--missing perhaps,,NA").ok();
}

#[test]
fn a_target_that_is_no_number_and_a_bad_cell() {
    let table = Table::of("diabetes-ridge");
    let bad = table.rows[0].rsplit_once(',').unwrap().0;
    let work = Work::with("diabetes-ridge", format!("{}{bad},high\n", table.csv(&[0, 1])));
    let fix = FIX_CELL.replace("null|skip", "skip");
    let fact = "column `progression`: found the target `high`, expected a number";
    evaluate(&work, "").fails(4, &format!("error: `in.csv` line 4, {fact}\n{fix}"));
    work.put("in.csv", format!("{}x{}\n", table.csv(&[0]), table.rows[1]));
    let fact = "column `age`: found `x50`, expected a number";
    evaluate(&work, "").fails(4, &format!("error: `in.csv` line 3, {fact}\n{fix}"));
    assert_eq!(report(&work, "--on-bad-row skip")["rows_rejected"], 1);
}

#[test]
fn the_target_column_by_another_name() {
    let rows = golden("iris-softmax", "rows.csv");
    let work = Work::with("iris-softmax", rows.replace("species", "kind"));
    evaluate(&work, "").fails(
        4,
        "error: `in.csv` line 1: no target column `species`\n\
         hint: --target names the column that holds the truth\n",
    );
    assert_eq!(report(&work, "--target kind")["target"], "kind");
    work.put(
        "in.csv",
        rows.replace("species", "species,species").replace("setosa", "setosa,setosa"),
    );
    evaluate(&work, "")
        .fails(4, "error: `in.csv` line 1: target `species` stands in columns 5 and 6\n");
}

#[test]
fn renames_delimiters_and_stdin() {
    let rows = golden("churn-forest", "rows.csv").replace(',', ";").replace("income", "pay");
    let work = Work::new("churn-forest");
    let args = "evaluate m.model - --delimiter ; --rename pay=income --threads 3 --json";
    let words: Vec<&str> = args.split(' ').collect();
    let report: Value = serde_json::from_str(&work.run_on(rows.as_bytes(), &words).ok()).unwrap();
    assert_eq!((&report["input"], &report["rows_judged"]), (&json!("<stdin>"), &json!(40)));
}

#[test]
fn a_threshold_moves_the_second_label() {
    let work = work("churn-forest");
    let table = Table::of("churn-forest");
    let second = |row: &String| row.rsplit(',').next().unwrap().parse::<f64>().unwrap();
    for limit in [0.0, 0.3, 1.0, second(&table.predictions[0])] {
        let mut confusion = [[0u64; 2]; 2];
        for (row, prediction) in table.rows.iter().zip(&table.predictions) {
            let says = usize::from(second(prediction) >= limit);
            confusion[usize::from(row.ends_with(",yes"))][says] += 1;
        }
        let at = report(&work, &format!("--threshold {limit}"));
        assert_eq!(at["confusion"], json!(confusion), "{limit}");
        assert_eq!(at["threshold"], limit);
        assert_close(&at["metrics"]["roc_auc"], &json!(0.874_643_874_643_874_6));
    }
    let text = evaluate(&work, "--threshold 0 --require recall[yes]>=1").ok();
    assert!(text.contains("\nthreshold  the second label from probability 0 on\n"), "{text}");
}

#[test]
fn a_threshold_needs_two_labels_and_a_probability() {
    for golden in ["iris-softmax", "diabetes-linear"] {
        evaluate(&Work::new(golden), "--threshold 0.5").fails(
            2,
            "error: --threshold: this model does not have probabilities of exactly two labels\n",
        );
    }
    evaluate(&Work::new("churn-forest"), "--threshold 1.5")
        .misused("expected a number from 0 to 1");
}

#[test]
fn a_category_that_training_did_not_see() {
    let rows = golden("churn-forest", "rows.csv");
    let odd = format!("{rows}C-1,52,29168.01,62,platinum,Lazio,monthly,3,24.85,yes,no\n");
    let work = Work::with("churn-forest", odd);
    assert_eq!(report(&work, "")["rows_judged"], 41);
    assert_eq!(report(&work, "--unseen ignore")["rows_judged"], 41);
    let fact = "column `plan`: found `platinum`, a category that training did not see";
    evaluate(&work, "--unseen error").fails(
        4,
        &format!(
            "error: `in.csv` line 42, {fact}\nhint: fix the row, or go on with --on-bad-row skip\n"
        ),
    );
    let report = report(&work, "--unseen error --on-bad-row skip");
    assert_eq!((&report["rows_judged"], &report["rows_rejected"]), (&json!(40), &json!(1)));
}

#[test]
fn a_model_that_is_no_better_than_a_constant_is_called_so() {
    // Every row is truly of the other label than the model predicts.
    let table = Table::of("churn-forest");
    let other = |row: usize| if table.label(row) == "no" { "yes" } else { "no" };
    let rows = (0..table.rows.len())
        .map(|row| format!("{},{}\n", table.rows[row].rsplit_once(',').unwrap().0, other(row)));
    let work =
        Work::with("churn-forest", format!("{}\n{}", table.header, rows.collect::<String>()));
    let warning = "the model is no better than its baseline by any metric: always `no`, the most frequent label of training";
    // Stdout has the report, stderr what there is to say of it.
    let run = evaluate(&work, "");
    assert_eq!(run.stderr, format!("warning: {warning}\n"));
    assert!(!run.ok().contains("warning"));
    let quiet = evaluate(&work, "-q");
    assert!(quiet.stderr.is_empty() && !quiet.ok().contains("warning"));
    let report = report(&work, "");
    assert_eq!(report["warnings"], json!([warning]));
    assert_eq!(report["metrics"]["accuracy"], 0.0);
    assert_eq!(report["baseline"]["no_better_in"].as_array().unwrap().len(), 5);
}

/// A model whose labels are these, with the rows of another.
fn relabelled(labels: [&str; 2], rows: impl Fn(&str) -> String) -> Work {
    let work = work("churn-logistic");
    work.edit_manifest(|manifest| {
        let Task::Classification { labels: own, .. } = &mut manifest.task else { panic!("labels") };
        *own = labels.map(str::to_owned).to_vec();
    });
    let table = golden("churn-logistic", "rows.csv");
    let (header, lines) = table.split_once('\n').unwrap();
    let lines = lines.lines().map(|line| {
        let (row, label) = line.rsplit_once(',').unwrap();
        format!("{row},{}\n", rows(label))
    });
    work.put("in.csv", format!("{header}\n{}", lines.collect::<String>()));
    work
}

#[test]
fn labels_that_are_the_same_number_are_the_same() {
    let number = |label: &str| if label == "yes" { "1" } else { " 0 " }.to_owned();
    for labels in [["0.0", "1.0"], ["0", "1"], ["-0", "1e0"]] {
        let work = relabelled(labels, number);
        assert_eq!(report(&work, "")["metrics"]["accuracy"], 0.775, "{labels:?}");
    }
    // Two labels of one value are texts.
    let error = "column `churned`: found the label ` 0 `, expected `1` or `1.0`\n";
    let run = evaluate(&relabelled(["1", "1.0"], number), "");
    assert!(run.status == Some(4) && run.stderr.contains(error), "{}", run.stderr);
    let work = relabelled(["no", "yes"], number);
    assert!(evaluate(&work, "").stderr.contains("expected `no` or `yes`\n"));
}
