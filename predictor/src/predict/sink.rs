//! Scored chunks judged and written.

use std::ops::ControlFlow;

use cli_common::error::{Cause, Error, Result};
use cli_common::output::Output;

use super::config::{MaxBadRows, OnBadRow, Options};
use super::distribution::Distribution;
use super::part::{BadRow, Scored};
use super::unseen::UnseenValues;
use crate::columns::Columns;
use crate::count::Counts;
use crate::drift;
use crate::stream::fault::Fault;
use crate::stream::pool::{Flow, OrderedSink};

/// What a write means for the run: whoever closed a pipe has seen enough.
pub(super) fn flow(written: ControlFlow<()>) -> Flow {
    if written.is_break() { Flow::Stop } else { Flow::Go }
}

/// Totals of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) rows: u64,
    pub(super) bad: u64,
    pub(super) counts: Counts,
    pub(super) predictions: Distribution,
    pub(super) unseen: UnseenValues,
    /// Whether the input ends within a line.
    pub(super) unfinished: bool,
    /// Where the cells fall, if the model says where those of its training data did.
    pub(super) compared: Option<drift::BatchStats>,
}

/// Takes scored rows in input order and writes them.
pub(super) struct Sink<'a> {
    options: &'a Options,
    columns: &'a Columns,
    input: &'a str,
    pub(super) output: Output,
    pub(super) rejects: Output,
    pub(super) totals: Totals,
    first_fault: Option<(u64, Fault)>,
    /// Why the run ends before its time, if more rows were bad than are tolerated.
    pub(super) stopped: Option<String>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(
        options: &'a Options,
        columns: &'a Columns,
        input: &'a str,
        totals: Totals,
        output: Output,
        rejects: Output,
    ) -> Self {
        Self { options, columns, input, output, rejects, totals, first_fault: None, stopped: None }
    }

    /// Stops the run at the first bad row that is not tolerated.
    fn judge(&mut self, scored: &Scored) -> Result<()> {
        if self.first_fault.is_none() {
            self.first_fault = scored.faults.first().map(|bad| (bad.line, bad.fault.clone()));
        }
        if self.options.on_bad_row == OnBadRow::Stop {
            let first = scored.faults.first();
            return first.map_or(Ok(()), |bad| Err(self.error(bad.line, &bad.fault, None)));
        }
        if let Some(MaxBadRows::Rows(limit)) = self.options.max_bad_rows {
            let tolerated = limit.saturating_sub(self.totals.bad);
            let too_many = usize::try_from(tolerated).ok().and_then(|i| scored.faults.get(i));
            if let Some(bad) = too_many {
                return self.stop(scored, bad, limit);
            }
        }
        Ok(())
    }

    /// Ends the run with the one bad row that is too many. What is reported of it, rejects and
    /// summary, ends with that row.
    fn stop(&mut self, scored: &Scored, bad: &BadRow, limit: u64) -> Result<()> {
        self.totals.rows += bad.rows;
        self.totals.bad = limit.saturating_add(1);
        self.write_rejects(&scored.rejects[..bad.rejects])?;
        let why = format!("more than {limit} bad rows; this one is too many: ");
        let error = self.error(bad.line, &bad.fault, Some(&why));
        self.stopped = Some(error.to_string());
        Err(error)
    }

    /// A row must not be lost because nobody reads the rejects any more.
    fn write_rejects(&mut self, rejects: &[u8]) -> Result<()> {
        if self.rejects.write(rejects)?.is_break() {
            return Err(Error::new(Cause::Io, "cannot write the rejects: the pipe is closed"));
        }
        Ok(())
    }

    /// Judges the share of bad rows once all have been read.
    pub(super) fn finish(&mut self) -> Result<()> {
        if let (Some(MaxBadRows::Percent(limit)), Some((line, fault))) =
            (self.options.max_bad_rows, &self.first_fault)
        {
            let (bad, rows) = (self.totals.bad, self.totals.rows);
            if bad as f64 > limit / 100.0 * rows as f64 {
                let why = format!("{bad} of {rows} rows are bad, more than {limit} %; the first: ");
                let error = self.error(*line, fault, Some(&why));
                self.stopped = Some(error.to_string());
                return Err(error);
            }
        }
        Ok(())
    }

    fn error(&self, line: u64, fault: &Fault, why: Option<&str>) -> Error {
        let hint = match (why, &self.options.rejects) {
            (Some(_), Some(rejects)) if !self.options.dry_run => format!(
                "fix the input, or raise --max-bad-rows; the bad rows are in `{}`",
                rejects.display()
            ),
            (Some(_), _) => "fix the input, or raise --max-bad-rows".into(),
            (None, _) => fault.hint("null|skip", self.columns),
        };
        fault.error(self.input, line, self.columns, why.unwrap_or_default()).with_hint(hint)
    }
}

impl OrderedSink<Scored> for Sink<'_> {
    fn take(&mut self, scored: Scored) -> Result<Flow> {
        self.judge(&scored)?;
        self.totals.rows += scored.rows;
        self.totals.bad += scored.bad;
        self.totals.counts.add(&scored.counts);
        self.totals.predictions.merge(&scored.predictions);
        self.totals.unseen.merge(scored.unseen);
        self.totals.unfinished |= scored.unfinished;
        if let (Some(compared), Some(chunk)) = (&mut self.totals.compared, &scored.counts.chunk) {
            compared.add(chunk);
        }
        self.write_rejects(&scored.rejects)?;
        self.output.write(&scored.output).map(flow)
    }
}
