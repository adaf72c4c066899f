//! `trainer compare`: cross-validation of several algorithms on the same folds.
//!
//! Every candidate is fitted anew on each fold's training rows, preprocessing included, so that
//! nothing of a held-out row is known to what predicts it.

mod baseline;
mod budget;
pub(crate) mod candidate;
mod candidates;
#[cfg(test)]
mod leakage;
mod rare;

use std::rc::Rc;
use std::time::Duration;

use cli_common::error::{Error, Result};
use cli_common::progress::{LONG, Progress};
use cli_common::suggest::{nearest, nearest_first};
use metrics::text::number;
use metrics::{Behind, Better, Memory, Metric, applicable};
use model_format::Artifact;
use model_format::manifest::SchemaSpec;
use model_format::provenance::BASELINE;

use crate::algorithms::cost::about;
use crate::algorithms::params::Algorithm;
use crate::artifact::assemble::source_date_epoch;
use crate::artifact::publish::publish;
use crate::cli::compare::CompareArgs;
use crate::config::compare::ComparePlan;
use crate::dataset::{Dataset, check_algorithm, class_counts};
use crate::features::encode;
use crate::fit::convergence::Missed;
use crate::fitted::Fit;
use crate::output;
use crate::rng::{STREAM_FOLDS, derive};
use crate::sign::signer::{self, Signature, Signer};
use crate::split::{Split, folds};
use crate::table::target::{TaskKind, Values};
use budget::Budget;
use candidate::{Clock, Outcome, Score, Stopped};
use candidates::{Candidate, Seen};

/// A finished comparison.
pub(crate) struct Comparison {
    /// Column that is predicted.
    pub(crate) target: String,
    /// What is predicted.
    pub(crate) kind: TaskKind,
    /// Why this task, and the option that changes it.
    pub(crate) task_reason: String,
    /// Rows that have a target.
    pub(crate) n_rows: usize,
    /// Those of them that are held out once; the others are in every training part.
    pub(crate) n_held_out: usize,
    /// Number of folds.
    pub(crate) folds: usize,
    /// Metric that ranks.
    pub(crate) metric: &'static Metric,
    /// What the best constant prediction scores on the same folds.
    pub(crate) baseline: Vec<Score>,
    /// The best first, those without a score last.
    pub(crate) rows: Vec<Row>,
    /// Time to spend on the folds, if there was a limit.
    pub(crate) budget: Option<Duration>,
    /// Seconds that were spent on them.
    pub(crate) seconds: f64,
    /// The winner as it was written.
    pub(crate) model: Option<Artifact>,
    /// Its signature, if one was asked for.
    pub(crate) signature: Option<Signature>,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
}

/// A line of the leaderboard.
pub(crate) struct Row {
    /// The candidate.
    pub(crate) algorithm: Algorithm,
    /// Its hyper-parameters.
    pub(crate) params: Vec<(&'static str, String)>,
    /// Seconds that its folds were likely to take.
    pub(crate) estimate: f64,
    /// How it fared.
    pub(crate) standing: Standing,
}

/// How a candidate fared.
pub(crate) enum Standing {
    /// It was cross-validated.
    Scored(Outcome),
    /// It was tried; why it has no score.
    Failed(String),
    /// It was not tried; why.
    LeftOut(String),
}

/// Compares, and writes the winner if that is asked for.
///
/// # Errors
///
/// Whatever is wrong with the options, the file or the disk. A candidate that fails is no error.
pub(crate) fn compare(args: &CompareArgs, progress: &Progress) -> Result<Comparison> {
    let plan = ComparePlan::of_compare(args)?;
    compare_all(args, &plan, progress).map_err(|error| plan.shared().origin.told(error))
}

fn compare_all(args: &CompareArgs, plan: &ComparePlan, progress: &Progress) -> Result<Comparison> {
    let created = source_date_epoch()?;
    if plan.writes {
        output::check(&plan.shared().output)?;
    }
    let keys = args.signing.keys();
    let signer = if plan.writes {
        Signer::of(&keys, &plan.shared().train, &plan.shared().output)?
    } else {
        None
    };
    let data = Rc::new(Dataset::read(plan.shared())?);
    let kind = data.target.kind();
    let metric = metric(plan.metric.as_deref(), kind, data.n_classes())?;
    for algorithm in &plan.named {
        check_algorithm(&plan.config(*algorithm)?, &data.target)?;
    }
    let mut warnings = check_folds(&data, plan.folds)?;
    let all: Vec<usize> = (0..data.target.rows.len()).collect();
    let inferred = data.infer(plan.shared(), &data.target.rows)?;
    let missing_tokens = plan.shared().missing.clone();
    let schema = encode::schema(&SchemaSpec { columns: inferred.specs.clone(), missing_tokens })?;
    if let Some(reduce) = plan.shared().reduce {
        reduce.check_shape(all.len(), schema.n_features())?;
    }
    warnings.extend(data.warnings(&inferred, &[]));
    let folds = deal(&data, plan);
    let seen = Seen { data: &data, inferred: &inferred, schema: &schema };
    let candidates =
        candidates::all(plan, &seen, metric).inspect_err(|_| progress.warn(&warnings))?;
    let budget = Budget::new(plan.budget);
    announce(&candidates, &budget, plan.folds, progress);
    let baseline = baseline::run(&data, &folds);
    let mut rows = leaderboard(candidates, &budget, &data, &folds, metric.name, progress);
    let seconds = budget.elapsed();
    rank(&mut rows, metric);
    warnings.extend(rows.iter().filter_map(|row| not_converged(row, plan.folds)));
    warnings.extend(no_better(&rows, &baseline, metric));
    let (mut model, mut signature) = (None, None);
    if let (true, Some(Row { algorithm, standing: Standing::Scored(best), .. })) =
        (plan.writes, rows.first())
    {
        let config = plan.config(*algorithm)?;
        let split = Split { train: all, test: Vec::new() };
        let fit = Fit::on(&config, &data, split, progress)?;
        let (bytes, artifact) = fit.assemble(&config, created, stored(best, &baseline), 0)?;
        signature = publish(&config.output, &bytes, &artifact, signer.as_ref())?;
        if signature.is_none() {
            warnings.extend(signer::stale(&config.output));
        }
        model = Some(artifact);
    }
    progress.clear();
    let (target, n_rows) =
        (plan.shared().target.clone().unwrap_or_default(), data.target.rows.len());
    Ok(Comparison {
        target,
        kind,
        task_reason: data.target.reason.clone(),
        n_rows,
        n_held_out: folds.iter().map(|fold| fold.test.len()).sum(),
        folds: plan.folds,
        metric,
        baseline,
        rows,
        budget: plan.budget,
        seconds,
        model,
        signature,
        warnings,
    })
}

impl Comparison {
    /// By how much a candidate is behind the best one; `None` for the best one and for those without
    /// a score.
    pub(crate) fn behind(&self, row: &Row) -> Option<Behind> {
        let best = self.best()?;
        let Standing::Scored(outcome) = &row.standing else { return None };
        if row.algorithm == best.algorithm {
            return None;
        }
        self.behind_best(&outcome.score(self.metric.name)?.folds)
    }

