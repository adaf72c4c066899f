//! `trainer fit` from the training file to the model file.

mod data;
mod output;

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use model_format::Artifact;
use model_format::manifest::{
    ColumnStatistics, GoldenRows, Identity, Manifest, Provenance, SchemaSpec, Step,
};
use model_format::paths::signature_beside;
use model_format::pipeline::projection::component_names;
use model_format::schema::Schema;
use model_format::writer;

use crate::config::{Config, Test};
use crate::data::encode::{self, Cells, ImputeKind};
use crate::data::infer::Inferred;
use crate::data::statistics;
use crate::data::table::Table;
use crate::data::target::{self, Values};
use crate::error::{Error, Result};
use crate::fit::params::Algorithm;
use crate::fit::reduce::{self, Reducer};
use crate::fit::{self, Fitted, Predictions, Request, golden};
use crate::metrics::{self, Metric};
use crate::progress::Progress;
use crate::rng::derive;
use crate::sign::{self, Signature, Signer};
use crate::split::Split;
use data::check_targets;
pub(crate) use data::{Data, check_algorithm, class_counts};
pub(crate) use output::Output;

/// Seconds of waiting that are told beforehand.
const LONG: f64 = 10.0;
/// Streams of random numbers, one per use, so that none depends on how many another took.
const STREAM_SPLIT: u64 = 1;
const STREAM_FIT: u64 = 2;
const STREAM_GOLDEN: u64 = 3;
/// Of `compare`, which deals rows to folds.
pub(crate) const STREAM_FOLDS: u64 = 4;

/// A written model and what to tell of it.
pub(crate) struct Trained {
    /// The model as it was written.
    pub(crate) artifact: Artifact,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
    /// Truth and prediction on the held-out rows, for the summary.
    pub(crate) held_out: HeldOut,
    /// The signature beside it, if one was asked for.
    pub(crate) signature: Option<Signature>,
    /// Where the time went.
    pub(crate) seconds: Seconds,
}

/// Where the time of a run went; no part of the model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seconds {
    /// Reading the file and its target.
    pub(crate) reading: f64,
    /// Fitting the estimator, which begins with its features and ends with its numbers.
    pub(crate) fitting: f64,
    /// Everything, from the options to the model on disk.
    pub(crate) total: f64,
}

/// Held-out rows, scored by smartcore.
#[derive(Default)]
pub(crate) struct HeldOut {
    /// Metrics in their fixed order.
    pub(crate) metrics: Vec<Metric>,
    /// Confusion counts `[truth, predicted]`; empty for regression.
    pub(crate) confusion: Vec<u64>,
    /// Rows they were measured on.
    pub(crate) n_rows: usize,
}

/// A fitted pipeline that still holds smartcore's estimator.
pub(crate) struct Fit {
    /// What it was fitted on.
    pub(crate) data: Rc<Data>,
    split: Split,
    inferred: Inferred,
    /// The columns it reads.
    pub(crate) schema: Schema,
    /// What its cells go through, learned from the fitted rows.
    pub(crate) steps: Vec<Step>,
    impute: ImputeKind,
    threads: usize,
    fitting: Duration,
    cells: Cells,
    y: Values,
    reducer: Option<Reducer>,
    /// smartcore's estimator.
    pub(crate) fitted: Fitted,
}

