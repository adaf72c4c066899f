//! Codes to numbers: one per code, 1 for the code that a row has.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// Every code of every slot of the run becomes a number: 1 where the row has it, else 0. A category that
/// training did not see, or a missing one, sets none of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OneHotSpec {
    /// Codes.
    pub input: Run,
}

/// Checked one-hot encoding.
#[derive(Clone, Debug)]
pub struct OneHot {
    input: Run,
    parts: Vec<Range<usize>>,
}

impl OneHotSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(OneHot, Run)> {
        let counts = scope.codes("input", self.input)?;
        let mut end = 0usize;
        let parts = counts.iter().map(|n| {
            let start = end;
            end = end.saturating_add(*n);
            start..end
        });
        let parts: Vec<Range<usize>> = parts.collect();
        let types = scope.any("input", self.input)?;
        let output = scope.write((0..end).map(|_| SlotType::NUMBER))?;
        for (slot, part) in types.iter().zip(&parts) {
            // Exactly one of the numbers of a code that is always known is 1.
            if let SlotType::Code { may_be_unknown: false, .. } = slot {
                scope.add_distribution(output.part(part));
            }
        }
        Ok((OneHot { input: self.input, parts }, output))
    }
}

impl OneHot {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Per slot of the run: the numbers of its codes, counted from the first one written.
    pub fn parts(&self) -> &[Range<usize>] {
        &self.parts
    }
}

impl Facts for OneHot {
    const NAME: &'static str = "one-hot";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        self.input.len.into()
    }
}
