//! Programs on their way into a file.

use super::ops::labels::{LabelRule, LabelSpec};
use super::ops::links::{LinkForm, LinkSpec};
use super::ops::select::SelectSpec;
use super::ops::trees::TreesArrays;
use super::slot::{ArrayId, Run, Slot};
use super::{Head, Meaning, OpSpec, ProgramSpec};
use crate::forest::{Packed, PackedForest};
use crate::section::ArrayData;

/// Puts ops after one another and knows which slots they write.
///
/// Nothing is checked: [`writer::encode`](crate::writer::encode) checks the whole as a reader does.
#[derive(Debug)]
pub struct ProgramBuilder {
    ops: Vec<OpSpec>,
    arrays: Vec<ArrayData>,
    next: Slot,
}

impl ProgramBuilder {
    /// A program without ops that reads so many columns.
    pub fn new(n_columns: usize) -> Self {
        Self { ops: Vec::new(), arrays: Vec::new(), next: index(n_columns) }
    }

    /// Appends an op that writes `len` slots, and returns these.
    pub fn op(&mut self, op: OpSpec, len: u32) -> Run {
        self.ops.push(op);
        let output = Run { first: self.next, len };
        self.next = self.next.saturating_add(len);
        output
    }

    /// Appends an array and returns its number. If there is one of its name, it gets another.
    pub fn array(&mut self, array: ArrayData) -> ArrayId {
        let number = self.arrays.len();
        let taken = self.arrays.iter().any(|other| other.name() == array.name());
        self.arrays.push(if taken { array.with_suffix(number) } else { array });
        ArrayId(index(number))
    }

    /// Columns of the schema, or other single slots, as a run; they are selected unless they are one.
    pub fn columns(&mut self, slots: impl IntoIterator<Item = usize>) -> Run {
        self.joined(slots.into_iter().map(|slot| Run::one(index(slot))))
    }

    /// Runs as one; they are selected unless each begins where the one before it ends.
    pub fn joined(&mut self, parts: impl IntoIterator<Item = Run>) -> Run {
        let mut runs: Vec<Run> = Vec::new();
        for part in parts.into_iter().filter(|part| part.len > 0) {
            match runs.last_mut() {
                Some(run) if run.first.checked_add(run.len) == Some(part.first) => {
                    run.len = run.len.saturating_add(part.len);
                }
                _ => runs.push(part),
            }
        }
        match runs.as_slice() {
            [] => Run { first: 0, len: 0 },
            [run] => *run,
            _ => {
                let len = runs.iter().fold(0, |sum: u32, run| sum.saturating_add(run.len));
                self.op(OpSpec::Select(SelectSpec { runs }), len)
            }
        }
    }

    /// Appends the label that a rule finds in numbers.
    pub fn label(&mut self, input: Run, rule: LabelRule) -> Slot {
        self.op(OpSpec::Label(LabelSpec { input, rule }), 1).first
    }

    /// Appends what makes probabilities of sums, and the label; it comes from the sums, or from the
    /// probabilities.
    pub fn probabilities(
        &mut self,
        sums: Run,
        form: LinkForm,
        rule: LabelRule,
        of_sums: bool,
    ) -> Head {
        let len = if sums.len == 1 { 2 } else { sums.len };
        let numbers = self.op(OpSpec::Link(LinkSpec { input: sums, form }), len);
        let label = self.label(if of_sums { sums } else { numbers }, rule);
        Head { label: Some(label), numbers, meaning: Meaning::Probabilities }
    }

    /// Appends the arrays of trees.
    pub fn trees(&mut self, packed: &PackedForest) -> TreesArrays {
        let width = if packed.outputs.is_some() { 1 } else { packed.spec.n_outputs as usize };
        let n_leaves = packed.leaf_values.len().checked_div(width).unwrap_or(0);
        let n_tables = packed.tables.len() / 4;
        let numbers = |name, numbers: &[f64]| ArrayData::f64(name, &[numbers.len()], numbers);
        TreesArrays {
            tables: self.array(ArrayData::u32s("rank_tables", &[n_tables, 4], &packed.tables)),
            thresholds: self.array(numbers("thresholds", &packed.thresholds)),
            sets: packed.sets.as_ref().map(|n| self.array(ArrayData::u32("category_sets", n))),
            starts: self.array(ArrayData::u64("tree_starts", &packed.starts)),
            node_tables: self.array(narrow("node_tables", &packed.node_tables)),
            node_ranks: self.array(narrow("node_ranks", &packed.node_ranks)),
            shapes: self.array(ArrayData::u64("tree_shapes", &packed.shapes)),
            leaf_values: self.array(ArrayData::f64(
                "leaf_values",
                &[n_leaves, width],
                &packed.leaf_values,
            )),
            leaf_codes: packed.leaf_codes.as_ref().map(|n| self.array(narrow("leaf_codes", n))),
            weights: packed.weights.as_ref().map(|n| self.array(numbers("tree_weights", n))),
            outputs: packed.outputs.as_ref().map(|n| self.array(ArrayData::u32("tree_outputs", n))),
            base: packed.base.as_ref().map(|n| self.array(numbers("base_values", n))),
        }
    }

    /// The ops so far.
    pub fn ops(&self) -> &[OpSpec] {
        &self.ops
    }

    /// The program and its arrays, by number.
    pub fn finish(self, head: Head) -> (ProgramSpec, Vec<ArrayData>) {
        (ProgramSpec { ops: self.ops, head }, self.arrays)
    }
}

impl Head {
    /// A prediction of numbers without a label.
    pub fn value(numbers: Run) -> Self {
        Self { label: None, numbers, meaning: Meaning::Value }
    }
}

fn narrow(name: &str, numbers: &Packed) -> ArrayData {
    match numbers {
        Packed::U8(numbers) => ArrayData::u8(name, numbers),
        Packed::U16(numbers) => ArrayData::u16(name, numbers),
    }
}

/// A count of slots or arrays, of which a program has far fewer than 2^32.
pub fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
