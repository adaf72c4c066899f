//! B-splines by their definition.

use model_format::program::ops::spline::{Extrapolation, SplineSpec};

/// How many splines there are over the knots of a slot.
pub(super) fn n_splines(op: &SplineSpec) -> usize {
    let all = op.n_knots as usize - op.degree as usize - 1;
    match op.extrapolation {
        Extrapolation::Periodic => all - op.degree as usize,
        _ => all,
    }
}

/// Those that are written for a number.
pub(super) fn at(op: &SplineSpec, knots: &[f64], x: f64) -> Vec<f64> {
    let degree = op.degree as usize;
    let n_all = knots.len() - degree - 1;
    let (first, last) = (knots[degree], knots[n_all]);
    let outside = x < first || x > last;
    let spline =
        |x: f64, end: f64, i: usize| value(knots, i, degree, x, segment(knots, degree, end));
    let all = |x: f64| -> Vec<f64> { (0..n_all).map(|i| spline(x, x, i)).collect() };
    let end = if x < first { first } else { last };
    let mut values = match op.extrapolation {
        _ if x.is_nan() => vec![x; n_all],
        Extrapolation::Missing if outside => vec![f64::NAN; n_all],
        Extrapolation::Constant | Extrapolation::Linear if outside => {
            let linear = op.extrapolation == Extrapolation::Linear;
            let continued = if linear && degree < 2 { degree + 1 } else { degree };
            let mut values = vec![0.0; n_all];
            for from_end in 0..continued {
                let i = if x < first { from_end } else { n_all - 1 - from_end };
                let tangent = if linear { (x - end) * slope(knots, i, degree, end) } else { 0.0 };
                values[i] = all(end)[i] + tangent;
            }
            values
        }
        Extrapolation::Periodic => all(first + (x - first).rem_euclid(last - first)),
        _ => all(x),
    };
    let n = n_splines(op);
    for i in n..n_all {
        values[i % n] += values[i];
    }
    values.truncate(n - usize::from(op.drops_last));
    values
}

/// The knot where the segment of a number begins; beyond the ends, that next to the end.
fn segment(knots: &[f64], degree: usize, x: f64) -> usize {
    let last = knots.len() - degree - 2;
    (degree + 1..=last).rev().find(|at| knots[*at] <= x).unwrap_or(degree)
}

/// Spline `i` of a degree: as much of the splines of one degree less as the number lies in each.
fn value(knots: &[f64], i: usize, degree: usize, x: f64, segment: usize) -> f64 {
    if degree == 0 {
        return if i == segment { 1.0 } else { 0.0 };
    }
    let part = |i: usize, of: &dyn Fn(f64, f64) -> f64| {
        let (left, right) = (knots[i], knots[i + degree]);
        if right > left {
            value(knots, i, degree - 1, x, segment) / (right - left) * of(left, right)
        } else {
            0.0
        }
    };
    part(i, &|left, _| x - left) + part(i + 1, &|_, right| right - x)
}

fn slope(knots: &[f64], i: usize, degree: usize, x: f64) -> f64 {
    if degree == 0 {
        return 0.0;
    }
    let segment = segment(knots, degree, x);
    let part = |i: usize| {
        let (left, right) = (knots[i], knots[i + degree]);
        if right > left {
            degree as f64 * value(knots, i, degree - 1, x, segment) / (right - left)
        } else {
            0.0
        }
    };
    part(i) - part(i + 1)
}
