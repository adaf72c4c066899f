//! The run itself: threads around a shared reader and a shared sink.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::config::{MaxBadRows, OnBadRow, Options};
use super::sink::{Flow, Output, Sink};
use super::summary::Summary;
use super::worker::{Job, Worker, quote};
use crate::csv::chunks::{Chunk, Chunks};
use crate::csv::columns::{self, Columns, Wanted};
use crate::error::{Cause, Error, Result};
use crate::model::Model;
use crate::progress::Progress;
use crate::source::Source;

/// Scored chunks that may wait for an earlier one, per thread.
const WAITING: u64 = 2;

/// Scores an input with a model.
///
/// # Errors
///
/// [`Cause::Input`] for a header or a row that was refused, [`Cause::Io`] for a file that could
/// not be read or written, [`Cause::Usage`] for options that contradict each other or the model.
/// After an error no output file is left, and one that was there before is as it was.
pub fn run(model: &Model, options: &Options) -> Result<Summary> {
    let started = Instant::now();
    check(model, options)?;
    let source = Source::open(options.input.as_deref())?;
    let (position, length, input) =
        (Arc::clone(&source.position), source.length, source.name.clone());
    let mut chunks = Chunks::new(source, options.delimiter);
    let columns = columns(model, options, &mut chunks, &input)?;
    let job = job(model, options, &columns)?;

    let output =
        if options.dry_run { Ok(Output::None) } else { Output::open(options.output.as_deref()) };
    let rejects = match &options.rejects {
        Some(path) if !options.dry_run => Output::open(Some(path)),
        _ => Ok(Output::None),
    };
    // Opened before the work, so that a place that cannot be written is not found out after it.
    let mut report = match &options.summary {
        Some(path) => Output::open(Some(path))?,
        None => Output::None,
    };
    let mut sink = Sink::new(options, &columns, &input, model.counts(), output?, rejects?);
    let to_terminal = options.output.is_none() && std::io::stdout().is_terminal();
    let progress = Progress::new(length, options.quiet || to_terminal);

    let d = char::from(options.delimiter);
    sink.rejects.write(format!("line{d}column{d}reason{d}row\n").as_bytes())?;
    let mut flow = sink.output.write(&header(model, options, &columns))?;
    if flow == Flow::Go {
        flow =
            score_all(&job, chunks, &mut sink, || progress.at(position.load(Ordering::Relaxed)))?;
    }
    progress.clear();
    if flow == Flow::Go {
        sink.finish()?;
    }
    let summary = Summary::new(model, &sink.totals, started.elapsed());
    if flow == Flow::Stop {
        // Whoever read stdout has seen enough; reports on part of the input would mislead.
        return Ok(summary);
    }
    report.write(format!("{:#}\n", summary.json()).as_bytes())?;
    report.commit()?;
    sink.rejects.commit()?;
    sink.output.commit()?;
    Ok(summary)
}

/// Refuses options that this model cannot serve.
fn check(model: &Model, options: &Options) -> Result<()> {
    let usage = |fact: &str| Err(Error::new(Cause::Usage, fact));
    let n_classes = model.labels().len();
    if options.proba && n_classes == 0 {
        return usage("--proba: this model predicts a number, it has no probabilities");
    }
    if options.no_header && !options.rename.is_empty() {
        return usage("--rename: without a header the input's columns have no names of their own");
    }
    for (i, (_, column)) in options.rename.iter().enumerate() {
        if options.rename[..i].iter().any(|(_, other)| other == column) {
            return usage(&format!("--rename: `{column}` is renamed twice"));
        }
    }
    if options.threshold.is_some() && n_classes != 2 {
        return usage("--threshold: this model does not have exactly two labels");
    }
    Ok(())
}

/// Matches the input with the model.
fn columns(model: &Model, options: &Options, chunks: &mut Chunks, input: &str) -> Result<Columns> {
    let schema = model.pipeline().schema();
    let wanted =
        Wanted { rename: &options.rename, ids: &options.ids, keep_input: options.keep_input };
    let columns = if options.no_header {
        Columns::of_schema(schema, &wanted)?
    } else {
        let (header, line) = chunks.header()?.ok_or_else(|| {
            Error::new(Cause::Input, format!("`{input}` is empty, expected a header line"))
                .with_hint("a file that has rows but no header needs --no-header")
        })?;
        if header.contains(&b'\r') {
            let fact =
                format!("`{input}` line {line}: lone CR characters, expected LF or CRLF line ends");
            return Err(Error::new(Cause::Input, fact).with_hint("convert it: tr '\\r' '\\n'"));
        }
        let names = columns::names(&header, options.delimiter);
        Columns::of_header(
            &names,
            schema,
            &wanted,
            options.delimiter,
            &format!("`{input}` line {line}"),
        )?
    };
    let carried = columns.carried.iter().map(|index| columns.names[*index].clone());
    let mut names: Vec<String> = carried.chain(added_columns(model, options)).collect();
    // With --keep-input the input's own doubles are carried as they are.
    let own: usize = if options.keep_input { columns.carried.len() } else { 0 };
    let added = names.split_off(own);
    for (i, name) in added.iter().enumerate() {
        if names.contains(name) || added[..i].contains(name) {
            let fact = format!("the output would have two columns `{name}`");
            return Err(Error::new(Cause::Usage, fact).with_hint(
                "name the prediction otherwise with --prediction-column, each id once",
            ));
        }
    }
    Ok(columns)
}

