//! Where the slots of a program are in a block, and until when.

use model_format::program::ops::linear::Linear;
use model_format::program::slot::Run;
use model_format::program::{Placed, Program};

/// Where the values of a slot are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A column of numbers.
    Number(usize),
    /// A column of codes.
    Code(usize),
    /// 1 in the rows whose code is this one, else 0; not in the block.
    Category { codes: usize, code: u32, n: u32 },
    /// A column of documents.
    Document(usize),
    /// A term of a list, which is read only as a whole.
    Term { list: usize },
}

/// Whether what an op of terms writes is read as a whole alone, and by sums of products, which can read lists.
pub(super) fn is_list(program: &Program, output: Run) -> bool {
    let apart = |run: &Run| {
        let (a, b) = (run.range(), output.range());
        a.end <= b.start || b.end <= a.start
    };
    let serves = |placed: &Placed| {
        let runs = placed.op.inputs();
        runs.iter().all(apart) || runs == [output] && placed.op.get::<Linear>().is_some()
    };
    apart(&program.head().numbers) && program.ops().iter().all(serves)
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
