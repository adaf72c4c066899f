//! A progress bar on stderr, shown only on a terminal and only when the work takes a while.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use model_format::text::one_line;

/// Work that is shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Seconds of waiting that are told beforehand.
pub(crate) const LONG: f64 = 10.0;

/// Progress of one stage of work at a time.
pub(crate) struct Progress {
    quiet: bool,
    wanted: bool,
    stage: Mutex<Option<Stage>>,
}

struct Stage {
    started: Instant,
    length: usize,
    done: usize,
    unit: &'static str,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress that is shown unless `quiet` or stderr is no terminal.
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet, wanted: !quiet && std::io::stderr().is_terminal(), stage: Mutex::new(None) }
    }

    /// Tells something that the user should know before the work, unless told to be quiet.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            // A note nobody can read stops no work.
            let _ = writeln!(std::io::stderr(), "note: {}", one_line(text));
        }
    }

    /// Begins a stage of `length` units of work.
    pub(crate) fn start(&self, length: usize, unit: &'static str) {
        if let Ok(mut stage) = self.stage.lock() {
            *stage = Some(Stage { started: Instant::now(), length, done: 0, unit, bar: None });
        }
    }

    /// Begins a stage whose length nobody knows.
    pub(crate) fn spin(&self, what: &'static str) {
        if !self.wanted {
            return;
        }
        let bar = ProgressBar::new_spinner().with_message(what).with_style(
            ProgressStyle::with_template("{spinner} {msg} {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(PATIENCE);
        if let Ok(mut stage) = self.stage.lock() {
            let started = Instant::now();
            *stage = Some(Stage { started, length: 0, done: 0, unit: what, bar: Some(bar) });
        }
    }

    /// `n` more units are done.
    pub(crate) fn advance(&self, n: usize) {
        let Ok(mut guard) = self.stage.lock() else { return };
        let Some(stage) = guard.as_mut() else { return };
        stage.done += n;
        if !self.wanted || stage.started.elapsed() < PATIENCE {
            return;
        }
        let bar = stage.bar.get_or_insert_with(|| {
            let template = format!("{{wide_bar}} {{pos}}/{{len}} {} {{eta}}", stage.unit);
            ProgressBar::new(stage.length as u64).with_style(
                ProgressStyle::with_template(&template)
                    .unwrap_or_else(|_| ProgressStyle::default_bar()),
            )
        });
        bar.set_position(stage.done as u64);
    }

    /// Removes the bar.
    pub(crate) fn clear(&self) {
        if let Ok(mut stage) = self.stage.lock()
            && let Some(bar) = stage.take().and_then(|stage| stage.bar)
        {
            bar.finish_and_clear();
        }
    }
}
