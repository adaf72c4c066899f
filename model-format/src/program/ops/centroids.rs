//! k-means: a row belongs to the cluster whose centroid is nearest.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// Name of the array of centroids, `[n_clusters, n_features]`.
pub const CENTROIDS: &str = "centroids";

/// The cluster of the nearest centroid, and then its squared distance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CentroidsSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How many clusters there are.
    pub n_clusters: u32,
    /// `[n_clusters, n_features]`.
    pub centroids: ArrayId,
}

/// Checked centroids.
#[derive(Clone, Debug)]
pub struct Centroids {
    input: Run,
    centers: Array<f64>,
    n_features: usize,
}

impl CentroidsSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Centroids, Run)> {
        let n_features = scope.numbers("input", self.input, false)?;
        let n_clusters = scope.width("clusters", self.n_clusters, 1)?;
        let centers = scope.f64s(self.centroids, &[Some(n_clusters), Some(n_features)])?;
        let code = SlotType::Code { n: self.n_clusters, may_be_unknown: false };
        let output = scope.write([code, SlotType::NUMBER])?;
        Ok((Centroids { input: self.input, centers, n_features }, output))
    }
}

impl Centroids {
    /// The centroids, each `[n_features]`.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.centers.as_slice().chunks_exact(self.n_features)
    }
}

impl Facts for Centroids {
    const NAME: &'static str = "centroids";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, class_counts: &[u64]) -> bool {
        // The centre of a cluster of one row is that row.
        class_counts.contains(&1)
    }

    fn row_cost(&self) -> u64 {
        self.centers.as_slice().len() as u64
    }
}
