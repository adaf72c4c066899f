//! Memory: how much there is, and asking for it where that can be refused.

mod available;
mod room;

pub(crate) use available::{Available, available};
pub(crate) use room::{Addresses, affordable_threads, allocate, check_table, reserve, shown};
