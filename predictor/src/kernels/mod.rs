//! Kernels: what an op computes for a block of rows.
//!
//! Every row's sum keeps the order of the training library, so values are equal to the bit; the
//! work is spread across rows instead.

pub(crate) mod average;
pub(crate) mod bayes;
pub(crate) mod centroids;
pub(crate) mod codes;
mod exp;
pub(crate) mod forest;
pub(crate) mod interpolate;
pub(crate) mod linear;
pub(crate) mod link;
pub(crate) mod neighbors;
mod normal;
pub(crate) mod pairs;
pub(crate) mod projection;
pub(crate) mod rows;
pub(crate) mod splines;
mod sums;
pub(crate) mod support_vectors;
pub(crate) mod terms;
pub(crate) mod trees;
pub(crate) mod unary;
mod words;
