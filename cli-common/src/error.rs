//! One error type for both programs: what it means for the exit code, the fact, and a next step.

use std::fmt;
use std::path::Path;

use model_format::{ErrorKind, FormatError};

/// What an error means for the caller; the exit code follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Reading or writing failed, or the program itself did. Exit code 1.
    Io,
    /// The command line asks for something impossible. Exit code 2.
    Usage,
    /// The model file was refused. Exit code 3.
    Model,
    /// The input data was refused. Exit code 4.
    Input,
    /// A score is not what was demanded of it. Exit code 5.
    Gate,
}

/// A failed operation: one line of fact, and a hint where there is a next step.
#[derive(Clone, Debug)]
pub struct Error {
    cause: Cause,
    fact: String,
    /// Further facts of the same kind, each worth a line of its own.
    also: Vec<String>,
    hint: Option<String>,
}

/// What the functions of both programs return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Makes an error without a hint.
    #[cold]
    pub fn new(cause: Cause, fact: impl Into<String>) -> Self {
        Self { cause, fact: fact.into(), also: Vec::new(), hint: None }
    }

    /// Input data that cannot be used.
    #[cold]
    pub fn input(fact: impl Into<String>) -> Self {
        Self::new(Cause::Input, fact)
    }

    /// A command line that cannot be followed.
    #[cold]
    pub fn usage(fact: impl Into<String>) -> Self {
        Self::new(Cause::Usage, fact)
    }

    /// Something that should not happen, reported instead of a crash.
    #[cold]
    pub fn internal(fact: impl Into<String>) -> Self {
        Self::new(Cause::Io, fact)
    }

    /// Adds the next step.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a "did you mean" hint if a name is close enough to be a typo.
    #[must_use]
    pub fn did_you_mean(self, near: Option<&str>) -> Self {
        match near {
            Some(near) => self.with_hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// The same error with each of its facts in other words.
    #[must_use]
    pub fn map_facts(mut self, words: impl Fn(String) -> String) -> Self {
        self.fact = words(self.fact);
        self.also = self.also.into_iter().map(words).collect();
        self
    }

    /// Adds another fact of the same kind.
    #[must_use]
    pub fn and(mut self, fact: String) -> Self {
        self.also.push(fact);
        self
    }

    /// Adds what another error of the same cause says, but for what is said already.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for fact in std::iter::once(other.fact).chain(other.also) {
            if !self.facts().any(|known| known == fact) {
                self.also.push(fact);
            }
        }
        self.hint = match (self.hint, other.hint) {
            (Some(a), Some(b)) if a != b => Some(format!("{a}; {b}")),
            (a, b) => a.or(b),
        };
        self
    }

    /// An operation on `what` that the operating system refused.
    #[cold]
    pub fn io(what: impl fmt::Display, error: &std::io::Error) -> Self {
        Self::new(Cause::Io, format!("{what}: {error}"))
    }

    /// A model file that was refused, or could not be read.
    #[cold]
    pub fn model(path: &Path, error: &FormatError) -> Self {
        let cause = if error.kind() == ErrorKind::Io { Cause::Io } else { Cause::Model };
        Self {
            cause,
            fact: format!("model `{}`: {error}", path.display()),
            also: Vec::new(),
            hint: error.hint().map(str::to_owned),
        }
    }

    /// What the error means for the caller.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// Every fact; the first is what the error displays.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.fact).chain(&self.also).map(String::as_str)
    }

    /// What to do next, where there is something to do.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fact)
    }
}

impl std::error::Error for Error {}
