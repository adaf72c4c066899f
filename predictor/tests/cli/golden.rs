//! Every model that was ever released still opens and still predicts the same bytes.

use std::fs;

use crate::support::{Work, golden, golden_dir};

/// Scores the rows beside a model with the command its README gives.
#[track_caller]
fn replay(name: &str) {
    let readme = golden(name, "README.md");
    let command = readme.lines().find_map(|line| line.trim().strip_prefix("predictor predict "));
    let arguments =
        command.unwrap().replace("model.model", "m.model").replace("rows.csv", "in.csv");
    let work = Work::with(name, golden(name, "rows.csv"));
    let words: Vec<&str> = std::iter::once("predict").chain(arguments.split(' ')).collect();
    assert!(words.ends_with(&["-o", "expected.csv"]), "{words:?}");
    assert_eq!(work.run(&words).ok(), "");
    assert_eq!(work.text("expected.csv"), golden(name, "expected.csv"));
    assert!(work.run(&["verify", "m.model"]).ok().ends_with("\nOK\n"));
}

/// The models of every version that the trainer made.
const OF_THE_TRAINER: [&str; 15] = [
    "cancer-components",
    "cancer-tree",
    "churn-forest",
    "churn-logistic",
    "diabetes-boosting",
    "diabetes-linear",
    "diabetes-ridge",
    "diabetes-svm",
    "diabetes-tree",
    "iris-bayes",
    "iris-clusters",
    "iris-forest",
    "iris-neighbors",
    "iris-softmax",
    "iris-svm",
];

#[test]
fn every_golden_model_gives_its_expected_bytes() {
    for version in ["v1", "v2"] {
        let mut names: Vec<String> = fs::read_dir(golden_dir().join(version))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        for name in &names {
            replay(&format!("{version}/{name}"));
        }
        for name in OF_THE_TRAINER {
            assert!(names.iter().any(|n| n == name), "{version}/{name} is gone");
        }
    }
}

/// The same data and options give the same predictions in either version, to the last digit, for all but one: support
/// vector regressions are fitted to their optimum since. (k-means has `n_init=1` now, which once was all there was; the forest of three
/// labels is another, one for all of them, and agrees on these rows.)
#[test]
fn both_versions_of_a_golden_model_predict_the_same() {
    for name in OF_THE_TRAINER {
        let of = |version: &str, file: &str| golden(&format!("{version}/{name}"), file);
        assert_eq!(of("v1", "rows.csv"), of("v2", "rows.csv"), "{name}");
        let is_same = of("v1", "expected.csv") == of("v2", "expected.csv");
        assert_eq!(is_same, name != "diabetes-svm", "{name}");
    }
}

/// Later rows of an input are scored by trees in another form, which must not show.
#[test]
fn the_thousandth_copy_of_a_row_is_scored_as_the_first() {
    let names =
        ["churn-forest", "iris-forest", "cancer-tree", "diabetes-boosting", "cancer-components"];
    for name in ["v1", "v2"].iter().flat_map(|v| names.map(|name| format!("{v}/{name}"))) {
        let name = name.as_str();
        let rows = golden(name, "rows.csv");
        let (header, rows) = rows.split_once('\n').unwrap();
        let work = Work::with(name, format!("{header}\n{}", rows.repeat(1000)));
        let proba = if name.contains("/diabetes") { "" } else { "--proba" };
        let many = work.score(proba).ok();
        let (names, lines) = many.split_once('\n').unwrap();
        let (first, _) = lines.split_at(lines.len() / 1000);
        assert!(lines == first.repeat(1000), "{name}");
        work.put("in.csv", format!("{header}\n{rows}"));
        assert_eq!(work.score(proba).ok(), format!("{names}\n{first}"), "{name}");
    }
}
