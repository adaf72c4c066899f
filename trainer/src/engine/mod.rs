//! All that depends on the inside of smartcore: its matrix, its fitted structs and its panics.

pub(crate) mod features;
pub(crate) mod guard;
pub(crate) mod matrix;
pub(crate) mod mirror;
