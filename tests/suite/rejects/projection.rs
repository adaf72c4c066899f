//! The reducing step: where it stands, its components, and its arrays.

use model_format::v1::{Dtype, EstimatorSpec, ReduceMethod, Step};
use tests::by_hand::{What, decode};
use tests::corrupt::{join, put, split};
use tests::models;
use tests::parts::Parts;

use super::edits::{copied, cut, renamed, shape, without};

/// The fields of the last step.
fn spec(parts: &mut Parts) -> (&mut ReduceMethod, &mut u64) {
    match parts.manifest.steps.last_mut() {
        Some(Step::Reduce { method, n_components }) => (method, n_components),
        other => panic!("{other:?}"),
    }
}

fn set_components(parts: &mut Parts, n_components: u64) {
    *spec(parts).1 = n_components;
}

fn add_step(parts: &mut Parts, n_components: u64) {
    parts.manifest.steps.push(Step::Reduce { method: ReduceMethod::Pca, n_components });
}

fn dtype(parts: &mut Parts, name: &str, dtype: Dtype) {
    let index = parts.index(name);
    parts.manifest.arrays[index].dtype = dtype;
}

/// Moves the last step to place `to`.
fn moved(parts: &mut Parts, to: usize) {
    let step = parts.manifest.steps.pop().unwrap();
    parts.manifest.steps.insert(to, step);
}

/// Overwrites the index of the method.
fn method(file: &mut Vec<u8>, index: u32) {
    let mut sections = split(file);
    let marks = decode(&sections[0]).1;
    let is_method = |what: &What| matches!(what, What::Variant("ReduceMethod", _));
    let mark = marks.iter().find(|mark| is_method(&mark.what)).unwrap();
    put(&mut sections[0], mark.at, &index.to_le_bytes());
    *file = join(&sections);
}

refused_bytes! {
    method_past_the_last: linear_of_components, |f| method(f, 2) => Digest, Manifest, "decoding";
    method_of_all_ones: forest_of_components, |f| method(f, u32::MAX) =>
        Digest, Manifest, "decoding";
}

