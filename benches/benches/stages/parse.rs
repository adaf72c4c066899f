//! Bytes of rows to a block.

use criterion::{Criterion, Throughput};
use predictor::Model;
use predictor::testing::Stages;

use crate::models::{self, N_MIXED, N_NUMBERS};
use crate::rows::{self, Cells};

pub(crate) fn all(criterion: &mut Criterion) {
    let (n_numbers, n_texts) = N_MIXED;
    let mixed = [vec![Cells::Short; n_numbers], vec![Cells::Text; n_texts]].concat();
    one(criterion, "20 numbers", &models::linear(), &[Cells::Short; N_NUMBERS]);
    one(criterion, "8 numbers, 4 texts", &models::mixed(), &mixed);
    one(criterion, "20 numbers of 17 digits", &models::linear(), &[Cells::Long; N_NUMBERS]);
}

fn one(criterion: &mut Criterion, name: &str, model: &Model, columns: &[Cells]) {
    let rows = rows::table(columns);
    let mut stages = Stages::new(model).unwrap();
    let n_bytes = stages.parse(&rows);
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(n_bytes as u64));
    group.bench_function(name, |bencher| bencher.iter(|| stages.parse(&rows)));
    group.finish();
}
