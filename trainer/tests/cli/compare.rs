//! `trainer compare`: the leaderboard, its winner as a model, and what is refused.

use model_format::Artifact;
use serde_json::{Value, json};

use crate::support::{Run, Work, table};

const SMALL: &str = "--param random-forest.n_trees=5 --param extra-trees.n_trees=5";

fn compare(work: &Work, args: &str) -> Run {
    let words = ["compare", "in.csv"].into_iter().chain(args.split_whitespace());
    work.run(&words.collect::<Vec<_>>())
}

fn leaderboard(work: &Work, args: &str) -> Value {
    serde_json::from_str(&compare(work, &format!("{args} --json -q")).ok()).unwrap()
}

/// Names in the order of the leaderboard.
fn names(report: &Value) -> Vec<&str> {
    let rows = report["leaderboard"].as_array().unwrap();
    rows.iter().map(|row| row["algorithm"].as_str().unwrap()).collect()
}

/// A report without the times, which differ from run to run.
fn timeless(mut report: Value) -> Value {
    for row in report["leaderboard"].as_array_mut().unwrap() {
        let row = row.as_object_mut().unwrap();
        row.remove("fit_seconds");
        row.remove("predict_microseconds_per_row");
        row.remove("estimated_seconds");
    }
    report["seconds"].take();
    report
}

