//! The arguments that `evaluate` and `diff` share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cli_common::lists::{List, list};
use cli_common::values::threads;
use predictor::Gate;
use predictor::evaluate::Options;

use super::values::{missing_tokens, probability, rename};
use super::{InputFormat, Unseen};

/// How the rows are read and what is demanded.
#[derive(Args)]
pub(crate) struct LabelledArgs {
    /// The target column [default: the name of the target in the model].
    #[arg(long, value_name = "COL", help_heading = "Input")]
    target: Option<String>,
    /// Exit with code 5 unless this metric is so, as in 'accuracy>=0.9'; also <=, > and <;
    /// repeatable.
    #[arg(long, value_name = "METRIC>=X", help_heading = "Gates")]
    require: Vec<Gate>,
    /// What becomes of a row that cannot be scored or judged: stop the run, or leave the row out
    /// and count it.
    #[arg(long, value_enum, default_value = "stop", value_name = "POLICY", help_heading = "Rows")]
    on_bad_row: Policy,
    /// What to do with a category that training did not see: score it as none of the known ones, or
    /// treat the row as bad.
    #[arg(
        long,
        value_enum,
        default_value = "ignore",
        value_name = "POLICY",
        help_heading = "Rows"
    )]
    unseen: Unseen,
    /// Two classes: predict the second label from this probability on [default: the model's rule].
    #[arg(long, value_name = "P", value_parser = probability, help_heading = "Prediction")]
    threshold: Option<f64>,
    /// The input calls the model's column `MODEL_COL` otherwise; repeatable.
    #[arg(long, value_name = "NEW=MODEL_COL", value_parser = rename, help_heading = "Input")]
    rename: Vec<(String, String)>,
    /// Cells that mean "missing", instead of those stored in the model; repeatable.
    #[arg(long, value_name = "\"NA,?,..\"", value_parser = list, allow_hyphen_values = true, help_heading = "Input")]
    missing: Option<Vec<List>>,
    #[command(flatten)]
    input_format: InputFormat,
    /// Threads that score [default: all cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Run")]
    threads: Option<u16>,
    /// Write the report as JSON.
    #[arg(long, help_heading = "Report")]
    pub(crate) json: bool,
    /// Print nothing but errors and the report.
    #[arg(short, long, help_heading = "Report")]
    pub(crate) quiet: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Policy {
    Stop,
    Skip,
}

impl LabelledArgs {
    /// Whether the exit code tells of anything but failure.
    pub(crate) fn has_gates(&self) -> bool {
        !self.require.is_empty()
    }

    /// The options of the run.
    pub(crate) fn options(&self, input: Option<&PathBuf>) -> Options {
        Options {
            input: input.cloned(),
            target: self.target.clone(),
            skip_bad_rows: matches!(self.on_bad_row, Policy::Skip),
            unseen_is_error: matches!(self.unseen, Unseen::Error),
            threshold: self.threshold,
            rename: self.rename.clone(),
            missing: self.missing.as_deref().map(missing_tokens),
            dialect: self.input_format.dialect(),
            threads: threads(self.threads.map(usize::from)),
            gates: self.require.clone(),
            quiet: self.quiet,
        }
    }
}
