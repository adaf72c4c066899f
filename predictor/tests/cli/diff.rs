//! `predictor diff`: two models on the same rows.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Run, Table, Work, assert_close, golden, golden_file, id};

// Expected numbers come from the committed expected.csv of both models, u and v (rows of cells,
// prediction first), and scikit-learn 1.9.1 for the metrics as in evaluate.rs:
//
// d = [[abs(float(b) - float(a)) for a, b in zip(x[1:], y[1:])] for x, y in zip(u, v)]
// sum(x[0] == y[0] for x, y in zip(u, v)) / len(u), Counter((x[0], y[0]) for x, y in zip(u, v))
// [max(c) for c in zip(*d)], [sum(c) / len(d) for c in zip(*d)]
// sorted(((max(c), -(i + 2)) for i, c in enumerate(d)), reverse=True)[:10]    # (change, -line)
//
// and for numbers d = [abs(float(y[0]) - float(x[0])) for x, y in zip(u, v)].

/// Old and new model, and the rows of the old one.
fn work(old: &str, new: &str) -> Work {
    let work = Work::with(old, golden(old, "rows.csv"));
    work.put("n.model", fs::read(golden_file(new, "model.model")).unwrap());
    work
}

fn churn() -> Work {
    work("churn-logistic", "churn-forest")
}

fn diff(work: &Work, args: &str) -> Run {
    let words = ["diff", "m.model", "n.model", "in.csv"].into_iter();
    work.run(&words.chain(args.split_whitespace()).collect::<Vec<_>>())
}

fn report(work: &Work, args: &str) -> Value {
    serde_json::from_str(&diff(work, &format!("--json {args}")).ok()).unwrap()
}

/// The rows without their last column, the target.
fn without_target(name: &str) -> String {
    golden(name, "rows.csv")
        .lines()
        .fold(String::new(), |text, line| text + line.rsplit_once(',').unwrap().0 + "\n")
}

fn lines(report: &Value) -> Vec<u64> {
    let changes = report["largest_changes"].as_array().unwrap();
    changes.iter().map(|change| change["line"].as_u64().unwrap()).collect()
}

#[test]
fn two_classes() {
    let report = report(&churn(), "");
    let keys = ["agreement", "max_change", "mean_change", "transitions", "classes"];
    let found: Vec<&Value> = keys.iter().map(|key| &report[key]).collect();
    let (max, mean) = (0.554_688_712_659_949_1, 0.126_227_632_661_444_18);
    let expected = json!([
        0.825, max, mean, [[27, 3], [4, 6]],
        [{ "label": "no", "max_change": max, "mean_change": mean },
         { "label": "yes", "max_change": max, "mean_change": mean }],
    ]);
    assert_close(&json!(found), &expected);
    assert_eq!(lines(&report), [19, 18, 13, 29, 4, 22, 37, 32, 34, 21]);
    assert_close(&report["largest_changes"][1]["change"], &json!(0.381_903_822_255_889_04));
    let metrics =
        json!([report["old"]["metrics"]["accuracy"], report["new"]["metrics"]["roc_auc"]]);
    assert_close(&metrics, &json!([0.775, 0.874_643_874_643_874_6]));
    assert_eq!(report["new"]["confusion"], json!([[24, 3], [7, 6]]));
}

#[test]
fn three_classes() {
    let report = report(&work("iris-softmax", "iris-forest"), "");
    assert_eq!(report["transitions"], json!([[4, 0, 0], [0, 4, 0], [0, 0, 4]]));
    let classes = json!([
        { "label": "setosa", "max_change": 0.034_807_610_662_193_73,
          "mean_change": 0.012_182_975_454_293_699 },
        { "label": "versicolor", "max_change": 0.277_461_869_832_724_5,
          "mean_change": 0.088_017_748_794_970_33 },
        { "label": "virginica", "max_change": 0.274_122_535_174_558_3,
          "mean_change": 0.075_853_832_070_257_06 },
    ]);
    assert_close(&report["classes"], &classes);
    assert_close(&report["mean_change"], &json!(0.058_684_852_106_507_04));
    assert_eq!(lines(&report), [6, 8, 9, 7, 12, 10, 4, 5, 13, 11]);
    assert_eq!(report["largest_changes"][0]["label"], "versicolor");
}

