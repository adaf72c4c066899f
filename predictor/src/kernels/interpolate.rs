//! Piecewise linear functions, with the bits of `numpy.interp`.

use model_format::program::ops::interpolate::{Interpolate, InterpolateForm};

use crate::block::Block;

/// Replaces the numbers of columns by their values.
pub(crate) fn interpolate(op: &Interpolate, columns: &[usize], block: &mut Block) {
    let ys = op.ys();
    let (Some(first_y), Some(last_y)) = (ys.first(), ys.last()) else { return };
    for (xs, column) in op.xs().zip(columns) {
        let (Some(first), Some(last)) = (xs.first(), xs.last()) else { continue };
        let values = block.numbers_mut(*column);
        let mean = |x: f64| 0.5 * (forward(x, xs, ys) - backward(x, xs, ys));
        match op.form() {
            InterpolateForm::Forward => each(values, |x| forward(x, xs, ys)),
            InterpolateForm::Both => each(values, |x| {
                if x <= *first {
                    *first_y
                } else if x >= *last {
                    *last_y
                } else {
                    mean(x)
                }
            }),
            InterpolateForm::BothWithin(margin) => each(values, |x| {
                if x - margin < *first {
                    *first_y
                } else if x + margin > *last {
                    *last_y
                } else {
                    mean(x)
                }
            }),
        }
    }
}

/// What is missing stays so.
#[inline(always)]
fn each(values: &mut [f64], value: impl Fn(f64) -> f64) {
    values.iter_mut().filter(|x| !x.is_nan()).for_each(|x| *x = value(*x));
}

/// The value by the last point that is not above `x`.
fn forward(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
    let n = xs.partition_point(|at| *at <= x);
    if n == 0 {
        return ys[0];
    }
    if n == xs.len() {
        return ys[n - 1];
    }
    on_line(x, [xs[n - 1], xs[n]], [ys[n - 1], ys[n]])
}

/// The value below zero by the first point that is not below `x`: the function of the points in reverse, all
/// negative, at `-x`.
fn backward(x: f64, xs: &[f64], ys: &[f64]) -> f64 {
    let n = xs.partition_point(|at| *at < x);
    if n == xs.len() {
        return -ys[n - 1];
    }
    if n == 0 {
        return -ys[0];
    }
    on_line(-x, [-xs[n], -xs[n - 1]], [-ys[n], -ys[n - 1]])
}

/// At a point itself its value, without a division that might overflow.
fn on_line(x: f64, xs: [f64; 2], ys: [f64; 2]) -> f64 {
    if x <= xs[0] {
        return ys[0];
    }
    let slope = (ys[1] - ys[0]) / (xs[1] - xs[0]);
    let value = slope * (x - xs[0]) + ys[0];
    if !value.is_nan() {
        return value;
    }
    let value = slope * (x - xs[1]) + ys[1];
    if value.is_nan() && ys[0].to_bits() == ys[1].to_bits() { ys[0] } else { value }
}
