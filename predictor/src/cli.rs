//! The command line: commands, options and their help text.

mod input_format;
mod labelled;
mod trust;
mod values;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use cli_common::error::{Error, Result};
use cli_common::lazy::Lazy;
use cli_common::lists::{List, flat, list};
use cli_common::overwrite;
use cli_common::paths::{Named, STDOUT, own_descriptor};
use cli_common::shell::{CompletionsArgs, ManArgs};
use cli_common::values::threads;
pub(crate) use input_format::InputFormat;
pub(crate) use labelled::LabelledArgs;
use predictor::predict::{MaxBadRows, OnBadRow, Options};
use predictor::{Gate, NotJudged, signature_beside};
pub(crate) use trust::{PairArgs, SignatureArgs};
use values::{max_bad_rows, missing_tokens, probability, rename};

/// Checks a model file and scores CSV files with it.
#[derive(Parser)]
#[command(
    name = "predictor",
    version,
    about,
    long_about = None,
    after_help = "Exit codes: 0 done, 1 I/O or internal failure, 2 wrong usage, 3 model refused, 4 input refused,\n\
                  5 a gate of --require was not met.\n\
                  Example: predictor predict churn.model new.csv --id customer_id -o scored.csv"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Score a CSV file: predictions go to stdout or a file, in input order.
    #[command(after_help = "Examples:\n  \
        predictor predict churn.model new.csv --proba --id customer_id -o scored.csv\n  \
        zcat new.csv.gz | predictor predict churn.model - --on-bad-row null --rejects bad.csv > scored.csv\n  \
        predictor predict churn.model new.csv --trust trainer.key.pub -o scored.csv\n  \
        predictor predict churn.model new.csv -o scored.csv --require 'drift<=0.25'")]
    Predict(Lazy<PredictArgs>),
    /// Evaluate a model on a CSV file with known targets: metrics, confusion matrix, gates.
    #[command(
        after_help = "Metrics: accuracy, balanced_accuracy, macro_f1, log_loss, roc_auc, and precision[LABEL],\n\
        recall[LABEL], f1[LABEL], support[LABEL]; for numbers rmse, mae, r2. As in scikit-learn, but roc_auc comes\n\
        from a histogram, since memory is bounded: probabilities within 1/4096 of each other (relative to the\n\
        distance from 0 or 1; 1/32 below 0.00001) may tie. It is left out for more than 100 labels.\n\
        Exit code 5 if a gate is not met; every gate is evaluated, and each that fails is reported.\n\n\
        Examples:\n  \
        predictor evaluate churn.model labelled.csv\n  \
        predictor evaluate churn.model labelled.csv --require 'accuracy>=0.9' --require 'recall[yes]>=0.8'"
    )]
    Evaluate(Lazy<EvaluateArgs>),
    /// Compare two models on the same rows: agreement, transitions, largest changes, gates.
    #[command(
        after_help = "Metrics: agreement, the share of rows with the same label (or the same value within 1e-12,\n\
        relative); max_change and mean_change of the probabilities or the value; and with the target in the\n\
        data old.METRIC and new.METRIC for those of `predictor evaluate`, such as new.recall[yes].\n\
        Exit code 5 if a gate is not met; every gate is evaluated, and each that fails is reported.\n\n\
        Examples:\n  \
        predictor diff champion.model challenger.model new.csv --require 'agreement>=0.95'\n  \
        predictor diff old.model new.model labelled.csv --require 'new.accuracy>=0.9' --json"
    )]
    Diff(Lazy<DiffArgs>),
    /// Show what is in a model: identity, schema, steps, algorithm, metrics, provenance, digest.
    #[command(after_help = "Example: predictor inspect churn.model --json")]
    Inspect(Lazy<ModelArgs>),
    /// Run every check there is on a model, one line each.
    #[command(after_help = "Examples:\n  \
        predictor verify churn.model && echo fit to ship\n  \
        predictor verify churn.model --trust trainer.key.pub")]
    Verify(Lazy<ModelArgs>),
    /// Print what a shell needs to complete commands and options.
    #[command(
        after_help = "Example: predictor completions bash > ~/.local/share/bash-completion/completions/predictor"
    )]
    Completions(Lazy<CompletionsArgs>),
    /// Print the manual page, or write one page per command into a folder.
    #[command(after_help = "Examples:\n  \
        predictor man | man -l -\n  \
        predictor man /usr/local/share/man/man1")]
    Man(Lazy<ManArgs>),
}

