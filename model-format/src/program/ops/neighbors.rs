//! Near neighbours: the training rows themselves, and how near ones are found and weighed.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::fields::{Metric, Weights};
use crate::limits::MAX_CLASSES;
use crate::program::facts::{FUNCTION, Facts};
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};
use crate::schema::count;

/// Name of the array of training rows, feature by feature: `[n_features, n_points]`.
pub const POINTS: &str = "points";
/// Name of the array of their targets, `[n_points]`: values, or class numbers.
pub const TARGETS: &str = "targets";
/// Largest power of a Minkowski distance.
const MAX_POWER: u64 = 64;

/// Which training rows are neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reach {
    /// The nearest.
    Nearest {
        /// How many.
        k: u64,
    },
    /// All that are not farther.
    Within {
        /// The largest distance.
        radius: f64,
        /// The label of a row without neighbours; without one, and for values, such a row is bad.
        outlier: Option<u32>,
    },
}

/// The value or the shares of the votes of near training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NeighborsSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// `[n_features, n_points]`.
    pub points: ArrayId,
    /// `[n_points]`.
    pub targets: ArrayId,
    /// Labels that vote; 0 if targets are values.
    pub n_labels: u32,
    /// Which rows are neighbours.
    pub reach: Reach,
    /// How far two rows are from each other.
    pub metric: Metric,
    /// What a neighbour counts.
    pub weights: Weights,
}

/// Checked neighbours; `k` is at most the number of points.
#[derive(Clone, Debug)]
pub struct Neighbors {
    input: Run,
    n_labels: usize,
    points: Array<f64>,
    targets: Array<f64>,
    reach: Reach,
    metric: Metric,
    weights: Weights,
}

impl NeighborsSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Neighbors, Run)> {
        let n_features = scope.numbers("input", self.input, false)?;
        let targets = scope.f64s(self.targets, &[None])?;
        let n_points = targets.as_slice().len();
        let points = scope.f64s(self.points, &[Some(n_features), Some(n_points)])?;
        if let Metric::Minkowski { p } = self.metric
            && !(1..=MAX_POWER).contains(&p)
        {
            let what = format!("a power of {p}, expected 1 to {MAX_POWER}");
            return Err(FormatError::structure("metric", what));
        }
        let n_labels = self.n_labels as usize;
        count("labels of neighbours", n_labels, 0, MAX_CLASSES)?;
        self.reach.check(n_points, self.n_labels, scope)?;
        let is_class = |t: &f64| t.fract() == 0.0 && (0.0..f64::from(self.n_labels)).contains(t);
        if n_labels > 0
            && let Some(at) = targets.as_slice().iter().position(|t| !is_class(t))
        {
            let what = format!("element {at} is not a class number below {n_labels}");
            return Err(FormatError::structure(scope.name(self.targets), what));
        }
        let (n, slot) =
            if n_labels > 0 { (n_labels, SlotType::Probability) } else { (1, SlotType::NUMBER) };
        let output = scope.write((0..n).map(|_| slot))?;
        let Self { input, reach, metric, weights, .. } = *self;
        Ok((Neighbors { input, n_labels, points, targets, reach, metric, weights }, output))
    }
}

impl Reach {
    fn check(self, n_points: usize, n_labels: u32, scope: &Scope<'_>) -> Result<()> {
        match self {
            Self::Nearest { k } => {
                count("neighbours", usize::try_from(k).unwrap_or(usize::MAX), 1, n_points)
            }
            Self::Within { radius, outlier } => {
                // Nothing but points may be refused here: there must be one to be near to.
                count("points", n_points, 1, usize::MAX)?;
                if !radius.is_finite() || radius < 0.0 {
                    return Err(scope.error("radius", format!("it is {radius:?}")));
                }
                match outlier {
                    Some(label) if label >= n_labels => {
                        let what = format!("label {label}, there are {n_labels}");
                        Err(scope.error("outlier", what))
                    }
                    Some(_) | None => Ok(()),
                }
            }
        }
    }
}

impl Neighbors {
    /// Labels that vote; 0 if targets are values.
    pub fn n_labels(&self) -> usize {
        self.n_labels
    }

    /// Training rows, feature by feature: `[n_features, n_points]`.
    pub fn points(&self) -> &[f64] {
        self.points.as_slice()
    }

    /// Their targets, `[n_points]`.
    pub fn targets(&self) -> &[f64] {
        self.targets.as_slice()
    }

    /// Which rows are neighbours.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// How far two rows are from each other.
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// What a neighbour counts.
    pub fn weights(&self) -> Weights {
        self.weights
    }
}

impl Facts for Neighbors {
    const NAME: &'static str = "neighbors";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        match self.metric {
            Metric::Minkowski { .. } => false,
            Metric::Euclidean | Metric::Manhattan | Metric::Hamming => true,
        }
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        true
    }

    fn row_cost(&self) -> u64 {
        let numbers = self.points.as_slice().len() as u64;
        match self.metric {
            Metric::Minkowski { .. } => numbers.saturating_mul(FUNCTION),
            Metric::Euclidean | Metric::Manhattan | Metric::Hamming => numbers,
        }
    }
}
