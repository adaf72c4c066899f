//! `dot(x, w) + b` for a block of rows.

use model_format::pipeline::linear::Linear;
use model_format::schema::Schema;

use crate::block::Block;

/// Appends `[n_outputs, rows]` outputs.
///
/// The sum of a row runs over the features in order, as in the training library. Of a text
/// column's 0/1 features only the one that is set is added: the others would add `0 * w`, which
/// leaves a sum that began at +0.0 unchanged to the bit, since all weights are finite.
pub(super) fn score(linear: &Linear, schema: &Schema, block: &Block, outputs: &mut Vec<f64>) {
    for (weights, intercept) in linear.outputs() {
        let start = outputs.len();
        outputs.resize(start + block.len(), 0.0);
        let sums = &mut outputs[start..];
        let numeric = schema.numeric().len();
        for (feature, weight) in weights[..numeric].iter().enumerate() {
            for (sum, x) in sums.iter_mut().zip(block.feature(feature)) {
                *sum += x * weight;
            }
        }
        for (i, column) in schema.text().iter().enumerate() {
            let weights = &weights[column.features.clone()];
            for (sum, code) in sums.iter_mut().zip(block.codes(i)) {
                if let Some(code) = code {
                    *sum += weights[code];
                }
            }
        }
        for sum in sums {
            *sum += intercept;
        }
    }
}
