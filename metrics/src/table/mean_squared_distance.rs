//! The mean over rows of the squared distance to the nearest centroid, in the units of the scaled
//! features: scikit-learn's inertia, per row.

use crate::metric::{Better, Formula, Metric};

pub(super) const METRIC: Metric = Metric {
    name: "mean_squared_distance",
    better: Better::Lower,
    formula: Formula::Clusters { term: |squared| squared, value: |sum, rows| sum / rows },
};
