//! The commands, one file each: from checked arguments to what is written and printed.

pub(crate) mod algorithms;
pub(crate) mod compare;
pub(crate) mod fit;
pub(crate) mod keygen;
pub(crate) mod sample;
pub(crate) mod sign;
