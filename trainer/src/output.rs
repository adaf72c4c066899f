//! Where the bytes of a model go.

use std::io::{self, Write};
use std::path::Path;

use cli_common::atomic::AtomicFile;
use cli_common::error::{Error, Result};
use cli_common::stdout::print;

/// Where the model goes.
pub(crate) enum Output {
    /// A file that appears whole or not at all.
    File(AtomicFile),
    /// Standard output.
    Stdout,
}

impl Output {
    /// Finds out whether the model can be written: before hours of work, not after. A pipe is not
    /// opened for that: its reader would take it for the end.
    ///
    /// # Errors
    ///
    /// An I/O error if it cannot.
    pub(crate) fn check(path: &Path) -> Result<()> {
        if std::fs::metadata(path).is_ok_and(|meta| meta.is_file()) || !path.exists() {
            drop(Self::create(path)?);
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
        let Some((beside, signature)) = beside else {
            return Self::create(path)?.write(bytes).map_err(|e| cannot_write(path, &e));
        };
        let stage = |path: &Path, bytes: &[u8]| {
            let mut file = AtomicFile::create(path)?;
            file.write_all(bytes).map(|()| file)
        };
        let model = stage(path, bytes).map_err(|e| cannot_write(path, &e))?;
        let signature = stage(beside, signature).map_err(|e| cannot_write(beside, &e))?;
        AtomicFile::commit_all(vec![model, signature]).map_err(|failed| {
            if failed.appeared == 0 {
                let path = if failed.index == 0 { path } else { beside };
                return cannot_write(path, &failed.error);
            }
            let (name, model) = (beside.display(), path.display());
            let fact = format!("cannot write `{name}`, so the model `{model}` is not signed");
            Error::io(fact, &failed.error)
                .with_hint(format!("the model is written: trainer sign {model} --key KEY"))
        })
    }

    fn create(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::Stdout);
        }
        AtomicFile::create(path).map(Self::File).map_err(|e| cannot_write(path, &e))
    }

    fn write(self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(mut file) => file.write_all(bytes).and_then(|()| file.commit()),
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
                    // Whoever read the model has seen enough.
                    Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    other => other,
                }
            }
        }
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Error {
    Error::io(format!("cannot write `{}`", path.display()), error)
}

/// Writes to a file that appears whole, or to stdout.
///
/// # Errors
///
/// An I/O error.
pub(crate) fn write(bytes: &[u8], path: Option<&Path>) -> Result<()> {
    match path {
        Some(path) if path != Path::new("-") => {
            let io = |e| Error::io(format!("cannot write `{}`", path.display()), &e);
            let mut file = AtomicFile::create(path).map_err(io)?;
            file.write_all(bytes).and_then(|()| file.commit()).map_err(io)
        }
        _ => print(bytes),
    }
}

/// Writes a summary to stderr: the work is done, and a summary nobody reads is no failure.
pub(crate) fn summary(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
