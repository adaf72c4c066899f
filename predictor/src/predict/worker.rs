//! One chunk of input to bytes of output.

use std::ops::ControlFlow;

use tabular_input::csv::chunks::Chunk;
use tabular_input::csv::records::{self, Record, RecordVisitor};
use tabular_input::csv::scan::{self, Span};
use tabular_input::csv::{RowFault, quote};

use super::config::{OnBadRow, Options};
use super::distribution::Gatherer;
use super::part::{BadRow, Scored, Target};
use super::unseen::{MAX_ROWS, UnseenValues};
use crate::block::{Block, UNSEEN};
use crate::columns::{Columns, Use};
use crate::count::Counts;
use crate::model::Model;
use crate::scores::Scores;
use crate::stream::cells::CellRule;
use crate::stream::fault::Fault;
use crate::stream::plain::PlainRows;
use crate::stream::pool::{ChunkWorker, Flow};
use crate::wide::Width;

/// What every scorer of a run shares.
pub(super) struct Job<'a> {
    pub(super) model: &'a Model,
    pub(super) options: &'a Options,
    pub(super) columns: &'a Columns,
    pub(super) rule: CellRule<'a>,
    /// Bytes of input in a chunk, about.
    pub(super) chunk_size: usize,
    /// Bad rows of a chunk whose faults are kept.
    pub(super) faults_kept: u64,
    /// Labels as they are written, quoted where needed.
    pub(super) labels: Vec<Vec<u8>>,
}

impl Job<'_> {
    /// About how many bytes of output a row of so many bytes becomes.
    pub(super) fn output_of(&self, row: usize) -> usize {
        /// Of a number in its shortest form, with a delimiter.
        const NUMBER: usize = 20;
        let carried = if self.columns.carried.is_empty() { 0 } else { row };
        let label = self.labels.iter().map(Vec::len).max().unwrap_or(NUMBER);
        let probabilities = if self.options.proba { NUMBER * self.labels.len() } else { 0 };
        carried + label + probabilities + 1
    }
}

/// The input column of each categorical column of the model.
fn categorical(job: &Job<'_>) -> Vec<usize> {
    let mut places = vec![0; job.model.pipeline().schema().text().len()];
    for (column, usage) in job.columns.uses.iter().enumerate() {
        match usage {
            Use::Text(i) => places[*i] = column,
            Use::Number(_) | Use::Document(_) | Use::Ignored | Use::Nothing => {}
        }
    }
    places
}

/// A row of the current block: its record, and its slot in the block or its fault.
struct Pending {
    start: usize,
    end: usize,
    line: u64,
    /// Where its carried cells begin, if its cells can be told apart.
    carried: Option<usize>,
    outcome: Result<usize, Fault>,
}

/// Buffers of one thread, reused from chunk to chunk.
pub(super) struct Scorer<'a> {
    job: &'a Job<'a>,
    block: Block,
    scores: Scores,
    plain: PlainRows<'a>,
    spans: Vec<Span>,
    /// Carried cells of the rows of the current block.
    carried: Vec<Span>,
    pending: Vec<Pending>,
    predictions: Gatherer,
    /// Input column of each categorical column.
    categorical: Vec<usize>,
    /// Rows of the chunk whose unseen categories were read.
    unseen_rows: usize,
}

impl<'a> Scorer<'a> {
    pub(super) fn new(job: &'a Job<'a>) -> Self {
        Self {
            job,
            block: Block::new(&job.model.plan().layout),
            scores: Scores::new(Width::best()),
            plain: PlainRows::new(job.rule),
            spans: Vec::with_capacity(job.columns.uses.len()),
            carried: Vec::new(),
            pending: Vec::new(),
            predictions: Gatherer::new(job.labels.len()),
            categorical: categorical(job),
            unseen_rows: 0,
        }
    }

    /// Remembers a record until its block is scored.
    fn pend(&mut self, data: &[u8], record: &Record<'_>) -> bool {
        let (mut carried, outcome) = (
            None,
            match &record.cells {
                Ok(cells) => self.read(data, cells).map_err(|fault| {
                    let again = self.job.columns.shape.is_header(data, cells);
                    if again { Fault::Row(RowFault::Header) } else { fault }
                }),
                Err(fault) => Err(Fault::Row(fault.clone())),
            },
        );
        if let Ok(cells) = &record.cells {
            carried = Some(self.carried.len());
            let columns = &self.job.columns.carried;
            self.carried.extend(columns.iter().map(|column| cells[*column]));
        }
        let good = outcome.is_ok();
        let Record { start, end, line, .. } = *record;
        self.pending.push(Pending { start, end, line, carried, outcome });
        good
    }

