//! Support vector machines: their vectors, their terms, their kernel, and what they are asked.

use model_format::v1::{Dtype, EstimatorSpec, Kernel};
use tests::models;
use tests::parts::Parts;

use super::edits::{answered_anew, copied, cut, dtype, emptied, renamed, shape, variant, without};

fn kernel(parts: &mut Parts) -> &mut Kernel {
    match &mut parts.manifest.estimator {
        EstimatorSpec::SupportVectors { kernel } => kernel,
        other => panic!("{other:?}"),
    }
}

fn gamma(parts: &mut Parts, number: f64) {
    match kernel(parts) {
        Kernel::Linear => panic!("the linear kernel"),
        Kernel::Rbf { gamma }
        | Kernel::Polynomial { gamma, .. }
        | Kernel::Sigmoid { gamma, .. } => {
            *gamma = number;
        }
    }
}

fn coef0(parts: &mut Parts, number: f64) {
    match kernel(parts) {
        Kernel::Polynomial { coef0, .. } | Kernel::Sigmoid { coef0, .. } => *coef0 = number,
        other => panic!("{other:?}"),
    }
}

fn degree(parts: &mut Parts, number: u64) {
    match kernel(parts) {
        Kernel::Polynomial { degree, .. } => *degree = number,
        other => panic!("{other:?}"),
    }
}

fn starts(parts: &mut Parts, starts: &[u64]) {
    parts.set_words("machine_starts", starts);
}

/// Leaves `n` terms, and no more than one machine to use them.
fn cut_terms(parts: &mut Parts, n: u64) {
    cut(parts, "machine_vectors", &[n]);
    cut(parts, "machine_weights", &[n]);
}

fn no_terms(parts: &mut Parts) {
    let n_machines = parts.words("intercepts").len();
    cut_terms(parts, 0);
    starts(parts, &vec![0; n_machines + 1]);
}

fn flip_last_bit(number: &mut f64) {
    *number = f64::from_bits(number.to_bits() ^ 1);
}

refused_bytes! {
    kernel_past_the_last: svm_of_two, |f| variant(f, "Kernel", 4) =>
        Digest, Manifest, "decoding";
    kernel_of_all_ones: svm_regression, |f| variant(f, "Kernel", u32::MAX) =>
        Digest, Manifest, "decoding";
    // The rest of the manifest is read from another place.
    kernel_without_its_gamma: svm_of_two, |f| variant(f, "Kernel", 0) =>
        Digest, Manifest, "decoding";
    kernel_with_a_gamma_too_many: svm_regression, |f| variant(f, "Kernel", 1) =>
        Digest, Manifest, "decoding";
    kernel_without_its_degree: svm_of_three, |f| variant(f, "Kernel", 3) =>
        Digest, Manifest, "decoding";
    kernel_with_a_degree_too_many: svm_sigmoid_of_two, |f| variant(f, "Kernel", 2) =>
        Digest, Manifest, "decoding";
}

