//! A model and its signature put into their places.

use std::path::Path;

use cli_common::error::Result;
use cli_common::paths::signature_beside;
use metrics::{Score, Scores};
use model_format::Artifact;
use model_format::provenance::BASELINE;

use crate::config::Config;
use crate::fitted::Fit;
use crate::output;
use crate::sign::signer::{Signature, Signer};

/// Puts a model into its place, and its signature beside it if there is a key.
///
/// # Errors
///
/// What the disk says; if the model was written and the signature was not, the error says so.
pub(crate) fn publish(
    path: &Path,
    bytes: &[u8],
    artifact: &Artifact,
    signer: Option<&Signer>,
) -> Result<Option<Signature>> {
    let sign = |signer: &Signer| signer.sign(bytes, artifact, signature_beside(path), None);
    let signature = signer.map(sign).transpose()?;
    let beside = signature.as_ref().map(|s| (s.path.as_path(), s.text.as_bytes()));
    output::save(path, bytes, beside)?;
    Ok(signature)
}

impl Fit {
    /// Writes the model with what the held-out rows said.
    pub(crate) fn save(
        &self,
        config: &Config,
        created: Option<i64>,
        held_out: Option<&Scores>,
        signer: Option<&Signer>,
    ) -> Result<(Artifact, Option<Signature>)> {
        let all = held_out.map_or(&[][..], Scores::all);
        let metric = |score: &Score| Some((score.metric.name.to_owned(), score.value?));
        let baseline =
            |score: &Score| Some((format!("{BASELINE}{}", score.metric.name), score.baseline?));
        let mut metrics: Vec<(String, f64)> = all.iter().filter_map(metric).collect();
        metrics.extend(all.iter().filter_map(baseline));
        let n_rows = held_out.map_or(0, Scores::rows);
        let (bytes, artifact) = self.assemble(config, created, metrics, n_rows)?;
        let signature = publish(&config.output, &bytes, &artifact, signer)?;
        Ok((artifact, signature))
    }
}
