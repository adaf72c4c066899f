//! The options of `fit`, resolved.

use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::lists::joined;
use cli_common::paths::Named;
use cli_common::suggest::shell_word;

use super::origin::Origin;
use super::{Choice, Config, Test, file, overwrite};
use crate::algorithms::params::{Algorithm, Params};
use crate::cli::data::DataArgs;
use crate::cli::fit::{FitArgs, FitOptions};
use crate::cli::values::TaskArg;
use crate::table::target::TaskKind;

impl Config {
    /// Resolves flags over file over defaults.
    ///
    /// # Errors
    ///
    /// A usage error for a value that is out of range or names nothing known; an I/O error if the
    /// config file cannot be read.
    pub(crate) fn of_fit(args: &FitArgs) -> Result<Self> {
        let (mut data, mut file) = (args.data.clone(), FitOptions::default());
        let mut origin = Origin::default();
        if let Some(path) = &args.config {
            let (shared, own, lines) = file::read(path)?;
            origin = lines.without_flags(data.given(), args.own.given(), &args.own.param);
            (data, file) = (data.or(shared), own);
        }
        let config = Self::resolved(args, data, &file).map_err(|error| origin.told(error))?;
        Ok(Self { origin, ..config })
    }

    /// Checks the options in effect; of `fit` alone, those of the file are in `file`.
    fn resolved(args: &FitArgs, data: DataArgs, file: &FitOptions) -> Result<Self> {
        let flags = &args.own;
        let algorithm = match flags.algorithm.as_ref().or(file.algorithm.as_ref()) {
            Some(name) => Algorithm::parse(name)?,
            None => Algorithm::RandomForest,
        };
        check_target(algorithm, data.target.as_deref(), data.task)?;
        if data.output.is_none() {
            let fact = "--output is missing: where does the model go?";
            return Err(Error::usage(fact).with_hint("such as -o out.model; `-` is stdout"));
        }
        let params = Params::parse(algorithm, &[file.param.as_slice(), &flags.param].concat())?;
        let test = test(flags, file, data.target.is_some())?;
        let config = Self::new(&args.train, data, Choice { algorithm, params, test })?;
        if config.output == Path::new("-") && args.json {
            return Err(Error::usage("--json and the model cannot both go to stdout"));
        }
        let mut inputs: Vec<Named> = vec![("the training data", &config.train)];
        if let Test::File(path) = &config.test {
            inputs.push(("the test data", path));
        }
        inputs.extend(args.config.iter().map(|path| ("the config file", path.as_path())));
        overwrite::check_model(&config.output, inputs, &args.signing.keys())?;
        Ok(config)
    }
}

/// Where the metrics come from; a flag for one source wins over a key for the other.
fn test(flags: &FitOptions, file: &FitOptions, has_target: bool) -> Result<Test> {
    let of_file = file.test_fraction.filter(|_| flags.test_data.is_none());
    let fraction = flags.test_fraction.or(of_file);
    match (fraction, flags.test_data.as_ref().or(file.test_data.as_ref())) {
        (Some(f), _) if !(0.0..=0.9).contains(&f) => Err(Error::usage(format!(
            "--test-fraction: found {f}, expected a number from 0 to 0.9"
        ))),
        (Some(_), Some(_)) if flags.test_fraction.is_none() => {
            Err(Error::usage("test-fraction and test-data exclude each other"))
        }
        (Some(f), _) => Ok(Test::Fraction(f)),
        (None, Some(path)) => Ok(Test::File(path.clone())),
        // Rows that are grouped have no truth to be held against.
        (None, None) if !has_target => Ok(Test::Fraction(0.0)),
        (None, None) => Ok(Test::Fraction(0.2)),
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
            let ignored = shell_word(&joined(&[target.to_owned()]));
            Err(Error::usage(fact)
                .with_hint(format!("to keep `{target}` out of it, use --ignore {ignored}")))
        }
        None if task.is_some() => {
            Err(Error::usage(format!("--task: {name} groups rows, that is its task")))
        }
        _ => Ok(()),
    }
}
