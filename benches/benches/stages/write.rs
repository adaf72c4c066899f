//! Predictions of a block to bytes of CSV.

use criterion::{Criterion, Throughput};
use predictor::Model;

use crate::{kernel, models};

pub(crate) fn all(criterion: &mut Criterion) {
    one(criterion, "label, 2 probabilities", &models::logistic());
    one(criterion, "number", &models::linear());
}

fn one(criterion: &mut Criterion, name: &str, model: &Model) {
    let mut stages = kernel::ready(model);
    stages.score();
    let mut out = Vec::new();
    let mut group = criterion.benchmark_group("write");
    group.throughput(Throughput::Elements(stages.n_rows() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            out.clear();
            stages.write(&mut out);
        });
    });
    group.finish();
}
