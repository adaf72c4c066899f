//! Functions of one number, over a column.
//!
//! Exponentials, logarithms and their like are those of `libm`: the same bits on every machine.

#![allow(clippy::unreadable_literal, reason = "digits of the source")]

use std::f64::consts::FRAC_1_SQRT_2;

use model_format::program::ops::unary::{Function, Plain};

/// A function with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Map {
    Plain(Plain),
    IsMissing,
    Above(f64),
    Clip(f64, f64),
    YeoJohnson(f64),
    BoxCox(f64),
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
    values.iter_mut().for_each(|x| *x = function(*x));
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

fn normal_share(x: f64) -> f64 {
    let z = x * FRAC_1_SQRT_2;
    if z.abs() < FRAC_1_SQRT_2 {
        return 0.5 + 0.5 * libm::erf(z);
    }
    let tail = 0.5 * libm::erfc(z.abs());
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// Wichura's algorithm AS 241, PPND16: relative error about 1e-16.
fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 8] = [
        3.3871328727963666080e0,
        1.3314166789178437745e+2,
        1.9715909503065514427e+3,
        1.3731693765509461125e+4,
        4.5921953931549871457e+4,
        6.7265770927008700853e+4,
        3.3430575583588128105e+4,
        2.5090809287301226727e+3,
    ];
    const B: [f64; 8] = [
        1.0,
        4.2313330701600911252e+1,
        6.8718700749205790830e+2,
        5.3941960214247511077e+3,
        2.1213794301586595867e+4,
        3.9307895800092710610e+4,
        2.8729085735721942674e+4,
        5.2264952788528545610e+3,
    ];
    const C: [f64; 8] = [
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ];
    const D: [f64; 8] = [
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ];
    const E: [f64; 8] = [
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ];
    const F: [f64; 8] = [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ];
    let polynomial = |of: &[f64; 8], r: f64| of.iter().rev().fold(0.0, |sum, c| sum * r + c);
    let ratio = |above, below, r| polynomial(above, r) / polynomial(below, r);
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&A, &B, 0.180625 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if !(tail > 0.0) {
        // The ends are infinite; beyond them, and of what is missing, there is nothing.
        return if tail < 0.0 || tail.is_nan() { f64::NAN } else { f64::INFINITY.copysign(q) };
    }
    let r = (-libm::log(tail)).sqrt();
    let size = if r <= 5.0 { ratio(&C, &D, r - 1.6) } else { ratio(&E, &F, r - 5.0) };
    size.copysign(q)
}