refused_parts! {
    vector_that_is_not_there: svm_of_two, |p| p.set_word("machine_vectors", 2, 4) =>
        Structure, "array `machine_vectors`: term 2 names none of 4 vectors";
    vector_of_2_to_61: svm_of_three, |p| p.set_word("machine_vectors", 0, 1 << 61) =>
        Structure, "array `machine_vectors`: term 0 names none of 4 vectors";
    vector_of_all_ones: svm_regression, |p| p.set_word("machine_vectors", 1, u64::MAX) =>
        Structure, "array `machine_vectors`: term 1 names none of 3 vectors";
    vector_past_the_last_in_its_high_half: svm_regression, |p| {
        p.set_word("machine_vectors", 2, 1 << 32);
    } => Structure, "array `machine_vectors`: term 2 names none of 3 vectors";
    vector_as_a_number: svm_regression, |p| p.set_number("machine_vectors", 0, 1.0) =>
        Structure, "array `machine_vectors`: term 0 names none of 3 vectors";
    terms_of_no_vectors: svm_of_two, |p| cut(p, "support_vectors", &[4, 0]) =>
        Structure, "array `machine_vectors`: term 0 names none of 0 vectors";
    a_vector_too_few: svm_of_two, |p| cut(p, "support_vectors", &[4, 3]) =>
        Structure, "array `machine_vectors`: term 2 names none of 3 vectors";
    starts_that_fall: svm_of_three, |p| starts(p, &[0, 4, 3, 5]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    start_past_the_terms: svm_of_three, |p| starts(p, &[0, 6, 5, 5]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    starts_past_the_terms_to_the_end: svm_of_three, |p| starts(p, &[0, 3, 5, 6]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    starts_short_of_the_end: svm_of_three, |p| starts(p, &[0, 3, 4, 4]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    starts_after_zero: svm_of_three, |p| starts(p, &[1, 3, 5, 5]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    starts_of_one_machine_after_zero: svm_of_two, |p| starts(p, &[4, 4]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 4 terms";
    start_of_all_ones: svm_of_three, |p| starts(p, &[0, u64::MAX, 5, 5]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    last_start_of_all_ones: svm_regression, |p| starts(p, &[0, u64::MAX]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 3 terms";
    start_of_2_to_63: svm_of_three, |p| starts(p, &[0, 1 << 63, 5, 5]) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 5 terms";
    a_start_too_few: svm_of_three, |p| cut(p, "machine_starts", &[3]) =>
        Structure, "array `machine_starts`: U64 of shape [3], expected U64 of shape [4]";
    a_start_too_many: svm_of_three, |p| {
        starts(p, &[0, 3, 5, 5, 5]);
        shape(p, "machine_starts", &[5]);
    } => Structure, "array `machine_starts`: U64 of shape [5], expected U64 of shape [4]";
    no_starts: svm_regression, |p| cut(p, "machine_starts", &[0]) =>
        Structure, "array `machine_starts`: U64 of shape [0], expected U64 of shape [2]";
    two_machines_for_two_classes: svm_of_two, |p| {
        starts(p, &[0, 2, 4]);
        shape(p, "machine_starts", &[3]);
    } => Structure, "array `machine_starts`: U64 of shape [3], expected U64 of shape [2]";
    starts_as_numbers: svm_regression, |p| dtype(p, "machine_starts", Dtype::F64) =>
        Structure, "array `machine_starts`: F64 of shape [2], expected U64";
    vector_of_nan: svm_of_two, |p| p.set_number("support_vectors", 15, f64::NAN) =>
        Structure, "array `support_vectors`: element 15 is not a finite number";
    vector_of_a_signalling_nan: svm_of_three, |p| {
        p.set_word("support_vectors", 0, 0x7ff0_0000_0000_0001);
    } => Structure, "array `support_vectors`: element 0 is not a finite number";
    vector_of_infinity: svm_regression, |p| {
        p.set_number("support_vectors", 5, f64::INFINITY);
    } => Structure, "array `support_vectors`: element 5 is not a finite number";
    vector_of_minus_infinity: svm_sigmoid_of_two, |p| {
        p.set_number("support_vectors", 1, f64::NEG_INFINITY);
    } => Structure, "array `support_vectors`: element 1 is not a finite number";
    weight_of_nan: svm_of_three, |p| p.set_number("machine_weights", 4, -f64::NAN) =>
        Structure, "array `machine_weights`: element 4 is not a finite number";
    weight_of_infinity: svm_regression, |p| {
        p.set_number("machine_weights", 0, f64::INFINITY);
    } => Structure, "array `machine_weights`: element 0 is not a finite number";
    intercept_of_nan: svm_of_three, |p| p.set_number("intercepts", 2, f64::NAN) =>
        Structure, "array `intercepts`: element 2 is not a finite number";
    intercept_of_minus_infinity: svm_of_two, |p| {
        p.set_number("intercepts", 0, f64::NEG_INFINITY);
    } => Structure, "array `intercepts`: element 0 is not a finite number";
    gamma_of_nan: svm_of_two, |p| gamma(p, f64::NAN) =>
        Structure, "kernel: element 0 is not a finite number";
    gamma_of_infinity: svm_of_two, |p| gamma(p, f64::INFINITY) =>
        Structure, "kernel: element 0 is not a finite number";
    gamma_of_a_polynomial_of_nan: svm_of_three, |p| gamma(p, f64::NAN) =>
        Structure, "kernel: element 0 is not a finite number";
    gamma_of_a_sigmoid_of_minus_infinity: svm_sigmoid_of_two, |p| gamma(p, f64::NEG_INFINITY) =>
        Structure, "kernel: element 0 is not a finite number";
    coef0_of_a_polynomial_of_infinity: svm_of_three, |p| coef0(p, f64::INFINITY) =>
        Structure, "kernel: element 1 is not a finite number";
    coef0_of_a_sigmoid_of_nan: svm_sigmoid_of_two, |p| coef0(p, f64::NAN) =>
        Structure, "kernel: element 1 is not a finite number";
    degree_of_zero: svm_of_three, |p| degree(p, 0) =>
        Structure, "degree of the kernel: found 0, expected 1 to 64";
    degree_past_the_limit: svm_of_three, |p| degree(p, 65) =>
        Structure, "degree of the kernel: found 65, expected 1 to 64";
    degree_of_2_to_61: svm_of_three, |p| degree(p, 1 << 61) =>
        Structure, "degree of the kernel: found 2305843009213693952, expected 1 to 64";
    degree_of_all_ones: svm_of_three, |p| degree(p, u64::MAX) =>
        Structure, "degree of the kernel: found 18446744073709551615, expected 1 to 64";
    transposed_vectors: svm_of_three, |p| shape(p, "support_vectors", &[4, 2]) =>
        Structure, "array `support_vectors`: F64 of shape [4, 2], expected F64 of shape [2, any]";
    flat_vectors: svm_regression, |p| shape(p, "support_vectors", &[6]) =>
        Structure, "array `support_vectors`: F64 of shape [6], expected F64 of shape [2, any]";
    deep_vectors: svm_regression, |p| shape(p, "support_vectors", &[2, 3, 1]) =>
        Structure, "array `support_vectors`: F64 of shape [2, 3, 1], expected F64 of shape [2, any]";
    vectors_of_too_few_features: svm_of_two, |p| cut(p, "support_vectors", &[3, 4]) =>
        Structure, "array `support_vectors`: F64 of shape [3, 4], expected F64 of shape [4, any]";
    vectors_of_no_features: svm_of_two, |p| emptied(p, "support_vectors", &[0, 4]) =>
        Structure, "array `support_vectors`: F64 of shape [0, 4], expected F64 of shape [4, any]";
    neither_features_nor_vectors: svm_of_two, |p| emptied(p, "support_vectors", &[0, 0]) =>
        Structure, "array `support_vectors`: F64 of shape [0, 0], expected F64 of shape [4, any]";
    vectors_of_2_to_61: svm_regression, |p| shape(p, "support_vectors", &[2, 1 << 61]) =>
        Structure, "does not fill a section of 48 bytes";
    vectors_in_an_empty_section: svm_regression, |p| emptied(p, "support_vectors", &[2, 1 << 63]) =>
        Structure, "does not fill a section of 0 bytes";
    terms_of_2_to_61: svm_of_two, |p| shape(p, "machine_vectors", &[1 << 61]) =>
        Structure, "does not fill a section of 32 bytes";
    terms_in_a_column: svm_of_two, |p| shape(p, "machine_vectors", &[4, 1]) =>
        Structure, "array `machine_vectors`: U64 of shape [4, 1], expected U64 of shape [any]";
    a_weight_too_few: svm_of_three, |p| cut(p, "machine_weights", &[4]) =>
        Structure, "array `machine_weights`: F64 of shape [4], expected F64 of shape [5]";
    a_term_too_few: svm_of_three, |p| cut(p, "machine_vectors", &[4]) =>
        Structure, "array `machine_weights`: F64 of shape [5], expected F64 of shape [4]";
    a_term_too_few_of_both: svm_of_three, |p| cut_terms(p, 4) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 4 terms";
    no_weights: svm_regression, |p| cut(p, "machine_weights", &[0]) =>
        Structure, "array `machine_weights`: F64 of shape [0], expected F64 of shape [3]";
    starts_without_terms: svm_regression, |p| cut_terms(p, 0) =>
        Structure, "array `machine_starts`: does not rise from 0 to the 0 terms";
    an_intercept_too_few: svm_of_three, |p| cut(p, "intercepts", &[2]) =>
        Structure, "array `intercepts`: F64 of shape [2], expected F64 of shape [3]";
    no_intercepts: svm_of_two, |p| cut(p, "intercepts", &[0]) =>
        Structure, "array `intercepts`: F64 of shape [0], expected F64 of shape [1]";
    vectors_as_integers: svm_of_two, |p| dtype(p, "support_vectors", Dtype::U64) =>
        Structure, "array `support_vectors`: U64 of shape [4, 4], expected F64";
    terms_as_numbers: svm_of_two, |p| dtype(p, "machine_vectors", Dtype::F64) =>
        Structure, "array `machine_vectors`: F64 of shape [4], expected U64";
    weights_as_nodes: svm_of_two, |p| {
        dtype(p, "machine_weights", Dtype::Node);
        shape(p, "machine_weights", &[2]);
    } => Structure, "array `machine_weights`: Node of shape [2], expected F64";
    intercepts_as_integers: svm_of_two, |p| dtype(p, "intercepts", Dtype::U64) =>
        Structure, "array `intercepts`: U64 of shape [1], expected F64";
    missing_vectors: svm_of_two, |p| without(p, "support_vectors") =>
        Structure, "array `support_vectors`: is missing";
    missing_starts: svm_of_three, |p| without(p, "machine_starts") =>
        Structure, "array `machine_starts`: is missing";
    missing_terms: svm_of_two, |p| without(p, "machine_vectors") =>
        Structure, "array `machine_vectors`: is missing";
    missing_weights: svm_regression, |p| without(p, "machine_weights") =>
        Structure, "array `machine_weights`: is missing";
    missing_intercepts: svm_sigmoid_of_two, |p| without(p, "intercepts") =>
        Structure, "array `intercepts`: is missing";
    unknown_array: svm_of_two, |p| copied(p, "intercepts", "extra") =>
        Structure, "array `extra`: not an array of this estimator";
    array_of_a_linear_model: svm_regression, |p| copied(p, "support_vectors", "coefficients") =>
        Structure, "array `coefficients`: not an array of this estimator";
    misspelt_array: svm_of_two, |p| renamed(p, "machine_starts", "machine_start") =>
        Structure, "array `machine_start`: not an array of this estimator";
    vectors_twice: svm_of_two, |p| copied(p, "support_vectors", "support_vectors") =>
        Structure, "array: \"support_vectors\" occurs twice";
    arrays_of_a_linear_model: softmax, |p| {
        p.manifest.estimator = EstimatorSpec::SupportVectors { kernel: Kernel::Linear };
    } => Structure, "array `coefficients`: not an array of this estimator";
    linear_model_with_vectors: svm_regression, |p| p.manifest.estimator = EstimatorSpec::Linear =>
        Structure, "array `support_vectors`: not an array of this estimator";
    one_feature_more: svm_of_three, |p| {
        p.manifest.schema.columns.push(models::numeric("z"));
    } => Structure, "array `support_vectors`: F64 of shape [2, 4], expected F64 of shape [3, any]";
    a_class_less: svm_of_three, |p| {
        p.manifest.task = models::classes(&["setosa", "versicolor"]);
    } => Structure, "array `machine_starts`: U64 of shape [4], expected U64 of shape [2]";
    a_class_more: svm_of_three, |p| {
        p.manifest.task = models::classes(&["setosa", "versicolor", "virginica", "other"]);
    } => Structure, "array `machine_starts`: U64 of shape [4], expected U64 of shape [7]";
    three_machines_of_a_regression: svm_of_three, |p| p.manifest.task = models::regression() =>
        Structure, "array `machine_starts`: U64 of shape [4], expected U64 of shape [2]";
    too_many_machines: svm_of_three, |p| {
        let labels: Vec<String> = (0..129).map(|label| label.to_string()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        p.manifest.task = models::classes(&labels);
    } => Structure, "pairs of classes: found 8256, expected 1 to 8192";
    machines_of_4096_classes: svm_of_two, |p| {
        let labels: Vec<String> = (0..4096).map(|label| label.to_string()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        p.manifest.task = models::classes(&labels);
    } => Structure, "pairs of classes: found 8386560, expected 1 to 8192";
    a_value_per_class: svm_of_two, |p| {
        let values = &mut p.manifest.golden.values;
        *values = values.iter().flat_map(|value| [-value, *value]).collect();
    } => Structure, "golden values: found 8, expected 4 to 4";
    missing_golden_value: svm_of_three, |p| p.manifest.golden.values.pop() =>
        Structure, "golden values: found 14, expected 15 to 15";
    one_value_of_three: svm_of_three, |p| p.manifest.golden.values.truncate(5) =>
        Structure, "golden values: found 5, expected 15 to 15";
    missing_golden_label: svm_of_three, |p| p.manifest.golden.labels.pop() =>
        Structure, "golden labels: found 4, expected 5 to 5";
    golden_labels_of_a_regression: svm_regression, |p| p.manifest.golden.labels = vec![0; 5] =>
        Structure, "golden labels: found 5, expected 0 to 0";
    golden_value_of_nan: svm_of_two, |p| p.manifest.golden.values[3] = f64::NAN =>
        Structure, "golden values: element 3 is not a finite number";
    missing_number_without_impute: svm_of_three, |p| {
        p.manifest.golden.cells[0] = "NA".into();
    } => Structure, "golden cells: row 1 has \"NA\"";
    linear_value_changed_by_one_bit: svm_regression, |p| {
        flip_last_bit(&mut p.manifest.golden.values[1]);
    } => SelfTest, "golden row 2: value is";
    rbf_value_changed_too_much: svm_of_two, |p| p.manifest.golden.values[0] *= 1.0 + 3e-12 =>
        SelfTest, "golden row 1: decision value 1 is";
    polynomial_value_changed_too_much: svm_of_three, |p| {
        p.manifest.golden.values[7] *= 1.0 - 3e-12;
    } => SelfTest, "golden row 3: decision value 2 is";
    sigmoid_value_changed_too_much: svm_sigmoid_of_two, |p| {
        p.manifest.golden.values[3] *= 1.0 + 3e-12;
    } => SelfTest, "golden row 4: decision value 1 is";
    value_of_no_terms_changed: svm_of_three, |p| p.manifest.golden.values[2] = 1e-300 =>
        SelfTest, "golden row 1: decision value 3 is 0.0, expected 1e-300";
    label_changed: svm_of_two, |p| p.manifest.golden.labels[1] ^= 1 =>
        SelfTest, "golden row 2: label is";
    label_of_three_changed: svm_of_three, |p| p.manifest.golden.labels[2] = 2 =>
        SelfTest, "golden row 3: label is `setosa`, expected `virginica`";
    terms_of_another_machine: svm_of_three, |p| starts(p, &[0, 2, 5, 5]) =>
        SelfTest, "golden row 1: decision value 1 is";
    terms_in_another_order: svm_regression, |p| {
        p.set_words("machine_vectors", &[0, 2, 1]);
        p.set_words("machine_weights", &[1.1f64, 0.7, -0.3].map(f64::to_bits));
    } => SelfTest, "golden row 1: value is";
    kernel_changed: svm_sigmoid_of_two, |p| *kernel(p) = Kernel::Linear =>
        SelfTest, "golden row 1: decision value 1 is";
    gamma_changed: svm_of_two, |p| gamma(p, 0.31) =>
        SelfTest, "golden row 1: decision value 1 is";
    degree_changed: svm_of_three, |p| degree(p, 4) =>
        SelfTest, "golden row 1: decision value 1 is";
    coef0_changed: svm_sigmoid_of_two, |p| coef0(p, -0.26) =>
        SelfTest, "golden row 1: decision value 1 is";
    weight_changed: svm_of_two, |p| p.set_number("machine_weights", 1, -1.26) =>
        SelfTest, "golden row 1: decision value 1 is";
    intercept_changed: svm_of_three, |p| p.set_number("intercepts", 1, -2.51) =>
        SelfTest, "golden row 1: decision value 2 is";
    vector_changed: svm_regression, |p| p.set_number("support_vectors", 0, 0.38) =>
        SelfTest, "golden row 1: value is";
    golden_row_that_overflows: svm_of_three, |p| p.manifest.golden.cells[0] = "1e200".into() =>
        SelfTest, "golden row 1: decision value 1 is";
}

accepted_parts! {
    arrays_in_another_order: svm_of_three, |p| {
        p.arrays.reverse();
        p.manifest.arrays.reverse();
    };
    rbf_value_within_the_tolerance: svm_of_two, |p| p.manifest.golden.values[0] *= 1.0 + 5e-13;
    polynomial_value_within_the_tolerance: svm_of_three, |p| {
        p.manifest.golden.values[7] *= 1.0 - 5e-13;
    };
    zero_of_the_other_sign: svm_of_three, |p| {
        assert_eq!(p.manifest.golden.values[2].to_bits(), 0);
        p.manifest.golden.values[2] = -0.0;
    };
    degree_at_its_limit: svm_of_three, |p| {
        degree(p, 64);
        answered_anew(p);
    };
    smallest_degree: svm_of_three, |p| {
        degree(p, 1);
        answered_anew(p);
    };
    negative_gamma: svm_of_two, |p| {
        gamma(p, -0.01);
        answered_anew(p);
    };
    gamma_of_zero: svm_sigmoid_of_two, |p| {
        gamma(p, -0.0);
        answered_anew(p);
    };
    a_vector_named_twice: svm_regression, |p| {
        p.set_words("machine_vectors", &[2, 2, 2]);
        answered_anew(p);
    };
    all_terms_in_the_last_machine: svm_of_three, |p| {
        starts(p, &[0, 0, 0, 5]);
        answered_anew(p);
    };
    vectors_without_terms: svm_of_three, |p| {
        no_terms(p);
        p.set_words("intercepts", &[1.0f64, 2.0, 3.0].map(f64::to_bits));
        answered_anew(p);
    };
    neither_vectors_nor_terms: svm_of_two, |p| {
        no_terms(p);
        cut(p, "support_vectors", &[4, 0]);
        answered_anew(p);
        assert_eq!(p.manifest.golden.values, [0.125; 4]);
    };
    a_regression_without_vectors: svm_regression, |p| {
        no_terms(p);
        cut(p, "support_vectors", &[2, 0]);
        answered_anew(p);
        assert_eq!(p.manifest.golden.values, [0.7; 5]);
    };
    three_classes_without_vectors: svm_of_three, |p| {
        no_terms(p);
        emptied(p, "support_vectors", &[2, 0]);
        answered_anew(p);
        assert_eq!(p.manifest.golden.labels, [2; 5]);
    };
}
