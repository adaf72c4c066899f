//! Products of columns, and columns divided by the size of their rows.

use model_format::program::ops::product::Product;
use model_format::program::ops::row_norm::{Norm, RowNorm};

use crate::block::Block;

/// Columns from `to` on that are products of the columns `from` and of each other.
pub(crate) fn products(op: &Product, from: &[usize], to: usize, block: &mut Block) {
    let column = |at: usize| from.get(at).copied().unwrap_or_else(|| to + at - from.len());
    for (factors, to) in op.factors().zip(to..) {
        block.multiply(factors.map(column), to);
    }
}

/// Divides columns by the norm of their rows; `norms` is room for those.
pub(crate) fn normalize(op: RowNorm, columns: &[usize], norms: &mut Vec<f64>, block: &mut Block) {
    norms.clear();
    norms.resize(block.len(), 0.0);
    for column in columns {
        let numbers = norms.iter_mut().zip(block.numbers(*column));
        match op.norm() {
            Norm::Sum => numbers.for_each(|(sum, x)| *sum += x.abs()),
            Norm::Euclidean => numbers.for_each(|(sum, x)| *sum += x * x),
            Norm::Maximum => numbers.for_each(|(most, x)| *most = most.max(x.abs())),
        }
    }
    match op.norm() {
        Norm::Sum | Norm::Maximum => {}
        Norm::Euclidean => norms.iter_mut().for_each(|sum| *sum = sum.sqrt()),
    }
    // Divided by 1, a number stays.
    norms.iter_mut().filter(|size| **size < op.least()).for_each(|size| *size = 1.0);
    for column in columns {
        for (x, size) in block.numbers_mut(*column).iter_mut().zip(norms.iter()) {
            *x /= size;
        }
    }
}
