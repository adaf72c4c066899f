//! Ops on columns with one wrong field each: refused by number, field and reason.

use model_format::ErrorKind;
use model_format::program::OpSpec;
use model_format::program::ops::interpolate::{InterpolateForm, InterpolateSpec};
use model_format::program::ops::map_code::{CodeTarget, MapCodeSpec};
use model_format::program::ops::number_to_code::{CodeRule, NumberToCodeSpec};
use model_format::program::ops::product::ProductSpec;
use model_format::program::ops::require::RequireSpec;
use model_format::program::ops::row_norm::{Norm, RowNormSpec};
use model_format::program::ops::spline::{Extrapolation, SplineSpec};
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::{ArrayId, Run};
use tests::columns::{Data, Draft};

/// Columns `0` and `1` of numbers, the first of which may be missing, and categories `2` of three codes and one
/// for missing ones.
pub(super) fn columns() -> Draft {
    let mut draft = Draft::default();
    draft.number(true);
    draft.number(false);
    draft.category(&["a", "b", "c"], true);
    draft
}

/// The reason for which a program of this op is refused.
pub(super) fn assert_refused(draft: &Draft, reason: &str) {
    let mut draft = draft.clone();
    draft.types.push(tests::columns::Type::Number { missing: false });
    let error = draft.encode(&[]).expect_err("the program was accepted");
    assert_eq!(error.kind(), ErrorKind::Structure, "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

fn unary(first: u32, len: u32, function: Function) -> Draft {
    let mut draft = columns();
    draft.ops.push(OpSpec::Unary(UnarySpec { input: Run { first, len }, function }));
    draft
}

#[test]
fn functions() {
    let log = Function::Plain(Plain::Log);
    assert_refused(&unary(0, 3, log), "op 0 (unary), input: slot 2 is a code, expected a number");
    let above = Function::Above(vec![0.0; 2]);
    let reason = "op 0 (unary), input: slot 0 is a number that may be missing, expected a number";
    assert_refused(&unary(0, 2, above), reason);
    let above = Function::Above(vec![0.0; 2]);
    assert_refused(&unary(1, 1, above), "op 0 (unary), thresholds: found 2, expected 1");
    let above = Function::Above(vec![f64::NAN]);
    assert_refused(&unary(1, 1, above), "thresholds: element 0 is not a finite number");
    let clip = |lower, upper| Function::Clip { lower: vec![lower; 2], upper: vec![upper; 2] };
    assert_refused(&unary(0, 2, clip(1.0, 0.0)), "lower: slot 0 of the run is clipped from");
    assert_refused(&unary(0, 2, clip(f64::NAN, 0.0)), "lower: slot 0 of the run is clipped from");
    let infinite = clip(f64::INFINITY, f64::INFINITY);
    assert_refused(&unary(0, 2, infinite), "lower: slot 0 of the run is clipped from");
    let clip = Function::Clip { lower: vec![0.0; 2], upper: vec![1.0] };
    assert_refused(&unary(0, 2, clip), "op 0 (unary), upper: found 1, expected 2");
    let power = Function::YeoJohnson(vec![1.0]);
    assert_refused(&unary(0, 2, power), "op 0 (unary), exponents: found 1, expected 2");
    let missing = Function::MissingIf(vec![f64::NAN; 2]);
    assert_refused(&unary(0, 2, missing), "values: element 0 is not a finite number");
    let power = Function::BoxCox(vec![0.0, f64::INFINITY]);
    assert_refused(&unary(0, 2, power), "exponents: element 1 is not a finite number");
}

fn number_to_code(edit: impl FnOnce(&mut NumberToCodeSpec), tables: &[f64]) -> Draft {
    let mut draft = columns();
    let tables = draft.f64s(tables);
    let mut op = NumberToCodeSpec {
        input: Run { first: 0, len: 2 },
        rule: CodeRule::Equal,
        missing_category: false,
        lengths: vec![2, 1],
        tables,
    };
    edit(&mut op);
    draft.ops.push(OpSpec::NumberToCode(op));
    draft
}

#[test]
fn numbers_to_codes() {
    let refused = |edit: fn(&mut NumberToCodeSpec), tables: &[f64], reason| {
        assert_refused(&number_to_code(edit, tables), reason);
    };
    let good = [1.0, 2.0, 0.5];
    refused(|op| op.input.first = 1, &good, "op 0 (number-to-code), input: slot 2 is a code");
    refused(|op| op.input.len = 0, &good, "op 0 (number-to-code), input: reads no slots");
    refused(|op| op.lengths = vec![3], &good, "lengths: found 1, expected 2");
    refused(|op| op.lengths[0] = 1, &good, "of shape [3], expected F64 of shape [2]");
    refused(|op| op.lengths = vec![u32::MAX; 2], &good, "of shape [3], expected F64 of shape");
    refused(
        |op| op.lengths = vec![3, 0],
        &[0.5, 1.0, 2.0],
        "lengths: found 0 codes, expected 1 to",
    );
    refused(|_| (), &[1.0, 1.0, 0.5], "tables: the numbers of slot 0 of the run do not ascend");
    refused(|_| (), &[1.0, f64::NAN, 0.5], "element 1 is not a finite number");
    let descends = |op: &mut NumberToCodeSpec| op.rule = CodeRule::BinsFromEdge;
    refused(descends, &[1.0, 0.0, 0.5], "tables: the numbers of slot 0 of the run do not ascend");
    refused(|op| op.tables = ArrayId(9), &good, "array 9");
}

fn map_code(to: CodeTarget, tables: Data) -> Draft {
    let mut draft = columns();
    let tables = draft.array(tables);
    draft.ops.push(OpSpec::MapCode(MapCodeSpec { input: Run::one(2), to, tables }));
    draft
}

#[test]
fn codes_to_numbers_and_codes() {
    let numbers =
        |list: &[f64]| map_code(CodeTarget::Numbers, Data::F64(vec![list.len()], list.to_vec()));
    let codes = |n: &[u32], list: &[u32]| {
        map_code(CodeTarget::Codes(n.to_vec()), Data::U32(vec![list.len()], list.to_vec()))
    };
    assert_refused(&numbers(&[0.0; 4]), "of shape [4], expected F64 of shape [5]");
    assert_refused(&codes(&[2], &[0; 6]), "of shape [6], expected U32 of shape [5]");
    let infinite = [0.0, 1.0, f64::INFINITY, 0.0, 0.0];
    assert_refused(&numbers(&infinite), "tables: element 2 is neither a finite number nor missing");
    let other_nan = [0.0, -f64::NAN, 0.0, 0.0, 0.0];
    assert_refused(&numbers(&other_nan), "tables: element 1 is neither a finite number");
    assert_refused(&codes(&[2], &[0, 1, 2, 0, 0]), "tables: slot 0 of the run has code 2 of 2");
    assert_refused(&codes(&[2, 2], &[0; 5]), "op 0 (map-code), codes: found 2, expected 1");
    assert_refused(&codes(&[0], &[0; 5]), "codes: found 0 codes, expected 1 to 65536");
    assert_refused(&codes(&[65_537], &[0; 5]), "codes: found 65537 codes, expected 1 to 65536");
    let mut draft = numbers(&[0.0; 5]);
    let OpSpec::MapCode(op) = &mut draft.ops[0] else { panic!() };
    op.input.first = 1;
    assert_refused(&draft, "op 0 (map-code), input: reads numbers, expected codes");
}

#[test]
fn requirements() {
    let mut draft = columns();
    let input = Run { first: 0, len: 0 };
    draft.ops.push(OpSpec::Require(RequireSpec { input, keeps_missing: false }));
    assert_refused(&draft, "op 0 (require), input: reads no slots");
    let OpSpec::Require(op) = &mut draft.ops[0] else { panic!() };
    op.input.len = 4;
    assert_refused(&draft, "op 0 (require), input: reads 4 slots from 0, there are 3");
}

fn product(factors: &[u32], n_products: u32) -> Draft {
    let mut draft = columns();
    let factors = draft.array(Data::U32(vec![factors.len() / 2, 2], factors.to_vec()));
    let op = ProductSpec { input: Run { first: 1, len: 1 }, n_products, factors };
    draft.ops.push(OpSpec::Product(op));
    draft
}

#[test]
fn products() {
    let before = "factors: product 0 has factor 1, there are 1 before it";
    assert_refused(&product(&[0, 1], 1), before);
    let before = "factors: product 1 has factor 2, there are 2 before it";
    assert_refused(&product(&[0, 0, 2, 0], 2), before);
    assert_refused(&product(&[0, 0], 2), "of shape [1, 2], expected U32 of shape [2, 2]");
    assert_refused(&product(&[0, 0], 0), "op 0 (product), products: found 0, expected 1 to 262144");
    let more = "op 0 (product), products: found 262145, expected 1 to 262144";
    assert_refused(&product(&[0, 0], 262_145), more);
    let mut draft = product(&[0, 0], 1);
    let OpSpec::Product(op) = &mut draft.ops[0] else { panic!() };
    op.input.first = 0;
    assert_refused(&draft, "op 0 (product), input: slot 0 is a number that may be missing");
}

/// Every op multiplies all pairs of what the one before it wrote.
#[test]
fn products_of_products() {
    let mut draft = Draft::default();
    let mut input = Run { first: draft.number(false), len: 2 };
    draft.number(false);
    loop {
        let n = input.len;
        let Some(n_products) = n.checked_mul(n).filter(|n| *n < 1 << 18) else { break };
        let pairs = (0..n).flat_map(|a| (0..n).flat_map(move |b| [a, b])).collect();
        let factors = draft.array(Data::U32(vec![n_products as usize, 2], pairs));
        input = draft.op(OpSpec::Product(ProductSpec { input, n_products, factors }));
    }
    let n_products = input.len * 4;
    let factors =
        draft.array(Data::U32(vec![n_products as usize, 2], vec![0; 2 * n_products as usize]));
    draft.ops.push(OpSpec::Product(ProductSpec { input, n_products, factors }));
    assert_refused(&draft, "op 4 (product), output: more than 262144 slots in all");
}

#[test]
fn norms() {
    for (least, reason) in [
        (0.0, "op 0 (row-norm), least: 0.0 is not above 0"),
        (-1.0, "op 0 (row-norm), least: -1.0 is not above 0"),
        (f64::NAN, "op 0 (row-norm), least: element 0 is not a finite number"),
    ] {
        let mut draft = columns();
        let input = Run::one(1);
        draft.ops.push(OpSpec::RowNorm(RowNormSpec { input, norm: Norm::Sum, least }));
        assert_refused(&draft, reason);
    }
    let mut draft = columns();
    let op = RowNormSpec { input: Run { first: 0, len: 2 }, norm: Norm::Sum, least: 1.0 };
    draft.ops.push(OpSpec::RowNorm(op));
    assert_refused(&draft, "op 0 (row-norm), input: slot 0 is a number that may be missing");
}

fn interpolate(edit: impl FnOnce(&mut InterpolateSpec), xs: &[f64], ys: &[f64]) -> Draft {
    let mut draft = columns();
    let xs = draft.array(Data::F64(vec![2, xs.len() / 2], xs.to_vec()));
    let ys = draft.f64s(ys);
    let (input, form) = (Run { first: 0, len: 2 }, InterpolateForm::Both);
    let mut op = InterpolateSpec { input, form, n_points: 2, xs, ys };
    edit(&mut op);
    draft.ops.push(OpSpec::Interpolate(op));
    draft
}

#[test]
fn points_of_lines() {
    let refused = |edit: fn(&mut InterpolateSpec), xs: &[f64], ys: &[f64], reason| {
        assert_refused(&interpolate(edit, xs, ys), reason);
    };
    let (xs, ys) = ([0.0, 1.0, 2.0, 2.0], [0.0, 1.0]);
    refused(|op| op.n_points = 0, &xs, &ys, "op 0 (interpolate), points: there is none");
    refused(|op| op.n_points = 3, &xs, &ys, "of shape [2, 2], expected F64 of shape [2, 3]");
    refused(|_| (), &xs, &[0.0; 3], "of shape [3], expected F64 of shape [2]");
    refused(|_| (), &[0.0, 1.0, 2.0, 1.0], &ys, "xs: the points of slot 1 of the run descend");
    refused(|_| (), &[f64::NAN; 4], &ys, "element 0 is not a finite number");
    refused(|op| op.input.len = 3, &xs, &ys, "input: slot 2 is a code, expected a number");
    let margin = |op: &mut InterpolateSpec| op.form = InterpolateForm::BothWithin(-1.0);
    refused(margin, &xs, &ys, "op 0 (interpolate), form: a margin of -1.0");
    let margin = |op: &mut InterpolateSpec| op.form = InterpolateForm::BothWithin(f64::NAN);
    refused(margin, &xs, &ys, "form: element 0 is not a finite number");
}

fn spline(edit: impl FnOnce(&mut SplineSpec), knots: &[f64]) -> Draft {
    let mut draft = columns();
    let array = draft.array(Data::F64(vec![1, knots.len()], knots.to_vec()));
    let mut op = SplineSpec {
        input: Run::one(1),
        degree: 1,
        extrapolation: Extrapolation::Constant,
        drops_last: false,
        n_knots: u32::try_from(knots.len()).unwrap(),
        knots: array,
    };
    edit(&mut op);
    draft.ops.push(OpSpec::Spline(op));
    draft
}

#[test]
fn knots_of_splines() {
    let refused = |edit: fn(&mut SplineSpec), knots: &[f64], reason| {
        assert_refused(&spline(edit, knots), reason);
    };
    let good = [0.0, 1.0, 2.0, 3.0, 4.0];
    refused(|op| op.degree = 17, &good, "degree of splines: found 17, expected 0 to 16");
    refused(|op| op.degree = 2, &good, "op 0 (spline), knots: found 5, expected at least 6");
    refused(|op| op.n_knots = 0, &good, "op 0 (spline), knots: found 0, expected at least 4");
    refused(|op| op.n_knots = 6, &good, "of shape [1, 5], expected F64 of shape [1, 6]");
    refused(|_| (), &[0.0, 2.0, 1.0, 3.0, 4.0], "knots: those of slot 0 of the run do not ascend");
    refused(|_| (), &[0.0, 1.0, 1.0, 1.0, 4.0], "knots: those of slot 0 of the run do not ascend");
    refused(|op| op.input.first = 2, &good, "input: slot 2 is a code, expected a number");
    let periodic = |op: &mut SplineSpec| {
        (op.degree, op.extrapolation) = (3, Extrapolation::Periodic);
    };
    let knots: Vec<f64> = (0..9).map(f64::from).collect();
    refused(periodic, &knots, "knots: 2 segments of a periodic spline of degree 3");
    let nothing = |op: &mut SplineSpec| (op.degree, op.drops_last) = (0, true);
    refused(nothing, &[0.0, 1.0], "op 0 (spline), drops_last: nothing is left");
}
