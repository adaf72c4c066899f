//! `trainer compare`: the leaderboard, and the winner as a model file.

use cli_common::error::Result;
use cli_common::progress::Progress;
use cli_common::terminal::{for_stdout, stdout_width};
use cli_common::{output, stdout};

use crate::cli::compare::CompareArgs;
use crate::compare;
use crate::report::compare as report;

/// Compares, writes the winner if that is asked for, and prints the leaderboard.
///
/// # Errors
///
/// As [`compare::compare`], and an input error if no candidate has a score.
pub(crate) fn run(args: &CompareArgs) -> Result<()> {
    if args.json || (args.data.output.is_none() && args.config.is_none()) {
        stdout::check_report()?;
    }
    let comparison = compare::compare(args, &Progress::new(args.quiet))?;
    if !args.quiet {
        output::summary(&report::summary(&comparison));
    }
    if args.json {
        stdout::print(format!("{:#}\n", report::json(&comparison)))?;
    } else if !stdout::was_closed() || comparison.model.is_none() {
        // A winner that was written is worth the run without the table.
        let table = report::table(&comparison, stdout_width());
        stdout::print_text(&for_stdout(table))?;
    }
    comparison.failure().map_or(Ok(()), Err)
}
