//! How long single stages take on one thread: rows to a block, the block through a model, predictions to
//! bytes, a file to a model. `scoring.py` times the whole.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first surprise")]

mod encode;
mod kernel;
mod library;
mod load;
mod models;
mod parse;
mod rows;
mod write;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    parse::all(&mut criterion);
    encode::all(&mut criterion);
    kernel::all(&mut criterion);
    library::all(&mut criterion);
    write::all(&mut criterion);
    load::all(&mut criterion);
    criterion.final_summary();
}
