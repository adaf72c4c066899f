//! Memory that scoring uses again.

use super::few::FewBuffer;
use super::unpacked::UnpackedTree;
use crate::kernels::trees::RankBuffer;

/// Room that a thread uses again for each block.
#[derive(Debug, Default)]
pub(crate) struct ForestBuffer {
    pub(super) ranks: RankBuffer,
    pub(super) few: FewBuffer,
    pub(super) tree: UnpackedTree,
    pub(super) slots: Vec<u16>,
    /// Sums of vector leaves, `[rows, n_outputs]`.
    pub(super) sums: Vec<f64>,
}
