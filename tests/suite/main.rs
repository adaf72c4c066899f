//! Tests that span crates, in one binary, because link time counts.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod columns;
mod corpus;
mod dependencies;
mod format_doc;
mod frozen;
mod guard;
mod kinds;
mod layers;
mod library;
mod manifest_by_hand;
mod number_style;
mod outputs;
mod predictions;
mod programs;
mod rejects;
mod round_trip;
mod threats_doc;
