//! The preprocessing steps.

use model_format::v1::Step;
use tests::parts::Parts;

fn impute(parts: &mut Parts) -> &mut Vec<f64> {
    match &mut parts.manifest.steps[0] {
        Step::Impute { values } => values,
        other => panic!("{other:?}"),
    }
}

/// Shifts and divisors of whichever scaler the model has.
fn scaler(parts: &mut Parts) -> (&mut Vec<f64>, &mut Vec<f64>) {
    let mut steps = parts.manifest.steps.iter_mut();
    steps
        .find_map(|step| match step {
            Step::StandardScale { means: shift, stds: divisor }
            | Step::MinMaxScale { mins: shift, ranges: divisor } => Some((shift, divisor)),
            Step::Impute { .. } | Step::OneHot | Step::Reduce { .. } => None,
        })
        .unwrap()
}

/// Repeats step `index` at the end.
fn repeat(parts: &mut Parts, index: usize) {
    let step = parts.manifest.steps[index].clone();
    parts.manifest.steps.push(step);
}

fn min_max() -> Step {
    Step::MinMaxScale { mins: vec![0.0; 2], ranges: vec![1.0; 2] }
}

const SUBNORMAL: f64 = f64::MIN_POSITIVE / 2.0;

refused_parts! {
    scale_before_impute: linear_regression, |p| p.manifest.steps.swap(0, 1) =>
        Structure, "steps: ";
    one_hot_before_scale: linear_regression, |p| p.manifest.steps.swap(1, 2) =>
        Structure, "StandardScale";
    one_hot_first: linear_regression, |p| p.manifest.steps.rotate_right(1) =>
        Structure, "is out of order; expected impute, scale, one-hot";
    impute_twice: softmax, |p| repeat(p, 0) => Structure, "is out of order";
    impute_twice_in_a_row: linear_regression, |p| {
        let step = p.manifest.steps[0].clone();
        p.manifest.steps.insert(0, step);
    } => Structure, "categorical columns, but no one-hot step";
    scale_twice: linear_regression, |p| repeat(p, 1) => Structure, "is out of order";
    both_scalers: linear_regression, |p| p.manifest.steps.push(min_max()) =>
        Structure, "MinMaxScale";
    one_hot_twice: linear_regression, |p| repeat(p, 2) => Structure, "OneHot is out of order";
    missing_one_hot: linear_regression, |p| p.manifest.steps.pop() =>
        Structure, "categorical columns, but no one-hot step";
    impute_for_too_few_columns: linear_regression, |p| impute(p).pop() =>
        Structure, "impute values: found 1, expected 2 to 2";
    impute_for_text_columns_too: linear_regression, |p| impute(p).push(0.0) =>
        Structure, "impute values: found 3";
    impute_of_nan: linear_regression, |p| impute(p)[1] = f64::NAN =>
        Structure, "impute values: element 1 is not a finite number";
    impute_of_infinity: linear_regression, |p| impute(p)[0] = f64::INFINITY =>
        Structure, "impute values: element 0";
    too_few_means: linear_regression, |p| scaler(p).0.pop() =>
        Structure, "scaler shifts: found 1";
    too_many_stds: linear_regression, |p| scaler(p).1.push(1.0) =>
        Structure, "scaler divisors: found 3";
    mean_of_nan: linear_regression, |p| scaler(p).0[0] = f64::NAN =>
        Structure, "scaler shifts: element 0";
    mean_of_minus_infinity: linear_regression, |p| scaler(p).0[1] = f64::NEG_INFINITY =>
        Structure, "scaler shifts: element 1";
    std_of_nan: linear_regression, |p| scaler(p).1[0] = f64::NAN =>
        Structure, "scaler divisors: element 0";
    std_of_infinity: linear_regression, |p| scaler(p).1[0] = f64::INFINITY =>
        Structure, "scaler divisors: element 0";
    std_of_zero: linear_regression, |p| scaler(p).1[1] = 0.0 =>
        Structure, "numeric column 1 is divided by 0.0";
    std_of_minus_zero: linear_regression, |p| scaler(p).1[1] = -0.0 =>
        Structure, "numeric column 1 is divided by";
    negative_std: linear_regression, |p| scaler(p).1[0] = -1.0 =>
        Structure, "numeric column 0 is divided by";
    subnormal_std: linear_regression, |p| scaler(p).1[0] = SUBNORMAL =>
        Structure, "numeric column 0 is divided by";
    range_of_zero: binary_logistic, |p| scaler(p).1[0] = 0.0 =>
        Structure, "numeric column 0 is divided by";
    negative_range: binary_logistic, |p| scaler(p).1[1] = -1e-3 =>
        Structure, "numeric column 1 is divided by";
    min_of_nan: binary_logistic, |p| scaler(p).0[0] = f64::NAN =>
        Structure, "scaler shifts: element 0";
    range_of_nan: binary_logistic, |p| scaler(p).1[0] = f64::NAN =>
        Structure, "scaler divisors: element 0";
    no_steps_with_text_columns: tree_regression, |p| p.manifest.steps.clear() =>
        Structure, "categorical columns, but no one-hot step";
}

accepted_parts! {
    one_hot_without_text_columns: softmax, |p| p.manifest.steps.push(Step::OneHot);
}
