//! The command line: what can be asked, and its help text.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use crate::compare::CompareArgs;
use crate::data::encode::{ImputeKind, ScalerKind};
use crate::data::target::TaskKind;

/// Fits a model on a CSV file and writes it as one file that `predictor` can score with.
#[derive(Parser)]
#[command(
    name = "trainer",
    version,
    about,
    long_about = None,
    after_help = "Exit codes: 0 done, 1 I/O or internal failure, 2 wrong usage, 3 model refused, 4 input refused.\n\
                  Example: trainer sample churn -o churn.csv && \
                  trainer fit churn.csv --target churned -o churn.model",
    max_term_width = 100
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write an embedded data set as CSV; without a name, list them.
    #[command(after_help = "Example: trainer sample iris -o iris.csv")]
    Sample(SampleArgs),
    /// Fit a model on a CSV file.
    #[command(after_help = fit_help())]
    Fit(Box<FitArgs>),
    /// Cross-validate several algorithms on the same folds and rank them.
    #[command(after_help = compare_help())]
    Compare(Box<CompareArgs>),
    /// Make a key pair to sign models with: KEY, which is secret, and KEY.pub.
    #[command(after_help = "minisign can use these keys, and its own keys serve here.\n\
        Examples:\n  \
        trainer keygen -o team.key\n  \
        trainer keygen -o ci.key --password-file password.txt")]
    Keygen(KeygenArgs),
    /// Check a model and sign it: writes MODEL.minisig, which `predictor --trust` asks for.
    #[command(
        after_help = "The signature covers every byte of the file, and a comment with the model's id, version and name.\n\
        minisign verifies it too: minisign -Vm churn.model -p team.key.pub\n\
        Examples:\n  \
        trainer sign churn.model --key team.key\n  \
        printenv KEY_PASSWORD | trainer sign churn.model --key ci.key --password-file -"
    )]
    Sign(SignArgs),
    /// List the algorithms and what each takes; with a name, its hyper-parameters.
    #[command(after_help = "Example: trainer algorithms random-forest")]
    Algorithms(AlgorithmsArgs),
}

fn compare_help() -> &'static str {
    "Metrics: accuracy, balanced_accuracy, macro_f1, log_loss, roc_auc for labels; rmse, mae, r2 for numbers.\n\
     Example: trainer compare churn.csv --target churned --metric roc_auc -o best.model"
}

fn fit_help() -> String {
    format!(
        "{}\nExamples:\n  \
         trainer fit churn.csv --target churned -o churn.model\n  \
         trainer fit wine.csv --target quality --delimiter ';' --task regression \
         --param n_trees=300 -o wine.model\n  \
         trainer fit churn.csv --target churned -o churn.model --sign team.key\n",
        crate::fit::params::help()
    )
}

/// Arguments of `sample`.
#[derive(Args)]
pub(crate) struct SampleArgs {
    /// Name of the data set.
    pub(crate) name: Option<String>,
    /// Where the CSV goes; `-`: stdout [default: -].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// List the data sets as JSON.
    #[arg(long, conflicts_with = "name")]
    pub(crate) json: bool,
}

