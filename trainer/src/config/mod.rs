//! Flags and `--config` file resolved into one checked set of options: what `fit` and `compare` share.

pub(crate) mod compare;
mod file;
mod fit;
pub(crate) mod origin;
pub(crate) mod overwrite;

use std::path::{Path, PathBuf};

use cli_common::error::{Error, Result};
use cli_common::lists::{List, flat, joined};
use cli_common::values;
use model_format::limits::{MAX_MISSING_TOKENS, MAX_TEXT_LEN};
use model_format::number_style::NumberStyle;

use tabular_input::{Dialect, Encoding};

use crate::algorithms::params::{Algorithm, Params};
use crate::cli::data::DataArgs;
use crate::features::encode::{ImputeKind, ScalerKind};
use crate::features::reduce::Reduce;
use crate::memory;
use crate::table::infer::Overrides;
use crate::table::target::TaskKind;
use origin::Origin;

/// Cells that mean "missing" unless the user says otherwise.
const MISSING: &str = ",NA,N/A,NaN,null,?";

/// Fewest rows a model can be fitted on.
pub(crate) const MIN_ROWS: usize = 10;

/// Everything `fit` was asked to do.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Training file.
    pub(crate) train: PathBuf,
    /// Model file.
    pub(crate) output: PathBuf,
    /// Column to predict; `None` where rows are grouped.
    pub(crate) target: Option<String>,
    /// What to fit.
    pub(crate) algorithm: Algorithm,
    /// Its hyper-parameters.
    pub(crate) params: Params,
    /// Task, if the user named one.
    pub(crate) task: Option<TaskKind>,
    /// Scaling of numeric columns.
    pub(crate) scaler: ScalerKind,
    /// Imputation of missing numbers.
    pub(crate) impute: ImputeKind,
    /// Components instead of features, if the user wants them.
    pub(crate) reduce: Option<Reduce>,
    /// Column types, if the user named some.
    pub(crate) overrides: Overrides,
    /// How many of the rows are used, if not all.
    pub(crate) sample: Option<usize>,
    /// Where the metrics come from.
    pub(crate) test: Test,
    /// Seed of every random choice.
    pub(crate) seed: u64,
    /// Threads to use.
    pub(crate) threads: usize,
    /// Name of the model.
    pub(crate) name: String,
    /// Version of the model.
    pub(crate) model_version: String,
    /// How the training file is written.
    pub(crate) dialect: Dialect,
    /// Missing tokens.
    pub(crate) missing: Vec<String>,
    /// How numbers are written.
    pub(crate) style: NumberStyle,
    /// Whether the model tells how its training data were distributed.
    pub(crate) statistics: bool,
    /// Which of these stand in the config file.
    pub(crate) origin: Origin,
}

/// Where the metrics come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// This share of the rows is held out.
    Fraction(f64),
    /// The rows of another file.
    File(PathBuf),
    /// Cross-validation with so many folds.
    Folds(usize),
}

/// What is fitted, and what its metrics come from.
pub(crate) struct Choice {
    /// The algorithm.
    pub(crate) algorithm: Algorithm,
    /// Its hyper-parameters.
    pub(crate) params: Params,
    /// Where the metrics come from.
    pub(crate) test: Test,
}

impl Config {
    /// Checks the options that `fit` and `compare` share; what is not given takes its default.
    ///
    /// # Errors
    ///
    /// A usage error for a value that is out of range or names nothing known.
    fn new(train: &Path, data: DataArgs, choice: Choice) -> Result<Self> {
        let Choice { algorithm, params, test } = choice;
        let output = data.output.unwrap_or_default();
        let threads = match data.threads {
            Some(0) => return Err(Error::usage("--threads: 0 threads cannot do anything")),
            Some(n) => n.min(1024),
            None => values::threads(None),
        };
        let threads = memory::affordable_threads(threads);
        let missing = missing(data.missing)?;
        let units = flat(&data.units.unwrap_or_default());
        let style = NumberStyle::new(data.decimal.as_deref(), data.thousands.as_deref(), &units)
            .map_err(|what| Error::usage(format!("--{what}")))?;
        let reduce = data.reduce.as_deref().map_or(Ok(None), Reduce::parse)?;
        if let Some(reduce) = reduce {
            algorithm.check_reduce(reduce)?;
        }
        let named = |lists: Option<Vec<List>>| {
            let names = flat(&lists.unwrap_or_default()).into_iter();
            names.filter(|name| !name.is_empty()).collect()
        };
        Ok(Self {
            name: name(data.name, &output)?,
            model_version: version(data.model_version)?,
            dialect: Dialect {
                delimiter: checked("--delimiter", data.delimiter.as_deref(), values::delimiter)?,
                skip_rows: data.skip_rows.unwrap_or(0),
                comment: checked("--comment", data.comment.as_deref(), values::comment)?,
                encoding: checked("--encoding", data.encoding.as_deref(), Encoding::parse)?,
            },
            train: train.to_owned(),
            output,
            target: data.target.map(|name| name.trim().to_owned()),
            algorithm,
            params,
            task: data.task.map(TaskKind::from),
            scaler: data.scaler.map_or(algorithm.scaler(), ScalerKind::from),
            impute: data.impute.map_or(ImputeKind::Median, ImputeKind::from),
            reduce,
            overrides: Overrides {
                numeric: named(data.numeric),
                categorical: named(data.categorical),
                ignore: named(data.ignore),
            },
            sample: sample(data.sample)?,
            test,
            seed: data.seed.unwrap_or(42),
            threads,
            missing,
            style,
            statistics: !data.no_statistics,
            origin: Origin::default(),
        })
    }

