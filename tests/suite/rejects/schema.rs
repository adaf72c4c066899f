//! The schema and the task.

use model_format::v1::{ColumnKind, Task};
use tests::models::{numeric, text};
use tests::parts::Parts;

fn levels(parts: &mut Parts) -> &mut Vec<String> {
    let mut columns = parts.manifest.schema.columns.iter_mut();
    columns
        .find_map(|column| match &mut column.kind {
            ColumnKind::Text { levels, .. } => Some(levels),
            ColumnKind::Numeric | ColumnKind::Document => None,
        })
        .unwrap()
}

fn labels(parts: &mut Parts) -> &mut Vec<String> {
    match &mut parts.manifest.task {
        Task::Classification { labels, .. } | Task::Clustering { labels } => labels,
        Task::Regression { .. } => panic!("labels"),
    }
}

fn set_name(parts: &mut Parts, name: &str) {
    name.clone_into(&mut parts.manifest.schema.columns[0].name);
}

fn numbered(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{i:05}")).collect()
}

/// Puts `n` categorical columns of `width` categories first.
fn wide(parts: &mut Parts, n: usize, width: usize) {
    let names = numbered(width);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let columns = (0..n).map(|column| text(&format!("wide {column}"), &names, false));
    parts.manifest.schema.columns.splice(0..0, columns);
}

fn target(parts: &mut Parts) -> &mut String {
    match &mut parts.manifest.task {
        Task::Regression { target } | Task::Classification { target, .. } => target,
        Task::Clustering { .. } => panic!("a target"),
    }
}

refused_parts! {
    no_columns: linear_regression, |p| p.manifest.schema.columns.clear() =>
        Structure, "schema columns: found 0, expected 1 to 16384";
    too_many_columns: linear_regression, |p| {
        p.manifest.schema.columns = numbered(16_385).iter().map(|name| numeric(name)).collect();
    } => Structure, "schema columns: found 16385, expected 1 to 16384";
    duplicate_column: softmax, |p| set_name(p, "width") => Structure, "\"width\" occurs twice";
    empty_column_name: softmax, |p| set_name(p, "") => Structure, "column 0: name \"\" is empty";
    blank_before_a_column_name: softmax, |p| set_name(p, " x") => Structure, "blanks around it";
    blank_after_a_column_name: softmax, |p| set_name(p, "x\t") => Structure, "blanks around it";
    long_column_name: softmax, |p| set_name(p, &"x".repeat(4097)) =>
        Structure, "length of column name: found 4097";
    too_many_missing_tokens: softmax, |p| p.manifest.schema.missing_tokens = numbered(257) =>
        Structure, "missing tokens: found 257, expected 0 to 256";
    long_missing_token: softmax, |p| p.manifest.schema.missing_tokens.push("x".repeat(4097)) =>
        Structure, "length of missing token: found 4097";
    no_levels: linear_regression, |p| levels(p).clear() =>
        Structure, "levels of column `city`: found 0";
    too_many_levels: linear_regression, |p| *levels(p) = numbered(65_536) =>
        Structure, "levels of column `city`: found 65536, expected 1 to 65535";
    levels_out_of_order: linear_regression, |p| levels(p).swap(0, 1) =>
        Structure, "levels \"Köln\" and \"Bonn\" are not in order";
    levels_in_the_order_of_a_locale: linear_regression, |p| levels(p).push("aachen".into()) =>
        Structure, "expected F64 of shape";
    duplicate_level: linear_regression, |p| levels(p)[1] = "Bonn".into() =>
        Structure, "levels \"Bonn\" and \"Bonn\" are not in order";
    level_that_is_a_missing_token: linear_regression, |p| levels(p)[1] = "NA".into() =>
        Structure, "level \"NA\" can never be read";
    level_that_is_a_token_with_blanks: linear_regression, |p| levels(p)[0] = "?".into() =>
        Structure, "level \"?\" can never be read";
    empty_level_where_empty_is_missing: linear_regression, |p| levels(p)[0].clear() =>
        Structure, "level \"\" can never be read";
    blank_before_a_level: linear_regression, |p| levels(p)[0].insert(0, ' ') =>
        Structure, "level \" Bonn\" can never be read";
    blank_after_a_level: linear_regression, |p| levels(p)[2].push('\t') =>
        Structure, "can never be read";
    long_level: linear_regression, |p| levels(p)[2] = "x".repeat(4097) =>
        Structure, "length of level: found 4097";
    too_many_features: linear_regression, |p| wide(p, 2, 32_768) =>
        Structure, "features: found 65538, expected 1 to 65536";
    one_label: binary_logistic, |p| labels(p).pop() =>
        Structure, "classes: found 1, expected 2 to 4096";
    no_labels: binary_logistic, |p| labels(p).clear() => Structure, "classes: found 0";
    too_many_labels: binary_logistic, |p| *labels(p) = numbered(4097) =>
        Structure, "classes: found 4097";
    doubled_label: softmax, |p| labels(p)[2] = "setosa".into() =>
        Structure, "label: \"setosa\" occurs twice";
    long_label: softmax, |p| labels(p)[0] = "x".repeat(4097) => Structure, "length of label";
    long_target: softmax, |p| *target(p) = "x".repeat(4097) => Structure, "length of target name";
    one_cluster: clusters_of_three, |p| labels(p).truncate(1) =>
        Structure, "classes: found 1, expected 2 to 4096";
    no_clusters: clusters_of_three, |p| labels(p).clear() =>
        Structure, "classes: found 0, expected 2 to 4096";
    too_many_clusters: clusters_of_three, |p| *labels(p) = numbered(4097) =>
        Structure, "classes: found 4097, expected 2 to 4096";
    doubled_cluster: clusters_of_three, |p| labels(p)[2] = "cold".into() =>
        Structure, "label: \"cold\" occurs twice";
    long_cluster: clusters_of_three, |p| labels(p)[1] = "x".repeat(4097) =>
        Structure, "length of label: found 4097";
    one_label_more_than_outputs: softmax, |p| labels(p).push("hybrid".into()) =>
        Structure, "array `coefficients`";
    regression_with_a_classifier: softmax, |p| p.manifest.task = tests::models::regression() =>
        Structure, "array `coefficients`";
}

accepted_parts! {
    names_at_their_limit: softmax, |p| {
        set_name(p, &"x".repeat(4096));
        labels(p)[0] = "x".repeat(4096);
        *target(p) = "x".repeat(4096);
        p.manifest.schema.missing_tokens.push("x".repeat(4096));
    };
    clusters_with_odd_names: clusters_of_three, |p| {
        labels(p)[0].clear();
        labels(p)[1] = "=\"\n,\u{1f980}".into();
        labels(p)[2] = "x".repeat(4096);
    };
    tokens_at_their_limit: tree_regression, |p| p.manifest.schema.missing_tokens = numbered(256);
    names_with_odd_letters: softmax, |p| {
        set_name(p, "=\"\n,\u{a0}\u{1f980}");
        labels(p)[0] = String::new();
        labels(p)[1] = " ".into();
        target(p).clear();
    };
}
