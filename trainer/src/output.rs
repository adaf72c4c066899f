//! A model put where it belongs, with its signature beside it.

use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::output::Output;

/// Finds out whether the model can be written: before hours of work, not after. A pipe is not
/// opened for that: its reader would take it for the end.
///
/// # Errors
///
/// An I/O error if it cannot.
pub(crate) fn check(path: &Path) -> Result<()> {
    if std::fs::metadata(path).is_ok_and(|meta| meta.is_file()) || !path.exists() {
        drop(Output::exact(path)?);
    }
    Ok(())
}

/// Writes the bytes of a model, and those of its signature under the name `beside`.
///
/// Two files cannot appear at once. Both are complete on the disk before either is given its name;
/// in between, and if the second name cannot be given, a model lies beside the signature of another,
/// which nobody accepts who asks for a signature.
///
/// # Errors
///
/// An I/O error; an existing file is then as it was, but for a model whose signature failed, which
/// the error says.
pub(crate) fn save(path: &Path, bytes: &[u8], beside: Option<(&Path, &[u8])>) -> Result<()> {
    let stage = |path: &Path, bytes: &[u8]| {
        let mut output = Output::exact(path)?;
        // Whoever reads the model from a pipe may have seen enough.
        output.write(bytes).map(|_| output)
    };
    let mut outputs = vec![stage(path, bytes)?];
    if let Some((beside, signature)) = beside {
        outputs.push(stage(beside, signature)?);
    }
    Output::commit_all(outputs).map_err(|failed| {
        if !failed.appeared {
            return failed.error;
        }
        let model = path.display();
        Error::internal(format!("{}, so the model `{model}` is not signed", failed.error))
            .with_hint(format!("the model is written: trainer sign {model} --key KEY"))
    })
}
