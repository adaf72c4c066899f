//! Memory: how much there is, and asking for it where that can be refused.

mod room;

pub(crate) use cli_common::memory::{Available, available};
pub(crate) use room::{
    Addresses, affordable_threads, allocate, check_table, reserve, shown, too_little,
};
