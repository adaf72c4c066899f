//! `trainer fit` from the training file to the model file.

use std::io::{self, Write};
use std::path::Path;

use model_format::Artifact;
use model_format::atomic::AtomicFile;
use model_format::cell::MissingTokens;
use model_format::manifest::{
    ColumnStatistics, GoldenRows, Identity, Manifest, Provenance, SchemaSpec, Step,
};
use model_format::pipeline::labels;
use model_format::schema::Schema;
use model_format::writer;

use crate::config::{Config, Test};
use crate::data::encode::{self, Cells, ImputeKind};
use crate::data::infer::{self, Inferred};
use crate::data::statistics;
use crate::data::table::Table;
use crate::data::target::{self, Target, TaskKind, Values};
use crate::error::{Error, Result};
use crate::fit::params::Algorithm;
use crate::fit::{self, Fitted, Predictions, Request, golden};
use crate::metrics::{self, Metric};
use crate::progress::Progress;
use crate::rng::derive;
use crate::split::{self, Split};

/// Fewest rows a model can be fitted on.
const MIN_ROWS: usize = 10;
/// Seconds of waiting that are told beforehand.
const LONG: f64 = 10.0;
/// Larger targets cannot be squared and summed, which every regression does.
const LARGEST_TARGET: f64 = 1e140;
/// Streams of random numbers, one per use, so that none depends on how many another took.
const STREAM_SPLIT: u64 = 1;
const STREAM_FIT: u64 = 2;
const STREAM_GOLDEN: u64 = 3;

/// A written model and what to tell of it.
pub(crate) struct Trained {
    /// The model as it was written.
    pub(crate) artifact: Artifact,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
    /// Truth and prediction on the held-out rows, for the summary.
    pub(crate) held_out: HeldOut,
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
    table: Table,
    target: Target,
    split: Split,
    inferred: Inferred,
    /// The columns it reads.
    pub(crate) schema: Schema,
    steps: Vec<Step>,
    impute: ImputeKind,
    cells: Cells,
    y: Values,
    fitted: Fitted,
}

/// Fits a model and writes it; the file appears whole or not at all.
///
/// # Errors
///
/// Whatever is wrong with the data, the options or the disk; an existing model file is then as it
/// was.
pub(crate) fn train(config: &Config, progress: &Progress) -> Result<Trained> {
    let created = source_date_epoch()?;
    // Whether the model can be written is found out before hours of work, not after. A pipe is not
    // opened for that: its reader would take it for the end.
    if std::fs::metadata(&config.output).is_ok_and(|meta| meta.is_file()) || !config.output.exists()
    {
        drop(Output::create(&config.output)?);
    }
    let fit = Fit::new(config, progress)?;
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
    let warnings = fit.warnings();
    let artifact = fit.save(config, created, &held_out)?;
    Ok(Trained { artifact, warnings, held_out })
}

impl Fit {
    /// Reads the training file and fits.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the data or the options.
    pub(crate) fn new(config: &Config, progress: &Progress) -> Result<Self> {
        let table = Table::read(&config.train, config.delimiter)?;
        let missing = MissingTokens::new(config.missing.iter().map(String::as_str));
        let target_column = table.column(&config.target, "--target")?;
        let target = target::read(&table, target_column, &missing, config.task)?;
        check_algorithm(config, target.kind())?;
        let n_classes = labels(&target.task).len();
        let split = split_rows(config, &target, n_classes)?;
        let rows: Vec<usize> = split.train.iter().map(|i| target.rows[*i]).collect();
        let inferred =
            infer::infer(&table, target_column, &target.rows, &rows, &missing, &config.overrides)?;
        let schema = encode::schema(&SchemaSpec {
            columns: inferred.specs.clone(),
            missing_tokens: config.missing.clone(),
        })?;
        let cells = encode::read(&table, &schema, &inferred.columns, &rows, config.impute)?;
        let whole = config.algorithm == Algorithm::MultinomialNb;
        let steps = encode::learn(&cells, config.scaler, config.impute, whole);
        let x = encode::encode(&cells, &schema, &steps)?;
        encode::check_finite(&x, &schema)?;
        let y = target.values.select(&split.train);
        check_targets(&y, n_classes)?;
        let names = schema.feature_names();
        let texts: Vec<_> = schema.text().iter().map(|text| text.features.clone()).collect();
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
        let impute = config.impute;
        Ok(Self { table, target, split, inferred, schema, steps, impute, cells, y, fitted })
    }

