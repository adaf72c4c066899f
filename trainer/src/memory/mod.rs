//! Memory: what a fit is going to need, and what there is.

mod available;
mod need;

pub(crate) use need::{Plan, Shape, allocate, check};
