//! Predictions from a model file, without the library that trained it.
//!
//! [`Model::open`] checks a file (format, SHA-256, structure, golden rows); rows made by
//! [`Model::row`] go in, [`Prediction`]s come out. A [`Model`] is immutable and can be shared
//! between threads. [`Model::open_trusted`] also demands a signature by a key that is trusted. [`predict::run`],
//! [`evaluate::run`] and [`diff::run`] are the command-line program's work on CSV files.

pub mod diff;
pub mod evaluate;
pub mod predict;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod testing;

mod block;
mod cell;
mod count;
mod csv;
mod drift;
mod gate;
mod judgement;
mod kernels;
mod labelled;
mod model;
mod number;
mod plan;
mod prepare;
mod row;
mod source;
mod stream;
mod trust;
mod wide;

pub use cli_common::error::{Cause, Error, Result};
pub use cli_common::paths::signature_beside;
pub use gate::Gate;
pub use model::Model;
pub use row::{Prediction, Row};
pub use trust::{KeyId, SignedBy, TrustedKeys};
