//! What ops on columns do, in a few words and as JSON.

use std::collections::BTreeMap;

use model_format::program::ops::interpolate::{Interpolate, InterpolateForm};
use model_format::program::ops::map_code::{CodeTables, MapCode, UNKNOWN};
use model_format::program::ops::number_to_code::{CodeRule, NumberToCode};
use model_format::program::ops::row_norm::Norm;
use model_format::program::ops::spline::{Extrapolation, Spline};
use model_format::program::ops::unary::{Function, Unary};
use serde_json::{Value, json};

/// The name of a function: that of its variant in words.
pub(super) fn function_name(unary: &Unary) -> String {
    match unary.function() {
        Function::Plain(plain) => words(&format!("{plain:?}")),
        Function::IsMissing => "is missing".into(),
        Function::Above(_) => "above".into(),
        Function::Clip { .. } => "clip".into(),
        Function::YeoJohnson(_) => "yeo johnson".into(),
        Function::BoxCox(_) => "box cox".into(),
        Function::MissingIf(_) => "missing if".into(),
    }
}

/// `SquareRoot` as `square root`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

pub(super) fn unary_json(unary: &Unary) -> BTreeMap<&'static str, Value> {
    let mut all = BTreeMap::from([("function", function_name(unary).replace(' ', "_").into())]);
    match unary.function() {
        Function::Plain(_) | Function::IsMissing => {}
        Function::Above(thresholds) => _ = all.insert("thresholds", json!(thresholds)),
        Function::MissingIf(values) => _ = all.insert("values", json!(values)),
        Function::Clip { lower, upper } => {
            all.extend([("lower", json!(lower)), ("upper", json!(upper))]);
        }
        Function::YeoJohnson(exponents) | Function::BoxCox(exponents) => {
            all.insert("exponents", json!(exponents));
        }
    }
    all
}

pub(super) fn rule_text(op: &NumberToCode) -> &'static str {
    match op.rule() {
        CodeRule::Equal => "equal values",
        CodeRule::BinsFromEdge => "bins that hold their lower edge",
        CodeRule::BinsToEdge => "bins that hold their upper edge",
    }
}

/// What a code of slot `i` stands for.
pub(super) fn code_name(op: &NumberToCode, i: usize, name: &str, code: usize) -> String {
    let values = op.tables().nth(i).map(|table| table.numbers).unwrap_or_default();
    let of_rule = match op.rule() {
        CodeRule::Equal => values.get(code).map(|value| format!("{name}={value:?}")),
        CodeRule::BinsFromEdge | CodeRule::BinsToEdge => {
            (code <= values.len()).then(|| format!("{name} bin {}", code + 1))
        }
    };
    of_rule.unwrap_or_else(|| format!("{name} is missing"))
}

pub(super) fn number_to_code_json(op: &NumberToCode) -> BTreeMap<&'static str, Value> {
    let rule = match op.rule() {
        CodeRule::Equal => "equal",
        CodeRule::BinsFromEdge => "bins_from_edge",
        CodeRule::BinsToEdge => "bins_to_edge",
    };
    BTreeMap::from([
        ("rule", rule.into()),
        ("missing_category", op.missing_category().into()),
        ("tables", op.tables().map(|table| json!(table.numbers)).collect()),
    ])
}

pub(super) fn target_text(op: &MapCode) -> &'static str {
    match op.tables() {
        CodeTables::Numbers(_) => "numbers",
        CodeTables::Codes(_) => "codes",
    }
}

pub(super) fn norm_name(norm: Norm) -> &'static str {
    match norm {
        Norm::Sum => "sum",
        Norm::Euclidean => "euclidean",
        Norm::Maximum => "maximum",
    }
}

pub(super) fn points_text(op: &Interpolate) -> String {
    let n = op.ys().len();
    format!("{} through {n} point{}", form_name(op.form()), if n == 1 { "" } else { "s" })
}

fn form_name(form: InterpolateForm) -> &'static str {
    match form {
        InterpolateForm::Forward => "forward",
        InterpolateForm::Both | InterpolateForm::BothWithin(_) => "both",
    }
}

pub(super) fn interpolate_json(op: &Interpolate) -> BTreeMap<&'static str, Value> {
    let margin = match op.form() {
        InterpolateForm::Forward | InterpolateForm::Both => Value::Null,
        InterpolateForm::BothWithin(margin) => margin.into(),
    };
    BTreeMap::from([
        ("form", form_name(op.form()).into()),
        ("margin", margin),
        ("xs", op.xs().map(|xs| json!(xs)).collect()),
        ("ys", json!(op.ys())),
    ])
}

fn extrapolation_name(extrapolation: Extrapolation) -> &'static str {
    match extrapolation {
        Extrapolation::Missing => "missing",
        Extrapolation::Constant => "constant",
        Extrapolation::Linear => "linear",
        Extrapolation::Continue => "continue",
        Extrapolation::Periodic => "periodic",
    }
}

pub(super) fn spline_text(op: &Spline) -> String {
    format!("degree {}, {} outside", op.degree(), extrapolation_name(op.extrapolation()))
}

pub(super) fn spline_json(op: &Spline) -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("degree", op.degree().into()),
        ("extrapolation", extrapolation_name(op.extrapolation()).into()),
        ("splines", op.n_splines().into()),
        ("written", op.n_written().into()),
        ("knots", op.knots().map(|knots| json!(knots)).collect()),
    ])
}

/// The tables, the entry of an unknown code last; what is missing or unknown is null.
pub(super) fn map_code_json(op: &MapCode) -> BTreeMap<&'static str, Value> {
    let ranges = op.parts().iter().map(|part| part.range());
    let tables: Value = match op.tables() {
        CodeTables::Numbers(tables) => {
            ranges.map(|range| json!(tables.as_slice()[range])).collect()
        }
        CodeTables::Codes(tables) => {
            let code = |code: &u32| (*code != UNKNOWN).then_some(*code);
            let table = |range: std::ops::Range<usize>| {
                tables.as_slice()[range].iter().map(code).collect::<Vec<_>>()
            };
            ranges.map(|range| json!(table(range))).collect()
        }
    };
    BTreeMap::from([("to", target_text(op).into()), ("tables", tables)])
}
