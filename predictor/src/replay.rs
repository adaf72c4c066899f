//! Golden rows predicted anew, before a model is of use to anyone.

use std::ops::Range;
use std::thread;

use model_format::schema::TextCell;
use model_format::{Artifact, FormatError, golden};

use crate::block::Block;
use crate::cell::CellReader;
use crate::plan::Plan;
use crate::prepare::prepare;
use crate::scores::Scores;
use crate::wide::Width;

/// What a thread is worth: so many additions take some milliseconds.
const WORTH_A_THREAD: u64 = 1 << 23;

/// Replays the golden rows of an artifact, on all cores where a row is dear.
///
/// # Errors
///
/// [`ErrorKind::SelfTest`](model_format::ErrorKind::SelfTest) naming the first row that differs.
pub(crate) fn golden_rows(artifact: &Artifact, plan: &Plan) -> Result<(), FormatError> {
    let (golden, pipeline) = (&artifact.manifest().golden, artifact.pipeline());
    let n_rows = golden.rows(pipeline.schema().columns().len()).count();
    let work = pipeline.program().row_cost().saturating_mul(n_rows as u64);
    let wanted = usize::try_from(work / WORTH_A_THREAD).unwrap_or(usize::MAX);
    // Asking for the number of cores opens files of the system.
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = if wanted < 2 { 1 } else { wanted.min(cores()).min(n_rows) };
    let part = n_rows.div_ceil(threads.max(1)).max(1);
    let parts: Vec<Range<usize>> =
        (0..n_rows).step_by(part).map(|first| first..n_rows.min(first + part)).collect();
    let scored = thread::scope(|scope| {
        let spawn = |rows: &Range<usize>| {
            let rows = rows.clone();
            let work = move || score(artifact, plan, rows);
            thread::Builder::new().spawn_scoped(scope, work).ok()
        };
        // The first part is this thread's own, and so is any for which the system grants no thread.
        let others: Vec<_> = parts.iter().skip(1).map(|rows| (rows, spawn(rows))).collect();
        let mut scored: Vec<_> =
            parts.iter().take(1).map(|rows| score(artifact, plan, rows.clone())).collect();
        for (rows, other) in others {
            scored.push(match other.map(thread::ScopedJoinHandle::join) {
                Some(Ok(scored)) => scored,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => score(artifact, plan, rows.clone()),
            });
        }
        scored
    });
    let (labels, values): (Vec<_>, Vec<_>) = scored.into_iter().unzip();
    golden::compare(golden, pipeline, &labels.concat(), &values.concat())
}

/// Labels and numbers of some of the golden rows.
fn score(artifact: &Artifact, plan: &Plan, rows: Range<usize>) -> (Vec<u32>, Vec<f64>) {
    let (golden, pipeline) = (&artifact.manifest().golden, artifact.pipeline());
    let schema = pipeline.schema();
    let reader = CellReader::of(pipeline);
    let mut block = Block::for_rows(&plan.layout, rows.len());
    let mut scores = Scores::new(Width::best());
    let (mut labels, mut values) = (Vec::new(), Vec::new());
    let mut flush = |block: &mut Block| {
        prepare(block, plan);
        scores.fill(plan, block);
        labels.extend_from_slice(&scores.labels);
        values.extend_from_slice(&scores.values);
        block.clear();
    };
    for cells in golden.rows(schema.columns().len()).skip(rows.start).take(rows.len()) {
        for (i, column) in schema.numeric().iter().enumerate() {
            // The artifact was checked: every such cell is a number, or missing and imputed.
            let number = reader.number(i, cells[*column].as_bytes()).unwrap_or(f64::NAN);
            block.set_number(i, number);
        }
        for (i, column) in schema.text().iter().enumerate() {
            let category = reader.category(i, cells[column.column].as_bytes());
            block.set_text(i, category.unwrap_or(TextCell::Unseen));
        }
        for (i, column) in schema.documents().iter().enumerate() {
            block.set_document(i, reader.document(cells[*column].as_bytes()));
        }
        block.push();
        if block.is_full() {
            flush(&mut block);
        }
    }
    flush(&mut block);
    (labels, values)
}