/// Fits a model and writes it; the file appears whole or not at all.
///
/// # Errors
///
/// Whatever is wrong with the data, the options or the disk; an existing model file is then as it
/// was.
pub(crate) fn train(
    config: &Config,
    signer: Option<&Signer>,
    progress: &Progress,
) -> Result<Trained> {
    let started = Instant::now();
    let created = source_date_epoch()?;
    Output::check(&config.output)?;
    let data = Rc::new(Data::read(config)?);
    let reading = started.elapsed().as_secs_f64();
    let fit = Fit::of(config, &data, progress)?;
    progress.clear();
    let seconds = fit.fitted.seconds(fit.split.test.len());
    if seconds > LONG {
        let rows = fit.split.test.len();
        progress.note(&format!(
            "measuring {} on {rows} held-out rows takes about {seconds:.0} s; --test-fraction 0 leaves it out",
            config.algorithm.name()
        ));
        progress.spin("measuring");
    }
    let held_out = fit.evaluate(config)?;
    progress.clear();
    let mut warnings = fit.data.warnings(&fit.inferred, &fit.split.test);
    let (artifact, signature) = fit.save(config, created, &held_out, signer)?;
    if signature.is_none() {
        warnings.extend(sign::stale(&config.output));
    }
    let (fitting, total) = (fit.fitting.as_secs_f64(), started.elapsed().as_secs_f64());
    let seconds = Seconds { reading, fitting, total };
    Ok(Trained { artifact, warnings, held_out, signature, seconds })
}

/// Puts a model into its place, and its signature beside it if there is a key.
///
/// # Errors
///
/// What the disk says; if the model was written and the signature was not, the error says so.
pub(crate) fn publish(
    path: &Path,
    bytes: &[u8],
    artifact: &Artifact,
    signer: Option<&Signer>,
) -> Result<Option<Signature>> {
    let sign = |signer: &Signer| signer.sign(bytes, artifact, signature_beside(path), None);
    let signature = signer.map(sign).transpose()?;
    Output::save(path, bytes, signature.as_ref())?;
    Ok(signature)
}

impl Fit {
    /// Reads the training file and fits; errors as [`Fit::on`].
    #[cfg(test)]
    pub(crate) fn new(config: &Config, progress: &Progress) -> Result<Self> {
        Self::of(config, &Rc::new(Data::read(config)?), progress)
    }

    /// Fits on the rows that are not held out; errors as [`Fit::on`].
    fn of(config: &Config, data: &Rc<Data>, progress: &Progress) -> Result<Self> {
        check_algorithm(config, &data.target)?;
        let split = data.split(config)?;
        Self::on(config, data, split, progress)
    }

    /// Fits on the training part of `split`, positions among the rows that have a target. Whatever
    /// is learned (levels, imputation, scaling, components, the estimator) is learned from that
    /// part alone.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the data or the options.
    pub(crate) fn on(
        config: &Config,
        data: &Rc<Data>,
        split: Split,
        progress: &Progress,
    ) -> Result<Self> {
        let Data { table, target, .. } = data.as_ref();
        let n_classes = data.n_classes();
        let rows = data.rows(&split.train);
        let inferred = data.infer(config, &rows)?;
        let schema = encode::schema(&SchemaSpec {
            columns: inferred.specs.clone(),
            missing_tokens: config.missing.clone(),
        })?;
        let cells = encode::read(table, &schema, &inferred.columns, &rows, config.impute)?;
        let whole = config.algorithm == Algorithm::MultinomialNb;
        let mut steps = encode::learn(&cells, config.scaler, config.impute, whole, config.threads);
        let mut x = encode::encode(&cells, &schema, &steps, config.threads)?;
        encode::check_finite(&x, &schema)?;
        let y = target.values.select(&split.train);
        check_targets(&y, n_classes)?;
        let mut names = schema.feature_names();
        let mut texts: Vec<_> = schema.text().iter().map(|text| text.features.clone()).collect();
        let mut reducer = None;
        if let Some(reduce) = config.reduce {
            let seconds = reduce::seconds(&x);
            if seconds > LONG {
                progress.note(&format!("--reduce {reduce} takes about {seconds:.0} s"));
            }
            progress.spin("reducing");
            let (fitted, components) = Reducer::fit(reduce, &x)?;
            progress.clear();
            (x, names, texts) = (components, component_names(fitted.n_components()), Vec::new());
            steps.push(fitted.step());
            reducer = Some(fitted);
        }
        let started = Instant::now();
        let fitted = fit::fit(&Request {
            algorithm: config.algorithm,
            params: &config.params,
            x: &x,
            y: &y,
            n_classes,
            feature_names: &names,
            texts: &texts,
            seed: derive(config.seed, STREAM_FIT),
            threads: config.threads,
            progress,
        })?;
        let (fitting, impute, threads) = (started.elapsed(), config.impute, config.threads);
        let data = Rc::clone(data);
        Ok(Self {
            data,
            split,
            inferred,
            schema,
            steps,
            impute,
            threads,
            fitting,
            cells,
            y,
            reducer,
            fitted,
        })
    }

