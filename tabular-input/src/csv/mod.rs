//! CSV as RFC 4180 has it, cut into records without copying.
//!
//! A cell is quoted if and only if its first byte is a quote; inside it two quotes stand for one
//! and line ends are text. Records end with LF or CRLF. What the RFC forbids is not guessed at: a
//! quote that never closes, or that closes in the middle of a cell, makes the line it opened on a
//! bad row, and reading goes on with the next line.

pub mod chunks;
mod clues;
mod fault;
mod footer;
pub mod header;
pub mod records;
pub mod scan;
mod void;
mod write;

pub use fault::{Clue, RowFault};
pub use footer::is_footer_word;
pub use void::newlines;
pub use write::quote;
