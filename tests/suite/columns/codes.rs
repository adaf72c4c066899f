//! Categories: by value, in bins, mapped, encoded, refused.

use model_format::Artifact;
use model_format::program::OpSpec;
use model_format::program::ops::impute::ImputeSpec;
use model_format::program::ops::map_code::{CodeTarget, MapCodeSpec};
use model_format::program::ops::number_to_code::{CodeRule, NumberToCodeSpec};
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::ops::require::RequireSpec;
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::{Run, Slot};
use predictor::Model;
use tests::columns::Draft;
use tests::compare::row;

use super::predicted;

/// The entry of a table for an unknown code.
const UNKNOWN: u32 = u32::MAX;
const MISSING: f64 = f64::from_bits(0x7ff8_0000_0000_0000);

fn assert_predicts(draft: &Draft, expected: &[(&str, Option<f64>)]) {
    for (cell, expected) in expected {
        assert_eq!(predicted(draft, &[*cell]), *expected, "{cell:?}");
    }
}

/// A draft of one numeric column and the code of its number.
fn of_number(rule: CodeRule, missing_category: bool, table: &[f64]) -> (Draft, Slot) {
    let mut draft = Draft::default();
    let input = Run::one(draft.number(true));
    let lengths = vec![u32::try_from(table.len()).unwrap()];
    let tables = draft.f64s(table);
    let op = NumberToCodeSpec { input, rule, missing_category, lengths, tables };
    let code = draft.op(OpSpec::NumberToCode(op)).first;
    (draft, code)
}

/// The program predicts the code itself, or -1 if it is unknown.
#[test]
fn a_category_may_be_a_number_however_it_is_written() {
    let (mut draft, _) = of_number(CodeRule::Equal, false, &[-2.5, 0.0, 1.0, 10.0]);
    draft.finish();
    let codes = [("1", 2.0), ("1.0", 2.0), ("01", 2.0), ("1e0", 2.0), ("-2.50", 0.0), ("-0", 1.0)];
    for (cell, code) in codes {
        assert_eq!(predicted(&draft, &[cell]), Some(code), "{cell}");
    }
    let unknown = [("1.0000000001", -1.0), ("11", -1.0), ("-3", -1.0), ("", -1.0)];
    for (cell, code) in unknown {
        assert_eq!(predicted(&draft, &[cell]), Some(code), "{cell}");
    }
    let (mut draft, _) = of_number(CodeRule::Equal, true, &[1.0]);
    draft.finish();
    assert_predicts(&draft, &[("", Some(1.0)), ("1", Some(0.0)), ("2", Some(-1.0))]);
}

/// The bins of a scikit-learn `KBinsDiscretizer` with edges 0, 1, 1.5, 3.25, 14.5.
#[test]
fn bins_hold_an_edge() {
    let (mut draft, _) = of_number(CodeRule::BinsFromEdge, false, &[1.0, 1.5, 3.25]);
    draft.finish();
    let codes = [("0", 0.0), ("14.5", 3.0), ("-1", 0.0), ("16.5", 3.0), ("0.5", 0.0), ("1", 1.0)];
    for (cell, code) in codes.into_iter().chain([("1.3", 1.0), ("2.0", 2.0), ("", -1.0)]) {
        assert_eq!(predicted(&draft, &[cell]), Some(code), "{cell}");
    }
    let (mut draft, _) = of_number(CodeRule::BinsToEdge, true, &[1.0, 1.5, 3.25]);
    draft.finish();
    assert_predicts(
        &draft,
        &[("1", Some(0.0)), ("1.1", Some(1.0)), ("4", Some(3.0)), ("", Some(4.0))],
    );
}

#[test]
fn bins_one_hot() {
    let (mut draft, code) = of_number(CodeRule::BinsFromEdge, false, &[1.0, 1.5, 3.25]);
    draft.op(OpSpec::OneHot(OneHotSpec { input: Run::one(code) }));
    draft.finish();
    // The slots weigh 1, -0.5, 0.25 and 2.
    assert_predicts(
        &draft,
        &[("0", Some(1.0)), ("1", Some(-0.5)), ("2", Some(0.25)), ("9", Some(2.0))],
    );
    assert_predicts(&draft, &[("", Some(0.0))]);
}

/// Categories a, b, c and d, and missing ones, mapped to codes by a table and encoded one-hot.
fn encoded(n: u32, table: [u32; 6], refuses: bool) -> Draft {
    let mut draft = Draft::default();
    let mut input = Run::one(draft.category(&["a", "b", "c", "d"], true));
    if refuses {
        input = draft.op(OpSpec::Require(RequireSpec { input, keeps_missing: false }));
    }
    let table = if refuses { &table[..5] } else { &table[..] };
    let (to, tables) = (CodeTarget::Codes(vec![n]), draft.u32s(table));
    let input = draft.op(OpSpec::MapCode(MapCodeSpec { input, to, tables }));
    draft.op(OpSpec::OneHot(OneHotSpec { input }));
    draft.finish();
    draft
}

#[test]
fn one_hot_without_a_dropped_category() {
    let draft = encoded(4, [UNKNOWN, 0, 1, 2, 3, UNKNOWN], false);
    let expected = [("a", 0.0), ("b", 1.0), ("c", -0.5), ("d", 0.25), ("", 2.0), ("other", 0.0)];
    assert_predicts(&draft, &expected.map(|(cell, x)| (cell, Some(x))));
}

