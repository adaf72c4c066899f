//! One chunk of rows to the statistics of its rows.

use std::ops::ControlFlow;

use metrics::Chunk;
use model_format::program::Meaning;
use tabular_input::csv::RowFault;
use tabular_input::csv::chunks;
use tabular_input::csv::records::{self, Record};
use tabular_input::csv::scan::Span;

use super::plan::LabelledPlan;
use super::target::Truth;
use crate::block::Block;
use crate::count::Counts;
use crate::scores::Scores;
use crate::stream::cells::CellRule;
use crate::stream::fault::Fault;
use crate::stream::pool::{ChunkWorker, Flow, MAX_HELD};
use crate::wide::Width;

/// Statistics of rows that follow one another.
pub(crate) trait PartStats: Send {
    /// A row that every model has scored: its line, the true label or value, and its slot in each
    /// lane.
    fn row(&mut self, line: u64, truth: Truth, lanes: &[Lane<'_>], slot: usize);

    /// About how many bytes they take.
    fn held(&self) -> usize;
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
    /// Adds a row to what is known of this model: by its truth, and what is predicted.
    pub(crate) fn gather(&self, truth: Truth, slot: usize, chunk: &mut Chunk<'_>) {
        gather(truth, self.class(slot), self.values(slot), chunk);
    }

    /// The predicted class or cluster of a row; `None` for regression.
    pub(crate) fn class(&self, slot: usize) -> Option<u32> {
        self.scores.class(slot, self.threshold)
    }

    /// The value or the probabilities of a row; nothing if labels come without.
    pub(crate) fn values(&self, slot: usize) -> &[f64] {
        match self.rule.model.pipeline().numbers() {
            Meaning::Value | Meaning::Probabilities => self.scores.row(slot),
            Meaning::DecisionValues | Meaning::SquaredDistance => &[],
        }
    }
}

/// Adds a row by its truth, the predicted class and the probabilities if there are any, or no class and
/// the value. A row without a truth adds nothing.
pub(crate) fn gather(truth: Truth, class: Option<u32>, values: &[f64], chunk: &mut Chunk<'_>) {
    match (truth, class, values) {
        (Truth::Class(truth), Some(class), probabilities) => {
            chunk.label(truth, class, probabilities);
        }
        (Truth::Number(truth), None, [value, ..]) => chunk.number(truth, *value),
        _ => {}
    }
}

/// A chunk whose rows were scored and compared, or a part of it.
pub(crate) struct Counted<T> {
    pub(super) rows: u64,
    pub(super) bad: u64,
    /// Rows that were scored and have no target.
    pub(super) without_target: u64,
    /// Line and fault of the first bad row.
    pub(super) fault: Option<(u64, Fault)>,
    pub(super) stats: T,
}

impl<T> Counted<T> {
    fn new(stats: T) -> Self {
        Self { rows: 0, bad: 0, without_target: 0, fault: None, stats }
    }
}

/// Where the rows of a chunk go: into `counted`, and on from there before they are too many.
struct Destination<'c, T> {
    counted: Counted<T>,
    emit: &'c mut dyn FnMut(Counted<T>) -> Flow,
    /// [`Flow::Stop`] if nobody wants the rest.
    flow: Flow,
}

/// Buffers of one thread, reused from chunk to chunk.
pub(super) struct LabelledScorer<'a, F> {
    plan: &'a LabelledPlan<'a>,
    lanes: Vec<Lane<'a>>,
    spans: Vec<Span>,
    /// Line and truth or fault of the rows since the last flush.
    pending: Vec<(u64, Result<Truth, Fault>)>,
    stats: &'a F,
}

impl<'a, T: PartStats, F: Fn() -> T> LabelledScorer<'a, F> {
    pub(super) fn new(plan: &'a LabelledPlan<'a>, stats: &'a F) -> Self {
        let lane = |rule: CellRule<'a>| Lane {
            rule,
            block: Block::new(&rule.model.plan().layout),
            scores: Scores::new(Width::best()),
            counts: rule.model.counts(),
            threshold: plan.options.threshold,
        };
        let lanes = plan.rules().map(lane).collect();
        Self { plan, lanes, spans: Vec::new(), pending: Vec::new(), stats }
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
    fn flush(&mut self, to: &mut Destination<'_, T>) {
        for lane in self.lanes.iter_mut().filter(|lane| lane.block.len() > 0) {
            lane.rule.model.score_and_count(&mut lane.block, &mut lane.scores, &mut lane.counts);
        }
        let mut slot = 0;
        for (line, outcome) in self.pending.drain(..) {
            if to.flow == Flow::Stop {
                break;
            }
            if to.counted.stats.held() >= MAX_HELD {
                let next = Counted::new((self.stats)());
                to.flow = (to.emit)(std::mem::replace(&mut to.counted, next));
            }
            let counted = &mut to.counted;
            counted.rows += 1;
            let fault = match outcome {
                Ok(truth) => {
                    let at = slot;
                    slot += 1;
                    if self.lanes.iter().all(|lane| lane.scores.is_finite(at)) {
                        counted.without_target += u64::from(truth == Truth::Missing);
                        counted.stats.row(line, truth, &self.lanes, at);
                        continue;
                    }
                    let wrong = self.lanes.iter().find(|lane| !lane.scores.is_finite(at));
                    wrong.map_or(Fault::NotFinite, |lane| {
                        Fault::of_scores(&lane.scores, at, lane.rule.model.pipeline())
                    })
                }
                Err(fault) => fault,
            };
            counted.bad += 1;
            counted.fault.get_or_insert((line, fault));
        }
        self.lanes.iter_mut().for_each(|lane| lane.block.clear());
    }
}

impl<T: PartStats, F: Fn() -> T> ChunkWorker for LabelledScorer<'_, F> {
    type Output = Counted<T>;

    fn work(
        &mut self,
        chunk: &chunks::Chunk,
        emit: &mut dyn FnMut(Counted<T>) -> Flow,
    ) -> Counted<T> {
        let counted = Counted::new((self.stats)());
        let mut to = Destination { counted, emit, flow: Flow::Go };
        let options = self.plan.options;
        let shape = &self.plan.shape;
        let mut spans = std::mem::take(&mut self.spans);
        records::each(chunk, shape, &mut spans, |record: Record<'_>| {
            let Record { line, cells, .. } = record;
            let read = |cells| {
                self.read(&chunk.data, cells).map_err(|fault| {
                    let again = shape.is_header(&chunk.data, cells);
                    if again { Fault::Row(RowFault::Header) } else { fault }
                })
            };
            let outcome = cells.map_err(Fault::Row).and_then(read);
            let stop = outcome.is_err() && !options.skip_bad_rows;
            self.pending.push((line, outcome));
            if stop {
                return ControlFlow::Break(());
            }
            if self.is_full() {
                self.flush(&mut to);
                if to.flow == Flow::Stop {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        self.spans = spans;
        self.flush(&mut to);
        to.counted
    }
}
