//! Golden rows: their shape, and the replay.

use tests::parts::Parts;

/// Repeats the first row of a regression with three columns until there are `n`.
fn repeated(parts: &mut Parts, n: usize) {
    let golden = &mut parts.manifest.golden;
    golden.cells = golden.cells[..3].iter().cloned().cycle().take(3 * n).collect();
    golden.values = vec![golden.values[0]; n];
}

fn flip_last_bit(number: &mut f64) {
    *number = f64::from_bits(number.to_bits() ^ 1);
}

refused_parts! {
    no_golden_rows: linear_regression, |p| repeated(p, 0) =>
        Structure, "golden rows: found 0, expected 1 to 64";
    too_many_golden_rows: linear_regression, |p| repeated(p, 65) =>
        Structure, "golden rows: found 65, expected 1 to 64";
    less_than_a_golden_row: linear_regression, |p| p.manifest.golden.cells.truncate(2) =>
        Structure, "golden rows: found 0";
    golden_row_cut_short: linear_regression, |p| p.manifest.golden.cells.pop() =>
        Structure, "golden cells: found 11, expected 9 to 9";
    golden_row_too_long: linear_regression, |p| p.manifest.golden.cells.push("1".into()) =>
        Structure, "golden cells: found 13, expected 12 to 12";
    labels_of_a_regression: linear_regression, |p| p.manifest.golden.labels.push(0) =>
        Structure, "golden labels: found 1, expected 0 to 0";
    missing_golden_label: binary_forest, |p| p.manifest.golden.labels.pop() =>
        Structure, "golden labels: found 3, expected 4 to 4";
    golden_label_past_the_last: binary_forest, |p| p.manifest.golden.labels[1] = 2 =>
        Structure, "golden labels: class 2";
    golden_label_of_all_ones: softmax, |p| p.manifest.golden.labels[0] = u32::MAX =>
        Structure, "golden labels: class 4294967295";
    missing_golden_value: linear_regression, |p| p.manifest.golden.values.pop() =>
        Structure, "golden values: found 3, expected 4 to 4";
    missing_golden_probability: softmax, |p| p.manifest.golden.values.pop() =>
        Structure, "golden values: found 11, expected 12 to 12";
    one_probability_per_golden_row: binary_forest, |p| p.manifest.golden.values.truncate(4) =>
        Structure, "golden values: found 4, expected 8 to 8";
    golden_value_of_nan: linear_regression, |p| p.manifest.golden.values[0] = f64::NAN =>
        Structure, "golden values: element 0 is not a finite number";
    golden_value_of_infinity: tree_regression, |p| p.manifest.golden.values[2] = f64::INFINITY =>
        Structure, "golden values: element 2";
    linear_value_changed_by_one_bit: linear_regression, |p| {
        flip_last_bit(&mut p.manifest.golden.values[3]);
    } => SelfTest, "golden row 4: value is";
    tree_value_changed_by_one_bit: tree_regression, |p| {
        flip_last_bit(&mut p.manifest.golden.values[1]);
    } => SelfTest, "golden row 2: value is";
    forest_probability_changed_by_one_bit: binary_forest, |p| {
        flip_last_bit(&mut p.manifest.golden.values[1]);
    } => SelfTest, "golden row 1: probability of `leaves` is";
    share_changed_by_one_bit: one_vs_rest_forest, |p| {
        flip_last_bit(&mut p.manifest.golden.values[8]);
    } => SelfTest, "golden row 3: probability of `high` is";
    zero_of_the_other_sign: tree_regression, |p| {
        let zero = p.manifest.golden.values.iter_mut().find(|value| **value == 0.0);
        *zero.unwrap() = -0.0;
    } => SelfTest, "value is 0.0, expected -0.0";
    logistic_probability_changed_too_much: binary_logistic, |p| {
        p.manifest.golden.values[0] *= 1.0 + 3e-12;
    } => SelfTest, "golden row 1: probability of `bad` is";
    softmax_probability_changed_too_much: softmax, |p| {
        p.manifest.golden.values[5] *= 1.0 - 3e-12;
    } => SelfTest, "golden row 2: probability of `virginica` is";
    logistic_label_changed: binary_logistic, |p| p.manifest.golden.labels[2] ^= 1 =>
        SelfTest, "golden row 3: label is";
    forest_label_changed: one_vs_rest_forest, |p| p.manifest.golden.labels[0] = 1 =>
        SelfTest, "golden row 1: label is `low`, expected `mid`";
    golden_number_changed: linear_regression, |p| p.manifest.golden.cells[0] = "32".into() =>
        SelfTest, "golden row 1: value is";
    golden_level_changed: linear_regression, |p| p.manifest.golden.cells[1] = "bonn".into() =>
        SelfTest, "golden row 1: value is";
    golden_rows_swapped: softmax, |p| p.manifest.golden.cells.rotate_left(2) =>
        SelfTest, "golden row 1";
    intercept_changed_by_one_bit: linear_regression, |p| {
        let word = p.words("intercepts")[0];
        p.set_word("intercepts", 0, word ^ 1);
    } => SelfTest, "golden row 1: value is";
    golden_number_missing_without_impute: binary_logistic, |p| {
        p.manifest.golden.cells[0] = "NA".into();
    } => Structure, "golden cells: row 1 has \"NA\"";
    golden_cell_that_is_no_number_though_imputed: linear_regression, |p| {
        let missing = p.manifest.golden.cells.iter().position(|cell| cell == "NA").unwrap();
        p.manifest.golden.cells[missing] = "forty".into();
    } => Structure, "golden cells: row 3 has \"forty\"";
    golden_cell_that_is_no_number_in_a_tree: tree_regression, |p| {
        p.manifest.golden.cells[2] = "forty".into();
    } => Structure, "golden cells: row 2 has \"forty\"";
}

accepted_parts! {
    golden_rows_at_their_limit: linear_regression, |p| repeated(p, 64);
    logistic_probability_within_the_tolerance: binary_logistic, |p| {
        p.manifest.golden.values[0] *= 1.0 + 5e-13;
    };
}
