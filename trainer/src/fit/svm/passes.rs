//! The two passes over all rows that a step of the optimizer takes, in registers of any width.
//!
//! Each finds a maximum in lanes and then the first row that has it, so the answer depends on
//! neither the number of lanes nor the machine.

#![expect(clippy::float_cmp, reason = "a maximum is searched for where it was found")]

/// Stands for a curvature that is not positive.
pub(super) const TAU: f64 = 1e-12;
/// Rows that are searched once more for the largest of them.
const CHUNK: usize = 256;
/// Numbers that go through registers together.
const LANES: usize = 8;

/// A coefficient that may rise, and what the objective gains by that per unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rising {
    pub(super) row: usize,
    pub(super) gain: f64,
}

/// The partner of a rising coefficient, which falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Falling {
    /// Where the objective falls most; the first of equals.
    pub(super) row: usize,
    /// Least cost of a fall per unit, of all rows.
    pub(super) least: f64,
}

/// What a pass knows of each row.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    /// Targets less the weighted sums of kernel values.
    pub(super) residuals: &'a [f64],
    /// What the cost of a fall has beside the residual.
    pub(super) below: &'a [f64],
    /// The kernel of each row with itself.
    pub(super) diagonal: &'a [f64],
    /// The kernel of each row with the rising one.
    pub(super) kernels: &'a [f64],
}

/// The partner for `rising` by second-order information.
pub(super) fn find_falling(rising: Rising, rows: Rows<'_>) -> Falling {
    let own = rows.diagonal[rising.row];
    // What moving the pair gains, doubled, and the cost of the fall.
    let of_row = |residual: f64, below: f64, diagonal: f64, kernel: f64| {
        let cost = residual + below;
        let slope = rising.gain - cost;
        let curvature = own + diagonal - 2.0 * kernel;
        let curvature = if curvature > 0.0 { curvature } else { TAU };
        (if slope > 0.0 { slope * slope / curvature } else { 0.0 }, cost)
    };
    let mut best = Falling { row: rising.row, least: f64::INFINITY };
    let mut most = 0.0;
    for start in (0..rows.residuals.len()).step_by(CHUNK) {
        let end = (start + CHUNK).min(rows.residuals.len());
        let part = Rows {
            residuals: &rows.residuals[start..end],
            below: &rows.below[start..end],
            diagonal: &rows.diagonal[start..end],
            kernels: &rows.kernels[start..end],
        };
        let mut gains = [0.0; LANES];
        let mut costs = [f64::INFINITY; LANES];
        let (residuals, residuals_left) = part.residuals.as_chunks::<LANES>();
        let (below, below_left) = part.below.as_chunks::<LANES>();
        let (diagonal, diagonal_left) = part.diagonal.as_chunks::<LANES>();
        let (kernels, kernels_left) = part.kernels.as_chunks::<LANES>();
        for (((r, b), d), k) in residuals.iter().zip(below).zip(diagonal).zip(kernels) {
            for lane in 0..LANES {
                let (gain, cost) = of_row(r[lane], b[lane], d[lane], k[lane]);
                gains[lane] = larger(gains[lane], gain);
                costs[lane] = smaller(costs[lane], cost);
            }
        }
        let left = residuals_left.iter().zip(below_left).zip(diagonal_left).zip(kernels_left);
        for (((r, b), d), k) in left {
            let (gain, cost) = of_row(*r, *b, *d, *k);
            gains[0] = larger(gains[0], gain);
            costs[0] = smaller(costs[0], cost);
        }
        best.least = costs.into_iter().fold(best.least, smaller);
        let top = gains.into_iter().fold(0.0, larger);
        if top > most {
            most = top;
            let gain = |at: &usize| {
                let at = *at;
                of_row(part.residuals[at], part.below[at], part.diagonal[at], part.kernels[at]).0
            };
            best.row = start + (0..end - start).find(|at| gain(at) == top).unwrap_or(0);
        }
    }
    best
}

