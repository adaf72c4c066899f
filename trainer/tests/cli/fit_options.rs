//! Options of `fit` that shape the model.

use model_format::manifest::{ColumnKind, ColumnStatistics, Manifest, Task};
use model_format::program::OpSpec;

use crate::support::{Work, table};

const CHURN: &str = "--target churned --algorithm decision-tree --param max_depth=3";

/// What happens to the columns before the trees.
fn steps(args: &str) -> Vec<OpSpec> {
    let work = Work::sample("churn");
    work.fit(&format!("{CHURN} {args}")).ok();
    let ops = work.manifest().program.ops;
    ops.into_iter().take_while(|op| op.name() != "trees").collect()
}

/// Their names; of scalers, whether the least value of each column becomes 0.
fn names(steps: &[OpSpec]) -> Vec<&'static str> {
    let name = |op: &OpSpec| match op {
        OpSpec::Affine(affine) if affine.a.contains(&18.0) => "minmax",
        OpSpec::Affine(_) => "standard",
        other => other.name(),
    };
    steps.iter().map(name).filter(|name| *name != "select").collect()
}

#[test]
fn scalers() {
    for (args, expected) in [
        ("", &["impute", "standard", "one-hot"][..]),
        ("--scaler standard", &["impute", "standard", "one-hot"]),
        ("--scaler minmax", &["impute", "minmax", "one-hot"]),
        ("--scaler none", &["impute", "one-hot"]),
    ] {
        assert_eq!(names(&steps(args)), expected, "{args}");
    }
    Work::sample("iris")
        .fit("--target species --scaler robust")
        .misused("[possible values: standard, minmax, none]");
}

/// A column of 1, 2, 3, 10 and a missing cell, five times over, and another to split on.
fn skewed() -> Work {
    let cells = ["1", "2", "3", "10", ""];
    Work::with(table("a,b,y", 25, |i| format!("{},{},{}", cells[i % 5], i % 4, i % 2)))
}

#[test]
fn imputation() {
    for (args, expected) in [("", 2.5), ("--impute median", 2.5), ("--impute mean", 4.0)] {
        let work = skewed();
        work.fit_tree(&format!("--target y --test-fraction 0 {args}")).ok();
        let ops = work.manifest().program.ops;
        let impute = ops.iter().find_map(|op| match op {
            OpSpec::Impute(impute) => Some(&impute.values),
            _ => None,
        });
        let values = impute.expect("imputation");
        assert_eq!(values[0].to_bits(), f64::to_bits(expected), "{args}");
    }
}

#[test]
fn a_missing_number_where_that_is_an_error() {
    skewed().refuses(
        "--target y --impute error --test-fraction 0",
        4,
        "error: `in.csv` line 5, column `a`: found a missing cell, expected a number\n",
    );
    Work::sample("churn").refuses(
        "--target churned --impute error --test-fraction 0 --quiet",
        4,
        "error: `in.csv` line 13, column `age`: found a missing cell, expected a number\n",
    );
    let work = Work::sample("diabetes");
    work.fit_tree("--target progression --impute error").ok();
    assert_eq!(names(&work.manifest().program.ops), ["standard", "trees"]);
}

#[test]
fn a_missing_category_is_a_level_of_its_own() {
    let work = Work::sample("churn");
    work.fit(CHURN).ok();
    let model = work.model();
    let missing = |name: &str| {
        let column = model.manifest().schema.columns.iter().find(|c| c.name == name).unwrap();
        match &column.kind {
            ColumnKind::Text { missing_level, .. } => *missing_level,
            ColumnKind::Numeric | ColumnKind::Document => panic!("{name} has no categories"),
        }
    };
    assert!(missing("contract"));
    assert!(!missing("plan"));
}

