//! Scored chunks judged and written.

use std::io::{self, Write};
use std::path::Path;

use cli_common::atomic::AtomicFile;
use cli_common::error::{Cause, Error, Result};

use super::config::{MaxBadRows, OnBadRow, Options};
use super::worker::Scored;
use crate::count::Counts;
use crate::csv::columns::Columns;
use crate::drift;
use crate::stream::fault::Fault;
use crate::stream::pool::{Flow, OrderedSink};

/// Where output goes: a file that appears whole, stdout, or nowhere.
pub(super) enum Output {
    File(AtomicFile, String),
    Stdout(io::Stdout),
    None,
}

impl Output {
    /// Opens a file, or stdout for `-` or no path.
    pub(super) fn open(path: Option<&Path>) -> Result<Self> {
        match path {
            // /dev/stdout is not opened anew: that would write over what a redirection appends to.
            Some(path) if path != Path::new("-") && path != Path::new("/dev/stdout") => {
                let name = path.display().to_string();
                let file = AtomicFile::create(path)
                    .map_err(|e| Error::io(format!("cannot write `{name}`"), &e))?;
                Ok(Self::File(file, name))
            }
            _ => Ok(Self::Stdout(io::stdout())),
        }
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Flow> {
        match self {
            Self::File(file, name) => {
                flow(file.write_all(bytes), || format!("cannot write `{name}`"))
            }
            Self::Stdout(stdout) => {
                let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
                flow(written, || "cannot write to stdout".into())
            }
            Self::None => Ok(Flow::Go),
        }
    }

    /// Makes files appear, none before all are on the disk. If a name cannot be given, the files before
    /// it keep theirs.
    pub(super) fn commit_all(outputs: impl IntoIterator<Item = Self>) -> Result<()> {
        let (mut files, mut names) = (Vec::new(), Vec::new());
        for output in outputs {
            if let Self::File(file, name) = output {
                files.push(file);
                names.push(name);
            }
        }
        AtomicFile::commit_all(files)
            .map_err(|e| Error::io(format!("cannot write `{}`", names[e.index]), &e.error))
    }
}

/// What a write means for the run: whoever closed a pipe has seen enough.
fn flow(written: io::Result<()>, what: impl Fn() -> String) -> Result<Flow> {
    match written {
        Ok(()) => Ok(Flow::Go),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(Flow::Stop),
        Err(e) => Err(Error::io(what(), &e)),
    }
}

/// Totals of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Totals {
    pub(super) rows: u64,
    pub(super) bad: u64,
    pub(super) counts: Counts,
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
        Self { options, columns, input, output, rejects, totals, first_fault: None }
    }

    /// Stops the run at the first bad row that is not borne.
    fn judge(&mut self, scored: &Scored) -> Result<()> {
        if self.first_fault.is_none() {
            self.first_fault = scored.faults.first().cloned();
        }
        if self.options.on_bad_row == OnBadRow::Stop {
            return scored.faults.first().map_or(Ok(()), |fault| Err(self.error(fault, None)));
        }
        if let Some(MaxBadRows::Rows(limit)) = self.options.max_bad_rows {
            let borne = limit.saturating_sub(self.totals.bad);
            let too_many = usize::try_from(borne).ok().and_then(|i| scored.faults.get(i));
            if let Some(fault) = too_many {
                let why = format!("more than {limit} bad rows; this one is too many: ");
                return Err(self.error(fault, Some(&why)));
            }
        }
        Ok(())
    }

    /// Judges the share of bad rows once all have been read.
    pub(super) fn finish(&self) -> Result<()> {
        if let (Some(MaxBadRows::Percent(limit)), Some(fault)) =
            (self.options.max_bad_rows, &self.first_fault)
        {
            let (bad, rows) = (self.totals.bad, self.totals.rows);
            if bad as f64 > limit / 100.0 * rows as f64 {
                let why = format!("{bad} of {rows} rows are bad, more than {limit} %; the first: ");
                return Err(self.error(fault, Some(&why)));
            }
        }
        Ok(())
    }

    fn error(&self, (line, fault): &(u64, Fault), why: Option<&str>) -> Error {
        let hint = match why {
            Some(_) => "fix the input, or raise --max-bad-rows".into(),
            None => fault.hint("null|skip"),
        };
        fault.error(self.input, *line, self.columns, why.unwrap_or_default()).with_hint(hint)
    }
}

impl OrderedSink<Scored> for Sink<'_> {
    fn take(&mut self, scored: Scored) -> Result<Flow> {
        self.judge(&scored)?;
        self.totals.rows += scored.rows;
        self.totals.bad += scored.bad;
        self.totals.counts.add(&scored.counts);
        self.totals.unfinished |= scored.unfinished;
        if let (Some(compared), Some(chunk)) = (&mut self.totals.compared, &scored.counts.chunk) {
            compared.add(chunk);
        }
        // A row must not be lost because nobody reads the rejects any more.
        if self.rejects.write(&scored.rejects)? == Flow::Stop {
            return Err(Error::new(Cause::Io, "cannot write the rejects: the pipe is closed"));
        }
        self.output.write(&scored.output)
    }
}
