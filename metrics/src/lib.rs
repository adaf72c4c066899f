//! How good predictions are: one table of metrics for both programs.
//!
//! [`METRICS`] lists every metric with its name, its direction and its formula; names and definitions
//! follow scikit-learn 1.9. A metric is one file in `table/` and one line of the list there.
//!
//! Rows are gathered by [`Gathering`] in any number of [`Chunk`]s, from several threads and in bounded
//! memory. Counts do not depend on the order of the rows; sums of floating-point numbers do, so the
//! [`Sums`] of the chunks are merged in the order of the input: the number of threads changes no bit.
//! The result is [`Scores`], with what the best constant prediction scores ([`Baseline`]) beside each metric.

#![forbid(unsafe_code)]

mod baseline;
mod confusion;
mod curves;
mod gather;
pub mod json;
mod metric;
mod paired;
mod pairs;
mod per_class;
mod quotient;
mod scores;
mod spread;
mod table;
mod task;
pub mod text;

pub use baseline::Baseline;
pub use confusion::Confusion;
pub use curves::{Curves, MAX_CURVES};
pub use gather::{Chunk, Gathering, Sums};
pub use metric::{Better, Formula, Metric};
pub use paired::Behind;
pub use pairs::{MAX_PAIRS, MAX_TABLE, Pairs};
pub use per_class::{ClassCounts, PER_CLASS, PerClass};
pub use scores::{Score, Scores, names};
pub use spread::Spread;
pub use table::{METRICS, applicable};
pub use task::{Memory, Task};
