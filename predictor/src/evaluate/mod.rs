//! `predictor evaluate`: how good a model is on rows that say what is true.

mod report;

pub use report::Report;

pub use crate::labelled::Options;

use cli_common::error::{Cause, Error, Result};
use metrics::{Chunk, Gathering, Memory, Sums};

use crate::gate;
use crate::judgement::{Judgement, baseline, names, task};
use crate::labelled::{self, Collector, LabelledPlan, Lane, PartStats, Truth};
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
    gate::check(&options.gates, &names(model))?;
    model.check_threshold(options.threshold)?;
    let mut input = Input::open(options.input.as_deref(), &options.dialect)?;
    let name = input.name.clone();
    let plan = LabelledPlan::new(&[model], options, &mut input, true)?;
    let gathering = Gathering::new(task(model), Memory::Bounded, baseline(model));
    let mut total = Total(gathering.sums());
    let counts = labelled::run(&plan, input, || gathering.chunk(), &mut total)?;
    let judgement = Judgement::new(model.labels(), gathering.scores(&total.0));
    let target = plan.target_name;
    if judgement.rows() == 0 {
        let fact = format!(
            "`{name}`: no row to judge by; of {} rows {} are bad and {} have no target `{target}`",
            counts.rows, counts.bad, counts.without_target
        );
        return Err(Error::new(Cause::Input, fact));
    }
    let no_better = judgement.warning();
    let verdicts =
        options.gates.iter().map(|gate| gate.judge(judgement.score(gate.metric()))).collect();
    let mut report = Report::new(model, options, &name, target, counts, judgement, verdicts);
    report.warnings = plan.warnings.into_iter().chain(no_better).collect();
    Ok(report)
}

impl PartStats for Chunk<'_> {
    fn row(&mut self, _: u64, truth: Truth, lanes: &[Lane<'_>], slot: usize) {
        for lane in lanes {
            lane.gather(truth, slot, self);
        }
    }

    fn held(&self) -> usize {
        Self::held(self)
    }
}

struct Total(Sums);

impl Collector<Chunk<'_>> for Total {
    fn merge(&mut self, chunk: Chunk<'_>) {
        self.0.merge(&chunk.finish());
    }

    fn row_bytes(&self) -> usize {
        // Rows are counted while they come; a part holds few of them.
        0
    }
}
