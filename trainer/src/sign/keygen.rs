//! `trainer keygen`: a secret key and its public half, in two files that were not there before.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{exists, key_id, password};
use crate::cli::KeygenArgs;
use crate::error::{Error, Result};

/// Two key files that were written.
pub(crate) struct KeyPair {
    secret: PathBuf,
    public: PathBuf,
    key_id: String,
    public_key: String,
}

impl KeyPair {
    /// What the user should do with them.
    pub(crate) fn text(&self) -> String {
        let (secret, public) = (self.secret.display(), self.public.display());
        format!(
            "secret key {secret}, for `trainer sign`; keep it to yourself\n\
             public key {public}, for `predictor --trust`; give it to those who use your models\n\
             key id     {}\n\
             key        {}\n",
            self.key_id, self.public_key
        )
    }

    /// The same as JSON; the secret key is not in it.
    pub(crate) fn json(&self) -> Value {
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
pub(crate) fn keygen(args: &KeygenArgs) -> Result<KeyPair> {
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
    write_new(&secret, &secret_text.to_bytes(), true)?;
    write_new(&public, &public_text.to_bytes(), false).inspect_err(|_| {
        // A secret key without its public half is of no use.
        let _ = fs::remove_file(&secret);
    })?;
    let key_id = key_id(pair.pk.keynum());
    Ok(KeyPair { secret, public, key_id, public_key: pair.pk.to_base64() })
}

#[cold]
fn taken(path: &Path) -> Error {
    let fact = format!("`{}` is there already; a key is not overwritten", path.display());
    Error::usage(fact).with_hint("name another file with --output")
}

/// Writes a file that appears whole, and only if no file has its name.
fn write_new(path: &Path, bytes: &[u8], secret: bool) -> Result<()> {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = create(&temporary, secret)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| name_it(&temporary, path));
    // Under its new name or not at all, the old one is not needed any more.
    let _ = fs::remove_file(&temporary);
    written.map_err(|e| {
        let cannot = || Error::io(format!("cannot write `{}`", path.display()), &e);
        if exists(&e) { taken(path) } else { cannot() }
    })
}

/// Gives a file a name that nothing has. A second link says by itself whether the name is taken; a file
/// system without links is asked beforehand.
fn name_it(temporary: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(temporary, path) {
        Err(e) if !exists(&e) && path.symlink_metadata().is_err() => fs::rename(temporary, path),
        other => other,
    }
}

/// A new file; a secret one can be read by nobody else from the first moment on.
fn create(path: &Path, secret: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if secret {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = secret;
    options.open(path)
}
