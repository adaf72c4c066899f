//! The memory of `predict`, `evaluate` and `diff`: a few MiB per thread, whatever the model.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use model_format::Artifact;
use model_format::v1::{EstimatorSpec, Step};
use predictor::json::Json;
use predictor::{Model, Prediction, diff, evaluate, predict};
use tests::{large, models};

use crate::{MEMORY, alone};

/// What a thread may take: a chunk of input, its rows, and the output of itself and of those that
/// wait.
const PER_THREAD: usize = 12 << 20;
/// What a run takes besides.
const BESIDES: usize = 4 << 20;

/// A directory with a model and an input of numbers from 0 to 1.
struct Work {
    dir: tempfile::TempDir,
    model: Model,
}

impl Work {
    fn new(labels: &[String], n_rows: usize, target: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.model");
        fs::write(&path, large::softmax(labels)).unwrap();
        let mut input = String::from(if target { "c0,species\n" } else { "c0\n" });
        for row in 0..n_rows {
            let _ = write!(input, "{}", number(row));
            if target {
                let _ = write!(input, ",{}", labels[row % labels.len()]);
            }
            input.push('\n');
        }
        fs::write(dir.path().join("in.csv"), input).unwrap();
        Self { model: Model::open(path).unwrap(), dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The output of `predict` and the most memory that it took.
    fn predict(&self, options: predict::Options) -> (Vec<u8>, usize) {
        let (input, output) = (Some(self.path("in.csv")), Some(self.path("out.csv")));
        let options = predict::Options { input, output, quiet: true, ..options };
        let ((), peak) = peak(|| drop(predict::run(&self.model, &options).unwrap()));
        (fs::read(self.path("out.csv")).unwrap(), peak)
    }

    fn labelled(&self, threads: usize) -> evaluate::Options {
        let (input, target) = (Some(self.path("in.csv")), Some("species".into()));
        evaluate::Options { input, target, threads, quiet: true, ..evaluate::Options::default() }
    }
}

fn number(row: usize) -> f64 {
    (row % 251) as f64 / 250.0
}

fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    (result, MEMORY.peak_usage() - before)
}

fn labels(n: usize, width: usize) -> Vec<String> {
    (0..n).map(|i| format!("{i:0>width$}")).collect()
}

/// What the library predicts for the rows, as `predict` writes it.
fn expected(model: &Model, n_rows: usize, proba: bool) -> Vec<String> {
    let distinct = n_rows.min(251);
    let rows: Vec<_> = (0..distinct)
        .map(|row| {
            let mut cells = model.row();
            cells.set_number("c0", number(row)).unwrap();
            cells
        })
        .collect();
    let line = |prediction: &Prediction<'_>| {
        let Prediction::Class { label, probabilities, .. } = prediction else { panic!("label") };
        let mut line = (*label).to_owned();
        for p in probabilities.iter().filter(|_| proba) {
            let _ = write!(line, ",{p:?}");
        }
        line
    };
    model.predict(&rows).unwrap().iter().map(line).collect()
}

/// Whether two lines of output are the same: label, then the same numbers however written.
fn same(found: &str, expected: &str) -> bool {
    let number = |cell: &str| cell.parse::<f64>().map(f64::to_bits);
    let (found, expected) = (found.split(','), expected.split(','));
    found.clone().count() == expected.clone().count()
        && found.zip(expected).all(|(a, b)| a == b || number(a) == number(b))
}

#[track_caller]
fn check(name: &str, work: &Work, n_rows: usize, proba: bool) {
    let expected = expected(&work.model, n_rows, proba);
    let mut first = None;
    for threads in [1, 2, 4] {
        let options = predict::Options { proba, threads, ..predict::Options::default() };
        let (output, peak) = work.predict(options);
        println!("{name}: {} bytes of output on {threads} threads take {peak}", output.len());
        assert!(peak <= threads * PER_THREAD + BESIDES, "{name}, {threads} threads: {peak} bytes");
        let first = first.get_or_insert_with(|| {
            let text = String::from_utf8(output.clone()).unwrap();
            let mut lines = text.lines();
            lines.next();
            for (row, line) in (0..n_rows).zip(lines.by_ref()) {
                assert!(same(line, &expected[row % 251]), "{name}: row {row}: {line:.200}");
            }
            assert_eq!(lines.next(), None, "{name}");
            output.clone()
        });
        assert!(*first == output, "{name}: {threads} threads");
    }
}

#[test]
fn probabilities_of_any_number_of_classes() {
    let _alone = alone();
    for n_classes in [3, 50, 500, 4096] {
        let n_rows = 2_000_000 / n_classes + 300;
        let work = Work::new(&labels(n_classes, 1), n_rows, false);
        check(&format!("{n_classes} classes"), &work, n_rows, true);
    }
}

#[test]
fn labels_of_any_length() {
    let _alone = alone();
    let work = Work::new(&labels(3, 4096), 20_000, false);
    check("labels of 4 KiB", &work, 20_000, false);
}

