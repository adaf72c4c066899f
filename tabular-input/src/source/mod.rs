//! Where rows come from: a file or stdin, unpacked and decoded on the way.

mod error;
mod stream;
#[cfg(feature = "compressed")]
mod unpack;

use std::fs::File;
use std::io::{self, Cursor, IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cli_common::error::{Cause, Error, Result};

use crate::encoding::{Code, Decoder, Encoding};
use crate::foreign;
use error::Changed;
pub(crate) use error::read_error;
use stream::{Packing, Stream, read_up_to};

/// Sees every byte of a file as it is stored, in order.
pub type Tap = Box<dyn FnMut(&[u8]) + Send>;

/// An input stream of UTF-8 without its byte-order mark, and how far it has come.
pub struct Source {
    stream: Stream,
    position: Arc<AtomicU64>,
    length: Option<u64>,
    name: String,
    /// The last byte that was read, unpacked.
    tail: Option<u8>,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buffer)?;
        match buffer[..n].last() {
            Some(last) => self.tail = Some(*last),
            None if buffer.is_empty() => {}
            None => self.check_end().map_err(io::Error::other)?,
        }
        Ok(n)
    }
}

impl Source {
    /// Opens `path`, or stdin for `-` or no path.
    ///
    /// # Errors
    ///
    /// A usage error if stdin was meant by leaving the path out but is a terminal; an I/O error if
    /// the file cannot be read; an input error if it is not what `encoding` says.
    pub fn open(path: Option<&Path>, encoding: Option<Encoding>) -> Result<Self> {
        Self::open_tapped(path, encoding, Box::new(|_| ()))
    }

    /// The same, and `tap` sees what is read off the file.
    ///
    /// # Errors
    ///
    /// As [`Source::open`].
    pub fn open_tapped(path: Option<&Path>, encoding: Option<Encoding>, tap: Tap) -> Result<Self> {
        match path {
            Some(path) if path != Path::new("-") => {
                let name = path.display().to_string();
                let io = |e| Error::io(format!("cannot read `{name}`"), &e);
                let file = File::open(path).map_err(io)?;
                let meta = file.metadata().map_err(io)?;
                if meta.is_dir() {
                    return Err(Error::new(
                        Cause::Io,
                        format!("cannot read `{name}`: it is a directory"),
                    ));
                }
                let length = meta.is_file().then_some(meta.len());
                Self::tapped(Box::new(file), length, name, encoding, tap)
            }
            None if io::stdin().is_terminal() => {
                Err(Error::new(Cause::Usage, "no input: name a CSV file, or pipe one in")
                    .with_hint("to type rows at the terminal, name the input `-`"))
            }
            _ => Self::tapped(Box::new(io::stdin()), None, "<stdin>".into(), encoding, tap),
        }
    }

    /// Takes a stream; `length` is that of the file, if it is one.
    ///
    /// # Errors
    ///
    /// As [`Source::open`], for a stream that is there.
    pub fn new(
        raw: impl Read + Send + 'static,
        length: Option<u64>,
        name: String,
        encoding: Option<Encoding>,
    ) -> Result<Self> {
        Self::tapped(Box::new(raw), length, name, encoding, Box::new(|_| ()))
    }

    fn tapped(
        raw: Stream,
        length: Option<u64>,
        name: String,
        encoding: Option<Encoding>,
        tap: Tap,
    ) -> Result<Self> {
        let position = Arc::new(AtomicU64::new(0));
        let mut counted = Counted { inner: raw, position: Arc::clone(&position), tap };
        let io = |e| read_error(&format!("`{name}`"), &e);
        let head = read_up_to(&mut counted, 4).map_err(io)?;
        let packing = Packing::of(&head);
        let stream: Stream = Box::new(Cursor::new(head).chain(counted));
        let stream = match packing {
            Some(packing) => unpacked(packing, stream, &name)?,
            None => stream,
        };
        let stream = decoded(stream, encoding, &name)?;
        Ok(Self { stream, position, length, name, tail: None })
    }

    /// What to call it in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Bytes taken from the file so far, and the length of the file, if it is one.
    pub fn progress(&self) -> (Arc<AtomicU64>, Option<u64>) {
        (Arc::clone(&self.position), self.length)
    }

    /// Finds out at the end whether this is all there was. Rows that are gone, or a last number
    /// that is half written, would go unnoticed.
    fn check_end(&self) -> std::result::Result<(), Changed> {
        let Some(from) = self.length else { return Ok(()) };
        let to = self.position.load(Ordering::Relaxed);
        if to < from {
            return Err(Changed::Shrank { from, to });
        }
        let whole = self.tail.is_none_or(|last| last == b'\n');
        if to > from && from > 0 && !whole { Err(Changed::Grew) } else { Ok(()) }
    }
}

#[cfg(feature = "compressed")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature there is an error")]
fn unpacked(packing: Packing, stream: Stream, _name: &str) -> Result<Stream> {
    Ok(unpack::unpacked(packing, stream))
}

#[cfg(not(feature = "compressed"))]
fn unpacked(packing: Packing, _stream: Stream, name: &str) -> Result<Stream> {
    let (kind, program) = match packing {
        Packing::Gzip => ("gzip", "gzip -dc"),
        Packing::Zstd => ("zstd", "zstd -dc"),
    };
    let fact = format!("`{name}` is compressed with {kind}, which this build does not read");
    Err(Error::new(Cause::Input, fact).with_hint(format!("unpack it first: {program}")))
}

/// Removes a byte-order mark, which may stand inside a compressed file too, and makes UTF-8 of
/// other encodings. Refuses what begins like a file of another kind.
fn decoded(mut stream: Stream, encoding: Option<Encoding>, name: &str) -> Result<Stream> {
    let head =
        read_up_to(&mut stream, foreign::HEAD).map_err(|e| read_error(&format!("`{name}`"), &e))?;
    if let Some(error) = foreign::refused(&head, name) {
        return Err(error);
    }
    let (marked, mark_len) = match head.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => (Some(Encoding::Utf8), 3),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => (Some(Encoding::Utf16), 2),
        _ => (None, 0),
    };
    if let (Some(marked), Some(given)) = (marked, encoding)
        && marked != given
    {
        let (marked, given) = (marked.name(), given.name());
        let fact =
            format!("`{name}` begins with the byte-order mark of {marked}, --encoding is {given}");
        return Err(Error::new(Cause::Input, fact).with_hint("leave --encoding out"));
    }
    let code = match encoding.or(marked) {
        None | Some(Encoding::Utf8) => None,
        Some(Encoding::Latin1) => Some(Code::Latin1),
        Some(Encoding::Windows1252) => Some(Code::Windows1252),
        Some(Encoding::Utf16) => Some(match head.as_slice() {
            // A mark, or an ASCII character without one.
            [0xfe, 0xff, ..] | [0, 1..=255, ..] => Code::Utf16BigEndian,
            _ => Code::Utf16LittleEndian,
        }),
    };
    let rest = head.get(mark_len..).unwrap_or_default().to_vec();
    let stream: Stream = Box::new(Cursor::new(rest).chain(stream));
    Ok(match code {
        Some(code) => Box::new(Decoder::new(stream, code)),
        None => stream,
    })
}

/// Counts what passes, and shows it.
struct Counted {
    inner: Stream,
    position: Arc<AtomicU64>,
    tap: Tap,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        (self.tap)(&buffer[..n]);
        self.position.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
