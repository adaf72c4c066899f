//! Values of options.

use std::collections::BTreeMap;

use clap::ValueEnum;
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

/// Names given in one place: several after a flag, one in an element of a TOML array.
#[derive(Clone, Debug)]
pub(crate) struct List(pub(crate) Vec<String>);

/// Names in one text, as a line of CSV: `A,"B, C"`. Blanks around a name are no part of it.
///
/// # Errors
///
/// What is wrong with the text: a quote that is not closed, or a line break between names.
fn names(text: &str) -> Result<Vec<String>, String> {
    if text.trim().is_empty() {
        return Ok(vec![String::new()]);
    }
    // An open quote would take the line that follows for its own.
    let lines = format!("{text}\n{END}\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(lines.as_bytes());
    let records: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(|e| e.to_string())?;
    match records.as_slice() {
        [names, end] if end == [END].as_slice() => Ok(names.iter().map(str::to_owned).collect()),
        [_] => Err("a quote is not closed".into()),
        _ => Err("expected names separated by commas, in one line".into()),
    }
}

/// The line that must follow the names.
const END: &str = "end";

/// Names in one text that [`list`] reads back.
pub(crate) fn joined(names: &[String]) -> String {
    let special =
        |name: &String| name.contains([',', '"', '\n', '\r']) || name.trim() != name.as_str();
    let quoted = |name: &String| {
        if special(name) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.clone() }
    };
    names.iter().map(quoted).collect::<Vec<_>>().join(",")
}

/// The names of all places together.
pub(crate) fn flat(lists: &[List]) -> Vec<String> {
    lists.iter().flat_map(|List(names)| names).cloned().collect()
}

/// `A,B` with names in quotes where they hold a comma.
pub(crate) fn list(text: &str) -> Result<List, String> {
    names(text).map(List)
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self(vec![name]))
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_as_a_line_of_csv() {
        for (text, expected) in [
            ("a", &["a"][..]),
            (" a , b ", &["a", "b"]),
            ("\"a, b\",c", &["a, b", "c"]),
            ("\"say \"\"hi\"\"\"", &["say \"hi\""]),
            ("5\" pipe,x", &["5\" pipe", "x"]),
            ("", &[""]),
            (",NA", &["", "NA"]),
            ("end", &["end"]),
            ("\"two\nlines\"", &["two\nlines"]),
        ] {
            assert_eq!(names(text).unwrap(), expected, "{text:?}");
        }
        for text in ["\"a", "\"a,b\",\"c", "a\nb", "a\nend\nend"] {
            assert!(names(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn joined_names_are_read_back(
            given in prop::collection::vec("[a-z,\" \n\t\u{e9}-]{0,6}", 1..5)
        ) {
            // Blanks around a name are no part of it.
            let given: Vec<String> = given.iter().map(|name| name.trim().to_owned()).collect();
            prop_assert_eq!(names(&joined(&given)).unwrap(), given);
        }
    }
}