#[track_caller]
fn assert_ranked(report: &Value, metric: &str, sign: f64) {
    let rows = report["leaderboard"].as_array().unwrap();
    let means: Vec<f64> =
        rows.iter().filter_map(|row| row["metrics"][metric]["mean"].as_f64()).collect();
    assert!(!means.is_empty() && means.windows(2).all(|p| sign * p[0] >= sign * p[1]), "{means:?}");
    for row in rows.iter().filter(|row| row["status"] == "scored") {
        let score = &row["metrics"][metric];
        let folds: Vec<f64> =
            score["folds"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        let mean = folds.iter().sum::<f64>() / folds.len() as f64;
        let variance = folds.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / folds.len() as f64;
        assert!((mean - score["mean"].as_f64().unwrap()).abs() < 1e-9, "{row}");
        assert!((variance.sqrt() - score["std"].as_f64().unwrap()).abs() < 1e-9, "{row}");
        for key in ["fit_seconds", "predict_microseconds_per_row", "bytes"] {
            assert!(row[key].as_f64().unwrap() > 0.0, "{key}: {row}");
        }
    }
}

#[test]
fn labels_are_ranked_by_accuracy() {
    let report = leaderboard(&Work::sample("iris"), &format!("--target species {SMALL}"));
    assert_eq!(report["task"], "classification");
    assert_eq!(
        (&report["metric"], &report["folds"], &report["rows"]),
        (&json!("accuracy"), &json!(5), &json!(150))
    );
    assert_ranked(&report, "accuracy", 1.0);
    let best = &report["leaderboard"][0];
    assert!(best["metrics"]["accuracy"]["mean"].as_f64().unwrap() > 0.93, "{best}");
    // Support vector machines, which may be the best here, have no probabilities.
    let svm = report["leaderboard"].as_array().unwrap().iter().find(|r| r["algorithm"] == "svm");
    assert!(svm.unwrap()["metrics"].get("log_loss").is_none());
    let with = report["leaderboard"].as_array().unwrap().iter().find(|r| r["algorithm"] == "knn");
    for metric in ["accuracy", "balanced_accuracy", "macro_f1", "log_loss", "roc_auc"] {
        assert_eq!(
            with.unwrap()["metrics"][metric]["folds"].as_array().unwrap().len(),
            5,
            "{metric}"
        );
    }
    assert!(!names(&report).contains(&"ridge"));
}

#[test]
fn numbers_are_ranked_by_rmse() {
    let report = leaderboard(
        &Work::sample("diabetes"),
        &format!("--target progression --folds 3 --param gradient-boosting.n_estimators=5 {SMALL}"),
    );
    assert_eq!((&report["task"], &report["metric"]), (&json!("regression"), &json!("rmse")));
    assert_eq!(report["lower_is_better"], true);
    assert_ranked(&report, "rmse", -1.0);
    assert!(names(&report).contains(&"ridge") && !names(&report).contains(&"gaussian-nb"));
}

#[test]
fn another_metric_ranks() {
    let work = Work::sample("churn");
    let args =
        "--target churned --algorithms decision-tree,logistic-regression,gaussian-nb --folds 3";
    assert_ranked(&leaderboard(&work, &format!("{args} --metric log_loss")), "log_loss", -1.0);
    assert_ranked(&leaderboard(&work, &format!("{args} --metric roc_auc")), "roc_auc", 1.0);
    let run = compare(&work, &format!("{args} --metric acuracy"));
    run.fails(2, "error: --metric: `acuracy` is not one of accuracy, balanced_accuracy, macro_f1, log_loss, roc_auc, for classification\nhint: did you mean `accuracy`?\n");
}

#[test]
fn a_candidate_that_fails_is_a_row() {
    let work = Work::sample("iris");
    let args = "--target species --algorithms knn,decision-tree --param knn.k=1000";
    let report = leaderboard(&work, args);
    assert_eq!(names(&report), ["decision-tree", "knn"]);
    assert_eq!(report["leaderboard"][1]["status"], "failed");
    let reason = "fold 1: knn: k=1000, but only 120 rows are fitted";
    assert_eq!(report["leaderboard"][1]["reason"], reason);
    let table = compare(&work, args).ok();
    assert!(table.starts_with("algorithm                     accuracy        std "), "{table}");
    assert!(table.ends_with(&format!("knn                  failed: {reason}\n")), "{table}");
}

#[test]
fn what_cannot_serve_the_table_is_left_out_with_the_reason() {
    let counts = |value: fn(usize) -> String| {
        Work::with(table("n,word,y", 40, |i| {
            format!("{},{},{}", value(i), ["u", "v", "w"][i % 3], ["a", "b"][i % 2])
        }))
    };
    let categories = "categorical-nb reads categories alone, but column `n` is numeric (--categorical or --ignore)";
    let count = "multinomial-nb reads counts 0, 1, 2, ..., but column `n` holds";
    for (value, more, left_out) in [
        (
            (|i| format!("{}", i % 5)) as fn(usize) -> String,
            "",
            &[("categorical-nb", categories.to_owned())][..],
        ),
        (
            |i| (if i % 5 == 0 { "-1" } else { "2" }).into(),
            "",
            &[
                ("multinomial-nb", format!("{count} -1 (--categorical or --ignore)")),
                ("categorical-nb", categories.to_owned()),
            ],
        ),
        (
            |i| format!("{}.5", i % 5),
            "",
            &[
                ("multinomial-nb", format!("{count} 1.5 (--categorical or --ignore)")),
                ("categorical-nb", categories.to_owned()),
            ],
        ),
        (
            |i| format!("{}", i % 5),
            "--scaler minmax",
            &[
                (
                    "multinomial-nb",
                    "multinomial-nb reads counts, which --scaler turns into other numbers".into(),
                ),
                ("categorical-nb", categories.to_owned()),
            ],
        ),
        (|i| format!("{}.5", i % 5), "--categorical n", &[]),
    ] {
        let work = counts(value);
        for named in ["", "--algorithms decision-tree,multinomial-nb,categorical-nb"] {
            let args = format!("--target y --folds 2 {more} {named}");
            let small = if named.is_empty() { SMALL } else { "" };
            let report = leaderboard(&work, &format!("{args} {small}"));
            let rows = report["leaderboard"].as_array().unwrap();
            let found: Vec<_> = rows
                .iter()
                .filter(|row| row["status"] != "scored")
                .map(|row| {
                    assert_eq!(row["status"], "left out", "{row}");
                    let text = |key: &str| row[key].as_str().unwrap().to_owned();
                    (text("algorithm"), text("reason"))
                })
                .collect();
            let expected: Vec<_> = left_out.iter().map(|(a, b)| ((*a).into(), b.clone())).collect();
            assert_eq!(found, expected, "{args}");
        }
    }
}

/// Known before any fold is fitted, not found out on each.
#[test]
fn an_algorithm_without_probabilities_is_left_out_where_the_metric_needs_them() {
    let work = Work::sample("iris");
    let report = leaderboard(
        &work,
        "--target species --folds 2 --metric log_loss --algorithms svm,gaussian-nb",
    );
    let of = |name: &str| {
        let rows = report["leaderboard"].as_array().unwrap();
        rows.iter().find(|row| row["algorithm"] == name).unwrap().clone()
    };
    assert_eq!(of("gaussian-nb")["status"], "scored");
    assert_eq!(of("svm")["status"], "left out");
    assert_eq!(of("svm")["reason"], "svm has no probabilities, which log_loss needs");
}

#[test]
fn when_none_is_scored_nothing_is_written() {
    let work = Work::sample("churn");
    let run = compare(&work, "--target churned --algorithms categorical-nb -o m.model -q");
    assert_eq!(run.status, Some(4));
    assert_eq!(
        run.stderr,
        "error: no candidate has a score of accuracy on this data; nothing was written\nhint: the leaderboard has a reason for each\n"
    );
    assert!(String::from_utf8(run.stdout).unwrap().contains("\ncategorical-nb       left out: "));
    assert_eq!(work.names(), ["in.csv"]);
}

#[test]
fn neither_threads_nor_the_run_change_anything_but_times() {
    let work = Work::sample("iris");
    let args = format!(
        "--target species --algorithms random-forest,decision-tree,gaussian-nb {SMALL} -o m.model"
    );
    let args = args.replace("--param extra-trees.n_trees=5", "");
    let one = timeless(leaderboard(&work, &format!("{args} --threads 1")));
    let bytes = work.bytes("m.model");
    for more in ["--threads 1", "--threads 3", ""] {
        assert_eq!(timeless(leaderboard(&work, &format!("{args} {more}"))), one);
        assert!(work.bytes("m.model") == bytes, "{more}");
    }
    let other = timeless(leaderboard(&work, &format!("{args} --seed 1")));
    assert_ne!(other["leaderboard"], one["leaderboard"]);
}

#[test]
fn folds_are_the_same_for_every_candidate() {
    let work = Work::sample("iris");
    let alone = timeless(leaderboard(&work, "--target species --algorithms gaussian-nb"));
    let both =
        timeless(leaderboard(&work, "--target species --algorithms decision-tree,gaussian-nb"));
    let of = |report: &Value| {
        let rows = report["leaderboard"].as_array().unwrap();
        rows.iter().find(|row| row["algorithm"] == "gaussian-nb").cloned().unwrap()
    };
    assert_eq!(of(&alone), of(&both));
}

#[test]
fn the_winner_is_fitted_on_all_rows() {
    let work = Work::sample("iris");
    let args = "--target species --algorithms gaussian-nb,bernoulli-nb --folds 4 --name flowers --model-version 2.0.0 -o best.model";
    let report = leaderboard(&work, args);
    let artifact = Artifact::open(&work.path("best.model")).unwrap();
    let manifest = artifact.manifest();
    let provenance = &manifest.provenance;
    assert_eq!(
        (manifest.identity.name.as_str(), manifest.identity.version.as_str()),
        ("flowers", "2.0.0")
    );
    assert_eq!((provenance.rows_fitted, provenance.rows_held_out), (150, 0));
    assert_eq!(report["model"]["id"], artifact.id().to_string());
    assert_eq!(report["model"]["algorithm"], report["leaderboard"][0]["algorithm"]);
    let metric = |name: &str| provenance.metrics.iter().find(|(n, _)| n == name).unwrap().1;
    let accuracy = &report["leaderboard"][0]["metrics"]["accuracy"];
    assert!((metric("cv_accuracy_mean") - accuracy["mean"].as_f64().unwrap()).abs() < 1e-12);
    assert!((metric("cv_accuracy_std") - accuracy["std"].as_f64().unwrap()).abs() < 1e-12);
    assert!(provenance.options.contains(&("test".into(), "folds 4".into())));
    // The same model as `fit` makes of all rows.
    let best = report["leaderboard"][0]["algorithm"].as_str().unwrap();
    work.fit(&format!("--target species --algorithm {best} --test-fraction 0")).ok();
    assert_eq!(work.model().manifest().golden, manifest.golden);
}

#[test]
fn what_folds_cannot_be_made_of() {
    let work = Work::with(table("x,y", 12, |i| format!("{i}.5,{}", ["a", "b"][i % 2])));
    compare(&work, "--target y --folds 13").fails(4, "error: 12 rows have a target, expected at least one for each of 13 folds\nhint: ask for fewer with --folds\n");
    for folds in [0, 1] {
        compare(&work, &format!("--target y --folds {folds}"))
            .fails(2, &format!("error: --folds: found {folds}, expected 2 or more\n"));
    }
    let run = compare(&work, "--target y --folds 8 --algorithms decision-tree");
    assert_eq!(
        run.warnings()[..2],
        [
            "label `a` has 6 rows for 8 folds: some hold none of it out",
            "label `b` has 6 rows for 8 folds: some hold none of it out",
        ]
    );
    let one = table("x,y", 30, |i| format!("{i}.5,a"));
    compare(&Work::with(one), "--target y")
        .fails(4, "error: target `y`: every value is `a`, expected two labels or more\n");
    let few = table("x,y", 9, |i| format!("{i}.5,{}", ["a", "b"][i % 2]));
    compare(&Work::with(few), "--target y --folds 2")
        .fails(4, "error: 9 rows have a target, expected at least 10\n");
}

#[test]
fn wrong_usage_is_told_before_any_work() {
    let work = Work::sample("iris");
    let unknown = compare(&work, "--target species --algorithms decision-tree,random-forrest");
    unknown.misused(
        "error: --algorithms: `random-forrest` is not one of random-forest, extra-trees, ",
    );
    assert!(
        unknown.stderr.ends_with("\nhint: did you mean `random-forest`?\n"),
        "{}",
        unknown.stderr
    );
    for (args, says) in [
        (
            "--algorithms ridge",
            "error: ridge cannot predict labels, which is what target `species` holds\n",
        ),
        ("--algorithms decision-tree,decision-tree", "`decision-tree` is named twice\n"),
        ("--param n_trees=5", "error: --param: found `n_trees=5`, expected ALGORITHM.KEY=VALUE\n"),
        ("--param random-forest.n_tree=5", "error: --param: random-forest has no `n_tree`"),
        (
            "--param random-forest.n_trees=0",
            "error: --param n_trees: found `0`, expected a whole number",
        ),
        (
            "--algorithms decision-tree --param random-forest.n_trees=5",
            "random-forest is not among --algorithms\n",
        ),
        ("-o -", "error: --output: the leaderboard goes to stdout, the model needs a file\n"),
        ("-o in.csv", "error: --output would overwrite the training data\n"),
        ("--metric rmse", "error: --metric: `rmse` is not one of accuracy, "),
    ] {
        compare(&work, &format!("--target species {args}")).misused(says);
    }
    let nowhere = compare(&work, "--target species -o no/m.model");
    assert_eq!((nowhere.status, nowhere.stdout.as_slice()), (Some(1), &b""[..]));
    assert_eq!(work.names(), ["in.csv"]);
}

#[test]
fn levels_of_held_out_rows_are_unseen() {
    // `code` gives the label away, but each of its categories stands in two rows of one label only: what
    // was learned of it on other rows can be used, what was not seen must not fail.
    let rows =
        table("code,x,y", 60, |i| format!("c{},{}.5,{}", i / 2, i % 7, ["a", "b"][(i / 2) % 2]));
    let report = leaderboard(
        &Work::with(rows),
        "--target y --categorical code --folds 3 --algorithms bernoulli-nb,decision-tree",
    );
    assert_eq!(report["leaderboard"][0]["status"], "scored", "{report}");
    assert_eq!(report["leaderboard"][1]["status"], "scored", "{report}");
}

#[test]
fn what_is_too_slow_for_rows_and_features_is_left_out_unless_it_is_named() {
    let numbers = Work::with(table("x,y", 90_000, |i| format!("{}.5,{}.25", i % 97, i % 1009)));
    let few = "--target y --folds 2 --param random-forest.n_trees=1 --param extra-trees.n_trees=1 \
               --param gradient-boosting.n_estimators=1";
    let report = leaderboard(&numbers, few);
    let rows = report["leaderboard"].as_array().unwrap();
    let left_out: Vec<&Value> = rows.iter().filter(|row| row["status"] == "left out").collect();
    let names: Vec<&str> = left_out.iter().filter_map(|row| row["algorithm"].as_str()).collect();
    assert_eq!(names, ["knn", "svm"]);
    for row in left_out {
        let reason = row["reason"].as_str().unwrap();
        assert!(
            reason.starts_with("too slow for 90000 rows of 1 features: about ")
                && reason.ends_with(
                    " a fold on one core (estimate); name it in --algorithms or give a --budget to wait for it"
                ),
            "{reason}"
        );
    }
    // Fewer rows: it is tried.
    let numbers = Work::with(table("x,y", 3_000, |i| format!("{}.5,{}.25", i % 97, i % 1009)));
    let named = "--target y --folds 2 --algorithms svm --param svm.c=0.01";
    assert_eq!(leaderboard(&numbers, named)["leaderboard"][0]["status"], "scored");
}

#[test]
fn a_budget_is_announced_and_kept() {
    let work = Work::sample("churn");
    let args = "--target churned --folds 2 --algorithms random-forest,gaussian-nb --param random-forest.n_trees=5000";
    let quick = "--target churned --folds 2 --algorithms decision-tree,gaussian-nb";
    let run = compare(&work, &format!("{quick} --budget 3m"));
    let note = "note: 2 algorithms on 2 folds take ";
    assert!(run.stderr.starts_with(note), "{}", run.stderr);
    let first = run.stderr.lines().next().unwrap();
    assert!(first.contains(" (estimate), the longest "), "{first}");
    assert!(first.ends_with("; the budget is 3 min"), "{first}");
    // What does not fit is not begun; the quickest go first, and the rest is as without a budget.
    let report = leaderboard(&work, &format!("{args} --budget 2s"));
    assert_eq!(names(&report), ["gaussian-nb", "random-forest"]);
    assert_eq!(report["budget_seconds"], 2.0);
    let rows = &report["leaderboard"];
    assert_eq!((&rows[0]["status"], &rows[1]["status"]), (&json!("scored"), &json!("left out")));
    let reason = rows[1]["reason"].as_str().unwrap();
    assert!(
        reason.contains(" s (estimate), and ") && reason.ends_with(" s of the budget are left"),
        "{reason}"
    );
    let free = leaderboard(&work, "--target churned --folds 2 --algorithms gaussian-nb");
    assert_eq!(rows[0]["metrics"], free["leaderboard"][0]["metrics"]);
    for text in ["5", "0s", "1d", "-2m"] {
        compare(&work, &format!("{args} --budget={text}")).fails(
            2,
            &format!("error: --budget: found `{text}`, expected a time such as 90s, 2m or 1h\n"),
        );
    }
}

#[test]
fn the_only_row_of_a_label_is_fitted_in_every_fold() {
    let label = |i: usize| if i == 9 { "rare" } else { ["a", "b"][i % 2] };
    let work = Work::with(table("x,y", 30, |i| format!("{}.5,{}", i % 2 * 50 + i, label(i))));
    let args = "--target y --algorithms decision-tree,gaussian-nb,knn -o m.model";
    let run = compare(&work, args);
    let warning = "label `rare` has one row: it is in every training part and never held out, so nothing is known of how well it is predicted";
    assert!(run.warnings().contains(&warning), "{}", run.stderr);
    let data =
        "data       30 rows, 29 of them held out once and 1 in every training part, in 5 folds, ";
    assert!(run.stderr.contains(data), "{}", run.stderr);
    let report = leaderboard(&work, args);
    assert_eq!((&report["rows"], &report["rows_held_out"]), (&json!(30), &json!(29)));
    let best = &report["leaderboard"][0];
    assert_eq!(best["metrics"]["accuracy"]["mean"], 1.0, "{best}");
    // Probabilities are those of all three labels, and the area that of those that are held out.
    for metric in ["log_loss", "roc_auc"] {
        assert_eq!(best["metrics"][metric]["folds"].as_array().unwrap().len(), 5, "{best}");
    }
    assert_eq!(report["baseline"]["metrics"]["log_loss"]["folds"].as_array().unwrap().len(), 5);
    assert_eq!(work.model().manifest().provenance.class_counts, [15, 14, 1]);
}

#[test]
fn the_baseline_stands_at_its_rank() {
    let work = Work::sample("churn");
    let args = "--target churned --algorithms decision-tree,gaussian-nb --folds 3";
    let report = leaderboard(&work, args);
    let baseline = &report["baseline"]["metrics"];
    assert!((baseline["accuracy"]["mean"].as_f64().unwrap() - 0.685).abs() < 1e-3, "{baseline}");
    assert_eq!(baseline["roc_auc"]["folds"], json!([0.5, 0.5, 0.5]));
    let run = compare(&work, args);
    assert!(!run.stderr.contains("no candidate is better"), "{}", run.stderr);
    let table = run.ok();
    let last = table.lines().next_back().unwrap();
    assert!(last.starts_with("(baseline) ") && last.contains(" 0.6850 "), "{table}");
    // Nothing to learn: the baseline is above.
    let noise = |i: usize| ["a", "b", "b"][(i * 7_919 + i * i * 104_729) % 1_009 % 3];
    let work = Work::with(self::table("x,y", 90, |i| format!("{}.5,{}", i % 13, noise(i))));
    let run = compare(&work, "--target y --algorithms decision-tree");
    let warning = "no candidate is better than always predicting the same: accuracy 0.";
    assert!(run.warnings().iter().any(|w| w.starts_with(warning)), "{}", run.stderr);
    let table = run.ok();
    assert!(table.lines().nth(1).unwrap().starts_with("(baseline) "), "{table}");
}

#[test]
fn a_winner_within_noise_is_called_that() {
    let work = Work::sample("iris");
    let args = "--target species --algorithms logistic-regression,svm,decision-tree,bernoulli-nb";
    let report = leaderboard(&work, args);
    let rows = report["leaderboard"].as_array().unwrap();
    assert_eq!(rows[0]["behind_best"], Value::Null);
    let noise: Vec<&Value> = rows[1..]
        .iter()
        .filter(|row| row["behind_best"]["within_noise"] == true)
        .map(|row| &row["algorithm"])
        .collect();
    assert_eq!(json!(noise), report["within_noise_of_best"]);
    assert!(!noise.is_empty() && noise.len() < 3, "{noise:?}");
    for row in &rows[1..] {
        let behind = &row["behind_best"];
        let mean = behind["mean"].as_f64().unwrap();
        let of = |row: &Value| row["metrics"]["accuracy"]["mean"].as_f64().unwrap();
        assert!((mean - (of(&rows[0]) - of(row))).abs() < 1e-12, "{row}");
        let within = mean <= behind["standard_error"].as_f64().unwrap();
        assert_eq!(behind["within_noise"], within, "{row}");
    }
    let run = compare(&work, args);
    let best = rows[0]["algorithm"].as_str().unwrap();
    assert!(run.stderr.contains(&format!("best       {best}, within noise of ")), "{}", run.stderr);
    let table = run.ok();
    assert!(table.contains(&format!("\n~ within noise of {best}: ")), "{table}");
    assert_eq!(table.matches(" ~").count(), noise.len(), "{table}");
}
