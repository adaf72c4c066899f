//! The area under the ROC curve: of the second of two labels, with more the mean over the labels that
//! occur, each against the rest.
//!
//! It is the chance that a row of the label has a higher probability of it than another row, ties
//! counting half: the Mann-Whitney U statistic over its maximum.

use crate::curves::{Curves, Tied};
use crate::metric::{Better, Formula, Metric};
use crate::quotient::mean;

pub(super) const METRIC: Metric =
    Metric { name: "roc_auc", better: Better::Higher, formula: Formula::Curves(value) };

fn value(curves: &Curves) -> Option<f64> {
    mean(curves.each().filter_map(|curve| area(&curve)))
}

/// The area; `None` if there are no positives, or nothing else.
fn area(curve: &[Tied]) -> Option<f64> {
    // Twice the number of pairs won, to keep the halves of ties in integers.
    let (mut below, mut all, mut won_twice) = (0u128, 0u128, 0u128);
    for Tied { negatives, positives } in curve {
        let (negatives, positives) = (u128::from(*negatives), u128::from(*positives));
        won_twice += positives * (2 * below + negatives);
        below += negatives;
        all += positives;
    }
    let pairs = below * all;
    (pairs > 0).then(|| won_twice as f64 / (2.0 * pairs as f64))
}
