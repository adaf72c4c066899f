//! Arguments of `compare`, and the options of a fit that they stand for.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::{FitArgs, ImputeArg, ScalerArg, SigningArgs, TaskArg};
use crate::config::{Config, Test};
use crate::error::{Error, Result};
use crate::fit::params::{Algorithm, Params};
use crate::sign::Signer;

/// Arguments of `compare`.
#[derive(Args)]
pub(crate) struct CompareArgs {
    /// CSV file with a header; `-`: stdin.
    #[arg(value_name = "TRAIN.csv")]
    train: PathBuf,
    /// Column to predict.
    #[arg(long, value_name = "COL")]
    target: String,
    /// Algorithms to compare [default: those that fit the task and the size].
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    algorithms: Vec<String>,
    /// Parts the rows are dealt to; each is held out once [default: 5].
    #[arg(long, value_name = "K")]
    folds: Option<usize>,
    /// Metric that ranks [default: accuracy for labels, rmse for numbers].
    #[arg(long, value_name = "M")]
    pub(super) metric: Option<String>,
    /// Where the winner goes, fitted on all rows.
    #[arg(short, long, value_name = "BEST.model")]
    output: Option<PathBuf>,
    /// Hyper-parameter of one algorithm; repeatable.
    #[arg(long, value_name = "A.K=V", value_parser = crate::cli::pair)]
    param: Vec<(String, String)>,
    /// What to predict [default: labels for text or at most 20 distinct integers, else numbers].
    #[arg(long, value_enum)]
    task: Option<TaskArg>,
    /// How numeric columns are scaled [default: standard; none for multinomial-nb].
    #[arg(long, value_enum)]
    scaler: Option<ScalerArg>,
    /// What missing numbers become; a missing category is a level of its own [default: median].
    #[arg(long, value_enum)]
    impute: Option<ImputeArg>,
    /// Components instead of features, `pca:K` or `svd:K`, found anew in each fold [default: none].
    #[arg(long, value_name = "METHOD:K")]
    reduce: Option<String>,
    /// Columns to read as numbers, whatever they look like.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    numeric: Vec<String>,
    /// Columns to read as categories, whatever they look like.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    categorical: Vec<String>,
    /// Columns to leave out.
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Seed of every random choice [default: 42].
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Threads; nothing but the times depends on their number [default: all cores].
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Name of the model [default: the file name of BEST.model].
    #[arg(long, value_name = "S")]
    name: Option<String>,
    /// Version of the model [default: 0.1.0].
    #[arg(long, value_name = "X.Y.Z")]
    model_version: Option<String>,
    /// Cell delimiter; `\t` or `tab` for a tab [default: ,].
    #[arg(long, value_name = "C")]
    delimiter: Option<String>,
    /// Cells that mean "missing" [default: ",NA,N/A,NaN,null,?"].
    #[arg(long, value_name = "\"NA,?,..\"", allow_hyphen_values = true)]
    missing: Option<String>,
    /// Leave the ranges, quantiles and level frequencies of the training data out of the model.
    #[arg(long)]
    no_statistics: bool,
    /// Write the leaderboard as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but the leaderboard and errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Whether the winner is signed.
    #[command(flatten)]
    signing: SigningArgs,
}

/// Checked arguments.
pub(super) struct Plan {
    /// Options of a fit, whatever the algorithm.
    config: Config,
    scaler: Option<ScalerArg>,
    params: Vec<(Algorithm, String, String)>,
    /// Algorithms the user named; none: those that fit.
    pub(super) named: Vec<Algorithm>,
    /// Number of folds.
    pub(super) folds: usize,
    /// Whether the winner is written.
    pub(super) writes: bool,
}

impl CompareArgs {
    /// Checks everything that can be checked without the data.
    ///
    /// # Errors
    ///
    /// A usage error for a value that is out of range or names nothing known.
    pub(super) fn plan(&self) -> Result<Plan> {
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
            plan.named.iter().try_for_each(|algorithm| reduce.check_algorithm(*algorithm))?;
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
    pub(super) fn signer(&self) -> Result<Option<Signer>> {
        match &self.output {
            Some(output) => Signer::of(&self.signing, &self.train, output),
            None if self.signing.sign.is_some() => {
                Err(Error::usage("--sign: without --output there is no model to sign"))
            }
            None => Ok(None),
        }
    }
}

impl Plan {
    /// Options of a fit, where it does not matter which algorithm.
    pub(super) fn shared(&self) -> &Config {
        &self.config
    }

    /// Options of a fit of this algorithm.
    ///
    /// # Errors
    ///
    /// A usage error for a hyper-parameter that is unknown or out of range.
    pub(super) fn config(&self, algorithm: Algorithm) -> Result<Config> {
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