refused_parts! {
    no_components: linear_of_components, |p| set_components(p, 0) =>
        Structure, "components: found 0, expected 1 to 6";
    more_components_than_features: linear_of_components, |p| set_components(p, 7) =>
        Structure, "components: found 7, expected 1 to 6";
    components_of_2_to_61: forest_of_components, |p| set_components(p, 1 << 61) =>
        Structure, "components: found 2305843009213693952, expected 1 to 2";
    components_of_all_ones: forest_of_components, |p| set_components(p, u64::MAX) =>
        Structure, "components: found 18446744073709551615, expected 1 to 2";
    a_component_too_few: linear_of_components, |p| set_components(p, 2) =>
        Structure, "array `projection`: F64 of shape [3, 6], expected F64 of shape [2, 6]";
    a_component_too_many: linear_of_components, |p| set_components(p, 4) =>
        Structure, "array `projection`: F64 of shape [3, 6], expected F64 of shape [4, 6]";
    reduce_before_one_hot: linear_of_components, |p| moved(p, 2) =>
        Structure, "steps: categorical columns, but no one-hot step";
    reduce_before_scale: linear_of_components, |p| moved(p, 1) =>
        Structure, "steps: categorical columns, but no one-hot step";
    reduce_before_impute: forest_of_components, |p| moved(p, 0) =>
        Structure, "is out of order; expected impute, scale, one-hot, reduce";
    reduce_twice: forest_of_components, |p| add_step(p, 2) =>
        Structure, "steps: Reduce is out of order";
    one_hot_after_reduce: forest_of_components, |p| p.manifest.steps.push(Step::OneHot) =>
        Structure, "steps: OneHot is out of order";
    step_without_its_arrays: softmax, |p| add_step(p, 2) =>
        Structure, "array `projection`: is missing";
    arrays_without_their_step: forest_of_components, |p| p.manifest.steps.pop() =>
        Structure, "array `projection`: not an array of this estimator";
    shifts_without_their_step: softmax, |p| copied(p, "intercepts", "projection_shift") =>
        Structure, "array `projection_shift`: not an array of this estimator";
    missing_projection: linear_of_components, |p| without(p, "projection") =>
        Structure, "array `projection`: is missing";
    missing_shifts: linear_of_components, |p| without(p, "projection_shift") =>
        Structure, "array `projection_shift`: is missing";
    misspelt_shifts: bernoulli_of_components, |p| renamed(p, "projection_shift", "shift") =>
        Structure, "array `projection_shift`: is missing";
    unknown_array: bernoulli_of_components, |p| copied(p, "projection", "extra") =>
        Structure, "array `extra`: not an array of this estimator";
    missing_array_of_the_estimator: linear_of_components, |p| without(p, "intercepts") =>
        Structure, "array `intercepts`: is missing";
    transposed_projection: linear_of_components, |p| shape(p, "projection", &[6, 3]) =>
        Structure, "array `projection`: F64 of shape [6, 3], expected F64 of shape [3, 6]";
    flat_projection: linear_of_components, |p| shape(p, "projection", &[18]) =>
        Structure, "array `projection`: F64 of shape [18], expected F64 of shape [3, 6]";
    projection_of_too_few_features: linear_of_components, |p| cut(p, "projection", &[3, 5]) =>
        Structure, "array `projection`: F64 of shape [3, 5], expected F64 of shape [3, 6]";
    projection_of_too_few_components: linear_of_components, |p| cut(p, "projection", &[2, 6]) =>
        Structure, "array `projection`: F64 of shape [2, 6], expected F64 of shape [3, 6]";
    a_shift_too_few: linear_of_components, |p| cut(p, "projection_shift", &[2]) =>
        Structure, "array `projection_shift`: F64 of shape [2], expected F64 of shape [3]";
    shifts_in_a_column: linear_of_components, |p| shape(p, "projection_shift", &[3, 1]) =>
        Structure, "array `projection_shift`: F64 of shape [3, 1], expected F64 of shape [3]";
    projection_larger_than_its_section: linear_of_components, |p| {
        shape(p, "projection", &[3, 1 << 61]);
    } => Structure, "does not fill a section of 144 bytes";
    projection_as_integers: linear_of_components, |p| dtype(p, "projection", Dtype::U64) =>
        Structure, "array `projection`: U64 of shape [3, 6], expected F64";
    shifts_as_integers: linear_of_components, |p| dtype(p, "projection_shift", Dtype::U64) =>
        Structure, "array `projection_shift`: U64 of shape [3], expected F64";
    weight_of_nan: linear_of_components, |p| p.set_number("projection", 17, f64::NAN) =>
        Structure, "array `projection`: element 17 is not a finite number";
    weight_of_infinity: forest_of_components, |p| p.set_number("projection", 0, f64::INFINITY) =>
        Structure, "array `projection`: element 0 is not a finite number";
    shift_of_nan: linear_of_components, |p| p.set_number("projection_shift", 1, f64::NAN) =>
        Structure, "array `projection_shift`: element 1 is not a finite number";
    shift_of_minus_infinity: bernoulli_of_components, |p| {
        p.set_number("projection_shift", 0, f64::NEG_INFINITY);
    } => Structure, "array `projection_shift`: element 0 is not a finite number";
    svd_with_a_shift: forest_of_components, |p| p.set_number("projection_shift", 1, 5e-324) =>
        Structure, "array `projection_shift`: element 1 is not 0, but the method is Svd";
    shifts_of_another_method: linear_of_components, |p| *spec(p).0 = ReduceMethod::Svd =>
        Structure, "array `projection_shift`: element 0 is not 0, but the method is Svd";
    coefficients_of_the_features: linear_regression, |p| {
        add_step(p, 1);
        copied(p, "coefficients", "projection");
        copied(p, "intercepts", "projection_shift");
    } => Structure, "array `coefficients`: F64 of shape [1, 6], expected F64 of shape [1, 1]";
    tree_that_looks_past_the_components: forest_of_components, |p| {
        set_components(p, 1);
        cut(p, "projection", &[1, 2]);
        cut(p, "projection_shift", &[1]);
    } => Structure, "feature 1";
    categorical_naive_bayes_of_components: bernoulli_of_components, |p| {
        p.manifest.estimator = EstimatorSpec::CategoricalNaiveBayes;
    } => Structure, "estimator: categorical naive Bayes reads categorical columns, not components";
    one_feature_more: forest_of_components, |p| {
        p.manifest.schema.columns.push(models::numeric("z"));
        p.manifest.steps.remove(0);
    } => Structure, "array `projection`: F64 of shape [2, 2], expected F64 of shape [2, 3]";
    weight_changed: linear_of_components, |p| p.set_number("projection", 0, 0.701) =>
        SelfTest, "golden row 1: value is";
    shift_changed_by_a_little: linear_of_components, |p| {
        p.set_number("projection_shift", 2, 0.3 + 1e-15);
    } => SelfTest, "golden row 1: value is";
    components_swapped: forest_of_components, |p| {
        p.set_words("projection", &[1.0, 0.0, 0.6, -0.8].map(f64::to_bits));
    } => SelfTest, "golden row";
}

accepted_parts! {
    arrays_in_another_order: linear_of_components, |p| {
        p.arrays.reverse();
        p.manifest.arrays.reverse();
    };
    shifts_that_are_zero: forest_of_components, |p| *spec(p).0 = ReduceMethod::Pca;
}
