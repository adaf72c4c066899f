//! The arguments that say which models are opened, and signed by whom.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use predictor::{Cause, Error, Model, Result, TrustedKeys, signature_beside};

use super::values::{Side, id, id_of_side};

/// Whom to trust.
#[derive(Args)]
pub(crate) struct TrustArgs {
    /// Refuse a model that this public key did not sign: the key itself, or a file of one or more keys;
    /// repeatable. The signature is MODEL.minisig beside the model.
    #[arg(long, value_name = "KEY", help_heading = "Trust")]
    trust: Vec<OsString>,
}

/// Whom to trust, where the signature of the one model lies, and which model it must be.
#[derive(Args)]
pub(crate) struct SignatureArgs {
    #[command(flatten)]
    trust: TrustArgs,
    /// Refuse any model but the one with this id; its first 12 digits or more will do.
    #[arg(long, value_name = "ID", value_parser = id, help_heading = "Trust")]
    expect_id: Option<String>,
    /// Where the signature is [default: MODEL.minisig].
    #[arg(long, value_name = "FILE", requires = "trust", help_heading = "Trust")]
    signature: Option<PathBuf>,
}

impl TrustArgs {
    /// The keys, if only signed models are to be opened.
    fn keys(&self) -> Result<Option<TrustedKeys>> {
        if self.trust.is_empty() { Ok(None) } else { TrustedKeys::named(&self.trust).map(Some) }
    }
}

/// Whom to trust, and which models the two must be.
#[derive(Args)]
pub(crate) struct PairArgs {
    #[command(flatten)]
    trust: TrustArgs,
    /// Refuse OLD or NEW if it is any model but the one with this id; its first 12 digits or more
    /// will do.
    #[arg(long, value_name = "old=ID|new=ID", value_parser = id_of_side, help_heading = "Trust")]
    expect_id: Vec<(Side, String)>,
}

impl PairArgs {
    /// Opens both models, signed ones alone if that is asked for.
    pub(crate) fn open(&self, old: &Path, new: &Path) -> Result<(Model, Model)> {
        let keys = self.trust.keys()?;
        let open = |path, side| {
            let model = match &keys {
                Some(keys) => Model::open_trusted(path, keys)?,
                None => Model::open(path)?,
            };
            let expected = self.expect_id.iter().filter(|(of, _)| *of == side);
            expected.map(|(_, id)| id).try_for_each(|id| check_id(path, &model, id))?;
            Ok(model)
        };
        Ok((open(old, Side::Old)?, open(new, Side::New)?))
    }
}

/// Refuses a model whose id does not begin with `expected`.
fn check_id(path: &Path, model: &Model, expected: &str) -> Result<()> {
    let id = model.id().to_string();
    if id.starts_with(expected) {
        return Ok(());
    }
    let fact = format!("model `{}`: its id is {id}, expected {expected}", path.display());
    Err(Error::new(Cause::Model, fact)
        .with_hint("it is another model than the one that --expect-id names"))
}

impl SignatureArgs {
    /// Opens a model, a signed one alone if that is asked for.
    pub(crate) fn open(&self, path: &Path) -> Result<Model> {
        let model = match (self.trust.keys()?, &self.signature) {
            (Some(keys), Some(signature)) => Model::open_signed(path, signature, &keys)?,
            (Some(keys), None) => Model::open_trusted(path, &keys)?,
            (None, _) => Model::open(path)?,
        };
        self.expect_id.iter().try_for_each(|id| check_id(path, &model, id))?;
        Ok(model)
    }

    /// Files of trusted keys; a key itself is no name of one.
    pub(super) fn trusted(&self) -> impl Iterator<Item = &Path> {
        self.trust.trust.iter().map(Path::new)
    }

    /// Where the signature of a model is, if it is read.
    pub(super) fn signature(&self, model: &Path) -> Option<PathBuf> {
        if self.trust.trust.is_empty() {
            return None;
        }
        Some(self.signature.clone().unwrap_or_else(|| signature_beside(model)))
    }
}
