//! What the tests of several crates share: models to test with, ways to damage them, and a slow
//! second reader of the format that was written from `docs/format.md` and `docs/format-2.md` alone.

#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test stops at the first surprise"
)]

pub mod by_hand;
pub mod columns;
pub mod compare;
pub mod corrupt;
pub mod declared;
pub mod frozen;
pub mod fuzz;
pub mod imports;
pub mod interpret;
pub mod kinds;
pub mod large;
pub mod models;
pub mod parts;
pub mod programs;
pub mod random;
pub mod reference;
pub mod second;
pub mod slow_csv;
