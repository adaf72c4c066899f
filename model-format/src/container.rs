//! The outer shell of an artifact: preamble, section table, digests and tiling.
//!
//! Order of checks, each resting on the ones before it: magic, version, number of sections, reserved
//! bytes and file length against their caps, the length against the bytes at hand, header digest,
//! section offsets (aligned, in order, no gap but zero padding, ending where the file ends),
//! section digests. Only then is a byte of any section given a meaning.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use crate::digest::{self, Digest};
use crate::error::{ErrorKind, FormatError, Place, Result};
use crate::layout::{
    ALIGNMENT, DIGEST_AT, DIGEST_CHUNK, ENTRY_DIGEST_AT, ENTRY_LEN, ENTRY_LEN_AT, ENTRY_OFFSET_AT,
    FILE_LEN_AT, MAGIC, N_SECTIONS_AT, PREAMBLE_LEN, RESERVED_AT, VERSION, VERSION_AT,
};
use crate::limits::{MAX_FILE_LEN, MAX_MANIFEST_LEN, MAX_SECTIONS, MAX_SECTIONS_1};

/// The fixed fields of the preamble, checked against the caps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preamble {
    pub(crate) version: u32,
    pub(crate) n_sections: usize,
    pub(crate) file_len: usize,
    pub(crate) digest: Digest,
}

/// A section's place in the file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

fn field<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

impl Preamble {
    /// Parses the first 64 bytes of a file; fewer are accepted and refused with what they look like.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Err(FormatError::new(ErrorKind::NotAModel, Place::File, "the file is empty"));
        }
        if !bytes.starts_with(&MAGIC) {
            return Err(not_a_model(bytes));
        }
        let short = || {
            let what = format!("the file ends after {} bytes, inside its preamble", bytes.len());
            FormatError::new(ErrorKind::Length, Place::File, what)
        };
        let version = u32::from_le_bytes(field(bytes, VERSION_AT).ok_or_else(short)?);
        if version == 0 || version > VERSION {
            let what = format!("format version {version}, this build reads 1 to {VERSION}");
            return Err(FormatError::new(ErrorKind::UnsupportedVersion, at(VERSION_AT), what));
        }
        let n_sections = u32::from_le_bytes(field(bytes, N_SECTIONS_AT).ok_or_else(short)?);
        let file_len = u64::from_le_bytes(field(bytes, FILE_LEN_AT).ok_or_else(short)?);
        let reserved = u64::from_le_bytes(field(bytes, RESERVED_AT).ok_or_else(short)?);
        let digest = Digest::from_bytes(field(bytes, DIGEST_AT).ok_or_else(short)?);
        let sections = usize::try_from(n_sections).unwrap_or(usize::MAX);
        let most = if version == 1 { MAX_SECTIONS_1 } else { MAX_SECTIONS };
        if sections == 0 || sections > most {
            let what = format!("{n_sections} sections, expected 1 to {most}");
            return Err(FormatError::new(ErrorKind::Layout, at(N_SECTIONS_AT), what));
        }
        if reserved != 0 {
            let what = format!("reserved bytes are {reserved:#x}, expected zero");
            return Err(FormatError::new(ErrorKind::Layout, at(RESERVED_AT), what));
        }
        let file_len = usize::try_from(file_len)
            .ok()
            .filter(|_| file_len <= MAX_FILE_LEN)
            .ok_or_else(|| {
                let what = format!("a length of {file_len} bytes, the limit is {MAX_FILE_LEN}");
                FormatError::new(ErrorKind::Layout, at(FILE_LEN_AT), what)
            })?;
        Ok(Self { version, n_sections: sections, file_len, digest })
    }
}

fn at(offset: usize) -> Place {
    Place::Byte(u64::try_from(offset).unwrap_or(u64::MAX))
}

fn section(name: impl Into<String>, offset: usize) -> Place {
    Place::Section(name.into(), u64::try_from(offset).unwrap_or(u64::MAX))
}

