//! Ops on single columns, one after the other while the column is in the first-level cache.

use crate::kernels::unary::Map;

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// A missing number becomes this one.
    Impute(f64),
    /// The same where an earlier step may have made a number missing.
    ImputeAgain(f64),
    /// `(x - a) / b`.
    SubtractDivide(f64, f64),
    /// `x * a + b`, each rounded.
    MultiplyAdd(f64, f64),
    /// A function of the number.
    Map(Map),
}

/// What a column passes through, in place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chain(pub(crate) Vec<Step>);

impl Chain {
    /// Adds a step.
    pub(super) fn push(&mut self, step: Step) {
        let again = |value| {
            let first = self.0.is_empty();
            if first { Step::Impute(value) } else { Step::ImputeAgain(value) }
        };
        let step = match step {
            Step::Impute(value) | Step::ImputeAgain(value) => again(value),
            Step::SubtractDivide(..) | Step::MultiplyAdd(..) | Step::Map(_) => step,
        };
        self.0.push(step);
    }

    /// Does all of it; without missing numbers there is nothing to impute before the first step.
    #[inline]
    pub(crate) fn run(&self, values: &mut [f64], may_be_missing: bool) {
        for step in &self.0 {
            match *step {
                Step::Impute(value) => {
                    if may_be_missing {
                        values.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = value);
                    }
                }
                Step::ImputeAgain(value) => {
                    values.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = value);
                }
                Step::SubtractDivide(a, b) => {
                    for v in values.iter_mut() {
                        *v = (*v - a) / b;
                    }
                }
                Step::MultiplyAdd(a, b) => {
                    for v in values.iter_mut() {
                        *v = *v * a + b;
                    }
                }
                Step::Map(map) => map.run(values),
            }
        }
    }
}
