//! One file per op: what a file says of it, the check, and the checked form that kernels use.

pub mod affine;
pub mod average;
pub mod bayes;
pub mod centroids;
pub mod impute;
pub mod interpolate;
pub mod kernel_function;
pub mod labels;
pub mod linear;
pub mod links;
pub mod map_code;
pub mod neighbors;
pub mod node_trees;
pub mod number_to_code;
pub mod one_hot;
pub mod product;
pub mod projection;
pub mod require;
pub mod row_norm;
pub mod select;
pub mod spline;
pub mod support_vectors;
pub mod terms;
pub mod trees;
pub mod unary;
