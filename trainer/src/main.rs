//! The program `trainer`: command line in, exit code out.

#![forbid(unsafe_code)]

mod algorithms;
mod artifact;
mod cli;
mod commands;
mod compare;
mod config;
mod dataset;
mod draft;
mod engine;
mod evaluate;
mod features;
mod fit;
mod fitted;
mod memory;
mod output;
mod parallel;
#[cfg(test)]
mod parity;
#[cfg(test)]
mod pinned;
mod report;
mod rng;
mod sample;
mod sign;
mod split;
mod table;

use std::process::ExitCode;

use clap::CommandFactory as _;
use cli::{Cli, Command};
use cli_common::error::Result;
use cli_common::{command_line, exit, shutdown};

fn main() -> ExitCode {
    shutdown::prepare(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    match command_line::parse::<Cli>() {
        Ok(cli) => exit::of(run(cli.command)),
        Err(code) => code,
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Sample(args) => commands::sample::run(&args),
        Command::Fit(args) => commands::fit::run(&args),
        Command::Compare(args) => commands::compare::run(&args),
        Command::Keygen(args) => commands::keygen::run(&args),
        Command::Sign(args) => commands::sign::run(&args),
        Command::Algorithms(args) => commands::algorithms::run(&args),
        Command::Completions(args) => args.run(Cli::command()),
        Command::Man(args) => args.run(Cli::command()),
    }
}
