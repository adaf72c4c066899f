//! k-means: smartcore's, whose random choices follow a seed.

use cli_common::error::{Error, Result};
use model_format::manifest::EstimatorSpec;
use model_format::pipeline::centroids::CENTROIDS;
use model_format::writer::ArrayData;
use smartcore::cluster::kmeans::KMeansParameters;
use smartcore::linalg::basic::arrays::{Array, Array2};

use super::request::{Extracted, Predictions};
use crate::algorithms::params;
use crate::engine::matrix::Matrix;
use crate::engine::mirror::{self, Clusters};

/// Fitted clusters.
pub(crate) struct KMeans {
    model: Clusters,
    /// Each `[n_features]`.
    centroids: Vec<Vec<f64>>,
    sizes: Vec<u64>,
}

impl KMeans {
    /// Fits `kmeans`.
    pub(crate) fn fit(x: &Matrix, params: params::KMeans, seed: u64) -> Result<Self> {
        let (n_rows, n_features) = x.shape();
        let params::KMeans { k, max_iter } = params;
        if k > n_rows {
            return Err(Error::input(format!("kmeans: k={k}, but only {n_rows} rows are fitted"))
                .with_hint("choose a smaller --param k"));
        }
        let mut parameters = KMeansParameters::default().with_k(k).with_max_iter(max_iter);
        parameters.seed = Some(seed);
        let model = Clusters::fit(x, parameters)
            .map_err(|e| Error::input(format!("smartcore refuses to fit this data: {e}")))?;
        let (centroids, sizes) = mirror::centroids(&model)?;
        // A cluster that no row starts in has no centroid.
        let empty = centroids.iter().any(|c| c.iter().any(|v| !v.is_finite()));
        if empty || centroids.len() != k || centroids.iter().any(|c| c.len() != n_features) {
            let fact = format!("kmeans: the rows do not fall into {k} clusters");
            return Err(
                Error::input(fact).with_hint("choose a smaller --param k, or another --seed")
            );
        }
        Ok(Self { model, centroids, sizes })
    }

    /// Rows per cluster among those that were fitted.
    pub(crate) fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// The numbers that go into the artifact.
    pub(crate) fn extract(&self) -> Extracted {
        let shape = [self.centroids.len(), self.centroids.first().map_or(0, Vec::len)];
        Extracted {
            estimator: EstimatorSpec::NearestCentroid,
            arrays: vec![ArrayData::f64(CENTROIDS, &shape, &self.centroids.concat())],
        }
    }

    /// smartcore's own clusters, and the squared distance to the centroid of each.
    pub(crate) fn predict(&self, x: &Matrix) -> Result<Predictions> {
        let labels: Vec<u32> = self
            .model
            .predict(x)
            .map_err(|e| Error::internal(format!("smartcore's predict: {e}")))?;
        let squares = |(row, cluster): (usize, &u32)| {
            let centroid = &self.centroids[*cluster as usize];
            x.get_row(row).iterator(0).zip(centroid).map(|(x, c)| (x - c) * (x - c)).sum()
        };
        let values = labels.iter().enumerate().map(squares).collect();
        Ok(Predictions { labels, values })
    }
}
