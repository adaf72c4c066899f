//! Every algorithm, its hyper-parameters, and tasks it does not serve.

use model_format::manifest::Task;
use model_format::program::Op;
use serde_json::json;

use crate::support::{Work, table};

/// Fits an embedded data set and returns the name of the stored algorithm, its estimator with the number of
/// its outputs, and whether it predicts numbers.
fn fitted(sample: &str, args: &str) -> (String, (&'static str, usize), bool) {
    let work = Work::sample(sample);
    let run = work.fit(args);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let model = work.model();
    let manifest = model.manifest();
    let numbers = matches!(manifest.task, Task::Regression { .. });
    assert_eq!(manifest.identity.algorithm, work.option("algorithm"));
    assert!(run.stderr.contains(&format!("\nalgorithm  {}\n", manifest.identity.algorithm)));
    let mut ops = model.pipeline().program().ops().iter();
    let estimator = ops.rfind(|placed| placed.op.is_estimator()).unwrap();
    let estimator = (estimator.op.name(), estimator.output.width());
    (manifest.identity.algorithm.clone(), estimator, numbers)
}

#[test]
fn labels() {
    let iris = "--target species";
    for (args, name, estimator) in [
        ("--param n_trees=3", "random-forest", "trees"),
        ("--algorithm random-forest --param n_trees=3", "random-forest", "trees"),
        ("--algorithm decision-tree", "decision-tree", "trees"),
        ("--algorithm logistic-regression", "logistic-regression", "linear"),
        ("--algorithm extra-trees --param n_trees=3", "extra-trees", "trees"),
        ("--algorithm gaussian-nb", "gaussian-nb", "naive-bayes"),
        ("--algorithm bernoulli-nb --param binarize=0.5", "bernoulli-nb", "naive-bayes"),
    ] {
        // One estimator for all labels, trees included.
        let expected = (name.to_owned(), (estimator, 3), false);
        assert_eq!(fitted("iris", &format!("{iris} {args}")), expected);
    }
}

#[test]
fn numbers() {
    let diabetes = "--target progression";
    for (args, name, estimator) in [
        ("--param n_trees=3", "random-forest", "trees"),
        ("--algorithm decision-tree", "decision-tree", "trees"),
        ("--algorithm linear-regression", "linear-regression", "linear"),
        ("--algorithm ridge", "ridge", "linear"),
        ("--algorithm lasso", "lasso", "linear"),
        ("--algorithm elastic-net", "elastic-net", "linear"),
        ("--algorithm extra-trees --param n_trees=3", "extra-trees", "trees"),
    ] {
        assert_eq!(
            fitted("diabetes", &format!("{diabetes} {args}")),
            (name.into(), (estimator, 1), true)
        );
    }
}

/// Every tree is grown once for all labels, so hundreds of them take no longer than a few.
#[test]
fn hundreds_of_labels_are_one_forest() {
    let rows = table("a,b,label", 1_600, |row| {
        let label = row % 400;
        let value = |shift: usize| (label * shift % 397) as f64 + (row / 400) as f64 / 8.0;
        format!("{},{},label {label}", value(3), value(7))
    });
    let work = Work::with(rows);
    for algorithm in ["random-forest --param n_trees=3", "extra-trees --param n_trees=3"] {
        let args = format!("--target label --algorithm {algorithm} --param max_depth=none");
        let accuracy = &work.report(&args)["metrics"]["accuracy"];
        assert!(accuracy.as_f64().unwrap() > 0.5, "{algorithm}: {accuracy}");
    }
}

#[test]
fn naive_bayes_reads_what_it_can_count() {
    let likelihood = |sample: &str, args: &str| {
        let work = Work::sample(sample);
        work.fit(args).ok();
        match work.model().pipeline().estimator() {
            Some(Op::Bayes(bayes)) => format!("{:?}", bayes.likelihood()),
            other => panic!("{other:?}"),
        }
    };
    let digits = likelihood("digits", "--target digit --algorithm multinomial-nb");
    assert!(digits.starts_with("Multinomial"), "{digits}");
    let all = "age,income,tenure_months,support_calls,monthly_fee";
    let churn = format!("--target churned --algorithm categorical-nb --ignore {all}");
    let churn = likelihood("churn", &churn);
    assert!(churn.starts_with("Categorical"), "{churn}");
    let work = Work::sample("churn");
    work.refuses(
        "--target churned --algorithm categorical-nb --quiet",
        4,
        "error: categorical-nb reads categories, but there are numeric columns\nhint: read them as categories with --categorical, or leave them out with --ignore\n",
    );
    let run = work.fit("--target churned --algorithm multinomial-nb --quiet");
    let fact = "error: multinomial-nb: column `income` holds ";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
    assert_eq!(run.status, Some(4));
}

#[test]
fn an_unknown_algorithm_lists_the_known_ones() {
    let fact = |name: &str, first: &str| {
        format!("error: --algorithm: `{name}` is not one of {first}random-forest, extra-trees, ")
    };
    let work = Work::sample("iris");
    let run = work.fit("--target species --algorithm linear-regresion");
    run.misused(&fact("linear-regresion", "linear-regression, "));
    let last = "\nhint: did you mean `linear-regression`?\n";
    assert!(run.stderr.ends_with(last), "{}", run.stderr);
    assert_eq!(run.stderr.matches("linear-regression").count(), 2, "{}", run.stderr);
    let run = work.fit("--target species --algorithm tabpfn");
    assert!(run.stderr.starts_with(&fact("tabpfn", "")), "{}", run.stderr);
}

#[test]
fn an_algorithm_for_numbers_on_labels() {
    let work = Work::sample("iris");
    for algorithm in ["linear-regression", "ridge", "gradient-boosting"] {
        let run = work.fit(&format!("--target species --algorithm {algorithm}"));
        run.misused(&format!(
            "error: {algorithm} cannot predict labels, which is what target `species` holds\n\
             hint: these predict labels: random-forest, extra-trees, decision-tree, logistic-regression, "
        ));
        // No number can be read from the name of a flower.
        assert!(!run.stderr.contains("--task"), "{}", run.stderr);
    }
    let run = Work::sample("digits").fit("--target digit --algorithm ridge");
    run.misused("hint: these predict labels: random-forest, ");
    assert!(run.stderr.ends_with("; or --task regression if that is meant\n"), "{}", run.stderr);
}

#[test]
fn an_algorithm_for_labels_on_numbers() {
    let run = Work::sample("diabetes").fit("--target progression --algorithm logistic-regression");
    run.misused(
        "error: logistic-regression cannot predict numbers, which is what target `progression` holds\n\
         hint: these predict numbers: random-forest, extra-trees, decision-tree, gradient-boosting, ",
    );
    let or = "; or --task classification if that is meant\n";
    assert!(run.stderr.ends_with(or), "{}", run.stderr);
}

#[test]
fn hyper_parameters_are_stored_with_their_defaults() {
    let work = Work::sample("iris");
    let report =
        work.report("--target species --param n_trees=2 --param m=3 --param max_depth=none");
    for (key, value) in [
        ("param.n_trees", "2"),
        ("param.m", "3"),
        ("param.max_depth", "none"),
        ("param.min_samples_leaf", "1"),
        ("param.min_samples_split", "2"),
    ] {
        assert_eq!(report["options"][key], value, "{key}");
        assert_eq!(work.option(key), value, "{key}");
    }
    let report = work.report("--target species --algorithm logistic-regression");
    assert_eq!(report["options"]["param.alpha"], "1.0");
    assert_eq!(report["options"].get("param.n_trees"), None);
}

#[test]
fn hyper_parameters_change_the_model() {
    let work = Work::sample("iris");
    let nodes = |param: &str| -> usize {
        work.fit(&format!("--target species {param}")).ok();
        match work.model().pipeline().estimator() {
            Some(Op::Trees(trees)) => trees.forest().trees().iter().map(|tree| tree.n_nodes).sum(),
            other => panic!("{other:?}"),
        }
    };
    let two = nodes("--param n_trees=2");
    assert!(nodes("--param n_trees=4") > two);
    assert!(nodes("--param n_trees=2 --param max_depth=1") < two);
    assert!(nodes("--param n_trees=2 --param min_samples_leaf=20") < two);
    assert!(nodes("--param n_trees=2 --param min_samples_split=60") < two);
    let ridge = |alpha: &str| {
        let work = Work::sample("diabetes");
        work.report(&format!("--target progression --algorithm ridge --param alpha={alpha}"))["metrics"]["r2"].clone()
    };
    assert_ne!(ridge("0.1"), ridge("1000"));
}

#[test]
fn the_last_of_two_values_counts() {
    let work = Work::sample("iris");
    work.report("--target species --param n_trees=9 --param n_trees=2");
    assert_eq!(work.option("param.n_trees"), "2");
}

#[test]
fn an_unknown_hyper_parameter_lists_the_known_ones() {
    let work = Work::sample("iris");
    let forest = "random-forest has no";
    let known = "it has n_trees, max_depth, min_samples_leaf, min_samples_split, m";
    work.refuses(
        "--target species --param n_tree=3",
        2,
        &format!("error: --param: {forest} `n_tree`; {known}\nhint: did you mean `n_trees`?\n"),
    );
    work.refuses(
        "--target species --param alpha=1",
        2,
        &format!("error: --param: {forest} `alpha`; {known}\n"),
    );
    work.refuses(
        "--target species --algorithm ridge --param n_trees=3",
        2,
        "error: --param: ridge has no `n_trees`; it has alpha\n",
    );
    work.refuses(
        "--target species --algorithm linear-regression --param alpha=1",
        2,
        "error: --param: linear-regression has no `alpha`; it has no parameters\n",
    );
}

/// What `m` can be.
const FEATURES_TRIED: &str =
    "a whole number from 1 to 65536, a share such as 0.3, or `auto`, `all`, `sqrt`, `log2`";

#[test]
fn hyper_parameters_out_of_range() {
    let work = Work::sample("iris");
    for (algorithm, param, value, expected) in [
        ("random-forest", "n_trees", "0", "a whole number from 1 to 10000"),
        ("random-forest", "n_trees", "10001", "a whole number from 1 to 10000"),
        ("random-forest", "n_trees", "-1", "a whole number from 1 to 10000"),
        ("random-forest", "n_trees", "1.5", "a whole number from 1 to 10000"),
        ("random-forest", "n_trees", "many", "a whole number from 1 to 10000"),
        ("random-forest", "n_trees", "", "a whole number from 1 to 10000"),
        ("random-forest", "m", "0", FEATURES_TRIED),
        ("random-forest", "m", "none", FEATURES_TRIED),
        ("decision-tree", "max_depth", "0", "a whole number from 1 to 1000, or `none`"),
        ("decision-tree", "max_depth", "auto", "a whole number from 1 to 1000, or `none`"),
        ("decision-tree", "min_samples_leaf", "0", "a whole number from 1 to 1000000"),
        ("decision-tree", "min_samples_split", "1", "a whole number from 2 to 1000000"),
        ("logistic-regression", "alpha", "0", "a number from 0.000000001 to 1000000000"),
        ("logistic-regression", "alpha", "nan", "a number from 0.000000001 to 1000000000"),
        ("ridge", "alpha", "-1", "a number from 0.000000001 to 1000000000"),
        ("ridge", "alpha", "inf", "a number from 0.000000001 to 1000000000"),
    ] {
        work.refuses(
            &format!("--target species --algorithm {algorithm} --param {param}={value}"),
            2,
            &format!("error: --param {param}: found `{value}`, expected {expected}\n"),
        );
    }
    work.fit("--target species --param n_trees").misused("expected K=V, such as n_trees=300");
    work.fit("--target species --param =3").misused("expected K=V, such as n_trees=300");
}

/// Rows of 30 features, none a sum of others.
fn wide() -> String {
    let header = (1..=30).fold("y".to_owned(), |header, i| format!("{header},x{i}"));
    crate::support::table(&header, 20, |row| {
        let cell = |i: usize| (i * row * 7919 + i * i * 31 + row * row * 17) % 97;
        (1..=30).fold(format!("{row}.5"), |line, i| format!("{line},{}.1", cell(i)))
    })
}

#[test]
fn more_features_than_rows() {
    let work = Work::with(wide());
    work.refuses(
        "--target y --algorithm linear-regression",
        4,
        "error: linear-regression: 16 rows for 30 features, expected more rows than features\n\
         hint: use --algorithm random-forest, or leave columns out\n",
    );
    work.refuses(
        "--target y --algorithm ridge",
        4,
        "error: ridge: 16 rows for 30 features, expected more rows than features\n\
         hint: use --algorithm random-forest, or leave columns out\n",
    );
    assert_eq!(work.report("--target y --param n_trees=2")["features"], json!(30));
}

#[test]
fn a_hint_for_wide_tables_helps() {
    let run = Work::with(wide()).fit("--target y --algorithm linear-regression");
    assert!(!run.stderr.contains("use --algorithm ridge"), "{}", run.stderr);
}

#[test]
fn huge_numbers_are_refused_as_input() {
    let table = crate::support::table("a,b,y", 60, |i| {
        format!("{}e307,{},{}.5", i * 7 % 13, i % 5, i % 17)
    });
    for scaler in ["standard", "none"] {
        let run = Work::with(&table)
            .fit(&format!("--target y --algorithm linear-regression --scaler {scaler}"));
        assert_eq!(run.status, Some(4), "{}", run.stderr);
    }
}

#[test]
fn features_tried_at_a_split_are_a_number_a_share_or_a_word() {
    let work = Work::sample("iris");
    let fit = |m: &str| work.fit(&format!("--target species --param n_trees=2 --param m={m}"));
    for m in ["auto", "all", "sqrt", "log2", "0.5", "1.0", "4"] {
        let run = fit(m);
        assert_eq!(run.status, Some(0), "{}", run.stderr);
        assert_eq!(work.option("param.m"), m);
    }
    let run = fit("5");
    assert_eq!(run.status, Some(4));
    assert!(
        run.stderr.starts_with("error: --param m: found 5, but there are 4 features\nhint: m=all "),
        "{}",
        run.stderr
    );
    for m in ["0", "0.0", "1.5", "most"] {
        fit(m)
            .misused(&format!("error: --param m: found `{m}`, expected a whole number from 1 to "));
    }
}
