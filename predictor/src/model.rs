//! A model ready to predict: an artifact that was checked and whose golden rows came out right.

use std::path::Path;

use cli_common::error::{Cause, Error, Result};
use cli_common::paths::signature_beside;
use model_format::limits::MAX_GOLDEN_ROWS;
use model_format::manifest::Manifest;
use model_format::schema::TextCell;
use model_format::{Artifact, Digest, FormatError, ModelFile, Pipeline, golden};

use crate::block::Block;
use crate::cell::CellReader;
use crate::count::{Counts, count_and_prepare};
use crate::drift::{ChunkStats, Reference};
use crate::kernels::Scores;
use crate::plan::Plan;
use crate::prepare::prepare;
use crate::row::{Prediction, Row};
use crate::trust::{Signature, SignedBy, TrustedKeys};
use crate::wide::Width;

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
    artifact: Artifact,
    /// What training saw in the columns, if the file has it.
    reference: Option<Reference>,
    signed_by: Option<SignedBy>,
    plan: Plan,
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

    /// Takes an artifact that was read from elsewhere and replays its golden rows.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SelfTest`](model_format::ErrorKind::SelfTest) naming the row that differs.
    pub fn from_artifact(artifact: Artifact) -> std::result::Result<Self, FormatError> {
        let reference = Reference::new(&artifact);
        let model = Self { artifact, reference, signed_by: None, plan: Plan::default() };
        model.replay_golden_rows()?;
        Ok(model)
    }

    /// What the file says of the model.
    pub fn manifest(&self) -> &Manifest {
        self.artifact.manifest()
    }

    /// The file as it was checked.
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// The model's id: a SHA-256 that covers every byte of its file.
    pub fn id(&self) -> Digest {
        self.artifact.id()
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

    /// A row with every cell missing, to be filled.
    pub fn row(&self) -> Row<'_> {
        Row::new(self.pipeline())
    }

    /// Predicts rows that were made by [`Model::row`] of this model.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`](crate::Cause::Input) if a row lacks a number and the model does not
    /// impute, or if a prediction overflows; the error names the row, counted from 1.
    /// [`Cause::Usage`](crate::Cause::Usage) for a row that another model made.
    pub fn predict(&self, rows: &[Row<'_>]) -> Result<Vec<Prediction<'_>>> {
        self.predict_on(Width::best(), rows)
    }

    /// The same with the kernels compiled for given instructions.
    pub(crate) fn predict_on(&self, width: Width, rows: &[Row<'_>]) -> Result<Vec<Prediction<'_>>> {
        if rows.iter().any(|row| !row.is_of(self.pipeline())) {
            return Err(Error::new(Cause::Usage, "the rows were made by another model"));
        }
        let mut block = Block::for_rows(self.pipeline(), rows.len());
        let mut scores = Scores::new(width);
        let mut predictions = Vec::with_capacity(rows.len());
        for (index, rows) in rows.chunks(block.capacity()).enumerate() {
            let first = index * block.capacity() + 1;
            block.clear();
            for (row, number) in rows.iter().zip(first..) {
                row.read_into(&mut block).map_err(|e| e.of_row(number))?;
            }
            self.score(&mut block, &mut scores);
            for row in 0..rows.len() {
                let prediction = Prediction::new(self.pipeline(), &scores, row);
                predictions.push(prediction.map_err(|e| e.of_row(first + row))?);
            }
        }
        Ok(predictions)
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        self.artifact.pipeline()
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts::new(self.pipeline().schema().columns().len())
    }

    /// Counts that also say where the cells of the `chunk`-th chunk of an input fall, if the model
    /// carries statistics to compare them with.
    pub(crate) fn counts_of_chunk(&self, chunk: u64) -> Counts {
        let stats = self.reference.as_ref().map(|reference| ChunkStats::new(reference, chunk));
        Counts { chunk: stats, ..self.counts() }
    }

    /// What training saw in the columns, if the model says so.
    pub(crate) fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// Refuses a threshold for anything but probabilities of two labels.
    pub(crate) fn check_threshold(&self, threshold: Option<f64>) -> Result<()> {
        if threshold.is_some() && (self.labels().len() != 2 || !self.has_probabilities()) {
            let fact = "--threshold: this model does not have probabilities of exactly two labels";
            return Err(Error::new(Cause::Usage, fact));
        }
        Ok(())
    }

    /// Scores the rows of a block.
    pub(crate) fn score(&self, block: &mut Block, scores: &mut Scores) {
        prepare(block, self.pipeline());
        scores.fill(self.pipeline(), self.plan.ranked(self.pipeline(), block), block);
    }

    /// Scores the rows of a block and counts what is in their cells.
    pub(crate) fn score_and_count(
        &self,
        block: &mut Block,
        scores: &mut Scores,
        counts: &mut Counts,
    ) {
        count_and_prepare(block, self.pipeline(), self.reference.as_ref(), counts);
        scores.fill(self.pipeline(), self.plan.ranked(self.pipeline(), block), block);
    }

    fn replay_golden_rows(&self) -> std::result::Result<(), FormatError> {
        let golden = &self.manifest().golden;
        let schema = self.pipeline().schema();
        let reader = CellReader::of(self.pipeline());
        let mut block = Block::for_rows(self.pipeline(), MAX_GOLDEN_ROWS);
        let mut scores = Scores::new(Width::best());
        let (mut labels, mut values) = (Vec::new(), Vec::new());
        let mut flush = |block: &mut Block| {
            self.score(block, &mut scores);
            labels.extend_from_slice(&scores.labels);
            values.extend_from_slice(&scores.values);
            block.clear();
        };
        for cells in golden.rows(schema.columns().len()) {
            for (i, column) in schema.numeric().iter().enumerate() {
                // The artifact was checked: every such cell is a number, or missing and imputed.
                let number = reader.number(cells[*column].as_bytes()).unwrap_or(f64::NAN);
                block.set_number(i, number);
            }
            for (i, column) in schema.text().iter().enumerate() {
                let category = reader.category(i, cells[column.column].as_bytes());
                block.set_text(i, category.unwrap_or(TextCell::Unseen));
            }
            block.push();
            if block.is_full() {
                flush(&mut block);
            }
        }
        flush(&mut block);
        golden::compare(golden, self.pipeline(), &labels, &values)
    }
}
