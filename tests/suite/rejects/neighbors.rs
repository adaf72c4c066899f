//! Nearest neighbours: their points, their targets, how many are asked, and how.

use model_format::v1::{Dtype, EstimatorSpec, Metric, Weights};
use tests::models;
use tests::parts::Parts;

use super::edits::{copied, cut, dtype, renamed, shape, variant, without};

/// The fields of the estimator.
fn spec(parts: &mut Parts) -> (&mut u64, &mut Metric, &mut Weights) {
    match &mut parts.manifest.estimator {
        EstimatorSpec::NearestNeighbors { k, metric, weights } => (k, metric, weights),
        other => panic!("{other:?}"),
    }
}

fn set_k(parts: &mut Parts, k: u64) {
    *spec(parts).0 = k;
}

fn set_metric(parts: &mut Parts, metric: Metric) {
    *spec(parts).1 = metric;
}

fn set_power(parts: &mut Parts, p: u64) {
    set_metric(parts, Metric::Minkowski { p });
}

fn flip_last_bit(number: &mut f64) {
    *number = f64::from_bits(number.to_bits() ^ 1);
}

refused_bytes! {
    metric_past_the_last: neighbors_of_two, |f| variant(f, "Metric", 4) =>
        Digest, Manifest, "decoding";
    metric_of_all_ones: neighbors_regression, |f| variant(f, "Metric", u32::MAX) =>
        Digest, Manifest, "decoding";
    weights_past_the_last: neighbors_of_two, |f| variant(f, "Weights", 2) =>
        Digest, Manifest, "decoding";
    weights_of_all_ones: neighbors_of_texts, |f| variant(f, "Weights", u32::MAX) =>
        Digest, Manifest, "decoding";
    // The rest of the manifest is read from another place.
    metric_without_its_power: neighbors_regression, |f| variant(f, "Metric", 0) =>
        Digest, Manifest, "decoding";
    metric_with_a_power_too_many: neighbors_of_three, |f| variant(f, "Metric", 2) =>
        Digest, Manifest, "decoding";
}

