//! Training statistics of the fitted rows, one entry per schema column.

use model_format::manifest::ColumnStatistics;
use model_format::schema::{Schema, TextCell};
use model_format::statistics::N_QUANTILES;

use super::encode::{Cells, mean, mean_and_std};
use crate::parallel;

/// Bins of about equal counts.
const N_BINS: usize = 10;

/// Measures every column.
pub(crate) fn measure(cells: &Cells, schema: &Schema, threads: usize) -> Vec<ColumnStatistics> {
    let numbers = parallel::map(threads, &cells.numbers, |values| number_column(values));
    let numeric = schema.numeric().iter().copied().zip(numbers);
    let text = schema.text().iter().zip(&cells.texts);
    let mut by_column: Vec<(usize, ColumnStatistics)> = numeric
        .chain(text.map(|(t, cells)| {
            let n_levels = t.n_codes() - usize::from(t.missing_code().is_some());
            (t.column, text_column(cells, n_levels))
        }))
        .collect();
    by_column.sort_by_key(|(column, _)| *column);
    by_column.into_iter().map(|(_, statistics)| statistics).collect()
}

fn number_column(values: &[f64]) -> ColumnStatistics {
    let present: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let mut sorted = present.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let last = sorted.len() - 1;
    let at = |part: usize, of: usize| sorted[(last * part + of / 2) / of];
    let quantiles = (0..N_QUANTILES).map(|i| at(i, N_QUANTILES - 1)).collect();
    let bin_edges = bin_edges(&sorted);
    let up_to = bin_edges.iter().map(|edge| sorted.partition_point(|value| value <= edge));
    let ends: Vec<usize> = up_to.chain([sorted.len()]).collect();
    let starts = [0].iter().chain(&ends);
    let bin_counts = starts.zip(&ends).map(|(start, end)| (end - start) as u64).collect();
    let spread = sorted[last] > sorted[0];
    ColumnStatistics::Numeric {
        count: present.len() as u64,
        missing: (values.len() - present.len()) as u64,
        min: sorted[0],
        max: sorted[last],
        mean: mean(&present),
        std: if spread { mean_and_std(&present).1 } else { 0.0 },
        quantiles,
        bin_edges,
        bin_counts,
    }
}

/// Inner edges of the bins. Each bin takes an equal part of the values that are left, and all cells
/// of a value or none, whichever is nearer: where most cells are 0, or are 1, the others still have
/// bins to tell them apart.
fn bin_edges(sorted: &[f64]) -> Vec<f64> {
    let (mut edges, mut rest) = (Vec::new(), sorted);
    for bins_left in (2..=N_BINS).rev() {
        let part = rest.len().div_ceil(bins_left);
        let Some(value) = part.checked_sub(1).and_then(|last| rest.get(last)) else { break };
        let before = rest.partition_point(|other| other < value);
        let after = rest.partition_point(|other| other <= value);
        let without = before > 0 && (after == rest.len() || part - before < after - part);
        let (bin, others) = rest.split_at(if without { before } else { after });
        let (Some(edge), false) = (bin.last(), others.is_empty()) else { break };
        edges.push(*edge);
        rest = others;
    }
    edges
}

fn text_column(cells: &[TextCell], n_levels: usize) -> ColumnStatistics {
    let mut level_counts = vec![0u64; n_levels];
    let mut missing = 0;
    for cell in cells {
        match cell {
            TextCell::Level(code) => level_counts[*code as usize] += 1,
            TextCell::Missing(_) => missing += 1,
            TextCell::Unseen => {}
        }
    }
    ColumnStatistics::Text { level_counts, missing }
}

/// The same with little left to learn of the training data, for golden rows of a model that is to
/// keep them to itself: no smallest and no largest value, the others to a tenth of their spread or
/// less, and each category as often as another.
pub(crate) fn coarse(statistics: &[ColumnStatistics]) -> Vec<ColumnStatistics> {
    let mut coarse = statistics.to_vec();
    for column in &mut coarse {
        match column {
            ColumnStatistics::Numeric { quantiles, .. } => blur(quantiles),
            ColumnStatistics::Text { level_counts, .. } => level_counts.fill(1),
            ColumnStatistics::Document { .. } => {}
        }
    }
    coarse
}

