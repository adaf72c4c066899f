//! Arguments of `keygen` and `sign`, and those of `fit` and `compare` that sign.

use std::path::PathBuf;

use clap::Args;
use cli_common::text::one_line;

use crate::sign::signer::Keys;

/// Longest `--comment`.
const MAX_COMMENT_LEN: usize = 1024;

/// Arguments of `keygen`.
#[derive(Args)]
pub(crate) struct KeygenArgs {
    /// Where the secret key goes; the public one goes to KEY.pub.
    #[arg(short, long, value_name = "KEY", default_value = "trainer.key")]
    pub(crate) output: PathBuf,
    /// File whose first line is the password; `-`: stdin [default: ask at the terminal, twice].
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Make a key that anyone can use who can read it.
    #[arg(long, conflicts_with = "password_file")]
    pub(crate) no_password: bool,
    /// Write the public key, its id and the names of the files to stdout as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Arguments of `sign`.
#[derive(Args)]
pub(crate) struct SignArgs {
    /// Model file written by `trainer fit`.
    pub(crate) model: PathBuf,
    /// Secret key.
    #[arg(long, value_name = "KEY")]
    pub(crate) key: PathBuf,
    /// File whose first line is the password of the key; `-`: stdin [default: ask at the terminal].
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Text that the signature vouches for, besides the model's id, version and name.
    #[arg(long, value_name = "TEXT", value_parser = comment)]
    pub(crate) comment: Option<String>,
    /// Where the signature goes [default: MODEL.minisig].
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write what was signed to stdout as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// How `fit` and `compare` sign what they write.
#[derive(Args, Clone, Default)]
pub(crate) struct SigningArgs {
    /// Sign the model with this secret key; the signature goes to MODEL.minisig beside it.
    #[arg(long, value_name = "KEY", help_heading = "Signing")]
    pub(crate) sign: Option<PathBuf>,
    /// File whose first line is the password of the key; `-`: stdin [default: ask at the terminal].
    #[arg(long, value_name = "FILE", requires = "sign", help_heading = "Signing")]
    pub(crate) password_file: Option<PathBuf>,
}

impl SigningArgs {
    /// The files they name.
    pub(crate) fn keys(&self) -> Keys<'_> {
        Keys { sign: self.sign.as_deref(), password_file: self.password_file.as_deref() }
    }
}

/// A text for `--comment`: one line, not too long.
fn comment(text: &str) -> Result<String, String> {
    if text.len() > MAX_COMMENT_LEN || one_line(text) != text {
        let expected = "expected at most 1024 bytes without control or other hidden characters";
        return Err(expected.into());
    }
    Ok(text.to_owned())
}
