//! The program `predictor`: command line in, exit code out.

#![forbid(unsafe_code)]

mod cli;
mod inspect;
mod verify;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command, DiffArgs, EvaluateArgs, ModelArgs, PredictArgs};
use cli_common::stdout::print;
use cli_common::{exit, shutdown};
use predictor::{Error, Result, diff, evaluate, predict};

fn main() -> ExitCode {
    shutdown::prepare(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    exit::of(run(Cli::parse().command))
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Predict(args) => predict(&args),
        Command::Evaluate(args) => evaluate(&args),
        Command::Diff(args) => diff(&args),
        Command::Inspect(args) => inspect(&args),
        Command::Verify(args) => verify(&args),
    }
}

fn predict(args: &PredictArgs) -> Result<()> {
    let options = args.options().map_err(Error::usage)?;
    let model = args.signed.open(&args.model)?;
    let summary = predict::run(&model, &options)?;
    if !args.quiet {
        let text = if args.json { pretty(&summary.json()) } else { summary.text() };
        // The predictions are safe; a summary nobody reads is no failure.
        let _ = io::stderr().write_all(text.as_bytes());
    }
    summary.outcome()
}

fn evaluate(args: &EvaluateArgs) -> Result<()> {
    let model = args.signed.open(&args.model)?;
    let report = evaluate::run(&model, &args.labelled.options(args.input.as_ref()))?;
    print(if args.labelled.json { pretty(&report.json()) } else { report.text() })?;
    report.outcome()
}

fn diff(args: &DiffArgs) -> Result<()> {
    let (old, new) = args.signed.open(&args.old, &args.new)?;
    let report = diff::run(&old, &new, &args.labelled.options(args.input.as_ref()))?;
    print(if args.labelled.json { pretty(&report.json()) } else { report.text() })?;
    report.outcome()
}

fn pretty(report: &serde_json::Value) -> String {
    format!("{report:#}\n")
}

fn inspect(args: &ModelArgs) -> Result<()> {
    let model = args.signed.open(&args.model)?;
    let report =
        if args.json { format!("{:#}\n", inspect::json(&model)) } else { inspect::text(&model) };
    print(report)
}

fn verify(args: &ModelArgs) -> Result<()> {
    let checks = verify::checks(&args.signed.open(&args.model)?);
    if args.quiet {
        return Ok(());
    }
    print(if args.json { verify::json(&checks) } else { verify::text(&checks) })
}
