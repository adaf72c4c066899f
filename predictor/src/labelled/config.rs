//! What `predictor evaluate` and `predictor diff` were asked to do.

use std::path::PathBuf;

use model_format::cell::MissingTokens;

use tabular_input::Dialect;

use crate::gate::Gate;

/// The options of both, checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// Input file; `None` or `-`: stdin.
    pub input: Option<PathBuf>,
    /// The target column, if it is not called as in the model.
    pub target: Option<String>,
    /// Leave bad rows out instead of stopping at the first.
    pub skip_bad_rows: bool,
    /// A text that training did not see makes the row bad.
    pub unseen_is_error: bool,
    /// Probability from which on the second of two labels is predicted.
    pub threshold: Option<f64>,
    /// `(name in the input, name in the model)`.
    pub rename: Vec<(String, String)>,
    /// Missing tokens instead of those of the model.
    pub missing: Option<MissingTokens>,
    /// How the input is written.
    pub dialect: Dialect,
    /// Threads that score.
    pub threads: usize,
    /// What the scores must be.
    pub gates: Vec<Gate>,
    /// No progress on stderr.
    pub quiet: bool,
}

impl Default for Options {
    /// The options of a plain `predictor evaluate MODEL`, on one thread.
    fn default() -> Self {
        Self {
            input: None,
            target: None,
            skip_bad_rows: false,
            unseen_is_error: false,
            threshold: None,
            rename: Vec::new(),
            missing: None,
            dialect: Dialect::default(),
            threads: 1,
            gates: Vec::new(),
            quiet: false,
        }
    }
}