#[test]
fn one_hot_with_a_group_of_infrequent_categories() {
    let draft = encoded(3, [0, 2, 2, 1, 2, 2], false);
    let expected = [("a", 1.0), ("b", 0.25), ("c", 0.25), ("d", -0.5), ("", 0.25), ("other", 0.25)];
    assert_predicts(&draft, &expected.map(|(cell, x)| (cell, Some(x))));
}

#[test]
fn one_hot_that_refuses_what_training_did_not_see() {
    let draft = encoded(5, [0, 1, 2, 3, 4, 0], true);
    assert_predicts(&draft, &[("a", Some(1.0)), ("", Some(1.0)), ("other", None)]);
}

/// An ordinal encoder: the unknown category is -1, the missing one a missing number, which is imputed.
#[test]
fn categories_to_numbers() {
    let mut draft = Draft::default();
    let input = Run::one(draft.category(&["high", "low", "mid"], true));
    let tables = draft.f64s(&[2.0, 0.0, 1.0, MISSING, -1.0]);
    let to = CodeTarget::Numbers;
    let input = draft.op(OpSpec::MapCode(MapCodeSpec { input, to, tables }));
    draft.op(OpSpec::Impute(ImputeSpec { input, values: vec![0.75] }));
    draft.finish();
    let expected = [("low", 0.0), ("mid", 1.0), ("high", 2.0), ("", 0.75), ("none", -1.0)];
    assert_predicts(&draft, &expected.map(|(cell, x)| (cell, Some(x))));
}

/// A missing category becomes the most frequent one; an unknown one stays unknown.
#[test]
fn missing_categories_are_imputed() {
    let mut draft = Draft::default();
    let input = Run::one(draft.category(&["a", "b"], true));
    let (to, tables) = (CodeTarget::Codes(vec![2]), draft.u32s(&[0, 1, 1, UNKNOWN]));
    draft.op(OpSpec::MapCode(MapCodeSpec { input, to, tables }));
    draft.finish();
    assert_predicts(&draft, &[("a", Some(0.0)), ("", Some(1.0)), ("c", Some(-1.0))]);
}

/// The flag and the number read the same column, one of them in place.
#[test]
fn a_missing_indicator_beside_an_imputed_number() {
    let mut draft = Draft::default();
    let input = Run::one(draft.number(true));
    draft.op(OpSpec::Unary(UnarySpec { input, function: Function::IsMissing }));
    draft.op(OpSpec::Impute(ImputeSpec { input, values: vec![7.0] }));
    draft.finish();
    // The flag weighs 1, the number -0.5.
    assert_predicts(&draft, &[("", Some(1.0 - 3.5)), ("3", Some(-1.5))]);
}

/// A logarithm of a number below 0, required to be one, names the column that it is of.
#[test]
fn a_row_without_a_result_is_refused_for_its_column() {
    let mut draft = Draft::default();
    draft.number(false);
    let input = Run::one(draft.number(false));
    let function = Function::Plain(Plain::Log);
    draft.op(OpSpec::Unary(UnarySpec { input, function }));
    draft.finish();
    let golden = vec![vec!["1".to_owned(); 2]];
    let model =
        Model::from_artifact(Artifact::parse(&draft.encode(&golden).unwrap()).unwrap()).unwrap();
    let cells = ["-1".to_owned(), "-1".to_owned()];
    let error = model.predict(&[row(&model, &cells).unwrap()]).unwrap_err().to_string();
    let reason = "row 1: column `column 1` holds a number that is missing, infinite or outside";
    assert!(error.contains(reason), "{error}");
}

/// A boolean column is a categorical one with the spellings of both values.
#[test]
fn booleans_in_any_spelling() {
    let spellings = ["0", "1", "False", "True", "false", "no", "true", "yes"];
    let mut draft = Draft::default();
    let input = Run::one(draft.category(&spellings, true));
    let table = [0, 1, 0, 1, 0, 0, 1, 1, UNKNOWN, UNKNOWN];
    let (to, tables) = (CodeTarget::Codes(vec![2]), draft.u32s(&table));
    draft.op(OpSpec::MapCode(MapCodeSpec { input, to, tables }));
    draft.finish();
    let expected = [("True", 1.0), ("yes", 1.0), ("0", 0.0), ("no", 0.0), ("", -1.0), ("2", -1.0)];
    for (cell, code) in expected {
        assert_eq!(predicted(&draft, &[cell]), Some(code), "{cell}");
    }
}

/// Rows around one that is refused are predicted, whatever their order.
#[test]
fn a_refused_row_is_a_bad_row_and_no_other() {
    let draft = encoded(5, [0, 1, 2, 3, 4, 0], true);
    let golden = vec![vec!["a".to_owned()]];
    let model =
        Model::from_artifact(Artifact::parse(&draft.encode(&golden).unwrap()).unwrap()).unwrap();
    let cells = ["a", "zzz", "b", "", "yyy"];
    let rows: Vec<_> =
        cells.iter().map(|cell| row(&model, &[(*cell).to_owned()]).unwrap()).collect();
    let error = model.predict(&rows).unwrap_err().to_string();
    assert!(
        error.contains("row 2: column `column 0` holds a category that the model refuses"),
        "{error}"
    );
    let mut batch = model.batch(cells.len());
    batch.texts("column 0", cells).unwrap();
    let predictions = model.predict_batch(&batch).unwrap();
    let good: Vec<bool> = (0..cells.len()).map(|row| predictions.is_ok(row)).collect();
    assert_eq!(good, [true, false, true, true, false]);
}
