//! `predictor predict`: rows in, predictions out, in order, in bounded memory, on several threads.
//!
//! Each thread scores a chunk of input into bytes of output; a sink writes them in turn.

mod clock;
mod config;
mod distribution;
mod gates;
mod part;
#[cfg(test)]
mod property;
mod run;
mod sink;
mod summary;
mod unseen;
mod worker;

pub use config::{MaxBadRows, OnBadRow, Options};
pub use run::run;
pub use summary::Summary;
