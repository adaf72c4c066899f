//! The inside of the program as tests in other crates see it; no part of the library's promise.

use std::io::Cursor;
use std::ops::ControlFlow;

use crate::csv::chunks::{Chunk, Chunks};
use crate::error::Result;
use crate::model::Model;
use crate::row::{Prediction, Row};
use crate::source::Source;
use crate::stream::fault::Fault;
use crate::stream::pool::{self, Flow, Taker, Worker};
use crate::stream::records;
use crate::wide::Width;

/// Predictions of the same rows with the kernels compiled for each set of instructions that this
/// machine has.
///
/// # Errors
///
/// As [`Model::predict`].
pub fn predict_on_all<'m>(model: &'m Model, rows: &[Row<'_>]) -> Result<Vec<Vec<Prediction<'m>>>> {
    Width::all().into_iter().map(|width| model.predict_on(width, rows)).collect()
}

/// An input as the commands read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Raw bytes and line of the header, if there is one.
    pub header: Option<(Vec<u8>, u64)>,
    /// The records after it.
    pub records: Vec<Record>,
}

/// A record of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its line, from 1.
    pub line: u64,
    /// The texts of its cells, or what is wrong with it.
    pub cells: std::result::Result<Vec<Vec<u8>>, Wrong>,
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// A blank line.
    Blank,
    /// So many cells.
    Cells(usize),
    /// So many cells, and the input ends.
    BrokenOff(usize),
    /// It is too long.
    TooLong,
    /// A quote that does not close, or closes too early.
    Quote,
}

/// Reads an input in chunks of `size` bytes on `threads` threads.
///
/// # Errors
///
/// What the commands say of an input that cannot be read.
pub fn read(
    input: &[u8],
    delimiter: u8,
    n_columns: usize,
    (size, threads): (usize, usize),
) -> Result<Input> {
    let source = Source::new(Cursor::new(input.to_vec()), None, "input".into())?;
    let mut chunks = Chunks::new(source, delimiter);
    chunks.resize(size);
    let header = chunks.header()?;
    let mut all = All(Vec::new());
    pool::run(chunks, threads, || Reader { delimiter, n_columns }, &mut all, || ())?;
    Ok(Input { header, records: all.0 })
}

struct Reader {
    delimiter: u8,
    n_columns: usize,
}

impl Worker for Reader {
    type Made = Vec<Record>;

    fn make(&mut self, chunk: &Chunk) -> Vec<Record> {
        let mut made = Vec::new();
        records::each(
            chunk,
            self.delimiter,
            self.n_columns,
            &mut Vec::new(),
            |record: records::Record<'_>| {
                let cells = record.cells.map(|spans| {
                    spans.iter().map(|span| span.text(&chunk.data).into_owned()).collect()
                });
                made.push(Record {
                    line: record.line,
                    cells: cells.map_err(|fault| wrong(&fault)),
                });
                ControlFlow::Continue(())
            },
        );
        made
    }
}

fn wrong(fault: &Fault) -> Wrong {
    match fault {
        Fault::Blank => Wrong::Blank,
        Fault::Cells { found } => Wrong::Cells(*found),
        Fault::BrokenOff { found } => Wrong::BrokenOff(*found),
        Fault::TooLong => Wrong::TooLong,
        Fault::Quote(_) => Wrong::Quote,
        // The rest is found in cells, which nobody reads here.
        other => unreachable!("{other:?}"),
    }
}

struct All(Vec<Record>);

impl Taker<Vec<Record>> for All {
    fn take(&mut self, made: Vec<Record>) -> Result<Flow> {
        self.0.extend(made);
        Ok(Flow::Go)
    }
}
