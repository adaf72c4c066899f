//! k-means: a row belongs to the cluster whose centroid is nearest.

use super::arrays::{Arrays, finite};
use crate::buffer::Array;
use crate::error::Result;
use crate::manifest::Dtype;

/// Name of the array of centroids, `[n_clusters, n_features]`.
pub const CENTROIDS: &str = "centroids";

/// Checked centroids.
#[derive(Clone, Debug)]
pub struct Centroids {
    centroids: Array<f64>,
    n_features: usize,
}

impl Centroids {
    pub(crate) fn build(arrays: &Arrays<'_>, n_clusters: usize, n_features: usize) -> Result<Self> {
        arrays.only(&[CENTROIDS])?;
        let shape = [Some(n_clusters), Some(n_features)];
        let centroids = arrays.get::<f64>(CENTROIDS, Dtype::F64, &shape)?;
        finite("array `centroids`", centroids.as_slice())?;
        Ok(Self { centroids, n_features })
    }

    /// The centroids, each `[n_features]`.
    pub fn iter(&self) -> impl Iterator<Item = &[f64]> {
        self.centroids.as_slice().chunks_exact(self.n_features)
    }
}
