//! Bytes packed on their way into a file, by the name of the file.

use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

/// Bytes of a zstd frame before they are packed. The encoder takes a frame as a whole, so this is what
/// an output holds in memory; larger frames are hardly smaller.
const FRAME: usize = 1 << 20;

/// A writer that packs what it is given.
#[derive(Debug)]
pub enum Encoder<W: Write> {
    /// Bytes as they are.
    Plain(W),
    /// One gzip member.
    Gzip(Box<GzEncoder<W>>),
    /// zstd frames one after another.
    Zstd(Frames<W>),
}

/// A stream cut into zstd frames.
#[derive(Debug)]
pub struct Frames<W> {
    inner: W,
    pending: Vec<u8>,
    /// A stream without a frame is no zstd file.
    begun: bool,
}

impl<W: Write> Encoder<W> {
    /// Packs as the name of the file says: `.gz`, `.zst`, else not at all.
    pub fn by_name(name: &Path, inner: W) -> Self {
        let is = |ending: &str| name.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        if is("gz") {
            // No name and no time in it: the same bytes give the same file.
            Self::Gzip(Box::new(GzEncoder::new(inner, Compression::default())))
        } else if is("zst") {
            Self::Zstd(Frames { inner, pending: Vec::with_capacity(FRAME), begun: false })
        } else {
            Self::Plain(inner)
        }
    }

    /// Writes what is still to be written, and gives the inner writer back.
    ///
    /// # Errors
    ///
    /// What the inner writer says.
    pub fn finish(self) -> io::Result<W> {
        match self {
            Self::Plain(inner) => Ok(inner),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(mut frames) => {
                if !frames.begun || !frames.pending.is_empty() {
                    frames.pack()?;
                }
                Ok(frames.inner)
            }
        }
    }
}

impl<W: Write> Frames<W> {
    fn pack(&mut self) -> io::Result<()> {
        self.begun = true;
        let frame = compress_to_vec(self.pending.as_slice(), CompressionLevel::Fastest);
        self.pending.clear();
        self.inner.write_all(&frame)
    }
}

impl<W: Write> Write for Encoder<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(frames) => {
                let taken = bytes.len().min(FRAME - frames.pending.len());
                frames.pending.extend_from_slice(&bytes[..taken]);
                if frames.pending.len() == FRAME {
                    frames.pack()?;
                }
                Ok(taken)
            }
        }
    }

    /// Packed bytes wait for more of their kind: flushed one by one they would not get smaller.
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(inner) => inner.flush(),
            Self::Gzip(_) | Self::Zstd(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn packed(name: &str, parts: &[&[u8]]) -> Vec<u8> {
        let mut encoder = Encoder::by_name(name.as_ref(), Vec::new());
        for part in parts {
            encoder.write_all(part).unwrap();
            encoder.flush().unwrap();
        }
        encoder.finish().unwrap()
    }

    fn unpacked(name: &str, mut bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        if name.to_lowercase().ends_with("gz") {
            flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out).unwrap();
            return out;
        }
        while !bytes.is_empty() {
            let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut bytes).unwrap();
            frame.read_to_end(&mut out).unwrap();
        }
        out
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let text = b"id,prediction\n1,no\n".repeat(200_000);
        let noise: Vec<u8> = (0..400_000u64)
            .flat_map(|i| (i * i).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes())
            .collect();
        for name in ["x.csv.gz", "x.csv.zst", "x.GZ", "x.Zst"] {
            for bytes in [&b""[..], b"a", &text, &noise] {
                let file = packed(name, &[bytes]);
                assert!(unpacked(name, &file) == bytes, "{name}, {} bytes", bytes.len());
                let (head, tail) = bytes.split_at(bytes.len() / 3);
                assert!(packed(name, &[head, tail]) == file, "the same however it is cut");
            }
            assert!(packed(name, &[&text]).len() < text.len() / 20);
        }
        assert_eq!(packed("gz", &[b"a", b"b"]), b"ab");
    }
}
