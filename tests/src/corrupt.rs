//! Containers taken apart, damaged and sealed again, by `docs/format.md` alone.
//!
//! Nothing here uses model-format: its digests and its tiling are what the tests judge. Damage that
//! was sealed again gets past the digests, so that the check behind them is the one that is tested.

use sha2::{Digest as _, Sha256};

/// Offset of the number of sections in the preamble.
pub const N_SECTIONS: usize = 0x0c;
/// Offset of the file length in the preamble.
pub const FILE_LEN: usize = 0x10;
/// Offset of the reserved bytes in the preamble.
pub const RESERVED: usize = 0x18;
/// Offset of the header digest in the preamble.
pub const HEADER_DIGEST: usize = 0x20;
/// Offset of the section table.
pub const TABLE: usize = 0x40;
/// Length of an entry of the section table: offset, length, digest.
pub const ENTRY: usize = 48;

const PIECE: usize = 1_048_576;
const ALIGNMENT: usize = 64;
const DIGEST: usize = 32;

/// Overwrites bytes at an offset.
pub fn put(file: &mut [u8], at: usize, bytes: &[u8]) {
    file[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Overwrites a `u64` at an offset.
pub fn put_u64(file: &mut [u8], at: usize, number: u64) {
    put(file, at, &number.to_le_bytes());
}

/// Reads a `u64` at an offset.
pub fn get_u64(file: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(file[at..at + 8].try_into().unwrap())
}

/// Offset of entry `index` of the section table.
pub fn entry(index: usize) -> usize {
    TABLE + index * ENTRY
}

/// Digest of a section: SHA-256 of the SHA-256 digests of its pieces.
pub fn section_digest(section: &[u8]) -> [u8; DIGEST] {
    let mut outer = Sha256::new();
    for piece in section.chunks(PIECE) {
        outer.update(Sha256::digest(piece));
    }
    outer.finalize().into()
}

/// Puts sections into a container with valid digests; the first section is the manifest.
pub fn join(sections: &[Vec<u8>]) -> Vec<u8> {
    join_as(1, sections)
}

/// The same as a file of any version.
pub fn join_as(version: u32, sections: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"\x89TBM\r\n\x1a\n".to_vec();
    file.extend(version.to_le_bytes());
    file.extend(u32::try_from(sections.len()).unwrap().to_le_bytes());
    file.resize(entry(sections.len()), 0);
    for (index, section) in sections.iter().enumerate() {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        let start = file.len() as u64;
        put_u64(&mut file, entry(index), start);
        put_u64(&mut file, entry(index) + 8, section.len() as u64);
        file.extend(section);
    }
    let len = file.len() as u64;
    put_u64(&mut file, FILE_LEN, len);
    reseal(file)
}

/// The sections of an undamaged file.
pub fn split(file: &[u8]) -> Vec<Vec<u8>> {
    (0..n_entries(file)).map(|index| file[section(file, index).unwrap()].to_vec()).collect()
}

/// Computes all digests of a file anew. Entries that point outside the file keep theirs.
pub fn reseal(mut file: Vec<u8>) -> Vec<u8> {
    let n = n_entries(&file);
    for index in 0..n {
        if let Some(range) = section(&file, index) {
            let digest = section_digest(&file[range]);
            put(&mut file, entry(index) + 16, &digest);
        }
    }
    let mut hasher = Sha256::new();
    hasher.update(&file[..HEADER_DIGEST]);
    hasher.update(&file[TABLE..entry(n)]);
    let digest: [u8; DIGEST] = hasher.finalize().into();
    put(&mut file, HEADER_DIGEST, &digest);
    file
}

/// Gives a damaged file the digests of the original, as damage without knowledge would leave it.
pub fn unseal(mut damaged: Vec<u8>, original: &[u8]) -> Vec<u8> {
    put(&mut damaged, HEADER_DIGEST, &original[HEADER_DIGEST..TABLE]);
    for index in 0..n_entries(original).min(n_entries(&damaged)) {
        let at = entry(index) + 16;
        put(&mut damaged, at, &original[at..at + DIGEST]);
    }
    damaged
}

/// Entries of the section table that lie inside the file.
fn n_entries(file: &[u8]) -> usize {
    let claimed = u32::from_le_bytes(file[N_SECTIONS..N_SECTIONS + 4].try_into().unwrap());
    (claimed as usize).min((file.len() - TABLE) / ENTRY)
}

/// The bytes of a section, if its entry points inside the file.
fn section(file: &[u8], index: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(get_u64(file, entry(index))).ok()?;
    let len = usize::try_from(get_u64(file, entry(index) + 8)).ok()?;
    let end = start.checked_add(len).filter(|end| *end <= file.len())?;
    Some(start..end)
}