/// A change of one coefficient: its size, and the kernels of its row with all rows.
pub(super) type Change<'a> = (f64, &'a [f64]);

/// Subtracts two changes from the residuals and finds the coefficient whose rise gains most, the
/// first of equals.
pub(super) fn shift(residuals: &mut [f64], above: &[f64], changes: [Change<'_>; 2]) -> Rising {
    let [(first, first_row), (second, second_row)] = changes;
    let mut best = Rising { row: 0, gain: f64::NEG_INFINITY };
    for (number, part) in residuals.chunks_mut(CHUNK).enumerate() {
        let start = number * CHUNK;
        let end = start + part.len();
        let above = &above[start..end];
        let mut gains = [f64::NEG_INFINITY; LANES];
        {
            let (residuals, residuals_left) = part.as_chunks_mut::<LANES>();
            let (above, above_left) = above.as_chunks::<LANES>();
            let (a, a_left) = first_row[start..end].as_chunks::<LANES>();
            let (b, b_left) = second_row[start..end].as_chunks::<LANES>();
            for (((r, above), a), b) in residuals.iter_mut().zip(above).zip(a).zip(b) {
                for lane in 0..LANES {
                    r[lane] -= first * a[lane] + second * b[lane];
                    gains[lane] = larger(gains[lane], r[lane] + above[lane]);
                }
            }
            let left = residuals_left.iter_mut().zip(above_left).zip(a_left).zip(b_left);
            for (((r, above), a), b) in left {
                *r -= first * a + second * b;
                gains[0] = larger(gains[0], *r + above);
            }
        }
        let top = gains.into_iter().fold(f64::NEG_INFINITY, larger);
        if top > best.gain {
            let at = part.iter().zip(above).position(|(r, above)| r + above == top);
            best = Rising { row: start + at.unwrap_or(0), gain: top };
        }
    }
    best
}

/// The larger of two numbers; the first if the second is no number.
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

fn smaller(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_of_the_largest_is_found(
            rows in prop::collection::vec((-3i8..3, 0u8..3, 0u8..4, -2i8..3, -2i8..3), 1..600),
            first in -2i8..3,
        ) {
            let column = |of: fn(&(i8, u8, u8, i8, i8)) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
            let below = column(|row| if row.1 == 0 { f64::INFINITY } else { 0.0 });
            let above = column(|row| if row.1 == 1 { f64::NEG_INFINITY } else { 0.0 });
            let diagonal = column(|row| row.2.into());
            let (a, b) = (column(|row| row.3.into()), column(|row| row.4.into()));
            let mut residuals = column(|row| row.0.into());
            let rising = shift(&mut residuals, &above, [(first.into(), &a), (1.0, &b)]);
            let expected: Vec<f64> = rows
                .iter()
                .map(|row| f64::from(row.0) - f64::from(first) * f64::from(row.3) - f64::from(row.4))
                .collect();
            prop_assert_eq!(&residuals, &expected);
            let mut best = Rising { row: 0, gain: f64::NEG_INFINITY };
            for (row, (r, above)) in residuals.iter().zip(&above).enumerate() {
                if r + above > best.gain {
                    best = Rising { row, gain: r + above };
                }
            }
            prop_assert_eq!(rising, best);

            if best.gain.is_finite() {
                let rows = Rows { residuals: &residuals, below: &below, diagonal: &diagonal, kernels: &a };
                let mut expected = Falling { row: best.row, least: f64::INFINITY };
                let mut most = 0.0;
                for row in 0..residuals.len() {
                    let cost = residuals[row] + below[row];
                    expected.least = expected.least.min(cost);
                    let slope = best.gain - cost;
                    let curvature = diagonal[best.row] + diagonal[row] - 2.0 * a[row];
                    let curvature = if curvature > 0.0 { curvature } else { TAU };
                    if slope > 0.0 && slope * slope / curvature > most {
                        (expected.row, most) = (row, slope * slope / curvature);
                    }
                }
                prop_assert_eq!(find_falling(best, rows), expected);
            }
        }
    }
}
