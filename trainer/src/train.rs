//! `trainer fit` from the training file to the model file.

use std::io::Write;

use model_format::Artifact;
use model_format::atomic::AtomicFile;
use model_format::cell::MissingTokens;
use model_format::manifest::{GoldenRows, Identity, Manifest, Provenance, SchemaSpec, Task};
use model_format::pipeline::labels;
use model_format::writer;

use crate::config::{Config, Test};
use crate::data::encode::{self, ImputeKind};
use crate::data::infer::{self, Inferred};
use crate::data::statistics;
use crate::data::table::Table;
use crate::data::target::{self, Target, TaskKind, Values};
use crate::error::{Error, Result};
use crate::fit::mirror::Matrix;
use crate::fit::{self, Predictions, Request, golden};
use crate::metrics::{self, Metric};
use crate::progress::Progress;
use crate::rng::derive;
use crate::split::{self, Split};

/// Fewest rows a model can be fitted on.
const MIN_ROWS: usize = 10;
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
}

/// Fits a model and writes it; the file appears whole or not at all.
///
/// # Errors
///
/// Whatever is wrong with the data, the options or the disk; an existing model file is then as it
/// was.
pub(crate) fn train(config: &Config, progress: &Progress) -> Result<Trained> {
    let created = source_date_epoch()?;
    let table = Table::read(&config.train, config.delimiter)?;
    let missing = MissingTokens::new(config.missing.iter().map(String::as_str));
    let target_column = table.column(&config.target, "--target")?;
    let target = target::read(&table, target_column, &missing, config.task)?;
    let kind = match target.task {
        Task::Regression { .. } => TaskKind::Regression,
        Task::Classification { .. } => TaskKind::Classification,
    };
    check_algorithm(config, kind)?;
    let n_classes = labels(&target.task).len();
    let split = split_rows(config, &target, n_classes)?;
    let pick = |positions: &[usize]| positions.iter().map(|i| target.rows[*i]).collect::<Vec<_>>();
    let fitted_rows = pick(&split.train);
    let inferred = infer::infer(
        &table,
        target_column,
        &target.rows,
        &fitted_rows,
        &missing,
        &config.overrides,
    )?;
    let spec =
        SchemaSpec { columns: inferred.specs.clone(), missing_tokens: config.missing.clone() };
    let schema = encode::schema(&spec)?;
    let cells = encode::read(&table, &schema, &inferred.columns, &fitted_rows, config.impute)?;
    let steps = encode::learn(&cells, config.scaler, config.impute);
    let x = encode::encode(&cells, &schema, &steps)?;
    let y = target.values.select(&split.train);
    check_targets(&y, n_classes)?;
    let names = schema.feature_names();
    let request = Request {
        algorithm: config.algorithm,
        params: &config.params,
        x: &x,
        y: &y,
        n_classes,
        feature_names: &names,
        seed: derive(config.seed, STREAM_FIT),
        threads: config.threads,
        progress,
    };
    let fitted = fit::fit(&request)?;
    progress.clear();
    drop(x);

    let encode_rows = |table: &Table, columns: &[usize], rows: &[usize], impute| {
        let cells = encode::read(table, &schema, columns, rows, impute)?;
        encode::encode(&cells, &schema, &steps)
    };
    let (held_x, held_y) = match &config.test {
        Test::Fraction(_) => {
            let x = encode_rows(&table, &inferred.columns, &pick(&split.test), config.impute)?;
            (x, target.values.select(&split.test))
        }
        Test::File(path) => {
            let other = Table::read(path, config.delimiter)?;
            let columns = inferred
                .specs
                .iter()
                .map(|spec| other.column(&spec.name, "--test-data"))
                .collect::<Result<Vec<_>>>()?;
            let column = other.column(&config.target, "--test-data")?;
            let (rows, y) = target::read_like(&other, column, &missing, &target.task)?;
            if rows.is_empty() {
                return Err(Error::input(format!("`{}`: every target is missing", other.name)));
            }
            (encode_rows(&other, &columns, &rows, config.impute)?, y)
        }
    };
    let held_out = evaluate(&fitted, &held_x, &held_y, n_classes)?;

    let statistics = statistics::measure(&cells, &schema);
    let golden_cells = golden::cells(
        &schema,
        &statistics,
        config.impute != ImputeKind::Error,
        derive(config.seed, STREAM_GOLDEN),
    );
    let golden_table = golden::table(&schema, &golden_cells);
    let all_columns: Vec<usize> = (0..schema.columns().len()).collect();
    let all_rows: Vec<usize> = (0..golden_table.n_rows()).collect();
    let golden_x = encode_rows(&golden_table, &all_columns, &all_rows, config.impute)?;
    let Predictions { labels: golden_labels, values } = fitted.predict(&golden_x)?;
    if values.iter().any(|v| !v.is_finite()) {
        return Err(Error::input("the model predicts values that are not finite numbers")
            .with_hint("values of some column are too large; use --scaler standard"));
    }
    let extracted = fitted.extract()?;
    drop(fitted);

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
            options: config.stored(kind),
            seed: config.seed,
            data_sha256: *table.digest.as_bytes(),
            data_rows: table.n_rows() as u64,
            data_columns: table.columns.len() as u64,
            rows_fitted: fitted_rows.len() as u64,
            rows_held_out: held_y.len() as u64,
            rows_without_target: (table.n_rows() - target.rows.len()) as u64,
            class_counts: class_counts(&y, n_classes),
            left_out: inferred.left_out.clone(),
            metrics: held_out.metrics.iter().map(|m| (m.name.into(), m.value)).collect(),
        },
        task: target.task.clone(),
        schema: spec,
        steps,
        estimator: extracted.estimator,
        arrays: Vec::new(),
        golden: GoldenRows { cells: golden_cells, labels: golden_labels, values },
        statistics: Some(statistics),
    };
    let warnings = warnings(&table, &inferred, &target, &split, n_classes);
    let artifact = save(config, manifest, &extracted.arrays)?;
    Ok(Trained { artifact, warnings, held_out })
}

