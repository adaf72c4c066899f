//! Rows of tables, as both programs read them: a model is fitted on the cells that it will score.
//!
//! A [`Source`] is a file or stdin, unpacked and decoded to UTF-8 on the way. [`csv::chunks`] cuts it
//! into pieces at record ends, [`csv::records`] hands out the records of a piece one by one, with
//! their cells or what is wrong with them, and [`csv::header`] reads the first of all records.
//! Memory is bounded whatever the length of the input.

#![forbid(unsafe_code)]

pub mod csv;
mod dialect;
mod encoding;
mod foreign;
mod source;
pub mod spelling;

pub use dialect::Dialect;
pub use encoding::Encoding;
pub use source::{Source, Tap};
