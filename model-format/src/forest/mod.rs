//! Trees as format 2 stores them: by rank, breadth first, leaves apart.
//!
//! - A *rank table* holds ascending thresholds of one input. A row has a rank in it: the number of
//!   thresholds that its value is above. An inner node names a table and a rank, and a row goes
//!   right if its own rank is greater. So kernels compare numbers of 16 bits, and sort nothing.
//! - A table of categories holds sets instead. An inner node names a table and a set, and a row goes
//!   left if the set holds its category.
//! - Children are not stored. One bit per node says whether it is an inner node or a leaf; nodes are
//!   in breadth-first order, so inner node `k` of a tree has its children at the positions `2k + 1`
//!   and `2k + 2`, and counting bits gives what stands there, see [`Shape`].
//! - Leaves hold one number, or one for each output. Where few leaves differ, a leaf is a code into
//!   the list of those that do.
//!
//! [`Forest`] is checked from end to end and refers to the file where it lies. [`Packer`] makes its
//! arrays from trees of any layout.

mod arrays;
mod bounds;
mod check;
mod ensemble;
mod leaf_table;
mod leaves;
mod pack;
mod parts;
mod ranking;
mod shape;
mod spec;
mod tables;

pub use arrays::{ForestArrays, Narrow, Packed, PackedForest};
pub use bounds::{MAX_CODES, MAX_INNER_NODES, MAX_LEAF_VALUES, MAX_RANKS, MAX_TABLES};
pub use ensemble::{Forest, Tree};
pub use pack::{CategorySet, Node, Packer, TreePart};
pub use shape::{Place, Shape};
pub use spec::{Combine, Comparison, ForestSpec, Missing};
pub use tables::{NEAR_ZERO, RankTable, TableKind};

#[cfg(test)]
mod tests;
