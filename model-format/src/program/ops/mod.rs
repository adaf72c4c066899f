//! One file per op: what a file says of it, the check, and the checked form that kernels use.

pub mod affine;
pub mod bayes;
pub mod centroids;
pub mod impute;
pub mod labels;
pub mod linear;
pub mod links;
pub mod neighbors;
pub mod node_trees;
pub mod one_hot;
pub mod projection;
pub mod select;
pub mod support_vectors;
pub mod trees;
