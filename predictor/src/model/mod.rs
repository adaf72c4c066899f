//! A model ready to predict: an artifact that was checked and whose golden rows came out right.

#[cfg(feature = "cli")]
mod program;
mod rows;

use std::path::Path;
use std::sync::Arc;

use cli_common::error::{Error, Result};
use cli_common::paths::signature_beside;
use model_format::manifest::Manifest;
use model_format::{Artifact, Digest, FormatError, ModelFile, Pipeline};

use crate::batch::Batch;
#[cfg(feature = "cli")]
use crate::drift::Reference;
use crate::inputs::{Column, ColumnInfo, Inputs};
use crate::plan::{Plan, lower};
use crate::replay;
use crate::row::Row;
use crate::trust::{Signature, SignedBy, TrustedKeys};

/// A checked model.
///
/// It is immutable and `Sync`: open it once and share it between threads.
///
/// # Examples
///
/// A scorer for a web service; each request calls `score` from its own thread.
///
/// ```no_run
/// use predictor::{Model, Prediction};
///
/// struct Service {
///     model: Model,
/// }
///
/// impl Service {
///     fn start() -> predictor::Result<Self> {
///         Ok(Self { model: Model::open("churn.model")? })
///     }
///
///     /// Cells by column name, as they came in the request; what is not named is missing.
///     fn score(&self, cells: &[(&str, &str)]) -> predictor::Result<String> {
///         let mut row = self.model.row();
///         for (column, text) in cells {
///             row.set(column, text)?;
///         }
///         Ok(match &self.model.predict(&[row])?[0] {
///             Prediction::Value(value) => format!("{value}"),
///             Prediction::Class { label, probabilities, index } => match probabilities.get(*index) {
///                 Some(probability) => format!("{label} ({probability:.3})"),
///                 None => (*label).to_owned(),
///             },
///             _ => String::new(),
///         })
///     }
/// }
/// # Service::start().unwrap().score(&[("age", "39")]).unwrap();
/// ```
#[derive(Debug)]
pub struct Model {
    inputs: Arc<Inputs>,
    /// What training saw in the columns, if the file has it.
    #[cfg(feature = "cli")]
    reference: Option<Reference>,
    signed_by: Option<SignedBy>,
}

impl Model {
    /// Opens a model file: every check of the format, then the golden rows are replayed.
    ///
    /// # Errors
    ///
    /// [`Cause::Model`](crate::Cause::Model) with the reason if the file was refused,
    /// [`Cause::Io`](crate::Cause::Io) if it could not be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Artifact::open(path)
            .and_then(Self::from_artifact)
            .map_err(|error| Error::model(path, &error))
    }

    /// Opens a model file that a trusted key signed; the signature is the file `PATH.minisig` beside it.
    ///
    /// The signature is verified over the bytes of the whole file, as they are in memory, before any of
    /// them is given a meaning; then everything is checked that [`Model::open`] checks.
    ///
    /// # Errors
    ///
    /// As [`Model::open`]; [`Cause::Model`](crate::Cause::Model) also if there is no signature, if it is
    /// malformed, not by one of `keys`, or not of these bytes.
    pub fn open_trusted(path: impl AsRef<Path>, keys: &TrustedKeys) -> Result<Self> {
        let path = path.as_ref();
        Self::open_signed(path, signature_beside(path), keys)
    }

    /// The same with a signature that lies elsewhere.
    ///
    /// # Errors
    ///
    /// As [`Model::open_trusted`].
    pub fn open_signed(
        path: impl AsRef<Path>,
        signature: impl AsRef<Path>,
        keys: &TrustedKeys,
    ) -> Result<Self> {
        let path = path.as_ref();
        let refused = |error: FormatError| Error::model(path, &error);
        let file = ModelFile::open(path).map_err(refused)?;
        let signature = Signature::open(path, signature.as_ref())?;
        keys.check(path, &signature)?;
        let bytes = file.read().map_err(refused)?;
        let signed_by = keys.verify(path, bytes.as_slice(), &signature)?;
        let model = bytes.check().and_then(Self::from_artifact).map_err(refused)?;
        Ok(Self { signed_by: Some(signed_by), ..model })
    }

    /// Takes the bytes of a model file that are in memory: every check that [`Model::open`] makes.
    ///
    /// # Errors
    ///
    /// [`Cause::Model`](crate::Cause::Model) with the reason if the bytes were refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Artifact::parse(bytes)
            .and_then(Self::from_artifact)
            .map_err(|error| Error::model(Path::new("in memory"), &error))
    }

    /// Takes an artifact that was read from elsewhere and replays its golden rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SelfTest`](model_format::ErrorKind::SelfTest) naming the row that differs.
    pub fn from_artifact(artifact: Artifact) -> std::result::Result<Self, FormatError> {
        let plan = lower(artifact.pipeline());
        replay::golden_rows(&artifact, &plan)?;
        Ok(Self {
            #[cfg(feature = "cli")]
            reference: Reference::new(&artifact),
            inputs: Arc::new(Inputs::new(artifact, plan)),
            signed_by: None,
        })
    }

    /// What the file says of the model.
    pub fn manifest(&self) -> &Manifest {
        self.artifact().manifest()
    }

    /// The file as it was checked.
    pub fn artifact(&self) -> &Artifact {
        self.inputs.artifact()
    }

    /// The model's id: a SHA-256 that covers every byte of its file.
    pub fn id(&self) -> Digest {
        self.artifact().id()
    }

    /// The signature that was verified when the model was opened, if one was asked for.
    pub fn signed_by(&self) -> Option<&SignedBy> {
        self.signed_by.as_ref()
    }

    /// Whether labels come with probabilities; support vector machines and k-means have none.
    pub fn has_probabilities(&self) -> bool {
        self.pipeline().has_probabilities()
    }

    /// Labels in class order, or names of the clusters; empty for regression.
    pub fn labels(&self) -> &[String] {
        self.pipeline().labels()
    }

    /// The columns that the model reads, in the order of its schema: names, kinds, categories, handles.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = ColumnInfo<'_>> {
        self.inputs.columns()
    }

    /// The handle of a column, which sets cells without a look at any name.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`](crate::Cause::Input) if the model has no such column.
    pub fn column(&self, name: &str) -> Result<Column> {
        self.inputs.column(name)
    }

    /// A row with every cell missing, to be filled.
    pub fn row(&self) -> Row {
        Row::new(&self.inputs)
    }

    /// `n_rows` rows with every cell missing, to be filled column by column.
    pub fn batch<'a>(&self, n_rows: usize) -> Batch<'a> {
        Batch::new(&self.inputs, n_rows)
    }

    /// How its blocks are scored.
    pub(crate) fn plan(&self) -> &Plan {
        self.inputs.plan()
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        self.artifact().pipeline()
    }
}
