//! Results for people and as JSON.

pub(crate) mod compare;
pub(crate) mod fit;
