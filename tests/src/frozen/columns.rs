//! Ops on columns; the golden rows come from the reference of these ops.

use model_format::program::OpSpec;
use model_format::program::ops::impute::ImputeSpec;
use model_format::program::ops::interpolate::{InterpolateForm, InterpolateSpec};
use model_format::program::ops::map_code::{CodeTarget, MapCodeSpec};
use model_format::program::ops::number_to_code::{CodeRule, NumberToCodeSpec};
use model_format::program::ops::product::ProductSpec;
use model_format::program::ops::require::RequireSpec;
use model_format::program::ops::row_norm::{Norm, RowNormSpec};
use model_format::program::ops::spline::{Extrapolation, SplineSpec};
use model_format::program::ops::terms::{TermCount, TermsSpec};
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::Run;

use crate::columns::{Data, Draft};

/// Every function of one number from 0 to 1, which has a result of each of them, and whether another is missing.
pub fn functions() -> Vec<u8> {
    let mut draft = Draft::default();
    let share = Run::one(draft.number(true));
    let other = Run::one(draft.number(true));
    let unary = |input, function| OpSpec::Unary(UnarySpec { input, function });
    for plain in [
        Plain::Absolute,
        Plain::Sign,
        Plain::Square,
        Plain::SquareRoot,
        Plain::CubeRoot,
        Plain::Reciprocal,
        Plain::Floor,
        Plain::Ceil,
        Plain::Truncate,
        Plain::Round,
        Plain::Binary32,
        Plain::Exp,
        Plain::Expm1,
        Plain::Log,
        Plain::Log1p,
        Plain::Log2,
        Plain::Log10,
        Plain::Sin,
        Plain::Cos,
        Plain::Tan,
        Plain::ArcSin,
        Plain::ArcTan,
        Plain::ArcSinh,
        Plain::Tanh,
        Plain::Logistic,
        Plain::NormalShare,
        Plain::NormalQuantile,
    ] {
        draft.op(unary(share, Function::Plain(plain)));
    }
    draft.op(unary(share, Function::YeoJohnson(vec![0.375])));
    draft.op(unary(share, Function::BoxCox(vec![-0.5])));
    draft.op(unary(share, Function::Clip { lower: vec![0.25], upper: vec![f64::INFINITY] }));
    draft.op(unary(other, Function::IsMissing));
    let input = draft.op(unary(other, Function::MissingIf(vec![3.0])));
    let known = draft.op(OpSpec::Impute(ImputeSpec { input, values: vec![2.5] }));
    draft.op(unary(known, Function::Above(vec![2.0])));
    draft.finish();
    encode(&draft, &[["0.5", "1"], ["0.125", "3"], ["0.9", ""], ["0.3", "2"]])
}

/// Categories that are numbers, bins of a number, and tables of codes.
pub fn codes() -> Vec<u8> {
    let mut draft = Draft::default();
    let number = Run::one(draft.number(true));
    let city = Run::one(draft.category(&["Bonn", "Trier"], false));
    let mut code = |rule, missing_category, table: &[f64]| {
        let lengths = vec![u32::try_from(table.len()).unwrap()];
        let tables = draft.f64s(table);
        let op = NumberToCodeSpec { input: number, rule, missing_category, lengths, tables };
        draft.op(OpSpec::NumberToCode(op))
    };
    code(CodeRule::Equal, false, &[-2.5, 0.0, 1.0, 10.0]);
    code(CodeRule::BinsFromEdge, true, &[0.0, 1.0, 10.0]);
    code(CodeRule::BinsToEdge, false, &[0.0, 1.0, 10.0]);
    // Trier is Bonn, and what is unknown is a code of its own.
    let tables = draft.u32s(&[0, 0, 1]);
    let to = CodeTarget::Codes(vec![2]);
    let codes = draft.op(OpSpec::MapCode(MapCodeSpec { input: city, to, tables }));
    draft.op(OpSpec::Require(RequireSpec { input: codes, keeps_missing: false }));
    // Trier has no number, and one is not asked for.
    let tables = draft.f64s(&[7.5, f64::from_bits(0x7ff8_0000_0000_0000), -1.25]);
    let to = CodeTarget::Numbers;
    let numbers = draft.op(OpSpec::MapCode(MapCodeSpec { input: city, to, tables }));
    let input = draft.op(OpSpec::Require(RequireSpec { input: numbers, keeps_missing: true }));
    draft.op(OpSpec::Impute(ImputeSpec { input, values: vec![100.0] }));
    draft.finish();
    encode(
        &draft,
        &[["1.0", "Bonn"], ["01e1", "Trier"], ["", "Paris"], ["-2.50", ""], ["0.5", "Bonn"]],
    )
}

