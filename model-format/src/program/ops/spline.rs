//! B-splines of a number.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};
use crate::schema::count;

/// Largest degree of a spline.
pub const MAX_SPLINE_DEGREE: usize = 16;

/// What the splines are outside of the interval from knot `degree` to the one `degree` before the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Extrapolation {
    /// Missing.
    Missing,
    /// As at the end that is nearer.
    Constant,
    /// On the tangents at the end that is nearer.
    Linear,
    /// Their polynomials next to the end that is nearer.
    Continue,
    /// The interval repeats; the last `degree` splines are the first ones.
    Periodic,
}

/// The splines of the number of slot `i` over knots `i`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplineSpec {
    /// Numbers; of one that is missing all splines are.
    pub input: Run,
    /// Their degree.
    pub degree: u32,
    /// What they are outside.
    pub extrapolation: Extrapolation,
    /// Whether the last spline of every slot is left out.
    pub drops_last: bool,
    /// How many knots there are in each slot.
    pub n_knots: u32,
    /// The knots, `[slots, n_knots]`; they do not descend, and the ends of the interval differ.
    pub knots: ArrayId,
}

/// Checked knots.
#[derive(Clone, Debug)]
pub struct Spline {
    input: Run,
    degree: usize,
    extrapolation: Extrapolation,
    n_splines: usize,
    drops_last: bool,
    knots: Array<f64>,
}

impl SplineSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Spline, Run)> {
        let missing = scope.numbers_or_missing("input", self.input)?;
        let (degree, n_knots) = (self.degree as usize, self.n_knots as usize);
        count("degree of splines", degree, 0, MAX_SPLINE_DEGREE)?;
        // The interval has at least one segment.
        let least = degree.saturating_mul(2).saturating_add(2);
        let Some(more) = n_knots.checked_sub(least) else {
            let what = format!("found {n_knots}, expected at least {least}");
            return Err(scope.error("knots", what));
        };
        let n_segments = more.saturating_add(1);
        let n_splines = match self.extrapolation {
            Extrapolation::Missing
            | Extrapolation::Constant
            | Extrapolation::Linear
            | Extrapolation::Continue => n_segments.saturating_add(degree),
            Extrapolation::Periodic if n_segments < degree => {
                let what = format!("{n_segments} segments of a periodic spline of degree {degree}");
                return Err(scope.error("knots", what));
            }
            Extrapolation::Periodic => n_segments,
        };
        let knots = scope.f64s(self.knots, &[Some(missing.len()), Some(n_knots)])?;
        for (slot, knots) in knots.as_slice().chunks_exact(n_knots).enumerate() {
            let ends = knots.get(degree).zip(knots.iter().rev().nth(degree));
            if !knots.is_sorted() || !ends.is_some_and(|(first, last)| first < last) {
                let what = format!("those of slot {slot} of the run do not ascend");
                return Err(scope.error("knots", what));
            }
        }
        let n_written = n_splines.saturating_sub(usize::from(self.drops_last));
        if n_written == 0 {
            return Err(scope.error("drops_last", "nothing is left"));
        }
        let may_be_outside = self.extrapolation == Extrapolation::Missing;
        let number = |missing: bool| SlotType::Number { may_be_missing: missing || may_be_outside };
        let outputs =
            missing.into_iter().flat_map(|missing| std::iter::repeat_n(number(missing), n_written));
        let output = scope.write(outputs)?;
        let Self { input, extrapolation, drops_last, .. } = *self;
        Ok((Spline { input, degree, extrapolation, n_splines, drops_last, knots }, output))
    }
}

impl Spline {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// The degree.
    pub fn degree(&self) -> usize {
        self.degree
    }

    /// What the splines are outside of their interval.
    pub fn extrapolation(&self) -> Extrapolation {
        self.extrapolation
    }

    /// How many splines there are in each slot.
    pub fn n_splines(&self) -> usize {
        self.n_splines
    }

    /// How many of them are written.
    pub fn n_written(&self) -> usize {
        self.n_splines.saturating_sub(usize::from(self.drops_last))
    }

    /// The knots of each slot of the run.
    pub fn knots(&self) -> impl Iterator<Item = &[f64]> {
        let n_knots = self.knots.as_slice().len() / self.input.width().max(1);
        self.knots.as_slice().chunks_exact(n_knots.max(1))
    }
}

impl Facts for Spline {
    const NAME: &'static str = "spline";

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
        let of_slot = self.degree.saturating_mul(self.degree).saturating_mul(8);
        let of_slot = of_slot.saturating_add(self.n_splines).saturating_add(32) as u64;
        u64::from(self.input.len).saturating_mul(of_slot)
    }
}
