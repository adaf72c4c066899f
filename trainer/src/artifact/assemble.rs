//! A fitted pipeline and its provenance as the bytes of a model, checked as a reader would.

use cli_common::error::{Error, Result};
use metrics::Baseline;
use model_format::Artifact;
use model_format::provenance::TRAINING_MEAN;
use model_format::v1::{ColumnStatistics, GoldenRows, Identity, Manifest, Provenance};
use model_format::writer::{self, ArrayData};

use super::golden;
use crate::config::Config;
use crate::dataset::{Dataset, class_counts};
use crate::features::encode::ImputeKind;
use crate::features::statistics;
use crate::fit::request::Predictions;
use crate::fitted::Fit;
use crate::rng::{STREAM_GOLDEN, derive};
use crate::table::target::Values;

/// Version of smartcore this build links; the manifest pins it.
const SMARTCORE_VERSION: &str = "0.7.0";

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
        let mut extracted = self.fitted.extract()?;
        if let Some(reducer) = &self.reducer {
            extracted.arrays.extend(reducer.arrays()?);
        }
        let arrays: Vec<_> = extracted.arrays.iter().map(ArrayData::spec).collect();
        let row_cost = extracted.estimator.row_cost(&arrays);
        let golden = if config.statistics {
            self.golden(config, &statistics, row_cost)?
        } else {
            self.golden(config, &statistics::coarse(&statistics), row_cost)?
        };
        if let (Values::Numbers(y), true) = (&self.y, config.statistics)
            && let Some(Baseline::Number(mean)) = Baseline::of_numbers(y)
        {
            metrics.push((TRAINING_MEAN.into(), mean));
        }
        let Dataset { table, target, .. } = self.data.as_ref();
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
                options: self.options(config),
                seed: config.seed,
                data_sha256: *table.digest.as_bytes(),
                data_rows: table.n_rows() as u64,
                data_columns: table.columns.len() as u64,
                rows_fitted: self.y.len() as u64,
                rows_held_out: n_held_out,
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
        writer::encode_v1(manifest, &extracted.arrays)
            .map_err(|e| Error::input(format!("the model cannot be stored: {e}")))
    }

    /// The options, and how far from its optimum the fit stopped where that was too far: a model
    /// that converged has the bytes that its options give it.
    fn options(&self, config: &Config) -> Vec<(String, String)> {
        let Dataset { table, target, .. } = self.data.as_ref();
        let mut options = config.stored(target.kind(), table.delimiter);
        if let Some(missed) = self.fitted.missed() {
            options.push(("not converged".into(), missed.fact()));
        }
        options
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
