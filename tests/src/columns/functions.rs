//! Functions of one number, from `docs/format-2.md` alone; what has no short definition is the standard library's.

use model_format::program::ops::interpolate::InterpolateForm;
use model_format::program::ops::unary::{Function, Plain};

pub(super) fn flag(set: bool) -> f64 {
    if set { 1.0 } else { 0.0 }
}

pub(super) fn function(function: &Function, i: usize, x: f64) -> f64 {
    match function {
        Function::IsMissing => flag(x.is_nan()),
        Function::Above(thresholds) => flag(x > thresholds[i]),
        _ if x.is_nan() => x,
        Function::MissingIf(values) => {
            if (x - values[i]).abs() > 0.0 {
                x
            } else {
                f64::NAN
            }
        }
        Function::Plain(function) => plain(*function, x),
        Function::Clip { lower, .. } if x < lower[i] => lower[i],
        Function::Clip { upper, .. } if x > upper[i] => upper[i],
        Function::Clip { .. } => x,
        Function::YeoJohnson(exponents) => {
            let exponent = exponents[i];
            if x >= 0.0 { power(x + 1.0, exponent) } else { -power(1.0 - x, 2.0 - exponent) }
        }
        Function::BoxCox(exponents) => {
            if x > 0.0 {
                power(x, exponents[i])
            } else {
                f64::NAN
            }
        }
    }
}

/// `(x^exponent - 1) / exponent` by its definition; digits are lost near 1.
fn power(x: f64, exponent: f64) -> f64 {
    if exponent.abs() < 1e-15 { x.ln() } else { (x.powf(exponent) - 1.0) / exponent }
}

fn plain(function: Plain, x: f64) -> f64 {
    match function {
        Plain::Absolute => x.abs(),
        Plain::Sign => flag(x > 0.0) - flag(x < 0.0),
        Plain::Square => x * x,
        Plain::SquareRoot => x.sqrt(),
        Plain::CubeRoot => x.cbrt(),
        Plain::Reciprocal => 1.0 / x,
        Plain::Floor => x.floor(),
        Plain::Ceil => x.ceil(),
        Plain::Truncate => x.trunc(),
        Plain::Round => x.round_ties_even(),
        #[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
        Plain::Binary32 => f64::from(x as f32),
        Plain::Exp => x.exp(),
        Plain::Expm1 => x.exp_m1(),
        Plain::Log => x.ln(),
        Plain::Log1p => x.ln_1p(),
        Plain::Log2 => x.log2(),
        Plain::Log10 => x.log10(),
        Plain::Sin => x.sin(),
        Plain::Cos => x.cos(),
        Plain::Tan => x.tan(),
        Plain::ArcSin => x.asin(),
        Plain::ArcTan => x.atan(),
        Plain::ArcSinh => x.asinh(),
        Plain::Tanh => x.tanh(),
        Plain::Logistic => 1.0 / (1.0 + (-x).exp()),
        Plain::NormalShare => normal_share(x),
        Plain::NormalQuantile => normal_quantile(x),
    }
}

fn normal_share(x: f64) -> f64 {
    0.5 * libm::erfc(-x / 2.0f64.sqrt())
}

/// By halving an interval.
fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p >= 0.5 {
        return 0.0;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    let (mut low, mut high) = (-40.0, 0.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if normal_share(middle) < p { low = middle } else { high = middle }
    }
    high
}

/// As `numpy.interp`, and as scikit-learn takes the mean of two of them.
pub(super) fn interpolated(form: InterpolateForm, xs: &[f64], ys: &[f64], x: f64) -> f64 {
    let (first, last) = (xs[0], xs[xs.len() - 1]);
    let (low, high) = match form {
        _ if x.is_nan() => return x,
        InterpolateForm::Forward => return interp(x, xs, ys),
        InterpolateForm::Both => (x <= first, x >= last),
        InterpolateForm::BothWithin(margin) => (x - margin < first, x + margin > last),
    };
    if low {
        return ys[0];
    }
    if high {
        return ys[ys.len() - 1];
    }
    let reversed = |list: &[f64]| -> Vec<f64> { list.iter().rev().map(|x| -x).collect() };
    0.5 * (interp(x, xs, ys) - interp(-x, &reversed(xs), &reversed(ys)))
}

fn interp(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
    let Some(at) = xs.iter().rposition(|point| *point <= x) else { return ys[0] };
    if at == xs.len() - 1 || xs[at] >= x {
        return ys[at];
    }
    let slope = (ys[at + 1] - ys[at]) / (xs[at + 1] - xs[at]);
    let from_left = slope * (x - xs[at]) + ys[at];
    if !from_left.is_nan() {
        return from_left;
    }
    let from_right = slope * (x - xs[at + 1]) + ys[at + 1];
    if from_right.is_nan() && ys[at].to_bits() == ys[at + 1].to_bits() {
        ys[at]
    } else {
        from_right
    }
}
