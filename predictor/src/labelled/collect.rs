//! Counted chunks put together in input order.

use super::plan::Plan;
use super::worker::{Counted, Tally, Worker};
use crate::error::Result;
use crate::stream::input::Input;
use crate::stream::pool::{self, Flow, Taker};

/// Rows of a finished run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Rows in the input.
    pub(crate) rows: u64,
    /// Those that could not be scored, or hold a target that is none.
    pub(crate) bad: u64,
    /// Those that were scored and do not say what is true.
    pub(crate) without_target: u64,
}

/// What the tallies of all chunks are put together in.
pub(crate) trait Collector<T: Tally>: Send {
    /// Adds the next chunk.
    fn merge(&mut self, tally: T);
}

/// Scores and counts every row of an input.
pub(crate) fn run<T: Tally, C: Collector<T>>(
    plan: &Plan<'_>,
    input: Input,
    tally: impl Fn() -> T + Sync,
    collector: &mut C,
) -> Result<Counts> {
    let (progress, advance) = input.progress(plan.options.quiet);
    let mut sink = Sink { plan, counts: Counts::default(), collector };
    let worker = || Worker::new(plan, &tally);
    let outcome =
        pool::run(input.chunks, plan.options.threads, worker, &mut sink, || advance(&progress));
    progress.clear();
    outcome?;
    Ok(sink.counts)
}

struct Sink<'a, C> {
    plan: &'a Plan<'a>,
    counts: Counts,
    collector: &'a mut C,
}

impl<T: Tally, C: Collector<T>> Taker<Counted<T>> for Sink<'_, C> {
    fn take(&mut self, counted: Counted<T>) -> Result<Flow> {
        if let (Some((line, fault)), false) = (&counted.fault, self.plan.options.skip_bad_rows)
            && let Some((_, columns)) = self.plan.models.first()
        {
            let error = fault.error(&self.plan.input, *line, columns, "");
            return Err(error.with_hint(fault.hint("skip")));
        }
        self.counts.rows += counted.rows;
        self.counts.bad += counted.bad;
        self.counts.without_target += counted.without_target;
        self.collector.merge(counted.tally);
        Ok(Flow::Go)
    }
}
