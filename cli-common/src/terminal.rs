//! How wide the terminal is that a report goes to. What goes anywhere else keeps its lines.

use console::Term;

use crate::text::wrap;

/// Columns of the terminal that stdout is; `None` if it is none.
pub fn stdout_width() -> Option<usize> {
    width(&Term::stdout())
}

/// Columns of the terminal that stderr is; `None` if it is none.
pub fn stderr_width() -> Option<usize> {
    width(&Term::stderr())
}

fn width(terminal: &Term) -> Option<usize> {
    if !terminal.is_term() {
        return None;
    }
    terminal.size_checked().map(|(_, columns)| usize::from(columns)).filter(|columns| *columns > 0)
}

/// A report for stdout: on a terminal, lines break between words.
pub fn for_stdout(report: String) -> String {
    fit(report, stdout_width())
}

/// A report for stderr: on a terminal, lines break between words.
pub fn for_stderr(report: String) -> String {
    fit(report, stderr_width())
}

fn fit(report: String, width: Option<usize>) -> String {
    match width {
        Some(width) => wrap(&report, width),
        None => report,
    }
}
