//! The program `predictor` as its users meet it: exact bytes, exact messages, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod bad_cells;
mod bad_rows;
mod chunks;
mod compressed;
mod destinations;
mod diff;
mod drift;
mod evaluate;
mod expect_id;
mod faults;
mod gates;
mod golden;
mod header;
mod help;
mod hidden;
mod input_format;
#[cfg(target_os = "linux")]
mod memory_limit;
mod messages;
mod model_file;
#[cfg(target_os = "linux")]
mod narrow_terminal;
mod output;
mod policies;
mod predict_options;
mod quotes;
mod reports;
mod shell;
mod signals;
mod slips;
mod summary;
mod support;
mod trust;
mod unseen;
mod without_probabilities;
