//! Numbers to codes, by tables of numbers.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// How a number finds its code in an ascending table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CodeRule {
    /// The place of the value that is equal to it; unknown if there is none.
    Equal,
    /// How many edges are not above it: bins hold their lower edge.
    BinsFromEdge,
    /// How many edges are below it: bins hold their upper edge.
    BinsToEdge,
}

/// Slot `i` of the run becomes its code in table `i`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberToCodeSpec {
    /// Numbers.
    pub input: Run,
    /// How a code is found.
    pub rule: CodeRule,
    /// Whether a missing number is the last code; else it is unknown.
    pub missing_category: bool,
    /// How many numbers each table has.
    pub lengths: Vec<u32>,
    /// The tables, one after the other; values ascend strictly, edges do not descend.
    pub tables: ArrayId,
}

/// Checked tables.
#[derive(Clone, Debug)]
pub struct NumberToCode {
    input: Run,
    rule: CodeRule,
    missing_category: bool,
    tables: Array<f64>,
    /// Where each table is, and the code of a missing number.
    parts: Vec<(Range<usize>, Option<u32>)>,
}

/// The table of a slot.
#[derive(Clone, Copy, Debug)]
pub struct NumberTable<'a> {
    /// Values or edges, ascending.
    pub numbers: &'a [f64],
    /// The code of a missing number; without one it is unknown.
    pub missing: Option<u32>,
}

impl NumberToCodeSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(NumberToCode, Run)> {
        let missing = scope.numbers_or_missing("input", self.input)?;
        scope.same_length("lengths", self.lengths.len(), missing.len())?;
        let mut end = 0usize;
        let mut parts = Vec::with_capacity(self.lengths.len());
        for length in &self.lengths {
            let start = end;
            end = end.saturating_add(*length as usize);
            parts.push(start..end);
        }
        let tables = scope.f64s(self.tables, &[Some(end)])?;
        let strictly = self.rule == CodeRule::Equal;
        let mut outputs = Vec::with_capacity(parts.len());
        let mut with_missing = Vec::with_capacity(parts.len());
        for ((slot, part), missing) in parts.into_iter().enumerate().zip(missing) {
            let table = tables.as_slice().get(part.clone()).unwrap_or_default();
            let ascends = |pair: &[f64]| match pair {
                [a, b] => a < b || (!strictly && a <= b),
                _ => true,
            };
            if !table.windows(2).all(ascends) {
                let what = format!("the numbers of slot {slot} of the run do not ascend");
                return Err(scope.error("tables", what));
            }
            let bins = usize::from(!strictly);
            let n = table.len().saturating_add(bins + usize::from(self.missing_category));
            let n = scope.n_codes("lengths", n)?;
            let may_be_unknown = strictly || (missing && !self.missing_category);
            outputs.push(SlotType::Code { n, may_be_unknown });
            // What is no number though none is missing, infinity less infinity, is in the first bin.
            let code = if self.missing_category { Some(n.saturating_sub(1)) } else { Some(0) };
            with_missing.push((part, code.filter(|_| !may_be_unknown || self.missing_category)));
        }
        let output = scope.write(outputs)?;
        let Self { input, rule, missing_category, .. } = *self;
        Ok((NumberToCode { input, rule, missing_category, tables, parts: with_missing }, output))
    }
}

impl NumberToCode {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// How a code is found.
    pub fn rule(&self) -> CodeRule {
        self.rule
    }

    /// Whether a missing number is the last code.
    pub fn missing_category(&self) -> bool {
        self.missing_category
    }

    /// The table of each slot of the run.
    pub fn tables(&self) -> impl Iterator<Item = NumberTable<'_>> {
        self.parts.iter().map(|(part, missing)| NumberTable {
            numbers: self.tables.as_slice().get(part.clone()).unwrap_or_default(),
            missing: *missing,
        })
    }
}

impl Facts for NumberToCode {
    const NAME: &'static str = "number-to-code";

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
        u64::from(self.input.len).saturating_mul(16)
    }
}