#[test]
fn numbers() {
    let work = work("diabetes-linear", "diabetes-tree");
    let report = report(&work, "");
    let found = json!([report["agreement"], report["max_change"], report["mean_change"]]);
    assert_close(&found, &json!([0.0, 97.636_245_702_639_41, 26.008_143_746_130_937]));
    assert_eq!(lines(&report), [15, 30, 7, 23, 6, 8, 34, 14, 13, 27]);
    assert_close(&report["old"]["metrics"]["rmse"], &json!(52.681_218_048_006_67));
    assert_close(&report["new"]["metrics"]["r2"], &json!(0.666_871_854_845_119_1));
    assert!(report.get("transitions").is_none());
    work.put("n.model", work.bytes("m.model"));
    let same = diff(&work, "--require agreement>=1 --require max_change<=0 --json").ok();
    assert!(same.contains("\"largest_changes\": []"), "{same}");
}

#[test]
fn the_report_as_text() {
    let work = churn();
    let text = diff(&work, "--require agreement>0.8").ok();
    let head = format!(
        "old        churn-logistic 1.0.0 {}
new        churn-forest 1.0.0 {}
rows       40 read, 40 compared, 0 rejected
agreement  0.8250
change     of the probability: at most 0.5547, mean 0.1262
           no: at most 0.5547, mean 0.1262
           yes: at most 0.5547, mean 0.1262
labels     old\\new   no  yes
                no   27    3
               yes    4    6
largest    line 19: ",
        id(&work.bytes("m.model")),
        id(&work.bytes("n.model"))
    );
    assert!(text.starts_with(&head), "{text}");
    let tail = "   on 40 rows by `churned`, 0 without target
           accuracy               0.7750     0.7500
           balanced_accuracy      0.7137     0.6752
           macro_f1               0.7254     0.6865
           log_loss               0.3804     0.4558
           roc_auc                0.9060     0.8746
gates      agreement>0.8 met: 0.825
";
    assert!(text.ends_with(tail), "{text}");
}

#[test]
fn without_the_target_there_are_no_metrics() {
    let work = churn();
    work.put("in.csv", without_target("churn-logistic"));
    let report = report(&work, "");
    assert_eq!(report["target"], Value::Null);
    assert!(report["old"].get("metrics").is_none());
    assert_close(&report["agreement"], &json!(0.825));
    for args in ["--require new.accuracy>=0.5", "--target churned"] {
        let run = diff(&work, args);
        assert!(run.stderr.contains("line 1: no target column `churned`\n"), "{}", run.stderr);
        assert_eq!(run.status, Some(4));
    }
}

#[test]
fn a_missing_target_is_compared_but_not_judged() {
    let work = churn();
    let header = Table::of("churn-logistic").header;
    let rows = without_target("churn-logistic");
    let blank = rows.lines().skip(1).fold(String::new(), |text, line| text + line + ",\n");
    let rest = golden("churn-logistic", "rows.csv").replacen(&header, "", 1);
    work.put("in.csv", format!("{header}\n{blank}{}", rest.trim_start()));
    let report = report(&work, "");
    let counts = ["rows_read", "rows_compared", "rows_judged", "rows_without_target"];
    assert_eq!(counts.map(|key| report[key].as_u64().unwrap()), [80, 80, 40, 40]);
    assert_close(&report["old"]["metrics"]["accuracy"], &json!(0.775));
}

