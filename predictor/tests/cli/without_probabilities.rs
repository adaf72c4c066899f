//! Support vector machines and k-means, whose labels come without probabilities, in every command.

use std::fs;

use model_format::v1::{
    ColumnKind, ColumnSpec, EstimatorSpec, GoldenRows, Identity, Kernel, Manifest, Provenance,
    SchemaSpec, Task,
};
use model_format::writer::{ArrayData, encode_v1};
use serde_json::{Value, json};

use crate::support::{Run, Work, assert_close, golden, golden_file, id, lines};

const IRIS: [&str; 4] = ["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"];

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn classes(target: &str, labels: &[&str]) -> Task {
    Task::Classification { target: target.into(), labels: owned(labels) }
}

/// A model of numeric columns as they are.
fn model(
    [name, algorithm]: [&str; 2],
    columns: &[&str],
    (task, estimator): (Task, EstimatorSpec),
    arrays: &[ArrayData],
    (cells, labels, values): (&[&str], &[u32], &[f64]),
) -> Vec<u8> {
    let column = |name: &&str| ColumnSpec { name: (*name).into(), kind: ColumnKind::Numeric };
    let n_labels = task.labels().len();
    let manifest = Manifest {
        identity: Identity {
            name: name.into(),
            version: "1.0.0".into(),
            algorithm: algorithm.into(),
        },
        task,
        schema: SchemaSpec {
            columns: columns.iter().map(column).collect(),
            missing_tokens: owned(&["", "NA"]),
        },
        steps: Vec::new(),
        estimator,
        arrays: Vec::new(),
        golden: GoldenRows {
            cells: owned(cells),
            labels: labels.to_vec(),
            values: values.to_vec(),
        },
        statistics: None,
        provenance: Provenance {
            trainer_version: "0.1.0".into(),
            smartcore_version: "0.7.0".into(),
            created: None,
            options: Vec::new(),
            seed: 42,
            data_sha256: [7; 32],
            data_rows: 12,
            data_columns: 5,
            rows_fitted: 12,
            rows_held_out: 0,
            rows_without_target: 0,
            class_counts: vec![4; n_labels],
            left_out: Vec::new(),
            metrics: Vec::new(),
        },
    };
    encode_v1(manifest, arrays).unwrap().0
}

/// The arrays of machines with one term each.
fn machines(
    n_features: usize,
    vectors: &[f64],
    terms: &[(u64, f64)],
    intercepts: &[f64],
) -> Vec<ArrayData> {
    let starts: Vec<u64> = (0..=terms.len() as u64).collect();
    let (of, weights): (Vec<u64>, Vec<f64>) = terms.iter().copied().unzip();
    vec![
        ArrayData::f64("support_vectors", &[n_features, vectors.len() / n_features], vectors),
        ArrayData::u64("machine_starts", &starts),
        ArrayData::u64("machine_vectors", &of),
        ArrayData::f64("machine_weights", &[weights.len()], &weights),
        ArrayData::f64("intercepts", &[intercepts.len()], intercepts),
    ]
}

const LINEAR: EstimatorSpec = EstimatorSpec::SupportVectors { kernel: Kernel::Linear };

/// Irises: setosa by the length of the petal, then versicolor up to a width of 1.45.
fn irises() -> Vec<u8> {
    let vectors = [[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]].concat();
    let terms = [(0, -1.0), (0, -1.0), (1, -1.0)];
    model(
        ["petals", "svm"],
        &IRIS,
        (classes("species", &["setosa", "versicolor", "virginica"]), LINEAR),
        &machines(4, &vectors, &terms, &[2.5, 3.0, 1.45]),
        (&["5", "3", "1.5", "0.25"], &[0], &[1.0, 1.5, 1.2]),
    )
}

/// Yes near 0, by a kernel that takes exp.
fn near_zero() -> Vec<u8> {
    let kernel = Kernel::Rbf { gamma: 0.5 };
    model(
        ["near", "svm"],
        &["x"],
        (classes("truth", &["no", "yes"]), EstimatorSpec::SupportVectors { kernel }),
        &machines(1, &[0.0], &[(0, 1.0)], &[-0.5]),
        (&["0", "3"], &[1, 0], &[0.5, (-4.5f64).exp() - 0.5]),
    )
}

