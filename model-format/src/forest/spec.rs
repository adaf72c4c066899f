//! What is true of a whole forest.

use serde::{Deserialize, Serialize};

/// How values are compared and leaves combined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForestSpec {
    /// Numbers that come out for a row.
    pub n_outputs: u32,
    /// Which rows go left.
    pub comparison: Comparison,
    /// Whether a value is rounded to f32 before it is compared.
    pub round_inputs: bool,
    /// Whether a sum is rounded to f32 after each addition.
    pub round_sums: bool,
    /// How the leaves that a row reaches become an output.
    pub combine: Combine,
}

/// Which rows go left at a threshold. What cannot be compared goes right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Those with `x <= threshold`.
    AtMost,
    /// Those with `x < threshold`.
    Below,
}

/// How leaves become an output: it begins as its base, 0 if there is none; tree after tree adds the
/// number of a leaf, times the weight of the tree if there are weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Combine {
    /// That is all.
    Sum,
    /// The sum is divided once, by the number of trees that add to the output.
    Mean,
}

/// Where a row without a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Missing {
    /// There is no such row: the input refuses or imputes missing values.
    Refused,
    /// Left.
    Left,
    /// Right.
    Right,
    /// It is read as 0.
    AsZero,
    /// Left, and values within [`NEAR_ZERO`](super::tables::NEAR_ZERO) of 0 are missing too.
    LeftWithZero,
    /// Right, and values within [`NEAR_ZERO`](super::tables::NEAR_ZERO) of 0 are missing too.
    RightWithZero,
}
