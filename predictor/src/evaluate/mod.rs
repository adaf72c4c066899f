//! `predictor evaluate`: how good a model is on rows that say what is true.

mod report;

pub use report::Report;

pub use crate::labelled::Options;

use crate::error::{Cause, Error, Result};
use crate::gate;
use crate::labelled::{self, Collector, Lane, PartStats, Plan};
use crate::metrics::{Seen, Totals, Truth, names};
use crate::model::Model;
use crate::stream::input::Input;

/// Scores a labelled input with a model and compares.
///
/// Gates that are not met are no error here, see [`Report::outcome`].
///
/// # Errors
///
/// [`Cause::Usage`] for a gate on a metric that this model does not have, a threshold without
/// probabilities of exactly two labels, or a model that groups rows, before anything is read;
/// [`Cause::Input`] for a header or a row that was refused, or if no row has a target;
/// [`Cause::Io`] for a file that could not be read.
pub fn run(model: &Model, options: &Options) -> Result<Report> {
    if model.manifest().task.target().is_none() {
        let fact = "this model groups rows; there is no truth to judge it by";
        return Err(Error::new(Cause::Usage, fact));
    }
    gate::check(&options.gates, &names(model.labels(), model.has_probabilities()))?;
    model.check_threshold(options.threshold)?;
    let mut input = Input::open(options.input.as_deref(), options.delimiter)?;
    let name = input.name.clone();
    let plan = Plan::new(&[model], options, &mut input, true)?;
    let mut totals = Total(Totals::new(model.labels(), model.has_probabilities()));
    let counts = labelled::run(&plan, input, Seen::default, &mut totals)?;
    let judgement = totals.0.judge();
    let target = plan.target_name;
    if judgement.rows() == 0 {
        let fact = format!(
            "`{name}`: no row to judge by; of {} rows {} are bad and {} have no target `{target}`",
            counts.rows, counts.bad, counts.without_target
        );
        return Err(Error::new(Cause::Input, fact));
    }
    let verdicts =
        options.gates.iter().map(|gate| gate.judge(judgement.score(gate.metric()))).collect();
    Ok(Report::new(model, options, &name, target, counts, judgement, verdicts))
}

impl PartStats for Seen {
    fn row(&mut self, _: u64, truth: Truth, lanes: &[Lane<'_>], slot: usize) {
        for lane in lanes {
            self.add(truth, lane.class(slot), lane.values(slot));
        }
    }

    fn held(&self) -> usize {
        Self::held(self)
    }
}

struct Total(Totals);

impl Collector<Seen> for Total {
    fn merge(&mut self, seen: Seen) {
        self.0.merge(&seen);
    }

    fn row_bytes(&self) -> usize {
        self.0.row_bytes()
    }
}
