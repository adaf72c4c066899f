//! A fitted pipeline and its provenance as the bytes of a model, checked as a reader would.

use cli_common::error::{Error, Result};
use metrics::Baseline;
use model_format::Artifact;
use model_format::manifest::{ColumnStatistics, GoldenRows};
use model_format::program::builder::ProgramBuilder;
use model_format::provenance::TRAINING_MEAN;
use model_format::writer;

use super::golden;
use crate::algorithms::suits::Reads;
use crate::config::Config;
use crate::dataset::class_counts;
use crate::draft::Draft;
use crate::features::encode::ImputeKind;
use crate::features::{statistics, steps};
use crate::fit::request::Predictions;
use crate::fitted::Fit;
use crate::rng::{STREAM_GOLDEN, derive};
use crate::table::target::Values;

impl Fit {
    /// Adds golden rows and provenance, and checks the bytes as a reader would.
    ///
    /// # Errors
    ///
    /// An input error if the model predicts no numbers or breaks a limit of the format.
    pub(crate) fn assemble(
        &self,
        config: &Config,
        created: Option<i64>,
        mut metrics: Vec<(String, f64)>,
        n_held_out: u64,
    ) -> Result<(Vec<u8>, Artifact)> {
        let statistics = statistics::measure(&self.cells, &self.schema, config.threads);
        let mut program = ProgramBuilder::new(self.schema.columns().len());
        let by_code = config.algorithm.reads() == Reads::Categories;
        let features =
            steps::ops(&self.steps, self.reducer.as_ref(), &self.schema, by_code, &mut program)?;
        let head = self.fitted.extract(features, &mut program)?;
        let (program, arrays) = program.finish(head);
        if let (Values::Numbers(y), true) = (&self.y, config.statistics)
            && let Some(Baseline::Number(mean)) = Baseline::of_numbers(y)
        {
            metrics.push((TRAINING_MEAN.into(), mean));
        }
        let mut manifest = self.draft(config).manifest();
        manifest.program = program;
        let provenance = &mut manifest.provenance;
        provenance.created = created;
        // A model that converged has the bytes that its options give it.
        if let Some(missed) = self.fitted.missed() {
            provenance.options.push(("not converged".into(), missed.fact()));
        }
        provenance.rows_fitted = self.y.len() as u64;
        provenance.rows_held_out = n_held_out;
        provenance.class_counts = match self.fitted.cluster_sizes() {
            [] => class_counts(&self.y, self.data.n_classes()),
            sizes => sizes.to_vec(),
        };
        provenance.metrics = metrics;
        let unstorable = |e| Error::input(format!("the model cannot be stored: {e}"));
        let row_cost = writer::row_cost(&manifest, &arrays).map_err(unstorable)?;
        manifest.golden = if config.statistics {
            self.golden(config, &statistics, row_cost)?
        } else {
            self.golden(config, &statistics::coarse(&statistics), row_cost)?
        };
        manifest.statistics = config.statistics.then_some(statistics);
        writer::encode(manifest, arrays).map_err(unstorable)
    }

    fn draft<'a>(&'a self, config: &'a Config) -> Draft<'a> {
        let Self { data, inferred, schema, steps, .. } = self;
        Draft { config, data, inferred, schema, steps }
    }

    fn golden(
        &self,
        config: &Config,
        statistics: &[ColumnStatistics],
        row_cost: u64,
    ) -> Result<GoldenRows> {
        let may_be_missing = self.impute != ImputeKind::Error;
        let seed = derive(config.seed, STREAM_GOLDEN);
        let size = (self.fitted.n_numbers(), row_cost);
        let cells = golden::cells(&self.schema, statistics, size, may_be_missing, seed);
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

/// The time stamp of reproducible builds, if the environment sets one.
pub(crate) fn source_date_epoch() -> Result<Option<i64>> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Err(_) => Ok(None),
        Ok(text) => text.parse().map(Some).map_err(|_| {
            Error::usage(format!("SOURCE_DATE_EPOCH: found `{text}`, expected seconds since 1970"))
        }),
    }
}
