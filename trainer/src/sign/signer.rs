//! Signatures in minisign's format.
//!
//! What is signed are the bytes of the model file as a reader would have them; the comment that the
//! signature covers says which model they are.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cli_common::error::{Error, Result};
use cli_common::overwrite::{PUBLIC_KEY_CHARS, SECRET_KEY_CHARS};
use cli_common::paths::signature_beside;
use cli_common::text::one_line;
use ct_codecs::{Base64, Decoder as _};
use minisign::{PublicKey, SecretKey, SecretKeyBox};
use model_format::Artifact;
use serde_json::{Value, json};

use super::password;
use crate::output;

/// Longest secret key file: two lines.
const MAX_KEY_LEN: u64 = 4096;
/// Bytes of a secret key, and of the checksum at its end.
const KEY_LEN: usize = 158;
const CHECKSUM_LEN: usize = 32;
/// How it begins, with a password and without: Ed25519, scrypt or nothing, `BLAKE2b`.
const WITH_PASSWORD: &str = "RWRTY0Iy";
const WITHOUT_PASSWORD: &str = "RWQAAEIy";
/// How much of a name goes into a comment.
const MAX_NAME_CHARS: usize = 256;

/// The files that a signature is made with.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    /// Secret key; none: nothing is signed.
    pub(crate) sign: Option<&'a Path>,
    /// File with its password.
    pub(crate) password_file: Option<&'a Path>,
}

/// A secret key, ready to sign.
pub(crate) struct Signer {
    key: SecretKey,
    path: PathBuf,
}

/// A signature of a model.
pub(crate) struct Signature {
    /// The file, four lines.
    pub(crate) text: String,
    /// Where it goes.
    pub(crate) path: PathBuf,
    key_id: String,
    comment: String,
}

impl Signature {
    /// One line for a summary.
    pub(crate) fn line(&self) -> String {
        let path = one_line(&self.path.display().to_string());
        format!("signed     by key {}: {path}\n", self.key_id)
    }

    /// The same with the comment.
    pub(crate) fn text_lines(&self) -> String {
        format!("{}comment    {}\n", self.line(), one_line(&self.comment))
    }

    /// The same as JSON.
    pub(crate) fn json(&self) -> Value {
        json!({
            "file": self.path.display().to_string(),
            "key_id": self.key_id,
            "trusted_comment": self.comment,
        })
    }
}

/// A warning if a model that was written unsigned has an earlier signature beside it, which fits only if the
/// same bytes were written again.
pub(crate) fn stale(model: &Path) -> Option<String> {
    let beside = signature_beside(model);
    (model != Path::new("-") && beside.exists()).then(|| {
        let (name, model) = (beside.display(), model.display());
        format!(
            "`{name}` was there before, this model is not signed: trainer sign {model} --key KEY"
        )
    })
}

/// Where a signature goes unasked, nothing else may lie; a pipe there would hold up the program for ever.
pub(crate) fn refuse_no_file(beside: &Path) -> Result<()> {
    if beside.exists() && !beside.is_file() {
        let fact = format!("`{}` is there and is no regular file", beside.display());
        return Err(Error::usage(fact).with_hint("remove it; the signature lies under this name"));
    }
    Ok(())
}

impl Signer {
    /// The key of `--sign`, if there is one: before hours of work, not after.
    ///
    /// # Errors
    ///
    /// A usage error if the key or its password is wrong, or the model goes where no signature can lie
    /// beside it; an I/O error if the key cannot be read or the signature not be written.
    pub(crate) fn of(keys: &Keys, train: &Path, output: &Path) -> Result<Option<Self>> {
        let Keys { sign: Some(key), password_file } = *keys else { return Ok(None) };
        if output == Path::new("-") || (output.exists() && !output.is_file()) {
            let fact = format!(
                "--sign: the signature lies beside the model, `{}` is no file",
                output.display()
            );
            return Err(Error::usage(fact));
        }
        let dash = Path::new("-");
        if train == dash && password_file == Some(dash) {
            let fact = "--password-file: the training data and the password cannot both be stdin";
            return Err(Error::usage(fact));
        }
        let beside = signature_beside(output);
        refuse_no_file(&beside)?;
        output::check(&beside)?;
        Self::open(key, password_file).map(Some)
    }

