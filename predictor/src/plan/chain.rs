//! Ops on single columns, one after the other while the column is in the first-level cache.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// A missing number becomes this one.
    Impute(f64),
    /// `(x - a) / b`.
    SubtractDivide(f64, f64),
    /// `x * a + b`, each rounded.
    MultiplyAdd(f64, f64),
}

/// What a column passes through, in place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chain(pub(crate) Vec<Step>);

impl Chain {
    /// Does all of it; without missing numbers there is nothing to impute.
    #[inline]
    pub(crate) fn run(&self, values: &mut [f64], may_be_missing: bool) {
        for step in &self.0 {
            match *step {
                Step::Impute(value) => {
                    if may_be_missing {
                        values.iter_mut().filter(|v| v.is_nan()).for_each(|v| *v = value);
                    }
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
            }
        }
    }
}
