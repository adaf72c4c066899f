//! A progress bar on stderr, shown only on a terminal and only when the work takes a while.

use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::terminal::for_stderr;
use crate::text::one_line;

/// Work that is shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often a bar moves, whether a unit of work is done or not.
const TICK: Duration = Duration::from_millis(200);
/// Seconds of waiting that are announced beforehand.
pub const LONG: f64 = 10.0;

/// Progress of one stage of work at a time.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    wanted: bool,
    stage: Arc<Mutex<Option<Stage>>>,
}

#[derive(Debug)]
struct Stage {
    started: Instant,
    /// Units of work, if that is known.
    length: Option<u64>,
    done: u64,
    /// How the bar looks.
    template: String,
    /// What it shows besides, once a unit is done.
    rest: Option<&'static str>,
    bar: Option<ProgressBar>,
}

impl Stage {
    fn new(length: Option<u64>, template: impl Into<String>) -> Self {
        let (started, template) = (Instant::now(), template.into());
        Self { started, length, done: 0, template, rest: None, bar: None }
    }

    /// Shows how far the work is. From then on the bar moves by itself, also while a unit takes long.
    fn show(&mut self) {
        // What is left can be estimated from the first unit on.
        let rest = if self.done > 0 { self.rest.take() } else { None };
        if let Some(rest) = rest {
            self.template += rest;
            if let (Some(bar), Ok(style)) =
                (&self.bar, ProgressStyle::with_template(&self.template))
            {
                bar.set_style(style);
            }
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template(&self.template);
            let bar = match self.length {
                Some(length) => ProgressBar::new(length)
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
                None => ProgressBar::new_spinner()
                    .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner())),
            };
            bar.enable_steady_tick(TICK);
            bar
        });
        bar.set_position(self.done);
    }
}

impl Progress {
    /// Progress that is shown unless `quiet` or stderr is no terminal.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, wanted: !quiet && std::io::stderr().is_terminal(), stage: Arc::default() }
    }

    /// Prints what the user should know before the work, unless it is to be quiet.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            // A note nobody can read stops no work.
            let note = for_stderr(format!("note: {}\n", one_line(text)));
            let _ = std::io::stderr().write_all(note.as_bytes());
        }
    }

    /// Warns before the end of the work, unless it is to be quiet.
    pub fn warn(&self, warnings: &[String]) {
        if self.quiet {
            return;
        }
        self.clear();
        for warning in warnings {
            let _ = writeln!(std::io::stderr(), "warning: {}", one_line(warning));
        }
    }

    /// Begins a stage of `length` units of work.
    pub fn start(&self, length: usize, unit: &str) {
        let template = format!("{{spinner}} {{wide_bar}} {{pos}}/{{len}} {unit} {{elapsed}}");
        let rest = Some(", {eta} left");
        self.begin(Stage { rest, ..Stage::new(Some(length as u64), template) });
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
            Some(_) => "{spinner} {wide_bar} {bytes}/{total_bytes} {eta}",
            None => "{spinner} {bytes} {bytes_per_sec}",
        };
        self.begin(Stage::new(length, template));
    }

    /// Begins a stage whose length nobody knows.
    pub fn spin(&self, what: &str) {
        self.begin(Stage::new(None, format!("{{spinner}} {what} {{elapsed}}")));
    }

    /// The stage shows itself after a while, if it is still the one at work then.
    fn begin(&self, stage: Stage) {
        if !self.wanted {
            return;
        }
        let started = stage.started;
        if let Ok(mut current) = self.stage.lock() {
            *current = Some(stage);
        }
        let stage = Arc::downgrade(&self.stage);
        let show = move || {
            thread::sleep(PATIENCE);
            if let Some(stage) = stage.upgrade()
                && let Ok(mut stage) = stage.lock()
                && let Some(stage) = stage.as_mut().filter(|stage| stage.started == started)
            {
                stage.show();
            }
        };
        // Without the thread the bar appears with the first unit that is done.
        let _ = thread::Builder::new().spawn(show);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_from_the_first_unit_on() {
        let mut stage = Stage { rest: Some(", {eta} left"), ..Stage::new(Some(9), "{pos}") };
        stage.show();
        assert_eq!(stage.template, "{pos}");
        stage.done = 1;
        stage.show();
        stage.show();
        assert_eq!(stage.template, "{pos}, {eta} left");
    }
}
