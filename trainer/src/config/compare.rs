//! The options of `compare`, resolved.

use std::path::Path;
use std::time::Duration;

use cli_common::error::{Error, Result};
use cli_common::lists::flat;
use cli_common::paths::Named;

use super::origin::Origin;
use super::{Choice, Config, Test, file, overwrite};
use crate::algorithms::params::{Algorithm, Params};
use crate::cli::compare::{CompareArgs, CompareOptions};
use crate::cli::data::DataArgs;
use crate::cli::values::ScalerArg;

/// Units of `--budget`, in seconds.
const UNITS: [(char, f64); 3] = [('s', 1.0), ('m', 60.0), ('h', 3600.0)];

/// What is compared.
pub(crate) struct ComparePlan {
    /// Options of a fit, whatever the algorithm.
    config: Config,
    scaler: Option<ScalerArg>,
    params: Vec<(Algorithm, String, String)>,
    /// Algorithms the user named; none: those that fit.
    pub(crate) named: Vec<Algorithm>,
    /// Number of folds.
    pub(crate) folds: usize,
    /// Metric that ranks, if the user named one.
    pub(crate) metric: Option<String>,
    /// Time to spend on the folds, if there is a limit.
    pub(crate) budget: Option<Duration>,
    /// Whether the winner is written.
    pub(crate) writes: bool,
}

impl ComparePlan {
    /// Resolves flags over file over defaults, and checks everything that can be checked without the data.
    ///
    /// # Errors
    ///
    /// A usage error for a value that is out of range or names nothing known; an I/O error if the
    /// config file cannot be read.
    pub(crate) fn of_compare(args: &CompareArgs) -> Result<Self> {
        let (mut data, mut file) = (args.data.clone(), CompareOptions::default());
        let mut origin = Origin::default();
        if let Some(path) = &args.config {
            let (shared, own, lines) = file::read(path)?;
            origin = lines.without_flags(data.given(), args.own.given(), &args.own.param);
            (data, file) = (data.or(shared), own);
        }
        let mut plan = Self::resolved(args, data, file).map_err(|error| origin.told(error))?;
        plan.config.origin = origin;
        Ok(plan)
    }

    /// Checks the options in effect; of `compare` alone, those of the file are in `file`.
    fn resolved(args: &CompareArgs, data: DataArgs, file: CompareOptions) -> Result<Self> {
        let flags = args.own.clone();
        if data.target.is_none() {
            let fact = "--target is missing: which column is to be predicted?";
            return Err(Error::usage(fact));
        }
        let folds = flags.folds.or(file.folds).unwrap_or(5);
        if folds < 2 {
            return Err(Error::usage(format!("--folds: found {folds}, expected 2 or more")));
        }
        if data.output.as_deref() == Some(Path::new("-")) {
            let fact = "--output: the leaderboard goes to stdout, the model needs a file";
            return Err(Error::usage(fact));
        }
        let params = file.param.iter().chain(&flags.param).map(|(key, value)| param(key, value));
        let params = params.collect::<Result<_>>()?;
        let named = named(&flat(&flags.algorithms.or(file.algorithms).unwrap_or_default()))?;
        let (scaler, writes) = (data.scaler, data.output.is_some());
        // Any will do until it is known which.
        let algorithm = Algorithm::RandomForest;
        let any = Params::parse(algorithm, &[])?;
        let choice = Choice { algorithm, params: any, test: Test::Folds(folds) };
        let config = Config::new(&args.train, data, choice)?;
        if writes {
            let mut inputs: Vec<Named> = vec![("the training data", &config.train)];
            inputs.extend(args.config.iter().map(|path| ("the config file", path.as_path())));
            overwrite::check_model(&config.output, inputs, &args.signing.keys())?;
        } else if args.signing.sign.is_some() {
            return Err(Error::usage("--sign: without --output there is no model to sign"));
        }
        let metric = flags.metric.or(file.metric);
        let budget = flags.budget.or(file.budget).map(|text| budget(&text)).transpose()?;
        let plan = Self { config, scaler, params, named, folds, metric, budget, writes };
        plan.check()?;
        Ok(plan)
    }

    /// Refuses options of an algorithm that cannot serve with the others.
    fn check(&self) -> Result<()> {
        if let Some(reduce) = self.config.reduce {
            self.named.iter().try_for_each(|algorithm| algorithm.check_reduce(reduce))?;
        }
        for (algorithm, key, _) in &self.params {
            self.config(*algorithm)?;
            if !self.named.is_empty() && !self.named.contains(algorithm) {
                let name = algorithm.name();
                let fact = format!("--param {name}.{key}: {name} is not among --algorithms");
                return Err(Error::usage(fact));
            }
        }
        Ok(())
    }

    /// Options of a fit, where it does not matter which algorithm.
    pub(crate) fn shared(&self) -> &Config {
        &self.config
    }

    /// Options of a fit of this algorithm.
    ///
    /// # Errors
    ///
    /// A usage error for a hyper-parameter that is unknown or out of range.
    pub(crate) fn config(&self, algorithm: Algorithm) -> Result<Config> {
        let own = self.params.iter().filter(|(of, ..)| *of == algorithm);
        let given: Vec<_> = own.map(|(_, key, value)| (key.clone(), value.clone())).collect();
        Ok(Config {
            algorithm,
            params: Params::parse(algorithm, &given)?,
            scaler: self.scaler.map_or(algorithm.scaler(), Into::into),
            ..self.config.clone()
        })
    }
}

/// The algorithms of `--algorithms`.
fn named(names: &[String]) -> Result<Vec<Algorithm>> {
    let mut named = Vec::new();
    for name in names {
        let algorithm = Algorithm::named(name, "--algorithms")?;
        if named.contains(&algorithm) {
            return Err(Error::usage(format!("--algorithms: `{name}` is named twice")));
        }
        named.push(algorithm);
    }
    Ok(named)
}

fn param(key: &str, value: &str) -> Result<(Algorithm, String, String)> {
    let Some((name, key)) = key.split_once('.') else {
        let fact = format!("--param: found `{key}={value}`, expected ALGORITHM.KEY=VALUE");
        return Err(Error::usage(fact).with_hint("such as random-forest.n_trees=300"));
    };
    Ok((Algorithm::named(name, "--param")?, key.to_owned(), value.to_owned()))
}

/// Reads `90s`, `2m` or `1.5h`.
///
/// # Errors
///
/// A usage error.
fn budget(text: &str) -> Result<Duration> {
    let text = text.trim();
    let unit =
        UNITS.into_iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)));
    unit.and_then(|(number, factor)| Some(number.trim().parse::<f64>().ok()? * factor))
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            let fact = format!("--budget: found `{text}`, expected a time such as 90s, 2m or 1h");
            Error::usage(fact)
        })
}

#[cfg(test)]
mod tests {
    use super::budget;

    #[test]
    fn budgets_have_a_unit() {
        for (text, seconds) in [("90s", 90.0), ("2m", 120.0), (" 1.5h ", 5400.0), ("0.25 s", 0.25)]
        {
            assert!((budget(text).unwrap().as_secs_f64() - seconds).abs() < 1e-9, "{text}");
        }
        for text in ["", "90", "s", "0s", "-1m", "1d", "nans", "infs", "1e300h", "2 m 3 s"] {
            assert!(budget(text).is_err(), "{text}");
        }
    }
}
