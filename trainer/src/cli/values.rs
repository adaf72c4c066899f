//! Values of options.

use clap::ValueEnum;
use serde::Deserialize;

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
