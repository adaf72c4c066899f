//! The mean F1 over the labels that occur or are predicted.

use crate::confusion::Confusion;
use crate::metric::{Better, Formula, Metric};
use crate::quotient::mean;

pub(super) const METRIC: Metric =
    Metric { name: "macro_f1", better: Better::Higher, formula: Formula::Confusion(value) };

fn value(counts: &Confusion) -> Option<f64> {
    mean(counts.classes().filter_map(|class| class.f1()))
}
