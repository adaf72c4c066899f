//! Trees and forests of more than two classes: one tree for all classes, with the shares of each in
//! its leaves.
//!
//! The trees are smartcore's, split for split: those of its classification trees and forests with
//! the same seed, and of its extremely randomised trees, which it has for numbers only. They are
//! grown here, because smartcore looks at every row of the table at every node, and keeps one
//! label per leaf. `docs/design.md` has the measurements behind this, `tests.rs` the comparisons.

mod best_cut;
mod fit;
mod gini;
mod grow;
mod keys;
mod node;
mod random_cut;
mod ranks;
mod sample;
#[cfg(test)]
mod tests;
pub(crate) mod tree;

pub(crate) use fit::ClassTrees;