/// Names what the file looks like instead.
fn not_a_model(bytes: &[u8]) -> FormatError {
    let looks_like = match bytes {
        [0x80, 2..=5, ..] => "a Python pickle or joblib file",
        [b'P', b'K', 3 | 5, ..] => "a zip archive (skops, MOJO, npz)",
        [0x1f, 0x8b, ..] => "a gzip file; unpack it first",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "a zstd file; unpack it first",
        [0x78, 0x01 | 0x9c | 0xda, ..] => "a zlib-compressed joblib file",
        [b'C', b'B', b'M', b'1', ..] => "a CatBoost model",
        [0x7f, b'E', b'L', b'F', ..] => "a program",
        [b'{' | b'[', ..] => "JSON",
        [0x89, b'T', b'B', b'M', ..] => "a model whose line ends were rewritten by a text transfer",
        [0x09, b'T', b'B', b'M', ..] => "a model sent over a channel of 7 bits",
        text if text.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) => {
            "text (a CSV?)"
        }
        _ => "something else",
    };
    let shown = bytes.iter().take(8).fold(String::new(), |mut s, b| {
        use std::fmt::Write as _;
        let _ = write!(s, "{b:02x} ");
        s
    });
    let what = format!(
        "not a model: it begins with {shown}({looks_like}), expected 89 54 42 4d 0d 0a 1a 0a"
    );
    FormatError::new(ErrorKind::NotAModel, at(0), what)
}

/// The sections that a table describes: they tile the file, and what their digests must be.
#[derive(Debug)]
pub(crate) struct Sections {
    table_end: usize,
    entries: Vec<Entry>,
    digests: Vec<Digest>,
}

/// A part of the file that is read and hashed at once: a piece of a section, and the padding before it.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) padding: usize,
    pub(crate) end: usize,
}

impl Sections {
    /// Takes the beginning of a file, preamble and section table: checks the header digest, and that the
    /// sections lie one after another, aligned and without a tail.
    pub(crate) fn parse(head: &[u8], preamble: &Preamble) -> Result<Self> {
        let table_len = preamble.n_sections.saturating_mul(ENTRY_LEN);
        let table_end = PREAMBLE_LEN.saturating_add(table_len);
        let table = head.get(PREAMBLE_LEN..table_end).ok_or_else(|| {
            let what = format!("the section table ends at {table_end:#x}, the file before it");
            FormatError::new(ErrorKind::Length, at(PREAMBLE_LEN), what)
        })?;
        let found = Digest::of_parts(&[head.get(..DIGEST_AT).unwrap_or_default(), table]);
        if found != preamble.digest {
            let what = format!("SHA-256 of the header is {found}, expected {}", preamble.digest);
            return Err(FormatError::new(ErrorKind::Digest, section("header", 0), what));
        }
        let file_len = preamble.file_len;
        let mut entries = Vec::with_capacity(MAX_SECTIONS);
        let mut digests = Vec::with_capacity(MAX_SECTIONS);
        let mut end = table_end;
        for (index, entry) in table.chunks_exact(ENTRY_LEN).enumerate() {
            let here = PREAMBLE_LEN.saturating_add(index.saturating_mul(ENTRY_LEN));
            let bad = |what: String| {
                FormatError::new(ErrorKind::Layout, section(name(index), here), what)
            };
            let broken = || bad("table entry is cut short".into());
            let offset = u64::from_le_bytes(field(entry, ENTRY_OFFSET_AT).ok_or_else(broken)?);
            let len = u64::from_le_bytes(field(entry, ENTRY_LEN_AT).ok_or_else(broken)?);
            digests.push(Digest::from_bytes(field(entry, ENTRY_DIGEST_AT).ok_or_else(broken)?));
            let expected = end.checked_next_multiple_of(ALIGNMENT).unwrap_or(usize::MAX);
            let start = usize::try_from(offset).unwrap_or(usize::MAX);
            if start != expected {
                return Err(bad(format!("starts at {offset:#x}, expected {expected:#x}")));
            }
            let stop = usize::try_from(len).ok().and_then(|len| start.checked_add(len));
            let stop = stop.filter(|stop| *stop <= file_len).ok_or_else(|| {
                bad(format!("{len} bytes from {offset:#x} on, the file ends at {file_len:#x}"))
            })?;
            if index == 0 && stop.saturating_sub(start) > MAX_MANIFEST_LEN {
                return Err(bad(format!("{len} bytes, the limit is {MAX_MANIFEST_LEN}")));
            }
            entries.push(Entry { start, end: stop });
            end = stop;
        }
        if end != file_len {
            let what = format!("{} bytes after the last section", file_len.saturating_sub(end));
            return Err(FormatError::new(ErrorKind::Layout, at(end), what));
        }
        Ok(Self { table_end, entries, digests })
    }