#[test]
fn the_task_follows_from_the_target() {
    let digits =
        |n: usize| table("a,b,y", 120, |i| format!("{},{}.5,{}", i * 7 % 31, i * 11 % 37, i % n));
    let task = |csv: String, args: &str| {
        let work = Work::with(csv);
        work.fit_tree(&format!("--target y {args}")).ok();
        match &work.model().manifest().task {
            Task::Classification { labels, .. } => Some(labels.clone()),
            _ => None,
        }
    };
    let twenty: Vec<String> = (0..20).map(|label| label.to_string()).collect();
    assert_eq!(task(digits(20), ""), Some(twenty.clone()));
    assert_eq!(task(digits(21), ""), None);
    assert_eq!(task(digits(20), "--task classification"), Some(twenty));
    assert_eq!(task(digits(20), "--task regression"), None);
    assert_eq!(task(digits(21), "--task classification").map(|labels| labels.len()), Some(21));
    assert_eq!(
        task(table("a,b,y", 60, |i| format!("{},{}.5,{}.5", i * 7 % 31, i, i % 2)), ""),
        None
    );
    Work::with(digits(2))
        .fit("--target y --task cluster")
        .misused("[possible values: classification, regression]");
}

#[test]
fn name_and_version_are_stored() {
    let work = Work::sample("iris");
    work.fit_tree("--target species --name stems --model-version 1.20.3").ok();
    let identity = work.model().manifest().identity.clone();
    assert_eq!((identity.name.as_str(), identity.version.as_str()), ("stems", "1.20.3"));
    work.fit_tree("--target species").ok();
    let identity = work.model().manifest().identity.clone();
    assert_eq!((identity.name.as_str(), identity.version.as_str()), ("m", "0.1.0"));
}

#[test]
fn names_and_versions_that_are_none() {
    let work = Work::sample("iris");
    for version in ["1", "1.2", "1.2.3.4", "1.2.x", "v1.2.3", "1..3", "1.2.-3"] {
        let fact = format!("--model-version: found `{version}`, expected X.Y.Z such as 1.4.0");
        let args = format!("--target species --model-version {version}");
        work.refuses(&args, 2, &format!("error: {fact}\n"));
    }
    for name in ["", "two\nlines", "\u{1b}[31m"] {
        let run =
            work.run(&["fit", "in.csv", "--target", "species", "-o", "m.model", "--name", name]);
        run.fails(
            2,
            "error: --name: expected a text of at most 1000 bytes without control characters\n",
        );
    }
}

#[test]
fn delimiters() {
    let iris = Work::sample("iris").text("in.csv");
    for (delimiter, written) in [(";", ";"), ("\t", "\\t"), ("\t", "tab"), ("|", "|")] {
        let work = Work::with(iris.replace(',', delimiter));
        work.fit_tree(&format!("--target species --delimiter {written}")).ok();
        assert_eq!(work.option("delimiter"), delimiter);
        assert_eq!(work.model().manifest().schema.columns.len(), 4);
    }
    let work = Work::with(&iris);
    for bad in ["ab", "\"", "é", ""] {
        work.run(&["fit", "in.csv", "--target", "species", "-o", "m.model", "--delimiter", bad]).fails(
            2,
            &format!("error: --delimiter: found `{bad}`, expected a tab or an ASCII punctuation mark that no number contains\n"),
        );
    }
}

#[test]
fn missing_tokens_can_be_replaced() {
    let csv = table("a,b,y", 30, |i| {
        let cell = if i == 7 { "-999".into() } else { (i * 7 % 11).to_string() };
        format!("{cell},{},{}", i % 4, i % 2)
    });
    let smallest = |args: &[&str]| {
        let work = Work::with(&csv);
        let fit = ["fit", "in.csv", "-o", "m.model", "--target", "y", "--test-fraction", "0", "-q"];
        let tree = ["--algorithm", "decision-tree"];
        work.run(&[&fit[..], &tree, args].concat()).ok();
        let model = work.model();
        let statistics = model.manifest().statistics.as_ref().unwrap();
        let ColumnStatistics::Numeric { min, missing, .. } = &statistics[0] else {
            panic!("a is a number")
        };
        (min.to_string(), *missing, model.manifest().schema.missing_tokens.clone())
    };
    let usual = ["", "NA", "N/A", "NaN", "null", "?"].map(str::to_owned).to_vec();
    assert_eq!(smallest(&[]), ("-999".into(), 0, usual));
    let given = vec!["-999".to_owned(), "x y".to_owned()];
    assert_eq!(smallest(&["--missing", "-999, x y "]), ("0".into(), 1, given));
}

