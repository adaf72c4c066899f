//! What the command-line program needs of a model besides.

use cli_common::error::{Cause, Error, Result};
use model_format::cell::MissingTokens;

use super::Model;
use crate::block::Block;
use crate::count::{Counts, count_and_prepare};
use crate::drift::{ChunkStats, Reference};
use crate::scores::Scores;

impl Model {
    pub(crate) fn counts(&self) -> Counts {
        Counts::new(self.pipeline().schema().columns().len())
    }

    /// Counts that also say where the cells of the `chunk`-th chunk of an input fall, if the model
    /// carries statistics to compare them with. All chunks are of about `size` bytes.
    pub(crate) fn counts_of_chunk(&self, chunk: u64, size: usize) -> Counts {
        let stats =
            self.reference.as_ref().map(|reference| ChunkStats::new(reference, chunk, size));
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
        let of = (self.plan(), self.pipeline().schema());
        count_and_prepare(block, of, self.reference.as_ref(), counts);
        scores.fill(self.plan(), block);
    }
}
