//! The mean absolute error, in the unit of the target.

use crate::metric::{Better, Formula, Metric};

pub(super) const METRIC: Metric = Metric {
    name: "mae",
    better: Better::Lower,
    formula: Formula::Numbers {
        term: |truth, predicted| (truth - predicted).abs(),
        value: |absolutes, truth| Some(absolutes / truth.rows() as f64),
        // The mean is known only after the last row, when the rows are gone.
        at_mean: |_| None,
    },
};
