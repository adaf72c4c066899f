//! Trees over ranks instead of numbers: the same leaves, from nodes of half the size.
//!
//! `x <= t` asks how many thresholds of a feature lie below `x`. So each feature's thresholds are
//! sorted once, each row's value becomes the number of those below it, its rank, and each threshold
//! its place: `x <= threshold[k]` is `rank <= k`. Ranks of a block take a quarter of the memory of
//! its numbers, nodes half of that of theirs, and both stay in the first-level cache.
//! `docs/performance.md` has what that is worth.

use std::hint::select_unpredictable;

use model_format::pipeline::trees::{TreeEnsemble, feature, left, value};

use super::trees;
use crate::block::Features;

/// Rows that walk a tree side by side.
const LANES: usize = 16;
/// Levels between two looks at whether all rows have reached a leaf.
const LEVELS: usize = 4;
/// Ranks of a block: any offset of 16 bits is inside.
const RANKS: usize = 1 << 16;
/// A rank that no value has: in a leaf, which leads to itself.
const LEAF: u16 = u16::MAX;
/// Nodes of more memory than this stay as they are: what a model takes must not grow much.
const MAX_BYTES: usize = 32 << 20;

/// What a row's walk needs of an ensemble, beside its leaf values.
#[derive(Debug)]
pub(crate) struct RankedTrees {
    /// Per feature, ascending; empty where no tree asks.
    thresholds: Vec<Vec<f64>>,
    /// As in the ensemble: rank, place of the feature in a block, left child.
    nodes: Vec<u64>,
}

impl RankedTrees {
    /// `None` if the trees have too many thresholds, features or nodes for it.
    pub(crate) fn new(ensemble: &TreeEnsemble, n_features: usize, capacity: usize) -> Option<Self> {
        let n_nodes = ensemble.nodes().len();
        if n_features.checked_mul(capacity)? > RANKS || n_nodes > MAX_BYTES / size_of::<u64>() {
            return None;
        }
        let mut inner: Vec<Vec<(f64, usize)>> = vec![Vec::new(); n_features];
        let mut nodes = Vec::with_capacity(n_nodes);
        for tree in ensemble.trees() {
            for (index, node) in (0..).zip(&ensemble.nodes()[tree.start..tree.end]) {
                let offset = feature(*node) as usize * capacity;
                if left(*node) == 0 {
                    nodes.push(pack(LEAF, 0, index));
                } else {
                    inner[feature(*node) as usize].push((value(*node), nodes.len()));
                    nodes.push(pack(0, u16::try_from(offset).ok()?, left(*node)));
                }
            }
        }
        let mut thresholds = Vec::with_capacity(n_features);
        for mut inner in inner {
            inner.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let mut ascending: Vec<f64> = Vec::new();
            for (threshold, node) in inner {
                if ascending.last().is_none_or(|last| *last < threshold) {
                    ascending.push(threshold);
                }
                let rank = u16::try_from(ascending.len() - 1).ok().filter(|rank| *rank < LEAF)?;
                nodes[node] |= u64::from(rank);
            }
            // The rank of a value above all of them must not be that of a leaf either.
            u16::try_from(ascending.len()).ok().filter(|rank| *rank < LEAF)?;
            thresholds.push(ascending);
        }
        Some(Self { thresholds, nodes })
    }

    /// Appends `[n_outputs, rows]` outputs, as [`trees::score`] does.
    pub(super) fn score(
        &self,
        ensemble: &TreeEnsemble,
        block: &Features<'_>,
        ranks: &mut Ranks,
        outputs: &mut Vec<f64>,
    ) {
        let ranks = ranks.of(&self.thresholds, block);
        trees::combine(ensemble, block.len(), outputs, |tree, rate, sums| {
            let nodes = &self.nodes[tree.start..tree.end];
            let leaves = &ensemble.nodes()[tree.start..tree.end];
            for (first, sums) in (0..).step_by(LANES).zip(sums.chunks_mut(LANES)) {
                let at = walk(nodes, tree.depth, ranks, first);
                for (sum, at) in sums.iter_mut().zip(at) {
                    *sum += rate * value(leaves[at as usize]);
                }
            }
        });
    }
}

/// The leaves of rows `first..first + LANES`; times one changes no bit.
fn walk(nodes: &[u64], depth: u32, ranks: &[u16; RANKS], first: u16) -> [u32; LANES] {
    let mut at = [0u32; LANES];
    for _ in (0..depth).step_by(LEVELS) {
        let before = at;
        for _ in 0..LEVELS {
            for (row, at) in (first..).zip(&mut at) {
                let (rank, place, left) = unpack(nodes[*at as usize]);
                let right = ranks[usize::from(place.wrapping_add(row))] > rank;
                *at = left + u32::from(right);
            }
        }
        // Only a leaf leads to itself.
        if at == before {
            break;
        }
    }
    at
}

fn pack(rank: u16, place: u16, left: u32) -> u64 {
    u64::from(rank) | u64::from(place) << 16 | u64::from(left) << 32
}

#[expect(clippy::cast_possible_truncation, reason = "takes the parts of a word")]
fn unpack(node: u64) -> (u16, u16, u32) {
    (node as u16, (node >> 16) as u16, (node >> 32) as u32)
}

/// Ranks of a block, `[n_features, capacity]`; only those of features that trees ask for mean
/// anything.
#[derive(Debug, Default)]
pub(super) struct Ranks(Option<Box<[u16; RANKS]>>);

impl Ranks {
    /// The ranks of a block's rows, and of rows of an earlier block after them.
    fn of(&mut self, thresholds: &[Vec<f64>], block: &Features<'_>) -> &[u16; RANKS] {
        #[expect(clippy::large_stack_arrays, reason = "moved to the heap at once, or made there")]
        let ranks = self.0.get_or_insert_with(|| Box::new([0; RANKS]));
        let capacity = block.capacity();
        let features = block.values().chunks_exact(capacity).zip(ranks.chunks_exact_mut(capacity));
        for ((values, ranks), thresholds) in features.zip(thresholds) {
            if thresholds.is_empty() {
                continue;
            }
            let (values, _) = values.as_chunks::<LANES>();
            let (ranks, _) = ranks.as_chunks_mut::<LANES>();
            for (values, ranks) in values.iter().zip(ranks).take(block.len().div_ceil(LANES)) {
                *ranks = rank(thresholds, values);
            }
        }
        ranks
    }
}

/// How many thresholds, of at least one, lie below each value; all of them for NaN, which goes right
/// everywhere.
///
/// A binary search in steps that all values share, so that their memory accesses overlap, and
/// without branches, half of which would be mispredicted.
fn rank(thresholds: &[f64], values: &[f64; LANES]) -> [u16; LANES] {
    #[expect(clippy::neg_cmp_op_on_partial_ord, reason = "NaN is above all")]
    let above = |x: f64, threshold: f64| !(x <= threshold);
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
        // There are at most u16::MAX thresholds, see `RankedTrees::new`.
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
            assert_eq!(rank(&thresholds, &values).map(usize::from), expected, "{n}");
        }
    }
}
