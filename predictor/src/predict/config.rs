//! What a prediction run was asked to do.

use std::path::PathBuf;

use model_format::cell::MissingTokens;
use tabular_input::Dialect;

use crate::gate::{Gate, NotJudged};
use crate::number::NumberFormat;

/// Every option of `predictor predict`, checked.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Clone, Debug)]
pub struct Options {
    /// Input file; `None` or `-`: stdin.
    pub input: Option<PathBuf>,
    /// Output file; `None` or `-`: stdout.
    pub output: Option<PathBuf>,
    /// Write a probability per class.
    pub proba: bool,
    /// Input columns to carry through.
    pub ids: Vec<String>,
    /// Carry every input column through.
    pub keep_input: bool,
    /// What becomes of a bad row.
    pub on_bad_row: OnBadRow,
    /// Where bad rows are written.
    pub rejects: Option<PathBuf>,
    /// How many bad rows are tolerated.
    pub max_bad_rows: Option<MaxBadRows>,
    /// A text that training did not see makes the row bad.
    pub unseen_is_error: bool,
    /// `(name in the input, name in the model)`.
    pub rename: Vec<(String, String)>,
    /// Missing tokens instead of those of the model.
    pub missing: Option<MissingTokens>,
    /// Probability from which on the second of two labels is predicted.
    pub threshold: Option<f64>,
    /// Name of the prediction column.
    pub prediction_column: String,
    /// Significant digits of numbers; `None`: shortest exact form.
    pub precision: Option<usize>,
    /// Check everything, write nothing.
    pub dry_run: bool,
    /// The input has no header.
    pub no_header: bool,
    /// How the input is written; the output has its delimiter.
    pub dialect: Dialect,
    /// Threads that score.
    pub threads: usize,
    /// Where the summary goes as JSON.
    pub summary: Option<PathBuf>,
    /// What drift, rows, rejects, missing cells and shares of labels must be.
    pub gates: Vec<Gate>,
    /// What becomes of a gate that cannot be judged.
    pub not_judged: NotJudged,
    /// No progress, no summary on stderr.
    pub quiet: bool,
}

impl Default for Options {
    /// The options of a plain `predictor predict MODEL`, on one thread.
    fn default() -> Self {
        Self {
            input: None,
            output: None,
            proba: false,
            ids: Vec::new(),
            keep_input: false,
            on_bad_row: OnBadRow::Stop,
            rejects: None,
            max_bad_rows: None,
            unseen_is_error: false,
            rename: Vec::new(),
            missing: None,
            threshold: None,
            prediction_column: "prediction".into(),
            precision: None,
            dry_run: false,
            no_header: false,
            dialect: Dialect::default(),
            threads: 1,
            summary: None,
            gates: Vec::new(),
            not_judged: NotJudged::Fail,
            quiet: false,
        }
    }
}

impl Options {
    pub(crate) fn number_format(&self) -> NumberFormat {
        NumberFormat { precision: self.precision }
    }
}

/// What becomes of a row that cannot be scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBadRow {
    /// The run ends with an error and no output file.
    Stop,
    /// Its prediction is empty.
    Null,
    /// It is left out.
    Skip,
}

/// How many bad rows are tolerated before the run ends as with [`OnBadRow::Stop`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MaxBadRows {
    /// This many rows.
    Rows(u64),
    /// This share of all rows, in percent, judged at the end of the input.
    Percent(f64),
}
