//! Reports on stdout.

use std::io::{self, Write};

use crate::error::{Error, Result};

/// Writes to stdout; a reader that has seen enough is no failure.
///
/// # Errors
///
/// An I/O error if stdout takes nothing for another reason.
pub fn print(bytes: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes.as_ref()).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("cannot write to stdout", &e))
        }
        _ => Ok(()),
    }
}