    /// By how much these values are behind those of the best candidate.
    pub(crate) fn behind_best(&self, values: &[f64]) -> Option<Behind> {
        let Standing::Scored(best) = &self.best()?.standing else { return None };
        Behind::of(self.metric, &best.score(self.metric.name)?.folds, values, self.folds)
    }

    /// The candidate at the top, if any has a score.
    pub(crate) fn best(&self) -> Option<&Row> {
        self.rows.first().filter(|row| matches!(row.standing, Standing::Scored(_)))
    }

    /// Those that are behind the best one by no more than chance.
    pub(crate) fn within_noise(&self) -> Vec<&'static str> {
        let noise = |row: &&Row| self.behind(row).is_some_and(|behind| behind.is_noise());
        self.rows.iter().filter(noise).map(|row| row.algorithm.name()).collect()
    }

    /// The reason of the first failure, if no candidate has a score.
    pub(crate) fn failure(&self) -> Option<Error> {
        if self.rows.iter().any(|row| matches!(row.standing, Standing::Scored(_))) {
            return None;
        }
        let fact = format!(
            "no candidate has a score of {} on this data; nothing was written",
            self.metric.name
        );
        Some(Error::input(fact).with_hint("the leaderboard has a reason for each"))
    }
}

/// The metric that ranks.
fn metric(wanted: Option<&str>, kind: TaskKind, n_labels: usize) -> Result<&'static Metric> {
    let task = match kind {
        TaskKind::Classification => metrics::Task::Labels { n: n_labels, probabilities: true },
        TaskKind::Regression => metrics::Task::Numbers,
        TaskKind::Clustering => metrics::Task::Clusters,
    };
    let known: Vec<&'static Metric> = applicable(task, Memory::Free).collect();
    let found = match wanted {
        Some(wanted) => known.iter().find(|metric| metric.name == wanted),
        None => known.first(),
    };
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|metric| metric.name).collect();
        let wanted = wanted.unwrap_or_default();
        let (list, task) = (nearest_first(wanted, &names).join(", "), kind.name());
        let fact = format!("--metric: `{wanted}` is not one of {list}, for {task}");
        Error::usage(fact).did_you_mean(nearest(wanted, names))
    })
}

/// Refuses what folds cannot be made of; warns of labels that some folds will not see.
fn check_folds(data: &Dataset, folds: usize) -> Result<Vec<String>> {
    data.check_rows()?;
    let n_rows = data.target.rows.len();
    if n_rows < folds {
        let fact =
            format!("{n_rows} rows have a target, expected at least one for each of {folds} folds");
        return Err(Error::input(fact).with_hint("ask for fewer with --folds"));
    }
    let counts = class_counts(&data.target.values, data.n_classes());
    Ok(rare::warnings(data.target.task.labels(), &counts, folds))
}

