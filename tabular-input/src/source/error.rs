//! What a failed read means.

use std::fmt;
use std::io;

use cli_common::error::{Cause, Error};

#[cfg(feature = "compressed")]
use super::unpack::WideWindow;
use crate::encoding::HalfCharacter;

/// A file that another program was writing while it was read.
#[derive(Debug)]
pub(super) enum Changed {
    Shrank { from: u64, to: u64 },
    Grew,
}

impl std::error::Error for Changed {}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shrank { from, to } => {
                write!(f, "shrank from {from} to {to} bytes while it was read")
            }
            Self::Grew => {
                write!(f, "grew while it was read, and breaks off without a line end")
            }
        }
    }
}

/// The error of a failed read: an input that cannot be unpacked or decoded is bad data, anything
/// else is the system's fault.
pub(crate) fn read_error(what: &str, error: &io::Error) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let inner = error.get_ref();
    if let Some(changed) = inner.and_then(|inner| inner.downcast_ref::<Changed>()) {
        return Error::new(Cause::Input, format!("{what} {changed}"))
            .with_hint("let the program that writes it finish first");
    }
    if let Some(half) = inner.and_then(|inner| inner.downcast_ref::<HalfCharacter>()) {
        return Error::new(Cause::Input, format!("{what} {half}"))
            .with_hint("the file may have been cut short; fetch it again");
    }
    #[cfg(feature = "compressed")]
    if let Some(window) = inner.and_then(|inner| inner.downcast_ref::<WideWindow>()) {
        return Error::new(Cause::Input, format!("{what} {window}")).with_hint(
            "compress it without --long and --ultra, or pipe it in: zstd -dc --long=31",
        );
    }
    if matches!(error.kind(), InvalidData | InvalidInput | UnexpectedEof) {
        let fact = format!("{what} is compressed, and damaged or cut short: {error}");
        return Error::new(Cause::Input, fact);
    }
    Error::io(format!("cannot read {what}"), error)
}
