//! The program `trainer`: command line in, exit code out.

#![forbid(unsafe_code)]

mod algorithms;
mod cli;
mod compare;
mod config;
mod data;
mod error;
mod fit;
mod metrics;
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
mod train;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command, FitArgs, KeygenArgs, SampleArgs, SignArgs};
use compare::CompareArgs;
use config::Config;
use error::{Cause, Error, Result};
use model_format::atomic::AtomicFile;
use model_format::schema::{nearest, nearest_first};
use model_format::text::one_line;
use progress::Progress;
use sign::Signer;

fn main() -> ExitCode {
    model_format::ending::prepare(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    let outcome = match Cli::parse().command {
        Command::Sample(args) => sample(&args),
        Command::Fit(args) => fit(&args),
        Command::Compare(args) => compare(&args),
        Command::Keygen(args) => keygen(&args),
        Command::Sign(args) => sign(&args),
        Command::Algorithms(args) => algorithms::describe(args.name.as_deref(), args.json)
            .and_then(|text| print(text.as_bytes())),
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

fn fit(args: &FitArgs) -> Result<()> {
    let config = Config::resolve(args)?;
    let signer = Signer::of(&args.signing, &config.train, &config.output)?;
    let trained = train::train(&config, signer.as_ref(), &Progress::new(args.quiet))?;
    if args.json {
        print(format!("{:#}\n", report::json(&trained)).as_bytes())?;
    } else if !args.quiet {
        // The model is safe; a summary nobody reads is no failure.
        let _ = io::stderr().write_all(report::text(&trained).as_bytes());
    }
    Ok(())
}

fn compare(args: &CompareArgs) -> Result<()> {
    let comparison = compare::compare(args, &Progress::new(args.quiet))?;
    if !args.quiet {
        // The model is safe; a summary nobody reads is no failure.
        let _ = io::stderr().write_all(compare::summary(&comparison).as_bytes());
    }
    if args.json {
        print(format!("{:#}\n", compare::json(&comparison)).as_bytes())?;
    } else {
        print(compare::table(&comparison).as_bytes())?;
    }
    comparison.failure().map_or(Ok(()), Err)
}

fn keygen(args: &KeygenArgs) -> Result<()> {
    let pair = sign::keygen(args)?;
    if args.json {
        return print(format!("{:#}\n", pair.json()).as_bytes());
    }
    if !args.quiet {
        // The keys are safe; a summary nobody reads is no failure.
        let _ = io::stderr().write_all(pair.text().as_bytes());
    }
    Ok(())
}

fn sign(args: &SignArgs) -> Result<()> {
    let signature = sign::sign(args)?;
    if args.json {
        return print(format!("{:#}\n", signature.json()).as_bytes());
    }
    if !args.quiet {
        // The signature is safe; a summary nobody reads is no failure.
        let _ = io::stderr().write_all(signature.text_lines().as_bytes());
    }
    Ok(())
}

fn sample(args: &SampleArgs) -> Result<()> {
    let Some(name) = &args.name else {
        return write(list(args.json).as_bytes(), args.output.as_deref());
    };
    let found = sample::find(name).ok_or_else(|| {
        let names: Vec<&str> = sample::all().iter().map(|s| s.name).collect();
        let list = nearest_first(name, &names).join(", ");
        Error::usage(format!("no sample `{name}`; there are {list}"))
            .did_you_mean(nearest(name, names))
    })?;
    write(&found.csv(), args.output.as_deref())
}

/// Writes to a file that appears whole, or to stdout.
fn write(bytes: &[u8], path: Option<&Path>) -> Result<()> {
    match path {
        Some(path) if path != Path::new("-") => {
            let io = |e| Error::io(format!("cannot write `{}`", path.display()), &e);
            let mut file = AtomicFile::create(path).map_err(io)?;
            file.write_all(bytes).and_then(|()| file.commit()).map_err(io)
        }
        _ => print(bytes),
    }
}

fn list(as_json: bool) -> String {
    if as_json {
        let entry = |s: &sample::Sample| serde_json::json!({ "name": s.name, "target": s.target, "task": s.task, "about": s.about });
        let all: Vec<_> = sample::all().iter().map(entry).collect();
        return format!("{:#}\n", serde_json::Value::from(all));
    }
    let mut text = String::new();
    for sample in sample::all() {
        use std::fmt::Write as _;
        let _ = writeln!(
            text,
            "{:<14} {:<15} target {:<12} {}",
            sample.name, sample.task, sample.target, sample.about
        );
    }
    text
}

/// Writes to stdout; a reader that has seen enough is no failure.
fn print(bytes: &[u8]) -> Result<()> {
    match io::stdout().lock().write_all(bytes) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::io("cannot write to stdout", &e))
        }
        _ => Ok(()),
    }
}
