//! Sums, means and weighted medians of several runs of columns.

use model_format::program::ops::average::{Average, AverageForm};

use crate::block::Features;

/// Fills `[width, capacity]`: column `i` from column `i` of every part.
pub(crate) fn fill(average: &Average, block: &Features<'_>, columns: &mut [f64]) {
    let (n_parts, weights) = (average.n_parts(), average.weights());
    let width = average.input().width() / n_parts;
    let columns = columns.chunks_exact_mut(block.capacity()).take(width);
    for (at, column) in columns.enumerate() {
        let results = &mut column[..block.len()];
        let parts = (0..n_parts).map(|part| block.feature(part * width + at));
        match average.form() {
            AverageForm::Sum => add(weights, parts, results),
            AverageForm::Mean => {
                add(weights, parts, results);
                let total = average.total();
                for sum in results {
                    *sum /= total;
                }
            }
            AverageForm::Median => median(weights, &parts.collect::<Vec<_>>(), results),
        }
    }
}

/// Sums in the order of the parts, from 0.0.
fn add<'a>(weights: &[f64], parts: impl Iterator<Item = &'a [f64]>, sums: &mut [f64]) {
    sums.fill(0.0);
    let mut weights = weights.iter();
    for part in parts {
        match weights.next() {
            None => sums.iter_mut().zip(part).for_each(|(sum, x)| *sum += x),
            Some(weight) => sums.iter_mut().zip(part).for_each(|(sum, x)| *sum += x * weight),
        }
    }
}

/// Weighted medians; a row with a number that is NaN gets NaN.
fn median(weights: &[f64], parts: &[&[f64]], medians: &mut [f64]) {
    let mut sorted = Vec::with_capacity(parts.len());
    for (row, median) in medians.iter_mut().enumerate() {
        sorted.clear();
        let weights = weights.iter().copied().chain(std::iter::repeat(1.0));
        sorted.extend(parts.iter().map(|part| part[row]).zip(weights));
        if sorted.iter().any(|(x, _)| x.is_nan()) {
            *median = f64::NAN;
            continue;
        }
        sorted.sort_by(|(x, _), (y, _)| x.total_cmp(y));
        let total = sorted.iter().fold(0.0, |sum, (_, weight)| sum + weight);
        let mut so_far = 0.0;
        let reached = sorted.iter().find(|(_, weight)| {
            so_far += weight;
            so_far >= 0.5 * total
        });
        *median = reached.map_or(f64::NAN, |(x, _)| *x);
    }
}
