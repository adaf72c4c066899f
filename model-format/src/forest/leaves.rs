//! The numbers of leaves, or the codes that stand for them.

#![deny(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::ops::Range;

use super::arrays::{ForestArrays, Narrow};
use super::bounds::MAX_LEAF_VALUES;
use crate::error::{FormatError, Result};
use crate::schema::count;

/// What is known of the leaves before their numbers are looked at.
pub(super) struct Leaves<'a> {
    pub(super) values: &'a [f64],
    pub(super) codes: Option<&'a Narrow>,
    pub(super) width: usize,
    pub(super) n_values: usize,
    probabilities: bool,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(arrays: &'a ForestArrays, width: usize, probabilities: bool) -> Result<Self> {
        let n_trees = arrays.starts.as_slice().len().saturating_sub(1);
        let n_leaves = arrays.node_tables.len().saturating_add(n_trees);
        let values = arrays.leaf_values.as_slice();
        let n_values = values.len().checked_div(width).unwrap_or(0);
        if n_values.checked_mul(width) != Some(values.len()) {
            let what = format!("{} numbers, expected a multiple of {width}", values.len());
            return Err(FormatError::structure("leaf values", what));
        }
        let codes = arrays.leaf_codes.as_ref();
        match codes {
            Some(codes) => {
                count("leaf codes", codes.len(), n_leaves, n_leaves)?;
                // No value is out of reach of every code.
                let most = match codes {
                    Narrow::U8(_) => 1 << 8,
                    Narrow::U16(_) => MAX_LEAF_VALUES,
                };
                count("leaf values", n_values, 1, most)?;
            }
            None => count("leaf values", n_values, n_leaves, n_leaves)?,
        }
        Ok(Self { values, codes, width, n_values, probabilities })
    }

    /// The first number from `start` on, before `end`, that cannot be.
    #[expect(clippy::needless_bitwise_bool, reason = "without a branch")]
    pub(super) fn bad_value(&self, Range { start, end }: Range<usize>) -> Option<usize> {
        let own = self.values.get(start..end).unwrap_or_default();
        let good = |value: &f64| {
            value.is_finite() & (!self.probabilities | ((*value >= 0.0) & (*value <= 1.0)))
        };
        // All of them without a branch first.
        if own.iter().fold(true, |all, value| all & good(value)) {
            return None;
        }
        own.iter().position(|value| !good(value)).map(|at| at.saturating_add(start))
    }

    /// The first code of a range that names no value.
    pub(super) fn bad_code(&self, Range { start, end }: Range<usize>) -> Option<usize> {
        let limit = self.n_values;
        let bad = match self.codes? {
            Narrow::U8(codes) => past_limit(codes.as_slice().get(start..end)?, limit),
            Narrow::U16(codes) => past_limit(codes.as_slice().get(start..end)?, limit),
        };
        bad.map(|at| at.saturating_add(start))
    }
}

/// The first number that is not below the limit.
fn past_limit<T: Copy + Ord + Into<u64>>(numbers: &[T], limit: usize) -> Option<usize> {
    let most: u64 = numbers.iter().copied().max()?.into();
    if most < limit as u64 {
        return None;
    }
    numbers.iter().position(|number| (*number).into() >= limit as u64)
}