    fn n_classes(&self) -> usize {
        labels(&self.target.task).len()
    }

    /// smartcore's own predictions for rows of a table; `columns` are its columns in schema order.
    pub(crate) fn predict(
        &self,
        table: &Table,
        columns: &[usize],
        rows: &[usize],
    ) -> Result<Predictions> {
        let cells = encode::read(table, &self.schema, columns, rows, self.impute)?;
        self.fitted.predict(&encode::encode(&cells, &self.schema, &self.steps)?)
    }

    /// Metrics on the held-out rows, or on those of another file.
    fn evaluate(&self, config: &Config) -> Result<HeldOut> {
        let (predictions, y) = match &config.test {
            Test::Fraction(_) if self.split.test.is_empty() => return Ok(HeldOut::default()),
            Test::Fraction(_) => {
                let rows: Vec<usize> =
                    self.split.test.iter().map(|i| self.target.rows[*i]).collect();
                let y = self.target.values.select(&self.split.test);
                (self.predict(&self.table, &self.inferred.columns, &rows)?, y)
            }
            Test::File(path) => {
                let other = Table::read(path, config.delimiter)?;
                let columns = other.columns_of(&self.schema, "--test-data")?;
                let column = other.column(&config.target, "--test-data")?;
                let (rows, y) =
                    target::read_like(&other, column, self.schema.missing(), &self.target.task)?;
                if rows.is_empty() {
                    let fact = format!("`{}`: every target is missing", other.name);
                    return Err(Error::input(fact));
                }
                (self.predict(&other, &columns, &rows)?, y)
            }
        };
        let n_rows = y.len();
        let Predictions { labels, values } = predictions;
        Ok(match y {
            Values::Numbers(truth) => HeldOut {
                metrics: metrics::regression(&truth, &values),
                confusion: Vec::new(),
                n_rows,
            },
            Values::Classes(truth) => {
                let n_classes = self.n_classes();
                HeldOut {
                    metrics: metrics::classification(&truth, &labels, Some(&values), n_classes),
                    confusion: metrics::confusion(&truth, &labels, n_classes),
                    n_rows,
                }
            }
        })
    }

    /// What the user should know.
    fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = self
            .inferred
            .left_out
            .iter()
            .filter(|(_, reason)| reason != infer::IGNORED)
            .map(|(name, reason)| format!("column `{name}` is left out: {reason}"))
            .collect();
        warnings.extend(self.inferred.warnings.iter().cloned());
        let without = self.table.n_rows() - self.target.rows.len();
        if without > 0 {
            warnings.push(format!("{without} rows without a target are left out"));
        }
        let Values::Classes(classes) = &self.target.values else { return warnings };
        let giveaways = infer::giveaways(
            &self.table,
            &self.inferred,
            &self.target.rows,
            classes,
            self.n_classes(),
        );
        for name in giveaways {
            warnings.push(format!(
                "column `{name}` tells the target outright; if it is not known when predicting, leave it out with --ignore"
            ));
        }
        let held = class_counts(&self.target.values.select(&self.split.test), self.n_classes());
        let pairs = labels(&self.target.task).iter().zip(&held);
        let absent: Vec<&str> =
            pairs.filter(|(_, n)| **n == 0).map(|(label, _)| label.as_str()).collect();
        if !self.split.test.is_empty() && !absent.is_empty() {
            warnings.push(format!("no held-out row has label {}", absent.join(", ")));
        }
        warnings
    }

    /// Adds golden rows and provenance, checks the bytes as a reader would, and writes them.
    pub(crate) fn save(
        &self,
        config: &Config,
        created: Option<i64>,
        held_out: &HeldOut,
    ) -> Result<Artifact> {
        let statistics = statistics::measure(&self.cells, &self.schema);
        let golden = self.golden(config, &statistics)?;
        let extracted = self.fitted.extract()?;
        let (table, target) = (&self.table, &self.target);
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
                rows_held_out: held_out.n_rows as u64,
                rows_without_target: (table.n_rows() - target.rows.len()) as u64,
                class_counts: class_counts(&self.y, self.n_classes()),
                left_out: self.inferred.left_out.clone(),
                metrics: held_out.metrics.iter().map(|m| (m.name.into(), m.value)).collect(),
            },
            task: target.task.clone(),
            schema: self.schema.spec().clone(),
            steps: self.steps.clone(),
            estimator: extracted.estimator,
            arrays: Vec::new(),
            golden,
            statistics: Some(statistics),
        };
        let (bytes, artifact) = writer::encode(manifest, &extracted.arrays)
            .map_err(|e| Error::input(format!("the model cannot be stored: {e}")))?;
        Output::create(&config.output)?
            .write(&bytes)
            .map_err(|e| cannot_write(&config.output, &e))?;
        Ok(artifact)
    }

    fn golden(&self, config: &Config, statistics: &[ColumnStatistics]) -> Result<GoldenRows> {
        let may_be_missing = self.impute != ImputeKind::Error;
        let seed = derive(config.seed, STREAM_GOLDEN);
        let cells = golden::cells(&self.schema, statistics, may_be_missing, seed);
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

/// Where the model goes.
enum Output {
    File(AtomicFile),
    Stdout,
}

impl Output {
    fn create(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        AtomicFile::create(path).map(Self::File).map_err(|e| cannot_write(path, &e))
    }

    fn write(self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(mut file) => file.write_all(bytes).and_then(|()| file.commit()),
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
                    // Whoever read the model has seen enough.
                    Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    other => other,
                }
            }
        }
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::io(format!("cannot write `{}`", path.display()), error)
}