    /// All that follows the table, cut where the pieces of sections end that are hashed one by one.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut end = self.table_end;
        for section in &self.entries {
            let mut next = section.start;
            while next < section.end {
                let start =
                    std::mem::replace(&mut end, section.end.min(next.saturating_add(DIGEST_CHUNK)));
                pieces.push(Piece { start, padding: next.saturating_sub(start), end });
                next = end;
            }
        }
        // Padding before a last section without bytes.
        if let Some(last) = self.entries.last().filter(|last| last.end > end) {
            pieces.push(Piece { start: end, padding: last.end.saturating_sub(end), end: last.end });
        }
        pieces
    }

    /// Checks the padding and the digests of a complete file; `pieces` are the digests of its
    /// [`Sections::pieces`], if they are known already. Returns the places of the sections.
    pub(crate) fn check(self, bytes: &[u8], pieces: Option<&[Digest]>) -> Result<Vec<Entry>> {
        let mut end = self.table_end;
        for (index, entry) in self.entries.iter().enumerate() {
            if bytes.get(end..entry.start).unwrap_or_default().iter().any(|byte| *byte != 0) {
                let what = "padding before the section is not zero";
                return Err(FormatError::new(ErrorKind::Layout, section(name(index), end), what));
            }
            end = entry.end;
        }
        let sections: Vec<&[u8]> =
            self.entries.iter().map(|e| bytes.get(e.start..e.end).unwrap_or_default()).collect();
        let found = match pieces {
            Some(pieces) => {
                let lens: Vec<usize> = sections.iter().map(|section| section.len()).collect();
                digest::of_pieces(&lens, pieces)
            }
            None => digest::of_sections(&sections),
        };
        for (index, (found, expected)) in found.iter().zip(&self.digests).enumerate() {
            if found != expected {
                let start = self.entries.get(index).map_or(0, |e| e.start);
                let what = format!("SHA-256 is {found}, expected {expected}");
                return Err(FormatError::new(ErrorKind::Digest, section(name(index), start), what));
            }
        }
        Ok(self.entries)
    }
}

/// Checks everything about the container of a complete file and returns its sections.
pub(crate) fn check(bytes: &[u8], preamble: &Preamble) -> Result<Vec<Entry>> {
    if bytes.len() != preamble.file_len {
        let word = if bytes.len() < preamble.file_len { "cut short" } else { "too long" };
        let what = format!(
            "the file is {word}: {} bytes, its preamble says {}",
            bytes.len(),
            preamble.file_len
        );
        return Err(FormatError::new(ErrorKind::Length, Place::File, what));
    }
    Sections::parse(bytes, preamble)?.check(bytes, None)
}

fn name(index: usize) -> String {
    if index == 0 { "manifest".into() } else { format!("array {index}") }
}

/// The bytes of the manifest of a whole file.
pub(crate) fn manifest(file: &[u8]) -> Result<&[u8]> {
    let preamble = Preamble::parse(file)?;
    let entries = check(file, &preamble)?;
    let entry = entries.first().and_then(|entry| file.get(entry.start..entry.end));
    entry
        .ok_or_else(|| FormatError::new(ErrorKind::Layout, Place::File, "the file has no manifest"))
}

/// Puts sections into a container; the first one is the manifest.
pub(crate) fn build(version: u32, sections: &[&[u8]]) -> Result<Vec<u8>> {
    let too_large = || {
        FormatError::new(ErrorKind::Layout, Place::File, "the model is too large for the format")
    };
    let n_sections = u32::try_from(sections.len()).map_err(|_| too_large())?;
    let table_len = sections.len().checked_mul(ENTRY_LEN).ok_or_else(too_large)?;
    let mut end = PREAMBLE_LEN.checked_add(table_len).ok_or_else(too_large)?;
    let mut table = Vec::with_capacity(table_len);
    for (section, digest) in sections.iter().zip(digest::of_sections(sections)) {
        let start = end.checked_next_multiple_of(ALIGNMENT).ok_or_else(too_large)?;
        end = start.checked_add(section.len()).ok_or_else(too_large)?;
        table.extend_from_slice(&u64::try_from(start).map_err(|_| too_large())?.to_le_bytes());
        let len = u64::try_from(section.len()).map_err(|_| too_large())?;
        table.extend_from_slice(&len.to_le_bytes());
        table.extend_from_slice(digest.as_bytes());
    }
    let mut file = Vec::with_capacity(end);
    file.extend_from_slice(&MAGIC);
    file.extend_from_slice(&version.to_le_bytes());
    file.extend_from_slice(&n_sections.to_le_bytes());
    file.extend_from_slice(&u64::try_from(end).map_err(|_| too_large())?.to_le_bytes());
    file.extend_from_slice(&[0; 8]);
    let digest = Digest::of_parts(&[&file, &table]);
    file.extend_from_slice(digest.as_bytes());
    file.extend_from_slice(&table);
    for section in sections {
        let start = file.len().checked_next_multiple_of(ALIGNMENT).ok_or_else(too_large)?;
        file.resize(start, 0);
        file.extend_from_slice(section);
    }
    Ok(file)
}
