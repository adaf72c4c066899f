//! How large the parts of a forest may be.

/// Inner nodes of one tree: twice as many positions fit 32 bits.
pub const MAX_INNER_NODES: usize = (1 << 31) - 1;
/// Rank tables of a forest: a node names one in 16 bits.
pub const MAX_TABLES: usize = 1 << 16;
/// Thresholds or sets of a rank table: ranks, one more than there are thresholds, fit 16 bits.
pub const MAX_RANKS: usize = (1 << 16) - 1;
/// Values that codes of leaves can stand for.
pub const MAX_LEAF_VALUES: usize = 1 << 16;
/// Categories of a table: with the two kinds of values that are none, they fit 16 bits.
pub const MAX_CODES: usize = MAX_RANKS - 2;
