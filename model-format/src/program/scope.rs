//! What the checker knows on its way through a program: types of slots, arrays that are claimed.

use std::collections::BTreeMap;

use super::arrays::Claims;
use super::slot::{ArrayId, Run, Slot, SlotType};
use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::fields::Dtype;
use crate::finite::finite;
use crate::limits::{MAX_SLOT_CODES, MAX_SLOTS};

/// Slots of the columns and of the ops so far, and what was read of them.
pub(crate) struct Scope<'a> {
    sections: Claims<'a>,
    types: Vec<SlotType>,
    read: Vec<bool>,
    /// Slots that were read so far, one that is read twice counted twice: a reader may have to copy them.
    n_read: usize,
    /// What each op writes.
    outputs: Vec<Run>,
    /// Runs whose probabilities sum to 1: their first slots and how many there are.
    distributions: BTreeMap<Slot, u32>,
    /// The op being checked, for messages.
    op: String,
}

impl<'a> Scope<'a> {
    /// Begins with the types of the schema's columns and the arrays that are not the program's.
    pub(crate) fn new(columns: Vec<SlotType>, sections: Claims<'a>) -> Self {
        Self {
            sections,
            read: vec![false; columns.len()],
            n_read: 0,
            types: columns,
            outputs: Vec::new(),
            distributions: BTreeMap::new(),
            op: String::new(),
        }
    }

    /// Goes on to another op.
    pub(crate) fn enter(&mut self, index: usize, name: &str) {
        self.op = format!("op {index} ({name})");
    }

    /// Bytes of the file, or of its arrays before there is one.
    pub(crate) fn file_len(&self) -> usize {
        self.sections.file_len()
    }

    /// The op being checked, for messages.
    pub(crate) fn op(&self) -> &str {
        &self.op
    }

    /// An error of a field of the op.
    #[cold]
    pub(crate) fn error(&self, field: &str, what: impl Into<String>) -> FormatError {
        FormatError::structure(format!("{}, {field}", self.op), what)
    }

    /// Checks that the slots of a run are there and marks them as read.
    fn read(&mut self, field: &str, run: Run) -> Result<&[SlotType]> {
        let n_slots = self.types.len();
        if run.len == 0 {
            return Err(self.error(field, "reads no slots"));
        }
        let Some(read) = self.read.get_mut(run.range()) else {
            let what = format!("reads {} slots from {}, there are {n_slots}", run.len, run.first);
            return Err(self.error(field, what));
        };
        read.fill(true);
        self.n_read = self.n_read.saturating_add(run.width());
        if self.n_read > MAX_SLOTS {
            return Err(self.error(field, format!("more than {MAX_SLOTS} slots are read in all")));
        }
        Ok(self.types.get(run.range()).unwrap_or_default())
    }

    /// The types of the slots of a run, numbers or codes.
    pub(crate) fn any(&mut self, field: &str, run: Run) -> Result<Vec<SlotType>> {
        let types = self.read(field, run)?.to_vec();
        match types.iter().position(|slot| *slot == SlotType::Document) {
            Some(at) => {
                let slot = at.saturating_add(run.first as usize);
                let what = format!("slot {slot} is a document, expected a number or a code");
                Err(self.error(field, what))
            }
            None => Ok(types),
        }
    }

    /// Checks that a slot holds documents.
    pub(crate) fn document(&mut self, field: &str, slot: Slot) -> Result<()> {
        match self.one(field, slot)? {
            SlotType::Document => Ok(()),
            found => {
                let what = format!("slot {slot} is {}, expected a document", found.name());
                Err(self.error(field, what))
            }
        }
    }

    /// Checks that a run holds numbers, missing ones among them only if the op can use them; returns how
    /// many there are.
    pub(crate) fn numbers(&mut self, field: &str, run: Run, missing: bool) -> Result<usize> {
        let serves = |slot: &SlotType| match slot {
            SlotType::Number { may_be_missing } => missing || !may_be_missing,
            SlotType::Probability => true,
            SlotType::Code { .. } | SlotType::Document => false,
        };
        let other = self.read(field, run)?.iter().enumerate().find(|(_, slot)| !serves(slot));
        if let Some((at, found)) = other {
            let what = format!(
                "slot {} is {}, expected a number",
                at.saturating_add(run.first as usize),
                found.name()
            );
            return Err(self.error(field, what));
        }
        Ok(run.width())
    }

    /// Checks that a run holds numbers; returns for each whether it may be missing.
    pub(crate) fn numbers_or_missing(&mut self, field: &str, run: Run) -> Result<Vec<bool>> {
        self.numbers(field, run, true)?;
        let missing = |slot: &SlotType| *slot == SlotType::Number { may_be_missing: true };
        Ok(self.types.get(run.range()).unwrap_or_default().iter().map(missing).collect())
    }

    /// Checks that a run holds probabilities.
    pub(crate) fn probabilities(&mut self, field: &str, run: Run) -> Result<usize> {
        let other = |slot: &SlotType| *slot != SlotType::Probability;
        match self.read(field, run)?.iter().position(other) {
            Some(at) => {
                let what =
                    format!("slot {} is no probability", at.saturating_add(run.first as usize));
                Err(self.error(field, what))
            }
            None => Ok(run.width()),
        }
    }

    /// Checks that a run holds codes; returns how many each may have.
    pub(crate) fn codes(&mut self, field: &str, run: Run) -> Result<Vec<usize>> {
        let n_codes = |slot: &SlotType| match slot {
            SlotType::Code { n, .. } => Some(*n as usize),
            SlotType::Number { .. } | SlotType::Probability | SlotType::Document => None,
        };
        let counts: Option<Vec<usize>> = self.any(field, run)?.iter().map(n_codes).collect();
        counts.ok_or_else(|| self.error(field, "reads numbers, expected codes"))
    }

