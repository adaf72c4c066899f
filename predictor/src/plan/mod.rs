//! How a model's blocks are scored: decided once, when the model is opened.
//!
//! A program is a list of ops over numbered slots. The plan gives every slot a place in a block: a column of
//! numbers, a column of codes, or a category of one that stays virtual behind its code. Ops on single columns
//! that can work in place become chains, so that a column passes all of them while it is in the
//! first-level cache; what the prediction is made of goes from the last estimator to the output without a
//! place of its own.

mod chain;
mod columns;
mod lower;
mod places;
mod stage;
mod trees;

pub(crate) use lower::lower;
pub(crate) use stage::{Estimator, Normalise, Pairs, Plan, Required, Stage, Tail};
