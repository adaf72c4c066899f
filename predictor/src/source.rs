//! Where rows come from: a file or stdin, unpacked on the way if it is compressed.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Chain, Cursor, IsTerminal, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cli_common::error::{Cause, Error, Result};
use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// Largest part of a zstd input that has to be kept in memory to unpack it: `zstd` asks for up to
/// 8 MiB, with `--ultra` and `--long` for more.
const MAX_WINDOW: u64 = 32 << 20;

/// An input stream without its byte-order mark, and how far it has come.
pub(crate) struct Source {
    stream: Box<dyn Read + Send>,
    /// Bytes taken from the file so far.
    pub(crate) position: Arc<AtomicU64>,
    /// Length of the file, if it is one.
    pub(crate) length: Option<u64>,
    /// What to call it in messages.
    pub(crate) name: String,
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

/// A file that another program was writing while it was read.
#[derive(Debug)]
enum Changed {
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

impl Source {
    /// Opens `path`, or stdin for `-` or no path.
    ///
    /// # Errors
    ///
    /// A usage error if stdin was meant by leaving the path out but is a terminal; an I/O error if
    /// the file cannot be read.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self> {
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
                Self::new(file, meta.is_file().then_some(meta.len()), name)
            }
            None if io::stdin().is_terminal() => {
                Err(Error::new(Cause::Usage, "no input: name a CSV file, or pipe one in")
                    .with_hint("to type rows at the terminal, name the input `-`"))
            }
            _ => Self::new(io::stdin(), None, "<stdin>".into()),
        }
    }

    /// Takes a stream; `length` is that of the file, if it is one.
    pub(crate) fn new(
        raw: impl Read + Send + 'static,
        length: Option<u64>,
        name: String,
    ) -> Result<Self> {
        let position = Arc::new(AtomicU64::new(0));
        let mut counted = Counted { inner: raw, position: Arc::clone(&position) };
        let io = |e| read_error(&format!("`{name}`"), &e);
        let head = read_up_to(&mut counted, 4).map_err(io)?;
        if matches!(head.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            return Err(Error::new(Cause::Input, format!("`{name}` is UTF-16, expected UTF-8"))
                .with_hint("convert it: iconv -f UTF-16 -t UTF-8"));
        }
        let stream: Box<dyn Read + Send> = match head.as_slice() {
            [0x1f, 0x8b, ..] => {
                let packed = BufReader::with_capacity(1 << 16, Cursor::new(head).chain(counted));
                Box::new(MultiGzDecoder::new(packed))
            }
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => {
                let packed: Box<dyn Read + Send> = Box::new(Cursor::new(head).chain(counted));
                Box::new(Zstd::Between(BufReader::with_capacity(1 << 16, packed)))
            }
            _ => Box::new(Cursor::new(head).chain(counted)),
        };
        let stream = without_mark(stream).map_err(io)?;
        Ok(Self { stream, position, length, name, tail: None })
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

/// Removes a UTF-8 byte-order mark, which may stand inside a compressed file too.
fn without_mark(mut stream: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut head = read_up_to(&mut stream, 3)?;
    if head == [0xef, 0xbb, 0xbf] {
        head.clear();
    }
    Ok(Box::new(Cursor::new(head).chain(stream)))
}

fn read_up_to(stream: &mut impl Read, n: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(n).read_to_end(&mut head)?;
    Ok(head)
}

/// Counts what passes.
struct Counted<R> {
    inner: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.position.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

type Packed = BufReader<Box<dyn Read + Send>>;
/// A frame's magic number, which was read to see whether there is a frame, and the rest.
type Frame = Chain<Cursor<Vec<u8>>, Packed>;

/// A zstd stream: frames, and skippable frames between them.
enum Zstd {
    /// Before the next frame, or at the end.
    Between(Packed),
    /// Inside a frame.
    Frame(Box<StreamingDecoder<Frame, FrameDecoder>>),
    /// After an error.
    Broken,
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match std::mem::replace(self, Self::Broken) {
                Self::Between(mut packed) => {
                    let magic = read_up_to(&mut packed, 4)?;
                    if magic.is_empty() {
                        *self = Self::Between(packed);
                        return Ok(0);
                    }
                    if magic.len() < 4 {
                        return Err(damaged("cut short"));
                    }
                    if is_skippable(&magic) {
                        let mut length = [0; 4];
                        packed.read_exact(&mut length)?;
                        let length = u64::from(u32::from_le_bytes(length));
                        if io::copy(&mut packed.by_ref().take(length), &mut io::sink())? < length {
                            return Err(io::ErrorKind::UnexpectedEof.into());
                        }
                        *self = Self::Between(packed);
                        continue;
                    }
                    let frame = Cursor::new(magic).chain(packed);
                    let frame = StreamingDecoder::new_with_max_window_size(frame, MAX_WINDOW);
                    *self = Self::Frame(Box::new(frame.map_err(refused)?));
                }
                Self::Frame(mut frame) => match frame.read(buffer).map_err(damaged)? {
                    0 => {
                        let stored = frame.decoder.get_checksum_from_data();
                        if stored.is_some() && stored != frame.decoder.get_calculated_checksum() {
                            return Err(damaged("the checksum does not match"));
                        }
                        *self = Self::Between(frame.into_inner().into_inner().1);
                    }
                    n => {
                        *self = Self::Frame(frame);
                        return Ok(n);
                    }
                },
                Self::Broken => return Err(damaged("an earlier part could not be read")),
            }
        }
    }
}

/// Whether a frame of this magic number holds no data (RFC 8878, section 3.1.2).
fn is_skippable(magic: &[u8]) -> bool {
    matches!(magic, [0x50..=0x5f, 0x2a, 0x4d, 0x18])
}

/// What a failed read means: a compressed input that does not unpack is bad data, anything else is
/// the system's fault.
pub(crate) fn read_error(what: &str, error: &io::Error) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    let inner = error.get_ref();
    if let Some(changed) = inner.and_then(|inner| inner.downcast_ref::<Changed>()) {
        return Error::new(Cause::Input, format!("{what} {changed}"))
            .with_hint("let the program that writes it finish first");
    }
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

/// A zstd frame that needs more memory than there shall be.
#[derive(Debug)]
struct WideWindow(u64);

impl std::error::Error for WideWindow {}

impl fmt::Display for WideWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (asked, limit) = (self.0.div_ceil(1 << 20), MAX_WINDOW >> 20);
        write!(f, "takes {asked} MiB of memory to unpack, the limit is {limit} MiB")
    }
}

/// Why a frame is not unpacked.
fn refused(error: FrameDecoderError) -> io::Error {
    match error {
        FrameDecoderError::WindowSizeTooBig { requested: asked, .. }
        | FrameDecoderError::FrameHeaderError(FrameHeaderError::WindowTooBig { got: asked }) => {
            io::Error::other(WideWindow(asked))
        }
        error => damaged(error),
    }
}

fn damaged(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("zstd: {error}"))
}