/// Warns of fits of a candidate that stopped too far from their optimum, with the farthest.
fn not_converged(row: &Row, folds: usize) -> Option<String> {
    let Standing::Scored(outcome) = &row.standing else { return None };
    let times = |missed: &Missed| missed.found / missed.tolerance;
    let farthest = outcome.missed.iter().max_by(|a, b| times(a).total_cmp(&times(b)))?;
    let warning = farthest.warning(row.algorithm.name());
    Some(format!("in {} of {folds} folds, {warning}", outcome.missed.len()))
}

/// The folds, the same for every candidate.
fn deal(data: &Dataset, plan: &ComparePlan) -> Vec<Split> {
    let seed = derive(plan.shared().seed, STREAM_FOLDS);
    match &data.target.values {
        Values::Classes(classes) => folds::stratified(classes, data.n_classes(), plan.folds, seed),
        values => folds::plain(values.len(), plan.folds, seed),
    }
}

/// Every candidate on every fold: the quickest first if there is a budget, else in the order of the registry or
/// as named. The rows are in that order.
fn leaderboard(
    mut candidates: Vec<Candidate>,
    budget: &Budget,
    data: &Rc<Dataset>,
    folds: &[Split],
    metric: &str,
    progress: &Progress,
) -> Vec<Row> {
    if budget.left().is_some() {
        candidates.sort_by(|a, b| a.estimate.total_cmp(&b.estimate));
    }
    let tried = candidates.iter().filter(|candidate| candidate.left_out.is_none());
    progress.start_steps(tried.count() * folds.len());
    let mut rows = Vec::with_capacity(candidates.len());
    for Candidate { algorithm, config, estimate, left_out } in candidates {
        let left_out = left_out.or_else(|| budget.refuses(estimate));
        let standing = match left_out {
            Some(reason) => Standing::LeftOut(reason),
            None => {
                match candidate::run(&config, data, folds, &Clock { budget, progress, estimate }) {
                    Ok(outcome) if outcome.score(metric).is_none() => {
                        Standing::Failed(format!("{metric} is not defined on any fold"))
                    }
                    Ok(outcome) => Standing::Scored(outcome),
                    Err(Stopped::Failed(reason)) => Standing::Failed(reason),
                    Err(Stopped::OutOfTime(reason)) => Standing::LeftOut(reason),
                }
            }
        };
        let params = config.params.resolved().collect();
        rows.push(Row { algorithm, params, estimate, standing });
    }
    rows
}

/// What the run is likely to take, before it begins.
fn announce(candidates: &[Candidate], budget: &Budget, folds: usize, progress: &Progress) {
    let mut tried: Vec<&Candidate> = candidates.iter().filter(|c| c.left_out.is_none()).collect();
    let total: f64 = tried.iter().map(|candidate| candidate.estimate).sum();
    let limit = budget.left();
    if total <= LONG && limit.is_none() {
        return;
    }
    tried.sort_by(|a, b| b.estimate.total_cmp(&a.estimate));
    let longest =
        tried.iter().take(3).map(|c| format!("{} {}", c.algorithm.name(), about(c.estimate)));
    let longest = longest.collect::<Vec<_>>().join(", ");
    let budget = limit.map_or(String::new(), |left| format!("; the budget is {}", about(left)));
    progress.note(&format!(
        "{} algorithms on {folds} folds take {} (estimate), the longest {longest}{budget}",
        tried.len(),
        about(total)
    ));
}

/// Sorts by the mean of the metric; equals keep their order, the failed come after, the rest last.
fn rank(rows: &mut [Row], metric: &Metric) {
    let sign = if metric.better == Better::Lower { 1.0 } else { -1.0 };
    let key = |row: &Row| match &row.standing {
        Standing::Scored(o) => (0, o.score(metric.name).map_or(f64::INFINITY, |s| sign * s.mean())),
        Standing::Failed(_) => (1, 0.0),
        Standing::LeftOut(_) => (2, 0.0),
    };
    rows.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
}

/// What to warn of, if no candidate does better than the best constant.
fn no_better(rows: &[Row], baseline: &[Score], metric: &Metric) -> Option<String> {
    let Standing::Scored(best) = &rows.first()?.standing else { return None };
    let best = best.score(metric.name)?.mean();
    let constant = baseline.iter().find(|score| score.metric.name == metric.name)?.mean();
    (!metric.is_better(best, constant)).then(|| {
        let (name, best, constant) = (metric.name, number(Some(best)), number(Some(constant)));
        format!("no candidate is better than always predicting the same: {name} {best} at best, baseline {constant}")
    })
}

/// The cross-validated metrics under the names they have in the model. No time is among them: the
/// same data and options must give the same bytes.
fn stored(outcome: &Outcome, baseline: &[Score]) -> Vec<(String, f64)> {
    let mut metrics = Vec::new();
    for score in &outcome.scores {
        let name = score.metric.name;
        metrics.push((format!("cv_{name}_mean"), score.mean()));
        metrics.push((format!("cv_{name}_std"), score.std()));
    }
    for score in baseline.iter().filter(|score| outcome.score(score.metric.name).is_some()) {
        metrics.push((format!("{BASELINE}cv_{}_mean", score.metric.name), score.mean()));
    }
    metrics
}
