//! `predictor predict`: rows in, predictions out, in order, in bounded memory, on several threads.
//!
//! Each thread takes the next chunk of input, scores it into bytes of output, and hands those to a
//! sink that puts them in order. What a chunk becomes depends on the chunk alone,
//! so the output does not depend on the number of threads.

mod config;
mod fault;
mod run;
mod sink;
mod summary;
mod worker;

pub use config::{MaxBadRows, OnBadRow, Options};
pub use run::run;
pub use summary::Summary;
