//! SHA-256 of sections and of the header.
//!
//! A section's digest is the SHA-256 of the concatenated SHA-256 digests of its consecutive
//! 1 MiB pieces, so that a large section can be hashed on every core at once. The header digest
//! covers the preamble and the section table, which holds the digests of all sections: it covers
//! the whole file and is the model's id.

use std::fmt;
use std::thread::ScopedJoinHandle;

use sha2::{Digest as _, Sha256};

use crate::layout::DIGEST_CHUNK;

/// A SHA-256 digest; displayed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digest of one piece of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Digest of the concatenation of `parts`.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// The bytes as they stand in the file.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Digests of several sections, in their order, hashed on all cores when there is enough to do.
pub(crate) fn of_sections(sections: &[&[u8]]) -> Vec<Digest> {
    let chunks: Vec<&[u8]> = sections.iter().flat_map(|s| s.chunks(DIGEST_CHUNK)).collect();
    let hash = |chunks: &[&[u8]]| chunks.iter().map(|c| Digest::of(c).0).collect::<Vec<_>>();
    let total: usize = sections.iter().map(|s| s.len()).sum();
    // A thread costs about as much as hashing 100 KiB. Asking for their number opens files of the
    // system, which costs more than to hash a small model.
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if total < DIGEST_CHUNK { 1 } else { cores().min(chunks.len()) };
    let leaves = if threads < 2 {
        hash(&chunks)
    } else {
        std::thread::scope(|scope| {
            let shares: Vec<_> = chunks
                .chunks(chunks.len().div_ceil(threads))
                .map(|share| {
                    let thread = std::thread::Builder::new();
                    (share, thread.spawn_scoped(scope, || hash(share)))
                })
                .collect();
            // What the system grants no thread for is done here.
            let join = |(share, thread): (&[&[u8]], std::io::Result<ScopedJoinHandle<'_, _>>)| {
                thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_else(|| hash(share))
            };
            shares.into_iter().flat_map(join).collect()
        })
    };
    let mut rest = leaves.as_slice();
    sections
        .iter()
        .map(|section| {
            let (own, others) = rest.split_at(section.len().div_ceil(DIGEST_CHUNK));
            rest = others;
            Digest::of(bytemuck::cast_slice(own))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_vector() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            Digest::of(b"abc").to_string(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn section_digest_follows_the_documented_rule() {
        let long: Vec<u8> = (0..=250).cycle().take(3 * DIGEST_CHUNK + 5).collect();
        let rule = |bytes: &[u8]| {
            let mut leaves = Vec::new();
            for piece in bytes.chunks(DIGEST_CHUNK) {
                leaves.extend_from_slice(Digest::of(piece).as_bytes());
            }
            Digest::of(&leaves)
        };
        let sections: [&[u8]; 4] = [b"", b"x", &long, &long[..DIGEST_CHUNK]];
        let expected: Vec<Digest> = sections.iter().map(|s| rule(s)).collect();
        assert_eq!(of_sections(&sections), expected);
    }
}