fn clusters(name: &str, centroids: [(&str, [f64; 4]); 2]) -> Vec<u8> {
    let (labels, numbers): (Vec<&str>, Vec<[f64; 4]>) = centroids.into_iter().unzip();
    let first = numbers[0].map(|number| number.to_string());
    model(
        [name, "kmeans"],
        &IRIS,
        (Task::Clustering { labels: owned(&labels) }, EstimatorSpec::NearestCentroid),
        &[ArrayData::f64("centroids", &[2, 4], &numbers.concat())],
        (&first.each_ref().map(String::as_str), &[0], &[0.0]),
    )
}

/// Setosa, and the others.
fn two_groups() -> Vec<u8> {
    clusters("two", [("short", [5.0, 3.4, 1.5, 0.2]), ("long", [6.5, 3.0, 5.2, 1.8])])
}

/// The clusters by the same names, the other one first and elsewhere.
fn other_groups() -> Vec<u8> {
    clusters("other", [("long", [7.0, 3.0, 6.0, 2.2]), ("short", [6.0, 3.0, 4.0, 1.0])])
}

/// A model and the iris rows.
fn work(model: &[u8]) -> Work {
    let work = Work::with("iris-softmax", golden("iris-softmax", "rows.csv"));
    work.put("m.model", model);
    work
}

fn pair(old: &[u8], new: &[u8]) -> Work {
    let work = work(old);
    work.put("n.model", new);
    work
}

fn softmax() -> Vec<u8> {
    fs::read(golden_file("iris-softmax", "model.model")).unwrap()
}

fn run(work: &Work, words: &str, args: &str) -> Run {
    let words = words.split(' ').chain(args.split_whitespace());
    work.run(&words.collect::<Vec<_>>())
}

fn evaluate(work: &Work, args: &str) -> Run {
    run(work, "evaluate m.model in.csv", args)
}

fn diff(work: &Work, args: &str) -> Run {
    run(work, "diff m.model n.model in.csv", args)
}

fn read(run: Run) -> Value {
    serde_json::from_str(&run.ok()).unwrap()
}

#[test]
fn labels_are_predicted() {
    let work = work(&near_zero());
    work.put("in.csv", "x\n0\n1\n1.2\n-2\n1e200\n");
    assert_eq!(work.score("").ok(), "prediction\nyes\nyes\nno\nno\nno\n");
    work.put("m.model", irises());
    work.put("in.csv", golden("iris-softmax", "rows.csv"));
    let expected = format!(
        "prediction\n{0}virginica\nversicolor\nvirginica\nversicolor\n{1}",
        "setosa\n".repeat(4),
        "virginica\n".repeat(4)
    );
    assert_eq!(work.score("").ok(), expected);
    work.put("m.model", two_groups());
    let expected = format!("prediction\n{}{}", "short\n".repeat(4), "long\n".repeat(8));
    assert_eq!(work.score("").ok(), expected);
}

#[test]
fn a_cluster_infinitely_far_is_a_bad_row() {
    let work = work(&two_groups());
    work.put("in.csv", format!("{}\n5,3,1,0\n1e200,3,1,0\n6,3,5,2\n", IRIS.join(",")));
    let run = work.score("");
    assert!(run.stderr.starts_with("error: `in.csv` line 3: "), "{}", run.stderr);
    assert_eq!(run.status, Some(4));
    assert_eq!(work.score("--on-bad-row null").ok(), "prediction\nshort\n\"\"\nlong\n");
}

#[test]
fn proba_and_threshold_are_wrong_usage() {
    for (model, algorithm) in [(irises(), "svm"), (near_zero(), "svm"), (two_groups(), "kmeans")] {
        let work = work(&model);
        work.score("--proba -o out.csv")
            .fails(2, &format!("error: --proba: {algorithm} has no probabilities\n"));
        work.score("--threshold 0.3 -o out.csv").fails(
            2,
            "error: --threshold: this model does not have probabilities of exactly two labels\n",
        );
        assert_eq!(work.names(), ["in.csv", "m.model"]);
    }
}

