//! `trainer fit`: from the training file to the model file.

use std::rc::Rc;
use std::time::Instant;

use cli_common::error::Result;
use cli_common::output::summary;
use cli_common::progress::{LONG, Progress};
use cli_common::stdout;
use cli_common::terminal::stderr_width;
use cli_common::text::one_line;

use crate::artifact::assemble::source_date_epoch;
use crate::cli::fit::FitArgs;
use crate::config::Config;
use crate::dataset::Dataset;
use crate::fitted::Fit;
use crate::output;
use crate::report::fit::{self as report, Seconds, Trained};
use crate::sign::signer::{self, Signer};

/// Fits, writes the model and tells of it.
///
/// # Errors
///
/// Whatever is wrong with the data, the options or the disk.
pub(crate) fn run(args: &FitArgs) -> Result<()> {
    let config = Config::of_fit(args)?;
    if args.json {
        stdout::check_report()?;
    }
    let signer = Signer::of(&args.signing.keys(), &config.train, &config.output)?;
    let trained = train(&config, signer.as_ref(), &Progress::new(args.quiet))
        .map_err(|error| config.origin.told(error))?;
    if args.json {
        stdout::print(format!("{:#}\n", report::json(&trained)))?;
    } else if !args.quiet {
        summary(&report::text(&trained, stderr_width()));
    }
    Ok(())
}

/// Fits a model and writes it; the file appears whole or not at all.
///
/// # Errors
///
/// Whatever is wrong with the data, the options or the disk; an existing model file is then as it
/// was.
fn train(config: &Config, signer: Option<&Signer>, progress: &Progress) -> Result<Trained> {
    let started = Instant::now();
    let created = source_date_epoch()?;
    output::check(&config.output)?;
    let data = Rc::new(Dataset::read(config)?);
    let reading = started.elapsed().as_secs_f64();
    let fit = Fit::of(config, &data, progress)?;
    progress.clear();
    let seconds = fit.fitted.seconds(fit.split.test.len());
    if seconds > LONG {
        let rows = fit.split.test.len();
        progress.note(&format!(
            "measuring {} on {rows} held-out rows takes about {seconds:.0} s; --test-fraction 0 leaves it out",
            config.algorithm.name()
        ));
        progress.spin("measuring");
    }
    let held_out = fit.evaluate(config)?;
    progress.clear();
    let mut warnings = fit.data.warnings(&fit.inferred, &fit.split.test);
    warnings.extend(fit.fitted.missed().map(|missed| missed.warning(config.algorithm.name())));
    if let Some(scores) = &held_out {
        let labels: Vec<String> =
            data.target.task.labels().iter().map(|label| one_line(label)).collect();
        warnings.extend(metrics::text::no_better(scores, &labels));
    }
    let (artifact, signature) = fit.save(config, created, held_out.as_ref(), signer)?;
    if signature.is_none() {
        warnings.extend(signer::stale(&config.output));
    }
    let (fitting, total) = (fit.fitting.as_secs_f64(), started.elapsed().as_secs_f64());
    let seconds = Seconds { reading, fitting, total };
    let task_reason = fit.data.target.reason.clone();
    Ok(Trained { artifact, warnings, held_out, task_reason, signature, seconds })
}
