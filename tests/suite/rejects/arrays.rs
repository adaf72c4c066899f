//! Arrays: names, types, shapes and the numbers of linear models.

use model_format::v1::{ArraySpec, Dtype, EstimatorSpec};
use tests::parts::Parts;

use super::edits::{dtype, emptied, shape, without};

/// Adds an array of one number.
fn one_more(parts: &mut Parts, name: &str) {
    parts.arrays.push(vec![0; 8]);
    parts.manifest.arrays.push(ArraySpec { name: name.into(), dtype: Dtype::F64, shape: vec![1] });
}

refused_parts! {
    duplicate_array_name: linear_regression, |p| {
        p.manifest.arrays[1].name = "coefficients".into();
    } => Structure, "array: \"coefficients\" occurs twice";
    unknown_array: linear_regression, |p| one_more(p, "extra") =>
        Structure, "array `extra`: not an array of this estimator";
    array_of_another_estimator: linear_regression, |p| one_more(p, "tree_starts") =>
        Structure, "array `tree_starts`: not an array of this estimator";
    unnamed_array: linear_regression, |p| one_more(p, "") => Structure, "array ``: not an array";
    missing_array: linear_regression, |p| without(p, "intercepts") =>
        Structure, "array `intercepts`: is missing";
    missing_coefficients: linear_regression, |p| without(p, "coefficients") =>
        Structure, "array `coefficients`: is missing";
    no_arrays: linear_regression, |p| {
        p.arrays.clear();
        p.manifest.arrays.clear();
    } => Structure, "is missing";
    array_without_a_section: linear_regression, |p| p.arrays.pop() =>
        Structure, "arrays: found 2, expected 1 to 1";
    section_without_an_array: linear_regression, |p| p.arrays.push(vec![0; 8]) =>
        Structure, "arrays: found 2, expected 3 to 3";
    arrays_of_the_other_estimator: linear_regression, |p| {
        p.manifest.estimator = EstimatorSpec::MeanOfTrees { n_outputs: 1 };
    } => Structure, "array `coefficients`: not an array of this estimator";
    wrong_dtype_of_the_same_size: linear_regression, |p| dtype(p, "coefficients", Dtype::U64) =>
        Structure, "array `coefficients`: U64 of shape [1, 6], expected F64";
    wrong_dtype_of_another_size: linear_regression, |p| dtype(p, "coefficients", Dtype::Node) =>
        Structure, "does not fill a section of 48 bytes";
    tree_nodes_as_numbers: tree_regression, |p| {
        dtype(p, "tree_nodes", Dtype::F64);
        shape(p, "tree_nodes", &[14]);
    } => Structure, "array `tree_nodes`: F64 of shape [14], expected Node";
    tree_starts_as_numbers: tree_regression, |p| dtype(p, "tree_starts", Dtype::F64) =>
        Structure, "array `tree_starts`: F64";
    transposed_shape: softmax, |p| shape(p, "coefficients", &[2, 3]) =>
        Structure, "shape [2, 3], expected F64 of shape [3, 2]";
    flat_shape: softmax, |p| shape(p, "coefficients", &[6]) => Structure, "shape [6], expected";
    deep_shape: softmax, |p| shape(p, "coefficients", &[3, 2, 1]) =>
        Structure, "shape [3, 2, 1], expected";
    shape_without_dimensions: softmax, |p| {
        let index = p.index("intercepts");
        p.arrays[index].truncate(8);
        shape(p, "intercepts", &[]);
    } => Structure, "array dimensions: found 0, expected 1 to 4";
    shape_larger_than_its_section: softmax, |p| shape(p, "coefficients", &[3, 3]) =>
        Structure, "does not fill a section of 48 bytes";
    shape_smaller_than_its_section: softmax, |p| shape(p, "coefficients", &[3, 1]) =>
        Structure, "does not fill a section of 48 bytes";
    section_of_half_a_number: softmax, |p| p.arrays[0].truncate(44) =>
        Structure, "does not fill a section of 44 bytes";
    no_outputs: softmax, |p| emptied(p, "coefficients", &[0, 2]) =>
        Structure, "shape [0, 2], expected";
    no_features: softmax, |p| emptied(p, "coefficients", &[3, 0]) =>
        Structure, "shape [3, 0], expected";
    zero_hides_a_large_dimension: softmax, |p| emptied(p, "coefficients", &[0, u64::MAX]) =>
        Structure, "shape [0, 18446744073709551615], expected";
    overflow_before_a_zero: softmax, |p| emptied(p, "coefficients", &[1 << 40, 1 << 40, 0]) =>
        Structure, "does not fill a section of 0 bytes";
    shape_product_that_wraps_to_zero: softmax, |p| {
        emptied(p, "coefficients", &[1 << 32, 1 << 32]);
    } => Structure, "does not fill a section of 0 bytes";
    shape_product_that_wraps_to_its_size: softmax, |p| {
        shape(p, "coefficients", &[3, (1 << 63) + 2]);
    } => Structure, "does not fill a section of 48 bytes";
    byte_count_that_wraps: softmax, |p| shape(p, "intercepts", &[(1 << 61) + 3]) =>
        Structure, "does not fill a section of 24 bytes";
    shape_of_many_dimensions: softmax, |p| shape(p, "intercepts", &vec![1; 100_000]) =>
        Structure, "array dimensions: found 100000, expected 1 to 4";
    features_of_another_schema: softmax, |p| {
        p.manifest.schema.columns.push(tests::models::numeric("extra"));
        p.manifest.steps.clear();
    } => Structure, "array `coefficients`";
    one_intercept_for_three_outputs: softmax, |p| {
        p.arrays[1].truncate(8);
        shape(p, "intercepts", &[1]);
    } => Structure, "array `intercepts`: F64 of shape [1]";
    coefficient_of_nan: linear_regression, |p| p.set_number("coefficients", 2, f64::NAN) =>
        Structure, "array `coefficients`: element 2 is not a finite number";
    coefficient_of_infinity: linear_regression, |p| {
        p.set_number("coefficients", 5, f64::INFINITY);
    } => Structure, "array `coefficients`: element 5";
    coefficient_of_minus_infinity: softmax, |p| {
        p.set_number("coefficients", 0, f64::NEG_INFINITY);
    } => Structure, "array `coefficients`: element 0";
    coefficient_of_a_signalling_nan: softmax, |p| {
        p.set_word("coefficients", 1, 0x7ff0_0000_0000_0001);
    } => Structure, "array `coefficients`: element 1";
    intercept_of_nan: softmax, |p| p.set_number("intercepts", 2, -f64::NAN) =>
        Structure, "array `intercepts`: element 2";
    intercept_of_infinity: binary_logistic, |p| p.set_number("intercepts", 0, f64::INFINITY) =>
        Structure, "array `intercepts`: element 0";
}

accepted_parts! {
    arrays_in_another_order: softmax, |p| {
        p.arrays.swap(0, 1);
        p.manifest.arrays.swap(0, 1);
    };
}
