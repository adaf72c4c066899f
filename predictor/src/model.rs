//! A model ready to predict: an artifact that was checked and whose golden rows came out right.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use cli_common::error::{Cause, Error, Result};
use cli_common::paths::signature_beside;
use model_format::cell::MissingTokens;
use model_format::manifest::Manifest;
use model_format::{Artifact, Digest, FormatError, ModelFile, Pipeline};

use crate::batch::Batch;
use crate::block::Block;
#[cfg(feature = "cli")]
use crate::count::{Counts, count_and_prepare};
#[cfg(feature = "cli")]
use crate::drift::{ChunkStats, Reference};
use crate::inputs::{Column, ColumnInfo, Inputs};
use crate::kernels::Scores;
use crate::plan::Plan;
use crate::prediction::Prediction;
use crate::predictions::{Failure, Predictions, Reason};
use crate::prepare::prepare;
use crate::replay;
use crate::row::Row;
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
    inputs: Arc<Inputs>,
    /// What training saw in the columns, if the file has it.
    #[cfg(feature = "cli")]
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
        replay::golden_rows(&artifact)?;
        Ok(Self {
            #[cfg(feature = "cli")]
            reference: Reference::new(&artifact),
            inputs: Arc::new(Inputs::new(artifact)),
            signed_by: None,
            plan: Plan::default(),
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

    /// Predicts rows that were made by [`Model::row`] of this model, or of one with the same id.
    ///
    /// # Errors
    ///
    /// [`Cause::Input`](crate::Cause::Input) if a row lacks a number and the model does not
    /// impute, or if a prediction overflows; the error names the first such row, counted from 1.
    /// [`Cause::Usage`](crate::Cause::Usage) for a row that another model made.
    pub fn predict(&self, rows: &[Row]) -> Result<Vec<Prediction<'_>>> {
        self.predict_on(Width::best(), rows)
    }

    /// The same with the kernels compiled for given instructions.
    pub(crate) fn predict_on(&self, width: Width, rows: &[Row]) -> Result<Vec<Prediction<'_>>> {
        let mut predictions = Predictions::new();
        self.fill(width, rows, &mut predictions)?;
        match predictions.first_error() {
            Some(error) => Err(error),
            None => Ok((0..rows.len()).map(|row| self.prediction(&predictions, row)).collect()),
        }
    }

    /// Predicts rows one by one as far as they can be predicted: a bad row is an error of its own.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`](crate::Cause::Usage) for a row that another model made. Errors of single rows are
    /// those of [`Predictions::get`].
    pub fn predict_each(&self, rows: &[Row]) -> Result<Vec<Result<Prediction<'_>>>> {
        let mut predictions = Predictions::new();
        self.predict_into(rows, &mut predictions)?;
        let mut each: Vec<_> =
            (0..rows.len()).map(|row| Ok(self.prediction(&predictions, row))).collect();
        for (row, error) in predictions.errors() {
            each[row] = Err(error);
        }
        Ok(each)
    }

    /// Predicts rows into a buffer, which keeps its memory from one call to the next.
    ///
    /// # Errors
    ///
    /// As [`Model::predict_each`].
    pub fn predict_into(&self, rows: &[Row], predictions: &mut Predictions) -> Result<()> {
        self.fill(Width::best(), rows, predictions)
    }

    /// Predicts the rows of a batch into a buffer, which keeps its memory from one call to the next.
    ///
    /// One thread does the work; several can score batches of their own with the same model.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`](crate::Cause::Usage) for a batch that another model made. Errors of single rows are
    /// those of [`Predictions::get`].
    pub fn predict_batch_into(
        &self,
        batch: &Batch<'_>,
        predictions: &mut Predictions,
    ) -> Result<()> {
        if !batch.is_of(&self.inputs) {
            return Err(Error::new(Cause::Usage, "the batch was made by another model"));
        }
        let read = |rows: Range<usize>, block: &mut Block, failures: &mut Vec<Failure>| {
            batch.read_into(rows.clone(), block);
            self.check(rows.start, block, failures);
            for cell in batch.no_numbers().iter().filter(|cell| rows.contains(&cell.row)) {
                // Such a cell was put into the block as one that is missing.
                failures.retain(|known| (known.row, known.column) != (cell.row, cell.column));
                let reason = Reason::NoNumber(cell.text.clone());
                failures.push(Failure { row: cell.row, column: cell.column, reason });
            }
        };
        let score = |block: &mut Block, scores: &mut Scores| self.score(block, scores);
        predictions.fill(&self.inputs, Width::best(), batch.n_rows(), read, score);
        Ok(())
    }

    /// Predicts the rows of a batch.
    ///
    /// # Errors
    ///
    /// As [`Model::predict_batch_into`].
    pub fn predict_batch(&self, batch: &Batch<'_>) -> Result<Predictions> {
        let mut predictions = Predictions::new();
        self.predict_batch_into(batch, &mut predictions)?;
        Ok(predictions)
    }

    fn fill(&self, width: Width, rows: &[Row], predictions: &mut Predictions) -> Result<()> {
        if rows.iter().any(|row| !row.is_of(&self.inputs)) {
            return Err(Error::new(Cause::Usage, "the rows were made by another model"));
        }
        let read = |range: Range<usize>, block: &mut Block, failures: &mut Vec<Failure>| {
            rows[range.clone()].iter().for_each(|row| row.read_into(block));
            self.check(range.start, block, failures);
        };
        let score = |block: &mut Block, scores: &mut Scores| self.score(block, scores);
        predictions.fill(&self.inputs, width, rows.len(), read, score);
        Ok(())
    }

    /// Finds numbers that cannot be used in a block that was not prepared yet and begins with row `first`.
    fn check(&self, first: usize, block: &mut Block, failures: &mut Vec<Failure>) {
        let usable =
            |number: &f64| number.is_finite() || (number.is_nan() && self.inputs.imputes());
        for (i, column) in self.pipeline().schema().numeric().iter().enumerate() {
            let numbers = block.numbers_mut(i);
            if numbers.iter().map(|number| usize::from(usable(number))).sum::<usize>()
                == numbers.len()
            {
                continue;
            }
            for (row, number) in (first..).zip(numbers.iter()).filter(|(_, number)| !usable(number))
            {
                let reason =
                    if number.is_nan() { Reason::Missing } else { Reason::Infinite(*number) };
                failures.push(Failure { row, column: *column, reason });
            }
        }
    }

    /// A row that was predicted, with the model's own label.
    fn prediction(&self, predictions: &Predictions, row: usize) -> Prediction<'_> {
        Prediction::new(self.pipeline(), predictions.class(row), predictions.numbers_of(row))
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        self.artifact().pipeline()
    }

    /// Scores the rows of a block.
    pub(crate) fn score(&self, block: &mut Block, scores: &mut Scores) {
        prepare(block, self.pipeline());
        scores.fill(self.pipeline(), self.plan.ranked(self.pipeline(), block), block);
    }
}

/// What the program needs besides.
#[cfg(feature = "cli")]
impl Model {
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

    /// Which cells mean missing, those stored in the model unless others are given, and how the numbers of
    /// its inputs are written.
    pub(crate) fn missing(&self, given: Option<&MissingTokens>) -> MissingTokens {
        let own = self.pipeline().schema().missing();
        given.map_or_else(|| own.clone(), |given| given.clone().with_style(own.style().clone()))
    }

    /// Refuses a threshold for anything but probabilities of two labels.
    pub(crate) fn check_threshold(&self, threshold: Option<f64>) -> Result<()> {
        if threshold.is_some() && (self.labels().len() != 2 || !self.has_probabilities()) {
            let fact = "--threshold: this model does not have probabilities of exactly two labels";
            return Err(Error::new(Cause::Usage, fact));
        }
        Ok(())
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
}
