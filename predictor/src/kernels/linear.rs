//! `dot(x, w) + b` for a block of rows.

use model_format::program::ops::linear::Linear;

use crate::block::Features;

/// Appends `[n_outputs, rows]` outputs; the features need not be expanded.
pub(crate) fn score(linear: &Linear, block: &Features<'_>, outputs: &mut Vec<f64>) {
    for (weights, intercept) in linear.outputs() {
        let start = outputs.len();
        outputs.resize(start + block.len(), 0.0);
        let sums = &mut outputs[start..];
        add_products(weights, block, sums);
        for sum in sums {
            *sum += intercept;
        }
    }
}

/// Adds `x * weight` of every feature to the sums, `[rows]`, which begin at +0.0.
///
/// The sum of a row runs over the features in order, as in the training library. Of a text
/// column's 0/1 features only the one that is set is added: the others would add `0 * w`, which
/// leaves a sum that began at +0.0 unchanged to the bit, since all weights are finite.
pub(crate) fn add_products(weights: &[f64], block: &Features<'_>, sums: &mut [f64]) {
    if let Some(terms) = block.terms() {
        return terms.add_products(weights, sums);
    }
    let n_dense = block.n_dense(weights.len());
    for (feature, weight) in weights[..n_dense].iter().enumerate() {
        for (sum, x) in sums.iter_mut().zip(block.feature(feature)) {
            *sum += x * weight;
        }
    }
    for category in block.categories() {
        let weights = &weights[category.features.clone()];
        for (sum, code) in sums.iter_mut().zip(block.codes(category)) {
            if let Some(code) = code {
                *sum += weights[code];
            }
        }
    }
}
