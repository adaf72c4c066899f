//! Rows that may have a target, scored by one model or by several: what `predictor evaluate` and
//! `predictor diff` share.

mod collect;
mod config;
mod plan;
mod target;
mod worker;

pub(crate) use collect::{Collector, Counts, run};
pub use config::Options;
pub(crate) use plan::LabelledPlan;
pub(crate) use target::Truth;
pub(crate) use worker::{Lane, PartStats, gather};
