//! Rank tables: what a node asks, by number.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::ops::Range;

use super::bounds::{MAX_CODES, MAX_RANKS, MAX_TABLES};
use super::spec::Missing;
use crate::error::{FormatError, Result};
use crate::schema::count;

/// Numbers of a table in the array of tables: input, kind, thresholds or sets, categories.
pub(super) const TABLE_LEN: usize = 4;
/// Values this near to 0 can be missing by [`Missing::LeftWithZero`]; 1e-35 as an f32.
pub const NEAR_ZERO: f64 = 1e-35_f32 as f64;
/// The kind of a table of categories; smaller ones are those of thresholds.
const CATEGORIES: u32 = 6;

/// A checked rank table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankTable {
    /// The input that it ranks.
    pub input: u32,
    /// What it holds.
    pub kind: TableKind,
    /// Its thresholds among those of all tables; empty if it is of categories.
    pub thresholds: Range<usize>,
}

/// What a rank table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Thresholds.
    Thresholds {
        /// Where a row without a value goes.
        missing: Missing,
    },
    /// Sets of categories.
    ///
    /// The category of a value is the value without its fraction, if that is in `0..n_codes`. It is
    /// `n_codes` if the value is missing, and `n_codes + 1` if it is any other. A row goes left if the bit
    /// of its category is set.
    Categories {
        /// Number of categories.
        n_codes: u32,
        /// Number of sets.
        n_sets: u32,
        /// First word of the first set; sets follow each other.
        first_word: usize,
        /// Words of a set: 32 categories each, from the lowest bit up.
        n_words: usize,
    },
}

impl TableKind {
    /// Whether the table has a place for rows without a value.
    pub fn may_be_missing(&self) -> bool {
        match self {
            Self::Thresholds { missing } => *missing != Missing::Refused,
            Self::Categories { .. } => true,
        }
    }
}

/// Words of a set of so many categories: two kinds of values besides are none of them.
pub(super) fn set_words(n_codes: usize) -> usize {
    n_codes.saturating_add(2).div_ceil(32)
}

impl Missing {
    /// Its number in the file.
    pub(super) fn number(self) -> u32 {
        match self {
            Self::Refused => 0,
            Self::Left => 1,
            Self::Right => 2,
            Self::AsZero => 3,
            Self::LeftWithZero => 4,
            Self::RightWithZero => 5,
        }
    }

    fn of_number(number: u32) -> Option<Self> {
        let all = [
            Self::Refused,
            Self::Left,
            Self::Right,
            Self::AsZero,
            Self::LeftWithZero,
            Self::RightWithZero,
        ];
        all.into_iter().find(|missing| missing.number() == number)
    }
}

/// The row of a table of thresholds in the array of tables.
pub(super) fn thresholds_row(input: u32, missing: Missing, n: u32) -> [u32; TABLE_LEN] {
    [input, missing.number(), n, 0]
}

/// The row of a table of categories in the array of tables.
pub(super) fn categories_row(input: u32, n_sets: u32, n_codes: u32) -> [u32; TABLE_LEN] {
    [input, CATEGORIES, n_sets, n_codes]
}

/// Reads the tables; what they hold is checked later.
pub(super) fn tables(
    rows: &[u32],
    n_inputs: usize,
    n_thresholds: usize,
    n_set_words: usize,
) -> Result<Vec<RankTable>> {
    let (rows, rest) = rows.as_chunks::<TABLE_LEN>();
    if !rest.is_empty() {
        let what = format!("{} numbers after the last whole table", rest.len());
        return Err(FormatError::structure("rank tables", what));
    }
    count("rank tables", rows.len(), 0, MAX_TABLES)?;
    let mut tables = Vec::with_capacity(rows.len());
    let (mut next_threshold, mut next_word) = (0usize, 0usize);
    for (index, [input, kind, n, n_codes]) in rows.iter().enumerate() {
        let bad = |what: String| FormatError::structure(format!("rank table {index}"), what);
        if *input as usize >= n_inputs {
            return Err(bad(format!("reads input {input} of {n_inputs}")));
        }
        if *n == 0 || *n as usize > MAX_RANKS {
            return Err(bad(format!("{n} ranks, expected 1 to {MAX_RANKS}")));
        }
        let first = next_threshold;
        let kind = match (*kind, Missing::of_number(*kind)) {
            (_, Some(missing)) => {
                if *n_codes != 0 {
                    return Err(bad(format!("thresholds and {n_codes} categories, expected 0")));
                }
                next_threshold = next_threshold.saturating_add(*n as usize);
                TableKind::Thresholds { missing }
            }
            (CATEGORIES, None) => {
                if *n_codes == 0 || *n_codes as usize > MAX_CODES {
                    return Err(bad(format!("{n_codes} categories, expected 1 to {MAX_CODES}")));
                }
                let n_words = set_words(*n_codes as usize);
                let first_word = next_word;
                next_word = next_word.saturating_add(n_words.saturating_mul(*n as usize));
                TableKind::Categories { n_codes: *n_codes, n_sets: *n, first_word, n_words }
            }
            (kind, None) => return Err(bad(format!("kind {kind}, expected 0 to {CATEGORIES}"))),
        };
        tables.push(RankTable { input: *input, kind, thresholds: first..next_threshold });
    }
    let thresholds = ("thresholds", next_threshold, n_thresholds);
    let words = ("words of category sets", next_word, n_set_words);
    for (what, expected, found) in [thresholds, words] {
        if found != expected {
            let what = format!("{found} {what}, the tables have {expected}");
            return Err(FormatError::structure("rank tables", what));
        }
    }
    Ok(tables)
}

/// Checks the thresholds or sets of a table.
pub(super) fn check_table(
    table: &RankTable,
    thresholds: &[f64],
    sets: &[u32],
) -> std::result::Result<(), String> {
    match table.kind {
        TableKind::Thresholds { .. } => {
            let own = thresholds.get(table.thresholds.clone()).unwrap_or_default();
            check_ascending(own)
        }
        TableKind::Categories { n_codes, n_sets, first_word, n_words } => {
            let words = n_words.saturating_mul(n_sets as usize);
            let own = sets.get(first_word..first_word.saturating_add(words)).unwrap_or_default();
            let used = n_codes.wrapping_add(2) % 32;
            for (set, words) in own.chunks_exact(n_words.max(1)).enumerate() {
                let last = words.last().copied().unwrap_or(0);
                if used != 0 && last >> used != 0 {
                    return Err(format!("set {set} has a bit after that of its last category"));
                }
            }
            Ok(())
        }
    }
}

#[expect(clippy::needless_bitwise_bool, reason = "without a branch")]
fn check_ascending(thresholds: &[f64]) -> std::result::Result<(), String> {
    let next = thresholds.get(1..).unwrap_or_default();
    // Without a branch; where all ascend, none but the only one can be NaN.
    let ascending = thresholds.iter().zip(next).fold(true, |all, (a, b)| all & (a < b));
    if ascending && thresholds.first().is_none_or(|first| !first.is_nan()) {
        return Ok(());
    }
    if let Some(at) = thresholds.iter().position(|threshold| threshold.is_nan()) {
        return Err(format!("threshold {at} is not a number"));
    }
    let pair = thresholds.iter().zip(next).enumerate().find(|(_, (a, b))| a >= b);
    Err(match pair {
        Some((at, (a, b))) => {
            format!("threshold {} is {b:?} after {a:?}, expected a greater one", at.wrapping_add(1))
        }
        None => "thresholds do not ascend".into(),
    })
}
