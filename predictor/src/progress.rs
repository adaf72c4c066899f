//! A progress bar on stderr for runs that take longer than a blink.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shown only on a terminal, and only once the run has lasted a while.
pub(crate) struct Progress {
    length: Option<u64>,
    started: Instant,
    wanted: bool,
    bar: OnceLock<ProgressBar>,
}

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

impl Progress {
    /// Progress through `length` bytes, if that is known.
    pub(crate) fn new(length: Option<u64>, quiet: bool) -> Self {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Self { length, started: Instant::now(), wanted, bar: OnceLock::new() }
    }

    /// `position` bytes have been read.
    pub(crate) fn at(&self, position: u64) {
        if !self.wanted || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| match self.length {
            Some(length) => ProgressBar::new(length).with_style(
                ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            ),
            None => ProgressBar::new_spinner().with_style(
                ProgressStyle::with_template("{spinner} {bytes} {bytes_per_sec}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            ),
        });
        bar.set_position(position);
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
