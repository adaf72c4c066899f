//! Arguments of `fit`.

use std::path::PathBuf;

use clap::Args;

use super::sign::SigningArgs;
use super::values::{ImputeArg, ScalerArg, TaskArg, pair};

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

/// What stands under the options.
pub(super) fn help() -> String {
    format!(
        "{}\nExamples:\n  \
         trainer fit churn.csv --target churned -o churn.model\n  \
         trainer fit wine.csv --target quality --delimiter ';' --task regression \
         --param n_trees=300 -o wine.model\n  \
         trainer fit churn.csv --target churned -o churn.model --sign team.key\n",
        crate::algorithms::params::help()
    )
}
