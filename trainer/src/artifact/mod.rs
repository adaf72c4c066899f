//! A fitted pipeline as a model file.

pub(crate) mod assemble;
pub(crate) mod golden;
pub(crate) mod publish;
