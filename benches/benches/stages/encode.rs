//! A block of cells to features: missing ones imputed, scaled, counted beside what training saw.

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use predictor::testing::Stages;

use crate::models::{self, N_MIXED, N_NUMBERS};
use crate::rows::{self, Cells};

/// From this chunk of an input on, statistics are of some rows only.
const LATER: u64 = 1000;

pub(crate) fn all(criterion: &mut Criterion) {
    let (linear, mixed) = (models::linear(), models::mixed());
    let without = models::without_statistics();
    let [plain, gaps] = [Cells::Short, Cells::WithGaps].map(|cells| [cells; N_NUMBERS]);
    let (n_numbers, n_texts) = N_MIXED;
    let of_both = [vec![Cells::Short; n_numbers], vec![Cells::Text; n_texts]].concat();
    let stages = |model| Stages::new(model).unwrap();
    prepare(criterion, "20 numbers, no statistics", stages(&without), &plain);
    prepare(criterion, "20 numbers", stages(&linear), &plain);
    prepare(criterion, "20 numbers, later chunk", stages(&linear).in_chunk(LATER), &plain);
    prepare(criterion, "20 numbers, 1% missing", stages(&linear), &gaps);
    prepare(criterion, "8 numbers, 4 texts", stages(&mixed), &of_both);
    expand(criterion, stages(&mixed), &of_both);
}

/// A block is prepared once: the clock stands while it is put back.
fn prepare(criterion: &mut Criterion, name: &str, mut stages: Stages<'_>, columns: &[Cells]) {
    stages.parse(&rows::table(columns));
    let numbers = stages.numbers();
    let mut group = criterion.benchmark_group("encode/prepare");
    group.throughput(Throughput::Elements(stages.n_rows() as u64));
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|times| {
            let mut taken = Duration::ZERO;
            for _ in 0..times {
                stages.restore(&numbers);
                let start = Instant::now();
                stages.prepare();
                taken += start.elapsed();
            }
            taken
        });
    });
    group.finish();
}

fn expand(criterion: &mut Criterion, mut stages: Stages<'_>, columns: &[Cells]) {
    stages.parse(&rows::table(columns));
    let mut group = criterion.benchmark_group("encode/expand");
    group.throughput(Throughput::Elements(stages.n_rows() as u64));
    group.bench_function("4 texts of 8 levels", |bencher| bencher.iter(|| stages.expand()));
    group.finish();
}
