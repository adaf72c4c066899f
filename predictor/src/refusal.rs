//! Why a program refuses a row, in words.

use model_format::Pipeline;
use model_format::program::slot::{Slot, SlotType};

/// What is wrong, and the column that it comes from, if it is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Index in the schema.
    pub(crate) column: Option<usize>,
    /// What the column holds.
    pub(crate) reason: &'static str,
}

impl Refusal {
    /// For a slot that a `Require` reads.
    #[cold]
    pub(crate) fn of(pipeline: &Pipeline, slot: Slot) -> Self {
        let program = pipeline.program();
        let reason = match program.slots().get(slot as usize) {
            Some(SlotType::Code { .. }) => "a category that the model refuses",
            Some(SlotType::Number { .. } | SlotType::Probability | SlotType::Document) | None => {
                "a number that is missing, infinite or outside of what the model can compute with"
            }
        };
        Self { column: program.column_of(slot), reason }
    }
}
