//! One chunk of rows to what is counted of it.

use std::ops::ControlFlow;

use model_format::pipeline::Numbers;

use super::plan::Plan;
use crate::block::Block;
use crate::count::Counts;
use crate::csv::chunks::Chunk;
use crate::csv::scan::Span;
use crate::kernels::Scores;
use crate::metrics::Truth;
use crate::stream::cells::CellRule;
use crate::stream::fault::Fault;
use crate::stream::pool;
use crate::stream::records::{self, Record};
use crate::wide::Width;

/// What is gathered of the rows of a chunk.
pub(crate) trait Tally: Send {
    /// A row that every model has scored: its line, what is true, and its slot in each lane.
    fn row(&mut self, line: u64, truth: Truth, lanes: &[Lane<'_>], slot: usize);
}

/// A model and the rows that it is scoring.
pub(crate) struct Lane<'a> {
    rule: CellRule<'a>,
    block: Block,
    scores: Scores,
    counts: Counts,
    threshold: Option<f64>,
}

impl Lane<'_> {
    /// The predicted class or cluster of a row; `None` for regression.
    pub(crate) fn class(&self, slot: usize) -> Option<u32> {
        self.scores.class(slot, self.threshold)
    }

    /// The value or the probabilities of a row; nothing if labels come without.
    pub(crate) fn values(&self, slot: usize) -> &[f64] {
        match self.rule.model.pipeline().numbers() {
            Numbers::Value | Numbers::Probabilities => self.scores.row(slot),
            Numbers::DecisionValues | Numbers::SquaredDistance => &[],
        }
    }
}

/// A chunk that was counted.
pub(crate) struct Counted<T> {
    pub(super) rows: u64,
    pub(super) bad: u64,
    /// Rows that were scored and do not say what is true.
    pub(super) without_target: u64,
    /// Line and fault of the first bad row.
    pub(super) fault: Option<(u64, Fault)>,
    pub(super) tally: T,
}

/// Buffers of one thread, reused from chunk to chunk.
pub(super) struct Worker<'a, F> {
    plan: &'a Plan<'a>,
    lanes: Vec<Lane<'a>>,
    spans: Vec<Span>,
    /// Line and truth or fault of the rows since the last flush.
    pending: Vec<(u64, Result<Truth, Fault>)>,
    tally: &'a F,
}

impl<'a, T: Tally, F: Fn() -> T> Worker<'a, F> {
    pub(super) fn new(plan: &'a Plan<'a>, tally: &'a F) -> Self {
        let lane = |rule: CellRule<'a>| Lane {
            rule,
            block: Block::new(rule.model.pipeline().schema()),
            scores: Scores::new(Width::best()),
            counts: rule.model.counts(),
            threshold: plan.options.threshold,
        };
        let lanes = plan.rules().map(lane).collect();
        Self { plan, lanes, spans: Vec::new(), pending: Vec::new(), tally }
    }

    /// Reads a row for every model, or for none.
    fn read(&mut self, data: &[u8], cells: &[Span]) -> Result<Truth, Fault> {
        for lane in &mut self.lanes {
            lane.rule.read(data, cells, &mut lane.block)?;
        }
        let target = self.plan.target.as_ref();
        let truth = target.map_or(Ok(Truth::Missing), |target| target.read(data, cells))?;
        self.lanes.iter_mut().for_each(|lane| lane.block.push());
        Ok(truth)
    }

    fn is_full(&self) -> bool {
        let full = |lane: &Lane<'_>| {
            lane.block.is_full() || self.pending.len() > 2 * lane.block.capacity()
        };
        self.lanes.iter().any(full)
    }

    /// Scores the rows of the blocks and counts all pending rows in order.
    fn flush(&mut self, counted: &mut Counted<T>) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.block.len() > 0) {
            lane.rule.model.score_and_count(&mut lane.block, &mut lane.scores, &mut lane.counts);
        }
        let mut slot = 0;
        for (line, outcome) in self.pending.drain(..) {
            counted.rows += 1;
            let fault = match outcome {
                Ok(truth) => {
                    let at = slot;
                    slot += 1;
                    if self.lanes.iter().all(|lane| lane.scores.is_finite(at)) {
                        counted.without_target += u64::from(truth == Truth::Missing);
                        counted.tally.row(line, truth, &self.lanes, at);
                        continue;
                    }
                    Fault::NotFinite
                }
                Err(fault) => fault,
            };
            counted.bad += 1;
            counted.fault.get_or_insert((line, fault));
        }
        self.lanes.iter_mut().for_each(|lane| lane.block.clear());
    }
}

impl<T: Tally, F: Fn() -> T> pool::Worker for Worker<'_, F> {
    type Made = Counted<T>;

    fn make(&mut self, chunk: &Chunk) -> Counted<T> {
        let tally = (self.tally)();
        let mut counted = Counted { rows: 0, bad: 0, without_target: 0, fault: None, tally };
        let options = self.plan.options;
        let n_columns = self.plan.models.first().map_or(0, |(_, columns)| columns.uses.len());
        let mut spans = std::mem::take(&mut self.spans);
        records::each(chunk, options.delimiter, n_columns, &mut spans, |record: Record<'_>| {
            let Record { line, cells, .. } = record;
            let outcome = cells.and_then(|cells| self.read(&chunk.data, cells));
            let stop = outcome.is_err() && !options.skip_bad_rows;
            self.pending.push((line, outcome));
            if stop {
                return ControlFlow::Break(());
            }
            if self.is_full() {
                self.flush(&mut counted);
            }
            ControlFlow::Continue(())
        });
        self.spans = spans;
        self.flush(&mut counted);
        counted
    }
}
