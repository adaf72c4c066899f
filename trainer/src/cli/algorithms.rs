//! Arguments of `algorithms`.

use clap::Args;

/// Arguments of `algorithms`.
#[derive(Args)]
pub(crate) struct AlgorithmsArgs {
    /// Name of the algorithm.
    pub(crate) name: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
