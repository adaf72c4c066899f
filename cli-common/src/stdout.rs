//! Reports on stdout, and whether there is a stdout.

use std::io::{self, Write};

use crate::error::{Error, Result};
use crate::text::lines;

/// Writes to stdout; a reader that has seen enough is no failure.
///
/// # Errors
///
/// An I/O error if stdout takes nothing for another reason, or was closed.
pub fn print(bytes: impl AsRef<[u8]>) -> Result<()> {
    check_report()?;
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes.as_ref()).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("cannot write to stdout", &e))
        }
        _ => Ok(()),
    }
}

/// Writes a report for people to stdout, with nothing hidden in it.
///
/// # Errors
///
/// As [`print()`].
pub fn print_text(text: &str) -> Result<()> {
    print(lines(text))
}

/// Refuses to send data to a stdout that was closed when the program began: they would be lost
/// without an error, since Rust opens `/dev/null` in the place of a closed standard stream.
///
/// # Errors
///
/// An I/O error.
pub fn check() -> Result<()> {
    not_closed("name a file with --output; to discard the output, redirect it: > /dev/null")
}

/// The same for a report, which goes nowhere else.
///
/// # Errors
///
/// An I/O error.
pub fn check_report() -> Result<()> {
    not_closed("to discard the report, redirect it: > /dev/null")
}

fn not_closed(hint: &str) -> Result<()> {
    if !was_closed() {
        return Ok(());
    }
    Err(Error::internal("cannot write to stdout: it is closed").with_hint(hint))
}

/// Whether stdout is `/dev/null` opened for reading too, as Rust opens it in the place of a closed one. A shell that
/// redirects to `/dev/null` opens it for writing only; a program that opens it for both cannot be told from a closed
/// stdout, so this may be no reason to fail where the exit code says enough. Where there is no `/proc` nothing can
/// be told.
pub fn was_closed() -> bool {
    const READ_AND_WRITE: u32 = 0o2;
    let target = std::fs::read_link("/proc/self/fd/1");
    if !target.is_ok_and(|target| target.as_os_str() == "/dev/null") {
        return false;
    }
    let about = std::fs::read_to_string("/proc/self/fdinfo/1").unwrap_or_default();
    let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & 0o3 == READ_AND_WRITE)
}
