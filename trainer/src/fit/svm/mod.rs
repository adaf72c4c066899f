//! Support vector machines: one for numbers and for two labels, one per pair of more labels.
//!
//! Fitted by an own optimizer ([`smo`]), because smartcore's two stop far from the optimum on many
//! tables; what is fitted predicts by smartcore's arithmetic, in its order.

mod binary;
mod fit;
mod fitted;
mod kernel;
mod passes;
mod problem;
mod rows;
mod smo;
#[cfg(test)]
mod tests;
mod working_set;

pub(crate) use fit::fit;
pub(crate) use fitted::Svm;
