//! Codes to numbers or to other codes, by tables.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::fields::Dtype;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// The entry of a table of codes that stands for none.
pub const UNKNOWN: u32 = u32::MAX;
/// The bits of the entry of a table of numbers that stands for a missing one.
const MISSING_BITS: u64 = 0x7ff8_0000_0000_0000;

/// What codes become.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CodeTarget {
    /// Numbers: the tables are f64, where NaN is a missing number.
    Numbers,
    /// Codes, so many in each slot: the tables are u32, where 2^32 - 1 is unknown.
    Codes(Vec<u32>),
}

/// Slot `i` of the run becomes the entry of its code in table `i`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MapCodeSpec {
    /// Codes.
    pub input: Run,
    /// What they become.
    pub to: CodeTarget,
    /// The tables, one after the other: an entry per code and, where the code may be unknown, one more for that.
    pub tables: ArrayId,
}

/// The tables of a checked op.
#[derive(Clone, Debug)]
pub enum CodeTables {
    /// Of numbers.
    Numbers(Array<f64>),
    /// Of codes.
    Codes(Array<u32>),
}

/// Checked tables.
#[derive(Clone, Debug)]
pub struct MapCode {
    input: Run,
    tables: CodeTables,
    parts: Vec<CodeTable>,
}

/// Where the table of a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTable {
    /// Its first entry.
    pub start: usize,
    /// How many codes there are.
    pub n_codes: usize,
    /// Whether the entry after those is that of an unknown code.
    pub has_unknown: bool,
}

impl CodeTable {
    /// Its entries among those of all tables; there is at least one.
    pub fn range(self) -> Range<usize> {
        let n = self.n_codes.saturating_add(usize::from(self.has_unknown));
        self.start..self.start.saturating_add(n)
    }
}

impl MapCodeSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(MapCode, Run)> {
        let types = scope.any("input", self.input)?;
        let mut parts = Vec::with_capacity(types.len());
        let mut start = 0;
        for found in types {
            let SlotType::Code { n, may_be_unknown: has_unknown } = found else {
                return Err(scope.error("input", "reads numbers, expected codes"));
            };
            let part = CodeTable { start, n_codes: n as usize, has_unknown };
            start = part.range().end;
            parts.push(part);
        }
        let (tables, outputs) = match &self.to {
            CodeTarget::Numbers => {
                let array = scope.array::<f64>(self.tables, Dtype::F64, &[Some(start)])?;
                let serves = |x: &f64| x.is_finite() || x.to_bits() == MISSING_BITS;
                if let Some(at) = array.as_slice().iter().position(|x| !serves(x)) {
                    let what = format!("element {at} is neither a finite number nor missing");
                    return Err(scope.error("tables", what));
                }
                let number = |part: &CodeTable| {
                    let table = array.as_slice().get(part.range()).unwrap_or_default();
                    SlotType::Number { may_be_missing: table.iter().any(|x| x.is_nan()) }
                };
                let outputs: Vec<SlotType> = parts.iter().map(number).collect();
                (CodeTables::Numbers(array), outputs)
            }
            CodeTarget::Codes(counts) => {
                scope.same_length("codes", counts.len(), parts.len())?;
                let array = scope.array::<u32>(self.tables, Dtype::U32, &[Some(start)])?;
                let mut outputs = Vec::with_capacity(parts.len());
                for ((slot, part), n) in parts.iter().enumerate().zip(counts) {
                    let n = scope.n_codes("codes", *n as usize)?;
                    let table = array.as_slice().get(part.range()).unwrap_or_default();
                    if let Some(code) = table.iter().find(|code| **code >= n && **code != UNKNOWN) {
                        let what = format!("slot {slot} of the run has code {code} of {n}");
                        return Err(scope.error("tables", what));
                    }
                    let may_be_unknown = table.contains(&UNKNOWN);
                    outputs.push(SlotType::Code { n, may_be_unknown });
                }
                (CodeTables::Codes(array), outputs)
            }
        };
        let output = scope.write(outputs)?;
        Ok((MapCode { input: self.input, tables, parts }, output))
    }
}

impl MapCode {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// The tables.
    pub fn tables(&self) -> &CodeTables {
        &self.tables
    }

    /// Where the table of each slot of the run is.
    pub fn parts(&self) -> &[CodeTable] {
        &self.parts
    }
}

impl Facts for MapCode {
    const NAME: &'static str = "map-code";

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
        u64::from(self.input.len).saturating_mul(2)
    }
}
