//! How many threads there is room for where addresses are limited (`ulimit -v`).
//!
//! An allocation that is refused in the middle of a run ends the process, so what threads will take is estimated
//! beforehand. No result depends on their number.

use cli_common::error::{Error, Result};
use cli_common::memory;

use crate::block::Layout;

/// Addresses of a thread besides what its worker takes: its stack, and what the allocator sets aside for it.
const THREAD: u64 = 68 << 20;
/// Bytes that a worker takes for whatever is small: rows that wait, counts, buffers of kernels.
const SMALL: usize = 1 << 20;
/// An input of so many bytes needs nothing worth asking for.
const SMALL_INPUT: usize = 64 << 10;

/// Threads that are wanted, and what each of them takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threads {
    pub(crate) wanted: usize,
    /// Bytes that the worker of a thread may take, about.
    pub(crate) bytes_each: usize,
}

impl Threads {
    /// Threads for work on chunks of about `chunk` bytes, which become about `output` bytes, in blocks as these models
    /// have them.
    pub(crate) fn new<'a>(
        wanted: usize,
        (chunk, output): (usize, usize),
        layouts: impl IntoIterator<Item = &'a Layout>,
    ) -> Self {
        let blocks: usize = layouts.into_iter().map(Layout::bytes).sum();
        // A buffer that grows is twice as large; so is one whose bytes wait to be read on.
        let bytes_each = 2 * chunk + 2 * output + blocks + SMALL;
        Self { wanted, bytes_each }
    }

    /// How many threads there are addresses for besides the calling one, whose first chunk has `first` bytes and is
    /// the last one if `only`.
    ///
    /// # Errors
    ///
    /// An error if there are not even those for the calling one.
    pub(super) fn extra(&self, first: usize, only: bool) -> Result<usize> {
        if only && first < SMALL_INPUT {
            return Ok(0);
        }
        // An input of one chunk is not worth a thread.
        let extra = if only { 0 } else { self.wanted.saturating_sub(1) };
        match memory::addresses() {
            None => Ok(extra),
            Some(left) => self.affordable(extra, left),
        }
    }

    fn affordable(&self, extra: usize, left: u64) -> Result<usize> {
        let each = self.bytes_each as u64;
        let Some(spare) = left.checked_sub(each) else {
            let mega = |bytes: u64| bytes.div_ceil(1 << 20);
            let fact = format!(
                "there is no memory to score rows: about {} MiB are needed, the limit of ulimit -v leaves {} MiB",
                mega(each),
                left >> 20
            );
            return Err(Error::internal(fact).with_hint("raise the limit of ulimit -v"));
        };
        Ok(extra.min(usize::try_from(spare / (THREAD + each)).unwrap_or(usize::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_threads_as_there_are_addresses_for() {
        let threads = Threads { wanted: 8, bytes_each: 4 << 20 };
        let extra = |mib: u64| threads.affordable(7, mib << 20).unwrap();
        assert_eq!([4, 75, 76, 147, 148].map(extra), [0, 0, 1, 1, 2]);
        assert_eq!(extra(4 + 7 * 72), 7);
        assert_eq!(extra(1 << 20), 7);
        let error = threads.affordable(7, (4 << 20) - 1).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.hint()),
            (
                "there is no memory to score rows: about 4 MiB are needed, the limit of ulimit -v leaves 3 MiB",
                Some("raise the limit of ulimit -v")
            )
        );
        // A few rows are scored wherever the program can start.
        let greedy = Threads { wanted: 8, bytes_each: 1 << 60 };
        assert_eq!(greedy.extra(100, true).unwrap(), 0);
    }
}
