//! What hostile model files cost: memory within four times the file and 32 MiB, time linear in it.
//! What runs cost: memory that does not grow with the input or the output.
//!
//! All files have valid digests, as anybody can compute them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]
#![allow(clippy::print_stdout, reason = "what was measured, for --nocapture")]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use model_format::Artifact;
use model_format::v1::{ArraySpec, ColumnStatistics, Dtype, Manifest, Step, Task};
use peak_alloc::PeakAlloc;
use predictor::Model;
use tests::by_hand::{What, decode};
use tests::models::{classes, numeric, text};
use tests::parts::Parts;
use tests::{corrupt, large, models};

mod runs;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Both kinds of tests need the process for themselves.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A model file on disk, gone when it is dropped.
struct OnDisk {
    _dir: tempfile::TempDir,
    path: PathBuf,
    len: usize,
}

fn on_disk(file: &[u8]) -> OnDisk {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("m.model");
    std::fs::write(&path, file).unwrap();
    OnDisk { _dir: dir, path, len: file.len() }
}

/// Opens a file and says why it was refused, if it was.
fn open(path: &Path) -> Option<String> {
    match Artifact::open(path).and_then(Model::from_artifact) {
        Ok(model) => {
            drop(model.predict(&[model.row()]));
            None
        }
        Err(error) => Some(error.to_string()),
    }
}

#[track_caller]
fn within_bounds(name: &str, file: Vec<u8>) {
    let on_disk = on_disk(&file);
    drop(file);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let refused = open(&on_disk.path);
    let peak = MEMORY.peak_usage() - before;
    let limit = 4 * on_disk.len + (32 << 20);
    let refused = refused.as_deref().unwrap_or("accepted");
    println!("{name}: {} bytes take {peak}: {refused:.100}", on_disk.len);
    assert!(peak <= limit, "{name}: {peak} bytes for a file of {}: {refused:.200}", on_disk.len);
}

/// As many elements as make a manifest of almost 4 MiB.
fn fill(each: usize) -> usize {
    ((4 << 20) - 4096) / each
}

/// The small linear model with another manifest.
fn with(edit: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let mut parts = Parts::of(&models::linear_regression());
    edit(&mut parts.manifest);
    parts.file()
}

#[test]
fn manifests_full_of_small_things() {
    let _alone = alone();
    let empty = |n: usize| vec![String::new(); n];
    let pair = (String::new(), String::new());
    let text_statistics = ColumnStatistics::Text { level_counts: Vec::new(), missing: 0 };
    let number_statistics = ColumnStatistics::Numeric {
        count: 0,
        missing: 0,
        min: 0.0,
        max: 0.0,
        mean: 0.0,
        std: 0.0,
        quantiles: Vec::new(),
        bin_edges: Vec::new(),
        bin_counts: Vec::new(),
    };
    let array = ArraySpec { name: String::new(), dtype: Dtype::F64, shape: Vec::new() };
    for (name, file) in [
        ("steps", with(|m| m.steps = vec![Step::OneHot; fill(4)])),
        ("impute steps", with(|m| m.steps = vec![Step::Impute { values: Vec::new() }; fill(12)])),
        ("columns", with(|m| m.schema.columns = vec![numeric(""); fill(12)])),
        ("categorical columns", with(|m| m.schema.columns = vec![text("", &[], true); fill(21)])),
        ("columns of a level", with(|m| m.schema.columns = vec![text("", &[""], true); fill(29)])),
        ("arrays", with(|m| m.arrays = vec![array.clone(); fill(20)])),
        ("text statistics", with(|m| m.statistics = Some(vec![text_statistics; fill(20)]))),
        ("number statistics", with(|m| m.statistics = Some(vec![number_statistics; fill(76)]))),
        ("tokens", with(|m| m.schema.missing_tokens = empty(fill(8)))),
        ("cells", with(|m| m.golden.cells = empty(fill(8)))),
        ("cells of a letter", with(|m| m.golden.cells = vec!["a".into(); fill(9)])),
        ("golden labels", with(|m| m.golden.labels = vec![0; fill(4)])),
        ("golden values", with(|m| m.golden.values = vec![0.0; fill(8)])),
        ("labels", with(|m| m.task = Task::Clustering { labels: empty(fill(8)) })),
        ("options", with(|m| m.provenance.options = vec![pair.clone(); fill(16)])),
        ("left out", with(|m| m.provenance.left_out = vec![pair; fill(16)])),
        ("metrics", with(|m| m.provenance.metrics = vec![(String::new(), 0.0); fill(16)])),
        ("class counts", with(|m| m.provenance.class_counts = vec![0; fill(8)])),
        ("levels", with(|m| m.schema.columns[1] = text("city", &vec![""; fill(8)], true))),
        ("dimensions", with(|m| m.arrays[0].shape = vec![1; fill(8)])),
        // All that may have a place at once.
        (
            "a share of each",
            with(|m| {
                m.steps = vec![Step::OneHot; 65_536];
                m.schema.columns = vec![numeric(""); 65_536];
                m.arrays = vec![array; 65_536];
                m.statistics =
                    Some(vec![
                        ColumnStatistics::Text { level_counts: Vec::new(), missing: 0 };
                        65_536
                    ]);
            }),
        ),
    ] {
        within_bounds(name, file);
    }
}

