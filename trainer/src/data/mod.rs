//! From a CSV file to typed columns: reading, type inference, target, encoding.

pub(crate) mod encode;
pub(crate) mod infer;
pub(crate) mod parallel;
pub(crate) mod quoting;
pub(crate) mod statistics;
pub(crate) mod table;
pub(crate) mod target;
