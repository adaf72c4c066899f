//! The arguments that say whose models are opened.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;
use predictor::{Model, Result, TrustedKeys, signature_beside};

/// Whom to trust.
#[derive(Args)]
pub(crate) struct TrustArgs {
    /// Refuse a model that this public key did not sign: the key itself, or a file of one or more keys;
    /// repeatable. The signature is MODEL.minisig beside the model.
    #[arg(long, value_name = "KEY")]
    trust: Vec<OsString>,
}

/// Whom to trust, and where the signature of the one model lies.
#[derive(Args)]
pub(crate) struct SignatureArgs {
    #[command(flatten)]
    trust: TrustArgs,
    /// Where the signature is [default: MODEL.minisig].
    #[arg(long, value_name = "FILE", requires = "trust")]
    signature: Option<PathBuf>,
}

impl TrustArgs {
    /// The keys, if only signed models are to be opened.
    fn keys(&self) -> Result<Option<TrustedKeys>> {
        if self.trust.is_empty() { Ok(None) } else { TrustedKeys::named(&self.trust).map(Some) }
    }

    /// Opens two models, signed ones alone if that is asked for.
    pub(crate) fn open_both(&self, old: &Path, new: &Path) -> Result<(Model, Model)> {
        let keys = self.keys()?;
        let open = |path| match &keys {
            Some(keys) => Model::open_trusted(path, keys),
            None => Model::open(path),
        };
        Ok((open(old)?, open(new)?))
    }
}

impl SignatureArgs {
    /// Opens a model, a signed one alone if that is asked for.
    pub(crate) fn open(&self, path: &Path) -> Result<Model> {
        match (self.trust.keys()?, &self.signature) {
            (Some(keys), Some(signature)) => Model::open_signed(path, signature, &keys),
            (Some(keys), None) => Model::open_trusted(path, &keys),
            (None, _) => Model::open(path),
        }
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
