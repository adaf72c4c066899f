//! Where the slots of a program are in a block, and until when.

use model_format::program::Program;

/// Where the values of a slot are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A column of numbers.
    Number(usize),
    /// A column of codes.
    Code(usize),
    /// 1 in the rows whose code is this one, else 0; not in the block.
    Category { codes: usize, code: u32 },
    /// A column of documents.
    Document(usize),
}

/// When slots are read for the last time, as the number of an op; one past the last op is the head.
pub(super) struct LastReads(Vec<usize>);

impl LastReads {
    pub(super) fn of(program: &Program) -> Self {
        let mut last = vec![0; program.slots().len()];
        for (index, placed) in program.ops().iter().enumerate() {
            for run in placed.op.inputs() {
                last[run.range()].fill(index);
            }
        }
        let head = program.head();
        last[head.numbers.range()].fill(program.ops().len());
        if let Some(label) = head.label {
            last[label as usize] = program.ops().len();
        }
        Self(last)
    }

    /// The last op that reads a slot.
    pub(super) fn of_slot(&self, slot: usize) -> usize {
        self.0[slot]
    }
}
