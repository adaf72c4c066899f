//! Some rows of a dual problem, and the steps over pairs of them.
//!
//! The rows of a pair are chosen by second-order information (Fan, Chen, Lin: Working Set Selection
//! Using Second Order Information for Training Support Vector Machines, JMLR 6, 2005, algorithm 2).

use super::passes::{self, Falling, Rising, Rows, TAU};
use super::problem::Problem;
use super::rows::KernelRows;

/// Steps between two looks for rows that can be set aside.
const PERIOD: u64 = 1000;
/// Setting rows aside is worth it from one in this many on.
const WORTH: usize = 5;

/// Rows that take part in the steps.
pub(super) struct WorkingSet<'a> {
    problem: &'a Problem,
    /// Their places in the problem.
    rows: Vec<usize>,
    coefficients: Vec<f64>,
    /// Targets less the weighted sums of kernel values.
    residuals: Vec<f64>,
    /// What the gain of a rise has beside the residual; minus infinity at the upper bound.
    above: Vec<f64>,
    /// What the cost of a fall has beside the residual; infinity at the lower bound.
    below: Vec<f64>,
    /// A pair was met along which the objective curves downwards.
    pub(super) indefinite: bool,
}

/// Why the steps ended.
pub(super) enum End {
    /// No pair violates the optimality conditions by more than `tol`.
    Optimal,
    /// The steps are used up, or a step would be too small to change a coefficient.
    Stuck,
    /// Only these of the rows, by their place in the set, are likely to move further.
    Shrinkable(Vec<usize>),
}

impl<'a> WorkingSet<'a> {
    /// The set of `rows`; coefficients are those of all rows, residuals those of the set.
    pub(super) fn new(
        problem: &'a Problem,
        rows: Vec<usize>,
        coefficients: &[f64],
        residuals: &[f64],
    ) -> Self {
        let mut set = Self {
            problem,
            coefficients: rows.iter().map(|row| coefficients[*row]).collect(),
            residuals: residuals.to_vec(),
            above: vec![0.0; rows.len()],
            below: vec![0.0; rows.len()],
            rows,
            indefinite: false,
        };
        (0..set.rows.len()).for_each(|at| set.set_sides(at));
        set
    }

    /// Takes steps until nothing is left to gain, counting them in `steps`; looks at once for rows
    /// that can be set aside if `shrink_first`.
    pub(super) fn run(
        &mut self,
        kernels: &mut KernelRows<'_>,
        steps: &mut u64,
        shrink_first: bool,
    ) -> End {
        let period = PERIOD.min(self.rows.len() as u64);
        let mut look_at = *steps + if shrink_first { 0 } else { period };
        let mut rising = self.find_rising();
        loop {
            let (row, diagonal) = kernels.row(rising.row);
            let (residuals, below) = (&self.residuals, &self.below);
            let falling =
                passes::find_falling(rising, Rows { residuals, below, diagonal, kernels: row });
            if rising.gain - falling.least <= self.problem.tol {
                return End::Optimal;
            }
            if *steps >= look_at {
                look_at = *steps + period;
                let rows = self.likely_to_move(rising, falling);
                if rows.len() + self.rows.len() / WORTH < self.rows.len() {
                    return End::Shrinkable(rows);
                }
            }
            if *steps >= self.problem.max_iter {
                return End::Stuck;
            }
            match self.step(kernels, rising, falling.row) {
                Some(next) => rising = next,
                None => return End::Stuck,
            }
            *steps += 1;
        }
    }

    /// Puts the coefficients into the list of all rows.
    pub(super) fn store(&self, coefficients: &mut [f64]) {
        for (row, w) in self.rows.iter().zip(&self.coefficients) {
            coefficients[*row] = *w;
        }
    }

    /// The residuals of some of the rows, by their place in the set.
    pub(super) fn residuals_of(&self, rows: &[usize]) -> Vec<f64> {
        rows.iter().map(|at| self.residuals[*at]).collect()
    }

    /// Largest violation of the optimality conditions.
    pub(super) fn gap(&self) -> f64 {
        let costs = self.residuals.iter().zip(&self.below).map(|(r, below)| r + below);
        self.find_rising().gain - costs.fold(f64::INFINITY, f64::min)
    }

    /// The mean of what the coefficients between their bounds ask for; without any, the middle of
    /// what the others allow.
    #[expect(clippy::float_cmp, reason = "both are eps or -eps between the bounds")]
    pub(super) fn intercept(&self) -> f64 {
        if self.residuals.iter().any(|r| !r.is_finite()) {
            return f64::NAN;
        }
        let (mut sum, mut n) = (0.0, 0.0);
        let (mut most, mut least) = (f64::NEG_INFINITY, f64::INFINITY);
        for ((residual, above), below) in self.residuals.iter().zip(&self.above).zip(&self.below) {
            if above == below {
                sum += residual + above;
                n += 1.0;
            }
            most = most.max(residual + above);
            least = least.min(residual + below);
        }
        if n > 0.0 { sum / n } else { f64::midpoint(most, least) }
    }

