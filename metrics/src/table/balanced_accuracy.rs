//! The mean recall over the labels that occur.

use crate::confusion::Confusion;
use crate::metric::{Better, Formula, Metric};
use crate::quotient::mean;

pub(super) const METRIC: Metric = Metric {
    name: "balanced_accuracy",
    better: Better::Higher,
    formula: Formula::Confusion(value),
};

fn value(counts: &Confusion) -> Option<f64> {
    mean(counts.classes().filter_map(|class| class.recall()))
}
