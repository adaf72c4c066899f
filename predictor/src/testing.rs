//! The inside of the program as tests and benchmarks in other crates see it; no part of the library's
//! promise.

use std::fmt;
use std::io::Cursor;
use std::ops::ControlFlow;

use tabular_input::csv::RowFault;
use tabular_input::csv::chunks::{CHUNK, Chunk, Chunks};
use tabular_input::csv::records::{self, RowShape};
use tabular_input::{Dialect, Source};

use cli_common::error::Result;

use crate::block::Block;
use crate::columns::{Columns, Wanted};
use crate::count::{Counts, count_and_prepare};
use crate::model::Model;
use crate::plan::{Plan, Stage, lower};
use crate::predict::Options;
use crate::prediction::Prediction;
use crate::row::Row;
use crate::scores::Scores;
use crate::stream::cells::CellRule;
use crate::stream::plain::PlainRows;
use crate::stream::pool::{self, ChunkWorker, Flow, OrderedSink};
use crate::stream::room::Threads;
use crate::wide::Width;

/// Predictions of the same rows with the kernels compiled for each set of instructions that this
/// machine has.
///
/// # Errors
///
/// As [`Model::predict`].
pub fn predict_on_all<'m>(model: &'m Model, rows: &[Row]) -> Result<Vec<Vec<Prediction<'m>>>> {
    Width::all().into_iter().map(|width| model.predict_on(width, rows)).collect()
}

/// An input as the commands read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Raw bytes and line of the header, if there is one.
    pub header: Option<(Vec<u8>, u64)>,
    /// The records after it.
    pub records: Vec<InputRecord>,
}

/// A record of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputRecord {
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
    /// Cells that hold nothing, with only such rows behind.
    Empty,
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
    let source = Source::new(Cursor::new(input.to_vec()), None, "input".into(), None)?;
    let mut chunks = Chunks::with_size(source, &Dialect::delimited_by(delimiter), size)?;
    let header = chunks.header()?;
    let mut all = All(Vec::new());
    let shape = RowShape::of_columns(delimiter, n_columns);
    let threads = Threads { wanted: threads, bytes_each: 0 };
    pool::run(chunks, threads, || Reader { shape: &shape }, &mut all, || ())?;
    Ok(Input { header, records: all.0 })
}

struct Reader<'a> {
    shape: &'a RowShape,
}

impl ChunkWorker for Reader<'_> {
    type Output = Vec<InputRecord>;

    fn work(
        &mut self,
        chunk: &Chunk,
        _emit: &mut dyn FnMut(Vec<InputRecord>) -> Flow,
    ) -> Vec<InputRecord> {
        let mut output = Vec::new();
        records::each(chunk, self.shape, &mut Vec::new(), |record: records::Record<'_>| {
            let cells = record.cells.map(|spans| {
                spans.iter().map(|span| span.text(&chunk.data).into_owned()).collect()
            });
            output.push(InputRecord {
                line: record.line,
                cells: cells.map_err(|fault| wrong(&fault)),
            });
            ControlFlow::Continue(())
        });
        output
    }
}

fn wrong(fault: &RowFault) -> Wrong {
    match fault {
        RowFault::Blank => Wrong::Blank,
        RowFault::Empty => Wrong::Empty,
        RowFault::Cells { found, .. } => Wrong::Cells(*found),
        RowFault::BrokenOff { found } => Wrong::BrokenOff(*found),
        RowFault::TooLong => Wrong::TooLong,
        RowFault::Quote(_) => Wrong::Quote,
        // Nothing is known of the header here.
        RowFault::Nameless { .. } | RowFault::Header => unreachable!("{fault:?}"),
    }
}

struct All(Vec<InputRecord>);

impl OrderedSink<Vec<InputRecord>> for All {
    fn take(&mut self, output: Vec<InputRecord>) -> Result<Flow> {
        self.0.extend(output);
        Ok(Flow::Go)
    }
}

/// A set of instructions that kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions(Width);

impl Instructions {
    /// All that this machine can run.
    pub fn all() -> Vec<Self> {
        Width::all().into_iter().map(Self).collect()
    }
}

impl fmt::Display for Instructions {
    /// `portable`, `avx2`, `avx512`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{:?}", self.0).to_lowercase();
        f.write_str(name.trim_start_matches("width(").trim_end_matches(')'))
    }
}

