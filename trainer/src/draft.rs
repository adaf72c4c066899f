//! What is known of a model before its estimator is fitted, and whether a file has room for it.

use cli_common::error::{Error, Result};
use model_format::manifest::{GoldenRows, Identity, Manifest, Provenance};
use model_format::program::builder::ProgramBuilder;
use model_format::program::slot::Run;
use model_format::program::{Head, ProgramSpec};
use model_format::schema::Schema;
use model_format::writer;

use crate::config::Config;
use crate::dataset::Dataset;
use crate::features::steps::{self, Step};
use crate::table::infer::Inferred;

/// Version of smartcore this build links; the manifest pins it.
const SMARTCORE_VERSION: &str = "0.7.0";

/// A model whose features are learned.
#[derive(Clone, Copy)]
pub(crate) struct Draft<'a> {
    /// What was asked for.
    pub(crate) config: &'a Config,
    /// What it is fitted on.
    pub(crate) data: &'a Dataset,
    /// The columns that serve, and those left out.
    pub(crate) inferred: &'a Inferred,
    /// The columns it reads.
    pub(crate) schema: &'a Schema,
    /// What its cells go through.
    pub(crate) steps: &'a [Step],
}

impl Draft<'_> {
    /// The manifest without program, golden rows, statistics and what the fit gave.
    pub(crate) fn manifest(&self) -> Manifest {
        let Self { config, data, inferred, schema, steps } = *self;
        let Dataset { table, target, .. } = data;
        Manifest {
            identity: Identity {
                name: config.name.clone(),
                version: config.model_version.clone(),
                algorithm: config.algorithm.name().into(),
            },
            provenance: Provenance {
                trainer_version: env!("CARGO_PKG_VERSION").into(),
                smartcore_version: SMARTCORE_VERSION.into(),
                created: None,
                options: config.stored(target.kind(), table.delimiter),
                seed: config.seed,
                data_sha256: *table.digest.as_bytes(),
                data_rows: table.n_rows() as u64,
                data_columns: table.columns.len() as u64,
                rows_fitted: 0,
                rows_held_out: 0,
                rows_without_target: (table.n_rows() - target.rows.len()) as u64,
                class_counts: vec![0; data.n_classes()],
                left_out: inferred.left_out.clone(),
                metrics: Vec::new(),
            },
            task: target.task.clone(),
            schema: schema.spec().clone(),
            keeps_missing: steps::keeps_missing(steps, schema),
            program: ProgramSpec { ops: Vec::new(), head: Head::value(Run { first: 0, len: 0 }) },
            arrays: Vec::new(),
            golden: GoldenRows::default(),
            statistics: None,
        }
    }

    /// Checks before the fit that a file has room for names, labels and options; all else is in sections.
    ///
    /// # Errors
    ///
    /// An input error that says how long they are and how long they may be.
    pub(crate) fn check_size(&self) -> Result<()> {
        let mut program = ProgramBuilder::new(self.schema.columns().len());
        let features = steps::ops(self.steps, None, self.schema, false, &mut program)?;
        let mut manifest = self.manifest();
        (manifest.program, _) = program.finish(Head::value(features));
        writer::check_size(manifest).map_err(|e| {
            Error::input(format!("the model would not fit into a file: {e}")).with_hint(
                "give columns and labels shorter names, or leave columns out with --ignore",
            )
        })
    }
}
