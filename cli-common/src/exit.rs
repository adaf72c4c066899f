//! The end of a program: an error as lines on stderr, and the exit code that follows from its cause.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::error::{Cause, Error, Result};
use crate::text::one_line;

/// The exit code of a finished program; an error is written to stderr.
pub fn of(outcome: Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is gone there is nobody left to tell.
            let _ = io::stderr().lock().write_all(fit(lines(&error)).as_bytes());
            ExitCode::from(code(error.cause()))
        }
    }
}

/// On a terminal, lines break between words.
#[cfg(feature = "terminal")]
fn fit(lines: String) -> String {
    crate::terminal::for_stderr(lines)
}

#[cfg(not(feature = "terminal"))]
fn fit(lines: String) -> String {
    lines
}

/// Every fact and the hint, one line each.
fn lines(error: &Error) -> String {
    let mut text = String::new();
    for fact in error.facts() {
        let _ = writeln!(text, "error: {}", one_line(fact));
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(text, "hint: {}", one_line(hint));
    }
    text
}

fn code(cause: Cause) -> u8 {
    match cause {
        Cause::Io => 1,
        Cause::Usage => 2,
        Cause::Model => 3,
        Cause::Input => 4,
        Cause::Gate => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_each_and_a_code_per_cause() {
        let error = Error::input("a\nb").and("c".into()).with_hint("d\re");
        let expected = "error: a\\nb\nerror: c\nhint: d\\re\n";
        assert_eq!(lines(&error), expected);
        let causes = [Cause::Io, Cause::Usage, Cause::Model, Cause::Input, Cause::Gate];
        assert_eq!(causes.map(code), [1, 2, 3, 4, 5]);
        assert_eq!(format!("{:?}", of(Ok(()))), format!("{:?}", ExitCode::SUCCESS));
    }
}
