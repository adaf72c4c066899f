//! Who signed a model: minisign signatures, and the keys that are trusted.
//!
//! A signature is four lines: a comment that nobody vouches for, the algorithm with the key's id and
//! the signature of the model's bytes, a comment that is signed, and the signature of both. Nothing is
//! believed of it before [`TrustedKeys::verify`] has seen the model.

use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use cli_common::error::{Cause, Error, Result};
use cli_common::paths::signature_beside;
use cli_common::text::one_line;
use minisign_verify::PublicKey;

/// Longest signature file: minisign's own comments may have 9 KiB.
const MAX_SIGNATURE_LEN: u64 = 16 << 10;
/// Longest trust file: thousands of keys.
const MAX_KEYS_LEN: u64 = 1 << 20;
/// Characters of a public key, of a signature and of the signature of both.
const KEY_CHARS: usize = 56;
const SIGNATURE_CHARS: usize = 100;
const GLOBAL_CHARS: usize = 88;
const UNTRUSTED: &str = "untrusted comment: ";
const TRUSTED: &str = "trusted comment: ";
/// How secret keys begin, with a password and without.
const SECRET: [&str; 2] = ["RWRTY0Iy", "RWQAAEIy"];
/// Trusted keys that a message names.
const MAX_SHOWN: usize = 4;

/// The number by which minisign names a key; displayed as 16 hexadecimal digits, as minisign does.
///
/// It is a name and no proof: two keys can have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyId(u64);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

impl KeyId {
    /// The id in the base64 text of a key or a signature: its bytes 2 to 9.
    fn of(base64: &str) -> Option<Self> {
        let mut bits = 0u128;
        for byte in base64.bytes().take(14) {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                _ => return None,
            };
            bits = bits << 6 | u128::from(digit);
        }
        // 84 bits: 16 of the algorithm, 64 of the id, its lowest byte first, and 4 of what follows.
        u64::try_from(bits >> 4 & u128::from(u64::MAX)).ok().map(|id| Self(id.swap_bytes()))
    }
}

/// Public keys whose signatures are believed.
///
/// # Examples
///
/// ```no_run
/// use predictor::{Model, TrustedKeys};
///
/// let keys = TrustedKeys::named(["trainer.key.pub"])?;
/// let model = Model::open_trusted("churn.model", &keys)?; // refused unless one of them signed it
/// println!("{}", model.signed_by().unwrap());
/// # Ok::<(), predictor::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrustedKeys(Vec<TrustedKey>);

#[derive(Clone, Debug)]
struct TrustedKey {
    id: KeyId,
    key: PublicKey,
}

/// A signature that was verified: the key that made it, and the comment it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBy {
    key: KeyId,
    comment: String,
}

impl fmt::Display for SignedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // minisign puts tabs between the parts of its own comments.
        let comment = one_line(&self.comment.replace('\t', " "));
        write!(f, "key {}, trusted comment: {comment}", self.key)
    }
}

impl SignedBy {
    /// Id of the key.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// The comment that the signature covers: whatever the signer wrote.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// Both as a JSON object.
    #[cfg(feature = "cli")]
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "key_id": self.key.to_string(), "trusted_comment": self.comment })
    }
}

