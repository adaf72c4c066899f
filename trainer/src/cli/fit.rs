//! Arguments of `fit`.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use super::data::DataArgs;
use super::sign::SigningArgs;
use super::values::{pair, params};

/// Arguments of `fit`.
#[derive(Args)]
pub(crate) struct FitArgs {
    /// CSV file with a header; `-`: stdin.
    #[arg(value_name = "TRAIN.csv")]
    pub(crate) train: PathBuf,
    /// What can also stand in the `--config` file.
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Likewise, of `fit` alone.
    #[command(flatten)]
    pub(crate) own: FitOptions,
    /// TOML file with the same options as keys; flags win.
    #[arg(long, value_name = "FILE.toml", help_heading = "Input")]
    pub(crate) config: Option<PathBuf>,
    /// Write the summary to stdout as JSON.
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// Whether the model is signed.
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
}

/// What to fit, and what the metrics come from.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct FitOptions {
    /// Algorithm, see below [default: random-forest].
    #[arg(long, value_name = "A", help_heading = "Model")]
    pub(crate) algorithm: Option<String>,
    /// Hyper-parameter of the algorithm, see below; repeatable.
    #[arg(long, value_name = "K=V", value_parser = pair, help_heading = "Model")]
    #[serde(deserialize_with = "params")]
    pub(crate) param: Vec<(String, String)>,
    /// Share of the rows held out for the metrics, 0 for none [default: 0.2].
    #[arg(long, value_name = "F", conflicts_with = "test_data", help_heading = "Evaluation")]
    pub(crate) test_fraction: Option<f64>,
    /// CSV file with the rows that the metrics come from, instead of holding rows out.
    #[arg(long, value_name = "FILE", help_heading = "Evaluation")]
    pub(crate) test_data: Option<PathBuf>,
}

impl FitOptions {
    /// Names of the options that are there.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let Self { algorithm, test_fraction, test_data, param: _ } = self;
        [
            ("algorithm", algorithm.is_some()),
            ("test-fraction", test_fraction.is_some()),
            ("test-data", test_data.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, given)| given.then_some(name))
        .collect()
    }
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