    /// Checks how many codes a slot is to have.
    pub(crate) fn n_codes(&self, field: &str, n: usize) -> Result<u32> {
        match u32::try_from(n) {
            Ok(n) if (1..=MAX_SLOT_CODES).contains(&(n as usize)) => Ok(n),
            Ok(_) | Err(_) => {
                Err(self.error(field, format!("found {n} codes, expected 1 to {MAX_SLOT_CODES}")))
            }
        }
    }

    /// Checks that a list has one entry per slot.
    pub(crate) fn same_length(&self, field: &str, found: usize, expected: usize) -> Result<()> {
        if found == expected {
            return Ok(());
        }
        Err(self.error(field, format!("found {found}, expected {expected}")))
    }

    /// Checks that something is not more than it may be.
    pub(crate) fn at_most(&self, field: &str, found: usize, most: usize) -> Result<()> {
        if found <= most {
            return Ok(());
        }
        Err(self.error(field, format!("found {found}, expected at most {most}")))
    }

    /// The type of one slot, marked as read.
    pub(crate) fn one(&mut self, field: &str, slot: Slot) -> Result<SlotType> {
        let found = self.read(field, Run::one(slot))?.first().copied();
        found.ok_or_else(|| self.error(field, "reads no slot"))
    }

    /// Claims an array for the op; no two ops share one.
    pub(crate) fn array<T: bytemuck::Pod>(
        &mut self,
        id: ArrayId,
        dtype: Dtype,
        shape: &[Option<usize>],
    ) -> Result<Array<T>> {
        self.sections.claim(id, dtype, shape)
    }

    /// The type of an array's elements, if there is such an array.
    pub(crate) fn dtype(&self, id: ArrayId) -> Option<Dtype> {
        self.sections.dtype(id)
    }

    /// An array of finite numbers.
    pub(crate) fn f64s(&mut self, id: ArrayId, shape: &[Option<usize>]) -> Result<Array<f64>> {
        let array = self.array::<f64>(id, Dtype::F64, shape)?;
        finite(&self.name(id), array.as_slice())?;
        Ok(array)
    }

    /// Checks that every number of a list is finite.
    pub(crate) fn finite(&self, field: &str, numbers: &[f64]) -> Result<()> {
        match numbers.iter().position(|number| !number.is_finite()) {
            Some(at) => Err(self.error(field, format!("element {at} is not a finite number"))),
            None => Ok(()),
        }
    }

    /// An array by its name, for messages.
    pub(crate) fn name(&self, id: ArrayId) -> String {
        self.sections.name(id)
    }

    /// Checks how many slots the op says that it writes; one of them takes memory in every row.
    pub(crate) fn width(&self, field: &str, width: u32, min: usize) -> Result<usize> {
        let width = width as usize;
        if (min..=MAX_SLOTS).contains(&width) {
            return Ok(width);
        }
        Err(self.error(field, format!("found {width}, expected {min} to {MAX_SLOTS}")))
    }

    /// Adds what the op writes and returns where.
    pub(crate) fn write(&mut self, types: impl IntoIterator<Item = SlotType>) -> Result<Run> {
        let first = self.types.len();
        self.types.extend(types.into_iter().take(MAX_SLOTS.saturating_add(1)));
        if self.types.len() > MAX_SLOTS {
            return Err(self.error("output", format!("more than {MAX_SLOTS} slots in all")));
        }
        self.read.resize(self.types.len(), false);
        let index = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let output =
            Run { first: index(first), len: index(self.types.len().saturating_sub(first)) };
        self.outputs.push(output);
        Ok(output)
    }

    /// Remembers that the probabilities of a run sum to 1.
    pub(crate) fn add_distribution(&mut self, run: Run) {
        self.distributions.insert(run.first, run.len);
    }

    /// Remembers the same of what a run was copied to.
    pub(crate) fn copy_distributions(&mut self, from: Run, to: Run) {
        let (start, end) = (from.first, from.first.saturating_add(from.len));
        let inside = self.distributions.range(start..end);
        let inside = inside.filter(|(first, len)| first.saturating_add(**len) <= end);
        let copies: Vec<(Slot, u32)> = inside
            .map(|(first, len)| (first.saturating_sub(start).saturating_add(to.first), *len))
            .collect();
        self.distributions.extend(copies);
    }

    /// Whether the probabilities of each run sum to 1.
    pub(crate) fn are_distributions(&self, mut runs: impl Iterator<Item = Run>) -> bool {
        runs.all(|run| self.distributions.get(&run.first) == Some(&run.len))
    }

    /// Checks that nothing is left over, and returns the types of all slots: every column is read, and something of
    /// what each op writes.
    pub(crate) fn finish(self, columns: &[impl AsRef<str>]) -> Result<Vec<SlotType>> {
        let unread = |slot: &usize| self.read.get(*slot) == Some(&false);
        let column = (0..columns.len()).find(unread);
        let of_op = self.outputs.iter().find(|output| output.range().all(|slot| unread(&slot)));
        if let Some(slot) = column.or(of_op.map(|output| output.first as usize)) {
            let of_column = columns.get(slot).map(|name| format!(" (column `{}`)", name.as_ref()));
            let what = format!("nothing reads slot {slot}{}", of_column.unwrap_or_default());
            return Err(FormatError::structure("program", what));
        }
        self.sections.finish()?;
        Ok(self.types)
    }
}
