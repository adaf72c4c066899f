//! SHA-256 of sections and of the header.
//!
//! A section's digest is the SHA-256 of the concatenated SHA-256 digests of its consecutive
//! 1 MiB pieces, so that a large section can be hashed on every core at once. The header digest
//! covers the preamble and the section table, which holds the digests of all sections: it covers
//! the whole file and is the model's id.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::layout::DIGEST_CHUNK;
use crate::parallel;

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

/// SHA-256 of bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes so far.
    pub fn digest(&self) -> Digest {
        Digest(self.0.clone().finalize().into())
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
    let pieces = sections.iter().flat_map(|section| section.chunks(DIGEST_CHUNK));
    let total = sections.iter().map(|section| section.len()).sum();
    let leaves = parallel::map(pieces, parallel::threads_for(total), Digest::of);
    let lens: Vec<usize> = sections.iter().map(|section| section.len()).collect();
    of_pieces(&lens, &leaves)
}

/// Digests of sections of these lengths from those of all their pieces.
pub(crate) fn of_pieces(lens: &[usize], pieces: &[Digest]) -> Vec<Digest> {
    let mut rest = pieces;
    let of_section = |len: &usize| {
        let (own, others) = rest.split_at(len.div_ceil(DIGEST_CHUNK).min(rest.len()));
        rest = others;
        Digest::of_parts(&own.iter().map(|piece| piece.as_bytes().as_slice()).collect::<Vec<_>>())
    };
    lens.iter().map(of_section).collect()
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
