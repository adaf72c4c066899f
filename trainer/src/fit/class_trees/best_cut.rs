//! The best cut of a feature, as smartcore's classification tree chooses it.
//!
//! A cut lies between two neighbouring values, unless all rows with either are of one class: such
//! a cut is never better than one beside it. smartcore skips a cut if one row with either value
//! is of one class, whichever rows its sort has put there: the same where no rows of different
//! classes share a value, and a loss of cuts at random where they do.

use std::ops::Range;

use smartcore::linalg::basic::arrays::Array;

use super::gini::Gini;
use super::keys::{self, key, rank, word};
use super::node::{Counted, Cut, Workspace};
use super::ranks::{FeatureRanks, Ranks, class_of, count_of};
use crate::engine::features::Features;

/// Stands for more than one class.
const MIXED: u32 = u32::MAX;

/// The best cut so far, between two ranks of a feature.
struct Best {
    gain: f64,
    between: Option<(usize, u32, u32)>,
}

/// The best cut of a node by any of `features`, the first of those that gain as much; `None` if no
/// cut leaves `min_samples_leaf` rows on both sides.
pub(super) fn find(
    (x, ranks): (&Features, &Ranks),
    workspace: &mut Workspace,
    rows: Range<usize>,
    node: &Counted,
    tried: usize,
    min_samples_leaf: u32,
) -> Option<Cut> {
    let gini = Gini::new(node.n, &node.classes, &workspace.counts);
    let squares: u64 = node.counts.iter().map(|count| u64::from(*count).pow(2)).sum();
    let mut best = Best { gain: f64::NEG_INFINITY, between: None };
    for at in 0..tried {
        let feature = workspace.order[at];
        let sorted = match ranks.of(x, feature) {
            FeatureRanks::Numbers(ranks) => {
                sort(workspace, rows.clone(), |row| ranks[row as usize])
            }
            FeatureRanks::OneHot(codes, code) => {
                sort(workspace, rows.clone(), |row| u32::from(codes[row as usize] == code))
            }
        };
        if sorted {
            best.scan(feature, workspace, &gini, squares, min_samples_leaf);
            for class in &node.classes {
                workspace.counts[*class as usize].left = 0;
            }
        }
    }
    let (feature, below, above) = best.between?;
    let (mut low, mut high) = (f64::NAN, f64::NAN);
    let ranks = ranks.of(x, feature);
    for item in &workspace.items[rows] {
        let rank = ranks.of(item.row);
        if rank == below || rank == above {
            let value = *x.get((item.row as usize, feature));
            *if rank == below { &mut low } else { &mut high } = value;
        }
    }
    Some(Cut { feature, threshold: between(low, high) })
}

/// smartcore's mean of two neighbouring values; the lower one where that is not between them, as it
/// overflows, or is rounded to the higher one, which would then be on the wrong side.
fn between(low: f64, high: f64) -> f64 {
    #[expect(clippy::manual_midpoint, reason = "smartcore's bits")]
    let middle = (high + low) / 2.0;
    if low <= middle && middle < high { middle } else { low }
}

/// Sorts the rows of a node by a feature; false if all have the same value.
fn sort(workspace: &mut Workspace, rows: Range<usize>, rank_of: impl Fn(u32) -> u32) -> bool {
    let [keys, other] = &mut workspace.keys;
    keys.clear();
    let (mut min, mut max) = (u32::MAX, 0);
    keys.extend(workspace.items[rows].iter().map(|item| {
        let rank = rank_of(item.row);
        (min, max) = (min.min(rank), max.max(rank));
        key(rank, item.tag)
    }));
    if min < max {
        keys::sort(keys, other, min, max);
    }
    min < max
}

impl Best {
    /// Looks at every cut of a feature whose sorted rows are in `workspace`.
    fn scan(
        &mut self,
        feature: usize,
        workspace: &mut Workspace,
        gini: &Gini<'_>,
        squares: u64,
        min_samples_leaf: u32,
    ) {
        let (keys, counts) = (&workspace.keys[0], &mut workspace.counts);
        let n = gini.n();
        let (mut left, mut squares) = (0, (0, squares));
        // Class and rank of the rows just left of the cut.
        let (mut last, mut below) = (MIXED, 0);
        let mut rest = keys.as_slice();
        while let Some(first) = rest.first() {
            let (here, class) = (rank(*first), class_of(word(*first)));
            let differs = |key: &u64| rank(*key) != here;
            let end = rest.iter().position(differs).unwrap_or(rest.len());
            let (group, others) = rest.split_at(end);
            let pure = group.iter().all(|key| class_of(word(*key)) == class);
            let class = if pure { class } else { MIXED };
            if left >= min_samples_leaf
                && n - left >= min_samples_leaf
                && left > 0
                && (class != last || class == MIXED)
                && let Some(gain) = gini.gain_above(self.gain, left, squares, counts)
            {
                *self = Self { gain, between: Some((feature, below, here)) };
            }
            for key in group {
                let (class, count) = (class_of(word(*key)), count_of(word(*key)));
                let of_class = &mut counts[class as usize];
                let [on_left, on_right, moved] =
                    [of_class.left, of_class.all - of_class.left, count].map(u64::from);
                squares.0 += moved * (2 * on_left + moved);
                squares.1 -= moved * (2 * on_right - moved);
                of_class.left += count;
                left += count;
            }
            (last, below, rest) = (class, here, others);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn a_threshold_lies_between_the_values() {
        for (low, high, expected) in [
            (1.0, 2.0, 1.5),
            (-3.0, 4.0, 0.5),
            (1.0, 1.0 + f64::EPSILON, 1.0),
            (1.0 - f64::EPSILON / 2.0, 1.0, 1.0 - f64::EPSILON / 2.0),
            (1.7e308, 1.75e308, 1.7e308),
            (-1.75e308, -1.7e308, -1.75e308),
            (-0.0, 5e-324, 0.0),
        ] {
            let found = between(low, high);
            assert!(low <= found && found < high, "{low} {high} {found}");
            assert!((found - expected).abs() <= 0.0, "{low} {high} {found}");
        }
    }
}
