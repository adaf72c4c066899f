//! The program `trainer` as its users meet it: exact messages, exit codes, what is in the model.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod algorithms;
mod algorithms_list;
mod columns;
mod compare;
mod config_file;
mod convergence;
mod damage;
mod fit_options;
mod held_out;
mod help;
mod input_format;
mod machines_and_clusters;
mod memory;
mod messages;
#[cfg(target_os = "linux")]
mod narrow_terminal;
mod number_style;
mod output;
#[cfg(target_os = "linux")]
mod prompt;
mod reduce;
mod reports;
mod reproducible;
mod sample;
mod shell;
mod sign;
mod signals;
mod support;
mod table;
mod target;
mod wide;
