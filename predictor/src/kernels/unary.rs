//! Functions of one number, over a column.
//!
//! Exponentials, logarithms and their like are those of `libm`: the same bits on every machine.

use model_format::program::ops::unary::{Function, Plain};

use super::normal::{normal_quantile, normal_share};

/// A function with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Map {
    Plain(Plain),
    IsMissing,
    Above(f64),
    Clip(f64, f64),
    YeoJohnson(f64),
    BoxCox(f64),
    MissingIf(f64),
}

impl Map {
    /// That of slot `i` of a checked op.
    pub(crate) fn of(function: &Function, i: usize) -> Self {
        match function {
            Function::Plain(plain) => Self::Plain(*plain),
            Function::IsMissing => Self::IsMissing,
            Function::Above(thresholds) => Self::Above(thresholds[i]),
            Function::Clip { lower, upper } => Self::Clip(lower[i], upper[i]),
            Function::YeoJohnson(exponents) => Self::YeoJohnson(exponents[i]),
            Function::BoxCox(exponents) => Self::BoxCox(exponents[i]),
            Function::MissingIf(values) => Self::MissingIf(values[i]),
        }
    }

    /// Replaces every number of a column by its result.
    pub(crate) fn run(self, values: &mut [f64]) {
        match self {
            Self::Plain(plain) => run_plain(plain, values),
            Self::IsMissing => each(values, |x| flag(x.is_nan())),
            Self::Above(threshold) => each(values, |x| flag(x > threshold)),
            // Written so that NaN stays.
            Self::Clip(lower, upper) => each(values, |x| {
                let x = if x < lower { lower } else { x };
                if x > upper { upper } else { x }
            }),
            Self::YeoJohnson(exponent) => each(values, |x| yeo_johnson(x, exponent)),
            Self::BoxCox(exponent) => each(values, |x| box_cox(x, exponent)),
            // A difference of 0, or what is missing already.
            Self::MissingIf(value) => {
                each(values, |x| if (x - value).abs() > 0.0 { x } else { f64::NAN });
            }
        }
    }
}

fn run_plain(plain: Plain, values: &mut [f64]) {
    match plain {
        Plain::Absolute => each(values, f64::abs),
        Plain::Sign => each(values, sign),
        Plain::Square => each(values, |x| x * x),
        Plain::SquareRoot => each(values, f64::sqrt),
        Plain::CubeRoot => each(values, libm::cbrt),
        Plain::Reciprocal => each(values, |x| 1.0 / x),
        Plain::Floor => each(values, f64::floor),
        Plain::Ceil => each(values, f64::ceil),
        Plain::Truncate => each(values, f64::trunc),
        Plain::Round => each(values, f64::round_ties_even),
        #[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
        Plain::Binary32 => each(values, |x| f64::from(x as f32)),
        Plain::Exp => each(values, libm::exp),
        Plain::Expm1 => each(values, libm::expm1),
        Plain::Log => each(values, libm::log),
        Plain::Log1p => each(values, libm::log1p),
        Plain::Log2 => each(values, libm::log2),
        Plain::Log10 => each(values, libm::log10),
        Plain::Sin => each(values, libm::sin),
        Plain::Cos => each(values, libm::cos),
        Plain::Tan => each(values, libm::tan),
        Plain::ArcSin => each(values, libm::asin),
        Plain::ArcTan => each(values, libm::atan),
        Plain::ArcSinh => each(values, libm::asinh),
        Plain::Tanh => each(values, libm::tanh),
        Plain::Logistic => each(values, |x| 1.0 / (1.0 + libm::exp(-x))),
        Plain::NormalShare => each(values, normal_share),
        Plain::NormalQuantile => each(values, normal_quantile),
    }
}

#[inline(always)]
fn each(values: &mut [f64], function: impl Fn(f64) -> f64) {
    for x in values {
        *x = function(*x);
    }
}

#[inline]
fn flag(set: bool) -> f64 {
    f64::from(u8::from(set))
}

fn sign(x: f64) -> f64 {
    if x.is_nan() { x } else { flag(x > 0.0) - flag(x < 0.0) }
}

/// Exponents as near to 0, or to 2, as this are taken for it.
const NEAR: f64 = f64::EPSILON;

fn yeo_johnson(x: f64, exponent: f64) -> f64 {
    if x >= 0.0 {
        power_of_one_more(x, exponent, exponent.abs() < NEAR)
    } else {
        // Also NaN, which stays.
        let exponent = 2.0 - exponent;
        -power_of_one_more(-x, exponent, exponent.abs() <= NEAR)
    }
}

/// `((x + 1)^exponent - 1) / exponent`, in its limit the logarithm.
fn power_of_one_more(x: f64, exponent: f64, is_zero: bool) -> f64 {
    let log = libm::log1p(x);
    if is_zero { log } else { libm::expm1(exponent * log) / exponent }
}

fn box_cox(x: f64, exponent: f64) -> f64 {
    if x <= 0.0 {
        return f64::NAN;
    }
    let log = libm::log(x);
    if exponent.abs() < 1e-19 {
        log
    } else if exponent * log < 709.78 {
        libm::expm1(exponent * log) / exponent
    } else {
        // exp alone would overflow before it is divided.
        let power = libm::exp(exponent * log - libm::log(exponent.abs()));
        power.copysign(exponent) - 1.0 / exponent
    }
}
