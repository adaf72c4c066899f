//! `trainer sign`: checks a model and signs it.

use cli_common::error::{Error, Result};
use cli_common::output::summary;
use cli_common::paths::{Named, signature_beside};
use cli_common::{overwrite, stdout};
use model_format::ModelFile;

use crate::cli::sign::SignArgs;
use crate::config::overwrite::name_of;
use crate::output;
use crate::sign::signer::{Signature, Signer, refuse_no_file};

/// Signs and tells of it; errors as [`sign`].
pub(crate) fn run(args: &SignArgs) -> Result<()> {
    if args.json {
        stdout::check_report()?;
    }
    let signature = sign(args)?;
    if args.json {
        return stdout::print(format!("{:#}\n", signature.json()));
    }
    if !args.quiet {
        summary(&signature.text_lines());
    }
    Ok(())
}

/// `trainer sign`: checks a model as a reader would, and signs it.
///
/// # Errors
///
/// A refused model, a key that cannot be used, or what the disk says; an earlier signature is then
/// as it was.
fn sign(args: &SignArgs) -> Result<Signature> {
    let path = args.output.clone().unwrap_or_else(|| signature_beside(&args.model));
    let what = args.output.as_ref().map_or_else(|| name_of(&path), |_| "--output".into());
    let key = ("the key", args.key.as_path());
    let password = args.password_file.iter().map(|path| ("the password file", path.as_path()));
    let inputs: Vec<Named> =
        [("the model", args.model.as_path()), key].into_iter().chain(password).collect();
    overwrite::check(&[(&what, &path)], &inputs)?;
    if args.output.is_none() {
        refuse_no_file(&path)?;
    }
    let refused = |e| Error::model(&args.model, &e);
    let bytes = ModelFile::open(&args.model).and_then(ModelFile::read).map_err(refused)?;
    let artifact = bytes.check().map_err(refused)?;
    let signer = Signer::open(&args.key, args.password_file.as_deref())?;
    let signature = signer.sign(bytes.as_slice(), &artifact, path, args.comment.as_deref())?;
    output::save(&signature.path, signature.text.as_bytes(), None)?;
    Ok(signature)
}