refused_parts! {
    no_neighbors: neighbors_of_two, |p| set_k(p, 0) =>
        Structure, "neighbours: found 0, expected 1 to 6";
    one_neighbor_more_than_points: neighbors_of_three, |p| set_k(p, 8) =>
        Structure, "neighbours: found 8, expected 1 to 7";
    neighbors_of_2_to_61: neighbors_of_two, |p| set_k(p, 1 << 61) =>
        Structure, "neighbours: found 2305843009213693952, expected 1 to 6";
    neighbors_of_all_ones: neighbors_regression, |p| set_k(p, u64::MAX) =>
        Structure, "neighbours: found 18446744073709551615, expected 1 to 5";
    no_neighbors_of_a_regression: neighbors_regression, |p| set_k(p, 0) =>
        Structure, "neighbours: found 0, expected 1 to 5";
    power_of_zero: neighbors_regression, |p| set_power(p, 0) =>
        Structure, "metric: a power of 0, expected 1 to 64";
    power_past_the_limit: neighbors_regression, |p| set_power(p, 65) =>
        Structure, "metric: a power of 65, expected 1 to 64";
    power_of_all_ones: neighbors_of_two, |p| set_power(p, u64::MAX) =>
        Structure, "metric: a power of 18446744073709551615, expected 1 to 64";
    point_of_nan: neighbors_of_two, |p| p.set_number("points", 17, f64::NAN) =>
        Structure, "array `points`: element 17 is not a finite number";
    point_of_a_signalling_nan: neighbors_of_texts, |p| {
        p.set_word("points", 0, 0x7ff0_0000_0000_0001);
    } => Structure, "array `points`: element 0 is not a finite number";
    point_of_infinity: neighbors_of_three, |p| p.set_number("points", 3, f64::INFINITY) =>
        Structure, "array `points`: element 3 is not a finite number";
    point_of_minus_infinity: neighbors_regression, |p| {
        p.set_number("points", 9, f64::NEG_INFINITY);
    } => Structure, "array `points`: element 9 is not a finite number";
    target_of_nan: neighbors_regression, |p| p.set_number("targets", 4, f64::NAN) =>
        Structure, "array `targets`: element 4 is not a finite number";
    target_of_infinity: neighbors_regression, |p| p.set_number("targets", 0, f64::INFINITY) =>
        Structure, "array `targets`: element 0 is not a finite number";
    class_of_nan: neighbors_of_two, |p| p.set_number("targets", 2, -f64::NAN) =>
        Structure, "array `targets`: element 2 is not a finite number";
    class_of_infinity: neighbors_of_three, |p| p.set_number("targets", 6, f64::INFINITY) =>
        Structure, "array `targets`: element 6 is not a finite number";
    half_a_class: neighbors_of_two, |p| p.set_number("targets", 1, 0.5) =>
        Structure, "array `targets`: element 1 is not a class number below 2";
    almost_a_class: neighbors_of_three, |p| p.set_number("targets", 0, 1.0f64.next_down()) =>
        Structure, "array `targets`: element 0 is not a class number below 3";
    smallest_part_of_a_class: neighbors_of_three, |p| p.set_word("targets", 1, 1) =>
        Structure, "array `targets`: element 1 is not a class number below 3";
    class_number_as_an_integer: neighbors_of_two, |p| p.set_word("targets", 5, 1) =>
        Structure, "array `targets`: element 5 is not a class number below 2";
    negative_class: neighbors_of_two, |p| p.set_number("targets", 5, -1.0) =>
        Structure, "array `targets`: element 5 is not a class number below 2";
    class_past_the_last: neighbors_of_two, |p| p.set_number("targets", 0, 2.0) =>
        Structure, "array `targets`: element 0 is not a class number below 2";
    class_past_the_last_of_three: neighbors_of_three, |p| p.set_number("targets", 4, 3.0) =>
        Structure, "array `targets`: element 4 is not a class number below 3";
    huge_class: neighbors_of_texts, |p| p.set_number("targets", 3, f64::MAX) =>
        Structure, "array `targets`: element 3 is not a class number below 2";
    transposed_points: neighbors_of_two, |p| shape(p, "points", &[6, 3]) =>
        Structure, "array `points`: F64 of shape [6, 3], expected F64 of shape [3, 6]";
    flat_points: neighbors_regression, |p| shape(p, "points", &[10]) =>
        Structure, "array `points`: F64 of shape [10], expected F64 of shape [2, 5]";
    deep_points: neighbors_regression, |p| shape(p, "points", &[2, 5, 1]) =>
        Structure, "array `points`: F64 of shape [2, 5, 1], expected F64 of shape [2, 5]";
    points_of_too_few_features: neighbors_of_two, |p| cut(p, "points", &[2, 6]) =>
        Structure, "array `points`: F64 of shape [2, 6], expected F64 of shape [3, 6]";
    a_point_too_few: neighbors_of_two, |p| cut(p, "points", &[3, 5]) =>
        Structure, "array `points`: F64 of shape [3, 5], expected F64 of shape [3, 6]";
    a_target_too_few: neighbors_of_three, |p| cut(p, "targets", &[6]) =>
        Structure, "array `points`: F64 of shape [2, 7], expected F64 of shape [2, 6]";
    points_without_targets: neighbors_of_three, |p| cut(p, "targets", &[0]) =>
        Structure, "array `points`: F64 of shape [2, 7], expected F64 of shape [2, 0]";
    neither_points_nor_targets: neighbors_of_three, |p| {
        cut(p, "targets", &[0]);
        cut(p, "points", &[2, 0]);
    } => Structure, "neighbours: found 4, expected 1 to 0";
    no_neighbors_of_no_points: neighbors_of_three, |p| {
        cut(p, "targets", &[0]);
        cut(p, "points", &[2, 0]);
        set_k(p, 0);
    } => Structure, "neighbours: found 0, expected 1 to 0";
    targets_in_a_column: neighbors_regression, |p| shape(p, "targets", &[5, 1]) =>
        Structure, "array `targets`: F64 of shape [5, 1], expected F64 of shape [any]";
    shape_larger_than_its_section: neighbors_regression, |p| shape(p, "points", &[2, 6]) =>
        Structure, "does not fill a section of 80 bytes";
    points_of_2_to_61: neighbors_regression, |p| shape(p, "points", &[2, 1 << 61]) =>
        Structure, "does not fill a section of 80 bytes";
    targets_of_2_to_61: neighbors_of_two, |p| shape(p, "targets", &[1 << 61]) =>
        Structure, "does not fill a section of 48 bytes";
    points_as_integers: neighbors_of_two, |p| dtype(p, "points", Dtype::U64) =>
        Structure, "array `points`: U64 of shape [3, 6], expected F64";
    targets_as_integers: neighbors_of_two, |p| dtype(p, "targets", Dtype::U64) =>
        Structure, "array `targets`: U64 of shape [6], expected F64";
    targets_as_nodes: neighbors_of_two, |p| {
        dtype(p, "targets", Dtype::Node);
        shape(p, "targets", &[3]);
    } => Structure, "array `targets`: Node of shape [3], expected F64";
    missing_points: neighbors_of_two, |p| without(p, "points") =>
        Structure, "array `points`: is missing";
    missing_targets: neighbors_regression, |p| without(p, "targets") =>
        Structure, "array `targets`: is missing";
    unknown_array: neighbors_of_texts, |p| copied(p, "targets", "extra") =>
        Structure, "array `extra`: not an array of this estimator";
    array_of_naive_bayes: neighbors_of_three, |p| copied(p, "points", "means") =>
        Structure, "array `means`: not an array of this estimator";
    misspelt_array: neighbors_of_two, |p| renamed(p, "targets", "target") =>
        Structure, "array `target`: not an array of this estimator";
    points_twice: neighbors_of_two, |p| copied(p, "points", "points") =>
        Structure, "array: \"points\" occurs twice";
    arrays_of_a_linear_model: softmax, |p| {
        p.manifest.estimator = models::nearest(1, Metric::Euclidean, Weights::Uniform);
    } => Structure, "array `coefficients`: not an array of this estimator";
    linear_model_with_points: neighbors_regression, |p| {
        p.manifest.estimator = EstimatorSpec::Linear;
    } => Structure, "array `points`: not an array of this estimator";
    one_feature_more: neighbors_of_three, |p| {
        p.manifest.schema.columns.push(models::numeric("z"));
    } => Structure, "array `points`: F64 of shape [2, 7], expected F64 of shape [3, 7]";
    a_class_less: neighbors_of_three, |p| {
        p.manifest.task = models::classes(&["setosa", "versicolor"]);
    } => Structure, "array `targets`: element 3 is not a class number below 2";
    neighbors_changed: neighbors_of_two, |p| set_k(p, 1) =>
        SelfTest, "golden row 1: probability of `stays` is 1.0, expected 0.6666666666666666";
    metric_changed: neighbors_of_three, |p| set_metric(p, Metric::Euclidean) =>
        SelfTest, "golden row 3: probability of";
    power_changed: neighbors_regression, |p| set_power(p, 4) => SelfTest, "golden row 2: value is";
    weights_changed: neighbors_of_three, |p| *spec(p).2 = Weights::Uniform =>
        SelfTest, "golden row 1: probability of";
    point_changed: neighbors_regression, |p| p.set_number("points", 3, 0.501) =>
        SelfTest, "golden row 1: value is";
    target_changed: neighbors_regression, |p| p.set_number("targets", 3, 18.1) =>
        SelfTest, "golden row 1: value is";
    share_changed_by_one_bit: neighbors_of_two, |p| {
        flip_last_bit(&mut p.manifest.golden.values[0]);
    } => SelfTest, "golden row 1: probability of `stays` is";
    weighted_share_changed_by_one_bit: neighbors_of_three, |p| {
        flip_last_bit(&mut p.manifest.golden.values[8]);
    } => SelfTest, "golden row 3: probability of `virginica` is";
    hamming_share_changed_by_one_bit: neighbors_of_texts, |p| {
        flip_last_bit(&mut p.manifest.golden.values[7]);
    } => SelfTest, "golden row 4: probability of `spam` is";
    minkowski_value_changed_too_much: neighbors_regression, |p| {
        p.manifest.golden.values[1] *= 1.0 + 3e-12;
    } => SelfTest, "golden row 2: value is";
    label_changed: neighbors_of_two, |p| p.manifest.golden.labels[0] ^= 1 =>
        SelfTest, "golden row 1: label is";
    label_of_three_changed: neighbors_of_three, |p| p.manifest.golden.labels[0] = 2 =>
        SelfTest, "golden row 1: label is `setosa`, expected `virginica`";
    golden_row_infinitely_far: neighbors_regression, |p| {
        p.manifest.golden.cells[0] = "-1e308".into();
    } => SelfTest, "golden row";
    missing_number_without_impute: neighbors_of_three, |p| {
        p.manifest.golden.cells[0] = "NA".into();
    } => Structure, "golden cells: row 1 has \"NA\"";
}

accepted_parts! {
    arrays_in_another_order: neighbors_of_three, |p| {
        p.arrays.reverse();
        p.manifest.arrays.reverse();
    };
    power_at_its_limit: neighbors_regression, |p| {
        set_power(p, 64);
        one_exact_hit(p);
    };
    smallest_power: neighbors_regression, |p| {
        set_power(p, 1);
        one_exact_hit(p);
    };
    as_many_neighbors_as_points: neighbors_regression, |p| {
        set_k(p, 5);
        one_exact_hit(p);
    };
    a_single_neighbor: neighbors_regression, |p| {
        set_k(p, 1);
        one_exact_hit(p);
    };
    class_of_minus_zero: neighbors_of_two, |p| p.set_number("targets", 0, -0.0);
    minkowski_value_within_the_tolerance: neighbors_regression, |p| {
        p.manifest.golden.values[1] *= 1.0 + 5e-13;
    };
}

/// Leaves the one golden row that is a point, whose value is the point's target whatever is asked.
fn one_exact_hit(parts: &mut Parts) {
    parts.manifest.golden.cells.truncate(2);
    parts.manifest.golden.values.truncate(1);
    assert_eq!(parts.manifest.golden.values[0].to_bits(), 18.0f64.to_bits());
}
