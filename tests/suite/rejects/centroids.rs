//! k-means: its centroids, its clusters, and who may have them.

use model_format::v1::{Dtype, EstimatorSpec};
use tests::models;
use tests::parts::Parts;

use super::edits::{answered_anew, copied, cut, dtype, emptied, renamed, shape, without};

const NOTHING_ELSE: &str =
    "estimator: clusters are what centroids tell apart, and nothing else does";

/// Makes the task a clustering, with golden rows to match.
fn clustering(parts: &mut Parts) {
    parts.manifest.task = models::clusters(&["a", "b"]);
    let golden = &mut parts.manifest.golden;
    let n_rows = golden.cells.len() / parts.manifest.schema.columns.len();
    golden.labels = vec![0; n_rows];
    golden.values = vec![0.0; n_rows];
    parts.manifest.provenance.class_counts = vec![1; 2];
}

/// Makes the task a regression, with golden rows to match.
fn regression(parts: &mut Parts) {
    parts.manifest.task = models::regression();
    parts.manifest.golden.labels.clear();
    parts.manifest.provenance.class_counts.clear();
}

fn flip_last_bit(number: &mut f64) {
    *number = f64::from_bits(number.to_bits() ^ 1);
}

refused_parts! {
    clusters_of_a_linear_model: binary_logistic, clustering => Structure, NOTHING_ELSE;
    clusters_of_a_forest: binary_forest, clustering => Structure, NOTHING_ELSE;
    clusters_of_boosted_trees: boosted_regression, clustering => Structure, NOTHING_ELSE;
    clusters_of_gaussian_naive_bayes: gaussian_of_two, clustering => Structure, NOTHING_ELSE;
    clusters_of_bernoulli_naive_bayes: bernoulli_of_two, clustering => Structure, NOTHING_ELSE;
    clusters_of_multinomial_naive_bayes: multinomial_of_two, clustering =>
        Structure, NOTHING_ELSE;
    clusters_of_categorical_naive_bayes: categorical_of_two, clustering =>
        Structure, NOTHING_ELSE;
    clusters_of_neighbors: neighbors_of_two, clustering => Structure, NOTHING_ELSE;
    clusters_of_machines: svm_of_two, clustering => Structure, NOTHING_ELSE;
    classes_of_centroids: clusters_of_three, |p| {
        p.manifest.task = models::classes(&["cold", "mild", "hot"]);
    } => Structure, NOTHING_ELSE;
    regression_of_centroids: clusters_of_three, regression => Structure, NOTHING_ELSE;
    linear_arrays_for_centroids: softmax, |p| {
        p.manifest.task = models::clusters(&["a", "b", "c"]);
        p.manifest.estimator = EstimatorSpec::NearestCentroid;
    } => Structure, "array `coefficients`: not an array of this estimator";
    centroid_of_nan: clusters_of_three, |p| p.set_number("centroids", 14, f64::NAN) =>
        Structure, "array `centroids`: element 14 is not a finite number";
    centroid_of_a_signalling_nan: clusters_of_three, |p| {
        p.set_word("centroids", 0, 0x7ff0_0000_0000_0001);
    } => Structure, "array `centroids`: element 0 is not a finite number";
    centroid_of_infinity: clusters_of_three, |p| p.set_number("centroids", 5, f64::INFINITY) =>
        Structure, "array `centroids`: element 5 is not a finite number";
    centroid_of_minus_infinity: clusters_of_three, |p| {
        p.set_number("centroids", 9, f64::NEG_INFINITY);
    } => Structure, "array `centroids`: element 9 is not a finite number";
    transposed_centroids: clusters_of_three, |p| shape(p, "centroids", &[5, 3]) =>
        Structure, "array `centroids`: F64 of shape [5, 3], expected F64 of shape [3, 5]";
    flat_centroids: clusters_of_three, |p| shape(p, "centroids", &[15]) =>
        Structure, "array `centroids`: F64 of shape [15], expected F64 of shape [3, 5]";
    deep_centroids: clusters_of_three, |p| shape(p, "centroids", &[3, 5, 1]) =>
        Structure, "array `centroids`: F64 of shape [3, 5, 1], expected F64 of shape [3, 5]";
    a_centroid_too_few: clusters_of_three, |p| cut(p, "centroids", &[2, 5]) =>
        Structure, "array `centroids`: F64 of shape [2, 5], expected F64 of shape [3, 5]";
    centroids_of_too_few_features: clusters_of_three, |p| cut(p, "centroids", &[3, 4]) =>
        Structure, "array `centroids`: F64 of shape [3, 4], expected F64 of shape [3, 5]";
    no_centroids: clusters_of_three, |p| emptied(p, "centroids", &[0, 5]) =>
        Structure, "array `centroids`: F64 of shape [0, 5], expected F64 of shape [3, 5]";
    centroids_of_no_features: clusters_of_three, |p| emptied(p, "centroids", &[3, 0]) =>
        Structure, "array `centroids`: F64 of shape [3, 0], expected F64 of shape [3, 5]";
    centroids_of_2_to_61: clusters_of_three, |p| shape(p, "centroids", &[1 << 61, 5]) =>
        Structure, "does not fill a section of 120 bytes";
    shape_larger_than_its_section: clusters_of_three, |p| shape(p, "centroids", &[3, 6]) =>
        Structure, "does not fill a section of 120 bytes";
    centroids_as_integers: clusters_of_three, |p| dtype(p, "centroids", Dtype::U64) =>
        Structure, "array `centroids`: U64 of shape [3, 5], expected F64";
    missing_centroids: clusters_of_three, |p| without(p, "centroids") =>
        Structure, "array `centroids`: is missing";
    misspelt_centroids: clusters_of_three, |p| renamed(p, "centroids", "centroid") =>
        Structure, "array `centroid`: not an array of this estimator";
    unknown_array: clusters_of_three, |p| copied(p, "centroids", "points") =>
        Structure, "array `points`: not an array of this estimator";
    centroids_twice: clusters_of_three, |p| copied(p, "centroids", "centroids") =>
        Structure, "array: \"centroids\" occurs twice";
    a_cluster_less: clusters_of_three, |p| p.manifest.task = models::clusters(&["cold", "mild"]) =>
        Structure, "array `centroids`: F64 of shape [3, 5], expected F64 of shape [2, 5]";
    one_feature_more: clusters_of_three, |p| {
        p.manifest.schema.columns.push(models::text("z", &["a"], false));
    } => Structure, "array `centroids`: F64 of shape [3, 5], expected F64 of shape [3, 6]";
    too_few_cluster_counts: clusters_of_three, |p| p.manifest.provenance.class_counts.pop() =>
        Structure, "class counts: found 2, expected 3 to 3";
    no_golden_labels: clusters_of_three, |p| p.manifest.golden.labels.clear() =>
        Structure, "golden labels: found 0, expected 4 to 4";
    golden_label_past_the_last: clusters_of_three, |p| p.manifest.golden.labels[0] = 3 =>
        Structure, "golden labels: class 3";
    a_distance_from_every_centroid: clusters_of_three, |p| {
        p.manifest.golden.values = vec![1.0; 12];
    } => Structure, "golden values: found 12, expected 4 to 4";
    missing_golden_value: clusters_of_three, |p| p.manifest.golden.values.pop() =>
        Structure, "golden values: found 3, expected 4 to 4";
    golden_value_of_infinity: clusters_of_three, |p| {
        p.manifest.golden.values[2] = f64::INFINITY;
    } => Structure, "golden values: element 2 is not a finite number";
    distance_changed_by_one_bit: clusters_of_three, |p| {
        flip_last_bit(&mut p.manifest.golden.values[2]);
    } => SelfTest, "golden row 3: squared distance is";
    distance_that_is_not_squared: clusters_of_three, |p| {
        p.manifest.golden.values[0] = p.manifest.golden.values[0].sqrt();
    } => SelfTest, "golden row 1: squared distance is";
    label_changed: clusters_of_three, |p| p.manifest.golden.labels[0] = 2 =>
        SelfTest, "golden row 1: label is `cold`, expected `hot`";
    centroid_changed: clusters_of_three, |p| {
        let word = p.words("centroids")[0];
        p.set_word("centroids", 0, word ^ 1);
    } => SelfTest, "golden row 1: squared distance is";
    golden_row_infinitely_far: clusters_of_three, |p| {
        p.manifest.golden.cells[0] = "1e300".into();
    } => SelfTest, "golden row 1: squared distance is inf";
}

accepted_parts! {
    centroids_that_are_the_same: clusters_of_three, |p| {
        let centroid = p.words("centroids")[..5].to_vec();
        p.set_words("centroids", &centroid.repeat(3));
        answered_anew(p);
        assert_eq!(p.manifest.golden.labels, [0; 4]);
    };
    two_clusters: clusters_of_three, |p| {
        cut(p, "centroids", &[2, 5]);
        p.manifest.task = models::clusters(&["cold", "mild"]);
        p.manifest.provenance.class_counts.pop();
        answered_anew(p);
    };
}