#[test]
fn what_is_no_longer_a_missing_token_is_text() {
    let work = Work::sample("churn");
    let run = work.fit(&format!("{CHURN} --missing ? --numeric age"));
    let hint = "hint: a missing token needs --missing; drop --numeric to read categories\n";
    run.fails(
        4,
        &format!("error: `in.csv` line 13, column `age`: found ``, expected a number\n{hint}"),
    );
}

#[test]
fn threads_are_counted_from_one() {
    let work = Work::sample("iris");
    work.refuses(
        "--target species --threads 0",
        2,
        "error: --threads: 0 threads cannot do anything\n",
    );
    for bad in ["-1", "two", "1.5"] {
        let run = work.fit(&format!("--target species --threads {bad}"));
        assert_eq!((run.status, run.stdout.as_slice()), (Some(2), &b""[..]), "{}", run.stderr);
    }
}

#[test]
fn options_that_shape_the_model_are_stored_and_no_others() {
    let work = Work::sample("churn");
    work.fit(&format!(
        "{CHURN} --scaler minmax --impute mean --numeric age,income --categorical plan --ignore region \
         --test-fraction 0.1 --seed 7 --threads 2 --name x --task classification --missing ,NA"
    ))
    .ok();
    let expected = [
        ("target", "churned"),
        ("algorithm", "decision-tree"),
        ("param.max_depth", "3"),
        ("param.min_samples_leaf", "1"),
        ("param.min_samples_split", "2"),
        ("task", "classification"),
        ("scaler", "minmax"),
        ("impute", "mean"),
        ("reduce", "none"),
        ("numeric", "age,income"),
        ("categorical", "plan"),
        ("ignore", "region"),
        ("test", "fraction 0.1"),
        ("seed", "7"),
        ("delimiter", ","),
        ("missing", ",NA"),
        ("statistics", "kept"),
    ];
    let expected: Vec<(String, String)> =
        expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    assert_eq!(work.model().manifest().provenance.options, expected);
}

#[test]
fn statistics_are_left_out_when_asked_and_golden_rows_do_not_tell_them() {
    let work = Work::sample("churn");
    work.fit(CHURN).ok();
    let with = work.manifest();
    work.fit(&format!("{CHURN} --no-statistics")).ok();
    let without = work.manifest();
    assert!(with.statistics.is_some() && without.statistics.is_none());
    assert_eq!((work.option("statistics"), &with.program), ("none".into(), &without.program));
    let columns = without.schema.columns.len();
    let incomes = |manifest: &Manifest| -> Vec<f64> {
        let at = manifest.schema.columns.iter().position(|c| c.name == "income").unwrap();
        let cells = manifest.golden.cells.iter().skip(at).step_by(columns);
        cells.filter_map(|cell| cell.parse().ok()).collect()
    };
    let [told, untold] = [&with, &without].map(incomes);
    assert!(told.iter().any(|income| income % 1000.0 != 0.0), "{told:?}");
    assert!(untold.len() > 32 && untold.iter().all(|income| income % 500.0 == 0.0), "{untold:?}");
}

#[test]
fn more_missing_tokens_than_a_model_keeps_are_wrong_usage() {
    let work = Work::sample("iris");
    let list = |n: usize| (0..n).map(|i| format!("t{i}")).collect::<Vec<_>>().join(",");
    let fit = |tokens: &str| work.fit_tree(&format!("--target species --missing {tokens}"));
    fit(&list(256)).ok();
    fit(&list(257)).fails(2, "error: --missing: found 257 tokens, expected at most 256\n");
    let long = "error: --missing: found a token of 4097 bytes, expected at most 4096\n";
    fit(&"x".repeat(4_097)).fails(2, long);
}
