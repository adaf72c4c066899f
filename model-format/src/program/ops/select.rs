//! Slots in another order, or some of them.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::Run;

/// The slots of `runs`, one run after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SelectSpec {
    /// What is taken; a slot may be taken more than once.
    pub runs: Vec<Run>,
}

/// Checked selection.
#[derive(Clone, Debug)]
pub struct Select {
    runs: Vec<Run>,
}

impl SelectSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Select, Run)> {
        if self.runs.is_empty() {
            return Err(scope.error("runs", "there is none"));
        }
        // All is read before anything is written: an op reads no slot of its own.
        let mut types = Vec::new();
        for run in &self.runs {
            types.extend(scope.any("runs", *run)?);
            scope.width("output", u32::try_from(types.len()).unwrap_or(u32::MAX), 1)?;
        }
        let output = scope.write(types)?;
        let mut at = 0usize;
        for run in &self.runs {
            let end = at.saturating_add(run.width());
            scope.copy_distributions(*run, output.part(&(at..end)));
            at = end;
        }
        Ok((Select { runs: self.runs.clone() }, output))
    }
}

impl Select {
    /// What is taken.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}

impl Facts for Select {
    const NAME: &'static str = "select";

    fn inputs(&self) -> Vec<Run> {
        self.runs.clone()
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        0
    }
}
