//! What a fit says: text on stderr, JSON on stdout, or nothing.

use serde_json::{Value, json};

use crate::support::Work;

#[test]
fn the_text_of_a_classifier() {
    let work = Work::sample("churn");
    let run = work.fit_tree("--target churned");
    let model = work.model();
    let metric = |name: &str| {
        let metrics = &model.manifest().provenance.metrics;
        let of = |name: &str| metrics.iter().find(|(n, _)| n == name).unwrap().1;
        let baseline = of(&format!("baseline_{name}"));
        format!("{:<12.4} baseline {baseline:.4}", of(name))
    };
    let head = format!(
        "warning: column `customer_id` is left out: every row has another text, like an id (keep it with --categorical)\n\
         warning: column `contract` has cells that are taken as missing: 29 `NA`; if that is a category, list the other tokens with --missing\n\
         task       classification of `churned`, one of 2 labels\n           because: its values are text\n\
         data       1600 rows fitted, 400 held out; 5 numeric and 4 categorical columns, 19 features\n\
         algorithm  decision-tree\n\
         metrics    accuracy           {}\n           \
                    balanced_accuracy  {}\n           \
                    macro_f1           {}\n           \
                    log_loss           {}\n           \
                    roc_auc            {}\n\
         baseline   always `no`, the most frequent label of training\n\
         confusion  true\\predicted   no  yes\n                       no ",
        metric("accuracy"),
        metric("balanced_accuracy"),
        metric("macro_f1"),
        metric("log_loss"),
        metric("roc_auc"),
    );
    assert!(run.stderr.starts_with(&head), "{}\n{head}", run.stderr);
    let tail = format!(
        "model      m 0.1.0, {} bytes, 64 golden rows\nid         {}\ntime       ",
        model.file_len(),
        model.id()
    );
    let (_, time) = run.stderr.split_once(&tail).expect(&run.stderr);
    assert!(time.contains(" s, ") && time.ends_with(" s fitting\n"), "{time}");
    assert_eq!(run.stderr.lines().count(), 18);
    assert_eq!(run.ok(), "");
}

#[test]
fn the_text_of_a_regression() {
    let work = Work::sample("diabetes");
    let run = work.fit("--target progression --algorithm ridge --name sugar --model-version 2.0.0");
    let head = "task       regression of number `progression`\n           because: its values are numbers, 214 of them different; --task classification predicts labels\n\
        data       354 rows fitted, 88 held out; 10 numeric and 0 categorical columns, 10 features\n\
        algorithm  ridge\n\
        metrics    rmse               ";
    assert!(run.stderr.starts_with(head), "{}", run.stderr);
    assert!(run.stderr.contains("\nmodel      sugar 2.0.0, "), "{}", run.stderr);
    assert!(!run.stderr.contains("confusion"), "{}", run.stderr);
}

#[test]
fn the_mean_of_training_is_the_baseline_of_numbers() {
    let work = Work::sample("diabetes");
    let report = work.report("--target progression --algorithm ridge --test-fraction 0.5");
    let baseline = &report["baseline"];
    assert_eq!(baseline["from"], "training");
    let mean = baseline["prediction"].as_f64().unwrap();
    assert!((140.0..165.0).contains(&mean), "{mean}");
    assert!(
        baseline["metrics"]["mae"].as_f64().unwrap()
            > 1.2 * report["metrics"]["mae"].as_f64().unwrap()
    );
    let r2 = baseline["metrics"]["r2"].as_f64().unwrap();
    assert!(r2 <= 0.0 && r2 > -0.05, "{r2}");
    // The model holds the mean, unless it is to hold no statistics.
    let stored = |work: &Work| {
        let model = work.model();
        let metrics = &model.manifest().provenance.metrics;
        metrics.iter().find(|(name, _)| name == "training_mean").map(|(_, mean)| *mean)
    };
    assert_eq!(stored(&work), Some(mean));
    work.fit("--target progression --algorithm ridge --no-statistics").ok();
    assert_eq!(stored(&work), None);
}

#[test]
fn a_model_that_is_no_better_than_the_mean_is_called_so() {
    // A target that no column says anything of.
    let noise = |i: usize| (i * 7_919 + i * i * 104_729) % 1_009;
    let csv =
        crate::support::table("a,b,y", 80, |i| format!("{}.5,{},{}.5", i % 7, i % 11, noise(i)));
    let work = Work::with(csv);
    let run = work.fit("--target y --algorithm decision-tree");
    let warnings = run.all_warnings();
    let warning =
        warnings.iter().find(|w| w.starts_with("the model is no better than its baseline"));
    assert!(warning.is_some_and(|w| w.ends_with(", the mean of training")), "{warnings:?}");
}

#[test]
fn labels_that_begin_alike_stay_different() {
    let label = |i: usize| format!("the same beginning of every label {}", i % 3);
    let csv = crate::support::table("x,y", 60, |i| format!("{}.5,{}", i % 3 * 10, label(i)));
    let run = Work::with(csv).fit_tree("--target y");
    let cut: Vec<&str> = run.stderr.lines().filter(|line| line.contains("the same be…")).collect();
    assert_eq!(cut.len(), 3, "{}", run.stderr);
    assert!(cut[2].contains("the same be…very label 2  3 "), "{}", run.stderr);
    // A matrix that is not shown is where?
    let csv = crate::support::table("x,y", 210, |i| format!("{}.5,l{}", i % 21, i % 21));
    let run = Work::with(csv).fit_tree("--target y");
    let line = "\nconfusion  of 21 labels is not shown here; --json has it\n";
    assert!(run.stderr.contains(line), "{}", run.stderr);
}

