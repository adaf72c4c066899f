//! Encoded features to components for a block of rows.

use model_format::program::ops::projection::Projection;

use super::linear::add_products;
use crate::block::Features;

/// Fills `[n_components, capacity]`: `dot(x, weights) - shift` per component, as the training
/// library computes it.
pub(crate) fn fill(projection: &Projection, block: &Features<'_>, components: &mut [f64]) {
    let columns = components.chunks_exact_mut(block.capacity());
    for ((weights, shift), column) in projection.components().zip(columns) {
        let sums = &mut column[..block.len()];
        sums.fill(0.0);
        add_products(weights, block, sums);
        for sum in sums {
            *sum -= shift;
        }
    }
}
