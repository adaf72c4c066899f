//! Nearest neighbours: the training rows themselves, and how near ones are found and weighed.

use super::arrays::{Arrays, finite};
use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::manifest::{Dtype, Metric, Weights};
use crate::schema::count;

/// Name of the array of training rows, feature by feature: `[n_features, n_points]`.
pub const POINTS: &str = "points";
/// Name of the array of their targets, `[n_points]`: values, or class numbers.
pub const TARGETS: &str = "targets";
/// Largest power of a Minkowski distance.
const MAX_POWER: u64 = 64;

/// Checked nearest neighbours; `k` is at most the number of points.
#[derive(Clone, Debug)]
pub struct Neighbors {
    points: Array<f64>,
    targets: Array<f64>,
    k: usize,
    metric: Metric,
    weights: Weights,
}

impl Neighbors {
    pub(crate) fn build(
        arrays: &Arrays<'_>,
        (k, metric, weights): (u64, Metric, Weights),
        n_classes: usize,
        n_features: usize,
    ) -> Result<Self> {
        arrays.only(&[POINTS, TARGETS])?;
        let targets = arrays.get::<f64>(TARGETS, Dtype::F64, &[None])?;
        let n_points = targets.as_slice().len();
        let points = arrays.get::<f64>(POINTS, Dtype::F64, &[Some(n_features), Some(n_points)])?;
        finite("array `points`", points.as_slice())?;
        finite("array `targets`", targets.as_slice())?;
        let k = usize::try_from(k).unwrap_or(usize::MAX);
        count("neighbours", k, 1, n_points)?;
        if let Metric::Minkowski { p } = metric
            && !(1..=MAX_POWER).contains(&p)
        {
            let what = format!("a power of {p}, expected 1 to {MAX_POWER}");
            return Err(FormatError::structure("metric", what));
        }
        let is_class = |t: &f64| t.fract() == 0.0 && (0.0..n_classes as f64).contains(t);
        if n_classes > 0
            && let Some(at) = targets.as_slice().iter().position(|t| !is_class(t))
        {
            let what = format!("element {at} is not a class number below {n_classes}");
            return Err(FormatError::structure("array `targets`", what));
        }
        Ok(Self { points, targets, k, metric, weights })
    }

    /// Training rows, feature by feature: `[n_features, n_points]`.
    pub fn points(&self) -> &[f64] {
        self.points.as_slice()
    }

    /// Their targets, `[n_points]`.
    pub fn targets(&self) -> &[f64] {
        self.targets.as_slice()
    }

    /// Neighbours that are asked.
    pub fn k(&self) -> usize {
        self.k
    }

    /// How far two rows are from each other.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// What a neighbour's answer counts.
    pub fn weights(&self) -> Weights {
        self.weights
    }
}
