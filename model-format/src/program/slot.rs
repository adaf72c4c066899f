//! What a program computes with: numbered slots, the runs of them that an op reads, and their types.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A number or a code per row. The schema's columns come first, then what each op adds.
pub type Slot = u32;

/// Consecutive slots: the only way an op names what it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The first of them.
    pub first: Slot,
    /// How many there are.
    pub len: u32,
}

impl Run {
    /// A single slot.
    pub fn one(slot: Slot) -> Self {
        Self { first: slot, len: 1 }
    }

    /// Some of its slots, counted from its first one.
    pub(crate) fn part(self, part: &Range<usize>) -> Self {
        let slot = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { first: self.first.saturating_add(slot(part.start)), len: slot(part.len()) }
    }

    /// Its slots as indices.
    pub fn range(self) -> Range<usize> {
        let first = self.first as usize;
        first..first.saturating_add(self.len as usize)
    }

    /// Number of slots.
    pub fn width(self) -> usize {
        self.len as usize
    }
}

/// An array section by its number; names are for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrayId(pub u32);

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotType {
    /// An f64.
    Number {
        /// Whether it may stand for a missing number.
        may_be_missing: bool,
    },
    /// An f64 from 0 to 1.
    Probability,
    /// A category, a label or a cluster: a whole number below `n`.
    Code {
        /// How many codes there are.
        n: u32,
        /// Whether it may instead stand for a category that training did not see, or for a missing one.
        may_be_unknown: bool,
    },
    /// Any text.
    Document,
}

impl SlotType {
    /// A number that is never missing.
    pub const NUMBER: Self = Self::Number { may_be_missing: false };

    /// The type for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Number { may_be_missing: true } => "a number that may be missing",
            Self::Number { may_be_missing: false } => "a number",
            Self::Probability => "a probability",
            Self::Code { .. } => "a code",
            Self::Document => "a document",
        }
    }
}
