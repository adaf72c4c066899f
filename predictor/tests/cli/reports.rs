//! `inspect` and `verify`: text, JSON, and how they are kept quiet.

use model_format::Artifact;
use model_format::program::Op;
use model_format::v1::{Manifest, ReduceMethod, Step};
use model_format::writer::{ArrayData, encode_v1};
use serde_json::{Value, json};

use crate::support::{Work, id, lines};

#[test]
fn inspect_shows_a_classifier() {
    let work = Work::new("churn-logistic");
    let model = work.bytes("m.model");
    let text = work.run(&["inspect", "m.model"]).ok();
    let head = format!(
        "model        churn-logistic 1.0.0\n\
         id           {}\n\
         file         {} bytes, format version 1\n\
         task         classification of `churned`\n\
         labels       no, yes\n\
         algorithm    logistic-regression (1 row of coefficients)\n\
         features     19\n\
         missing      `` `NA` `N/A` `NaN` `null` `?`\n\
         metrics      accuracy 0.",
        id(&model),
        model.len()
    );
    assert!(text.starts_with(&head), "{text}");
    for line in [
        "records      no training record is in the file; golden rows are made up\n",
        "statistics   range, quantiles and category counts of the training data, column by column\n",
        "left out     `customer_id`: every row has another text, like an id (keep it with --categorical)\n",
        "columns      9\n",
        "  plan           categorical, 3 categories: basic, plus, premium\n",
        "  autopay        categorical, 2 categories: no, yes\n",
    ] {
        assert!(lines(&text).contains(&line), "{line}{text}");
    }
    let shown = |name: &str| lines(&text).into_iter().find(|line| line.starts_with(name)).unwrap();
    assert!(shown("metrics").ends_with(" (on 400 held-out rows)\n"));
    assert!(shown("trained").starts_with(
        "trained      on 1600 of 2000 rows by trainer 0.1.0 with smartcore 0.7.0, seed 42\n"
    ));
    assert!(shown("data").starts_with("data         SHA-256 "));
    assert!(shown("options").contains(" scaler=minmax impute=mean "));
    assert!(shown("  age").starts_with("  age            number 18 to 82, mean "));
    assert!(shown("  age").ends_with(" % missing\n"));
}

#[test]
fn inspect_shows_a_regression_tree() {
    let text = Work::new("diabetes-tree").run(&["inspect", "m.model"]).ok();
    assert!(
        text.contains("\ntask         regression of `progression`\nalgorithm    decision-tree ("),
        "{text}"
    );
    let program = "program      2 ops\n    0  affine           age, sex, bmi, ... (10) -> 10 slots, (x - a) / b\n    \
         1  trees            age, sex, bmi, ... (10) -> 1 slot\n";
    assert!(text.ends_with(program), "{text}");
    assert!(text.contains(" nodes, depth up to 4)\n"), "{text}");
    assert!(text.contains("\nmetrics      rmse "), "{text}");
    assert!(!text.contains("labels"), "{text}");
    assert!(text.contains("\n  s1   number "), "{text}");
}

fn inspect(golden: &str) -> (Value, Vec<u8>) {
    let work = Work::new(golden);
    let text = work.run(&["inspect", "m.model", "--json"]).ok();
    assert!(text.ends_with("}\n"));
    (serde_json::from_str(&text).unwrap(), work.bytes("m.model"))
}

