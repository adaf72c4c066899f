//! `predictor diff`: two models on the same rows, champion against challenger.

mod changes;
mod pairing;
mod report;

use changes::{Changes, Seen};
use cli_common::error::{Cause, Error, Result};
use pairing::Pairing;
pub use report::Report;

pub use crate::labelled::Options;

use metrics::{Gathering, Memory, Sums};

use crate::gate::{self, Gate};
use crate::judgement::{Judgement, names, task};
use crate::labelled::{self, Collector, LabelledPlan};
use crate::model::Model;
use crate::stream::input::Input;

/// Scores an input with both models and compares what they say.
///
/// Where the input has the target column both are judged by it. Gates that are not met are no
/// error here, see [`Report::outcome`].
///
/// # Errors
///
/// [`Cause::Usage`] for models that do not predict the same, a gate on a metric that they do not
/// have, or a threshold without two labels in the same order, before anything is read; [`Cause::Input`] for a header or a row that was refused, for
/// an input without rows, and for one without the target where it was asked for by name or by a
/// gate; [`Cause::Io`] for a file that could not be read.
pub fn run(old: &Model, new: &Model, options: &Options) -> Result<Report> {
    let pairing = Pairing::new(old.labels(), new.labels())?;
    let [of_old, of_new] = [old, new].map(|model| model.manifest().task.name());
    if of_old != of_new {
        // Clusters that are called like classes are still no classes.
        let fact = format!("the models cannot be compared: OLD is a {of_old}, NEW a {of_new}");
        return Err(Error::new(Cause::Usage, fact)
            .with_hint("labels are compared with labels, clusters with clusters"));
    }
    let of = |side: &str, model: &Model| {
        names(model).iter().map(|name| format!("{side}.{name}")).collect::<Vec<_>>()
    };
    let measured = [old, new].iter().all(|m| m.labels().is_empty() || m.has_probabilities());
    let mut known = vec!["agreement".to_owned()];
    if measured {
        known.extend(["max_change", "mean_change"].map(str::to_owned));
    }
    gate::check(&options.gates, &[known, of("old", old), of("new", new)].concat())?;
    old.check_threshold(options.threshold)?;
    new.check_threshold(options.threshold)?;
    if options.threshold.is_some() && !pairing.keeps_order() {
        let fact = "--threshold: the second label of OLD is the first of NEW";
        return Err(Error::new(Cause::Usage, fact));
    }

    let mut input = Input::open(options.input.as_deref(), &options.dialect)?;
    let name = input.name.clone();
    let needed = options.target.is_some() || options.gates.iter().any(judges);
    let plan = LabelledPlan::new(&[old, new], options, &mut input, needed)?;
    // Classes are counted in the order of the old model, by both.
    let [of_old, of_new] =
        [old, new].map(|model| Gathering::new(task(model), Memory::Bounded, None));
    let mut found = Found {
        changes: Changes::new(old.labels().len(), measured),
        old: of_old.sums(),
        new: of_new.sums(),
    };
    let tally = || Seen::new(&pairing, [&of_old, &of_new]);
    let counts = labelled::run(&plan, input, tally, &mut found)?;
    if counts.rows == counts.bad {
        let fact = format!(
            "`{name}`: no row to compare by; of {} rows {} are bad",
            counts.rows, counts.bad
        );
        return Err(Error::new(Cause::Input, fact));
    }
    let judge = |of: &Gathering, sums| Judgement::new(old.labels(), of.scores(sums));
    let judged =
        plan.has_target().then(|| [judge(&of_old, &found.old), judge(&of_new, &found.new)]);
    let mut report =
        Report::new([old, new], options, &name, plan.target_name, counts, found.changes, judged);
    report.judge(&options.gates);
    report.warnings = plan.warnings;
    Ok(report)
}

/// Whether a gate is about one of the models, and so needs the target.
fn judges(gate: &Gate) -> bool {
    gate.metric().starts_with("old.") || gate.metric().starts_with("new.")
}

/// What is found of all chunks so far.
struct Found {
    changes: Changes,
    old: Sums,
    new: Sums,
}

impl<'p> Collector<Seen<'p>> for Found {
    fn merge(&mut self, seen: Seen<'p>) {
        self.changes.merge(&seen.changes);
        self.old.merge(&seen.old.finish());
        self.new.merge(&seen.new.finish());
    }

    fn row_bytes(&self) -> usize {
        size_of::<[u32; 2]>()
    }
}
