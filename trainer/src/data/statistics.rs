//! Training statistics of the fitted rows, one entry per schema column.

use model_format::manifest::ColumnStatistics;
use model_format::schema::{Schema, TextCell};
use model_format::statistics::N_QUANTILES;

use super::encode::{Cells, mean, mean_and_std};
use super::parallel;

/// Bins between deciles.
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
    // A value that fills several deciles makes one edge; the largest value needs none above it.
    let mut bin_edges: Vec<f64> = (1..N_BINS).map(|i| at(i, N_BINS)).collect();
    bin_edges.retain(|edge| *edge < sorted[last]);
    bin_edges.dedup_by(|a, b| *a <= *b);
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
}
