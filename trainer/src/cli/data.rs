//! The options that `fit`, `compare` and the `--config` file share.

use std::path::PathBuf;

use clap::Args;
use cli_common::lists::{List, list};
use serde::Deserialize;

use super::values::{ImputeArg, ScalerArg, TaskArg, lists};

/// How the table is read and which columns serve, what is done to them, and what the model is called.
/// Every option is a flag and, under the same name, a key of the `--config` file.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct DataArgs {
    /// Column to predict.
    #[arg(long, value_name = "COL", help_heading = "Columns")]
    pub(crate) target: Option<String>,
    /// Columns to read as numbers, whatever they look like; repeatable.
    #[arg(long, value_name = "A,B", value_parser = list, help_heading = "Columns")]
    #[serde(deserialize_with = "lists")]
    pub(crate) numeric: Option<Vec<List>>,
    /// Columns to read as categories, whatever they look like; repeatable.
    #[arg(long, value_name = "A,B", value_parser = list, help_heading = "Columns")]
    #[serde(deserialize_with = "lists")]
    pub(crate) categorical: Option<Vec<List>>,
    /// Columns to leave out; repeatable. A name with a comma stands in quotes: '"distance, km",id'.
    #[arg(long, value_name = "A,B", value_parser = list, help_heading = "Columns")]
    #[serde(deserialize_with = "lists")]
    pub(crate) ignore: Option<Vec<List>>,
    /// Use this many of the rows, drawn at random with the share of each label kept; the file is still read
    /// whole [default: all rows].
    #[arg(long, value_name = "N", help_heading = "Input")]
    pub(crate) sample: Option<usize>,
    /// Cell delimiter; `\t` or `tab` for a tab [default: that of a first line `sep=;`, else `,`].
    #[arg(long, value_name = "C", help_heading = "Input")]
    pub(crate) delimiter: Option<String>,
    /// Leave out the first N lines; the header comes after them [default: 0].
    #[arg(long, value_name = "N", help_heading = "Input")]
    pub(crate) skip_rows: Option<u64>,
    /// Leave out lines that begin with this mark, such as '#'.
    #[arg(long, value_name = "C", help_heading = "Input")]
    pub(crate) comment: Option<String>,
    /// Encoding of the file: utf-8, utf-16, latin1 or windows-1252 [default: utf-8, or utf-16 by its
    /// byte-order mark].
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) encoding: Option<String>,
    /// Decimal mark of numbers, `.` or `,`; kept in the model, whose inputs must be written alike [default: .].
    #[arg(long, value_name = "C", help_heading = "Input")]
    pub(crate) decimal: Option<String>,
    /// Mark between thousands, one of `,` `.` `'` `_` or `space`; kept in the model [default: none].
    #[arg(long, value_name = "C", help_heading = "Input")]
    pub(crate) thousands: Option<String>,
    /// Marks that may stand beside a number and do not change it, such as `$` and `%`, and `()` for negative
    /// numbers in parentheses; repeatable; kept in the model [default: none].
    #[arg(long, value_name = "A,B", value_parser = list, help_heading = "Input")]
    #[serde(deserialize_with = "lists")]
    pub(crate) units: Option<Vec<List>>,
    /// Cells that mean "missing"; repeatable [default: ",NA,N/A,NaN,null,?"].
    #[arg(
        long,
        value_name = "\"NA,?,..\"",
        value_parser = list,
        allow_hyphen_values = true,
        help_heading = "Input"
    )]
    #[serde(deserialize_with = "lists")]
    pub(crate) missing: Option<Vec<List>>,
    /// What to predict [default: labels for text or at most 20 distinct integers, else numbers].
    #[arg(long, value_enum, help_heading = "Model")]
    pub(crate) task: Option<TaskArg>,
    /// How numeric columns are scaled [default: standard; none for multinomial-nb].
    #[arg(long, value_enum, help_heading = "Model")]
    pub(crate) scaler: Option<ScalerArg>,
    /// What missing numbers become; a missing category is a category of its own [default: median].
    #[arg(long, value_enum, help_heading = "Model")]
    pub(crate) impute: Option<ImputeArg>,
    /// Components instead of features, `pca:K` or `svd:K`: K weighted sums of the scaled and one-hot
    /// encoded columns, found on the fitted rows alone [default: none].
    #[arg(long, value_name = "METHOD:K", help_heading = "Model")]
    pub(crate) reduce: Option<String>,
    /// Seed of every random choice [default: 42].
    #[arg(long, value_name = "N", help_heading = "Model")]
    pub(crate) seed: Option<u64>,
    /// Where the model goes; `-`: stdout.
    #[arg(short, long, value_name = "OUT.model", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Name of the model [default: the file name of the model].
    #[arg(long, value_name = "S", help_heading = "Output")]
    pub(crate) name: Option<String>,
    /// Version of the model [default: 0.1.0].
    #[arg(long, value_name = "X.Y.Z", help_heading = "Output")]
    pub(crate) model_version: Option<String>,
    /// Leave the ranges, quantiles and category counts of the training data out of the model; the
    /// predictor then cannot tell when a batch is unlike them.
    #[arg(long, help_heading = "Output")]
    pub(crate) no_statistics: bool,
    /// Threads; the model does not depend on their number [default: all cores].
    #[arg(long, value_name = "N", help_heading = "Run")]
    pub(crate) threads: Option<usize>,
}

/// Defines what is done for every option of [`DataArgs`] that has a value.
macro_rules! options {
    ($($name:ident: $key:literal,)*) => {
        impl DataArgs {
            /// These options, and those of `file` where there are none.
            pub(crate) fn or(self, file: Self) -> Self {
                Self {
                    no_statistics: self.no_statistics || file.no_statistics,
                    $($name: self.$name.or(file.$name),)*
                }
            }

            /// Names of the options that are there.
            pub(crate) fn given(&self) -> Vec<&'static str> {
                let mut given = Vec::new();
                $(if self.$name.is_some() { given.push($key); })*
                given
            }
        }
    };
}

options! {
    target: "target",
    numeric: "numeric",
    categorical: "categorical",
    ignore: "ignore",
    sample: "sample",
    delimiter: "delimiter",
    skip_rows: "skip-rows",
    comment: "comment",
    encoding: "encoding",
    decimal: "decimal",
    thousands: "thousands",
    units: "units",
    missing: "missing",
    task: "task",
    scaler: "scaler",
    impute: "impute",
    reduce: "reduce",
    seed: "seed",
    output: "output",
    name: "name",
    model_version: "model-version",
    threads: "threads",
}