#[test]
fn evaluate_has_no_score_of_probabilities() {
    // Of four versicolors two are found, the others are said to be virginica.
    let work = work(&irises());
    let report = read(evaluate(&work, "--json"));
    let f1 = (1.0 + 2.0 / 3.0 + 0.8) / 3.0;
    let metrics =
        json!({ "accuracy": 10.0 / 12.0, "balanced_accuracy": 2.5 / 3.0, "macro_f1": f1 });
    assert_close(&report["metrics"], &metrics);
    assert_eq!(report["confusion"], json!([[4, 0, 0], [0, 2, 2], [0, 0, 4]]));
    assert_eq!(report["task"], "classification");
    let expected = format!(
        "model      petals 1.0.0 {}
task       classification of `species`
rows       12 read, 12 judged, 0 without target, 0 rejected
metrics    accuracy           0.8333       baseline 0.3333
           balanced_accuracy  0.8333       baseline 0.3333
           macro_f1           0.8222       baseline 0.1667
baseline   always `setosa`, the most frequent label of training
class           label precision    recall        f1   support
               setosa    1.0000    1.0000    1.0000         4
           versicolor    1.0000    0.5000    0.6667         4
            virginica    0.6667    1.0000    0.8000         4
confusion  true\\predicted      setosa  versicolor   virginica
                   setosa           4           0           0
               versicolor           0           2           2
                virginica           0           0           4
gates      recall[versicolor]>=0.5 met: 0.5
",
        id(&irises())
    );
    assert_eq!(evaluate(&work, "--require recall[versicolor]>=0.5").ok(), expected);
    evaluate(&work, "--require recall[virginica]<1")
        .fails(5, "error: gate: recall[virginica] is 1, expected < 1\n");
}

#[test]
fn a_gate_on_probabilities_is_wrong_usage() {
    for model in [irises(), near_zero()] {
        let work = work(&model);
        for metric in ["roc_auc", "log_loss"] {
            let run = run(&work, "evaluate m.model nowhere.csv --require", &format!("{metric}>=0"));
            let fact = format!(
                "error: --require: no metric `{metric}`, expected one of accuracy, \
                 balanced_accuracy, macro_f1, "
            );
            assert!(run.stderr.starts_with(&fact), "{}", run.stderr);
            assert_eq!((run.status, run.stdout.len()), (Some(2), 0));
        }
    }
}

const NO_TRUTH: &str = "error: this model groups rows; there is no truth to judge it by\n";

#[test]
fn clusters_cannot_be_evaluated() {
    let work = work(&two_groups());
    for args in ["", "--json", "--target species", "--require accuracy>=0"] {
        let run = evaluate(&work, args);
        run.fails(2, NO_TRUTH);
        assert!(run.stdout.is_empty());
    }
}

#[test]
fn a_model_with_probabilities_and_one_without() {
    let work = pair(&softmax(), &irises());
    let report = read(diff(&work, "--json"));
    let keys = ["agreement", "max_change", "mean_change", "largest_changes", "transitions"];
    let found: Vec<&Value> = keys.iter().map(|key| &report[key]).collect();
    let expected = json!([10.0 / 12.0, null, null, [], [[4, 0, 0], [0, 2, 2], [0, 0, 4]]]);
    assert_eq!(json!(found), expected);
    assert!(report.get("classes").is_none());
    assert_close(&report["old"]["metrics"]["roc_auc"], &json!(1.0));
    assert_close(&report["new"]["metrics"]["accuracy"], &json!(10.0 / 12.0));
    assert!(report["new"]["metrics"].get("log_loss").is_none());
    let head = format!(
        "old        iris-softmax 1.0.0 {}
new        petals 1.0.0 {}
rows       12 read, 12 compared, 0 rejected
agreement  0.8333
change     of labels alone: not both models have probabilities
labels",
        id(&softmax()),
        id(&irises())
    );
    let rest = |scores: &str| {
        format!(
            "        old\\new      setosa  versicolor   virginica
               setosa           4           0           0
           versicolor           0           2           2
            virginica           0           0           4
metrics                              old        new   on 12 rows by `species`, 0 without target
{scores}"
        )
    };
    let scores = "           accuracy               1.0000     0.8333
           balanced_accuracy      1.0000     0.8333
           macro_f1               1.0000     0.8222
           log_loss               0.0970          -
           roc_auc                1.0000          -
";
    assert_eq!(diff(&work, "").ok(), head + &rest(scores));
    // And the other way round.
    let text = diff(&pair(&irises(), &softmax()), "").ok();
    let scores = "           accuracy               0.8333     1.0000
           balanced_accuracy      0.8333     1.0000
           macro_f1               0.8222     1.0000
           log_loss                    -     0.0970
           roc_auc                     -     1.0000
";
    assert!(text.ends_with(scores), "{text}");
    assert!(
        text.contains("\n           versicolor           0           2           0\n"),
        "{text}"
    );
}