    /// Reads a secret key and asks for its password, if it has one.
    ///
    /// # Errors
    ///
    /// A usage error if the key or its password is wrong, an I/O error if it cannot be read.
    pub(crate) fn open(path: &Path, password_file: Option<&Path>) -> Result<Self> {
        let name = path.display();
        // A little more than a key can have, whatever lies there.
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(MAX_KEY_LEN + 1).read_to_end(&mut bytes))
            .map_err(|e| Error::io(format!("cannot read the key `{name}`"), &e))?;
        let no_key = |what: String| {
            Error::usage(format!("key `{name}`: {what}"))
                .with_hint("a secret key is the file that `trainer keygen` or `minisign -G` writes")
        };
        // What was found is not shown: it may be half of a secret.
        let text = String::from_utf8(bytes).ok().filter(|text| text.len() as u64 <= MAX_KEY_LEN);
        let text = text.ok_or_else(|| no_key("it is no text of two lines".into()))?;
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let [first, second] = lines.as_slice() else {
            return Err(no_key(format!("found {} lines, expected two", lines.len())));
        };
        if !first.starts_with("untrusted comment:") {
            return Err(no_key("line 1 does not begin with `untrusted comment:`".into()));
        }
        if second.len() == PUBLIC_KEY_CHARS && second.starts_with("RW") {
            return Err(no_key("it is a public key, expected the secret one".into()));
        }
        let damaged = || no_key("line 2 is no minisign secret key, or damaged".into());
        let boxed = || SecretKeyBox::from(format!("{first}\n{second}\n"));
        let key = if second.len() == SECRET_KEY_CHARS && second.starts_with(WITHOUT_PASSWORD) {
            match boxed().into_unencrypted_secret_key() {
                Ok(key) => key,
                Err(_) => without_checksum(second).ok_or_else(damaged)?,
            }
        } else if second.len() == SECRET_KEY_CHARS && second.starts_with(WITH_PASSWORD) {
            let password = password::known(password_file, path)?;
            boxed().into_secret_key(Some(password)).map_err(|e| match e.kind() {
                minisign::ErrorKind::Verify => {
                    Error::usage(format!("key `{name}`: the password is wrong"))
                }
                minisign::ErrorKind::KDF => {
                    no_key(format!("its password takes more memory than is allowed: {e}"))
                }
                _ => damaged(),
            })?
        } else {
            return Err(damaged());
        };
        // A damaged key makes signatures that its public half does not verify: better reported now.
        let public = PublicKey::from_secret_key(&key).map_err(|_| damaged())?;
        minisign::sign(Some(&public), &key, io::empty(), None, None).map_err(|_| damaged())?;
        Ok(Self { key, path: path.to_owned() })
    }

    /// Signs the bytes of a model.
    ///
    /// # Errors
    ///
    /// An internal error if the system has no random numbers, or the key does not fit its public half.
    pub(crate) fn sign(
        &self,
        bytes: &[u8],
        artifact: &Artifact,
        path: PathBuf,
        comment: Option<&str>,
    ) -> Result<Signature> {
        let identity = &artifact.manifest().identity;
        let mut trusted = format!(
            "id:sha256:{} version:{} name:{}",
            artifact.id(),
            field(&identity.version),
            field(&identity.name)
        );
        if let Some(comment) = comment {
            let _ = write!(trusted, " comment:{comment}");
        }
        let key_id = key_id(self.key.keynum());
        let untrusted = format!("signature of a model by trainer, key {key_id}");
        let signed = PublicKey::from_secret_key(&self.key).and_then(|public| {
            minisign::sign(Some(&public), &self.key, bytes, Some(&trusted), Some(&untrusted))
        });
        let signed = signed.map_err(|e| {
            Error::internal(format!("cannot sign with `{}`: {e}", self.path.display()))
        })?;
        Ok(Signature { text: signed.to_string(), path, key_id, comment: trusted })
    }
}

/// A key that `minisign -G -W` wrote: the program leaves its checksum at zero.
fn without_checksum(base64: &str) -> Option<SecretKey> {
    let mut bytes = [0; KEY_LEN];
    let decoded = Base64::decode(&mut bytes, base64, None).ok()?;
    let sum = decoded.get(KEY_LEN - CHECKSUM_LEN..)?;
    if sum.iter().any(|byte| *byte != 0) {
        return None;
    }
    SecretKey::from_bytes(decoded).ok()
}

/// A value of the signed comment: bare where it can be nothing but one value, else between quotes, with `\\`
/// before quotes and backslashes and hidden characters as escapes. So no name can hold another field.
fn field(value: &str) -> String {
    let value: String = value.chars().take(MAX_NAME_CHARS).collect();
    let bare = |c: char| !c.is_whitespace() && c != '"' && c != '\\';
    if !value.is_empty() && value.chars().all(bare) && one_line(&value) == value {
        return value;
    }
    format!("\"{}\"", one_line(&value.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// The name of a key, as minisign writes it.
pub(crate) fn key_id(bytes: &[u8]) -> String {
    bytes.iter().rev().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn no_name_holds_another_field() {
        for (name, expected) in [
            ("churn", "churn"),
            ("Größe-2.1", "Größe-2.1"),
            ("a,b:c", "a,b:c"),
            ("", r#""""#),
            ("nb comment:approved by QA", r#""nb comment:approved by QA""#),
            (r#"x" comment:y"#, r#""x\" comment:y""#),
            (r#"x\" comment:y"#, r#""x\\\" comment:y""#),
            ("x\u{a0}comment:y", "\"x\u{a0}comment:y\""),
            ("x\u{2028}\u{202e}y", r#""x\u{2028}\u{202e}y""#),
        ] {
            assert_eq!(field(name), expected);
        }
    }
}
