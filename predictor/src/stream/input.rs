//! The beginning of an input: its stream, and the names in its header.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cli_common::error::{Cause, Error, Result};
use cli_common::progress::Progress;

use crate::csv::chunks::Chunks;
use crate::csv::columns;
use crate::source::Source;
use crate::stream::pool::MAX_HELD;

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
    pub(crate) fn open(path: Option<&Path>, delimiter: u8) -> Result<Self> {
        let source = Source::open(path)?;
        let (position, length) = (Arc::clone(&source.position), source.length);
        let name = source.name.clone();
        let mut chunks = Chunks::new(source, delimiter);
        chunks.resize(FIRST);
        Ok(Self { name, chunks, position, length })
    }

    /// The trimmed names of the header, and what to call its line. `if_empty` is the next step
    /// where there is no header.
    pub(crate) fn header(
        &mut self,
        delimiter: u8,
        if_empty: Option<&str>,
    ) -> Result<(Vec<Vec<u8>>, String)> {
        let name = &self.name;
        let Some((header, line)) = self.chunks.header()? else {
            let error =
                Error::new(Cause::Input, format!("`{name}` is empty, expected a header line"));
            return Err(if let Some(hint) = if_empty { error.with_hint(hint) } else { error });
        };
        if header.contains(&b'\r') {
            let fact =
                format!("`{name}` line {line}: lone CR characters, expected LF or CRLF line ends");
            return Err(Error::new(Cause::Input, fact).with_hint("convert it: tr '\\r' '\\n'"));
        }
        Ok((columns::names(&header, delimiter), format!("`{name}` line {line}")))
    }

    /// Makes chunks whose output is not much more than [`TYPICAL_OUTPUT`], if a row becomes about
    /// what `row` says of its length, so that threads seldom wait for their turn. Never more than
    /// `size` bytes of input.
    ///
    /// That depends on the beginning of the input and on nothing else.
    pub(crate) fn limit_output(
        &mut self,
        size: usize,
        row: impl FnOnce(usize) -> usize,
    ) -> Result<()> {
        let mean = self.chunks.mean_row()?.max(1);
        let rows = TYPICAL_OUTPUT / row(mean).max(1);
        self.chunks.resize(rows.saturating_mul(mean).clamp(MIN_CHUNK.min(size), size));
        Ok(())
    }

    /// A progress bar, and what moves it on.
    pub(crate) fn progress(&self, quiet: bool) -> (Progress, impl Fn(&Progress) + Sync + use<>) {
        let position = Arc::clone(&self.position);
        let progress = Progress::new(quiet);
        progress.bytes(self.length);
        (progress, move |bar: &Progress| bar.at(position.load(Ordering::Relaxed)))
    }
}
