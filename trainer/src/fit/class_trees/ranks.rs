//! The fitted rows as trees read them: the rank of each value in its column, and one word per row
//! of a sample.

use model_format::limits::MAX_CLASSES;

use crate::engine::features::{Column, Features};
use crate::parallel;

/// Bits of a [`tag`] that count how often a sample has the row.
const COUNT_BITS: u32 = 20;
/// Most that one tag can count; a row drawn more often stands in its sample several times.
pub(super) const MAX_COUNT: u32 = (1 << COUNT_BITS) - 1;

const _: () = assert!(MAX_CLASSES <= 1 << (32 - COUNT_BITS), "a class fits beside a count");

/// Class and count of a row in one word, which is what a node sorts along with the ranks.
pub(super) fn tag(class: u32, count: u32) -> u32 {
    class << COUNT_BITS | count
}

/// Class in a [`tag`].
pub(super) fn class_of(tag: u32) -> u32 {
    tag >> COUNT_BITS
}

/// Count in a [`tag`].
pub(super) fn count_of(tag: u32) -> u32 {
    tag & MAX_COUNT
}

/// Ranks of the values of every feature: equal values share one, and larger values have larger ones.
pub(super) struct Ranks {
    numbers: Vec<Vec<u32>>,
}

impl Ranks {
    /// Sorts every column of numbers once, on several threads.
    pub(super) fn new(x: &Features, threads: usize) -> Self {
        let numbers: Vec<usize> = (0..x.n_numbers()).collect();
        Self { numbers: parallel::map(threads, &numbers, |at| of_numbers(x.numbers(*at))) }
    }

    /// Ranks of a feature of `x`.
    pub(super) fn of<'a>(&'a self, x: &'a Features, feature: usize) -> FeatureRanks<'a> {
        match x.column(feature) {
            Column::Numbers(_) => FeatureRanks::Numbers(&self.numbers[feature]),
            Column::OneHot(codes, code) => FeatureRanks::OneHot(codes, code),
        }
    }
}

/// Ranks of a feature.
#[derive(Clone, Copy)]
pub(super) enum FeatureRanks<'a> {
    /// One for each row.
    Numbers(&'a [u32]),
    /// 1 for the rows that have this code, 0 for the others.
    OneHot(&'a [u32], u32),
}

impl FeatureRanks<'_> {
    /// Rank of a row.
    pub(super) fn of(self, row: u32) -> u32 {
        match self {
            Self::Numbers(ranks) => ranks[row as usize],
            Self::OneHot(codes, code) => u32::from(codes[row as usize] == code),
        }
    }
}

fn of_numbers(column: &[f64]) -> Vec<u32> {
    let mut sorted: Vec<(f64, u32)> = column.iter().copied().zip(0..).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; column.len()];
    let (mut rank, mut last) = (0, f64::NAN);
    for (at, (value, row)) in sorted.into_iter().enumerate() {
        // Zeros of both signs are one value.
        #[expect(clippy::float_cmp, reason = "different values get different ranks")]
        if at > 0 && value != last {
            rank += 1;
        }
        (ranks[row as usize], last) = (rank, value);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::features::Codes;
    use crate::engine::matrix::matrix;

    #[test]
    fn equal_values_share_a_rank() {
        let columns = [vec![2.0, -1.0, 2.0, 0.0, -0.0], vec![1.0; 5]];
        let codes = Codes { codes: vec![1, 0, 2, 1, 0], n_codes: 2 };
        let x = Features::new(matrix(5, &columns).unwrap(), vec![codes]);
        for threads in [1, 3] {
            let ranks = Ranks::new(&x, threads);
            let of = |feature| [0, 1, 2, 3, 4].map(|row| ranks.of(&x, feature).of(row));
            assert_eq!(of(0), [2, 0, 2, 1, 1]);
            assert_eq!(of(1), [0; 5]);
            assert_eq!([of(2), of(3)], [[0, 1, 0, 0, 1], [1, 0, 0, 1, 0]]);
        }
    }

    #[test]
    fn a_tag_keeps_class_and_count() {
        for class in [0, 1, 4_095] {
            for count in [1, 2, MAX_COUNT] {
                let tag = tag(class, count);
                assert_eq!((class_of(tag), count_of(tag)), (class, count));
            }
        }
    }
}
