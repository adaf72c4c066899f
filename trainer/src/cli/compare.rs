//! Arguments of `compare`.

use std::path::PathBuf;

use clap::Args;
use cli_common::lists::{List, list};
use serde::Deserialize;

use super::data::DataArgs;
use super::sign::SigningArgs;
use super::values::{lists, pair, params};

/// Arguments of `compare`.
#[derive(Args)]
#[command(mut_arg("output", |arg| {
    arg.value_name("BEST.model").help("Where the winner goes, fitted on all rows")
}))]
pub(crate) struct CompareArgs {
    /// CSV file with a header; `-`: stdin.
    #[arg(value_name = "TRAIN.csv")]
    pub(crate) train: PathBuf,
    /// What can also stand in the `--config` file.
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Likewise, of `compare` alone.
    #[command(flatten)]
    pub(crate) own: CompareOptions,
    /// TOML file with the same options as keys; flags win.
    #[arg(long, value_name = "FILE.toml", help_heading = "Input")]
    pub(crate) config: Option<PathBuf>,
    /// Write the leaderboard as JSON.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Print nothing but the leaderboard and errors.
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Whether the winner is signed.
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

/// What to compare, and by what.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct CompareOptions {
    /// Algorithms to compare; repeatable [default: those that serve the task and the table].
    #[arg(long, value_name = "A,B", value_parser = list, help_heading = "Model")]
    #[serde(deserialize_with = "lists")]
    pub(crate) algorithms: Option<Vec<List>>,
    /// Hyper-parameter of one algorithm; repeatable.
    #[arg(long, value_name = "A.K=V", value_parser = pair, help_heading = "Model")]
    #[serde(deserialize_with = "params")]
    pub(crate) param: Vec<(String, String)>,
    /// Parts the rows are dealt to; each is held out once [default: 5].
    #[arg(long, value_name = "K", help_heading = "Evaluation")]
    pub(crate) folds: Option<usize>,
    /// Metric that ranks [default: accuracy for labels, rmse for numbers].
    #[arg(long, value_name = "M", help_heading = "Evaluation")]
    pub(crate) metric: Option<String>,
    /// Time to spend on the folds, such as 90s, 2m or 1h: the quickest algorithms go first, and what is not likely
    /// to end in time is left out. The fit of the winner on all rows comes on top [default: no limit, but algorithms
    /// of which one fold is likely to take over half a minute are left out unless they are named].
    #[arg(long, value_name = "TIME", help_heading = "Evaluation")]
    pub(crate) budget: Option<String>,
}

impl CompareOptions {
    /// Names of the options that are there.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let Self { algorithms, folds, metric, budget, param: _ } = self;
        [
            ("algorithms", algorithms.is_some()),
            ("folds", folds.is_some()),
            ("metric", metric.is_some()),
            ("budget", budget.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect()
    }
}

/// What stands under the options.
pub(super) fn help() -> &'static str {
    "Metrics: accuracy, balanced_accuracy, macro_f1, log_loss, roc_auc for labels; rmse, mae, r2 for numbers.\n\
     Example: trainer compare churn.csv --target churned --metric roc_auc -o best.model"
}