#[test]
fn json_goes_to_stdout_and_replaces_the_text() {
    let work = Work::sample("churn");
    let run = work.fit_tree("--target churned --json");
    assert_eq!(run.stderr, "");
    let text = run.ok();
    assert!(text.ends_with("}\n"));
    let report: Value = serde_json::from_str(&text).unwrap();
    let model = work.model();
    let missing = "column `contract` has cells that are taken as missing: 29 `NA`; if that is a category, list the other tokens with --missing";
    let warning = "column `customer_id` is left out: every row has another text, like an id (keep it with --categorical)";
    for (key, value) in [
        ("name", json!("m")),
        ("version", json!("0.1.0")),
        ("id", json!(model.id().to_string())),
        ("bytes", json!(work.bytes("m.model").len())),
        ("task", json!("classification")),
        ("target", json!("churned")),
        ("labels", json!(["no", "yes"])),
        ("algorithm", json!("decision-tree")),
        ("features", json!(19)),
        ("rows_fitted", json!(1600)),
        ("rows_held_out", json!(400)),
        ("rows_without_target", json!(0)),
        ("warnings", json!([warning, missing])),
        (
            "left_out",
            json!({ "customer_id": &warning["column `customer_id` is left out: ".len()..] }),
        ),
    ] {
        assert_eq!(report[key], value, "{key}");
    }
    assert_eq!(report["columns"][0], "age");
    assert_eq!(report["options"]["param.max_depth"], "3");
    assert_eq!(report["confusion"].as_array().unwrap().len(), 2);
    for (name, value) in &model.manifest().provenance.metrics {
        let found = match name.strip_prefix("baseline_") {
            Some(name) => &report["baseline"]["metrics"][name],
            None => &report["metrics"][name],
        };
        assert_eq!(found.as_f64().map(f64::to_bits), Some(value.to_bits()), "{name}");
    }
    assert_eq!(report["baseline"]["prediction"], "no");
    assert_eq!(report["baseline"]["no_better_in"], json!([]));
}

#[test]
fn quiet_says_nothing_but_errors() {
    let work = Work::sample("churn");
    for quiet in ["--quiet", "-q"] {
        let run = work.fit_tree(&format!("--target churned {quiet}"));
        assert_eq!(run.stderr, "");
        assert_eq!(run.ok(), "");
    }
    work.fit_tree("--target price -q")
        .fails(4, "error: --target: `in.csv` has no column `price`\n");
    // What was asked for is no noise.
    let report: Value =
        serde_json::from_str(&work.fit_tree("--target churned -q --json").ok()).unwrap();
    assert_eq!(report["target"], "churned");
}

#[test]
fn the_provenance_is_that_of_the_data() {
    let work = Work::sample("churn");
    work.fit_tree("--target churned").ok();
    let provenance = work.model().manifest().provenance.clone();
    assert_eq!((provenance.data_rows, provenance.data_columns), (2000, 11));
    assert_eq!(provenance.trainer_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(provenance.smartcore_version, "0.7.0");
    let digest = model_format::Digest::of(&work.bytes("in.csv"));
    assert_eq!(&provenance.data_sha256, digest.as_bytes());
    assert_eq!(provenance.class_counts.iter().sum::<u64>(), 1600);
}

#[test]
fn a_column_or_a_cell_cannot_forge_a_line() {
    let work = Work::new();
    // Left out as constant, which the warning says.
    let rows = (0..40).map(|i| format!("{i}.5,1,{}\n", i % 2));
    work.put("in.csv", String::from("n,\"id\nerror: forged\",y\n") + &rows.collect::<String>());
    let compare = ["compare", "in.csv", "--target", "y", "--algorithms", "decision-tree"];
    for run in [work.fit_tree("--target y"), work.run(&compare)] {
        assert!(run.stderr.contains("`id\\nerror: forged`"), "{}", run.stderr);
        assert!(!run.stderr.contains("\nerror: "), "{}", run.stderr);
        assert_eq!(run.status, Some(0));
    }
    // A cell, in an error.
    let rows = (0..40).map(|i| format!("{i}.5,{}\n", i % 2));
    let cell = "\"4\nwarning: all is well\nOK\",1\n";
    work.put("in.csv", String::from("age,y\n") + &rows.collect::<String>() + cell);
    let run = work.fit_tree("--target y --numeric age");
    assert_eq!(run.status, Some(4), "{}", run.stderr);
    assert!(run.stderr.contains("found `4\\nwarning: all is well\\nOK`"), "{}", run.stderr);
    assert!(!run.stderr.lines().any(|line| line == "OK"), "{}", run.stderr);
}

#[test]
fn a_label_cannot_forge_a_line() {
    let work = Work::new();
    let label = |i: usize| if i.is_multiple_of(2) { "\"x\nid  0\"" } else { "y" };
    let rows = (0..40).map(|i| format!("{}.5,{}\n", i % 2 * 50 + i, label(i)));
    work.put("in.csv", String::from("n,y\n") + &rows.collect::<String>());
    let run = work.fit_tree("--target y");
    assert!(run.stderr.contains("\n                 x\\nid  0 "), "{}", run.stderr);
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("id")).count(), 1);
}
