//! The root of the mean squared error, in the unit of the target.

use crate::metric::{Better, Formula, Metric};

pub(super) const METRIC: Metric = Metric {
    name: "rmse",
    better: Better::Lower,
    formula: Formula::Numbers {
        term: |truth, predicted| (truth - predicted) * (truth - predicted),
        value: |squares, truth| Some((squares / truth.rows() as f64).sqrt()),
        at_mean: |truth| Some((truth.total() / truth.rows() as f64).sqrt()),
    },
};