impl TrustedKeys {
    /// Keys as `--trust` takes them: each the base64 text of a public key, or the path of a file
    /// that [`TrustedKeys::parse`] can read.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`] for what is no public key, or if there is none; [`Cause::Io`] for a file that
    /// cannot be read.
    pub fn named(keys: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Result<Self> {
        let mut all = Vec::new();
        for key in keys {
            let name = key.as_ref();
            let text = name.to_str().unwrap_or_default().trim();
            if name.is_empty() {
                // A variable that is not set; nothing can be read under this name.
                return Err(no_key(text).at("--trust:"));
            } else if text.contains('\n') {
                all.append(&mut Self::parse_as(text, "--trust:")?.0);
            } else if text.len() == KEY_CHARS && looks_like_key(text) {
                all.push(TrustedKey::parse(text).map_err(|e| e.at("--trust:"))?);
            } else if looks_like_key(text) && !Path::new(name).exists() {
                return Err(no_key(text).at("--trust:"));
            } else {
                all.append(&mut Self::read(Path::new(name))?.0);
            }
        }
        if all.is_empty() {
            return Err(Error::new(Cause::Usage, "--trust: no key is named"));
        }
        Ok(Self(all))
    }

    /// The keys in the text of a `.pub` file or of several together: one key per line; blank
    /// lines, comments that begin with `#` and lines that begin with `untrusted comment:` are passed over.
    ///
    /// # Errors
    ///
    /// [`Cause::Usage`] naming a line that is none of these, or if there is no key.
    pub fn parse(text: &str) -> Result<Self> {
        Self::parse_as(text, "trusted keys:")
    }

    fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = read_up_to(path, MAX_KEYS_LEN).map_err(|e| {
            Error::io(format!("--trust: cannot read `{name}`"), &e).with_hint(KEY_HINT)
        })?;
        let usage = |what: &str| {
            Error::new(Cause::Usage, format!("--trust: `{name}`: {what}")).with_hint(KEY_HINT)
        };
        let bytes = bytes.ok_or_else(|| usage("more than 1 MiB, expected public keys"))?;
        let text = String::from_utf8(bytes).map_err(|_| usage("not text in UTF-8"))?;
        Self::parse_as(&text, &format!("--trust: `{name}`"))
    }

    fn parse_as(text: &str, place: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line.starts_with(UNTRUSTED.trim_end()) {
                continue;
            }
            let at = |e: NoKey| e.at(&format!("{place} line {}:", index + 1));
            keys.push(TrustedKey::parse(line).map_err(at)?);
        }
        if keys.is_empty() {
            let place = place.trim_end_matches(':');
            let fact = format!("{place}: no public key in it");
            return Err(Error::new(Cause::Usage, fact).with_hint(KEY_HINT));
        }
        Ok(Self(keys))
    }

    /// Refuses a signature whose key is not among these, before the model is read.
    pub(crate) fn check(&self, model: &Path, signature: &Signature) -> Result<()> {
        if self.with_id(signature.id).next().is_some() {
            return Ok(());
        }
        let mut ids: Vec<String> =
            self.0.iter().take(MAX_SHOWN).map(|key| key.id.to_string()).collect();
        if self.0.len() > MAX_SHOWN {
            ids.push(format!("{} more", self.0.len() - MAX_SHOWN));
        }
        let what = format!("made by key {}, trusted is {}", signature.id, ids.join(", "));
        Err(signature.refused(model, &what).with_hint(
            "if that key should be trusted, get it from its owner, not from where the model came from, and add --trust KEY",
        ))
    }

    /// Verifies a signature over the bytes of a model.
    ///
    /// # Errors
    ///
    /// [`Cause::Model`] if no trusted key made it over these bytes.
    pub(crate) fn verify(
        &self,
        model: &Path,
        bytes: &[u8],
        signature: &Signature,
    ) -> Result<SignedBy> {
        self.check(model, signature)?;
        for TrustedKey { id, key } in self.with_id(signature.id) {
            // Signatures of `minisign -l`, which does not hash first, are as good: a model is never
            // as short as the hash that one kind could be mistaken for.
            if key.verify(bytes, &signature.inner, true).is_ok() {
                let comment = signature.inner.trusted_comment().to_owned();
                return Ok(SignedBy { key: *id, comment });
            }
        }
        let what = format!("made by key {}, it does not match this model", signature.id);
        Err(signature.refused(model, &what).with_hint(
            "model or signature was changed, or they do not belong together; get both again from the signer",
        ))
    }

    fn with_id(&self, id: KeyId) -> impl Iterator<Item = &TrustedKey> {
        self.0.iter().filter(move |key| key.id == id)
    }
}

const KEY_HINT: &str = "a public key is the last line of the KEY.pub that `trainer keygen` or `minisign -G` writes, 56 characters";

/// Why a text is no public key. The text itself is not shown: it may be a secret one.
struct NoKey {
    what: String,
    hint: &'static str,
}

impl NoKey {
    fn at(self, place: &str) -> Error {
        Error::new(Cause::Usage, format!("{place} {}", self.what)).with_hint(self.hint)
    }
}

