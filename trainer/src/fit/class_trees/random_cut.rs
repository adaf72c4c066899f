//! The best of some random cuts, as smartcore's extremely randomised trees choose it.
//!
//! smartcore grows these for numbers only. Its measure is the reduction of squared error; for one
//! target per class, each 0 or 1, that is the reduction of Gini impurity. With two classes both
//! targets say the same, and the trees are smartcore's.

use std::ops::Range;

use rand::RngExt;
use rand::rngs::SmallRng;
use smartcore::linalg::basic::arrays::Array;

use super::node::{Counted, Cut, Workspace};
use super::ranks::{class_of, count_of};
use crate::engine::features::Features;

/// The best of one random cut for each feature tried; `None` if none leaves `min_samples_leaf` rows
/// on both sides.
pub(super) fn find(
    x: &Features,
    workspace: &mut Workspace,
    rows: Range<usize>,
    node: &Counted,
    tried: usize,
    min_samples_leaf: u32,
    rng: &mut SmallRng,
) -> Option<Cut> {
    let mut best: Option<(f64, Cut)> = None;
    for at in 0..tried {
        let feature = workspace.order[at];
        let Some(threshold) = threshold(x, workspace, rows.clone(), feature, rng) else { continue };
        let mut left = 0;
        for (item, value) in workspace.items[rows.clone()].iter().zip(&workspace.values) {
            if *value <= threshold {
                workspace.counts[class_of(item.tag) as usize].left += count_of(item.tag);
                left += count_of(item.tag);
            }
        }
        let right = node.n - left;
        let [on_left, on_right] = [left, right].map(f64::from);
        let mut squares = 0.0;
        for class in &node.classes {
            let count = &mut workspace.counts[*class as usize];
            // smartcore's operations in its order.
            let difference =
                f64::from(count.left) * on_right - f64::from(count.all - count.left) * on_left;
            squares += difference * difference;
            count.left = 0;
        }
        if left < min_samples_leaf || right < min_samples_leaf {
            continue;
        }
        let gain = squares / (on_left * on_right);
        if best.is_none_or(|(most, _)| gain > most) {
            best = Some((gain, Cut { feature, threshold }));
        }
    }
    best.map(|(_, cut)| cut)
}

/// A number between the smallest and the largest value of a feature, if they differ.
fn threshold(
    x: &Features,
    workspace: &mut Workspace,
    rows: Range<usize>,
    feature: usize,
    rng: &mut SmallRng,
) -> Option<f64> {
    workspace.values.clear();
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    workspace.values.extend(workspace.items[rows].iter().map(|item| {
        let value = *x.get((item.row as usize, feature));
        (min, max) = (min.min(value), max.max(value));
        value
    }));
    // smartcore would panic where the range is no number.
    (min < max && (max - min).is_finite()).then(|| rng.random_range(min..max))
}
