//! One error type for the program: what it means for the exit code, the fact, and a next step.

use std::fmt;
use std::path::Path;

use model_format::{ErrorKind, FormatError};

/// What an error means for the caller; the exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Reading or writing failed, or the program itself did. Exit code 1.
    Io,
    /// The command line asks for something impossible. Exit code 2.
    Usage,
    /// A model file was refused. Exit code 3.
    Model,
    /// The training data was refused. Exit code 4.
    Input,
}

/// A failed operation: one line of fact, and a hint where there is a next step.
#[derive(Clone, Debug)]
pub(crate) struct Error {
    /// What the error means for the caller.
    pub(crate) cause: Cause,
    /// What to do next.
    pub(crate) hint: Option<String>,
    fact: String,
}

/// What the trainer's functions return.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Training data that cannot be used.
    #[cold]
    pub(crate) fn input(fact: impl Into<String>) -> Self {
        Self { cause: Cause::Input, fact: fact.into(), hint: None }
    }

    /// A command line that cannot be followed.
    #[cold]
    pub(crate) fn usage(fact: impl Into<String>) -> Self {
        Self { cause: Cause::Usage, fact: fact.into(), hint: None }
    }

    /// A model file that was refused, or could not be read.
    #[cold]
    pub(crate) fn model(path: &Path, error: &FormatError) -> Self {
        let cause = if error.kind() == ErrorKind::Io { Cause::Io } else { Cause::Model };
        let hint = error.hint().map(str::to_owned);
        Self { cause, fact: format!("model `{}`: {error}", path.display()), hint }
    }

    /// An operation that the operating system refused.
    #[cold]
    pub(crate) fn io(what: impl fmt::Display, error: &std::io::Error) -> Self {
        Self::internal(format!("{what}: {error}"))
    }

    /// Something that should not happen, told instead of a crash.
    #[cold]
    pub(crate) fn internal(fact: impl Into<String>) -> Self {
        Self { cause: Cause::Io, fact: fact.into(), hint: None }
    }

    /// Adds the next step.
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a "did you mean" hint if a name is near enough.
    pub(crate) fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.with_hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fact)
    }
}
