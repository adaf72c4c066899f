//! The cells of a block to features: each column through its chain.

use crate::block::Block;
use crate::plan::Plan;

/// Passes the numeric columns of a block through their chains, in place.
pub(crate) fn prepare(block: &mut Block, plan: &Plan) {
    for (i, chain) in plan.columns.iter().enumerate() {
        chain.run(block.numbers_mut(i), true);
    }
}
