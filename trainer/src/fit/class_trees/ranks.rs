//! The fitted rows as trees read them: the rank of each value in its column, and one word per row
//! of a sample.

use model_format::limits::MAX_CLASSES;
use smartcore::linalg::basic::arrays::Array;

use crate::engine::matrix::Matrix;
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

/// Ranks of the values of every feature.
pub(super) struct Ranks {
    features: Vec<Vec<u32>>,
}

impl Ranks {
    /// Sorts every column once, on several threads.
    pub(super) fn new(x: &Matrix, threads: usize) -> Self {
        let features: Vec<usize> = (0..x.shape().1).collect();
        Self { features: parallel::map(threads, &features, |feature| of_column(x, *feature)) }
    }

    /// Ranks of a feature `[n_rows]`: equal values share one, and larger values have larger ones.
    pub(super) fn of(&self, feature: usize) -> &[u32] {
        &self.features[feature]
    }
}

fn of_column(x: &Matrix, feature: usize) -> Vec<u32> {
    let n_rows = x.shape().0;
    let mut sorted: Vec<(f64, u32)> =
        (0u32..).take(n_rows).map(|row| (*x.get((row as usize, feature)), row)).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; n_rows];
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
    use crate::engine::matrix::matrix;

    #[test]
    fn equal_values_share_a_rank() {
        let columns = [vec![2.0, -1.0, 2.0, 0.0, -0.0], vec![1.0; 5]];
        let x = matrix(5, &columns).unwrap();
        for threads in [1, 3] {
            let ranks = Ranks::new(&x, threads);
            assert_eq!(ranks.of(0), [2, 0, 2, 1, 1]);
            assert_eq!(ranks.of(1), [0; 5]);
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
