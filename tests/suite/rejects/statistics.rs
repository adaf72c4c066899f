//! Training statistics.

use model_format::v1::ColumnStatistics;
use tests::parts::Parts;

fn all(parts: &mut Parts) -> &mut Vec<ColumnStatistics> {
    parts.manifest.statistics.as_mut().unwrap()
}

/// Min, max, mean and standard deviation of the first column.
fn moments(parts: &mut Parts) -> [&mut f64; 4] {
    match &mut all(parts)[0] {
        ColumnStatistics::Numeric { min, max, mean, std, .. } => [min, max, mean, std],
        ColumnStatistics::Text { .. } | ColumnStatistics::Document { .. } => {
            panic!("a numeric column")
        }
    }
}

/// Quantiles, bin edges and bin counts of the first column.
fn lists(parts: &mut Parts) -> (&mut Vec<f64>, &mut Vec<f64>, &mut Vec<u64>) {
    match &mut all(parts)[0] {
        ColumnStatistics::Numeric { quantiles, bin_edges, bin_counts, .. } => {
            (quantiles, bin_edges, bin_counts)
        }
        ColumnStatistics::Text { .. } | ColumnStatistics::Document { .. } => {
            panic!("a numeric column")
        }
    }
}

/// Level counts of the second column.
fn level_counts(parts: &mut Parts) -> &mut Vec<u64> {
    match &mut all(parts)[1] {
        ColumnStatistics::Text { level_counts, .. } => level_counts,
        ColumnStatistics::Numeric { .. } | ColumnStatistics::Document { .. } => {
            panic!("a categorical column")
        }
    }
}

refused_parts! {
    statistics_of_the_wrong_kind: linear_regression, |p| all(p).swap(0, 1) =>
        Structure, "statistics of column `age`: are of another column type";
    text_statistics_of_a_numeric_column: softmax, |p| {
        all(p)[1] = ColumnStatistics::Text { level_counts: Vec::new(), missing: 0 };
    } => Structure, "statistics of column `width`: are of another column type";
    statistics_of_too_few_columns: linear_regression, |p| all(p).pop() =>
        Structure, "statistics: found 2, expected 3 to 3";
    statistics_of_no_column: linear_regression, |p| all(p).clear() =>
        Structure, "statistics: found 0";
    statistics_of_too_many_columns: linear_regression, |p| all(p).extend_from_within(2..) =>
        Structure, "statistics: found 4";
    min_above_max: linear_regression, |p| *moments(p)[0] = 18.5 =>
        Structure, "statistics of column `age`: values are not in order";
    negative_std: linear_regression, |p| *moments(p)[3] = -1e-9 => Structure, "not in order";
    min_of_minus_infinity: linear_regression, |p| *moments(p)[0] = f64::NEG_INFINITY =>
        Structure, "element 0 is not a finite number";
    max_of_infinity: linear_regression, |p| *moments(p)[1] = f64::INFINITY =>
        Structure, "element 1 is not a finite number";
    mean_of_nan: linear_regression, |p| *moments(p)[2] = f64::NAN =>
        Structure, "element 2 is not a finite number";
    std_of_nan: linear_regression, |p| *moments(p)[3] = f64::NAN =>
        Structure, "element 3 is not a finite number";
    too_few_quantiles: linear_regression, |p| lists(p).0.pop() =>
        Structure, "found 20, expected 21 to 21";
    too_many_quantiles: linear_regression, |p| lists(p).0.push(99.0) =>
        Structure, "found 22, expected 21 to 21";
    descending_quantiles: linear_regression, |p| lists(p).0.swap(3, 4) =>
        Structure, "not in order";
    quantile_of_nan: linear_regression, |p| lists(p).0[20] = f64::NAN =>
        Structure, "element 20 is not a finite number";
    equal_bin_edges: linear_regression, |p| lists(p).1[1] = 0.0 => Structure, "not in order";
    bin_edge_of_infinity: linear_regression, |p| lists(p).1[2] = f64::INFINITY =>
        Structure, "element 2 is not a finite number";
    as_many_bins_as_edges: linear_regression, |p| lists(p).2.pop() =>
        Structure, "found 3, expected 4 to 4";
    too_many_bins: linear_regression, |p| lists(p).2.push(0) =>
        Structure, "found 5, expected 4 to 4";
    too_few_level_counts: linear_regression, |p| level_counts(p).pop() =>
        Structure, "statistics of column `city`: found 2, expected 3 to 3";
    level_count_of_the_missing_level: linear_regression, |p| level_counts(p).push(3) =>
        Structure, "statistics of column `city`: found 4, expected 3 to 3";
}

accepted_parts! {
    no_statistics: linear_regression, |p| p.manifest.statistics = None;
    one_bin_without_edges: linear_regression, |p| {
        let (quantiles, edges, counts) = lists(p);
        quantiles.fill(1.0);
        edges.clear();
        counts.truncate(1);
    };
}