/// What `predict` does with rows, one stage at a time: read them into a block, prepare it, score it,
/// write it. One thread, no header, columns as in the model, every row as it should be.
pub struct Stages<'m> {
    model: &'m Model,
    columns: Columns,
    options: Options,
    /// As they are written; none needs quotes.
    labels: Vec<Vec<u8>>,
    block: Block,
    counts: Counts,
    scores: Scores,
    plan: Plan,
    is_ranked: bool,
}

impl<'m> Stages<'m> {
    /// Nothing is read yet; trees are as they are in the model.
    ///
    /// # Errors
    ///
    /// None, as no column is asked for that the model does not have.
    pub fn new(model: &'m Model) -> Result<Self> {
        let schema = model.pipeline().schema();
        let mut plan = lower(model.pipeline());
        plan.rank(None);
        Ok(Self {
            model,
            columns: Columns::of_schema(schema, &Wanted::default(), b',', None)?,
            options: Options { proba: model.has_probabilities(), ..Options::default() },
            labels: model.labels().iter().map(|label| label.as_bytes().to_vec()).collect(),
            block: Block::new(&plan.layout),
            counts: model.counts_of_chunk(0, CHUNK),
            scores: Scores::new(Width::best()),
            plan,
            is_ranked: false,
        })
    }

    /// With the kernels compiled for these instructions instead of the widest there are.
    #[must_use]
    pub fn on(self, instructions: Instructions) -> Self {
        Self { scores: Scores::new(instructions.0), ..self }
    }

    /// With trees in their form for many rows; as before if they have none.
    #[must_use]
    pub fn ranked(self) -> Self {
        let mut plan = lower(self.model.pipeline());
        let is_ranked = plan.rank(Some(self.block.capacity()));
        Self { plan, is_ranked, ..self }
    }

    /// Whether trees are in their form for many rows.
    pub fn is_ranked(&self) -> bool {
        self.is_ranked
    }

    /// Counts what is prepared from now on as part of the `chunk`-th chunk of an input: in the first of
    /// them statistics are of every row, later of some.
    #[must_use]
    pub fn in_chunk(self, chunk: u64) -> Self {
        Self { counts: self.model.counts_of_chunk(chunk, CHUNK), ..self }
    }

    /// Rows in the block.
    pub fn n_rows(&self) -> usize {
        self.block.len()
    }

    /// Reads rows, as many as fit into a block; returns how many bytes that were.
    ///
    /// # Panics
    ///
    /// If a row holds quotes or a cell that the model refuses.
    pub fn parse(&mut self, rows: &[u8]) -> usize {
        let rule = CellRule {
            model: self.model,
            columns: &self.columns,
            missing: self.model.pipeline().schema().missing(),
            unseen_is_error: false,
        };
        let mut plain = PlainRows::new(rule);
        let (mut at, mut carried) = (0, Vec::new());
        self.block.clear();
        while at < rows.len() && !self.block.is_full() {
            let read = plain.read(rows, at, &mut self.block, &mut carried);
            let Some((_, next)) = read else { panic!("the row at byte {at} is not plain") };
            self.block.push();
            at = next;
        }
        at
    }

    /// Imputes, scales and counts, in place: twice is once too often.
    pub fn prepare(&mut self) {
        let of = (&self.plan, self.model.pipeline().schema());
        count_and_prepare(&mut self.block, of, self.model.reference(), &mut self.counts);
    }

    /// The numbers of the block, column by column.
    pub fn numbers(&self) -> Vec<f64> {
        let n_numeric = self.model.pipeline().schema().numeric().len();
        (0..n_numeric).flat_map(|i| self.block.numbers(i)).copied().collect()
    }

    /// Puts numbers back that were there when the block was read, so that it can be prepared again.
    pub fn restore(&mut self, numbers: &[f64]) {
        let n_rows = self.block.len();
        self.block.clear();
        for row in 0..n_rows {
            for (i, column) in numbers.chunks_exact(n_rows).enumerate() {
                self.block.set_number(i, column[row]);
            }
            self.block.push();
        }
    }

    /// Makes 0/1 features of the codes; [`Stages::score`] does the same for a model that needs them.
    pub fn expand(&mut self) {
        for stage in &self.plan.stages {
            if let Stage::Expand { codes, n, to } = stage {
                self.block.expand(*codes, *n, *to);
            }
        }
    }

    /// Predicts the rows of the block.
    pub fn score(&mut self) {
        self.scores.fill(&self.plan, &mut self.block);
    }

    /// Writes the predictions as they stand in the output: the label and all probabilities, or the number.
    pub fn write(&self, out: &mut Vec<u8>) {
        for slot in 0..self.block.len() {
            self.options.write_prediction(&self.labels, &self.scores, slot, b',', out);
        }
    }
}
