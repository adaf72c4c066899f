//! `trainer sample`: an embedded data set as CSV, or the list of them.

use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::suggest::{nearest, nearest_first};
use cli_common::terminal::for_stdout;
use cli_common::{output, overwrite};

use crate::cli::sample::SampleArgs;
use crate::sample;

/// Writes the data set, or the list.
///
/// # Errors
///
/// A usage error that lists the known names, or what the disk says.
pub(crate) fn run(args: &SampleArgs) -> Result<()> {
    let output = args.output.as_deref().unwrap_or(Path::new("-"));
    overwrite::check(&[("--output", output)], &[])?;
    let Some(name) = &args.name else {
        let text = list(args.json);
        let is_shown = args.output.is_none() && !args.json;
        let text = if is_shown { for_stdout(text) } else { text };
        return output::write(args.output.as_deref(), text.as_bytes());
    };
    let found = sample::find(name).ok_or_else(|| {
        let names: Vec<&str> = sample::all().iter().map(|s| s.name).collect();
        let list = nearest_first(name, &names).join(", ");
        Error::usage(format!("no sample `{name}`; there are {list}"))
            .did_you_mean(nearest(name, names))
    })?;
    output::write(args.output.as_deref(), &found.csv())
}

fn list(as_json: bool) -> String {
    if as_json {
        let entry = |s: &sample::Sample| serde_json::json!({ "name": s.name, "target": s.target, "task": s.task, "about": s.about });
        let all: Vec<_> = sample::all().iter().map(entry).collect();
        return format!("{:#}\n", serde_json::Value::from(all));
    }
    let mut text = String::new();
    for sample in sample::all() {
        use std::fmt::Write as _;
        let _ = writeln!(
            text,
            "{:<14} {:<15} target {:<12} {}",
            sample.name, sample.task, sample.target, sample.about
        );
    }
    text
}
