//! Values of options.

use std::collections::BTreeMap;

use clap::ValueEnum;
use cli_common::lists::List;
use serde::{Deserialize, Deserializer};

use crate::features::encode::{ImputeKind, ScalerKind};
use crate::table::target::TaskKind;

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

/// Lists as they stand in a TOML file: an array, each of whose elements is a name as it is.
pub(super) fn lists<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<List>>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    Ok(Some(names.into_iter().map(|name| List(vec![name])).collect()))
}

/// A hyper-parameter as it stands in a TOML file.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a number, a text, or a table of them")]
enum ParamValue {
    Whole(i64),
    Real(f64),
    Word(String),
    Table(BTreeMap<String, ParamValue>),
}

impl ParamValue {
    /// Adds the value as it would stand on the command line; a table adds `KEY.ITS_KEY` each.
    fn put(self, key: String, into: &mut Vec<(String, String)>) {
        match self {
            Self::Whole(n) => into.push((key, n.to_string())),
            Self::Real(v) => into.push((key, format!("{v:?}"))),
            Self::Word(word) => into.push((key, word)),
            Self::Table(table) => {
                for (inner, value) in table {
                    value.put(format!("{key}.{inner}"), into);
                }
            }
        }
    }
}

/// The table `param` of a TOML file.
pub(super) fn params<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, String)>, D::Error> {
    let table = BTreeMap::<String, ParamValue>::deserialize(deserializer)?;
    let mut params = Vec::new();
    for (key, value) in table {
        value.put(key, &mut params);
    }
    Ok(params)
}