#[test]
fn manifests_of_one_long_text() {
    let _alone = alone();
    // A control character takes six times its length where it is quoted in a message.
    let long = |n: usize| "\u{7f}".repeat(n);
    let (half, whole) = (fill(2), fill(1));
    for (name, file) in [
        ("golden cell", with(|m| m.golden.cells[0] = long(whole))),
        (
            "column names",
            with(|m| {
                m.schema.columns[0].name = long(half);
                m.schema.columns[1].name = long(half);
            }),
        ),
        (
            "array names",
            with(|m| {
                m.arrays[0].name = long(half);
                m.arrays[1].name = long(half);
            }),
        ),
        ("array name", with(|m| m.arrays[0].name = long(whole))),
        ("level", with(|m| m.schema.columns[1] = text("city", &[long(whole).as_str()], true))),
        ("levels of a name", with(|m| m.schema.columns[1] = text(&long(whole), &["x"], true))),
        ("missing token", with(|m| m.schema.missing_tokens[1] = long(whole))),
        ("target", with(|m| m.task = Task::Regression { target: long(whole) })),
        ("label", with(|m| m.task = classes(&[long(half).as_str(), long(half).as_str()]))),
        ("name", with(|m| m.identity.name = long(whole))),
        ("option", with(|m| m.provenance.options = vec![(long(half), long(half))])),
        ("metric", with(|m| m.provenance.metrics = vec![(long(whole), f64::NAN)])),
        ("digits", with(|m| m.golden.cells[0] = "9".repeat(whole))),
        ("blanks", with(|m| m.golden.cells[1] = " ".repeat(whole))),
        (
            "a step in the wrong place",
            with(|m| {
                let values = vec![-1.234_567_890_123_456_7e-300; fill(8)];
                m.steps.push(Step::Impute { values });
            }),
        ),
    ] {
        within_bounds(name, file);
    }
}

#[test]
fn claims_without_substance() {
    let _alone = alone();
    for (name, model) in models::ALL {
        let sections = corrupt::split(&model());
        for claim in [1 << 61, u64::MAX, 1 << 32, 4 << 20, 4_000_000, 174_000] {
            for mark in decode(&sections[0]).1.iter().filter(|mark| mark.what == What::Count) {
                let mut damaged = sections.clone();
                corrupt::put_u64(&mut damaged[0], mark.at, claim);
                let file = corrupt::join(&damaged);
                let before = MEMORY.current_usage();
                MEMORY.reset_peak_usage();
                assert!(Artifact::parse(&file).is_err(), "{name} {mark:?}");
                let peak = MEMORY.peak_usage() - before;
                assert!(peak < 8 << 20, "{name}, {mark:?} claims {claim}: {peak} bytes");
            }
        }
    }
}

/// Sizes of [`large::ALL`] at which opening takes long enough to be measured.
const SIZES: [usize; 8] = [1 << 16, 1 << 16, 1 << 16, 1 << 15, 16_384, 65_535, 512 * 512, 4096];

#[test]
fn models_that_make_the_most_of_their_bytes() {
    let _alone = alone();
    for ((name, model), n) in large::ALL.iter().zip(SIZES) {
        within_bounds(name, model(n));
    }
    within_bounds("a million points", large::neighbors(1 << 20));
    within_bounds("a million leaves", large::leaves(1 << 20));
    for (name, model) in models::ALL {
        within_bounds(name, model());
    }
}

/// The time that opening takes, the best of three.
fn time(file: &OnDisk) -> Duration {
    let once = || {
        let start = Instant::now();
        let _ = open(&file.path);
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap()
}

#[test]
fn four_times_the_file_takes_about_four_times_as_long() {
    let _alone = alone();
    for ((name, model), n) in large::ALL.iter().zip(SIZES) {
        let (small, large) = (on_disk(&model(n / 4)), on_disk(&model(n)));
        // Quadratic would be 16. Another process may disturb one measurement, not each of them.
        let ratio = || time(&large).as_secs_f64() / time(&small).as_secs_f64();
        let ratios: Vec<f64> = std::iter::repeat_with(ratio)
            .take(5)
            .scan(false, |done, ratio| (!std::mem::replace(done, ratio < 8.0)).then_some(ratio))
            .collect();
        println!("{name}: {ratios:?}");
        assert!(ratios.last().is_some_and(|ratio| *ratio < 8.0), "{name}: {ratios:?}");
    }
}
