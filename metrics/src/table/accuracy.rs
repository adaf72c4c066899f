//! The share of rows whose label is predicted.

use crate::confusion::Confusion;
use crate::metric::{Better, Formula, Metric};
use crate::quotient::share;

pub(super) const METRIC: Metric =
    Metric { name: "accuracy", better: Better::Higher, formula: Formula::Confusion(value) };

fn value(counts: &Confusion) -> Option<f64> {
    share(counts.classes().map(|class| class.hits).sum(), counts.rows())
}