fn job<'a>(model: &'a Model, options: &'a Options, columns: &'a Columns) -> Result<Job<'a>> {
    let quoted = |label: &String| quote(label.as_bytes(), options.delimiter).into_owned();
    if options.threads == 0 {
        return Err(Error::new(Cause::Usage, "--threads: 0 threads cannot do anything"));
    }
    Ok(Job {
        model,
        options,
        columns,
        missing: options.missing.as_ref().unwrap_or(model.pipeline().schema().missing()),
        faults_kept: match (options.on_bad_row, options.max_bad_rows) {
            (OnBadRow::Stop, _) | (_, Some(MaxBadRows::Percent(_))) => 1,
            (_, Some(MaxBadRows::Rows(n))) => n.saturating_add(1),
            (_, None) => 0,
        },
        labels: model.labels().iter().map(quoted).collect(),
    })
}

/// Names of the columns that follow the carried ones.
fn added_columns(model: &Model, options: &Options) -> Vec<String> {
    let mut names = vec![options.prediction_column.clone()];
    if options.proba {
        names.extend(model.labels().iter().map(|label| format!("probability_{label}")));
    }
    names
}

fn header(model: &Model, options: &Options, columns: &Columns) -> Vec<u8> {
    let quoted = |name: &[u8]| quote(name, options.delimiter).into_owned();
    let carried = columns.carried.iter().map(|column| quoted(&columns.raw_names[*column]));
    let added = added_columns(model, options);
    let cells: Vec<Vec<u8>> =
        carried.chain(added.iter().map(|name| quoted(name.as_bytes()))).collect();
    let mut line = cells.join(&options.delimiter);
    line.push(b'\n');
    line
}

/// What the threads share.
struct Shared<'a, 'b> {
    source: Mutex<Chunks>,
    sink: Mutex<(&'a mut Sink<'b>, Result<Flow>)>,
    turn: Condvar,
    done: AtomicBool,
}

/// Scores every chunk; the calling thread is one of the workers.
fn score_all(
    job: &Job<'_>,
    mut chunks: Chunks,
    sink: &mut Sink<'_>,
    progress: impl Fn() + Sync,
) -> Result<Flow> {
    let Some(first) = chunks.next()? else {
        if job.options.no_header {
            return Err(Error::new(Cause::Input, format!("`{}` is empty", chunks.source().name)));
        }
        return Ok(Flow::Go);
    };
    // An input of one chunk is not worth a thread.
    let extra = if first.last { 0 } else { job.options.threads - 1 };
    let shared = Shared {
        source: Mutex::new(chunks),
        sink: Mutex::new((sink, Ok(Flow::Go))),
        turn: Condvar::new(),
        done: AtomicBool::new(false),
    };
    std::thread::scope(|scope| {
        for _ in 0..extra {
            scope.spawn(|| work(job, &shared, None, &progress));
        }
        work(job, &shared, Some(first), &progress);
    });
    shared.sink.into_inner().unwrap_or_else(PoisonError::into_inner).1
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes chunks until there are none.
fn work(job: &Job<'_>, shared: &Shared<'_, '_>, mut chunk: Option<Chunk>, progress: &impl Fn()) {
    let mut worker = Worker::new(job);
    while !shared.done.load(Ordering::Relaxed) {
        let (index, next) = match chunk.take() {
            Some(first) => (first.index, Ok(Some(first))),
            None => lock(&shared.source).next_indexed(),
        };
        let scored = match next {
            Ok(Some(chunk)) => Ok(worker.score(&chunk)),
            Ok(None) => return,
            Err(error) => Err(error),
        };
        let mut sink = lock(&shared.sink);
        while index >= sink.0.next() + WAITING * job.options.threads as u64
            && !shared.done.load(Ordering::Relaxed)
        {
            sink = shared.turn.wait(sink).unwrap_or_else(PoisonError::into_inner);
        }
        if shared.done.load(Ordering::Relaxed) {
            return;
        }
        let outcome = sink.0.take(index, scored);
        if !matches!(outcome, Ok(Flow::Go)) {
            // Under the lock: no other thread may write a later chunk after this one.
            shared.done.store(true, Ordering::Relaxed);
            sink.1 = outcome;
        }
        drop(sink);
        shared.turn.notify_all();
        progress();
    }
}
