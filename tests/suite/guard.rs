//! The guard of a model that carries no training statistics.

use std::fs;

use predictor::predict::{self, Options};
use predictor::{Cause, Model};
use tests::models;

#[test]
fn there_is_none_and_a_gate_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let [model, input] = ["m.model", "in.csv"].map(|name| dir.path().join(name));
    fs::write(&model, models::tree_regression()).unwrap();
    fs::write(&input, format!("x,kind\n{}", "0.5,a\n".repeat(100))).unwrap();
    let model = Model::open(&model).unwrap();
    let options = Options { input: Some(input), dry_run: true, quiet: true, ..Options::default() };
    let summary = predict::run(&model, &options).unwrap();
    assert_eq!(summary.drift(), None);
    let json = summary.json();
    assert!(
        json["drift"].is_null() && json["columns"].is_null() && json["rows_compared"].is_null()
    );
    summary.outcome().unwrap();

    let gates = vec!["drift<=0.1".parse().unwrap()];
    let error = predict::run(&model, &Options { gates, ..options }).unwrap_err();
    assert_eq!(error.cause(), Cause::Usage);
    let fact = "--require: this model carries no training statistics to judge drift by";
    assert_eq!(error.to_string(), fact);
}
