//! Which column a slot was made of.

use super::slot::Slot;
use super::{Op, Program};

impl Op {
    /// The slot of which alone slot `at` of its output was made, if it changes slots one by one.
    pub fn source(&self, at: u32) -> Option<Slot> {
        let input = match self {
            Self::Select(select) => {
                let mut slots = select.runs().iter().flat_map(|run| run.range());
                return slots.nth(at as usize).and_then(|slot| u32::try_from(slot).ok());
            }
            Self::Impute(op) => op.input(),
            Self::Affine(op) => op.input(),
            Self::Unary(op) => op.input(),
            Self::NumberToCode(op) => op.input(),
            Self::MapCode(op) => op.input(),
            Self::Require(op) => op.input(),
            Self::RowNorm(op) => op.input(),
            Self::Interpolate(op) => op.input(),
            Self::OneHot(_)
            | Self::Projection(_)
            | Self::Linear(_)
            | Self::Trees(_)
            | Self::NodeTrees(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::SupportVectors(_)
            | Self::Centroids(_)
            | Self::Link(_)
            | Self::Label(_)
            | Self::Product(_)
            | Self::Spline(_)
            | Self::Average(_)
            | Self::Terms(_) => return None,
        };
        input.first.checked_add(at)
    }
}

impl Program {
    /// The column of which alone a slot was made, if there is one.
    pub fn column_of(&self, mut slot: Slot) -> Option<usize> {
        for placed in self.ops.iter().rev() {
            if placed.output.range().contains(&(slot as usize)) {
                slot = placed.op.source(slot.checked_sub(placed.output.first)?)?;
            }
        }
        Some(slot as usize)
    }
}