/// Products, rows of norm one, lines through points, and splines.
pub fn several() -> Vec<u8> {
    let mut draft = Draft::default();
    let first = Run::one(draft.number(false));
    draft.number(false);
    let both = Run { first: 0, len: 2 };
    // aa, ab, bb, aab
    let factors = draft.array(Data::U32(vec![4, 2], vec![0, 0, 0, 1, 1, 1, 2, 1]));
    draft.op(OpSpec::Product(ProductSpec { input: both, n_products: 4, factors }));
    for norm in [Norm::Sum, Norm::Euclidean, Norm::Maximum] {
        draft.op(OpSpec::RowNorm(RowNormSpec { input: both, norm, least: 0.25 }));
    }
    for form in
        [InterpolateForm::Forward, InterpolateForm::Both, InterpolateForm::BothWithin(0.125)]
    {
        let xs = draft.array(Data::F64(vec![1, 5], vec![0.0, 0.5, 0.5, 1.0, 2.0]));
        let ys = draft.f64s(&[0.0, 0.25, 0.75, 1.0, 3.0]);
        draft.op(OpSpec::Interpolate(InterpolateSpec { input: first, form, n_points: 5, xs, ys }));
    }
    let knots = [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0];
    for (extrapolation, drops_last) in [
        (Extrapolation::Constant, true),
        (Extrapolation::Linear, false),
        (Extrapolation::Continue, false),
        (Extrapolation::Periodic, false),
        (Extrapolation::Missing, false),
    ] {
        let knots = draft.array(Data::F64(vec![1, 7], knots.to_vec()));
        let (degree, n_knots) = (2, 7);
        let op = SplineSpec { input: first, degree, extrapolation, drops_last, n_knots, knots };
        let splines = draft.op(OpSpec::Spline(op));
        match extrapolation {
            Extrapolation::Missing => {
                let values = vec![0.5; splines.width()];
                draft.op(OpSpec::Impute(ImputeSpec { input: splines, values }));
            }
            Extrapolation::Constant
            | Extrapolation::Linear
            | Extrapolation::Continue
            | Extrapolation::Periodic => {}
        }
    }
    draft.finish();
    encode(&draft, &[["0.5", "-0.25"], ["0.1", "3"], ["-0.75", "0"], ["1.9", "1"], ["3", "-2"]])
}

/// Words and pairs of words of a document.
pub fn terms() -> Vec<u8> {
    let mut draft = Draft::default();
    let input = draft.document();
    for (count, norm) in [
        (TermCount::Occurrences, Some(Norm::Euclidean)),
        (TermCount::Presence, None),
        (TermCount::Logarithm, None),
    ] {
        let (bytes, ends) = draft.texts(&["good", "not good", "très bon", "ΣΟΦΟΣ", "σοφος"]);
        let lower_case = count != TermCount::Presence;
        let weights = norm.map(|_| draft.f64s(&[1.5, 2.25, 3.0, 1.0, 0.75]));
        let (least_words, most_words) = (1, 2);
        let op = TermsSpec {
            input,
            n_terms: 5,
            lower_case,
            least_words,
            most_words,
            count,
            bytes,
            ends,
            weights,
            norm,
        };
        draft.op(OpSpec::Terms(op));
    }
    draft.finish();
    encode(
        &draft,
        &[["Good good - NOT good!"], ["Très bon"], ["ΣΟΦΟΣ σοφος"], ["NA"], ["none of it"]],
    )
}

fn encode<const N: usize>(draft: &Draft, rows: &[[&str; N]]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
    assert!(rows.iter().all(|cells| draft.predict(cells).is_some()), "every row is golden");
    draft.encode(&rows).unwrap()
}
