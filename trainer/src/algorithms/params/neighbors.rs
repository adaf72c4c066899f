//! Hyper-parameters of nearest neighbours.

use cli_common::error::Result;
use model_format::manifest::{Metric, Weights};

use super::domain::{Whole, Words};
use super::reader::{Param, Reader};

/// The power is a parameter of its own, which the others have no use for.
const METRICS: [Metric; 4] =
    [Metric::Euclidean, Metric::Manhattan, Metric::Minkowski { p: 0 }, Metric::Hamming];

/// Of `knn`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Knn {
    /// Number of neighbours.
    pub(crate) k: usize,
    /// What a neighbour's answer counts.
    pub(crate) weights: Weights,
    /// Distance of two rows.
    pub(crate) metric: Metric,
}

impl Knn {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let k = reader.take(&Param {
            name: "k",
            about: "number of neighbours",
            default: "5",
            domain: Whole(1, 100_000),
        })?;
        let weights = reader.take(&Param {
            name: "weights",
            about: "what a neighbour's answer counts: the same, or one over its distance",
            default: "uniform",
            domain: Words(&["uniform", "distance"], [Weights::Uniform, Weights::Distance]),
        })?;
        let metric = reader.take(&Param {
            name: "metric",
            about: "distance of two rows",
            default: "euclidean",
            domain: Words(&["euclidean", "manhattan", "minkowski", "hamming"], METRICS),
        })?;
        let p = reader.take(&Param {
            name: "p",
            about: "power of the minkowski distance",
            default: "3",
            domain: Whole(1, 64),
        })?;
        let metric = match metric {
            Metric::Minkowski { .. } => Metric::Minkowski { p: p as u64 },
            Metric::Euclidean | Metric::Manhattan | Metric::Hamming => metric,
        };
        Ok(Self { k, weights, metric })
    }
}