/// Replaces the smallest and the largest value, and keeps two digits of the spread of the others.
/// Whole numbers stay whole, and none leaves the range from 0 on: they may be counts or codes.
fn blur(quantiles: &mut [f64]) {
    let [_, low, .., high, _] = *quantiles else { return };
    for q in &mut *quantiles {
        *q = q.clamp(low, high);
    }
    let power =
        format!("{:e}", high - low).split_once('e').and_then(|(_, e)| e.parse::<i32>().ok());
    let Some(power) = power.filter(|_| high > low) else { return };
    for q in quantiles {
        let rounded = match usize::try_from(1 - power) {
            Ok(decimals) => format!("{q:.decimals$}").parse(),
            Err(_) => {
                format!("1e{}", power - 1).parse().map(|step: f64| (*q / step).trunc() * step)
            }
        };
        *q = rounded.unwrap_or(*q);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_count_every_value_once_and_edges_ascend() {
        for values in [vec![0.0; 9], vec![1.0, 2.0], (0..1000).map(|i| f64::from(i % 7)).collect()]
        {
            let ColumnStatistics::Numeric { bin_edges, bin_counts, count, .. } =
                number_column(&values)
            else {
                panic!("numeric")
            };
            assert_eq!(bin_counts.iter().sum::<u64>(), count);
            assert!(bin_edges.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn blurred_quantiles_say_little_and_stay_what_they_were() {
        let blurred = |values: &[f64]| {
            let mut values = values.to_vec();
            blur(&mut values);
            values
        };
        assert_eq!(blurred(&[0.01, 1.2345, 2.71, 5.5, 99.0]), [1.2, 1.2, 2.7, 5.5, 5.5]);
        assert_eq!(blurred(&[18.0, 21.0, 49.0, 67.0, 90.0]), [21.0, 21.0, 49.0, 67.0, 67.0]);
        let long_tailed = blurred(&[-9.0, 123.0, 4567.0, 9999.0, 1e9]);
        assert_eq!(long_tailed, [100.0, 100.0, 4500.0, 9900.0, 9900.0]);
        assert_eq!(blurred(&[0.0, 0.0, 0.3, 0.0, 7.0]), [0.0; 5]);
        let huge = [-f64::MAX, -f64::MAX, 0.0, f64::MAX, f64::MAX];
        assert_eq!(blurred(&huge), huge);
        let far = blurred(&[1.0, 1e9 + 0.123, 1e9 + 0.2, 1e9 + 0.999, 2e9]);
        assert_eq!(far[..2], [1e9 + 0.12, 1e9 + 0.12]);
        assert_eq!(blurred(&[1.0, 2.0]), [1.0, 2.0]);
    }

    #[test]
    fn a_value_that_fills_many_bins_leaves_bins_for_the_others() {
        let thousand: Vec<f64> = (0..1000).map(f64::from).collect();
        assert_eq!(bin_edges(&thousand), [99., 199., 299., 399., 499., 599., 699., 799., 899.]);
        let mostly_zero: Vec<f64> = (0..1000).map(|i| f64::from((i - 909).max(0))).collect();
        assert_eq!(bin_edges(&mostly_zero), [0., 10., 20., 30., 40., 50., 60., 70., 80.]);
        let mostly_one: Vec<f64> = (0..1000).map(|i| f64::from(i >= 40)).collect();
        assert_eq!(bin_edges(&mostly_one), [0.]);
        let few_twos: Vec<f64> =
            (0..1000).map(|i| f64::from(i / 40).min(1.0) + f64::from(i / 970)).collect();
        assert_eq!(bin_edges(&few_twos), [0., 1.]);
        assert_eq!(bin_edges(&[1.0, 2.0, 2.0, 2.0]), [1.0]);
        assert!(bin_edges(&[7.0; 50]).is_empty());
    }
}
