//! Magic, version and field offsets of the preamble; `docs/format.md` describes them for a reader.
//!
//! Every offset is the one before it plus that field's size, so the chain cannot drift apart.

/// First eight bytes of every artifact.
///
/// A byte with the high bit set, a name, a CR LF pair and a lone LF: a transfer that strips the
/// high bit or rewrites line ends destroys the magic (the idea is PNG's).
pub const MAGIC: [u8; 8] = *b"\x89TBM\r\n\x1a\n";

/// Newest format version this build reads.
pub const VERSION: u32 = 2;

/// Offset of the magic.
pub const MAGIC_AT: usize = 0;
/// Offset of the format version, `u32`.
pub const VERSION_AT: usize = MAGIC_AT + 8;
/// Offset of the number of sections, `u32`.
pub const N_SECTIONS_AT: usize = VERSION_AT + 4;
/// Offset of the length of the whole file in bytes, `u64`.
pub const FILE_LEN_AT: usize = N_SECTIONS_AT + 4;
/// Offset of eight bytes that are zero.
pub const RESERVED_AT: usize = FILE_LEN_AT + 8;
/// Offset of the header digest, 32 bytes.
pub const DIGEST_AT: usize = RESERVED_AT + 8;
/// Length of the fixed preamble; the section table begins here.
pub const PREAMBLE_LEN: usize = DIGEST_AT + 32;

/// Offset of a section's first byte inside its table entry, `u64` from the start of the file.
pub const ENTRY_OFFSET_AT: usize = 0;
/// Offset of a section's length in bytes inside its table entry, `u64`.
pub const ENTRY_LEN_AT: usize = ENTRY_OFFSET_AT + 8;
/// Offset of a section's digest inside its table entry, 32 bytes.
pub const ENTRY_DIGEST_AT: usize = ENTRY_LEN_AT + 8;
/// Length of one entry of the section table.
pub const ENTRY_LEN: usize = ENTRY_DIGEST_AT + 32;

/// Every section starts at a multiple of this many bytes: one cache line, and enough for any
/// vector register.
pub const ALIGNMENT: usize = 64;

/// A section is hashed in pieces of this many bytes, so that several cores can share the work.
pub const DIGEST_CHUNK: usize = 1 << 20;

// Sections are used where they lie, so the machine must store numbers as the file does.
#[cfg(target_endian = "big")]
compile_error!(
    "artifacts are little-endian and used in place; big-endian targets are not supported"
);
