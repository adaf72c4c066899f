//! The run itself: options checked, columns matched, chunks scored, files put in place.

use std::io::IsTerminal;
use std::time::{Instant, SystemTime};

use cli_common::error::{Cause, Error, Result};
use cli_common::output::Output;
use model_format::cell::MissingTokens;
use tabular_input::csv::chunks::CHUNK;
use tabular_input::csv::quote;

use super::config::{MaxBadRows, OnBadRow, Options};
use super::distribution::Distribution;
use super::gates;
use super::sink::{Sink, Totals, flow};
use super::summary::{Ended, Summary};
use super::worker::{Job, Scorer};
use crate::columns::{Columns, Wanted, check_renames};
use crate::drift;
use crate::model::Model;
use crate::stream::cells::CellRule;
use crate::stream::input::Input;
use crate::stream::pool::{self, Flow};
use crate::stream::room::Threads;

/// Scores an input with a model.
///
/// # Errors
///
/// [`Cause::Input`] for a header or a row that was refused, [`Cause::Io`] for a file that could
/// not be read or written, [`Cause::Usage`] for options that contradict each other or the model.
/// After an error no output file is left, and one that was there before is as it was; but if the
/// last step fails, which gives complete files their names (summary, rejects, predictions, in this
/// order), those named before stay.
/// But if more rows were bad than are tolerated, rejects and summary are written.
/// Gates that are not met are no error here, see [`Summary::outcome`].
pub fn run(model: &Model, options: &Options) -> Result<Summary> {
    run_in_chunks(model, options, CHUNK)
}

/// The same with chunks of about `size` bytes, which changes nothing but speed and memory.
pub(super) fn run_in_chunks(model: &Model, options: &Options, size: usize) -> Result<Summary> {
    let (started, clock) = (SystemTime::now(), Instant::now());
    check(model, options)?;
    let mut input = Input::open(options.input.as_deref(), &options.dialect)?;
    let columns = columns(model, options, &mut input)?;
    let missing = model.missing(options.missing.as_ref());
    let job = job(model, options, &columns, &missing)?;
    let (chunk_size, output_size) = input.limit_output(size, |row| job.output_of(row))?;
    let sizes = (chunk_size, output_size);
    let threads = Threads::new(options.threads, sizes, [&model.plan().layout]);
    let job = Job { chunk_size, ..job };

    let output = if options.dry_run {
        Ok(Output::nothing())
    } else {
        Output::open(options.output.as_deref())
    };
    let rejects = match &options.rejects {
        Some(path) if !options.dry_run => Output::open(Some(path)),
        _ => Ok(Output::nothing()),
    };
    // Opened before the work, so that a place that cannot be written is not found out after it.
    let mut report = match &options.summary {
        Some(path) => Output::open(Some(path))?,
        None => Output::nothing(),
    };
    let name = input.name.clone();
    let compared = model.reference().map(drift::BatchStats::new);
    let predictions = Distribution::new(model.labels().len());
    let totals = Totals { counts: model.counts(), predictions, compared, ..Totals::default() };
    let mut sink = Sink::new(options, &columns, &name, totals, output?, rejects?);
    let to_terminal = options.output.is_none() && std::io::stdout().is_terminal();
    let (progress, advance) = input.progress(options.quiet || to_terminal);

    let d = char::from(columns.shape.delimiter);
    let _ = sink.rejects.write(format!("line{d}column{d}reason{d}row\n").as_bytes())?;
    let mut ended = sink.output.write(&header(model, options, &columns)).map(flow);
    if matches!(ended, Ok(Flow::Go)) {
        let worker = || Scorer::new(&job);
        let scored = pool::run(input.chunks, threads, worker, &mut sink, || {
            advance(&progress);
        });
        ended = match scored {
            Ok(Some(Flow::Stop)) => Ok(Flow::Stop),
            Ok(Some(Flow::Go)) => sink.finish().map(|()| Flow::Go),
            Ok(None) if options.no_header => {
                Err(Error::new(Cause::Input, format!("`{name}` is empty")))
            }
            Ok(None) => Ok(Flow::Go),
            Err(error) => Err(error),
        };
    }
    progress.clear();
    let summary = |sink: &Sink<'_>, gates| {
        let (elapsed, finished) = (clock.elapsed(), SystemTime::now());
        let stopped = sink.stopped.as_deref();
        let (input, warnings) = (name.as_str(), columns.warnings.as_slice());
        let ended = Ended { options, input, started, finished, elapsed, warnings, gates, stopped };
        Summary::new(model, &sink.totals, &ended)
    };
    match ended {
        // Whoever read stdout has seen enough; reports and verdicts on part of the input would
        // mislead.
        Ok(Flow::Stop) => Ok(summary(&sink, &[])),
        Ok(Flow::Go) => {
            let summary = summary(&sink, &options.gates);
            let _ = report.write(format!("{:#}\n", summary.json()).as_bytes())?;
            Output::commit_all([report, sink.rejects, sink.output])
                .map_err(|failed| failed.error)?;
            Ok(summary)
        }
        // The predictions are not written, but which rows were bad is.
        Err(error) if sink.stopped.is_some() => {
            let summary = summary(&sink, &[]);
            let written = report.write(format!("{:#}\n", summary.json()).as_bytes());
            let commit =
                |_| Output::commit_all([report, sink.rejects]).map_err(|failed| failed.error);
            match written.and_then(commit) {
                Ok(()) => Err(error),
                Err(unwritten) => Err(error.and(unwritten.to_string())),
            }
        }
        Err(error) => Err(error),
    }
}

