//! One chunk of input to bytes of output.

use std::borrow::Cow;

use model_format::cell::MissingTokens;
use model_format::schema::TextCell;

use super::config::{OnBadRow, Options};
use super::fault::Fault;
use crate::block::{Block, CellFault, Counts};
use crate::csv::chunks::Chunk;
use crate::csv::columns::{Columns, Use};
use crate::csv::scan::{self, Ending, Span};
use crate::kernels::Scores;
use crate::model::Model;

/// What every worker of a run shares.
pub(super) struct Job<'a> {
    pub(super) model: &'a Model,
    pub(super) options: &'a Options,
    pub(super) columns: &'a Columns,
    pub(super) missing: &'a MissingTokens,
    /// Bad rows of a chunk whose faults are kept.
    pub(super) faults_kept: u64,
    /// Labels as they are written, quoted where needed.
    pub(super) labels: Vec<Vec<u8>>,
}

/// A chunk that was scored.
#[derive(Debug, Default)]
pub(super) struct Scored {
    pub(super) output: Vec<u8>,
    /// Lines of the rejects file.
    pub(super) rejects: Vec<u8>,
    pub(super) rows: u64,
    pub(super) bad: u64,
    /// Line and fault of the first bad rows, as many as it takes to name the one that is too many.
    pub(super) faults: Vec<(u64, Fault)>,
    pub(super) counts: Counts,
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
pub(super) struct Worker<'a> {
    job: &'a Job<'a>,
    block: Block,
    scores: Scores,
    spans: Vec<Span>,
    /// Carried cells of the rows of the current block.
    carried: Vec<Span>,
    pending: Vec<Pending>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(job: &'a Job<'a>) -> Self {
        Self {
            job,
            block: Block::new(job.model.pipeline().schema()),
            scores: Scores::default(),
            spans: Vec::with_capacity(job.columns.uses.len()),
            carried: Vec::new(),
            pending: Vec::new(),
        }
    }

    /// Scores a chunk. After a bad row under [`OnBadRow::Stop`] the rest of it is left alone.
    pub(super) fn score(&mut self, chunk: &Chunk) -> Scored {
        let mut scored = Scored { counts: self.job.model.counts(), ..Scored::default() };
        let mut line = chunk.line;
        for _ in 0..chunk.blank_before {
            self.pend(0, 0, line, Err(Fault::Blank));
            line += 1;
            if self.pending.len() > self.block.capacity() {
                self.flush(&chunk.data, &mut scored);
            }
        }
        let mut at = 0;
        if chunk.oversized {
            self.pend(0, chunk.data.len(), line, Err(Fault::TooLong));
            at = chunk.data.len();
        }
        while at < chunk.data.len() {
            self.spans.clear();
            let spans = &mut self.spans;
            let found =
                scan::record(&chunk.data, at, self.job.options.delimiter, true, |s| spans.push(s));
            let outcome = match found.ending {
                _ if found.end == at => Err(Fault::Blank),
                Ending::Complete => self.read(&chunk.data, found.next, chunk.last),
                Ending::StrayQuote => Err(Fault::StrayQuote),
                Ending::Unclosed | Ending::NeedMore => Err(Fault::Unclosed),
            };
            let stop = outcome.is_err() && self.job.options.on_bad_row == OnBadRow::Stop;
            self.pend(at, found.end, line, outcome);
            line += lines(&chunk.data[at..found.next]);
            at = found.next;
            if stop {
                break;
            }
            if self.block.is_full() || self.pending.len() > 2 * self.block.capacity() {
                self.flush(&chunk.data, &mut scored);
            }
        }
        self.flush(&chunk.data, &mut scored);
        scored
    }