#[test]
fn inspect_as_json() {
    let (report, model) = inspect("churn-logistic");
    for (key, value) in [
        ("name", json!("churn-logistic")),
        ("version", json!("1.0.0")),
        ("id", json!(id(&model))),
        ("format_version", json!(1)),
        ("file_bytes", json!(model.len())),
        ("algorithm", json!("logistic-regression")),
        ("task", json!("classification")),
        ("target", json!("churned")),
        ("labels", json!(["no", "yes"])),
        ("missing_tokens", json!(["", "NA", "N/A", "NaN", "null", "?"])),
        ("features", json!(19)),
        ("golden_rows", json!(64)),
        ("training_records", json!(false)),
        ("training_statistics", json!(true)),
    ] {
        assert_eq!(report[key], value, "{key}");
    }
    let program = report["program"].as_array().unwrap();
    let ops: Vec<&str> = program.iter().map(|op| op["op"].as_str().unwrap()).collect();
    assert_eq!(ops, ["select", "select", "impute", "affine", "one-hot", "linear", "link", "label"]);
    let affine = &program[3];
    assert_eq!((&affine["form"], &affine["b"][3]), (&json!("subtract_divide"), &json!(6.0)));
    assert_eq!(affine["a"].as_array().unwrap().len(), 5);
    assert_eq!(affine["reads"], json!([program[2]["writes"]]));
    assert_eq!(
        (&program[6]["form"], &program[7]["rule"]),
        (&json!("logistic"), &json!("at_least"))
    );
    let names: Vec<&str> =
        report["columns"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names[..4], ["age", "income", "tenure_months", "plan"]);
    let (age, plan, contract) =
        (&report["columns"][0], &report["columns"][3], &report["columns"][5]);
    assert_eq!((&age["type"], &age["training"]["min"]), (&json!("numeric"), &json!(18.0)));
    assert_eq!(plan["categories"], json!(["basic", "plus", "premium"]));
    assert_eq!(
        (&plan["missing_is_a_category"], &contract["missing_is_a_category"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(report["estimator"]["feature_names"][18], "autopay=yes");
    assert_eq!(report["estimator"]["outputs"].as_array().unwrap().len(), 1);
    let provenance = &report["provenance"];
    assert_eq!(provenance["created"], Value::Null);
    assert_eq!(provenance["seed"], 42);
    assert_eq!(provenance["data_rows"], 2000);
    assert_eq!(provenance["data_sha256"].as_str().unwrap().len(), 64);
    assert_eq!(provenance["options"]["param.alpha"], "1.0");
    assert_eq!(
        provenance["left_out"]["customer_id"],
        "every row has another text, like an id (keep it with --categorical)"
    );
}

/// A linear model with a step that changes nothing: as many components as features, each of one.
fn with_projection(work: &Work) {
    let artifact = Artifact::parse(&work.bytes("m.model")).unwrap();
    let Some(Op::Linear(linear)) = artifact.pipeline().estimator() else { panic!("linear") };
    let (coefficients, intercept) = linear.outputs().next().unwrap();
    let n = coefficients.len();
    let weight = |at: usize| if at / n == at % n { 1.0 } else { 0.0 };
    let arrays = [
        ArrayData::f64("coefficients", &[1, n], coefficients),
        ArrayData::f64("intercepts", &[1], &[intercept]),
        ArrayData::f64("projection", &[n, n], &(0..n * n).map(weight).collect::<Vec<_>>()),
        ArrayData::f64("projection_shift", &[n], &vec![0.0; n]),
    ];
    let mut manifest = Manifest::of_file(&work.bytes("m.model")).unwrap();
    manifest.arrays.clear();
    manifest.steps.push(Step::Reduce { method: ReduceMethod::Svd, n_components: n as u64 });
    work.put("m.model", encode_v1(manifest, &arrays).unwrap().0);
}

#[test]
fn inspect_shows_components() {
    let work = Work::new("diabetes-linear");
    with_projection(&work);
    let text = work.run(&["inspect", "m.model"]).ok();
    let line = "    1  projection       age, sex, bmi, ... (10) -> 10 slots, svd\n";
    assert!(lines(&text).contains(&line), "{text}");
    assert!(
        text.contains(
            " linear           component 1, component 2, component 3, ... (10) -> 1 slot"
        ),
        "{text}"
    );
    let report: Value =
        serde_json::from_str(&work.run(&["inspect", "m.model", "--json"]).ok()).unwrap();
    let projection = &report["program"][1];
    assert_eq!((&projection["method"], &projection["shape"]), (&json!("svd"), &json!([10, 10])));
    assert_eq!(report["estimator"]["feature_names"][9], "component 10");
    assert_eq!(report["training_records"], false);
    assert!(work.run(&["verify", "m.model"]).ok().ends_with("OK\n"));
}

#[test]
fn inspect_of_trees_as_json() {
    let (report, _) = inspect("iris-forest");
    assert_eq!(report["estimator"]["kind"], "mean_of_trees");
    assert_eq!(report["estimator"]["trees"], 12);
    assert_eq!(report["provenance"]["class_counts"], json!([40, 40, 40]));
    let (report, _) = inspect("diabetes-tree");
    assert_eq!((&report["task"], &report["labels"]), (&json!("regression"), &json!([])));
    assert_eq!(report["estimator"]["deepest"], 4);
}

#[test]
fn inspect_is_asked_for_even_if_quiet() {
    let work = Work::new("iris-forest");
    for args in [&["inspect", "m.model"][..], &["inspect", "m.model", "--json"]] {
        let loud = work.run(args);
        assert_eq!(loud.stderr, "");
        assert_eq!(work.run(&[args, &["--quiet"]].concat()).ok(), loud.ok());
    }
}

#[test]
fn verify_tells_every_check_then_ok() {
    for (golden, compared) in
        [("churn-logistic", "equal within 1e-12"), ("churn-forest", "equal to the bit")]
    {
        let work = Work::new(golden);
        let model = work.bytes("m.model");
        let run = work.run(&["verify", "m.model"]);
        assert_eq!(run.stderr, "");
        let text = run.ok();
        let lines = lines(&text);
        assert_eq!(lines.len(), 8, "{text}");
        assert_eq!(lines[0], "format       ok: version 1, this build reads 1 to 2\n");
        assert_eq!(
            lines[1],
            format!("length       ok: {} bytes, as the preamble says\n", model.len())
        );
        assert_eq!(lines[2], format!("header       ok: SHA-256 {}\n", id(&model)));
        assert_eq!(lines[3], "sections     ok: 3 tile the file, every SHA-256 matches\n");
        assert!(
            lines[4].starts_with("manifest     ok: ")
                && lines[4].ends_with(" bytes decoded to the last one\n")
        );
        assert_eq!(
            lines[5],
            "structure    ok: 9 columns, 19 features; every index, shape and number is in range\n"
        );
        assert_eq!(lines[6], format!("golden rows  ok: 64 replayed, {compared}\n"));
        assert_eq!(lines[7], "OK\n");
    }
}

#[test]
fn verify_as_json() {
    let work = Work::new("iris-softmax");
    let text = work.run(&["verify", "m.model", "--json"]).ok();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["ok"], true);
    let checks = report["checks"].as_array().unwrap();
    let names: Vec<&str> = checks.iter().map(|check| check["check"].as_str().unwrap()).collect();
    let expected =
        ["format", "length", "header", "sections", "manifest", "structure", "golden rows"];
    assert_eq!(names, expected);
    assert_eq!(checks[2]["ok"], format!("SHA-256 {}", id(&work.bytes("m.model"))));
}

#[test]
fn verify_keeps_quiet() {
    let run = Work::new("iris-softmax").run(&["verify", "m.model", "--quiet"]);
    assert_eq!((run.status, run.stdout.as_slice(), run.stderr.as_str()), (Some(0), &b""[..], ""));
}
