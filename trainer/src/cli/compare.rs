//! Arguments of `compare`.

use std::path::PathBuf;

use clap::Args;

use super::sign::SigningArgs;
use super::values::{ImputeArg, ScalerArg, TaskArg, pair};

/// Arguments of `compare`.
#[derive(Args)]
pub(crate) struct CompareArgs {
    /// CSV file with a header; `-`: stdin.
    #[arg(value_name = "TRAIN.csv")]
    pub(crate) train: PathBuf,
    /// Column to predict.
    #[arg(long, value_name = "COL")]
    pub(crate) target: String,
    /// Algorithms to compare [default: those that fit the task and the size].
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub(crate) algorithms: Vec<String>,
    /// Parts the rows are dealt to; each is held out once [default: 5].
    #[arg(long, value_name = "K")]
    pub(crate) folds: Option<usize>,
    /// Metric that ranks [default: accuracy for labels, rmse for numbers].
    #[arg(long, value_name = "M")]
    pub(crate) metric: Option<String>,
    /// Where the winner goes, fitted on all rows.
    #[arg(short, long, value_name = "BEST.model")]
    pub(crate) output: Option<PathBuf>,
    /// Hyper-parameter of one algorithm; repeatable.
    #[arg(long, value_name = "A.K=V", value_parser = pair)]
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
    /// Components instead of features, `pca:K` or `svd:K`, found anew in each fold [default: none].
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
    /// Seed of every random choice [default: 42].
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Threads; nothing but the times depends on their number [default: all cores].
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<usize>,
    /// Name of the model [default: the file name of BEST.model].
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
    /// Leave the ranges, quantiles and level frequencies of the training data out of the model.
    #[arg(long)]
    pub(crate) no_statistics: bool,
    /// Write the leaderboard as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but the leaderboard and errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Whether the winner is signed.
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

/// What stands under the options.
pub(super) fn help() -> &'static str {
    "Metrics: accuracy, balanced_accuracy, macro_f1, log_loss, roc_auc for labels; rmse, mae, r2 for numbers.\n\
     Example: trainer compare churn.csv --target churned --metric roc_auc -o best.model"
}
