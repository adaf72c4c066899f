//! What every command that reads rows shares: the input, its records, the cells, the threads.
//!
//! Each thread takes the next chunk of input and makes something of it; what was made is taken in
//! the order of the input. What a chunk becomes depends on the chunk alone, and chunks are cut at
//! the same places every time, so no result depends on the number of threads.

pub(crate) mod cells;
pub(crate) mod fault;
pub(crate) mod input;
pub(crate) mod plain;
pub(crate) mod pool;
pub(crate) mod room;
