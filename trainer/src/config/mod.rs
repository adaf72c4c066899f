//! Flags and `--config` file resolved into one checked set of options.

pub(crate) mod compare;
mod file;
pub(crate) mod overwrite;

use std::path::{Path, PathBuf};

use model_format::paths::{Named, signature_beside};

use crate::algorithms::params::{Algorithm, Params};
use crate::cli::fit::FitArgs;
use crate::cli::sign::SigningArgs;
use crate::cli::values::TaskArg;
use crate::error::{Error, Result};
use crate::features::encode::{ImputeKind, ScalerKind};
use crate::features::reduce::Reduce;
use crate::table::infer::Overrides;
use crate::table::target::TaskKind;
use file::File;

/// Cells that mean "missing" unless the user says otherwise.
const MISSING: &str = ",NA,N/A,NaN,null,?";

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
    /// Cell delimiter.
    pub(crate) delimiter: u8,
    /// Missing tokens.
    pub(crate) missing: Vec<String>,
    /// Whether the model tells how its training data were distributed.
    pub(crate) statistics: bool,
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

impl Config {
    /// Resolves flags over file over defaults.
    ///
    /// # Errors
    ///
    /// A usage error for a value that is out of range or names nothing known; an I/O error if the
    /// config file cannot be read.
    pub(crate) fn resolve(args: &FitArgs) -> Result<Self> {
        let file = args.config.as_deref().map_or_else(|| Ok(File::default()), file::read)?;
        let target = args.target.clone().or(file.target).map(|name| name.trim().to_owned());
        let algorithm = match args.algorithm.clone().or(file.algorithm) {
            Some(name) => Algorithm::parse(&name)?,
            None => Algorithm::RandomForest,
        };
        check_target(algorithm, target.as_deref(), args.task.or(file.task))?;
        let mut given: Vec<(String, String)> =
            file.param.into_iter().map(|(key, value)| (key, value.text())).collect();
        given.extend(args.param.iter().cloned());
        let params = Params::parse(algorithm, &given)?;
        let flag_or = |flag: &Vec<String>, file: Vec<String>| {
            let names = if flag.is_empty() { file } else { flag.clone() };
            names.into_iter().filter(|name| !name.is_empty()).collect()
        };
        let fraction =
            args.test_fraction.or(file.test_fraction.filter(|_| args.test_data.is_none()));
        let test = match (fraction, args.test_data.clone().or(file.test_data)) {
            (Some(f), _) if !(0.0..=0.9).contains(&f) => {
                return Err(Error::usage(format!(
                    "--test-fraction: found {f}, expected a number from 0 to 0.9"
                )));
            }
            (Some(_), Some(_)) if args.test_fraction.is_none() => {
                return Err(Error::usage("test-fraction and test-data exclude each other"));
            }
            (Some(f), _) => Test::Fraction(f),
            (None, Some(path)) => Test::File(path),
            // Rows that are grouped have no truth to be held against.
            (None, None) if target.is_none() => Test::Fraction(0.0),
            (None, None) => Test::Fraction(0.2),
        };
        let threads = match args.threads.or(file.threads) {
            Some(0) => return Err(Error::usage("--threads: 0 threads cannot do anything")),
            Some(n) => n.min(1024),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let missing = match (&args.missing, file.missing) {
            (Some(tokens), _) => tokens.split(',').map(|t| t.trim().to_owned()).collect(),
            (None, Some(tokens)) => tokens,
            (None, None) => MISSING.split(',').map(str::to_owned).collect(),
        };
        let reduce = args.reduce.as_deref().or(file.reduce.as_deref());
        let reduce = reduce.map_or(Ok(None), Reduce::parse)?;
        if let Some(reduce) = reduce {
            algorithm.check_reduce(reduce)?;
        }
        check_output(args, &test)?;
        Ok(Self {
            name: name(args.name.clone().or(file.name), &args.output)?,
            model_version: version(args.model_version.clone().or(file.model_version))?,
            delimiter: delimiter(args.delimiter.as_deref().or(file.delimiter.as_deref()))?,
            train: args.train.clone(),
            output: args.output.clone(),
            target,
            algorithm,
            params,
            task: args.task.or(file.task).map(TaskKind::from),
            scaler: args.scaler.or(file.scaler).map_or(algorithm.scaler(), ScalerKind::from),
            impute: args.impute.or(file.impute).map_or(ImputeKind::Median, ImputeKind::from),
            reduce,
            overrides: Overrides {
                numeric: flag_or(&args.numeric, file.numeric),
                categorical: flag_or(&args.categorical, file.categorical),
                ignore: flag_or(&args.ignore, file.ignore),
            },
            test,
            seed: args.seed.or(file.seed).unwrap_or(42),
            threads,
            missing,
            statistics: !(args.no_statistics || file.no_statistics),
        })
    }

    /// The resolved options as they are stored in the artifact: what shapes the model, in a fixed
    /// order, and nothing of this machine (paths, threads).
    pub(crate) fn stored(&self, task: TaskKind) -> Vec<(String, String)> {
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
        put("numeric", self.overrides.numeric.join(","));
        put("categorical", self.overrides.categorical.join(","));
        put("ignore", self.overrides.ignore.join(","));
        put(
            "test",
            match &self.test {
                Test::Fraction(f) => format!("fraction {f}"),
                Test::File(_) => "file".into(),
                Test::Folds(folds) => format!("folds {folds}"),
            },
        );
        put("seed", self.seed.to_string());
        put("delimiter", char::from(self.delimiter).to_string());
        put("missing", self.missing.join(","));
        put("statistics", if self.statistics { "kept" } else { "none" }.into());
        options
    }
}

/// A target is needed by all but clustering, which has no use for one.
fn check_target(algorithm: Algorithm, target: Option<&str>, task: Option<TaskArg>) -> Result<()> {
    let clustering = algorithm.serves(TaskKind::Clustering);
    let name = algorithm.name();
    match target {
        None if !clustering => {
            Err(Error::usage("--target is missing: which column is to be predicted?")
                .with_hint("to group rows without a target, use --algorithm kmeans"))
        }
        Some(target) if clustering => {
            let fact = format!("--target: {name} groups rows, it has no use for a target");
            Err(Error::usage(fact)
                .with_hint(format!("to keep `{target}` out of it, use --ignore '{target}'")))
        }
        None if task.is_some() => {
            Err(Error::usage(format!("--task: {name} groups rows, that is its task")))
        }
        _ => Ok(()),
    }
}

/// Refuses to overwrite what is read, and two things on one stdout.
fn check_output(args: &FitArgs, test: &Test) -> Result<()> {
    if args.output == Path::new("-") {
        if args.json {
            return Err(Error::usage("--json and the model cannot both go to stdout"));
        }
        return Ok(());
    }
    if args.output.as_os_str().is_empty() {
        // `compare` writes no model unless asked to.
        return Ok(());
    }
    let SigningArgs { sign: key, password_file } = &args.signing;
    let mut inputs: Vec<Named> = vec![("the training data", &args.train)];
    if let Test::File(path) = test {
        inputs.push(("the test data", path));
    }
    for (what, path) in
        [("the config file", &args.config), ("the key", key), ("the password file", password_file)]
    {
        inputs.extend(path.iter().map(|path| (what, path.as_path())));
    }
    let beside = signature_beside(&args.output);
    let signature = overwrite::name_of(&beside);
    let mut outputs: Vec<Named> = vec![("--output", &args.output)];
    if key.is_some() {
        outputs.push((&signature, &beside));
    }
    overwrite::check_outputs(&outputs, &inputs)
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

fn delimiter(given: Option<&str>) -> Result<u8> {
    match given.unwrap_or(",").as_bytes() {
        b"\\t" | b"tab" | b"\t" => Ok(b'\t'),
        [byte] if byte.is_ascii_punctuation() && !b"\"+-._".contains(byte) => Ok(*byte),
        _ => Err(Error::usage(
            "--delimiter: expected a tab or an ASCII punctuation mark that no number contains",
        )),
    }
}