/// Refuses options that this model cannot serve.
fn check(model: &Model, options: &Options) -> Result<()> {
    let usage = |fact: &str| Err(Error::new(Cause::Usage, fact));
    let n_classes = model.labels().len();
    if options.proba && n_classes == 0 {
        return usage("--proba: this model predicts a number, it has no probabilities");
    }
    if options.proba && !model.has_probabilities() {
        let algorithm = &model.manifest().identity.algorithm;
        return usage(&format!("--proba: {algorithm} has no probabilities"));
    }
    if options.no_header && !options.rename.is_empty() {
        return usage("--rename: without a header the input's columns have no names of their own");
    }
    gates::check(model, &options.gates)?;
    check_renames(&options.rename)?;
    model.check_threshold(options.threshold)
}

/// Matches the input with the model.
fn columns(model: &Model, options: &Options, input: &mut Input) -> Result<Columns> {
    let schema = model.pipeline().schema();
    let wanted =
        Wanted { rename: &options.rename, ids: &options.ids, keep_input: options.keep_input };
    let columns = if options.no_header {
        let delimiter = input.chunks.delimiter();
        Columns::of_schema(schema, &wanted, delimiter, options.dialect.comment)?
    } else {
        let hint = "a file that has rows but no header needs --no-header";
        Columns::of_header(&input.header(Some(hint))?, schema, &wanted)?
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

fn job<'a>(
    model: &'a Model,
    options: &'a Options,
    columns: &'a Columns,
    missing: &'a MissingTokens,
) -> Result<Job<'a>> {
    let quoted = |label: &String| quote(label.as_bytes(), columns.shape.delimiter).into_owned();
    // A line with nothing on it would not be a row.
    let alone = columns.carried.is_empty() && !options.proba;
    let not_blank = |label: Vec<u8>| if alone && label.is_empty() { b"\"\"".into() } else { label };
    if options.threads == 0 {
        return Err(Error::new(Cause::Usage, "--threads: 0 threads cannot do anything"));
    }
    Ok(Job {
        model,
        options,
        columns,
        rule: CellRule { model, columns, missing, unseen_is_error: options.unseen_is_error },
        chunk_size: CHUNK,
        faults_kept: match (options.on_bad_row, options.max_bad_rows) {
            (OnBadRow::Stop, _) | (_, Some(MaxBadRows::Percent(_))) => 1,
            (_, Some(MaxBadRows::Rows(n))) => n.saturating_add(1),
            (_, None) => 0,
        },
        labels: model.labels().iter().map(quoted).map(not_blank).collect(),
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
    let quoted = |name: &[u8]| quote(name, columns.shape.delimiter).into_owned();
    let carried = columns.carried.iter().map(|column| quoted(&columns.raw_names[*column]));
    let added = added_columns(model, options);
    let cells: Vec<Vec<u8>> =
        carried.chain(added.iter().map(|name| quoted(name.as_bytes()))).collect();
    let mut line = cells.join(&columns.shape.delimiter);
    if line.is_empty() {
        line.extend_from_slice(b"\"\"");
    }
    line.push(b'\n');
    line
}