    /// smartcore's own predictions for rows of a table; `columns` are its columns in schema order.
    pub(crate) fn predict(
        &self,
        table: &Table,
        columns: &[usize],
        rows: &[usize],
    ) -> Result<Predictions> {
        let cells = encode::read(table, &self.schema, columns, rows, self.impute)?;
        let x = encode::encode(&cells, &self.schema, &self.steps, self.threads)?;
        match &self.reducer {
            Some(reducer) => self.fitted.predict(&reducer.transform(&x)?),
            None => self.fitted.predict(&x),
        }
    }

    /// smartcore's own predictions for the held-out rows of the split.
    pub(crate) fn predict_held_out(&self) -> Result<Predictions> {
        let rows = self.data.rows(&self.split.test);
        self.predict(&self.data.table, &self.inferred.columns, &rows)
    }

    /// What predictions for the held-out rows of the split are worth.
    pub(crate) fn score_held_out(&self, predictions: &Predictions) -> HeldOut {
        self.score(predictions, &self.data.target.values.select(&self.split.test))
    }

    /// Metrics on the held-out rows, or on those of another file.
    fn evaluate(&self, config: &Config) -> Result<HeldOut> {
        let path = match &config.test {
            Test::File(path) => path,
            _ if self.split.test.is_empty() => return Ok(HeldOut::default()),
            _ => return Ok(self.score_held_out(&self.predict_held_out()?)),
        };
        let other = Table::read(path, config.delimiter)?;
        let columns = other.columns_of(&self.schema, "--test-data")?;
        let task = &self.data.target.task;
        let (rows, y) = match &config.target {
            Some(name) => {
                let column = other.column(name, "--test-data")?;
                target::read_like(&other, column, self.schema.missing(), task)?
            }
            None => ((0..other.n_rows()).collect(), Values::Nothing(other.n_rows())),
        };
        if rows.is_empty() {
            let fact = format!("`{}`: every target is missing", other.name);
            return Err(Error::input(fact));
        }
        Ok(self.score(&self.predict(&other, &columns, &rows)?, &y))
    }

    fn score(&self, predictions: &Predictions, y: &Values) -> HeldOut {
        let n_rows = y.len();
        let Predictions { labels, values } = predictions;
        match y {
            Values::Nothing(_) => {
                HeldOut { metrics: metrics::clustering(values), confusion: Vec::new(), n_rows }
            }
            Values::Numbers(truth) => HeldOut {
                metrics: metrics::regression(truth, values),
                confusion: Vec::new(),
                n_rows,
            },
            Values::Classes(truth) => {
                let n_classes = self.data.n_classes();
                let probabilities = self.fitted.has_probabilities().then_some(values.as_slice());
                HeldOut {
                    metrics: metrics::classification(truth, labels, probabilities, n_classes),
                    confusion: metrics::confusion(truth, labels, n_classes),
                    n_rows,
                }
            }
        }
    }

    /// Writes the model with what the held-out rows said.
    pub(crate) fn save(
        &self,
        config: &Config,
        created: Option<i64>,
        held_out: &HeldOut,
        signer: Option<&Signer>,
    ) -> Result<(Artifact, Option<Signature>)> {
        let metrics = held_out.metrics.iter().map(|m| (m.name.into(), m.value)).collect();
        let (bytes, artifact) = self.assemble(config, created, metrics, held_out.n_rows)?;
        let signature = publish(&config.output, &bytes, &artifact, signer)?;
        Ok((artifact, signature))
    }

