//! What no output may take the place of.

use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::overwrite;
use cli_common::paths::{Named, signature_beside};

use crate::sign::signer::Keys;

/// What a message calls a signature whose place nobody named.
pub(crate) fn name_of(path: &Path) -> String {
    format!("the signature `{}`", path.display())
}

/// Refuses a model, and its signature if there is a key, that would take the place of a file that is read or of a
/// key, and the name of a compressed file for what is none.
///
/// # Errors
///
/// A usage error.
pub(super) fn check_model<'a>(
    output: &'a Path,
    mut inputs: Vec<Named<'a>>,
    keys: &Keys<'a>,
) -> Result<()> {
    let packed = ["gz", "zst"].into_iter().find(|end| {
        output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(end))
    });
    if let Some(end) = packed {
        let fact =
            format!("--output: `{}`: a model is not packed, which .{end} says", output.display());
        return Err(Error::usage(fact).with_hint("name it without the ending"));
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
    overwrite::check(&outputs, &inputs)
}
