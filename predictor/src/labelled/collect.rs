//! Statistics of parts put together in input order.

use cli_common::error::{Error, Result};
use tabular_input::csv::chunks::CHUNK;

use super::plan::LabelledPlan;
use super::worker::{Counted, LabelledScorer, PartStats};
use crate::columns::Columns;
use crate::stream::fault::Fault;
use crate::stream::input::Input;
use crate::stream::pool::{self, Flow, OrderedSink};
use crate::stream::room::Threads;

/// Rows of a finished run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Rows in the input.
    pub(crate) rows: u64,
    /// Those that could not be scored, or whose target is not one of the labels or no number.
    pub(crate) bad: u64,
    /// Those that were scored and have no target.
    pub(crate) without_target: u64,
}

/// Statistics of all rows.
pub(crate) trait Collector<T: PartStats>: Send {
    /// Adds the next part.
    fn merge(&mut self, part: T);

    /// Bytes that a row takes in a part.
    fn row_bytes(&self) -> usize;
}

/// Scores every row of an input and gathers statistics.
pub(crate) fn run<T: PartStats, C: Collector<T>>(
    plan: &LabelledPlan<'_>,
    mut input: Input,
    stats: impl Fn() -> T + Sync,
    collector: &mut C,
) -> Result<Counts> {
    let sizes = input.limit_output(CHUNK, |_| collector.row_bytes())?;
    let layouts = plan.rules().map(|rule| &rule.model.plan().layout);
    let threads = Threads::new(plan.options.threads, sizes, layouts);
    let (progress, advance) = input.progress(plan.options.quiet);
    let mut sink = Sink { plan, counts: Counts::default(), collector };
    let worker = || LabelledScorer::new(plan, &stats);
    let outcome = pool::run(input.chunks, threads, worker, &mut sink, || advance(&progress));
    progress.clear();
    outcome?;
    Ok(sink.counts)
}

struct Sink<'a, C> {
    plan: &'a LabelledPlan<'a>,
    counts: Counts,
    collector: &'a mut C,
}

impl<C> Sink<'_, C> {
    /// The error that names a row; what a label may be is found here, once, and not for every row
    /// whose label is none.
    fn error(&self, line: u64, fault: &Fault, columns: &Columns) -> Error {
        let input = &self.plan.input;
        let hint = fault.hint("skip", columns);
        if let (Fault::Label { text, .. }, Some(target)) = (fault, &self.plan.target) {
            let reason = format!("{}, expected {}", fault.reason(columns), target.expected());
            let error = fault.error_because(input, line, columns, &reason);
            let near = target.nearest(text).map(|near| format!("did you mean `{near}`?"));
            return error.with_hint(near.unwrap_or(hint));
        }
        fault.error(input, line, columns, "").with_hint(hint)
    }
}

impl<T: PartStats, C: Collector<T>> OrderedSink<Counted<T>> for Sink<'_, C> {
    fn take(&mut self, counted: Counted<T>) -> Result<Flow> {
        if let (Some((line, fault)), false) = (&counted.fault, self.plan.options.skip_bad_rows)
            && let Some((_, columns)) = self.plan.models.first()
        {
            return Err(self.error(*line, fault, columns));
        }
        self.counts.rows += counted.rows;
        self.counts.bad += counted.bad;
        self.counts.without_target += counted.without_target;
        self.collector.merge(counted.stats);
        Ok(Flow::Go)
    }
}
