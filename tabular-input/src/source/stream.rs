//! Bytes of an input at some stage.

use std::io::{self, Read};

pub(super) type Stream = Box<dyn Read + Send>;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
}

impl Packing {
    /// What the first bytes of a file tell.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The next `n` bytes, or fewer if the stream ends.
pub(super) fn read_up_to(stream: &mut impl Read, n: u64) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(n).read_to_end(&mut head)?;
    Ok(head)
}