    /// Reads the cells of a complete record into the block.
    fn read(&mut self, data: &[u8], next: usize, last: bool) -> Result<usize, Fault> {
        let job = self.job;
        let found = self.spans.len();
        if found != job.columns.uses.len() {
            let broken_off = last
                && next == data.len()
                && !data.ends_with(b"\n")
                && found < job.columns.uses.len();
            return Err(if broken_off {
                Fault::BrokenOff { found }
            } else {
                Fault::Cells { found }
            });
        }
        let schema = job.model.pipeline().schema();
        for (column, (span, usage)) in self.spans.iter().zip(&job.columns.uses).enumerate() {
            let fault = match usage {
                Use::Ignored => Ok(()),
                Use::Number(i) => {
                    self.block.read_number(*i, &span.text(data), job.missing, job.model.imputes())
                }
                Use::Text(i) => {
                    let text = schema.text()[*i].read(&span.text(data), job.missing);
                    self.block.set_text(*i, text);
                    if text == TextCell::Unseen && job.options.unseen_is_error {
                        Err(CellFault::UnseenText)
                    } else {
                        Ok(())
                    }
                }
            };
            fault.map_err(|fault| Fault::Cell {
                column,
                text: String::from_utf8_lossy(&span.text(data)).into_owned(),
                fault,
            })?;
        }
        self.block.push();
        Ok(self.block.len() - 1)
    }

    fn pend(&mut self, start: usize, end: usize, line: u64, outcome: Result<usize, Fault>) {
        let carried = matches!(outcome, Ok(_) | Err(Fault::Cell { .. })).then(|| {
            let first = self.carried.len();
            self.carried.extend(self.job.columns.carried.iter().map(|column| self.spans[*column]));
            first
        });
        self.pending.push(Pending { start, end, line, carried, outcome });
    }

    /// Scores the rows of the block and writes all pending rows in order.
    fn flush(&mut self, data: &[u8], scored: &mut Scored) {
        if self.block.len() > 0 {
            self.job.model.score(&mut self.block, &mut self.scores, &mut scored.counts);
        }
        let pending = std::mem::take(&mut self.pending);
        for row in &pending {
            scored.rows += 1;
            match &row.outcome {
                Ok(slot) if self.scores.is_finite(*slot) => {
                    self.write_carried(data, row, &mut scored.output);
                    self.write_prediction(*slot, &mut scored.output);
                }
                Ok(_) => self.write_bad(data, row, &Fault::NotFinite, scored),
                Err(fault) => self.write_bad(data, row, fault, scored),
            }
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
            out.push(self.job.options.delimiter);
        }
    }

    fn write_prediction(&self, slot: usize, out: &mut Vec<u8>) {
        let options = self.job.options;
        let format = options.number_format();
        let values = self.scores.row(slot);
        match self.scores.labels.get(slot) {
            None => format.write(values[0], out),
            Some(class) => {
                let class = match options.threshold {
                    Some(threshold) => usize::from(values[1] >= threshold),
                    None => *class as usize,
                };
                out.extend_from_slice(&self.job.labels[class]);
                if options.proba {
                    for p in values {
                        out.push(options.delimiter);
                        format.write(*p, out);
                    }
                }
            }
        }
        out.push(b'\n');
    }

    fn write_bad(&self, data: &[u8], row: &Pending, fault: &Fault, scored: &mut Scored) {
        let (options, columns) = (self.job.options, self.job.columns);
        scored.bad += 1;
        if (scored.faults.len() as u64) < self.job.faults_kept {
            scored.faults.push((row.line, fault.clone()));
        }
        if options.on_bad_row == OnBadRow::Null {
            self.write_carried(data, row, &mut scored.output);
            let n_classes = self.job.labels.len();
            if options.proba && n_classes > 0 {
                scored.output.resize(scored.output.len() + n_classes, options.delimiter);
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
                scored.rejects.push(options.delimiter);
                scored.rejects.extend_from_slice(&quote(text, options.delimiter));
            }
            scored.rejects.push(b'\n');
        }
    }
}

/// A cell as it is written: quoted if it holds a delimiter, a quote or a line end.
pub(super) fn quote(text: &[u8], delimiter: u8) -> Cow<'_, [u8]> {
    let special = |b: &u8| *b == delimiter || matches!(b, b'"' | b'\n' | b'\r');
    if !text.iter().any(special) {
        return Cow::Borrowed(text);
    }
    let mut quoted = Vec::with_capacity(text.len() + 2);
    quoted.push(b'"');
    for byte in text {
        if *byte == b'"' {
            quoted.push(b'"');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    Cow::Owned(quoted)
}

fn lines(record: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', record).count() as u64
}