/// Arguments of `algorithms`.
#[derive(Args)]
pub(crate) struct AlgorithmsArgs {
    /// Name of the algorithm.
    pub(crate) name: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `keygen`.
#[derive(Args)]
pub(crate) struct KeygenArgs {
    /// Where the secret key goes; the public one goes to KEY.pub.
    #[arg(short, long, value_name = "KEY", default_value = "trainer.key")]
    pub(crate) output: PathBuf,
    /// File whose first line is the password; `-`: stdin [default: ask at the terminal, twice].
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Make a key that anyone can use who can read it.
    #[arg(long, conflicts_with = "password_file")]
    pub(crate) no_password: bool,
    /// Write the public key, its id and the names of the files to stdout as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Arguments of `sign`.
#[derive(Args)]
pub(crate) struct SignArgs {
    /// Model file written by `trainer fit`.
    pub(crate) model: PathBuf,
    /// Secret key.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: PathBuf,
    /// File whose first line is the password of the key; `-`: stdin [default: ask at the terminal].
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Text that the signature vouches for, besides the model's id, version and name.
    #[arg(long, value_name = "TEXT", value_parser = crate::sign::comment)]
    pub(crate) comment: Option<String>,
    /// Where the signature goes [default: MODEL.minisig].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write what was signed to stdout as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How `fit` and `compare` sign what they write.
#[derive(Args, Clone, Default)]
pub(crate) struct SigningArgs {
    /// Sign the model with this secret key; the signature goes to MODEL.minisig beside it.
    #[arg(long, value_name = "KEY")]
    pub(crate) sign: Option<PathBuf>,
    /// File whose first line is the password of the key; `-`: stdin [default: ask at the terminal].
    #[arg(long, value_name = "FILE", requires = "sign")]
    pub(crate) password_file: Option<PathBuf>,
}

/// Arguments of `fit`; every one but the paths can also stand in the `--config` file.
#[derive(Args)]
pub(crate) struct FitArgs {
    /// CSV file with a header; `-`: stdin.
    #[arg(value_name = "TRAIN.csv")]
    pub(crate) train: PathBuf,
    /// Column to predict.
    #[arg(long, value_name = "COL")]
    pub(crate) target: Option<String>,
    /// Where the model goes; `-`: stdout.
    #[arg(short, long, value_name = "OUT.model")]
    pub(crate) output: PathBuf,
    /// Algorithm, see below [default: random-forest].
    #[arg(long, value_name = "A")]
    pub(crate) algorithm: Option<String>,
    /// Hyper-parameter of the algorithm, see below; repeatable.
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub(crate) param: Vec<(String, String)>,
    /// What to predict [default: labels for text or at most 20 distinct integers, else numbers].
    #[arg(long, value_enum)]
    pub(crate) task: Option<TaskArg>,
    /// How numeric columns are scaled [default: standard; none for multinomial-nb].
    #[arg(long, value_enum)]
    pub(crate) scaler: Option<ScalerArg>,
    /// What missing numbers become; a missing category is a level of its own [default: median].
    #[arg(long, value_enum)]
    pub(crate) impute: Option<ImputeArg>,
    /// Components instead of features, `pca:K` or `svd:K`: K weighted sums of the scaled and one-hot
    /// encoded columns [default: none].
    #[arg(long, value_name = "METHOD:K")]
    pub(crate) reduce: Option<String>,
    /// Columns to read as numbers, whatever they look like.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) numeric: Vec<String>,
    /// Columns to read as categories, whatever they look like.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) categorical: Vec<String>,
    /// Columns to leave out.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Share of the rows held out for the metrics, 0 for none [default: 0.2].
    #[arg(long, value_name = "F", conflicts_with = "test_data")]
    pub(crate) test_fraction: Option<f64>,
    /// CSV file with the rows that the metrics come from, instead of holding rows out.
    #[arg(long, value_name = "FILE")]
    pub(crate) test_data: Option<PathBuf>,
    /// Seed of every random choice [default: 42].
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Threads; the model does not depend on their number [default: all cores].
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Name of the model [default: the file name of OUT.model].
    #[arg(long, value_name = "S")]
    pub(crate) name: Option<String>,
    /// Version of the model [default: 0.1.0].
    #[arg(long, value_name = "X.Y.Z")]
    pub(crate) model_version: Option<String>,
    /// Cell delimiter; `\t` or `tab` for a tab [default: ,].
    #[arg(long, value_name = "C")]
    pub(crate) delimiter: Option<String>,
    /// Cells that mean "missing" [default: ",NA,N/A,NaN,null,?"].
    #[arg(long, value_name = "\"NA,?,..\"", allow_hyphen_values = true)]
    pub(crate) missing: Option<String>,
    /// Leave the ranges, quantiles and level frequencies of the training data out of the model; the
    /// predictor then cannot tell when a batch is unlike them.
    #[arg(long)]
    pub(crate) no_statistics: bool,
    /// TOML file with the same options as keys; flags win.
    #[arg(long, value_name = "FILE.toml")]
    pub(crate) config: Option<PathBuf>,
    /// Write the summary to stdout as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Whether the model is signed.
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

/// `--task`.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TaskArg {
    /// Predict a label.
    Classification,
    /// Predict a number.
    Regression,
}

impl From<TaskArg> for TaskKind {
    fn from(arg: TaskArg) -> Self {
        match arg {
            TaskArg::Classification => Self::Classification,
            TaskArg::Regression => Self::Regression,
        }
    }
}

/// `--scaler`.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ScalerArg {
    /// To mean 0 and standard deviation 1.
    Standard,
    /// To the range 0 to 1.
    Minmax,
    /// Not at all.
    None,
}

impl From<ScalerArg> for ScalerKind {
    fn from(arg: ScalerArg) -> Self {
        match arg {
            ScalerArg::Standard => Self::Standard,
            ScalerArg::Minmax => Self::MinMax,
            ScalerArg::None => Self::None,
        }
    }
}

/// `--impute`.
#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ImputeArg {
    /// The median of the column.
    Median,
    /// The mean of the column.
    Mean,
    /// A missing number is an error, in training and at prediction.
    Error,
}

impl From<ImputeArg> for ImputeKind {
    fn from(arg: ImputeArg) -> Self {
        match arg {
            ImputeArg::Median => Self::Median,
            ImputeArg::Mean => Self::Mean,
            ImputeArg::Error => Self::Error,
        }
    }
}

/// `K=V` of `--param`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.trim().into(), value.trim().into())),
        _ => Err("expected K=V, such as n_trees=300".into()),
    }
}
