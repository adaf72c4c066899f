//! The program `predictor`: command line in, exit code out.

#![forbid(unsafe_code)]

mod cli;
mod inspect;
mod verify;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command, DiffArgs, EvaluateArgs, ModelArgs, PredictArgs};
use cli_common::stdout::print;
use cli_common::{exit, output, shutdown};
use predictor::{Result, diff, evaluate, predict};

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
    let options = args.options()?;
    let model = args.signed.open(&args.model)?;
    let summary = predict::run(&model, &options)?;
    if args.json {
        print(pretty(&summary.json()))?;
    } else if !args.quiet {
        output::summary(&summary.text());
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
