//! Numbers to ranks: how many thresholds of a feature lie below a value.

use std::hint::select_unpredictable;

use crate::block::{Features, GROUP_ROWS};

/// Most ranks of a block: any offset of 16 bits is inside.
pub(in crate::kernels) const MAX_RANKS: usize = 1 << 16;
/// A rank that no value has.
pub(super) const LEAF: u16 = u16::MAX;
/// Values that are ranked side by side.
pub(in crate::kernels) const LANES: usize = 16;

/// The thresholds of each feature, ascending; empty where no tree asks.
#[derive(Debug)]
pub(super) struct Thresholds(Vec<Vec<f64>>);

impl Thresholds {
    /// Takes thresholds with their features in any order; `None` if a feature has too many.
    pub(super) fn new(
        thresholds: impl Iterator<Item = (usize, f64)>,
        n_features: usize,
    ) -> Option<Self> {
        let mut features = vec![Vec::new(); n_features];
        for (feature, threshold) in thresholds {
            features[feature].push(threshold);
        }
        for ascending in &mut features {
            ascending.sort_unstable_by(f64::total_cmp);
            // -0.0 equals 0.0.
            ascending.dedup();
            ascending.shrink_to_fit();
            // A value above all of them must not have the rank of a leaf either.
            u16::try_from(ascending.len()).ok().filter(|rank| *rank < LEAF)?;
        }
        Some(Self(features))
    }

    /// The place of a threshold among those of its feature.
    pub(super) fn rank_of(&self, feature: usize, threshold: f64) -> Option<u16> {
        u16::try_from(self.0[feature].partition_point(|other| *other < threshold)).ok()
    }
}

/// Ranks of a block, `[n_features, capacity]`, in groups of rows; only those of features that trees ask
/// for mean anything.
pub(in crate::kernels) type Ranks = [[u16; GROUP_ROWS]; MAX_RANKS / GROUP_ROWS];

/// Room for the ranks of a block, made when it is needed.
#[derive(Debug, Default)]
pub(crate) struct RankBuffer(Option<Box<Ranks>>);

impl RankBuffer {
    /// The room.
    pub(in crate::kernels) fn room(&mut self) -> &mut Ranks {
        #[expect(clippy::large_stack_arrays, reason = "moved to the heap at once, or made there")]
        self.0.get_or_insert_with(|| Box::new([[0; GROUP_ROWS]; MAX_RANKS / GROUP_ROWS]))
    }

    /// The ranks of a block's rows, and of rows of an earlier block after them.
    pub(super) fn fill(&mut self, thresholds: &Thresholds, block: &Features<'_>) -> &Ranks {
        let ranks = self.room();
        let capacity = block.capacity();
        let by_feature = ranks.as_flattened_mut().chunks_exact_mut(capacity);
        let features = block.values().chunks_exact(capacity).zip(by_feature);
        for ((values, ranks), thresholds) in features.zip(&thresholds.0) {
            if thresholds.is_empty() {
                continue;
            }
            let values = &values[..block.len().next_multiple_of(LANES)];
            rank_all(thresholds, values, ranks, above);
        }
        ranks
    }
}

/// The ranks of values, whose number is a multiple of the lanes.
pub(in crate::kernels) fn rank_all(
    thresholds: &[f64],
    values: &[f64],
    ranks: &mut [u16],
    above: impl Fn(f64, f64) -> bool + Copy,
) {
    let (values, _) = values.as_chunks::<LANES>();
    let (ranks, _) = ranks.as_chunks_mut::<LANES>();
    for (values, ranks) in values.iter().zip(ranks) {
        *ranks = rank(thresholds, values, above);
    }
}

/// Whether a value goes right where it is compared with `<=`: NaN does everywhere.
#[inline(always)]
#[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is above all")]
pub(in crate::kernels) fn above(x: f64, threshold: f64) -> bool {
    !(x <= threshold)
}

/// How many thresholds, of at least one, each value is above.
///
/// A binary search in steps that all values share, so that their memory accesses overlap, and
/// without branches, half of which would be mispredicted.
#[inline(always)]
pub(in crate::kernels) fn rank(
    thresholds: &[f64],
    values: &[f64; LANES],
    above: impl Fn(f64, f64) -> bool,
) -> [u16; LANES] {
    let mut below = [0; LANES];
    let mut size = thresholds.len();
    while size > 1 {
        let half = size / 2;
        for (below, x) in below.iter_mut().zip(values) {
            let middle = *below + half;
            *below = select_unpredictable(above(*x, thresholds[middle - 1]), middle, *below);
        }
        size -= half;
    }
    let mut ranks = [0; LANES];
    for ((rank, below), x) in ranks.iter_mut().zip(below).zip(values) {
        // There are at most u16::MAX thresholds, see `Thresholds::new` and `MAX_RANKS` of forests.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        let at_least = below as u16;
        *rank = at_least + u16::from(above(*x, thresholds[below]));
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_the_number_of_thresholds_below() {
        for n in (1..70).chain([1000, 1023, 1024, 1025]) {
            let thresholds: Vec<f64> = (0..n).map(|i| f64::from(i) * 0.5).collect();
            let values = std::array::from_fn(|i| match i {
                0 => f64::NEG_INFINITY,
                1 => f64::INFINITY,
                2 => f64::NAN,
                3 => -0.0,
                i => f64::from(n) * 0.03 * i as f64,
            });
            let expected = values.map(|x: f64| match x {
                x if x.is_nan() => thresholds.len(),
                x => thresholds.partition_point(|threshold| *threshold < x),
            });
            assert_eq!(rank(&thresholds, &values, above).map(usize::from), expected, "{n}");
        }
    }
}
