//! What can be wrong with an artifact: a kind, a place, a fact and, where there is one, a next step.

use std::fmt;

use crate::text::one_line;

/// Why a file was refused, for programs; the text of the error is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file could not be read or written.
    Io,
    /// The file is something else: wrong magic, a directory, an empty file.
    NotAModel,
    /// The file was written in a format this build does not read.
    UnsupportedVersion,
    /// The file is shorter or longer than its preamble says.
    Length,
    /// A field of the preamble or of the section table breaks a rule.
    Layout,
    /// A SHA-256 does not match.
    Digest,
    /// The manifest does not decode, or holds a value that no trainer writes.
    Manifest,
    /// Arrays, schema and estimator do not fit together.
    Structure,
    /// The golden rows did not come out as stored.
    SelfTest,
}

/// Where in the file the fault lies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A byte offset from the start of the file.
    Byte(u64),
    /// A section by name or entry number, and the offset of the fault from the start of the file.
    Section(String, u64),
    /// A field of the manifest.
    Field(String),
}

/// A refused artifact.
///
/// Displayed as one line of fact; [`FormatError::hint`] is the next step where one exists.
#[derive(Clone, Debug)]
pub struct FormatError(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    kind: ErrorKind,
    place: Place,
    what: String,
    hint: Option<&'static str>,
}

impl FormatError {
    /// Makes an error of `kind` at `place`; `what` says what was found and what was expected.
    #[cold]
    pub fn new(kind: ErrorKind, place: Place, what: impl Into<String>) -> Self {
        let hint = match kind {
            ErrorKind::Digest | ErrorKind::Length => Some(
                "the file was damaged on the way or cut short; copy it again and compare the id with the trainer's report",
            ),
            ErrorKind::UnsupportedVersion => {
                Some("install a newer release of this program, or write the model with this one")
            }
            ErrorKind::NotAModel => Some("a model is the file that `trainer fit ... -o` writes"),
            ErrorKind::SelfTest => {
                Some("do not use this file here; send the line above to the people who wrote it")
            }
            _ => None,
        };
        Self(Box::new(Inner { kind, place, what: what.into(), hint }))
    }

    #[cold]
    pub(crate) fn manifest(field: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Manifest, Place::Field(field.into()), what)
    }

    #[cold]
    pub(crate) fn structure(field: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Structure, Place::Field(field.into()), what)
    }

    #[cold]
    pub(crate) fn io(doing: &str, error: &std::io::Error) -> Self {
        Self::new(ErrorKind::Io, Place::File, format!("{doing}: {error}"))
    }

    /// The same in a part of the manifest, which is named before the field if it is not yet.
    #[cold]
    pub(crate) fn within(mut self, part: &str) -> Self {
        if let Place::Field(field) = &mut self.0.place
            && !field.starts_with(part)
        {
            *field = format!("{part}, {field}");
        }
        self
    }

    /// What went wrong, for programs.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where it went wrong.
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// What to do next, where there is something to do.
    pub fn hint(&self) -> Option<&'static str> {
        self.0.hint
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.place {
            Place::File => {}
            Place::Byte(at) => write!(f, "byte {at:#x}: ")?,
            Place::Section(name, at) => write!(f, "section `{name}` at {at:#x}: ")?,
            Place::Field(field) => {
                f.write_str("manifest: ")?;
                write_printable(f, field)?;
                f.write_str(": ")?;
            }
        }
        write_printable(f, &self.0.what)
    }
}

/// Longest part of a message that may quote the file.
pub(crate) const MAX_SHOWN: usize = 400;

/// Writes text that may quote the file: no control characters, no novels.
fn write_printable(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let mut chars = text.chars();
    f.write_str(&one_line(&chars.by_ref().take(MAX_SHOWN).collect::<String>()))?;
    if chars.next().is_some() { f.write_str("...") } else { Ok(()) }
}

impl std::error::Error for FormatError {}

/// What this crate's functions return.
pub(crate) type Result<T> = std::result::Result<T, FormatError>;