fn check_algorithm(config: &Config, kind: TaskKind) -> Result<()> {
    if config.algorithm.serves(kind) {
        return Ok(());
    }
    let (is, other) = match kind {
        TaskKind::Regression => ("numbers", "classification"),
        TaskKind::Classification => ("labels", "regression"),
    };
    let fact = format!(
        "{} cannot predict {is}, which is what target `{}` holds",
        config.algorithm.name(),
        config.target
    );
    Err(Error::usage(fact)
        .with_hint(format!("choose another --algorithm, or --task {other} if that is meant")))
}

fn split_rows(config: &Config, target: &Target, n_classes: usize) -> Result<Split> {
    let n_rows = target.rows.len();
    if n_rows < MIN_ROWS {
        let fact = format!("{n_rows} rows have a target, expected at least {MIN_ROWS}");
        return Err(Error::input(fact));
    }
    let fraction = match config.test {
        Test::Fraction(fraction) => fraction,
        Test::File(_) => 0.0,
    };
    let seed = derive(config.seed, STREAM_SPLIT);
    Ok(match &target.values {
        Values::Classes(classes) => split::stratified(classes, n_classes, fraction, seed),
        Values::Numbers(values) => split::plain(values.len(), fraction, seed),
    })
}

/// The fitted rows must still show what the whole table showed.
fn check_targets(y: &Values, n_classes: usize) -> Result<()> {
    match y {
        Values::Numbers(values) if values.iter().any(|v| v.abs() > LARGEST_TARGET) => {
            let fact = format!("target values beyond {LARGEST_TARGET:e}, whose squares overflow");
            Err(Error::input(fact).with_hint("give the target another unit"))
        }
        Values::Numbers(values) if values.iter().all(|v| v.to_bits() == values[0].to_bits()) => {
            Err(Error::input("every target value of the fitted rows is the same")
                .with_hint("hold fewer rows out with --test-fraction"))
        }
        Values::Classes(_) if class_counts(y, n_classes).contains(&0) => {
            Err(Error::input("a label has no rows to be fitted on")
                .with_hint("hold fewer rows out with --test-fraction"))
        }
        _ => Ok(()),
    }
}

fn class_counts(y: &Values, n_classes: usize) -> Vec<u64> {
    let mut counts = vec![0; n_classes];
    if let Values::Classes(classes) = y {
        for class in classes {
            counts[*class as usize] += 1;
        }
    }
    counts
}

/// The time stamp of reproducible builds, if the environment sets one.
fn source_date_epoch() -> Result<Option<i64>> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(None),
        Ok(text) => text.parse().map(Some).map_err(|_| {
            Error::usage(format!("SOURCE_DATE_EPOCH: found `{text}`, expected seconds since 1970"))
        }),
    }
}
