//! Ops that make several numbers of one, or read several, against what scikit-learn 1.9 gives.

#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::unreadable_literal,
    reason = "numbers as Python prints them"
)]

use model_format::program::OpSpec;
use model_format::program::ops::interpolate::{InterpolateForm, InterpolateSpec};
use model_format::program::ops::product::ProductSpec;
use model_format::program::ops::row_norm::{Norm, RowNormSpec};
use model_format::program::ops::spline::{Extrapolation, SplineSpec};
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::Run;
use tests::columns::{Data, Draft, compare};

use super::predicted;

/// Checks that the slots that nothing reads are these, by the weighted sum that the program makes of them.
fn assert_slots(draft: &Draft, cells: &[&str], expected: &[f64]) {
    let mut sum = 0.0;
    for (x, weight) in expected.iter().zip([1.0, -0.5, 0.25, 2.0].into_iter().cycle()) {
        sum += x * weight;
    }
    let found = predicted(draft, cells).unwrap();
    assert!((found - sum).abs() <= 1e-14 * sum.abs().max(1.0), "{cells:?}: {found:?}, {sum:?}");
}

/// Quantiles of numbers of which many are equal.
const QUANTILES: [f64; 12] = [
    0.0,
    0.5,
    0.5,
    1.0,
    1.0,
    1.5,
    1.5,
    2.0,
    2.6818181818181817,
    4.90909090909091,
    7.363636363636381,
    14.5,
];
const REFERENCES: [f64; 12] = [
    0.0,
    0.09090909090909091,
    0.18181818181818182,
    0.2727272727272727,
    0.36363636363636365,
    0.4545454545454546,
    0.5454545454545454,
    0.6363636363636364,
    0.7272727272727273,
    0.8181818181818182,
    0.9090909090909092,
    1.0,
];

fn quantiles(form: InterpolateForm) -> Draft {
    let mut draft = Draft::default();
    let input = Run::one(draft.number(true));
    let xs = draft.array(Data::F64(vec![1, 12], QUANTILES.to_vec()));
    let ys = draft.f64s(&REFERENCES);
    draft.op(OpSpec::Interpolate(InterpolateSpec { input, form, n_points: 12, xs, ys }));
    draft
}

#[test]
fn a_quantile_transformer_with_uniform_output() {
    let mut draft = quantiles(InterpolateForm::Both);
    draft.finish();
    for (cell, expected) in [
        ("0.0", 0.0),
        ("14.5", 1.0),
        ("-1.0", 0.0),
        ("16.5", 1.0),
        ("0.5", 0.13636363636363635),
        ("1.0", 0.3181818181818182),
        ("1.3", 0.4181818181818182),
        ("2.0", 0.6363636363636364),
        ("7.25", 0.9048821548821544),
    ] {
        assert_eq!(predicted(&draft, &[cell]), Some(expected), "{cell}");
    }
    assert_eq!(predicted(&draft, &[""]), None);
}

#[test]
fn a_quantile_transformer_with_normal_output() {
    let mut draft = quantiles(InterpolateForm::BothWithin(1e-7));
    let plain = Function::Plain(Plain::NormalQuantile);
    let ends = Function::Clip { lower: vec![-5.199337582605575], upper: vec![5.19933758270342] };
    for (slot, function) in [(1, plain), (2, ends)] {
        draft.op(OpSpec::Unary(UnarySpec { input: Run::one(slot), function }));
    }
    draft.finish();
    for (cell, expected) in [
        ("0.0", -5.199337582605575),
        ("14.5", 5.19933758270342),
        ("-1.0", -5.199337582605575),
        ("16.5", 5.19933758270342),
        ("0.5", -1.0968035620935135),
        ("1.0", -0.4727891209922674),
        ("1.3", -0.20654702441883474),
        ("2.0", 0.3487556955170447),
        ("7.25", 1.3098821982461217),
    ] {
        assert_slots(&draft, &[cell], &[expected]);
    }
}

fn spline(degree: u32, extrapolation: Extrapolation, drops_last: bool, knots: &[f64]) -> Draft {
    let mut draft = Draft::default();
    let input = Run::one(draft.number(true));
    let n_knots = u32::try_from(knots.len()).unwrap();
    let knots = draft.array(Data::F64(vec![1, knots.len()], knots.to_vec()));
    let op = SplineSpec { input, degree, extrapolation, drops_last, n_knots, knots };
    draft.op(OpSpec::Spline(op));
    draft.finish();
    draft
}

const CUBIC: [f64; 11] = [
    -3.3000000000000003,
    -2.2,
    -1.1,
    0.0,
    1.1,
    2.2,
    3.3000000000000003,
    4.4,
    5.5,
    6.6000000000000005,
    7.700000000000001,
];

#[test]
fn splines_that_stay_as_at_the_ends() {
    let draft = spline(3, Extrapolation::Constant, false, &CUBIC);
    let first = [0.16666666666666666, 0.6666666666666666, 0.16666666666666666, 0.0, 0.0, 0.0, 0.0];
    let last = [0.0, 0.0, 0.0, 0.0, 0.16666666666666657, 0.6666666666666667, 0.1666666666666667];
    let inside =
        [0.0, 0.09128474830954172, 0.6366140746306035, 0.27109942399198594, 0.0010017530678687694];
    for (cell, expected) in [
        ("-1.5", &first[..]),
        ("0", &first),
        ("4.4", &last),
        ("6", &last),
        ("1.3", &inside),
        ("2.2", &[0.0, 0.0, 0.16666666666666666, 0.6666666666666666, 0.16666666666666666]),
    ] {
        assert_slots(&draft, &[cell], expected);
    }
    let without = spline(3, Extrapolation::Constant, true, &CUBIC);
    assert_slots(&without, &["6"], &last[..6]);
    assert_eq!(predicted(&without, &[""]), None);
}

