//! Values to ranks: numbers in tables of thresholds, categories in tables of sets.

use std::ops::Range;

use model_format::forest::{Comparison, Forest, Missing, NEAR_ZERO, RankTable, TableKind};

use crate::block::Features;
use crate::kernels::trees::ranks::{LANES, Ranks, above, rank_all};

/// How the values of a table become ranks.
#[derive(Clone, Copy, Debug)]
struct Rule<'f> {
    table: &'f RankTable,
    thresholds: &'f [f64],
    comparison: Comparison,
    round: bool,
}

/// The tables of a forest with what they need.
fn rules(forest: &Forest) -> impl Iterator<Item = Rule<'_>> {
    let spec = forest.spec();
    forest.tables().iter().map(|table| Rule {
        table,
        thresholds: forest.thresholds(table),
        comparison: spec.comparison,
        round: spec.round_inputs,
    })
}

/// Ranks of single rows, `[rows, n_tables]`.
pub(super) fn of_few(
    forest: &Forest,
    block: &Features<'_>,
    rows: Range<usize>,
    ranks: &mut Vec<u16>,
) {
    let n_tables = forest.tables().len();
    ranks.clear();
    ranks.resize(n_tables * rows.len(), 0);
    let padded = rows.len().next_multiple_of(LANES);
    // Searches of several rows wait for memory together.
    let together = rows.len() >= LANES && rows.start + padded <= block.capacity();
    let mut of_table = vec![0; padded];
    for (number, rule) in rules(forest).enumerate() {
        let start = rule.table.input as usize * block.capacity() + rows.start;
        if together {
            rule.all(&block.values()[start..][..padded], &mut of_table);
        } else {
            for (rank, value) in of_table.iter_mut().zip(&block.values()[start..][..rows.len()]) {
                *rank = rule.one(*value);
            }
        }
        for (row, rank) in of_table[..rows.len()].iter().enumerate() {
            ranks[row * n_tables + number] = *rank;
        }
    }
}

/// Ranks of many rows, `[n_tables, capacity]`; after the rows, those of others.
pub(super) fn of_many(
    forest: &Forest,
    block: &Features<'_>,
    rows: &Range<usize>,
    capacity: usize,
    ranks: &mut Ranks,
) {
    let by_table = ranks.as_flattened_mut().chunks_exact_mut(capacity);
    for (rule, ranks) in rules(forest).zip(by_table) {
        // The room in a block is a multiple of the lanes.
        let start = rule.table.input as usize * block.capacity() + rows.start;
        let values = &block.values()[start..][..rows.len().next_multiple_of(LANES)];
        rule.all(values, ranks);
    }
}

impl Rule<'_> {
    /// A value as it is compared.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "rounding is what is asked for")]
    fn rounded(&self, value: f64) -> f64 {
        if self.round { f64::from(value as f32) } else { value }
    }

    /// A rounded value as it is compared, NaN where it is missing.
    #[inline(always)]
    fn read(missing: Missing, value: f64) -> f64 {
        match missing {
            Missing::Refused | Missing::Left | Missing::Right => value,
            Missing::AsZero => {
                if value.is_nan() {
                    0.0
                } else {
                    value
                }
            }
            Missing::LeftWithZero | Missing::RightWithZero => {
                if value.abs() <= NEAR_ZERO {
                    f64::NAN
                } else {
                    value
                }
            }
        }
    }

    /// Whether missing values go left everywhere; else they go right.
    fn missing_left(missing: Missing) -> bool {
        match missing {
            Missing::Left | Missing::LeftWithZero => true,
            Missing::Refused | Missing::Right | Missing::AsZero | Missing::RightWithZero => false,
        }
    }

    fn one(&self, value: f64) -> u16 {
        let value = self.rounded(value);
        let missing = match self.table.kind {
            TableKind::Thresholds { missing } => missing,
            TableKind::Categories { n_codes, .. } => return category(n_codes, value),
        };
        let value = Self::read(missing, value);
        if value.is_nan() && Self::missing_left(missing) {
            return 0;
        }
        let rank = match self.comparison {
            Comparison::AtMost => self.thresholds.partition_point(|t| above(value, *t)),
            Comparison::Below => self.thresholds.partition_point(|t| at_least(value, *t)),
        };
        // A table has fewer thresholds than that.
        u16::try_from(rank).unwrap_or(u16::MAX)
    }

    /// The ranks of many values, a multiple of the lanes.
    fn all(&self, values: &[f64], ranks: &mut [u16]) {
        let missing = match self.table.kind {
            TableKind::Thresholds { missing } => missing,
            TableKind::Categories { n_codes, .. } => {
                for (rank, value) in ranks.iter_mut().zip(values) {
                    *rank = category(n_codes, self.rounded(*value));
                }
                return;
            }
        };
        if missing == Missing::Refused && !self.round {
            return self.compared(values, ranks);
        }
        let read = |value: &f64| Self::read(missing, self.rounded(*value));
        let values: Vec<f64> = values.iter().map(read).collect();
        self.compared(&values, ranks);
        if Self::missing_left(missing) {
            for (rank, value) in ranks.iter_mut().zip(values) {
                *rank = if value.is_nan() { 0 } else { *rank };
            }
        }
    }

    /// The ranks of values as they are compared.
    fn compared(&self, values: &[f64], ranks: &mut [u16]) {
        match self.comparison {
            Comparison::AtMost => rank_all(self.thresholds, values, ranks, above),
            Comparison::Below => rank_all(self.thresholds, values, ranks, at_least),
        }
    }
}

/// Whether a value goes right where it is compared with `<`: NaN does everywhere.
#[inline(always)]
#[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is above all")]
fn at_least(x: f64, threshold: f64) -> bool {
    !(x < threshold)
}

/// The category of a value: without its fraction, if that is one; two more stand for missing values and
/// for all others.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was compared")]
fn category(n_codes: u32, value: f64) -> u16 {
    // There are at most `MAX_CODES` categories.
    if value.is_nan() {
        n_codes as u16
    } else if value > -1.0 && value < f64::from(n_codes) {
        value as u16
    } else {
        (n_codes + 1) as u16
    }
}
