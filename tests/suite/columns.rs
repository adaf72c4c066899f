//! Ops on columns: predicted like the reference, like scikit-learn, and refused where they are wrong.

mod all;
mod codes;
mod functions;
mod refused;
mod several;
mod terms;

use model_format::Artifact;
use model_format::program::OpSpec;
use model_format::program::ops::unary::{Function, UnarySpec};
use model_format::program::slot::Run;
use predictor::testing::predict_on_all;
use predictor::{Model, Prediction};
use proptest::prelude::*;
use tests::columns::{Draft, compare, random};
use tests::compare::row;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_random_program_predicts_like_the_reference((draft, rows) in random::draft_and_rows()) {
        compare(&draft, &rows);
    }
}

/// What a program of one numeric column predicts for a number, on every register width.
fn predicted(draft: &Draft, cells: &[&str]) -> Option<f64> {
    let golden: Vec<Vec<String>> = ["0.5", "1", "2", "0.25", "-0.5", "3", "40", "-2", "a"]
        .iter()
        .map(|cell| vec![(*cell).to_owned(); cells.len()])
        .collect();
    let model =
        Model::from_artifact(Artifact::parse(&draft.encode(&golden).unwrap()).unwrap()).unwrap();
    let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    let row = row(&model, &cells)?;
    let all = predict_on_all(&model, &[row]).ok()?;
    let value = |prediction: &Prediction<'_>| match prediction {
        Prediction::Value(value) => *value,
        other => panic!("{other:?}"),
    };
    let first = value(&all[0][0]);
    assert!(all.iter().all(|one| value(&one[0]).to_bits() == first.to_bits()));
    Some(first)
}

/// A program of one function of one number.
fn of_function(function: Function) -> Draft {
    let mut draft = Draft::default();
    let input = Run::one(draft.number(true));
    draft.op(OpSpec::Unary(UnarySpec { input, function }));
    draft.finish();
    draft
}

/// Checks a function against numbers that `numpy`, `scipy` or scikit-learn gave; `None`: the row is refused.
fn assert_like(function: &Function, numbers: &[(&str, Option<f64>)]) {
    let draft = of_function(function.clone());
    for (cell, expected) in numbers {
        let found = predicted(&draft, &[*cell]);
        let near =
            |(found, expected): (f64, f64)| (found - expected).abs() <= 4e-15 * expected.abs();
        let agrees = found.zip(*expected).map_or(found.is_none() && expected.is_none(), near);
        assert!(agrees, "{function:?} of {cell}: {found:?}, expected {expected:?}");
    }
}
