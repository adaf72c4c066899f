//! What no output may take the place of.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::paths::{self, Named, signature_beside};

use crate::sign::signer::{KEY_CHARS, Keys, MAX_KEY_LEN, PUBLIC_KEY_CHARS};

/// What a message calls a signature whose place nobody named.
pub(crate) fn name_of(path: &Path) -> String {
    format!("the signature `{}`", path.display())
}

/// Refuses outputs that would take the place of a file that is read, of each other, or of any key: a secret
/// key that is lost comes back from nowhere.
///
/// # Errors
///
/// A usage error.
pub(crate) fn check_outputs(outputs: &[Named], inputs: &[Named]) -> Result<()> {
    paths::check_outputs(outputs, inputs).map_err(Error::usage)?;
    match outputs.iter().find(|(_, path)| is_key(path)) {
        Some((what, path)) => {
            let fact = format!("{what} would overwrite `{}`, which is a key", path.display());
            Err(Error::usage(fact).with_hint("remove the key first if it is of no use any more"))
        }
        None => Ok(()),
    }
}

/// Refuses a model, and its signature if there is a key, that would take the place of a file that is read or of a
/// key.
///
/// # Errors
///
/// A usage error.
pub(super) fn check_model<'a>(
    output: &'a Path,
    mut inputs: Vec<Named<'a>>,
    keys: &Keys<'a>,
) -> Result<()> {
    if output == Path::new("-") {
        return Ok(());
    }
    for (what, path) in [("the key", keys.sign), ("the password file", keys.password_file)] {
        inputs.extend(path.map(|path| (what, path)));
    }
    let beside = signature_beside(output);
    let signature = name_of(&beside);
    let mut outputs: Vec<Named> = vec![("--output", output)];
    if keys.sign.is_some() {
        outputs.push((&signature, &beside));
    }
    check_outputs(&outputs, &inputs)
}

/// Whether a file is a secret or a public key, by its looks.
fn is_key(path: &Path) -> bool {
    let mut text = String::new();
    // Opening a pipe would wait for whoever writes to it.
    path.is_file()
        && File::open(path)
            .and_then(|file| file.take(MAX_KEY_LEN).read_to_string(&mut text))
            .is_ok()
        && text.starts_with("untrusted comment:")
        && text.lines().nth(1).map(str::trim).is_some_and(|line| {
            line.starts_with("RW") && [KEY_CHARS, PUBLIC_KEY_CHARS].contains(&line.len())
        })
}