#[derive(Args)]
pub(crate) struct EvaluateArgs {
    /// Model file written by `trainer fit`.
    pub(crate) model: PathBuf,
    /// CSV file with the target, plain, .gz or .zst; `-` or nothing: stdin.
    #[arg(value_name = "LABELLED.csv")]
    pub(crate) input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) labelled: LabelledArgs,
    #[command(flatten)]
    pub(crate) signed: SignatureArgs,
}

#[derive(Args)]
pub(crate) struct DiffArgs {
    /// Model file that is in use.
    pub(crate) old: PathBuf,
    /// Model file that might take its place.
    pub(crate) new: PathBuf,
    /// CSV file, plain, .gz or .zst, with the target or without; `-` or nothing: stdin.
    #[arg(value_name = "DATA.csv")]
    pub(crate) input: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) labelled: LabelledArgs,
    #[command(flatten)]
    pub(crate) signed: PairArgs,
}

#[derive(Args)]
pub(crate) struct ModelArgs {
    /// Model file written by `trainer fit`.
    pub(crate) model: PathBuf,
    /// Write the report as JSON.
    #[arg(long, help_heading = "Report")]
    pub(crate) json: bool,
    /// Print nothing but errors and the report of `inspect`; `verify` then reports by its exit code alone.
    #[arg(short, long, help_heading = "Report")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) signed: SignatureArgs,
}

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct PredictArgs {
    /// Model file written by `trainer fit`.
    pub(crate) model: PathBuf,
    /// CSV file to score, plain, .gz or .zst; `-` or nothing: stdin.
    input: Option<PathBuf>,
    /// Where predictions go; `-`: stdout; packed if the name ends in .gz or .zst [default: -].
    #[arg(short, long, value_name = "OUT", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Add a column `probability_<label>` per class.
    #[arg(long, help_heading = "Output")]
    proba: bool,
    /// Carry these columns through unchanged, before the prediction; repeatable. A name with a comma stands in
    /// quotes: '"distance, km",id'.
    #[arg(long, value_name = "COL,..", value_parser = list, conflicts_with = "keep_input", help_heading = "Output")]
    id: Vec<List>,
    /// Carry every input column through unchanged.
    #[arg(long, help_heading = "Output")]
    keep_input: bool,
    /// What becomes of a row that cannot be scored: stop the run, leave its prediction empty, or
    /// leave the row out.
    #[arg(long, value_enum, default_value = "stop", value_name = "POLICY", help_heading = "Rows")]
    on_bad_row: Policy,
    /// With null or skip: write each bad row here, with its line and the reason; packed as --output.
    #[arg(long, value_name = "FILE", help_heading = "Rows")]
    rejects: Option<PathBuf>,
    /// With null or skip: stop if there are more bad rows than this number or share.
    #[arg(long, value_name = "N|P%", value_parser = max_bad_rows, help_heading = "Rows")]
    max_bad_rows: Option<MaxBadRows>,
    /// What to do with a category that training did not see: score it as none of the known ones
    /// (counted in the summary), or treat the row as bad.
    #[arg(
        long,
        value_enum,
        default_value = "ignore",
        value_name = "POLICY",
        help_heading = "Rows"
    )]
    unseen: Unseen,
    /// The input calls the model's column `MODEL_COL` otherwise; repeatable.
    #[arg(long, value_name = "NEW=MODEL_COL", value_parser = rename, help_heading = "Input")]
    rename: Vec<(String, String)>,
    /// Cells that mean "missing", instead of those stored in the model; repeatable.
    #[arg(long, value_name = "\"NA,?,..\"", value_parser = list, allow_hyphen_values = true, help_heading = "Input")]
    missing: Option<Vec<List>>,
    /// Two classes: predict the second label from this probability on [default: the model's rule].
    #[arg(long, value_name = "P", value_parser = probability, help_heading = "Output")]
    threshold: Option<f64>,
    /// Name of the prediction column.
    #[arg(long, value_name = "NAME", default_value = "prediction", help_heading = "Output")]
    prediction_column: String,
    /// Significant digits of numbers, rounded from the decimal value; what rounds past the largest
    /// number is written as 2e+308 [default: the shortest form that reads back exactly].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=17), help_heading = "Output")]
    precision: Option<u8>,
    /// Read and check everything, write nothing but the summary.
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
    /// The input has no header; its columns are the model's, in schema order.
    #[arg(long, help_heading = "Input")]
    no_header: bool,
    #[command(flatten)]
    input_format: InputFormat,
    /// Threads that score [default: all cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024), help_heading = "Run")]
    threads: Option<u16>,
    /// Write the summary to this file as JSON; `-`: stdout, if nothing else goes there.
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    summary: Option<PathBuf>,
    /// Exit with code 5 unless this is so, as in 'drift<=0.25'; repeatable. The predictions are
    /// written all the same. Names: drift, rows, rejected (a number, or a share as in
    /// 'rejected<=1%'), missing[COLUMN] and share[LABEL], both shares. Drift of a column is a warning
    /// above 0.1, or above what chance can reach where there are few rows.
    #[arg(long, value_name = "NAME<=X", help_heading = "Gates")]
    require: Vec<Gate>,
    /// What a gate comes to that cannot be judged, such as drift on fewer than 30 rows: not met, or
    /// passed over.
    #[arg(long, value_enum, default_value = "fail", value_name = "POLICY", help_heading = "Gates")]
    not_judged: Unjudged,
    /// Print the summary as JSON to stdout; the predictions then need --output.
    #[arg(long, help_heading = "Report")]
    pub(crate) json: bool,
    /// Print nothing but errors and what --json asks for.
    #[arg(short, long, help_heading = "Report")]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) signed: SignatureArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Policy {
    Stop,
    Null,
    Skip,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unseen {
    Ignore,
    Error,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unjudged {
    Fail,
    Pass,
}

impl PredictArgs {
    /// The options of the run, or a contradiction between flags.
    pub(crate) fn options(&self) -> Result<Options> {
        let on_bad_row = match self.on_bad_row {
            Policy::Stop => OnBadRow::Stop,
            Policy::Null => OnBadRow::Null,
            Policy::Skip => OnBadRow::Skip,
        };
        if on_bad_row == OnBadRow::Stop {
            for (given, flag) in [
                (self.rejects.is_some(), "--rejects"),
                (self.max_bad_rows.is_some(), "--max-bad-rows"),
            ] {
                if given {
                    return Err(Error::usage(format!("{flag} needs --on-bad-row null or skip")));
                }
            }
        }
        self.check_outputs()?;
        Ok(Options {
            input: self.input.clone(),
            output: self.output.clone(),
            proba: self.proba,
            ids: flat(&self.id),
            keep_input: self.keep_input,
            on_bad_row,
            rejects: self.rejects.clone(),
            max_bad_rows: self.max_bad_rows,
            unseen_is_error: matches!(self.unseen, Unseen::Error),
            rename: self.rename.clone(),
            missing: self.missing.as_deref().map(missing_tokens),
            threshold: self.threshold,
            prediction_column: self.prediction_column.clone(),
            precision: self.precision.map(usize::from),
            dry_run: self.dry_run,
            no_header: self.no_header,
            dialect: self.input_format.dialect(),
            threads: threads(self.threads.map(usize::from)),
            summary: self.summary.clone(),
            gates: self.require.clone(),
            not_judged: match self.not_judged {
                Unjudged::Fail => NotJudged::Fail,
                Unjudged::Pass => NotJudged::Pass,
            },
            quiet: self.quiet,
        })
    }

    /// Refuses outputs that would take the place of each other, of what is read, or of a key.
    fn check_outputs(&self) -> Result<()> {
        let stdout = Path::new("-");
        let to_stdout = |path: Option<&Path>| path.and_then(own_descriptor) == Some(STDOUT);
        let predictions = self.output.as_deref().unwrap_or(stdout);
        let writes = !self.dry_run;
        if self.json && writes && to_stdout(Some(predictions)) {
            return Err(Error::usage(
                "--json: the predictions go to stdout, and so would the summary",
            )
            .with_hint(
                "write the predictions to a file with --output, or the summary with --summary FILE",
            ));
        }
        let mut outputs: Vec<Named> = Vec::new();
        if writes {
            let name = if self.output.is_some() { "--output" } else { "the predictions" };
            outputs.push((name, predictions));
            outputs.extend(self.rejects.iter().map(|path| ("--rejects", path.as_path())));
        }
        outputs.extend(self.summary.iter().map(|path| ("--summary", path.as_path())));
        if self.json {
            outputs.push(("--json", stdout));
        }
        let signature = self.signed.signature(&self.model);
        // Also where nobody asks for it in this run.
        let beside = Some(signature_beside(&self.model)).filter(|path| path.exists());
        let mut inputs: Vec<Named> = vec![("the model", &self.model)];
        inputs.push(("the input", self.input.as_deref().unwrap_or(Path::new("-"))));
        inputs.extend(signature.iter().map(|path| ("the signature", path.as_path())));
        inputs.extend(beside.iter().map(|path| ("the signature of the model", path.as_path())));
        inputs.extend(self.signed.trusted().map(|path| ("the trusted keys", path)));
        overwrite::check(&outputs, &inputs)
    }
}