    #[cfg(test)]
    pub(super) fn objective(&self) -> f64 {
        let terms = self.rows.iter().zip(&self.coefficients).zip(&self.residuals);
        terms.fold(0.0, |sum, ((row, w), residual)| {
            sum + self.problem.eps * w.abs() - 0.5 * w * (self.problem.targets[*row] + residual)
        })
    }

    /// Sets what a rise and a fall of a coefficient gain and cost beside the residual.
    fn set_sides(&mut self, at: usize) {
        let w = self.coefficients[at];
        let (lower, upper) = self.problem.bounds[self.rows[at]];
        let eps = self.problem.eps;
        let rise = if w >= 0.0 { -eps } else { eps };
        let fall = if w > 0.0 { -eps } else { eps };
        self.above[at] = if w < upper { rise } else { f64::NEG_INFINITY };
        self.below[at] = if w > lower { fall } else { f64::INFINITY };
    }

    /// The coefficient whose rise gains most; the first of equals.
    fn find_rising(&self) -> Rising {
        let gains = self.residuals.iter().zip(&self.above).map(|(r, above)| r + above);
        let none = Rising { row: 0, gain: f64::NEG_INFINITY };
        gains.enumerate().fold(
            none,
            |best, (row, gain)| {
                if gain > best.gain { Rising { row, gain } } else { best }
            },
        )
    }

    /// The rows that could be part of a pair that violates the optimality conditions.
    fn likely_to_move(&self, rising: Rising, falling: Falling) -> Vec<usize> {
        let rows = self.residuals.iter().zip(&self.above).zip(&self.below).enumerate();
        let may_move = |r: &f64, above: &f64, below: &f64| {
            r + above >= falling.least || r + below <= rising.gain
        };
        rows.filter(|(_, ((r, above), below))| may_move(r, above, below))
            .map(|(at, _)| at)
            .collect()
    }

    /// Raises one coefficient and lowers another by as much, as far as the objective falls and the
    /// bounds allow; the next one to raise, or nothing if the numbers are too coarse for a step.
    fn step(
        &mut self,
        kernels: &mut KernelRows<'_>,
        rising: Rising,
        falling: usize,
    ) -> Option<Rising> {
        let (i, j) = (rising.row, falling);
        let (first, second, diagonal) = kernels.pair(i, j);
        let mut curvature = diagonal[i] + diagonal[j] - 2.0 * first[j];
        if curvature <= TAU {
            self.indefinite |= curvature < -1e-9 * (diagonal[i].abs() + diagonal[j].abs());
            curvature = TAU;
        }
        let slope = rising.gain - (self.residuals[j] + self.below[j]);
        let before = (self.coefficients[i], self.coefficients[j]);
        let after = self.minimum(i, j, slope, curvature);
        let changes = [after.0 - before.0, after.1 - before.1];
        if changes == [0.0, 0.0] {
            return None;
        }
        (self.coefficients[i], self.coefficients[j]) = after;
        self.set_sides(i);
        self.set_sides(j);
        let changes = [(changes[0], first), (changes[1], second)];
        Some(passes::shift(&mut self.residuals, &self.above, changes))
    }

    /// Where the objective is least if coefficient `i` rises and `j` falls.
    fn minimum(&self, i: usize, j: usize, mut slope: f64, curvature: f64) -> (f64, f64) {
        let (mut w_i, mut w_j) = (self.coefficients[i], self.coefficients[j]);
        let bounds = |at: usize| self.problem.bounds[self.rows[at]];
        let (upper, lower) = (bounds(i).1, bounds(j).0);
        let eps = self.problem.eps;
        while slope > 0.0 {
            // The slope changes where a coefficient passes 0, if errors up to `eps` cost nothing.
            let (bend_i, bend_j) = (eps > 0.0 && w_i < 0.0, eps > 0.0 && w_j > 0.0);
            let end_i = if bend_i { 0.0 } else { upper };
            let end_j = if bend_j { 0.0 } else { lower };
            let (room_i, room_j) = (end_i - w_i, w_j - end_j);
            let wanted = slope / curvature;
            let length = wanted.min(room_i).min(room_j);
            w_i = if length >= room_i { end_i } else { w_i + length };
            w_j = if length >= room_j { end_j } else { w_j - length };
            if length >= wanted {
                break;
            }
            slope -= length * curvature;
            for (reached, bend) in [(length >= room_i, bend_i), (length >= room_j, bend_j)] {
                if reached {
                    slope -= if bend { 2.0 * eps } else { f64::INFINITY };
                }
            }
        }
        (w_i, w_j)
    }
}
