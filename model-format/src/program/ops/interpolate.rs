//! Piecewise linear functions.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// How a number between two points, or beyond all of them, finds its value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum InterpolateForm {
    /// On the line from the last point that is not above it to the next.
    Forward,
    /// The mean of that and of the same from above, which differ where points have one place; up to the first point
    /// and from the last one on the values of those.
    Both,
    /// The same, but the values of the ends from where the number is nearer to them than this.
    BothWithin(f64),
}

/// Slot `i` of the run becomes the value at its number of the line through points `xs[i], ys`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterpolateSpec {
    /// Numbers; what is missing stays missing.
    pub input: Run,
    /// How a value is found.
    pub form: InterpolateForm,
    /// How many points there are in each slot.
    pub n_points: u32,
    /// Where the points are, `[slots, n_points]`; they do not descend.
    pub xs: ArrayId,
    /// Their values, `[n_points]`, the same for all slots.
    pub ys: ArrayId,
}

/// Checked points.
#[derive(Clone, Debug)]
pub struct Interpolate {
    input: Run,
    form: InterpolateForm,
    xs: Array<f64>,
    ys: Array<f64>,
}

impl InterpolateSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Interpolate, Run)> {
        let missing = scope.numbers_or_missing("input", self.input)?;
        let n_points = self.n_points as usize;
        if n_points == 0 {
            return Err(scope.error("points", "there is none"));
        }
        match self.form {
            InterpolateForm::Forward | InterpolateForm::Both => {}
            InterpolateForm::BothWithin(margin) => {
                scope.finite("form", &[margin])?;
                if margin < 0.0 {
                    return Err(scope.error("form", format!("a margin of {margin:?}")));
                }
            }
        }
        let xs = scope.f64s(self.xs, &[Some(missing.len()), Some(n_points)])?;
        let ys = scope.f64s(self.ys, &[Some(n_points)])?;
        let tables = xs.as_slice().chunks_exact(n_points);
        if let Some(slot) = tables.enumerate().find_map(|(i, xs)| (!xs.is_sorted()).then_some(i)) {
            return Err(scope.error("xs", format!("the points of slot {slot} of the run descend")));
        }
        let number = |may_be_missing| SlotType::Number { may_be_missing };
        let output = scope.write(missing.into_iter().map(number))?;
        Ok((Interpolate { input: self.input, form: self.form, xs, ys }, output))
    }
}

impl Interpolate {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// How a value is found.
    pub fn form(&self) -> InterpolateForm {
        self.form
    }

    /// Where the points of each slot of the run are; there is at least one.
    pub fn xs(&self) -> impl Iterator<Item = &[f64]> {
        self.xs.as_slice().chunks_exact(self.ys.as_slice().len().max(1))
    }

    /// The values of the points.
    pub fn ys(&self) -> &[f64] {
        self.ys.as_slice()
    }
}

impl Facts for Interpolate {
    const NAME: &'static str = "interpolate";

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
        u64::from(self.input.len).saturating_mul(40)
    }
}
