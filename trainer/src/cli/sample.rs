//! Arguments of `sample`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `sample`.
#[derive(Args)]
pub(crate) struct SampleArgs {
    /// Name of the data set.
    pub(crate) name: Option<String>,
    /// Where the CSV goes; `-`: stdout; packed if the name ends in .gz or .zst [default: -].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// List the data sets as JSON.
    #[arg(long, conflicts_with = "name")]
    pub(crate) json: bool,
}
