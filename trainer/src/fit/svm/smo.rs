//! Sequential minimal optimization: the dual problem of one machine, solved pair by pair.
//!
//! Minimizes `1/2 w'Kw - targets'w + eps |w|` over the dual coefficients `w`, whose sum is 0 and
//! each of which lies between its bounds. Labels are targets of 1 and -1 with `eps` 0; numbers are
//! their own targets. It ends where no pair of coefficients violates the optimality conditions by
//! more than `tol`, the rule of LIBSVM and scikit-learn. Rows whose coefficients are likely to stay
//! at a bound are set aside meanwhile (section 4 of Chang, Lin: LIBSVM, ACM TIST 2, 2011). At the
//! end the violation is computed anew from the coefficients and all rows, so that neither a row
//! set aside nor rounding errors of many steps hide one.

use super::problem::{Problem, Solution};
use super::rows::KernelRows;
use super::working_set::{End, WorkingSet};
use cli_common::error::Result;

/// Most times that the violation is computed anew.
const MAX_REFRESHES: u32 = 100;

/// Solves `problem`, whose kernel values are those of `kernels`.
pub(super) fn solve(
    problem: &Problem,
    kernels: &mut KernelRows<'_>,
    threads: usize,
) -> Result<Solution> {
    let n_rows = problem.targets.len();
    let mut coefficients = vec![0.0; n_rows];
    let (mut steps, mut refreshes, mut indefinite) = (0, 0, false);
    loop {
        let residuals = kernels.residuals(&problem.targets, &coefficients, threads)?;
        let mut all = WorkingSet::new(problem, (0..n_rows).collect(), &coefficients, &residuals);
        let steps_before = steps;
        let mut end = all.run(kernels, &mut steps, refreshes > 0);
        all.store(&mut coefficients);
        indefinite |= all.indefinite;
        if let End::Shrinkable(first) = &mut end {
            let mut rows = std::mem::take(first);
            let mut residuals = all.residuals_of(&rows);
            loop {
                let mut some = WorkingSet::new(problem, rows.clone(), &coefficients, &residuals);
                let end = some.run(&mut kernels.of_rows(&rows), &mut steps, false);
                some.store(&mut coefficients);
                indefinite |= some.indefinite;
                let End::Shrinkable(fewer) = end else { break };
                residuals = some.residuals_of(&fewer);
                rows = fewer.into_iter().map(|at| rows[at]).collect();
            }
        }
        refreshes += 1;
        let nothing_moved = steps == steps_before;
        if nothing_moved || refreshes == MAX_REFRESHES {
            return Ok(Solution {
                gap: all.gap(),
                steps,
                indefinite,
                intercept: all.intercept(),
                #[cfg(test)]
                objective: all.objective(),
                coefficients,
            });
        }
    }
}
