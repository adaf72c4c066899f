//! `trainer keygen`: a secret key and its public half, in two files that were not there before.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use cli_common::atomic::{AtomicFile, Readers};
use cli_common::error::{Error, Result};
use cli_common::text::one_line;
use cli_common::{output, stdout};
use serde_json::{Value, json};

use crate::cli::sign::KeygenArgs;
use crate::sign::password;
use crate::sign::signer::key_id;

/// Makes a key pair and tells of it; errors as [`keygen`].
pub(crate) fn run(args: &KeygenArgs) -> Result<()> {
    if args.json {
        stdout::check_report()?;
    }
    let pair = keygen(args)?;
    if args.json {
        return stdout::print(format!("{:#}\n", pair.json()));
    }
    if !args.quiet {
        output::summary(&pair.text());
    }
    Ok(())
}

/// Two key files that were written.
struct KeyPair {
    secret: PathBuf,
    public: PathBuf,
    key_id: String,
    public_key: String,
}

impl KeyPair {
    /// What the user should do with them.
    fn text(&self) -> String {
        let [secret, public] =
            [&self.secret, &self.public].map(|path| one_line(&path.display().to_string()));
        format!(
            "secret key {secret}, for `trainer sign`; keep it to yourself\n\
             public key {public}, for `predictor --trust`; give it to those who use your models\n\
             key id     {}\n\
             key        {}\n",
            self.key_id, self.public_key
        )
    }

    /// The same as JSON; the secret key is not in it.
    fn json(&self) -> Value {
        json!({
            "secret_key_file": self.secret.display().to_string(),
            "public_key_file": self.public.display().to_string(),
            "key_id": self.key_id,
            "public_key": self.public_key,
        })
    }
}

/// Makes a key pair.
///
/// # Errors
///
/// A usage error if one of the files exists or there is no password; what the disk or the system's
/// source of random numbers says. Nothing is written then.
fn keygen(args: &KeygenArgs) -> Result<KeyPair> {
    let secret = args.output.clone();
    if secret == Path::new("-") {
        let fact = "--output: a key pair is two files, it cannot go to stdout";
        return Err(Error::usage(fact));
    }
    let mut public = OsString::from(&secret);
    public.push(".pub");
    let public = PathBuf::from(public);
    for path in [&secret, &public] {
        // A link that leads nowhere is there too.
        if path.symlink_metadata().is_ok() {
            return Err(taken(path));
        }
    }
    let failed = |e| Error::internal(format!("cannot make a key: {e}"));
    let (pair, comment) = if args.no_password {
        (minisign::KeyPair::generate_unencrypted_keypair(), "trainer secret key, no password")
    } else {
        let password = password::new(args.password_file.as_deref(), &secret)?;
        let pair = minisign::KeyPair::generate_encrypted_keypair(Some(password));
        (pair, "trainer encrypted secret key")
    };
    let pair = pair.map_err(failed)?;
    let secret_text = pair.sk.to_box(Some(comment)).map_err(failed)?;
    let public_text = pair.pk.to_box().map_err(failed)?;
    write((&secret, &secret_text.to_bytes()), (&public, &public_text.to_bytes()))?;
    let key_id = key_id(pair.pk.keynum());
    Ok(KeyPair { secret, public, key_id, public_key: pair.pk.to_base64() })
}

#[cold]
fn taken(path: &Path) -> Error {
    let fact = format!("`{}` is there already; a key is not overwritten", path.display());
    Error::usage(fact).with_hint("name another file with --output")
}

/// Writes both files, whole and only if no file has their names.
fn write(secret: (&Path, &[u8]), public: (&Path, &[u8])) -> Result<()> {
    let files = [(secret, Readers::Owner), (public, Readers::All)];
    let cannot = |path: &Path, e| Error::io(format!("cannot write `{}`", path.display()), &e);
    let mut written = Vec::new();
    for ((path, bytes), readers) in &files {
        let file = AtomicFile::create_new(path, *readers)
            .and_then(|mut file| file.write_all(bytes).map(|()| file));
        written.push(file.map_err(|e| cannot(path, e))?);
    }
    AtomicFile::commit_all(written).map_err(|failed| {
        let (secret, public) = (secret.0, public.0);
        if failed.appeared > 0 {
            // A secret key without its public half is of no use.
            let _ = fs::remove_file(secret);
        }
        let path = if failed.index == 0 { secret } else { public };
        match failed.error.kind() {
            io::ErrorKind::AlreadyExists => taken(path),
            _ => cannot(path, failed.error),
        }
    })
}
