//! Naive Bayes: its tables, its priors, the task and the columns.

use model_format::v1::{Dtype, EstimatorSpec};
use tests::models;
use tests::parts::Parts;

use super::edits::{copied, cut, renamed, shape, without};

const SUBNORMAL: f64 = f64::MIN_POSITIVE / 2.0;

fn as_integers(parts: &mut Parts, name: &str) {
    let index = parts.index(name);
    parts.manifest.arrays[index].dtype = Dtype::U64;
}

fn binarize(parts: &mut Parts, binarize: f64) {
    parts.manifest.estimator = EstimatorSpec::BernoulliNaiveBayes { binarize };
}

/// Makes the task a regression, with golden rows to match.
fn regression(parts: &mut Parts) {
    let golden = &mut parts.manifest.golden;
    golden.values.truncate(golden.labels.len());
    golden.labels.clear();
    parts.manifest.task = models::regression();
    parts.manifest.provenance.class_counts.clear();
}

fn flip_last_bit(parts: &mut Parts, name: &str, at: usize) {
    let word = parts.words(name)[at];
    parts.set_word(name, at, word ^ 1);
}

refused_parts! {
    mean_of_nan: gaussian_of_three, |p| p.set_number("means", 3, f64::NAN) =>
        Structure, "array `means`: element 3 is not a finite number";
    mean_of_infinity: gaussian_of_two, |p| p.set_number("means", 7, f64::INFINITY) =>
        Structure, "array `means`: element 7";
    half_log_variance_of_minus_infinity: gaussian_of_three, |p| {
        p.set_number("half_log_variances", 0, f64::NEG_INFINITY);
    } => Structure, "array `half_log_variances`: element 0";
    half_log_variance_of_nan: gaussian_of_three, |p| {
        p.set_number("half_log_variances", 5, f64::NAN);
    } => Structure, "array `half_log_variances`: element 5";
    variance_of_nan: gaussian_of_three, |p| p.set_number("twice_variances", 1, f64::NAN) =>
        Structure, "array `twice_variances`: element 1 is not a finite number";
    variance_of_infinity: gaussian_of_three, |p| {
        p.set_number("twice_variances", 4, f64::INFINITY);
    } => Structure, "array `twice_variances`: element 4 is not a finite number";
    variance_of_zero: gaussian_of_three, |p| p.set_number("twice_variances", 2, 0.0) =>
        Structure, "array `twice_variances`: a variance is not positive";
    variance_of_minus_zero: gaussian_of_three, |p| p.set_number("twice_variances", 2, -0.0) =>
        Structure, "array `twice_variances`: a variance is not positive";
    negative_variance: gaussian_of_two, |p| p.set_number("twice_variances", 0, -1.5) =>
        Structure, "array `twice_variances`: a variance is not positive";
    subnormal_variance: gaussian_of_two, |p| p.set_number("twice_variances", 7, SUBNORMAL) =>
        Structure, "array `twice_variances`: a variance is not positive";
    variance_just_below_the_smallest_normal: gaussian_of_three, |p| {
        p.set_number("twice_variances", 5, f64::MIN_POSITIVE.next_down());
    } => Structure, "array `twice_variances`: a variance is not positive";
    smallest_variance: gaussian_of_two, |p| p.set_word("twice_variances", 3, 1) =>
        Structure, "array `twice_variances`: a variance is not positive";
    log_present_of_minus_infinity: bernoulli_of_two, |p| {
        p.set_number("log_present", 2, f64::NEG_INFINITY);
    } => Structure, "array `log_present`: element 2 is not a finite number";
    log_absent_of_nan: bernoulli_of_three, |p| p.set_number("log_absent", 5, f64::NAN) =>
        Structure, "array `log_absent`: element 5";
    multinomial_log_of_minus_infinity: multinomial_of_three, |p| {
        p.set_number("log_probabilities", 0, f64::NEG_INFINITY);
    } => Structure, "array `log_probabilities`: element 0";
    multinomial_log_of_a_signalling_nan: multinomial_of_two, |p| {
        p.set_word("log_probabilities", 9, 0x7ff0_0000_0000_0001);
    } => Structure, "array `log_probabilities`: element 9";
    categorical_log_of_nan: categorical_of_two, |p| {
        p.set_number("log_probabilities", 4, f64::NAN);
    } => Structure, "array `log_probabilities`: element 4";
    categorical_log_of_infinity: categorical_of_three, |p| {
        p.set_number("log_probabilities", 8, f64::INFINITY);
    } => Structure, "array `log_probabilities`: element 8";
    gaussian_prior_of_minus_infinity: gaussian_of_three, |p| {
        p.set_number("log_priors", 2, f64::NEG_INFINITY);
    } => Structure, "array `log_priors`: element 2 is not a finite number";
    bernoulli_prior_of_nan: bernoulli_of_two, |p| p.set_number("log_priors", 1, f64::NAN) =>
        Structure, "array `log_priors`: element 1";
    multinomial_prior_of_infinity: multinomial_of_two, |p| {
        p.set_number("log_priors", 0, f64::INFINITY);
    } => Structure, "array `log_priors`: element 0";
    categorical_prior_of_nan: categorical_of_three, |p| p.set_number("log_priors", 0, -f64::NAN) =>
        Structure, "array `log_priors`: element 0";
    binarize_of_nan: bernoulli_of_two, |p| binarize(p, f64::NAN) =>
        Structure, "estimator: element 0 is not a finite number";
    binarize_of_infinity: bernoulli_of_two, |p| binarize(p, f64::INFINITY) =>
        Structure, "estimator: element 0 is not a finite number";
    binarize_of_minus_infinity: bernoulli_of_three, |p| binarize(p, f64::NEG_INFINITY) =>
        Structure, "estimator: element 0 is not a finite number";
    transposed_means: gaussian_of_three, |p| shape(p, "means", &[2, 3]) =>
        Structure, "array `means`: F64 of shape [2, 3], expected F64 of shape [3, 2]";
    flat_variances: gaussian_of_three, |p| shape(p, "twice_variances", &[6]) =>
        Structure, "array `twice_variances`: F64 of shape [6], expected";
    half_logs_of_too_few_classes: gaussian_of_three, |p| cut(p, "half_log_variances", &[2, 2]) =>
        Structure, "array `half_log_variances`: F64 of shape [2, 2], expected F64 of shape [3, 2]";
    half_logs_of_too_few_features: gaussian_of_three, |p| cut(p, "half_log_variances", &[3, 1]) =>
        Structure, "array `half_log_variances`: F64 of shape [3, 1], expected F64 of shape [3, 2]";
    one_class_of_two: bernoulli_of_two, |p| cut(p, "log_present", &[1, 4]) =>
        Structure, "array `log_present`: F64 of shape [1, 4], expected F64 of shape [2, 4]";
    log_absent_without_features: bernoulli_of_two, |p| cut(p, "log_absent", &[2, 0]) =>
        Structure, "array `log_absent`: F64 of shape [2, 0], expected";
    deep_log_probabilities: multinomial_of_two, |p| shape(p, "log_probabilities", &[2, 5, 1]) =>
        Structure, "array `log_probabilities`: F64 of shape [2, 5, 1], expected";
    a_level_without_log_probability: categorical_of_two, |p| cut(p, "log_probabilities", &[2, 4]) =>
        Structure, "array `log_probabilities`: F64 of shape [2, 4], expected F64 of shape [2, 5]";
    shape_larger_than_its_section: categorical_of_two, |p| {
        shape(p, "log_probabilities", &[2, 6]);
    } => Structure, "does not fill a section of 80 bytes";
    one_prior_for_two_classes: multinomial_of_two, |p| cut(p, "log_priors", &[1]) =>
        Structure, "array `log_priors`: F64 of shape [1], expected F64 of shape [2]";
    priors_in_a_column: categorical_of_three, |p| shape(p, "log_priors", &[3, 1]) =>
        Structure, "array `log_priors`: F64 of shape [3, 1], expected F64 of shape [3]";
    no_priors: gaussian_of_two, |p| cut(p, "log_priors", &[0]) =>
        Structure, "array `log_priors`: F64 of shape [0], expected F64 of shape [2]";
    means_as_integers: gaussian_of_two, |p| as_integers(p, "means") =>
        Structure, "array `means`: U64 of shape [2, 4], expected F64";
    priors_as_integers: categorical_of_two, |p| as_integers(p, "log_priors") =>
        Structure, "array `log_priors`: U64 of shape [2], expected F64";
    missing_means: gaussian_of_two, |p| without(p, "means") =>
        Structure, "array `means`: is missing";
    missing_variances: gaussian_of_three, |p| without(p, "twice_variances") =>
        Structure, "array `twice_variances`: is missing";
    missing_half_log_variances: gaussian_of_three, |p| without(p, "half_log_variances") =>
        Structure, "array `half_log_variances`: is missing";
    missing_gaussian_priors: gaussian_of_three, |p| without(p, "log_priors") =>
        Structure, "array `log_priors`: is missing";
    missing_log_present: bernoulli_of_two, |p| without(p, "log_present") =>
        Structure, "array `log_present`: is missing";
    missing_log_absent: bernoulli_of_two, |p| without(p, "log_absent") =>
        Structure, "array `log_absent`: is missing";
    missing_log_probabilities: multinomial_of_two, |p| without(p, "log_probabilities") =>
        Structure, "array `log_probabilities`: is missing";
    missing_categorical_priors: categorical_of_two, |p| without(p, "log_priors") =>
        Structure, "array `log_priors`: is missing";
    unknown_array_of_gaussian: gaussian_of_two, |p| copied(p, "means", "variances") =>
        Structure, "array `variances`: not an array of this estimator";
    unknown_array_of_bernoulli: bernoulli_of_two, |p| copied(p, "log_priors", "extra") =>
        Structure, "array `extra`: not an array of this estimator";
    array_of_another_naive_bayes: multinomial_of_two, |p| {
        copied(p, "log_probabilities", "log_present");
    } => Structure, "array `log_present`: not an array of this estimator";
    array_of_a_linear_model: categorical_of_two, |p| copied(p, "log_priors", "intercepts") =>
        Structure, "array `intercepts`: not an array of this estimator";
    misspelt_array: categorical_of_three, |p| renamed(p, "log_priors", "log_prior") =>
        Structure, "array `log_prior`: not an array of this estimator";
    priors_twice: gaussian_of_two, |p| copied(p, "log_priors", "log_priors") =>
        Structure, "array: \"log_priors\" occurs twice";
    naive_bayes_with_arrays_of_another: bernoulli_of_three, |p| {
        p.manifest.estimator = EstimatorSpec::GaussianNaiveBayes;
    } => Structure, "array `log_present`: not an array of this estimator";
    linear_arrays_for_naive_bayes: softmax, |p| {
        p.manifest.estimator = EstimatorSpec::MultinomialNaiveBayes;
    } => Structure, "array `coefficients`: not an array of this estimator";
    gaussian_regression: gaussian_of_two, regression =>
        Structure, "estimator: naive Bayes predicts labels, the task has none";
    bernoulli_regression: bernoulli_of_three, regression =>
        Structure, "estimator: naive Bayes predicts labels, the task has none";
    multinomial_regression: multinomial_of_two, regression =>
        Structure, "estimator: naive Bayes predicts labels, the task has none";
    categorical_regression: categorical_of_three, regression =>
        Structure, "estimator: naive Bayes predicts labels, the task has none";
    categorical_with_numeric_columns_only: multinomial_of_three, |p| {
        p.manifest.estimator = EstimatorSpec::CategoricalNaiveBayes;
    } => Structure, "estimator: categorical naive Bayes reads categorical columns only";
    categorical_with_a_numeric_column: multinomial_of_two, |p| {
        p.manifest.estimator = EstimatorSpec::CategoricalNaiveBayes;
    } => Structure, "estimator: categorical naive Bayes reads categorical columns only";
    one_class_more: gaussian_of_two, |p| {
        p.manifest.task = models::classes(&["ill", "well", "neither"]);
    } => Structure, "expected F64 of shape [3, 4]";
    one_feature_more: multinomial_of_three, |p| {
        p.manifest.schema.columns.push(models::numeric("z"));
    } => Structure, "array `log_probabilities`: F64 of shape [3, 2], expected F64 of shape [3, 3]";
    binarize_changed: bernoulli_of_two, |p| binarize(p, 0.5f64.next_down()) =>
        SelfTest, "golden row 1: probability of `ham` is";
    categorical_as_multinomial: categorical_of_two, |p| {
        p.manifest.estimator = EstimatorSpec::MultinomialNaiveBayes;
    } => SelfTest, "golden row 3: probability of `stays` is";
    priors_swapped: categorical_of_two, |p| {
        let priors = p.words("log_priors");
        p.set_words("log_priors", &[priors[1], priors[0]]);
    } => SelfTest, "golden row 1: probability of `stays` is";
    gaussian_probability_changed_too_much: gaussian_of_two, |p| {
        p.manifest.golden.values[0] *= 1.0 + 3e-12;
    } => SelfTest, "golden row 1: probability of `ill` is";
    bernoulli_probability_changed_too_much: bernoulli_of_three, |p| {
        p.manifest.golden.values[4] *= 1.0 - 3e-12;
    } => SelfTest, "golden row 2: probability of `mid` is";
    multinomial_probability_changed_too_much: multinomial_of_two, |p| {
        p.manifest.golden.values[7] *= 1.0 + 3e-12;
    } => SelfTest, "golden row 4: probability of `leaves` is";
    categorical_probability_changed_too_much: categorical_of_three, |p| {
        p.manifest.golden.values[14] *= 1.0 - 3e-12;
    } => SelfTest, "golden row 5: probability of `high` is";
    label_of_two_changed: gaussian_of_two, |p| p.manifest.golden.labels[1] ^= 1 =>
        SelfTest, "golden row 2: label is";
    label_of_three_changed: multinomial_of_three, |p| p.manifest.golden.labels[0] = 2 =>
        SelfTest, "golden row 1: label is `a`, expected `c`";
    missing_number_without_impute: bernoulli_of_two, |p| {
        p.manifest.golden.cells[0] = "NA".into();
    } => Structure, "golden cells: row 1 has \"NA\"";
    one_probability_per_golden_row: multinomial_of_two, |p| {
        p.manifest.golden.values.truncate(4);
    } => Structure, "golden values: found 4, expected 8 to 8";
}

accepted_parts! {
    arrays_in_another_order: gaussian_of_three, |p| {
        p.arrays.reverse();
        p.manifest.arrays.reverse();
    };
    smallest_normal_variance: gaussian_of_three, |p| {
        assert_eq!(p.words("twice_variances")[5], f64::MIN_POSITIVE.to_bits());
    };
    probability_within_the_tolerance: gaussian_of_two, |p| {
        p.manifest.golden.values[0] *= 1.0 + 5e-13;
    };
    probability_of_categories_within_the_tolerance: categorical_of_three, |p| {
        p.manifest.golden.values[14] *= 1.0 - 5e-13;
    };
    log_probability_changed_by_one_bit: multinomial_of_two, |p| {
        flip_last_bit(p, "log_probabilities", 0);
    };
}