    /// Reads a record's cells into the block and returns their slot.
    fn read(&mut self, data: &[u8], cells: &[Span]) -> Result<usize, Fault> {
        self.job.rule.read(data, cells, &mut self.block)?;
        self.block.push();
        Ok(self.block.len() - 1)
    }

    /// Scores the rows of the block and writes all pending rows in order.
    fn flush(&mut self, target: &mut Target<'_>) {
        if self.block.len() > 0 {
            let counts = &mut target.scored.counts;
            let n_unseen = |counts: &Counts| counts.unseen.iter().sum::<u64>();
            let before = n_unseen(counts);
            self.job.model.score_and_count(&mut self.block, &mut self.scores, counts);
            if n_unseen(counts) > before {
                self.read_unseen(target.data, &mut target.scored.unseen);
            }
        }
        let pending = std::mem::take(&mut self.pending);
        for row in &pending {
            if target.flow == Flow::Stop {
                break;
            }
            let (data, scored) = (target.data, &mut target.scored);
            scored.rows += 1;
            match &row.outcome {
                Ok(slot) if self.scores.is_finite(*slot) => {
                    self.write_carried(data, row, &mut scored.output);
                    match self.scores.class(*slot, self.job.options.threshold) {
                        None => self.predictions.add_number(self.scores.row(*slot)[0]),
                        Some(class) => self.predictions.add_label(class),
                    }
                    let Job { options, labels, columns, .. } = self.job;
                    let delimiter = columns.shape.delimiter;
                    let out = &mut scored.output;
                    options.write_prediction(labels, &self.scores, *slot, delimiter, out);
                }
                Ok(slot) => {
                    let pipeline = self.job.model.pipeline();
                    let fault = Fault::of_scores(&self.scores, *slot, pipeline);
                    self.write_bad(data, row, &fault, scored);
                }
                Err(fault) => self.write_bad(data, row, fault, scored),
            }
            target.relieve();
        }
        self.pending = pending;
        self.pending.clear();
        self.carried.clear();
        self.block.clear();
    }

    /// Cells carried through, as they stand in the input; empty where the row's cells cannot be
    /// told apart.
    fn write_carried(&self, data: &[u8], row: &Pending, out: &mut Vec<u8>) {
        for i in 0..self.job.columns.carried.len() {
            if let Some(first) = row.carried {
                out.extend_from_slice(self.carried[first + i].raw(data));
            }
            out.push(self.job.columns.shape.delimiter);
        }
    }

    fn write_bad(&self, data: &[u8], row: &Pending, fault: &Fault, scored: &mut Scored) {
        let (options, columns) = (self.job.options, self.job.columns);
        scored.bad += 1;
        if (scored.faults.len() as u64) < self.job.faults_kept {
            let (line, fault, rows) = (row.line, fault.clone(), scored.rows);
            scored.faults.push(BadRow { line, fault, rows, rejects: 0 });
        }
        if options.on_bad_row == OnBadRow::Null {
            self.write_carried(data, row, &mut scored.output);
            let n_classes = self.job.labels.len();
            if options.proba && n_classes > 0 {
                scored.output.resize(scored.output.len() + n_classes, columns.shape.delimiter);
            } else if columns.carried.is_empty() {
                // A line with nothing on it would not be a row.
                scored.output.extend_from_slice(b"\"\"");
            }
            scored.output.push(b'\n');
        }
        if options.rejects.is_some() {
            let raw = &data[row.start..row.end];
            let column = fault.column(columns).unwrap_or_default();
            let reason = fault.reason(columns);
            scored.rejects.extend_from_slice(row.line.to_string().as_bytes());
            for text in [column.as_bytes(), reason.as_bytes(), raw] {
                scored.rejects.push(columns.shape.delimiter);
                scored.rejects.extend_from_slice(&quote(text, columns.shape.delimiter));
            }
            scored.rejects.push(b'\n');
            if let Some(last) = scored.faults.last_mut().filter(|bad| bad.rows == scored.rows) {
                last.rejects = scored.rejects.len();
            }
        }
    }

