//! Compressed streams, unpacked while they are read.

use std::fmt;
use std::io::{self, BufReader, Chain, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, FrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::stream::{Packing, Stream, read_up_to};

/// Largest part of a zstd input that has to be kept in memory to unpack it: `zstd` asks for up to
/// 8 MiB, with `--ultra` and `--long` for more.
const MAX_WINDOW: u64 = 32 << 20;

/// The contents of a packed stream.
pub(super) fn unpacked(packing: Packing, stream: Stream) -> Stream {
    let packed = BufReader::with_capacity(1 << 16, stream);
    match packing {
        Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
        Packing::Zstd => Box::new(Zstd::Between(packed)),
    }
}

type Packed = BufReader<Stream>;
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

/// A zstd frame that needs more memory than there shall be.
#[derive(Debug)]
pub(super) struct WideWindow(u64);

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