/// Rows that are all bad, with more faults allowed than there are rows.
#[test]
fn bad_rows_of_any_number() {
    let _alone = alone();
    let work = Work::new(&labels(3, 1), 1, false);
    fs::write(work.path("in.csv"), "c0\n".to_owned() + &"x\n".repeat(2_000_000)).unwrap();
    for threads in [1, 4] {
        let options = predict::Options {
            threads,
            on_bad_row: predict::OnBadRow::Skip,
            max_bad_rows: Some(predict::MaxBadRows::Rows(3_000_000)),
            rejects: Some(work.path("bad.csv")),
            ..predict::Options::default()
        };
        let (output, peak) = work.predict(options);
        assert_eq!(output, b"prediction\n");
        assert_eq!(lines(&work.path("bad.csv")), 2_000_001);
        println!("bad rows on {threads} threads take {peak}");
        assert!(peak <= threads * PER_THREAD + BESIDES, "{threads} threads: {peak} bytes");
    }
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).unwrap().lines().count()
}

/// What the curves and tables of a model take, of any number of labels: bins, probabilities that are kept as
/// they are until they are too many, pairs of labels.
const TABLES: usize = 16 << 20;

/// What the curves and tables of labels take is taken once; a longer input takes no more.
#[test]
fn labelled_rows_of_any_number() {
    let _alone = alone();
    let labels = labels(100, 1);
    for threads in [1, 4] {
        let [few, many] = [20_000, 120_000].map(|n_rows| {
            let work = Work::new(&labels, n_rows, true);
            let options = work.labelled(threads);
            let (report, evaluated) = peak(|| evaluate::run(&work.model, &options).unwrap());
            assert_eq!(report.json().into_value()["rows_judged"], n_rows);
            let (report, compared) =
                peak(|| diff::run(&work.model, &work.model, &options).unwrap());
            assert_eq!(report.score("agreement"), Some(1.0));
            [evaluated, compared]
        });
        println!("{threads} threads: {few:?} bytes for few rows, {many:?} for many");
        for (few, many) in few.iter().zip(many) {
            assert!(many <= few + threads * PER_THREAD, "{threads} threads: {few} and {many}");
            let bound = threads * PER_THREAD + BESIDES + 2 * TABLES;
            assert!(many <= bound, "{threads} threads: {many}");
        }
    }
}

/// Of very many labels the pairs that occur are kept and written, and not a table of all.
#[test]
fn reports_on_many_labels() {
    let _alone = alone();
    for n_labels in [1000, 4096] {
        let work = Work::new(&labels(n_labels, 1), 5000, true);
        let options = work.labelled(1);
        let (report, evaluated) = peak(|| evaluate::run(&work.model, &options).unwrap());
        let (compared, both) = peak(|| diff::run(&work.model, &work.model, &options).unwrap());
        for (name, taken, json) in
            [("evaluate", evaluated, report.json()), ("diff", both, compared.json())]
        {
            let mut counter = Counter(0);
            let ((), peak) = peak(|| json.write(&mut counter).unwrap());
            println!("{n_labels} labels, {name}: {} bytes of JSON, {taken} and {peak}", counter.0);
            let bound = PER_THREAD + BESIDES + 2 * TABLES;
            assert!(taken <= bound, "{n_labels} labels, {name}: {taken} bytes");
            assert!(counter.0 < 4 << 20 && peak < 2 << 20, "{n_labels} labels, {name}: {peak}");
        }
        let (report, compared) = (report.json().into_value(), compared.json().into_value());
        assert!(report["confusion"].is_null() && compared["transitions"].is_null());
        for cells in [&report["confusion_cells"], &compared["transition_cells"]] {
            let rows = cells.as_array().unwrap().iter().map(|cell| cell[2].as_u64().unwrap());
            assert_eq!(rows.sum::<u64>(), 5000);
        }
        let [hits, same] =
            [&report["confusion_cells"], &compared["transition_cells"]].map(|cells| {
                let cells = cells.as_array().unwrap().iter().filter(|cell| cell[0] == cell[1]);
                cells.map(|cell| cell[2].as_u64().unwrap()).sum::<u64>()
            });
        assert_eq!(report["metrics"]["accuracy"], hits as f64 / 5000.0);
        assert_eq!(same, 5000);
    }
}

/// Names of one-hot features repeat the name of their column: together they are much longer than the model.
#[test]
fn names_of_many_features() {
    let _alone = alone();
    let name = "x".repeat(4096);
    let levels: Vec<String> = (0..20_000).map(|i| format!("{i:05}")).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let mut manifest = models::manifest(
        vec![models::text(&name, &levels, false)],
        models::regression(),
        EstimatorSpec::Linear,
    );
    manifest.steps = vec![Step::OneHot];
    manifest.statistics = None;
    let arrays = models::linear(&vec![0.5; levels.len()], &[0.25]);
    let file = models::complete(&manifest, &arrays, &[vec!["00007".into()]]).unwrap();
    let artifact = Artifact::parse(&file).unwrap();
    let mut counter = Counter(0);
    let names = Json::values(artifact.pipeline().feature_names());
    let ((), peak) = peak(|| names.write(&mut counter).unwrap());
    assert!(counter.0 > 100 * file.len() && peak < 1 << 20, "{peak} for {}", file.len());
}

/// Counts what is written to it.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