#[test]
fn splines_on_tangents() {
    let draft = spline(3, Extrapolation::Linear, false, &CUBIC);
    assert_slots(&draft, &["-1.5"], &[0.8484848484848484, 0.6666666666666666, -0.5151515151515151]);
    let above = [0.0, 0.0, 0.0, 0.0, -0.5606060606060603, 0.6666666666666664, 0.893939393939394];
    assert_slots(&draft, &["6"], &above);
    let knots = [-1.1, 0.0, 1.1, 2.2, 3.3000000000000003, 4.4, 5.5];
    let draft = spline(1, Extrapolation::Linear, false, &knots);
    assert_slots(&draft, &["-1.5"], &[2.3636363636363633, -1.3636363636363635]);
    assert_slots(&draft, &["1.3"], &[0.0, 0.8181818181818182, 0.18181818181818177]);
    assert_slots(&draft, &["6"], &[0.0, 0.0, 0.0, -1.4545454545454541, 2.454545454545454]);
}

#[test]
fn splines_that_go_on() {
    let draft = spline(2, Extrapolation::Continue, false, &CUBIC[1..10]);
    let below = [2.793388429752066, -2.7231404958677685, 0.9297520661157024];
    assert_slots(&draft, &["-1.5"], &below);
    let above = [0.0, 0.0, 0.0, 1.0578512396694209, -3.0702479338842967, 3.012396694214876];
    assert_slots(&draft, &["6"], &above);
    let refused = spline(2, Extrapolation::Missing, false, &CUBIC[1..10]);
    assert_eq!(predicted(&refused, &["-1.5"]), None);
    assert_slots(&refused, &["4.4"], &[0.0, 0.0, 0.0, 0.0, 0.4999999999999999, 0.5000000000000001]);
}

#[test]
fn splines_that_repeat() {
    let draft = spline(3, Extrapolation::Periodic, false, &CUBIC);
    let first = [0.16666666666666666, 0.6666666666666666, 0.16666666666666666, 0.0];
    for (cell, expected) in [
        (
            "-1.5",
            &[0.5584773353368395, 0.04295016278487356, 0.008014024542950155, 0.3905584773353368],
        ),
        ("0", &first),
        ("4.4", &first),
        (
            "1.3",
            &[0.0010017530678687694, 0.09128474830954172, 0.6366140746306035, 0.27109942399198594],
        ),
        ("6", &[0.015652391685449494, 0.027047332832456868, 0.5070122714750818, 0.450288004007012]),
    ] {
        assert_slots(&draft, &[cell], expected);
    }
}

#[test]
fn polynomial_features_to_the_bit() {
    let mut draft = Draft::default();
    draft.number(false);
    draft.number(false);
    // Of two columns a and b: aa, ab, bb, then a (aa), a (ab), a (bb), b (bb).
    let factors = vec![0, 0, 0, 1, 1, 1, 0, 2, 0, 3, 0, 4, 1, 4];
    let factors = draft.array(Data::U32(vec![7, 2], factors));
    let input = Run { first: 0, len: 2 };
    draft.op(OpSpec::Product(ProductSpec { input, n_products: 7, factors }));
    draft.finish();
    let rows = [["0.1", "0.3"], ["-7.3", "1e5"], ["1e200", "1e-200"], ["1e300", "2"]];
    compare(&draft, &rows.map(|row| row.map(str::to_owned).to_vec()));
    let values = draft.values(&["0.1".to_owned(), "0.3".to_owned()]).unwrap();
    let expected = POLYNOMIALS.map(tests::columns::Value::Number);
    assert_eq!(values[2..9], expected);
}

/// Of `0.1` and `0.3`.
const POLYNOMIALS: [f64; 7] =
    [0.010000000000000002, 0.03, 0.09, 0.0010000000000000002, 0.003, 0.009, 0.027];

#[test]
fn rows_of_norm_one() {
    for (norm, expected) in [
        (Norm::Sum, [0.02439024390243903, -0.17073170731707318, 0.8048780487804879]),
        (Norm::Euclidean, [0.029630442547297995, -0.20741309783108594, 0.9778046040608337]),
        (Norm::Maximum, [0.030303030303030307, -0.21212121212121213, 1.0]),
    ] {
        for (least, small) in [(2.220446049250313e-15, 1e-16), (5e-324, 1.0)] {
            let mut draft = Draft::default();
            (0..3).for_each(|_| _ = draft.number(false));
            let input = Run { first: 0, len: 3 };
            draft.op(OpSpec::RowNorm(RowNormSpec { input, norm, least }));
            draft.finish();
            assert_slots(&draft, &["0.1", "-0.7", "3.3"], &expected);
            assert_slots(&draft, &["1e-16", "0", "0"], &[small]);
            assert_slots(&draft, &["0", "0", "0"], &[0.0]);
        }
    }
}