#[test]
fn gates() {
    diff(
        &churn(),
        "--require agreement>=0.9 --require max_change<0.5 --require mean_change<=0.2 \
         --require old.accuracy>0.775 --require new.recall[no]>=0.5",
    )
    .fails(
        5,
        "error: gate: agreement is 0.825, expected >= 0.9\n\
         error: gate: max_change is 0.5546887126599491, expected < 0.5\n\
         error: gate: old.accuracy is 0.775, expected > 0.775\n",
    );
    let run = diff(&churn(), "--require accuracy>=0.9");
    assert!(run.stderr.starts_with(
        "error: --require: no metric `accuracy`, expected one of old.accuracy, agree"
    ));
    assert_eq!((run.status, run.stdout.len()), (Some(2), 0));
}

#[test]
fn models_that_do_not_predict_the_same() {
    let hint = "hint: both must predict a number, or labels of the same set\n";
    let cannot = "error: the models cannot be compared: ";
    diff(&work("churn-forest", "diabetes-tree"), "")
        .fails(2, &format!("{cannot}OLD predicts one of 2 labels, NEW a number\n{hint}"));
    diff(&work("churn-forest", "iris-forest"), "").fails(
        2,
        &format!(
            "{cannot}their labels differ: only OLD has `no`, `yes`; \
             only NEW has `setosa`, `versicolor`, `virginica`\n{hint}"
        ),
    );
}

#[test]
fn an_input_without_rows_and_a_bad_row() {
    let work = churn();
    let table = Table::of("churn-logistic");
    work.put("in.csv", table.csv(&[]));
    diff(&work, "").fails(4, "error: `in.csv`: no row to compare by; of 0 rows 0 are bad\n");
    work.put("in.csv", format!("{}1,2\n{}\n", table.csv(&[0]), table.rows[1]));
    let run = diff(&work, "");
    assert!(run.stderr.starts_with("error: `in.csv` line 3: found 2 cells, expected 11\n"));
    assert_eq!(run.status, Some(4));
    assert_eq!(report(&work, "--on-bad-row skip")["rows_compared"], 2);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for (old, new) in [("churn-logistic", "churn-forest"), ("diabetes-linear", "diabetes-tree")] {
        let work = work(old, new);
        let table = Table::of(old);
        let rows = table.rows.join("\n") + "\n";
        work.put("in.csv", format!("{}\n{}", table.header, rows.repeat((4 << 20) / rows.len())));
        let one = diff(&work, "--json --threads 1").ok();
        for threads in ["2", "7"] {
            assert!(diff(&work, &format!("--json --threads {threads}")).ok() == one);
        }
    }
}

#[test]
fn a_threshold_is_for_both_models() {
    let work = churn();
    let report = report(&work, "--threshold 0");
    assert_eq!(report["transitions"], json!([[0, 0], [0, 40]]));
    assert_eq!((&report["agreement"], &report["threshold"]), (&json!(1.0), &json!(0.0)));
    // What the labels are made of is the same.
    assert_close(&report["max_change"], &json!(0.554_688_712_659_949_1));
    let text = diff(&work, "--threshold 0.25").ok();
    assert!(text.contains("\nthreshold  the second label from probability 0.25 on\n"), "{text}");
    diff(&self::work("iris-softmax", "iris-forest"), "--threshold 0.5").fails(
        2,
        "error: --threshold: this model does not have probabilities of exactly two labels\n",
    );
}

#[test]
fn a_category_that_training_did_not_see() {
    let work = churn();
    let rows = golden("churn-logistic", "rows.csv");
    work.put("in.csv", format!("{rows}C-1,52,29168.01,62,platinum,Lazio,monthly,3,24.85,yes,no\n"));
    assert_eq!(report(&work, "")["rows_compared"], 41);
    let run = diff(&work, "--unseen error");
    assert!(run.stderr.contains("line 42, column `plan`: found `platinum`"), "{}", run.stderr);
    assert_eq!(run.status, Some(4));
    assert_eq!(report(&work, "--unseen error --on-bad-row skip")["rows_compared"], 40);
}
