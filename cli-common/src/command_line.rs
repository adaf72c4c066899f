//! The command line read, or what there is to say instead: help, the version, an error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser;

use crate::text::lines;
use crate::{exit, stdout};

/// What the arguments of the process ask for.
///
/// # Errors
///
/// The exit code if that is nothing but help, which was written to stdout, or wrong, which was reported on stderr
/// with nothing hidden in it: an error quotes arguments.
pub fn parse<P: Parser>() -> Result<P, ExitCode> {
    P::try_parse().map_err(|error| {
        let text = lines(&error.render().to_string());
        if !error.use_stderr() {
            return exit::of(stdout::print(text));
        }
        // If stderr is gone there is nobody left to read it.
        let _ = io::stderr().lock().write_all(text.as_bytes());
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}
