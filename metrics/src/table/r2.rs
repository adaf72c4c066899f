//! The coefficient of determination: 1 - residual / total sum of squares.
//!
//! A constant truth scores 1 when met exactly and 0 otherwise, and fewer than two rows have none.
//! (scikit-learn divides by the tiny total that a rounded mean leaves of equal numbers, and turns a small
//! error into -1e31.)

use crate::metric::{Better, Formula, Metric};

pub(super) const METRIC: Metric = Metric {
    name: "r2",
    better: Better::Higher,
    formula: Formula::Numbers {
        term: |truth, predicted| (truth - predicted) * (truth - predicted),
        value: |squares, truth| {
            let value = match (truth.is_constant(), squares > 0.0) {
                (true, false) => 1.0,
                (true, true) => 0.0,
                (false, _) => 1.0 - squares / truth.total(),
            };
            (truth.rows() >= 2).then_some(value)
        },
        at_mean: |truth| (truth.rows() >= 2).then_some(if truth.is_constant() { 1.0 } else { 0.0 }),
    },
};
