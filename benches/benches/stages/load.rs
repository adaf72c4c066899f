//! A file to a model, every check included, on all cores; and SHA-256 of the same bytes on one.

use std::fs;

use criterion::{Criterion, SamplingMode, Throughput};
use predictor::Model;
use sha2::{Digest, Sha256};

use crate::models;

pub(crate) fn all(criterion: &mut Criterion) {
    one(criterion, "forest", 100);
    one(criterion, "forest of 1,000,000 nodes", 500);
}

fn one(criterion: &mut Criterion, name: &str, n_trees: usize) {
    let bytes = models::forest_file(n_trees);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("forest.model");
    fs::write(&path, &bytes).unwrap();
    let mut group = criterion.benchmark_group("load");
    group.sampling_mode(SamplingMode::Flat);
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function(name, |bencher| bencher.iter(|| Model::open(&path).unwrap()));
    group.bench_function(format!("{name}, SHA-256 alone"), |bencher| {
        bencher.iter(|| Sha256::digest(&bytes));
    });
    group.finish();
}