#[test]
fn gates_on_changes_that_are_not_measured_are_wrong_usage() {
    let works = [
        pair(&softmax(), &irises()),
        pair(&irises(), &softmax()),
        pair(&irises(), &irises()),
        pair(&two_groups(), &other_groups()),
    ];
    for work in &works {
        for metric in ["max_change", "mean_change"] {
            let run = diff(work, &format!("--require {metric}<=1"));
            let fact =
                format!("error: --require: no metric `{metric}`, expected one of agreement,");
            assert!(run.stderr.starts_with(&fact), "{}", run.stderr);
            assert_eq!((run.status, run.stdout.len()), (Some(2), 0));
        }
    }
    let work = &works[0];
    diff(work, "--require agreement>=0.8 --require old.roc_auc>=0.9 --require old.log_loss<1").ok();
    let run = diff(work, "--require new.roc_auc>=0.9");
    assert!(run.stderr.starts_with("error: --require: no metric `new.roc_auc`, "));
    assert_eq!(run.status, Some(2));
    diff(work, "--require new.recall[versicolor]>=0.9 --require new.recall[setosa]<1").fails(
        5,
        "error: gate: new.recall[versicolor] is 0.5, expected >= 0.9\n\
         error: gate: new.recall[setosa] is 1, expected < 1\n",
    );
}

#[test]
fn two_clusterings() {
    let work = pair(&two_groups(), &other_groups());
    let report = read(diff(&work, "--json"));
    let keys = ["task", "target", "agreement", "max_change", "transitions", "largest_changes"];
    let found: Vec<&Value> = keys.iter().map(|key| &report[key]).collect();
    let expected = json!(["clustering", null, 0.75, null, [[4, 0], [3, 5]], []]);
    assert_eq!(json!(found), expected);
    for key in ["classes", "rows_judged", "rows_without_target"] {
        assert!(report.get(key).is_none(), "{key}");
    }
    assert!(report["new"].get("metrics").is_none());
    let expected = format!(
        "old        two 1.0.0 {}
new        other 1.0.0 {}
rows       12 read, 12 compared, 0 rejected
agreement  0.7500
change     of labels alone: not both models have probabilities
labels     old\\new  short   long
             short      4      0
              long      3      5
gates      agreement>=0.7 met: 0.75
",
        id(&two_groups()),
        id(&other_groups())
    );
    assert_eq!(diff(&work, "--require agreement>=0.7").ok(), expected);
    diff(&work, "--require agreement>=0.8")
        .fails(5, "error: gate: agreement is 0.75, expected >= 0.8\n");
    for args in ["--target species", "--require old.accuracy>=0", "--require new.macro_f1>=0"] {
        diff(&work, args).fails(2, NO_TRUTH);
    }
}

#[test]
fn clusters_and_classes_are_not_the_same_though_their_names_are() {
    let vectors = [0.0, 0.0, 1.0, 0.0];
    let of_classes = model(
        ["classes", "svm"],
        &IRIS,
        (classes("species", &["short", "long"]), LINEAR),
        &machines(4, &vectors, &[(0, 1.0)], &[-3.0]),
        (&["5", "3", "1.5", "0.25"], &[0], &[-1.5]),
    );
    let (cannot, hint) = (
        "error: the models cannot be compared: ",
        "hint: labels are compared with labels, clusters with clusters\n",
    );
    diff(&pair(&of_classes, &two_groups()), "")
        .fails(2, &format!("{cannot}OLD is a classification, NEW a clustering\n{hint}"));
    diff(&pair(&two_groups(), &of_classes), "")
        .fails(2, &format!("{cannot}OLD is a clustering, NEW a classification\n{hint}"));
}

#[test]
fn values_of_a_regression() {
    let of = |name: &str, intercept: f64| {
        model(
            [name, "svm"],
            &["x"],
            (Task::Regression { target: "truth".into() }, LINEAR),
            &machines(1, &[2.0], &[(0, 0.5)], &[intercept]),
            (&["1"], &[], &[intercept + 1.0]),
        )
    };
    let work = pair(&of("low", 0.25), &of("high", 0.5));
    work.put("in.csv", "x,truth\n1,1\n-3,-3\n");
    assert_eq!(work.score("").ok(), "prediction\n1.25\n-2.75\n");
    assert_eq!(read(evaluate(&work, "--json"))["metrics"]["mae"], 0.25);
    let report = read(diff(&work, "--json --require max_change<=0.25"));
    assert_eq!((&report["max_change"], &report["agreement"]), (&json!(0.25), &json!(0.0)));
    work.score("--proba")
        .fails(2, "error: --proba: this model predicts a number, it has no probabilities\n");
}

