//! Every cap on a number that comes out of a file, with its reason.

/// Largest artifact: far above any tabular model, far below where offsets could overflow.
pub const MAX_FILE_LEN: u64 = 1 << 38;
/// Sections in one file of version 1: the manifest and a handful of arrays.
pub const MAX_SECTIONS_1: usize = 64;
/// Sections in one file: the manifest and a few per op.
pub const MAX_SECTIONS: usize = 4_096;
/// Ops of a program.
pub const MAX_OPS: usize = 512;
/// Slots of a program, columns included: a block of 16 rows of them takes 32 MiB.
pub const MAX_SLOTS: usize = 1 << 18;
/// Additions that a row of a program takes, about, besides those for the numbers of the file: some milliseconds.
pub const MAX_ROW_COST: u64 = 1 << 24;
/// Additions more for every byte of the file: each number of an array in a function of its own.
pub const ROW_COST_PER_BYTE: u64 = 64;
/// Manifest bytes. Decoding can cost about ten times the input (one-letter strings), so this keeps
/// the memory of a hostile manifest under 48 MiB.
pub const MAX_MANIFEST_LEN: usize = 4 << 20;
/// Columns of the schema.
pub const MAX_COLUMNS: usize = 16_384;
/// Features after one-hot encoding; a tree node holds the index in 32 bits, a block of rows must
/// still fit in cache.
pub const MAX_FEATURES: usize = 65_536;
/// Categories of one categorical column.
pub const MAX_LEVELS: usize = 65_535;
/// Codes of one slot: those of a column and of its missing cells.
pub const MAX_SLOT_CODES: usize = MAX_LEVELS + 1;
/// Classes of a classification target.
pub const MAX_CLASSES: usize = 4_096;
/// Bytes of any one name, label, category or missing token.
pub const MAX_TEXT_LEN: usize = 4_096;
/// Missing tokens.
pub const MAX_MISSING_TOKENS: usize = 256;
/// Golden rows.
pub const MAX_GOLDEN_ROWS: usize = 64;
/// Dimensions of an array.
pub const MAX_RANK: usize = 4;
/// Entries in each of the lists of the provenance.
pub const MAX_ENTRIES: usize = 65_536;
/// Support vector machines of one model: all pairs of 128 classes. Each has a decision value per row.
pub const MAX_MACHINES: usize = 8_192;
/// Trees of an ensemble, all outputs together.
pub const MAX_TREES: usize = 1 << 24;
/// Nodes of one tree: child indices are 32 bits wide.
pub const MAX_TREE_NODES: usize = u32::MAX as usize;