/// Version of smartcore this build links; the manifest pins it.
const SMARTCORE_VERSION: &str = "0.7.0";

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

fn evaluate(fitted: &fit::Fitted, x: &Matrix, y: &Values, n_classes: usize) -> Result<HeldOut> {
    if y.is_empty() {
        return Ok(HeldOut::default());
    }
    let Predictions { labels, values } = fitted.predict(x)?;
    Ok(match y {
        Values::Numbers(truth) => {
            HeldOut { metrics: metrics::regression(truth, &values), confusion: Vec::new() }
        }
        Values::Classes(truth) => HeldOut {
            metrics: metrics::classification(truth, &labels, Some(&values), n_classes),
            confusion: metrics::confusion(truth, &labels, n_classes),
        },
    })
}

fn warnings(
    table: &Table,
    inferred: &Inferred,
    target: &Target,
    split: &Split,
    n_classes: usize,
) -> Vec<String> {
    let mut warnings: Vec<String> = inferred
        .left_out
        .iter()
        .filter(|(_, reason)| reason != "--ignore")
        .map(|(name, reason)| format!("column `{name}` is left out: {reason}"))
        .collect();
    let without = table.n_rows() - target.rows.len();
    if without > 0 {
        warnings.push(format!("{without} rows without a target are left out"));
    }
    if let Values::Classes(classes) = &target.values {
        for name in infer::giveaways(table, inferred, &target.rows, classes, n_classes) {
            warnings.push(format!(
                "column `{name}` tells the target outright; if it is not known when predicting, leave it out with --ignore"
            ));
        }
        let mut held = vec![0u64; n_classes];
        split.test.iter().for_each(|i| held[classes[*i] as usize] += 1);
        let absent: Vec<&str> = labels(&target.task)
            .iter()
            .zip(&held)
            .filter(|(_, n)| **n == 0)
            .map(|(label, _)| label.as_str())
            .collect();
        if !split.test.is_empty() && !absent.is_empty() {
            warnings.push(format!("no held-out row has label {}", absent.join(", ")));
        }
    }
    warnings
}

/// Encodes the model, checks the bytes as a reader would, and writes them.
fn save(config: &Config, manifest: Manifest, arrays: &[writer::ArrayData]) -> Result<Artifact> {
    let (bytes, artifact) = writer::encode(manifest, arrays)
        .map_err(|e| Error::input(format!("the model cannot be stored: {e}")))?;
    let io = |e| Error::io(format!("cannot write `{}`", config.output.display()), &e);
    let mut file = AtomicFile::create(&config.output).map_err(io)?;
    file.write_all(&bytes).map_err(io)?;
    file.commit().map_err(io)?;
    Ok(artifact)
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