#[test]
fn inspect_as_text() {
    let of = |model: &[u8]| work(model).run(&["inspect", "m.model"]).ok();
    let irises = of(&irises());
    for line in [
        "task         classification of `species`\n",
        "labels       setosa, versicolor, virginica\n",
        "algorithm    svm (linear kernel, 2 support vectors, 3 machines)\n",
        "records      THE FILE HOLDS ROWS OF THE TRAINING DATA, encoded; share it as you would share them\n",
    ] {
        assert!(lines(&irises).contains(&line), "{line}{irises}");
    }
    let near = of(&near_zero());
    let line = "algorithm    svm (rbf kernel, gamma 0.5000, 1 support vector, 1 machine)\n";
    assert!(lines(&near).contains(&line), "{near}");
    let groups = of(&two_groups());
    for line in [
        "task         clustering\n",
        "clusters     short, long\n",
        "algorithm    kmeans (2 clusters)\n",
        "records      no training record is in the file; golden rows are made up\n",
    ] {
        assert!(lines(&groups).contains(&line), "{line}{groups}");
    }
    assert!(!groups.contains("\nlabels"), "{groups}");
}

#[test]
fn a_cluster_of_one_row_holds_that_row() {
    let mut manifest = Manifest::of_file(&two_groups()).unwrap();
    manifest.arrays.clear();
    manifest.provenance.class_counts = vec![7, 1];
    let centroids = [5.0, 3.4, 1.5, 0.2, 6.5, 3.0, 5.2, 1.8];
    let arrays = [ArrayData::f64("centroids", &[2, 4], &centroids)];
    let work = work(&encode_v1(manifest, &arrays).unwrap().0);
    let text = work.run(&["inspect", "m.model"]).ok();
    assert!(text.contains("\nrecords      THE FILE HOLDS ROWS OF THE TRAINING DATA"), "{text}");
    assert_eq!(read(work.run(&["inspect", "m.model", "--json"]))["training_records"], true);
}

#[test]
fn inspect_as_json() {
    let of = |model: &[u8]| read(work(model).run(&["inspect", "m.model", "--json"]));
    let expected = json!({ "kind": "support_vectors", "kernel": { "name": "linear" },
                           "support_vectors": 2, "machines": 3 });
    let report = of(&irises());
    assert_eq!(report["estimator"], expected);
    assert_eq!((&report["training_records"], &report["golden_rows"]), (&json!(true), &json!(1)));
    let kernel = json!({ "name": "rbf", "gamma": 0.5 });
    assert_eq!(of(&near_zero())["estimator"]["kernel"], kernel);
    for (kernel, shown) in [
        (
            Kernel::Polynomial { degree: 3, gamma: 0.25, coef0: 1.0 },
            json!({ "name": "polynomial", "degree": 3, "gamma": 0.25, "coef0": 1.0 }),
        ),
        (
            Kernel::Sigmoid { gamma: 0.25, coef0: -1.0 },
            json!({ "name": "sigmoid", "gamma": 0.25, "coef0": -1.0 }),
        ),
    ] {
        let mut arrays = machines(1, &[0.0], &[(0, 0.0)], &[1.5]);
        arrays.reverse();
        let task = Task::Regression { target: "truth".into() };
        let model = model(
            ["even", "svm"],
            &["x"],
            (task, EstimatorSpec::SupportVectors { kernel }),
            &arrays,
            (&["7"], &[], &[1.5]),
        );
        assert_eq!(of(&model)["estimator"]["kernel"], shown);
    }
    let report = of(&two_groups());
    let expected = json!({ "kind": "nearest_centroid", "feature_names": IRIS,
                           "centroids": [[5.0, 3.4, 1.5, 0.2], [6.5, 3.0, 5.2, 1.8]] });
    assert_eq!(report["estimator"], expected);
    let keys = ["task", "target", "labels", "training_records"];
    let found: Vec<&Value> = keys.iter().map(|key| &report[key]).collect();
    assert_eq!(json!(found), json!(["clustering", null, ["short", "long"], false]));
}

#[test]
fn verify_says_how_golden_rows_are_compared() {
    for (model, sections, n_rows, compared) in [
        (irises(), 6, 1, "equal to the bit"),
        (near_zero(), 6, 2, "equal within 1e-12"),
        (two_groups(), 2, 1, "equal to the bit"),
    ] {
        let text = work(&model).run(&["verify", "m.model"]).ok();
        for line in [
            format!("sections     ok: {sections} tile the file, every SHA-256 matches\n"),
            format!("golden rows  ok: {n_rows} replayed, {compared}\n"),
        ] {
            assert!(lines(&text).contains(&line.as_str()), "{line}{text}");
        }
        assert!(text.ends_with("OK\n"), "{text}");
    }
}