    /// The resolved options as they are stored in the artifact: what shapes the model, in a fixed
    /// order, and nothing of this machine (paths, threads).
    /// The delimiter is that of the training file.
    pub(crate) fn stored(&self, task: TaskKind, delimiter: u8) -> Vec<(String, String)> {
        let mut options: Vec<(String, String)> = Vec::new();
        let mut put = |key: &str, value: String| options.push((key.into(), value));
        if let Some(target) = &self.target {
            put("target", target.clone());
        }
        put("algorithm", self.algorithm.name().into());
        for (key, value) in self.params.resolved() {
            put(&format!("param.{key}"), value);
        }
        put("task", task.name().into());
        put("scaler", format!("{:?}", self.scaler).to_lowercase());
        put("impute", format!("{:?}", self.impute).to_lowercase());
        put("reduce", self.reduce.map_or("none".into(), |reduce| reduce.to_string()));
        put("numeric", joined(&self.overrides.numeric));
        put("categorical", joined(&self.overrides.categorical));
        put("ignore", joined(&self.overrides.ignore));
        put(
            "test",
            match &self.test {
                Test::Fraction(f) => format!("fraction {f}"),
                Test::File(_) => "file".into(),
                Test::Folds(folds) => format!("folds {folds}"),
            },
        );
        // Models of all rows have the bytes that they had before there were samples.
        if let Some(n_rows) = self.sample {
            put("sample", n_rows.to_string());
        }
        put("seed", self.seed.to_string());
        put("delimiter", char::from(delimiter).to_string());
        let Dialect { delimiter: _, skip_rows, comment, encoding } = self.dialect;
        if skip_rows > 0 {
            put("skip-rows", skip_rows.to_string());
        }
        if let Some(comment) = comment {
            put("comment", char::from(comment).to_string());
        }
        if let Some(encoding) = encoding {
            put("encoding", encoding.name().into());
        }
        put("missing", joined(&self.missing));
        for (key, value) in self.style.options() {
            put(&key, value);
        }
        put("statistics", if self.statistics { "kept" } else { "none" }.into());
        options
    }
}

/// The value of an option, if it was given.
fn checked<T>(
    option: &str,
    given: Option<&str>,
    parse: impl Fn(&str) -> std::result::Result<T, String>,
) -> Result<Option<T>> {
    let refused = |text: &str, what| Error::usage(format!("{option}: found `{text}`, {what}"));
    given.map(|text| parse(text).map_err(|what| refused(text, what))).transpose()
}

/// The cells that mean "missing", as many as a model can keep.
fn missing(given: Option<Vec<List>>) -> Result<Vec<String>> {
    let Some(lists) = given else { return Ok(MISSING.split(',').map(str::to_owned).collect()) };
    let tokens = flat(&lists);
    if tokens.len() > MAX_MISSING_TOKENS {
        let n = tokens.len();
        let fact = format!("--missing: found {n} tokens, expected at most {MAX_MISSING_TOKENS}");
        return Err(Error::usage(fact));
    }
    match tokens.iter().map(String::len).max() {
        Some(longest) if longest > MAX_TEXT_LEN => Err(Error::usage(format!(
            "--missing: found a token of {longest} bytes, expected at most {MAX_TEXT_LEN}"
        ))),
        _ => Ok(tokens),
    }
}

fn sample(given: Option<usize>) -> Result<Option<usize>> {
    match given {
        Some(n_rows) if n_rows < MIN_ROWS => {
            let fact = format!("--sample: found {n_rows}, expected {MIN_ROWS} rows or more");
            Err(Error::usage(fact))
        }
        _ => Ok(given),
    }
}

fn name(given: Option<String>, output: &Path) -> Result<String> {
    let name = match given {
        Some(name) => name,
        None if output == Path::new("-") => "model".into(),
        None => output.file_stem().map_or("model".into(), |s| s.to_string_lossy().into_owned()),
    };
    if name.is_empty() || name.len() > 1000 || name.chars().any(char::is_control) {
        let fact = "--name: expected a text of at most 1000 bytes without control characters";
        return Err(Error::usage(fact));
    }
    Ok(name)
}

fn version(given: Option<String>) -> Result<String> {
    let version = given.unwrap_or_else(|| "0.1.0".into());
    let parts: Vec<&str> = version.split('.').collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() != 3 || !parts.iter().all(number) {
        let fact = format!("--model-version: found `{version}`, expected X.Y.Z such as 1.4.0");
        return Err(Error::usage(fact));
    }
    Ok(version)
}
