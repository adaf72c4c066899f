//! What the optimizer is given, and what it returns.

/// The dual problem of one machine.
#[derive(Debug)]
pub(super) struct Problem {
    /// What the machine is to return for each row.
    pub(super) targets: Vec<f64>,
    /// Least and largest dual coefficient of each row.
    pub(super) bounds: Vec<(f64, f64)>,
    /// Errors up to this cost nothing.
    pub(super) eps: f64,
    /// Largest violation of the optimality conditions that is accepted.
    pub(super) tol: f64,
    /// Most steps.
    pub(super) max_iter: u64,
}

/// A solution, optimal if `gap` is at most the `tol` that was requested.
#[derive(Debug)]
pub(super) struct Solution {
    /// Dual coefficients, one per row; 0 for rows that are no support vectors.
    pub(super) coefficients: Vec<f64>,
    /// What is added to the weighted sum of kernel values; not a number if those overflowed.
    pub(super) intercept: f64,
    /// Largest violation of the optimality conditions.
    pub(super) gap: f64,
    /// Steps taken.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests look at it"))]
    pub(super) steps: u64,
    /// A pair was met along which the objective has no minimum but at a bound: the kernel is not
    /// positive semi-definite, and this solution one of several.
    pub(super) indefinite: bool,
    /// The value of what is minimized.
    #[cfg(test)]
    pub(super) objective: f64,
}
