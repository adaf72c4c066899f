//! A block that is read and prepared to predictions.

use criterion::{Criterion, Throughput};
use predictor::Model;
use predictor::testing::{Instructions, Stages};

use crate::models::{self, N_NUMBERS};
use crate::rows::{self, Cells};

pub(crate) fn all(criterion: &mut Criterion) {
    one(criterion, "linear", ready(&models::linear()));
    one(criterion, "logistic", ready(&models::logistic()));
    one(criterion, "projection", ready(&models::components()));
    one(criterion, "bayes", ready(&models::bayes()));
    one(criterion, "k-means", ready(&models::centroids()));
    let forest = models::forest();
    one(criterion, "forest/plain", ready(&forest));
    on_each(criterion, "forest/ranked", || ranked(&forest));
    let boosting = models::boosting();
    one(criterion, "boosting/plain", ready(&boosting));
    one(criterion, "boosting/ranked", ranked(&boosting));
    let neighbors = models::neighbors();
    on_each(criterion, "neighbors", || ready(&neighbors));
    let support_vectors = models::support_vectors();
    on_each(criterion, "support-vectors", || ready(&support_vectors));
}

/// A block full of rows.
pub(crate) fn ready(model: &Model) -> Stages<'_> {
    let mut stages = Stages::new(model).unwrap();
    stages.parse(&rows::table(&[Cells::Short; N_NUMBERS]));
    stages.prepare();
    stages
}

fn ranked(model: &Model) -> Stages<'_> {
    let stages = ready(model).ranked();
    assert!(stages.is_ranked(), "these trees have another form");
    stages
}

/// The kernel compiled for each set of instructions that there is.
fn on_each<'m>(criterion: &mut Criterion, name: &str, stages: impl Fn() -> Stages<'m>) {
    for instructions in Instructions::all() {
        one(criterion, &format!("{name}/{instructions}"), stages().on(instructions));
    }
}

fn one(criterion: &mut Criterion, name: &str, mut stages: Stages<'_>) {
    let mut group = criterion.benchmark_group("kernel");
    group.throughput(Throughput::Elements(stages.n_rows() as u64));
    group.bench_function(name, |bencher| bencher.iter(|| stages.score()));
    group.finish();
}
