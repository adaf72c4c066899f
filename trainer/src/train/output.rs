//! Where the bytes of a model go.

use std::io::{self, Write};
use std::path::Path;

use model_format::atomic::AtomicFile;

use crate::error::{Error, Result};

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

    /// Writes the bytes of a model.
    ///
    /// # Errors
    ///
    /// An I/O error; an existing file is then as it was.
    pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<()> {
        Self::create(path)?.write(bytes).map_err(|e| cannot_write(path, &e))
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
