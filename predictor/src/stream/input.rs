//! The beginning of an input: its stream, and the names in its header.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::stream::pool::MAX_HELD;
use cli_common::error::{Cause, Error, Result};
use cli_common::progress::Progress;
use tabular_input::csv::chunks::Chunks;
use tabular_input::csv::header::Header;
use tabular_input::{Dialect, Source};

/// Bytes of input that are read before it is known how much comes of a row.
const FIRST: usize = 64 << 10;
/// Bytes of output that most chunks stay under: less than what a worker may hold of one.
const TYPICAL_OUTPUT: usize = MAX_HELD / 4 * 3;
/// Bytes of input that a chunk has at least.
const MIN_CHUNK: usize = 256;

/// An input that was opened.
pub(crate) struct Input {
    /// What to call it in messages.
    pub(crate) name: String,
    pub(crate) chunks: Chunks,
    position: Arc<AtomicU64>,
    length: Option<u64>,
}

impl Input {
    /// Opens a file, or stdin for `-` or no path. How large chunks are is for
    /// [`Input::limit_output`] to say, once the header was read.
    pub(crate) fn open(path: Option<&Path>, dialect: &Dialect) -> Result<Self> {
        let source = Source::open(path, dialect.encoding)?;
        let (position, length) = source.progress();
        let name = source.name().to_owned();
        Ok(Self { name, chunks: Chunks::with_size(source, dialect, FIRST)?, position, length })
    }

    /// The header. `if_empty` is the next step where there is none.
    pub(crate) fn header(&mut self, if_empty: Option<&str>) -> Result<Header> {
        Header::read(&mut self.chunks)?.ok_or_else(|| {
            let fact = format!("`{}` is empty, expected a header line", self.name);
            let error = Error::new(Cause::Input, fact);
            if let Some(hint) = if_empty { error.with_hint(hint) } else { error }
        })
    }

    /// Makes chunks whose output is not much more than [`TYPICAL_OUTPUT`], if a row becomes about
    /// what `row` says of its length, so that threads seldom wait for their turn. Never more than
    /// `size` bytes of input.
    ///
    /// That depends on the beginning of the input and on nothing else. Returns how large chunks are, and about how large
    /// their output is.
    pub(crate) fn limit_output(
        &mut self,
        size: usize,
        row: impl FnOnce(usize) -> usize,
    ) -> Result<(usize, usize)> {
        let mean = self.chunks.mean_row()?.max(1);
        let output = row(mean);
        let rows = TYPICAL_OUTPUT / output.max(1);
        let size = rows.saturating_mul(mean).clamp(MIN_CHUNK.min(size), size);
        self.chunks.resize(size);
        Ok((size, (size / mean).max(1).saturating_mul(output).min(MAX_HELD)))
    }

    /// A progress bar, and what moves it on.
    pub(crate) fn progress(&self, quiet: bool) -> (Progress, impl Fn(&Progress) + Sync + use<>) {
        let position = Arc::clone(&self.position);
        let progress = Progress::new(quiet);
        progress.bytes(self.length);
        (progress, move |bar: &Progress| bar.at(position.load(Ordering::Relaxed)))
    }
}
