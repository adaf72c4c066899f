//! `trainer compare`: the leaderboard, and the winner as a model file.

use crate::cli::compare::CompareArgs;
use crate::compare;
use crate::error::Result;
use crate::output;
use crate::progress::Progress;
use crate::report::compare as report;

/// Compares, writes the winner if that is asked for, and prints the leaderboard.
///
/// # Errors
///
/// As [`compare::compare`], and an input error if no candidate has a score.
pub(crate) fn run(args: &CompareArgs) -> Result<()> {
    let comparison = compare::compare(args, &Progress::new(args.quiet))?;
    if !args.quiet {
        output::summary(&report::summary(&comparison));
    }
    if args.json {
        output::print(format!("{:#}\n", report::json(&comparison)).as_bytes())?;
    } else {
        output::print(report::table(&comparison).as_bytes())?;
    }
    comparison.failure().map_or(Ok(()), Err)
}
