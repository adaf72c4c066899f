//! A progress bar on stderr, shown only on a terminal and only when the work takes a while.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::text::one_line;

/// Work that is shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// Seconds of waiting that are told beforehand.
pub const LONG: f64 = 10.0;

/// Progress of one stage of work at a time.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    wanted: bool,
    stage: Mutex<Option<Stage>>,
}

#[derive(Debug)]
struct Stage {
    started: Instant,
    /// Units of work, if that is known.
    length: Option<u64>,
    done: u64,
    /// How the bar looks.
    template: String,
    bar: Option<ProgressBar>,
}

impl Stage {
    fn new(length: Option<u64>, template: impl Into<String>) -> Self {
        Self { started: Instant::now(), length, done: 0, template: template.into(), bar: None }
    }

    fn show(&mut self) {
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template(&self.template);
            match self.length {
                Some(length) => ProgressBar::new(length)
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
                None => ProgressBar::new_spinner()
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner())),
            }
        });
        bar.set_position(self.done);
    }
}

impl Progress {
    /// Progress that is shown unless `quiet` or stderr is no terminal.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, wanted: !quiet && std::io::stderr().is_terminal(), stage: Mutex::new(None) }
    }

    /// Tells something that the user should know before the work, unless told to be quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            // A note nobody can read stops no work.
            let _ = writeln!(std::io::stderr(), "note: {}", one_line(text));
        }
    }

    /// Begins a stage of `length` units of work.
    pub fn start(&self, length: usize, unit: &str) {
        let template = format!("{{wide_bar}} {{pos}}/{{len}} {unit} {{eta}}");
        self.begin(Stage::new(Some(length as u64), template));
    }

    /// Begins a stage of `length` steps of which each has a name, see [`Progress::step`].
    pub fn start_steps(&self, length: usize) {
        let template = "{msg} {wide_bar} {pos}/{len} {elapsed}";
        self.begin(Stage::new(Some(length as u64), template));
    }

    /// The step that begins: its name stands beside the bar at once, so that a long one is no bar that stands still.
    pub fn step(&self, what: &str) {
        if !self.wanted {
            return;
        }
        let Ok(mut stage) = self.stage.lock() else { return };
        let Some(stage) = stage.as_mut() else { return };
        stage.show();
        if let Some(bar) = &stage.bar {
            bar.set_message(one_line(what));
            bar.enable_steady_tick(PATIENCE);
        }
    }

    /// Notes something that a bar shows where there is one.
    pub fn milestone(&self, text: &str) {
        if !self.wanted {
            self.note(text);
        }
    }

    /// Begins to read `length` bytes, if that is known.
    pub fn bytes(&self, length: Option<u64>) {
        let template = match length {
            Some(_) => "{wide_bar} {bytes}/{total_bytes} {eta}",
            None => "{spinner} {bytes} {bytes_per_sec}",
        };
        self.begin(Stage::new(length, template));
    }

    /// Begins a stage whose length nobody knows.
    pub fn spin(&self, what: &'static str) {
        if !self.wanted {
            return;
        }
        let bar = ProgressBar::new_spinner().with_message(what).with_style(
            ProgressStyle::with_template("{spinner} {msg} {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(PATIENCE);
        self.begin(Stage { bar: Some(bar), ..Stage::new(None, "") });
    }

    fn begin(&self, stage: Stage) {
        if let Ok(mut current) = self.stage.lock() {
            *current = Some(stage);
        }
    }

    /// `n` more units are done.
    pub fn advance(&self, n: usize) {
        self.go_on(|done| done + n as u64);
    }

    /// This many units are done.
    pub fn at(&self, position: u64) {
        self.go_on(|_| position);
    }

    fn go_on(&self, done: impl FnOnce(u64) -> u64) {
        if !self.wanted {
            return;
        }
        let Ok(mut stage) = self.stage.lock() else { return };
        let Some(stage) = stage.as_mut() else { return };
        stage.done = done(stage.done);
        if stage.started.elapsed() >= PATIENCE {
            stage.show();
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        if let Ok(mut stage) = self.stage.lock()
            && let Some(bar) = stage.take().and_then(|stage| stage.bar)
        {
            bar.finish_and_clear();
        }
    }
}
