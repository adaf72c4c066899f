//! k-means: smartcore's, from several starts, of which the best is kept.
//!
//! Lloyd's iterations end in the nearest local optimum, which is as good or as bad as the start.

use std::sync::atomic::{AtomicUsize, Ordering};

use cli_common::error::{Error, Result};
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::centroids::{CENTROIDS, CentroidsSpec};
use model_format::program::slot::Run;
use model_format::program::{Head, Meaning, OpSpec};
use model_format::writer::ArrayData;
use smartcore::cluster::kmeans::KMeansParameters;
use smartcore::linalg::basic::arrays::{Array, Array2};

use super::convergence::Missed;
use super::request::{Predictions, Request};
use crate::algorithms::params;
use crate::engine::guard;
use crate::engine::matrix::Matrix;
use crate::engine::mirror::{self, Clusters};
use crate::rng::derive;

/// Squared distance that the centroids may still move, as a share of the mean variance of the
/// features: scikit-learn's tolerance.
const TOLERANCE: f64 = 1e-4;

/// Fitted clusters.
pub(crate) struct KMeans {
    model: Clusters,
    /// Each `[n_features]`.
    centroids: Vec<Vec<f64>>,
    sizes: Vec<u64>,
    missed: Option<Missed>,
}

impl KMeans {
    /// Fits `kmeans` from every start and keeps the one with the smallest sum of squared distances;
    /// the earlier one of two equals. Each start has a seed of its own, so that the result does not
    /// depend on the threads.
    pub(crate) fn fit(params: params::KMeans, request: &Request<'_>) -> Result<Self> {
        let Request { seed, threads, progress, .. } = *request;
        let x = request.x.dense()?;
        let params::KMeans { k, n_init, .. } = params;
        let (n_rows, _) = x.shape();
        if k > n_rows {
            return Err(Error::input(format!("kmeans: k={k}, but only {n_rows} rows are fitted"))
                .with_hint("choose a smaller --param k"));
        }
        progress.start(n_init, "starts");
        let next = AtomicUsize::new(0);
        let best = guard::run(threads.min(n_init), |_| {
            let mut best: Option<(f64, usize, Self)> = None;
            loop {
                let start = next.fetch_add(1, Ordering::Relaxed);
                if start >= n_init {
                    return Ok(best);
                }
                let seed = if start == 0 { seed } else { derive(seed, start as u64) };
                if let Some(fitted) = Self::start(params, x, seed)? {
                    let rank = (fitted.inertia(x), start);
                    if best.as_ref().is_none_or(|(inertia, at, _)| rank < (*inertia, *at)) {
                        best = Some((rank.0, rank.1, fitted));
                    }
                }
                progress.advance(1);
            }
        })?;
        let ranked = |a: &(f64, usize, Self), b: &(f64, usize, Self)| {
            a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
        };
        let Some((_, _, mut best)) = best.into_iter().flatten().min_by(ranked) else {
            let fact = format!("kmeans: the rows do not fall into {k} clusters");
            return Err(
                Error::input(fact).with_hint("choose a smaller --param k, or another --seed")
            );
        };
        best.missed = best.distance_from_optimum(x).or_missed();
        Ok(best)
    }

    /// One start; `None` if a cluster has no row, and so no centroid.
    fn start(params: params::KMeans, x: &Matrix, seed: u64) -> Result<Option<Self>> {
        let params::KMeans { k, max_iter, .. } = params;
        let (_, n_features) = x.shape();
        let mut parameters = KMeansParameters::default().with_k(k).with_max_iter(max_iter);
        parameters.seed = Some(seed);
        let model = Clusters::fit(x, parameters)
            .map_err(|e| Error::input(format!("smartcore refuses to fit this data: {e}")))?;
        let (centroids, sizes) = mirror::centroids(&model)?;
        let empty = centroids.iter().any(|c| c.iter().any(|v| !v.is_finite()));
        if empty || centroids.len() != k || centroids.iter().any(|c| c.len() != n_features) {
            return Ok(None);
        }
        Ok(Some(Self { model, centroids, sizes, missed: None }))
    }

    /// Cluster of a row, and its squared distance; `row` is `[n_features]`.
    fn nearest(&self, row: &[f64]) -> (usize, f64) {
        let squares = |centroid: &Vec<f64>| {
            row.iter().zip(centroid).map(|(x, c)| (x - c) * (x - c)).sum::<f64>()
        };
        let distances = self.centroids.iter().map(squares).enumerate();
        distances.fold((0, f64::INFINITY), |best, at| if at.1 < best.1 { at } else { best })
    }

    /// Sum of the squared distances of all rows from their centroids.
    fn inertia(&self, x: &Matrix) -> f64 {
        let mut sum = 0.0;
        for_each_row(x, |row| sum += self.nearest(row).1);
        sum
    }

    /// How far the centroids are from the means of their rows.
    fn distance_from_optimum(&self, x: &Matrix) -> Missed {
        let (n_rows, n_features) = x.shape();
        let mut sums = vec![vec![0.0; n_features]; self.centroids.len()];
        let mut counts = vec![0.0; self.centroids.len()];
        let (mut total, mut squares) = (vec![0.0; n_features], 0.0);
        for_each_row(x, |row| {
            let (cluster, _) = self.nearest(row);
            counts[cluster] += 1.0;
            sums[cluster].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
            total.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        });
        for sum in &mut total {
            *sum /= n_rows as f64;
        }
        for_each_row(x, |row| {
            squares += row.iter().zip(&total).map(|(x, m)| (x - m) * (x - m)).sum::<f64>();
        });
        let mut moved = 0.0;
        for ((centroid, sum), count) in self.centroids.iter().zip(&sums).zip(&counts) {
            if *count > 0.0 {
                let moves = centroid.iter().zip(sum).map(|(c, s)| c - s / count);
                moved += moves.map(|d| d * d).sum::<f64>();
            }
        }
        Missed {
            measure: "square of the centroids' next move, as a share of the variance",
            found: moved / (squares / (n_rows * n_features) as f64).max(f64::MIN_POSITIVE),
            tolerance: TOLERANCE,
            hint: "more iterations with --param max_iter get nearer",
        }
    }

    /// How far from the optimum it stopped, if that is too far.
    pub(crate) fn missed(&self) -> Option<&Missed> {
        self.missed.as_ref()
    }

    /// Rows per cluster among those that were fitted.
    pub(crate) fn sizes(&self) -> &[u64] {
        &self.sizes
    }

    /// Appends the centroids: the cluster of the nearest one, and its squared distance.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Head {
        let shape = [self.centroids.len(), self.centroids.first().map_or(0, Vec::len)];
        let op = CentroidsSpec {
            input,
            n_clusters: index(self.centroids.len()),
            centroids: program.array(ArrayData::f64(CENTROIDS, &shape, &self.centroids.concat())),
        };
        let output = program.op(OpSpec::Centroids(op), 2);
        let numbers = Run::one(output.first + 1);
        Head { label: Some(output.first), numbers, meaning: Meaning::SquaredDistance }
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

/// Every row of a matrix, `[n_features]`.
fn for_each_row(x: &Matrix, mut take: impl FnMut(&[f64])) {
    let (n_rows, n_features) = x.shape();
    let mut row = vec![0.0; n_features];
    for at in 0..n_rows {
        for (feature, value) in row.iter_mut().enumerate() {
            *value = *x.get((at, feature));
        }
        take(&row);
    }
}
