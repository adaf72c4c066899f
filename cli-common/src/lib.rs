//! What both programs are, whatever they do: how they fail and which exit code that gives, how their
//! outputs appear, how they name files and find the name that was meant, how they end by a signal.
//!
//! Without features there is nothing of terminals, signals and compression in it; `terminal` adds `progress`,
//! `shutdown` and `terminal`, `output` adds `output` and `compress`, `lists` the values of options with several names,
//! `shell` the reading of the command line, completions and manual pages, and arguments that are built when they are
//! needed.

#![forbid(unsafe_code)]

#[cfg(feature = "terminal")]
pub mod atomic;
#[cfg(feature = "shell")]
pub mod command_line;
#[cfg(feature = "output")]
pub mod compress;
pub mod error;
pub mod exit;
#[cfg(feature = "shell")]
mod help;
#[cfg(feature = "shell")]
pub mod lazy;
#[cfg(feature = "lists")]
pub mod lists;
pub mod memory;
#[cfg(feature = "output")]
pub mod output;
pub mod overwrite;
pub mod paths;
#[cfg(feature = "terminal")]
pub mod progress;
#[cfg(feature = "shell")]
pub mod shell;
#[cfg(feature = "terminal")]
pub mod shutdown;
pub mod stdout;
pub mod suggest;
#[cfg(feature = "terminal")]
pub mod terminal;
pub mod text;
pub mod values;

#[cfg(feature = "terminal")]
mod folder;
