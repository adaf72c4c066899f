//! Rows that are in memory to predictions, as a program that embeds the library has them.

use std::slice::from_ref;

use criterion::{Criterion, Throughput};
use predictor::{Model, Predictions, Row};

use crate::models::{self, N_NUMBERS};
use crate::rows::{RANGE, Random, START};

/// Columns of a wide table.
const N_WIDE: usize = 100;
/// Rows of a batch: as many as a block has room for.
const N_ROWS: usize = 2_048;

pub(crate) fn all(criterion: &mut Criterion) {
    let wide = models::linear_of(N_WIDE);
    let very_wide = models::linear_of(4 * N_WIDE);
    one_row(criterion, "100 numbers", &wide);
    one_row(criterion, "400 numbers", &very_wide);
    one_row(criterion, "forest of 20 numbers", &models::forest());
    by_name(criterion, "100 numbers", &wide);
    by_name(criterion, "400 numbers", &very_wide);
    batch(criterion, "linear", &models::linear());
    batch(criterion, "forest", &models::forest());
}

/// The cells of a row set by handles, then its prediction.
fn one_row(criterion: &mut Criterion, name: &str, model: &Model) {
    let columns: Vec<_> = model.columns().map(|column| column.column).collect();
    let numbers = Random(9).numbers(columns.len(), START, START + RANGE);
    one(criterion, "one row", name, model, |row| {
        for (column, number) in columns.iter().zip(&numbers) {
            row.set_number_at(*column, *number).unwrap();
        }
    });
}

/// The same by the names of the columns.
fn by_name(criterion: &mut Criterion, name: &str, model: &Model) {
    let names: Vec<_> = model.columns().map(|column| column.name).collect();
    let numbers = Random(9).numbers(names.len(), START, START + RANGE);
    one(criterion, "one row by name", name, model, |row| {
        for (name, number) in names.iter().zip(&numbers) {
            row.set_number(name, *number).unwrap();
        }
    });
}

fn one(criterion: &mut Criterion, group: &str, name: &str, model: &Model, set: impl Fn(&mut Row)) {
    let (mut row, mut predictions) = (model.row(), Predictions::new());
    let mut group = criterion.benchmark_group(format!("library/{group}"));
    group.bench_function(name, |bencher| {
        bencher.iter(|| {
            row.clear();
            set(&mut row);
            model.predict_into(from_ref(&row), &mut predictions).unwrap();
            assert!(predictions.is_ok(0));
        });
    });
    group.finish();
}

/// Slices of numbers to predictions in a buffer that is used again.
fn batch(criterion: &mut Criterion, name: &str, model: &Model) {
    let mut random = Random(10);
    let columns: Vec<Vec<f64>> =
        (0..N_NUMBERS).map(|_| random.numbers(N_ROWS, START, START + RANGE)).collect();
    let mut batch = model.batch(N_ROWS);
    for (column, numbers) in model.columns().zip(&columns) {
        batch.numbers_at(column.column, numbers).unwrap();
    }
    let mut predictions = Predictions::new();
    let mut group = criterion.benchmark_group("library/batch");
    group.throughput(Throughput::Elements(N_ROWS as u64));
    group.bench_function(name, |bencher| {
        bencher.iter(|| model.predict_batch_into(&batch, &mut predictions).unwrap());
    });
    group.finish();
}
