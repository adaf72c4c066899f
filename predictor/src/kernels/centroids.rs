//! k-means for a block of rows: squared distances to every centroid, across rows.

use model_format::program::ops::centroids::Centroids;

use crate::block::Features;

/// Appends the squared distance to the nearest centroid and its cluster, each `[rows]`; the
/// features must be expanded. The earlier cluster wins a tie; a row that is infinitely far from
/// all of them gets an infinite distance.
pub(crate) fn score(
    centroids: &Centroids,
    features: &Features<'_>,
    distances: &mut Vec<f64>,
    clusters: &mut Vec<u32>,
) {
    let rows = features.len();
    distances.resize(rows, f64::INFINITY);
    clusters.resize(rows, 0);
    let mut sums = vec![0.0; rows];
    for (cluster, centroid) in (0..).zip(centroids.iter()) {
        sums.fill(0.0);
        for (f, center) in centroid.iter().enumerate() {
            for (sum, x) in sums.iter_mut().zip(features.feature(f)) {
                let d = x - center;
                *sum += d * d;
            }
        }
        for ((sum, best), winner) in sums.iter().zip(distances.iter_mut()).zip(clusters.iter_mut())
        {
            if sum < best {
                (*best, *winner) = (*sum, cluster);
            }
        }
    }
}
