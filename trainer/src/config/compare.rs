//! The arguments of `compare`, checked, and the options of a fit that they stand for.

use std::path::Path;

use super::{Config, Test};
use crate::algorithms::params::{Algorithm, Params};
use crate::cli::compare::CompareArgs;
use crate::cli::fit::FitArgs;
use crate::cli::values::ScalerArg;
use crate::error::{Error, Result};
use crate::sign::signer::Signer;

/// Checked arguments.
pub(crate) struct Plan {
    /// Options of a fit, whatever the algorithm.
    config: Config,
    scaler: Option<ScalerArg>,
    params: Vec<(Algorithm, String, String)>,
    /// Algorithms the user named; none: those that fit.
    pub(crate) named: Vec<Algorithm>,
    /// Number of folds.
    pub(crate) folds: usize,
    /// Whether the winner is written.
    pub(crate) writes: bool,
}

impl CompareArgs {
    /// Checks everything that can be checked without the data.
    ///
    /// # Errors
    ///
    /// A usage error for a value that is out of range or names nothing known.
    pub(crate) fn plan(&self) -> Result<Plan> {
        let folds = self.folds.unwrap_or(5);
        if folds < 2 {
            return Err(Error::usage(format!("--folds: found {folds}, expected 2 or more")));
        }
        if self.output.as_deref() == Some(Path::new("-")) {
            let fact = "--output: the leaderboard goes to stdout, the model needs a file";
            return Err(Error::usage(fact));
        }
        let mut named = Vec::new();
        for name in &self.algorithms {
            let algorithm = Algorithm::named(name.trim(), "--algorithms")?;
            if named.contains(&algorithm) {
                return Err(Error::usage(format!("--algorithms: `{name}` is named twice")));
            }
            named.push(algorithm);
        }
        let params = self.param.iter().map(|(key, value)| param(key, value));
        let plan = Plan {
            config: Config { test: Test::Folds(folds), ..Config::resolve(&self.as_fit())? },
            scaler: self.scaler,
            params: params.collect::<Result<_>>()?,
            named,
            folds,
            writes: self.output.is_some(),
        };
        if let Some(reduce) = plan.config.reduce {
            plan.named.iter().try_for_each(|algorithm| algorithm.check_reduce(reduce))?;
        }
        for (algorithm, key, _) in &plan.params {
            plan.config(*algorithm)?;
            if !plan.named.is_empty() && !plan.named.contains(algorithm) {
                let name = algorithm.name();
                let fact = format!("--param {name}.{key}: {name} is not among --algorithms");
                return Err(Error::usage(fact));
            }
        }
        Ok(plan)
    }

    /// The same data options as arguments of `fit`, which has all the checks.
    fn as_fit(&self) -> FitArgs {
        FitArgs {
            train: self.train.clone(),
            target: Some(self.target.clone()),
            output: self.output.clone().unwrap_or_default(),
            algorithm: None,
            param: Vec::new(),
            task: self.task,
            scaler: self.scaler,
            impute: self.impute,
            reduce: self.reduce.clone(),
            numeric: self.numeric.clone(),
            categorical: self.categorical.clone(),
            ignore: self.ignore.clone(),
            test_fraction: Some(0.0),
            test_data: None,
            seed: self.seed,
            threads: self.threads,
            name: self.name.clone(),
            model_version: self.model_version.clone(),
            delimiter: self.delimiter.clone(),
            missing: self.missing.clone(),
            no_statistics: self.no_statistics,
            config: None,
            json: self.json,
            quiet: self.quiet,
            signing: self.signing.clone(),
        }
    }

    /// The key that signs the winner, if there is one; errors as [`Signer::of`].
    pub(crate) fn signer(&self) -> Result<Option<Signer>> {
        match &self.output {
            Some(output) => Signer::of(&self.signing.keys(), &self.train, output),
            None if self.signing.sign.is_some() => {
                Err(Error::usage("--sign: without --output there is no model to sign"))
            }
            None => Ok(None),
        }
    }
}

impl Plan {
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

fn param(key: &str, value: &str) -> Result<(Algorithm, String, String)> {
    let Some((name, key)) = key.split_once('.') else {
        let fact = format!("--param: found `{key}={value}`, expected ALGORITHM.KEY=VALUE");
        return Err(Error::usage(fact).with_hint("such as random-forest.n_trees=300"));
    };
    Ok((Algorithm::named(name, "--param")?, key.to_owned(), value.to_owned()))
}
