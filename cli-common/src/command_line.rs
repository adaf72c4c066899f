//! The command line read, or what there is to say instead: help, the version, an error.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Error, Parser};

use crate::terminal::{stderr_width, stdout_width};
use crate::text::lines;
use crate::{exit, help, stdout};

/// Columns of the page that help is laid out for, where the terminal is not narrower.
const PAGE: usize = 100;

/// What the arguments of the process ask for.
///
/// # Errors
///
/// The exit code if that is nothing but help, which was written to stdout, or wrong, which was reported on stderr
/// with nothing hidden in it: an error quotes arguments. On a terminal, lines break between words.
pub fn parse<P: Parser>() -> Result<P, ExitCode> {
    P::try_parse().map_err(|error| {
        if !error.use_stderr() {
            return exit::of(stdout::print(text::<P>(&error, stdout_width())));
        }
        let text = text::<P>(&error, stderr_width());
        // If stderr is gone there is nobody left to read it.
        let _ = io::stderr().lock().write_all(text.as_bytes());
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// What is shown instead of running, for a terminal of so many columns or, without them, as it is.
fn text<P: Parser>(error: &Error, width: Option<usize>) -> String {
    let Some(width) = width else { return lines(&error.render().to_string()) };
    // Read once more, since descriptions stand below their options where they have no room beside them.
    let page = width.min(PAGE);
    let text = match P::command().term_width(page).try_get_matches() {
        Err(error) => error.render().to_string(),
        Ok(_) => error.render().to_string(),
    };
    help::wrap(&lines(&text), width)
}
