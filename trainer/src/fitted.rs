//! A pipeline fitted on the training part of a split: features, then smartcore's estimator.

use std::rc::Rc;
use std::time::{Duration, Instant};

use cli_common::error::Result;
use cli_common::progress::{LONG, Progress};
use model_format::manifest::SchemaSpec;
use model_format::program::ops::projection::component_names;
use model_format::schema::Schema;

use crate::algorithms::cost::{self, about};
use crate::algorithms::space;
use crate::algorithms::suits::Reads;
use crate::config::{Config, Test};
use crate::dataset::{Dataset, check_algorithm, check_targets};
use crate::draft::Draft;
use crate::features::encode::{self, Cells, Form, ImputeKind};
use crate::features::reduce::{self, Reducer};
use crate::features::steps::Step;
use crate::fit::request::{Predictions, Request};
use crate::fit::{self, Fitted};
use crate::rng::{STREAM_FIT, derive};
use crate::split::Split;
use crate::table::Table;
use crate::table::infer::Inferred;
use crate::table::target::{TaskKind, Values};

/// A fitted pipeline that still holds smartcore's estimator.
pub(crate) struct Fit {
    /// What it was fitted on.
    pub(crate) data: Rc<Dataset>,
    /// Which of its rows were fitted and which held out.
    pub(crate) split: Split,
    /// The columns that serve, and those left out.
    pub(crate) inferred: Inferred,
    /// The columns it reads.
    pub(crate) schema: Schema,
    /// What its cells go through, learned from the fitted rows.
    pub(crate) steps: Vec<Step>,
    /// What missing numbers become.
    pub(crate) impute: ImputeKind,
    form: Form,
    threads: usize,
    /// How long smartcore took.
    pub(crate) fitting: Duration,
    /// Cells of the fitted rows.
    pub(crate) cells: Cells,
    /// Targets of the fitted rows.
    pub(crate) y: Values,
    /// Components instead of features, if the user wants them.
    pub(crate) reducer: Option<Reducer>,
    /// smartcore's estimator.
    pub(crate) fitted: Fitted,
}

/// Rows that are predicted at once, so that their features never are all there.
const ROWS_PER_BLOCK: usize = 8192;

/// The column of most features, and how many those are.
fn widest(schema: &Schema) -> Option<(&str, usize)> {
    let widths = schema.text().iter().map(|text| (text.column, text.features.len()));
    let (column, width) = widths.max_by_key(|(_, width)| *width)?;
    Some((schema.columns()[column].name.as_str(), width))
}

impl Fit {
    /// Reads the training file and fits; errors as [`Fit::on`].
    #[cfg(test)]
    pub(crate) fn new(config: &Config, progress: &Progress) -> Result<Self> {
        Self::of(config, &Rc::new(Dataset::read(config)?), progress)
    }

    /// Fits on the rows that are not held out; errors as [`Fit::on`]. What the user should know of the columns is
    /// printed before an error, since it may be the cause.
    pub(crate) fn of(config: &Config, data: &Rc<Dataset>, progress: &Progress) -> Result<Self> {
        check_algorithm(config, &data.target)?;
        let split = data.split(config)?;
        Self::on(config, data, split, progress).inspect_err(|_| {
            if let Ok(split) = data.split(config)
                && let Ok(inferred) = data.infer(config, &data.rows(&split.train))
            {
                progress.warn(&data.warnings(&inferred, &split.test));
            }
        })
    }

    /// Fits on the training part of `split`, positions among the rows that have a target. Whatever
    /// is learned (categories, imputation, scaling, components, the estimator) is learned from that
    /// part alone.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the data or the options.
    pub(crate) fn on(
        config: &Config,
        data: &Rc<Dataset>,
        split: Split,
        progress: &Progress,
    ) -> Result<Self> {
        let Dataset { table, target, .. } = data.as_ref();
        let n_classes = data.n_classes();
        let rows = data.rows(&split.train);
        let inferred = data.infer(config, &rows)?;
        let schema = encode::schema(&SchemaSpec {
            columns: inferred.specs.clone(),
            missing_tokens: config.missing.clone(),
        })?
        .with_style(config.style.clone());
        let memory = space::check(
            &space::PlannedFit {
                algorithm: config.algorithm,
                params: &config.params,
                kind: target.kind(),
                widest: widest(&schema),
            },
            &space::Shape {
                n_rows: rows.len(),
                n_columns: schema.columns().len(),
                n_features: schema.n_features(),
                n_numbers: schema.numeric().len(),
                n_labels: n_classes,
                threads: config.threads,
                reduced: config.reduce.is_some(),
            },
        )?;
        let seconds = config.params.seconds(&cost::Shape {
            n_fitted: rows.len(),
            n_predicted: split.test.len(),
            n_features: schema.n_features(),
            n_labels: if target.kind() == TaskKind::Classification { n_classes } else { 0 },
            threads: config.threads,
        });
        // A comparison says beforehand what it takes as a whole.
        if seconds > LONG && !matches!(config.test, Test::Folds(_)) {
            progress.note(&format!(
                "{} on {} rows and {} features takes about {} and {memory} (estimate); --sample N uses fewer rows",
                config.algorithm.name(),
                rows.len(),
                schema.n_features(),
                about(seconds)
            ));
        }
        let cells = encode::read(table, &schema, &inferred.columns, &rows, config.impute)?;
        let whole = config.algorithm.reads() == Reads::Counts;
        let steps = encode::learn(&cells, config.scaler, config.impute, whole, config.threads);
        Draft { config, data, inferred: &inferred, schema: &schema, steps: &steps }.check_size()?;
        let form = match config.reduce {
            Some(_) => Form::Matrix,
            None => config.params.hyper().form(),
        };
        let mut x = encode::encode(&cells, &schema, &steps, form, config.threads)?;
        encode::check_finite(&x, &schema)?;
        let y = target.values.select(&split.train);
        check_targets(&y, n_classes)?;
        let mut names: Vec<String> = schema.feature_names().collect();
        let mut reducer = None;
        if let Some(reduce) = config.reduce {
            let seconds = reduce::seconds(x.dense()?);
            if seconds > LONG {
                progress.note(&format!("--reduce {reduce} takes about {seconds:.0} s"));
            }
            progress.spin("reducing");
            let (fitted, components) = Reducer::fit(reduce, x.dense()?)?;
            progress.clear();
            (x, names) = (components.into(), component_names(fitted.n_components()));
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
            form,
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
        let mut all = Predictions::default();
        for start in (0..cells.n_rows()).step_by(ROWS_PER_BLOCK) {
            let part = cells.part(start..cells.n_rows().min(start + ROWS_PER_BLOCK));
            let x = encode::encode(&part, &self.schema, &self.steps, self.form, self.threads)?;
            all.append(match &self.reducer {
                Some(reducer) => self.fitted.predict(&reducer.transform(x.dense()?)?.into())?,
                None => self.fitted.predict(&x)?,
            });
        }
        Ok(all)
    }

    /// smartcore's own predictions for the held-out rows of the split.
    pub(crate) fn predict_held_out(&self) -> Result<Predictions> {
        let rows = self.data.rows(&self.split.test);
        self.predict(&self.data.table, &self.inferred.columns, &rows)
    }
}
