//! Predictions from a model file, without the library that trained it.
//!
//! [`Model::open`] checks a file (format, SHA-256, structure, golden rows). Rows go in one by one
//! ([`Model::row`]) or column by column ([`Model::batch`]), [`Prediction`]s come out, or many of them in a
//! buffer of [`Predictions`] that is used again. A [`Model`] is immutable and can be shared
//! between threads. [`Model::open_trusted`] also demands a signature by a key that is trusted.
//!
//! The feature `cli`, which is on by default, adds what the command-line program does with CSV files:
//! `predict::run`, `evaluate::run` and `diff::run`. A program that holds its data in memory leaves it out:
//! `predictor = { .., default-features = false }`.

#[cfg(feature = "cli")]
pub mod diff;
#[cfg(feature = "cli")]
pub mod evaluate;
#[cfg(feature = "cli")]
pub mod predict;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod testing;

mod batch;
mod block;
mod cell;
mod inputs;
mod kernels;
mod model;
mod plan;
mod prediction;
mod predictions;
mod prepare;
mod refusal;
mod replay;
mod row;
mod scores;
mod trust;
mod wide;

#[cfg(feature = "cli")]
mod columns;
#[cfg(feature = "cli")]
mod count;
#[cfg(feature = "cli")]
mod drift;
#[cfg(feature = "cli")]
mod gate;
#[cfg(feature = "cli")]
pub mod json;
#[cfg(feature = "cli")]
mod judgement;
#[cfg(feature = "cli")]
mod labelled;
#[cfg(feature = "cli")]
mod number;
#[cfg(feature = "cli")]
mod stream;

pub use batch::Batch;
pub use cli_common::error::{Cause, Error, Result};
pub use cli_common::paths::signature_beside;
#[cfg(feature = "cli")]
pub use gate::{Gate, NotJudged};
pub use inputs::{Column, ColumnInfo, ColumnKind};
pub use model::Model;
pub use prediction::Prediction;
pub use predictions::{Iter, Predictions};
pub use row::Row;
#[cfg(feature = "cli")]
pub use tabular_input::{Dialect, Encoding};
pub use trust::{KeyId, SignedBy, TrustedKeys};

// Types of the format that appear in signatures above.
pub use model_format::cell::MissingTokens;
pub use model_format::manifest::{self, Manifest};
pub use model_format::{Artifact, Digest, ErrorKind, FormatError};

/// The examples of pages that are not part of this crate compile.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/library.md")]
    mod library {}
    #[doc = include_str!("../../README.md")]
    mod readme {}
}
