//! The model artifact: one file that holds a fitted tabular pipeline as data.
//!
//! ```text
//! 0x00  magic, format version, number of sections, file length, header digest
//! 0x40  section table: offset, length, SHA-256 of each section
//!       manifest (bincode): schema, steps, golden rows, provenance
//!       arrays: little-endian numbers, each on a 64-byte boundary, used where they lie
//! ```
//!
//! `docs/format.md` describes every byte. [`Artifact::open`] is the one way in; the [`Pipeline`]
//! it holds was checked from end to end. The rule by which a text cell becomes a number is in
//! [`cell`] and [`schema`]; training and serving both use it.
//!
//! ```no_run
//! let artifact = model_format::Artifact::open("churn.model".as_ref())?;
//! println!("{} {}", artifact.manifest().identity.name, artifact.id());
//! for column in artifact.pipeline().schema().columns() {
//!     println!("{}", column.name);
//! }
//! # Ok::<(), model_format::FormatError>(())
//! ```

#![forbid(unsafe_code)]

pub mod cell;
pub mod decimal;
pub mod forest;
pub mod golden;
pub mod label_index;
pub mod layout;
pub mod limits;
pub mod manifest;
pub mod number_style;
pub mod pipeline;
pub mod program;
pub mod provenance;
pub mod schema;
pub mod statistics;
pub mod text;
pub mod v1;
mod v2;
pub mod writer;

mod artifact;
mod buffer;
mod codec;
mod container;
mod digest;
mod error;
mod fields;
mod finite;
mod parallel;
mod section;
mod short;
mod trim;

pub use artifact::{Artifact, ModelBytes, ModelFile};
pub use buffer::{Array, NodeWords};
pub use digest::{Digest, Hasher};
pub use error::{ErrorKind, FormatError, Place};
pub use pipeline::Pipeline;
