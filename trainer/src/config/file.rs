//! The `--config` file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::values::{ImputeArg, ScalerArg, TaskArg};
use crate::error::{Error, Result};

/// The options as they stand in a TOML file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct File {
    pub(super) target: Option<String>,
    pub(super) algorithm: Option<String>,
    pub(super) param: BTreeMap<String, ParamValue>,
    pub(super) task: Option<TaskArg>,
    pub(super) scaler: Option<ScalerArg>,
    pub(super) impute: Option<ImputeArg>,
    pub(super) reduce: Option<String>,
    pub(super) numeric: Vec<String>,
    pub(super) categorical: Vec<String>,
    pub(super) ignore: Vec<String>,
    pub(super) test_fraction: Option<f64>,
    pub(super) test_data: Option<PathBuf>,
    pub(super) seed: Option<u64>,
    pub(super) threads: Option<usize>,
    pub(super) name: Option<String>,
    pub(super) model_version: Option<String>,
    pub(super) delimiter: Option<String>,
    pub(super) missing: Option<Vec<String>>,
    pub(super) no_statistics: bool,
}

/// Reads a config file.
///
/// # Errors
///
/// An I/O error if it cannot be read, a usage error that names the line if it is not understood.
pub(super) fn read(path: &Path) -> Result<File> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::io(format!("cannot read `{shown}`"), &e))?;
    toml::from_str(&text).map_err(|e: toml::de::Error| {
        let before = e.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        // What toml says in several lines is one fact.
        let what = e.message().lines().collect::<Vec<_>>().join(", ");
        Error::usage(format!("`{shown}` line {line}: {what}"))
    })
}

/// A hyper-parameter as it stands in a TOML file.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a number or a text")]
pub(super) enum ParamValue {
    Whole(i64),
    Real(f64),
    Word(String),
}

impl ParamValue {
    /// The value as it would stand on the command line.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Whole(n) => n.to_string(),
            Self::Real(v) => format!("{v:?}"),
            Self::Word(word) => word.clone(),
        }
    }
}
