//! The program `predictor`: command line in, exit code out.

#![forbid(unsafe_code)]

mod cli;
mod inspect;
mod verify;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::CommandFactory as _;
use cli::{Cli, Command, DiffArgs, EvaluateArgs, LabelledArgs, ModelArgs, PredictArgs};
use cli_common::stdout::{print, print_text};
use cli_common::terminal::{for_stdout, stdout_width};
use cli_common::{command_line, exit, output, shutdown, stdout};
use predictor::json::Json;
use predictor::{Error, Result, diff, evaluate, predict};

fn main() -> ExitCode {
    shutdown::prepare(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    match command_line::parse::<Cli>() {
        Ok(cli) => exit::of(run(cli.command)),
        Err(code) => code,
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Predict(args) => predict(&args),
        Command::Evaluate(args) => evaluate(&args),
        Command::Diff(args) => diff(&args),
        Command::Inspect(args) => inspect(&args),
        Command::Verify(args) => verify(&args),
        Command::Completions(args) => args.run(Cli::command()),
        Command::Man(args) => args.run(Cli::command()),
    }
}

fn predict(args: &PredictArgs) -> Result<()> {
    let options = args.options()?;
    let model = args.signed.open(&args.model)?;
    let summary = predict::run(&model, &options)?;
    if args.json {
        print(format!("{:#}\n", summary.json()))?;
    } else if !args.quiet {
        output::summary(&summary.text());
    }
    summary.outcome()
}

fn evaluate(args: &EvaluateArgs) -> Result<()> {
    check_report(&args.labelled)?;
    let model = args.signed.open(&args.model)?;
    let report = evaluate::run(&model, &args.labelled.options(args.input.as_ref()))?;
    if stdout::was_closed() {
        // The gates are judged all the same.
    } else if args.labelled.json {
        print_json(report.json())?;
    } else {
        print_text(&for_stdout(report.text(stdout_width())))?;
        if !args.labelled.quiet {
            output::summary(&report.warnings());
        }
    }
    report.outcome()
}

/// A report that goes nowhere is an error, unless the exit code tells of the gates.
fn check_report(args: &LabelledArgs) -> Result<()> {
    if args.has_gates() { Ok(()) } else { stdout::check_report() }
}

fn diff(args: &DiffArgs) -> Result<()> {
    check_report(&args.labelled)?;
    let (old, new) = args.signed.open(&args.old, &args.new)?;
    let report = diff::run(&old, &new, &args.labelled.options(args.input.as_ref()))?;
    if stdout::was_closed() {
        // The gates are judged all the same.
    } else if args.labelled.json {
        print_json(report.json())?;
    } else {
        print_text(&for_stdout(report.text(stdout_width())))?;
        if !args.labelled.quiet {
            output::summary(&report.warnings());
        }
    }
    report.outcome()
}

/// Writes a report to stdout as JSON, piece by piece.
fn print_json(report: Json<'_>) -> Result<()> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match report.write(&mut stdout).and_then(|()| stdout.flush()) {
        // A reader that has seen enough is no failure.
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("cannot write to stdout", &e))
        }
        _ => Ok(()),
    }
}

fn inspect(args: &ModelArgs) -> Result<()> {
    stdout::check_report()?;
    let model = args.signed.open(&args.model)?;
    if args.json {
        print_json(inspect::json(&model))
    } else {
        print_text(&for_stdout(inspect::text(&model)))
    }
}

fn verify(args: &ModelArgs) -> Result<()> {
    let checks = verify::checks(&args.signed.open(&args.model)?);
    // The exit code tells it all.
    if args.quiet || stdout::was_closed() {
        return Ok(());
    }
    if args.json {
        print(verify::json(&checks))
    } else {
        print_text(&for_stdout(verify::text(&checks)))
    }
}
