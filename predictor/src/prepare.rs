//! The cells of a block to features: imputed and scaled.

use model_format::Pipeline;
use model_format::pipeline::steps::Scaler;

use crate::block::Block;

/// Imputes and scales the cells of a block, in place.
pub(crate) fn prepare(block: &mut Block, pipeline: &Pipeline) {
    for i in 0..pipeline.schema().numeric().len() {
        impute_and_scale(pipeline, i, block.numbers_mut(i), true);
    }
}

/// Imputes, if anything may be missing, and scales numeric column `i`.
#[inline]
pub(crate) fn impute_and_scale(
    pipeline: &Pipeline,
    i: usize,
    values: &mut [f64],
    may_be_missing: bool,
) {
    if may_be_missing && let Some(impute) = pipeline.preprocessing().impute() {
        values.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = impute[i]);
    }
    if let Scaler::Affine { shift, divisor } = pipeline.preprocessing().scaler() {
        let (shift, divisor) = (shift[i], divisor[i]);
        for v in values.iter_mut() {
            *v = (*v - shift) / divisor;
        }
    }
}