    /// Reads the unseen categories of the block's rows again: the block knows only that they are
    /// unseen.
    #[cold]
    fn read_unseen(&mut self, data: &[u8], unseen: &mut UnseenValues) {
        let n_columns = self.categorical.len();
        let columns: Vec<(usize, &[u32])> = (0..n_columns)
            .map(|i| (i, self.block.codes(i)))
            .filter(|(_, codes)| codes.contains(&UNSEEN))
            .collect();
        for row in &self.pending {
            let Ok(slot) = row.outcome else { continue };
            if self.unseen_rows >= MAX_ROWS {
                return;
            }
            if columns.iter().all(|(_, codes)| codes[slot] != UNSEEN) {
                continue;
            }
            self.unseen_rows += 1;
            self.spans.clear();
            let delimiter = self.job.columns.shape.delimiter;
            scan::record(&data[..row.end], row.start, delimiter, true, |span| {
                self.spans.push(span);
            });
            for (i, _) in columns.iter().filter(|(_, codes)| codes[slot] == UNSEEN) {
                if let Some(span) = self.spans.get(self.categorical[*i]) {
                    unseen.add(*i, n_columns, &span.text(data));
                }
            }
        }
    }
}

impl Options {
    /// Writes a row's prediction and ends its line; `labels` are as they stand in the output.
    pub(crate) fn write_prediction(
        &self,
        labels: &[Vec<u8>],
        scores: &Scores,
        slot: usize,
        delimiter: u8,
        out: &mut Vec<u8>,
    ) {
        let format = self.number_format();
        let values = scores.row(slot);
        match scores.class(slot, self.threshold) {
            None => format.write(values[0], out),
            Some(class) => {
                out.extend_from_slice(&labels[class as usize]);
                if self.proba {
                    for p in values {
                        out.push(delimiter);
                        format.write(*p, out);
                    }
                }
            }
        }
        out.push(b'\n');
    }
}

impl ChunkWorker for Scorer<'_> {
    type Output = Scored;

    /// Scores a chunk. After a bad row under [`OnBadRow::Stop`] the rest of it is left alone.
    fn work(&mut self, chunk: &Chunk, emit: &mut dyn FnMut(Scored) -> Flow) -> Scored {
        let counts = self.job.model.counts_of_chunk(chunk.index, self.job.chunk_size);
        let scored = Scored { counts, ..Scored::default() };
        let mut target = Target { data: &chunk.data, scored, emit, flow: Flow::Go };
        let shape = &self.job.columns.shape;
        let mut spans = std::mem::take(&mut self.spans);
        let rows = Rows { scorer: self, target: &mut target };
        records::each(chunk, shape, &mut spans, rows);
        self.spans = spans;
        self.flush(&mut target);
        self.unseen_rows = 0;
        let predictions = self.predictions.take();
        let unfinished = chunk.last && !chunk.data.ends_with(b"\n");
        Scored { predictions, unfinished, ..target.scored }
    }
}

/// The rows of a chunk on their way through a scorer.
struct Rows<'w, 'a, 'c> {
    scorer: &'w mut Scorer<'a>,
    target: &'w mut Target<'c>,
}

impl Rows<'_, '_, '_> {
    /// Scores what was read once there is enough of it.
    #[inline]
    fn flush_if_full(&mut self) -> ControlFlow<()> {
        let Scorer { block, pending, .. } = &*self.scorer;
        if block.is_full() || pending.len() > 2 * block.capacity() {
            self.scorer.flush(self.target);
            if self.target.flow == Flow::Stop {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

impl RecordVisitor for Rows<'_, '_, '_> {
    #[inline]
    fn plain(&mut self, data: &[u8], at: usize, line: u64) -> Option<(usize, ControlFlow<()>)> {
        let Scorer { plain, block, carried, pending, .. } = &mut *self.scorer;
        let first = carried.len();
        let (end, next) = plain.read(data, at, block, carried)?;
        let outcome = Ok(block.len());
        block.push();
        pending.push(Pending { start: at, end, line, carried: Some(first), outcome });
        Some((next, self.flush_if_full()))
    }

    fn record(&mut self, record: Record<'_>) -> ControlFlow<()> {
        let good = self.scorer.pend(self.target.data, &record);
        if !good && self.scorer.job.options.on_bad_row == OnBadRow::Stop {
            return ControlFlow::Break(());
        }
        self.flush_if_full()
    }
}