fn no_key(text: &str) -> NoKey {
    if SECRET.iter().any(|begin| text.starts_with(begin)) {
        let what = "found a secret key, expected a public one".into();
        return NoKey { what, hint: "keep it to yourself; the public key is in KEY.pub" };
    }
    let n = text.chars().count();
    let what = format!("found {n} characters, expected a public key of {KEY_CHARS}");
    NoKey { what, hint: KEY_HINT }
}

impl TrustedKey {
    fn parse(text: &str) -> std::result::Result<Self, NoKey> {
        if text.len() != KEY_CHARS {
            return Err(no_key(text));
        }
        let damaged = || NoKey {
            what: format!("{KEY_CHARS} characters that are no minisign public key"),
            hint: KEY_HINT,
        };
        let key = PublicKey::from_base64(text).map_err(|_| damaged())?;
        Ok(Self { id: KeyId::of(text).ok_or_else(damaged)?, key })
    }
}

fn looks_like_key(text: &str) -> bool {
    text.starts_with("RW") && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
}

const WRITTEN_HINT: &str = "a signature is the file that `trainer sign` or `minisign -S` writes; copy it again, or sign again";

/// A signature that was read; what it is worth depends on the model.
pub(crate) struct Signature {
    name: String,
    id: KeyId,
    inner: minisign_verify::Signature,
}

impl Signature {
    /// Reads the signature of a model.
    ///
    /// # Errors
    ///
    /// [`Cause::Model`] if there is none or it is malformed, [`Cause::Io`] if it cannot be read.
    pub(crate) fn open(model: &Path, path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        // Whoever puts a pipe there where a signature is looked for would hold up the program for ever; a
        // pipe that the user names is as good as a file.
        let kind = fs::metadata(path).map(|meta| meta.file_type());
        if kind
            .is_ok_and(|kind| kind.is_dir() || (!kind.is_file() && path == signature_beside(model)))
        {
            return Err(refused(model, &name, "it is no regular file").with_hint(WRITTEN_HINT));
        }
        let bytes = match read_up_to(path, MAX_SIGNATURE_LEN) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let fact = format!("model `{}`: no signature `{name}`", model.display());
                let hint = "with --trust a model must be signed: trainer sign MODEL --key KEY; --signature names one that lies elsewhere";
                return Err(Error::new(Cause::Model, fact).with_hint(hint));
            }
            other => {
                other.map_err(|e| Error::io(format!("cannot read the signature `{name}`"), &e))?
            }
        };
        bytes
            .ok_or_else(|| format!("more than {MAX_SIGNATURE_LEN} bytes, expected four lines"))
            .and_then(|bytes| Self::parse(&bytes, &name))
            .map_err(|what| refused(model, &name, &what).with_hint(WRITTEN_HINT))
    }

    fn parse(bytes: &[u8], name: &str) -> std::result::Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "not text in UTF-8")?;
        let lines: Vec<&str> = text.lines().take(5).collect();
        let [first, second, third, fourth] = lines.as_slice() else {
            let n = text.lines().count();
            return Err(format!("{n} lines, expected four"));
        };
        for (number, line, begin) in [(1, first, UNTRUSTED), (3, third, TRUSTED)] {
            if !line.starts_with(begin) {
                return Err(format!("line {number} does not begin with `{}`", begin.trim_end()));
            }
        }
        for (number, line, chars) in [(2, second, SIGNATURE_CHARS), (4, fourth, GLOBAL_CHARS)] {
            if line.len() != chars {
                let n = line.chars().count();
                return Err(format!("line {number} has {n} characters, expected {chars}"));
            }
        }
        let inner = minisign_verify::Signature::decode(text).map_err(|e| match e {
            minisign_verify::Error::UnsupportedAlgorithm => {
                "another algorithm than Ed25519 (`Ed` or `ED`)"
            }
            _ => "line 2 or 4 is not base64",
        })?;
        let id = KeyId::of(second).ok_or("line 2 is not base64")?;
        Ok(Self { name: name.to_owned(), id, inner })
    }

    #[cold]
    fn refused(&self, model: &Path, what: &str) -> Error {
        refused(model, &self.name, what)
    }
}

#[cold]
fn refused(model: &Path, signature: &str, what: &str) -> Error {
    Error::new(
        Cause::Model,
        format!("model `{}`: signature `{signature}`: {what}", model.display()),
    )
}

/// The bytes of a file, or `None` if there are more than `limit`.
fn read_up_to(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}
