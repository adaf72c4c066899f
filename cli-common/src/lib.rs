//! What both programs are, whatever they do: how they fail and which exit code that gives, how their
//! outputs appear, how they name files and find the name that was meant, how they end by a signal.
//!
//! Without features there is nothing of terminals and signals in it; `terminal` adds `progress` and
//! `shutdown`.

#![forbid(unsafe_code)]

pub mod atomic;
pub mod error;
pub mod exit;
pub mod paths;
#[cfg(feature = "terminal")]
pub mod progress;
#[cfg(feature = "terminal")]
pub mod shutdown;
pub mod stdout;
pub mod suggest;
pub mod text;
pub mod values;
