//! B-splines by de Boor's recursion, in the order of operations of `scipy`.

use model_format::program::ops::spline::{Extrapolation, MAX_SPLINE_DEGREE, Spline};

use crate::block::Block;

/// The splines of a number that are not 0, those of one segment.
type Values = [f64; MAX_SPLINE_DEGREE + 1];

/// Columns from `to` on: the splines of the numbers in the columns `from`.
pub(crate) fn splines(op: &Spline, from: &[usize], to: usize, block: &mut Block) {
    for ((knots, from), i) in op.knots().zip(from).zip(0..) {
        let first = to + i * op.n_written();
        let basis = Basis::new(op, knots);
        block.spread(*from, first..first + op.n_written(), |x, set| basis.at(x, set));
    }
}

/// The splines of one slot.
struct Basis<'a> {
    knots: &'a [f64],
    degree: usize,
    extrapolation: Extrapolation,
    n_splines: usize,
    ends: [End; 2],
}

/// An end of the interval: its segment, the splines of that and their slopes.
#[derive(Clone, Copy)]
struct End {
    segment: usize,
    values: Values,
    slopes: Values,
}

impl<'a> Basis<'a> {
    fn new(op: &Spline, knots: &'a [f64]) -> Self {
        let (degree, extrapolation, n_splines) = (op.degree(), op.extrapolation(), op.n_splines());
        let nothing = [0.0; MAX_SPLINE_DEGREE + 1];
        let end = End { segment: degree, values: nothing, slopes: nothing };
        let mut basis = Self { knots, degree, extrapolation, n_splines, ends: [end; 2] };
        basis.ends = basis.interval().map(|x| {
            let segment = basis.segment(x);
            let (values, slopes) = (basis.values(x, segment), basis.slopes(x, segment));
            End { segment, values, slopes }
        });
        basis
    }

    /// Where the splines are defined.
    fn interval(&self) -> [f64; 2] {
        [self.knots[self.degree], self.knots[self.knots.len() - 1 - self.degree]]
    }

    /// Sets the splines of `x` that are not 0, by their numbers; some may be set in parts, which add up.
    fn at(&self, x: f64, set: &mut dyn FnMut(usize, f64)) {
        let [first, last] = self.interval();
        let outside = x < first || x > last;
        match self.extrapolation {
            _ if x.is_nan() => self.all_missing(set),
            Extrapolation::Missing if outside => self.all_missing(set),
            Extrapolation::Constant | Extrapolation::Linear if outside => self.beyond(x, set),
            Extrapolation::Periodic => {
                let period = last - first;
                let turn = modulo(x - first, period);
                self.inside(first + turn, set);
            }
            Extrapolation::Missing
            | Extrapolation::Constant
            | Extrapolation::Linear
            | Extrapolation::Continue => self.inside(x, set),
        }
    }

    fn all_missing(&self, set: &mut dyn FnMut(usize, f64)) {
        (0..self.n_splines).for_each(|spline| set(spline, f64::NAN));
    }

    fn inside(&self, x: f64, set: &mut dyn FnMut(usize, f64)) {
        let segment = self.segment(x);
        let values = self.values(x, segment);
        for (at, value) in values.iter().take(self.degree + 1).enumerate() {
            set((segment - self.degree + at) % self.n_splines, *value);
        }
    }

    /// Beyond an end: the splines there, or their tangents.
    fn beyond(&self, x: f64, set: &mut dyn FnMut(usize, f64)) {
        let interval = self.interval();
        let above = usize::from(x > interval[1]);
        let linear = self.extrapolation == Extrapolation::Linear;
        let (place, end) = (interval[above], &self.ends[above]);
        // The splines that are not 0 at an end, and of degree 1 the one that rises from there.
        let n = match self.degree {
            0 | 1 if linear => self.degree + 1,
            degree => degree,
        };
        for from_end in 0..n {
            let spline = if above == 0 { from_end } else { self.n_splines - 1 - from_end };
            let at = (spline + self.degree).wrapping_sub(end.segment);
            // Where knots have one place, some are splines of other segments, which are 0 here.
            let (Some(value), Some(slope)) = (end.values.get(at), end.slopes.get(at)) else {
                continue;
            };
            set(spline, if linear { value + (x - place) * slope } else { *value });
        }
    }

    /// The number of the knot where the segment of `x` begins.
    fn segment(&self, x: f64) -> usize {
        let first = self.degree;
        let last = self.knots.len() - 2 - self.degree;
        // Those after the first are begun at their knot.
        let begun = self.knots[first + 1..=last].partition_point(|knot| *knot <= x);
        first + begun
    }

    /// The splines of a segment: the last of `degree + 1` is the one that begins there.
    fn values(&self, x: f64, segment: usize) -> Values {
        let mut values = [0.0; MAX_SPLINE_DEGREE + 1];
        values[0] = 1.0;
        for degree in 1..=self.degree {
            self.raise(x, segment, degree, &mut values);
        }
        values
    }

    /// From the splines of one degree to those of the next.
    fn raise(&self, x: f64, segment: usize, degree: usize, values: &mut Values) {
        let lower = *values;
        values[0] = 0.0;
        for n in 1..=degree {
            let (right, left) = (self.knots[segment + n], self.knots[segment + n - degree]);
            if right > left {
                let part = lower[n - 1] / (right - left);
                values[n - 1] += part * (right - x);
                values[n] = part * (x - left);
            } else {
                values[n] = 0.0;
            }
        }
    }

    /// Their slopes, from the splines of one degree less.
    fn slopes(&self, x: f64, segment: usize) -> Values {
        let mut values = [0.0; MAX_SPLINE_DEGREE + 1];
        values[0] = 1.0;
        for degree in 1..self.degree {
            self.raise(x, segment, degree, &mut values);
        }
        let lower = values;
        values[0] = 0.0;
        for n in 1..=self.degree {
            let (right, left) = (self.knots[segment + n], self.knots[segment + n - self.degree]);
            if right > left {
                let part = self.degree as f64 * lower[n - 1] / (right - left);
                values[n - 1] -= part;
                values[n] = part;
            } else {
                values[n] = 0.0;
            }
        }
        values
    }
}

/// The remainder with the sign of the divisor, which is above 0.
fn modulo(x: f64, divisor: f64) -> f64 {
    let rest = x % divisor;
    if rest < 0.0 { rest + divisor } else { rest + 0.0 }
}
