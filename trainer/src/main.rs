//! The program `trainer`: command line in, exit code out.

#![forbid(unsafe_code)]

mod algorithms;
mod artifact;
mod cli;
mod commands;
mod compare;
mod config;
mod dataset;
mod engine;
mod error;
mod evaluate;
mod features;
mod fit;
mod fitted;
mod output;
mod parallel;
#[cfg(test)]
mod parity;
#[cfg(test)]
mod pinned;
mod progress;
mod report;
mod rng;
mod sample;
mod sign;
mod split;
mod table;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};
use error::Cause;
use model_format::text::one_line;

fn main() -> ExitCode {
    model_format::ending::prepare(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let outcome = match Cli::parse().command {
        Command::Sample(args) => commands::sample::run(&args),
        Command::Fit(args) => commands::fit::run(&args),
        Command::Compare(args) => commands::compare::run(&args),
        Command::Keygen(args) => commands::keygen::run(&args),
        Command::Sign(args) => commands::sign::run(&args),
        Command::Algorithms(args) => commands::algorithms::run(&args),
    };
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    let mut stderr = io::stderr().lock();
    // If stderr is gone there is nobody left to tell.
    let _ = writeln!(stderr, "error: {}", one_line(&error.to_string()));
    if let Some(hint) = &error.hint {
        let _ = writeln!(stderr, "hint: {}", one_line(hint));
    }
    ExitCode::from(match error.cause {
        Cause::Io => 1,
        Cause::Usage => 2,
        Cause::Model => 3,
        Cause::Input => 4,
    })
}
