//! The algorithms: their names, tasks and hyper-parameters, and what a person choosing one should know.

pub(crate) mod cost;
pub(crate) mod guide;
pub(crate) mod params;
pub(crate) mod space;
pub(crate) mod suits;
