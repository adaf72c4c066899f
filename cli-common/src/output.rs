//! Where a program's data go: a file that appears whole, one of its open files, or nowhere.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::Path;

use crate::atomic::AtomicFile;
use crate::compress::Encoder;
use crate::error::{Error, Result};
use crate::paths::{self, STDERR, STDOUT};
use crate::stdout;
use crate::terminal::for_stderr;
use crate::text::lines;

/// An output that was opened.
#[derive(Debug)]
pub struct Output {
    to: To,
    /// What to call it in messages.
    name: String,
}

#[derive(Debug)]
enum To {
    File(Box<Encoder<AtomicFile>>),
    Stdout(io::Stdout),
    Stderr(io::Stderr),
    /// Another file that the process was started with.
    Open(File),
    Nothing,
}

/// Why [`Output::commit_all`] failed.
#[derive(Debug)]
pub struct Failed {
    /// Position of the output that failed.
    pub index: usize,
    /// Whether files before it have appeared.
    pub appeared: bool,
    /// The error, which names the file.
    pub error: Error,
}

impl Output {
    /// Opens a file whose name may say that it is packed (`.gz`, `.zst`), or stdout for `-` or no path.
    ///
    /// `/dev/fd/1` and other names of the process's open files are these files: what they were
    /// redirected to is written, not replaced.
    ///
    /// # Errors
    ///
    /// An I/O error if it cannot be written.
    pub fn open(path: Option<&Path>) -> Result<Self> {
        Self::to(path, Encoder::by_name)
    }

    /// The same for bytes that are never packed, whatever the name of the file.
    ///
    /// # Errors
    ///
    /// An I/O error if it cannot be written.
    pub fn exact(path: &Path) -> Result<Self> {
        Self::to(Some(path), |_, file| Encoder::Plain(file))
    }

    /// Takes everything and keeps nothing.
    pub fn nothing() -> Self {
        Self { to: To::Nothing, name: String::new() }
    }

    fn to(
        path: Option<&Path>,
        encoder: impl Fn(&Path, AtomicFile) -> Encoder<AtomicFile>,
    ) -> Result<Self> {
        let path = path.unwrap_or(Path::new("-"));
        let to = match paths::own_descriptor(path) {
            Some(STDOUT) => {
                stdout::check()?;
                return Ok(Self { to: To::Stdout(io::stdout()), name: "stdout".into() });
            }
            Some(STDERR) => Ok(To::Stderr(io::stderr())),
            // Opened anew it would be written from its beginning.
            Some(_) => OpenOptions::new().append(true).open(path).map(To::Open),
            None => AtomicFile::create(path).map(|file| To::File(Box::new(encoder(path, file)))),
        };
        let name = format!("`{}`", path.display());
        match to {
            Ok(to) => Ok(Self { to, name }),
            Err(e) => Err(cannot_write(&name, &e)),
        }
    }

    /// Writes; [`ControlFlow::Break`] if whoever read the output has seen enough and closed the pipe.
    ///
    /// # Errors
    ///
    /// An I/O error.
    pub fn write(&mut self, bytes: &[u8]) -> Result<ControlFlow<()>> {
        let written = match &mut self.to {
            To::File(file) => file.write_all(bytes),
            To::Stdout(stdout) => stdout.write_all(bytes).and_then(|()| stdout.flush()),
            To::Stderr(stderr) => stderr.write_all(bytes),
            To::Open(file) => file.write_all(bytes),
            To::Nothing => Ok(()),
        };
        match written {
            Ok(()) => Ok(ControlFlow::Continue(())),
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
            Err(e) => Err(cannot_write(&self.name, &e)),
        }
    }

    /// Makes the file appear under its name.
    ///
    /// # Errors
    ///
    /// An I/O error; the target is then as it was before.
    pub fn commit(self) -> Result<()> {
        Self::commit_all(vec![self]).map_err(|failed| failed.error)
    }

    /// Makes files appear, none before all are on the disk. If a name cannot be given, the files before it
    /// keep theirs.
    ///
    /// # Errors
    ///
    /// Which output failed and why, and whether others have appeared.
    pub fn commit_all(outputs: impl IntoIterator<Item = Self>) -> std::result::Result<(), Failed> {
        let (mut files, mut kept) = (Vec::new(), Vec::new());
        for (index, Self { to, name }) in outputs.into_iter().enumerate() {
            let failed = |e| Failed { index, appeared: false, error: cannot_write(&name, &e) };
            match to {
                To::File(encoder) => {
                    match encoder.finish() {
                        Ok(file) => files.push(file),
                        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => continue,
                        Err(e) => return Err(failed(e)),
                    }
                    kept.push((index, name));
                }
                To::Stdout(_) | To::Stderr(_) | To::Open(_) | To::Nothing => {}
            }
        }
        AtomicFile::commit_all(files).map_err(|e| {
            let (index, name) = &kept[e.index];
            let error = cannot_write(name, &e.error);
            Failed { index: *index, appeared: e.appeared > 0, error }
        })
    }
}

#[cold]
fn cannot_write(name: &str, error: &io::Error) -> Error {
    Error::io(format!("cannot write {}", if name == "stdout" { "to stdout" } else { name }), error)
}

/// Writes all of a small output.
///
/// # Errors
///
/// An I/O error.
pub fn write(path: Option<&Path>, bytes: &[u8]) -> Result<()> {
    let mut output = Output::open(path)?;
    let _ = output.write(bytes)?;
    output.commit()
}

/// Writes a summary for people to stderr: the work is done, and a summary nobody reads is no failure. On a
/// terminal its lines break between words.
pub fn summary(text: &str) {
    let _ = io::stderr().write_all(for_stderr(lines(text)).as_bytes());
}
