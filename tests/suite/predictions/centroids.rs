//! Nearest centroids: ties, bits, rows out of reach.

use super::{assert_bits, cells, numeric_file};
use model_format::v1::EstimatorSpec;
use tests::compare::compare;
use tests::models;
use tests::parts::Parts;

/// Cluster and squared distance of a row.
fn nearest(centroids: &[f64], n_clusters: usize, row: &[&str]) -> (u32, f64) {
    let rows = [row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()];
    let names = ["a", "b", "c"];
    let arrays = models::centroids(n_clusters, centroids);
    let (task, estimator) =
        (models::clusters(&names[..n_clusters]), EstimatorSpec::NearestCentroid);
    let file = numeric_file(task, estimator, row.len(), &arrays, &rows);
    compare(&file, &rows);
    let golden = Parts::of(&file).manifest.golden;
    (golden.labels[0], golden.values[0])
}

#[test]
fn the_nearest_centroid_wins_and_the_earlier_of_two() {
    let of = |centroids: &[f64], row| nearest(centroids, centroids.len(), &[row]).0;
    assert_eq!(of(&[0.0, 2.0, 5.0], "1"), 0);
    assert_eq!(of(&[2.0, 0.0, 5.0], "1"), 0);
    assert_eq!(of(&[9.0, 2.0, 0.0], "1"), 1);
    assert_eq!(of(&[3.0, 3.0, 3.0], "3"), 0);
    assert_eq!(of(&[0.0, -0.0], "0"), 0);
    assert_eq!(of(&[2.0f64.next_up(), 0.0], "1"), 1);
    // Squares that are too small to tell apart.
    assert_eq!(of(&[1e-200, 0.0], "0"), 0);
    // Only one of them is not infinitely far.
    assert_eq!(of(&[1e300, 1.0, -1e300], "1e150"), 1);
}

#[test]
fn squared_distances_have_the_bits_of_the_page() {
    let half = 2f64.powi(-53);
    let root = half.sqrt();
    let row = ["1", "1", "1"];
    let of = |d: [f64; 3]| {
        let centroid = d.map(|d| 1.0 - d);
        let exact = centroid.map(|c| (1.0 - c) * (1.0 - c));
        let expected = exact[0] + exact[1] + exact[2];
        let (cluster, got) = nearest(&[[50.0; 3], centroid].concat(), 2, &row);
        assert_eq!(cluster, 1);
        assert_bits(&[got], &[expected], &format!("{d:?}"));
    };
    for d in
        [[1.0, root, root], [root, root, 1.0], [0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [1e-9, 3.0, 7.0]]
    {
        of(d);
    }
    // The square is rounded before it is added.
    let x = format!("{:?}", 1.0 + 2f64.powi(-30));
    assert_bits(&[nearest(&[-9e9, -9e9, 0.0, 0.0], 2, &["4096", &x]).1], &[16_777_217.0], "4096");
    assert_bits(&[nearest(&[4.0, 7.0], 2, &["4"]).1], &[0.0], "a row on a centroid");
}

#[test]
fn a_row_infinitely_far_from_every_centroid_is_bad() {
    let rows = cells(&[["1e200"], ["3"], ["-1.7e308"]]);
    let arrays = models::centroids(2, &[1.0, -5.0]);
    let (task, estimator) = (models::clusters(&["a", "b"]), EstimatorSpec::NearestCentroid);
    let file = numeric_file(task, estimator, 1, &arrays, &rows);
    compare(&file, &rows);
    assert_eq!(Parts::of(&file).manifest.golden.cells, ["3"]);
}