    /// Adds golden rows and provenance, and checks the bytes as a reader would.
    ///
    /// # Errors
    ///
    /// An input error if the model predicts no numbers or breaks a limit of the format.
    pub(crate) fn assemble(
        &self,
        config: &Config,
        created: Option<i64>,
        metrics: Vec<(String, f64)>,
        n_held_out: usize,
    ) -> Result<(Vec<u8>, Artifact)> {
        let statistics = statistics::measure(&self.cells, &self.schema, config.threads);
        let golden = if config.statistics {
            self.golden(config, &statistics)?
        } else {
            self.golden(config, &statistics::coarse(&statistics))?
        };
        let mut extracted = self.fitted.extract()?;
        if let Some(reducer) = &self.reducer {
            extracted.arrays.extend(reducer.arrays()?);
        }
        let Data { table, target, .. } = self.data.as_ref();
        let manifest = Manifest {
            identity: Identity {
                name: config.name.clone(),
                version: config.model_version.clone(),
                algorithm: config.algorithm.name().into(),
            },
            provenance: Provenance {
                trainer_version: env!("CARGO_PKG_VERSION").into(),
                smartcore_version: SMARTCORE_VERSION.into(),
                created,
                options: config.stored(target.kind()),
                seed: config.seed,
                data_sha256: *table.digest.as_bytes(),
                data_rows: table.n_rows() as u64,
                data_columns: table.columns.len() as u64,
                rows_fitted: self.y.len() as u64,
                rows_held_out: n_held_out as u64,
                rows_without_target: (table.n_rows() - target.rows.len()) as u64,
                class_counts: match self.fitted.cluster_sizes() {
                    [] => class_counts(&self.y, self.data.n_classes()),
                    sizes => sizes.to_vec(),
                },
                left_out: self.inferred.left_out.clone(),
                metrics,
            },
            task: target.task.clone(),
            schema: self.schema.spec().clone(),
            steps: self.steps.clone(),
            estimator: extracted.estimator,
            arrays: Vec::new(),
            golden,
            statistics: config.statistics.then_some(statistics),
        };
        writer::encode(manifest, &extracted.arrays)
            .map_err(|e| Error::input(format!("the model cannot be stored: {e}")))
    }

    fn golden(&self, config: &Config, statistics: &[ColumnStatistics]) -> Result<GoldenRows> {
        let may_be_missing = self.impute != ImputeKind::Error;
        let seed = derive(config.seed, STREAM_GOLDEN);
        let n_numbers = self.fitted.n_numbers();
        let cells = golden::cells(&self.schema, statistics, n_numbers, may_be_missing, seed);
        let table = golden::table(&self.schema, &cells);
        let columns: Vec<usize> = (0..table.columns.len()).collect();
        let rows: Vec<usize> = (0..table.n_rows()).collect();
        let Predictions { labels, values } = self.predict(&table, &columns, &rows)?;
        if values.iter().any(|v| !v.is_finite()) {
            return Err(Error::input("the model predicts values that are not finite numbers")
                .with_hint("values of some column are too large; use --scaler standard"));
        }
        Ok(GoldenRows { cells, labels, values })
    }
}

/// Version of smartcore this build links; the manifest pins it.
const SMARTCORE_VERSION: &str = "0.7.0";

/// The time stamp of reproducible builds, if the environment sets one.
pub(crate) fn source_date_epoch() -> Result<Option<i64>> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(None),
        Ok(text) => text.parse().map(Some).map_err(|_| {
            Error::usage(format!("SOURCE_DATE_EPOCH: found `{text}`, expected seconds since 1970"))
        }),
    }
}
