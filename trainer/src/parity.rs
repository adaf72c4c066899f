//! Parity: what the predictor says in another process is what smartcore says in this one.
//!
//! Random tables, every algorithm, every kind of target, numeric and mixed columns with missing
//! cells. The artifact is written, the `predictor` program scores a CSV with it, and its output is
//! compared with smartcore's own `predict` on the same rows: to the bit, or within 1e-12 where exp
//! is involved.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use cli_common::progress::Progress;
use proptest::prelude::*;

use crate::algorithms::params::{Algorithm, Params};
use crate::config::origin::Origin;
use crate::config::{Config, Test};
use crate::features::encode::{ImputeKind, ScalerKind};
use crate::features::reduce::Reduce;
use crate::fit::request::Predictions;
use crate::fitted::Fit;
use crate::rng::SplitMix64;
use crate::table::Table;
use crate::table::infer::Overrides;

/// The predictor program, built once with the profile of this test.
fn predictor() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.args(["build", "--quiet", "-p", "predictor", "--bin", "predictor"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        assert!(cargo.status().expect("cargo runs").success(), "the predictor builds");
        // target/PROFILE/deps/this-test
        let exe = std::env::current_exe().expect("a test has a path");
        exe.ancestors().nth(2).expect("a test lies in deps").join("predictor")
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Binary,
    Multi,
    Regression,
    /// No target.
    Clusters,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    algorithm: Algorithm,
    kind: Kind,
    mixed: bool,
    scaler: ScalerKind,
    reduce: Option<&'static str>,
    seed: u64,
}

/// A random table as CSV; the target depends on its columns.
fn csv(case: Case, n_rows: usize, seed: u64) -> String {
    let mut rng = SplitMix64::new(seed);
    let mut unit =
        move || f64::from(u32::try_from(rng.below(1 << 30)).unwrap()) / f64::from(1 << 30);
    let mut text = String::from("a,b,c,d,y\n");
    for _ in 0..n_rows {
        let (a, b, c) = (unit() * 4.0 - 2.0, unit() * 1e6, (unit() * 5.0).floor());
        let d = match unit() {
            _ if !case.mixed => "1.5",
            u if u < 0.4 => "red",
            u if u < 0.7 => "green",
            _ => "blue",
        };
        let score = a + b / 1e6 + if d == "red" { 1.0 } else { 0.0 } + c * 0.1 + unit() * 0.5;
        let y = match case.kind {
            Kind::Regression | Kind::Clusters => format!("{}", score * 7.0),
            Kind::Binary => if score > 1.2 { "yes" } else { "no" }.to_owned(),
            Kind::Multi => {
                ["low", "mid", "high"][usize::from(score > 0.5) + usize::from(score > 1.8)].into()
            }
        };
        let hole =
            |cell: String, odds: f64| if case.mixed && odds < 0.1 { String::new() } else { cell };
        let (a, b, c) = match case.algorithm {
            // Counts, and categories: what these two read.
            Algorithm::MultinomialNb => {
                (format!("{}", (a + 2.0).floor()), format!("{}", (b / 1e5).floor()), c.to_string())
            }
            Algorithm::CategoricalNb => (
                format!("l{}", (a + 2.0).floor()),
                format!("m{}", (b / 2e5).floor()),
                format!("c{c}"),
            ),
            _ => (a.to_string(), b.to_string(), c.to_string()),
        };
        let a = hole(a, unit());
        let d = match case.algorithm {
            _ if case.mixed => hole(d.into(), unit()),
            Algorithm::MultinomialNb => "3".into(),
            Algorithm::CategoricalNb => if unit() < 0.5 { "on" } else { "off" }.into(),
            _ => format!("{}", unit()),
        };
        let _ = writeln!(text, "{a},{b},{c},{d},{y}");
    }
    text
}

fn config(case: Case, dir: &Path) -> Config {
    let param = |key: &str, value: &str| vec![(key.to_owned(), value.to_owned())];
    let given = match (case.algorithm, case.seed % 4) {
        (Algorithm::RandomForest, _) => param("n_trees", "12"),
        (Algorithm::KMeans, _) => param("k", "4"),
        (Algorithm::Svm, 0) => param("kernel", "linear"),
        (Algorithm::Svm, 1) => param("kernel", "polynomial"),
        (Algorithm::Svm, 2) => param("kernel", "sigmoid"),
        _ => Vec::new(),
    };
    Config {
        train: dir.join("train.csv"),
        output: dir.join("m.model"),
        target: (case.kind != Kind::Clusters).then(|| "y".into()),
        algorithm: case.algorithm,
        params: Params::parse(case.algorithm, &given).unwrap(),
        task: None,
        scaler: if case.algorithm == Algorithm::MultinomialNb {
            ScalerKind::None
        } else {
            case.scaler
        },
        impute: ImputeKind::Median,
        reduce: case.reduce.and_then(|text| Reduce::parse(text).unwrap()),
        overrides: Overrides::default(),
        sample: None,
        test: Test::Fraction(0.0),
        seed: case.seed,
        threads: 2,
        name: "parity".into(),
        model_version: "0.1.0".into(),
        dialect: tabular_input::Dialect::default(),
        style: model_format::number_style::NumberStyle::default(),
        missing: vec![String::new(), "NA".into()],
        statistics: true,
        origin: Origin::default(),
    }
}

/// Rows to score: fresh ones, with huge, tiny and unseen cells among them.
fn rows_to_score(case: Case) -> String {
    let mut text = csv(case, 300, case.seed ^ 0xabcd);
    let other = if case.mixed { "mauve" } else { "-0.0" };
    if case.algorithm == Algorithm::MultinomialNb {
        // smartcore reads nothing but counts.
        return text;
    }
    for a in ["1e300", "-1e300", "5e-324", "-0.0", "0"] {
        let _ = writeln!(text, "{a},1,2,{other},");
    }
    text
}

fn check(case: Case) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("train.csv"), csv(case, 400, case.seed)).unwrap();
    let rows = dir.path().join("rows.csv");
    std::fs::write(&rows, rows_to_score(case)).unwrap();
    let config = config(case, dir.path());
    let fit = Fit::new(&config, &Progress::new(true)).unwrap();
    fit.save(&config, None, None, None).unwrap();

    let table = Table::read(&rows, &tabular_input::Dialect::default(), |_| Ok(())).unwrap();
    let columns = table.columns_of(&fit.schema, "test").unwrap();
    let all: Vec<usize> = (0..table.n_rows()).collect();
    let Predictions { labels, values } = fit.predict(&table, &columns, &all).unwrap();

    let mut command = Command::new(predictor());
    command.arg("predict").arg(&config.output).arg(&rows).args(["--on-bad-row", "null"]);
    let names = fit.data.target.task.labels().to_vec();
    let probabilities = !names.is_empty() && fit.fitted.has_probabilities();
    if probabilities {
        command.arg("--proba");
    }
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let output = String::from_utf8(output.stdout).unwrap();
    let mut lines = output.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let width = values.len() / all.len();
    assert_eq!(header.len(), if probabilities { 1 + width } else { 1 });
    let through_exp = [
        Algorithm::LogisticRegression,
        Algorithm::GaussianNb,
        Algorithm::BernoulliNb,
        Algorithm::MultinomialNb,
        Algorithm::CategoricalNb,
    ];
    let exact = !through_exp.contains(&case.algorithm);
    let mut n_rows = 0;
    for (row, line) in lines.enumerate() {
        n_rows += 1;
        let expected = &values[row * width..(row + 1) * width];
        if expected.iter().any(|v| !v.is_finite()) {
            assert!(
                line.starts_with("\"\"") || line.starts_with(','),
                "{case:?} row {row}: {line}"
            );
            continue;
        }
        let cells: Vec<&str> = line.split(',').collect();
        // The numbers of models without probabilities are not written; their golden rows have them.
        let numbers = if names.is_empty() { &cells[..] } else { &cells[1..] };
        assert_eq!(cells.len(), header.len(), "{case:?} row {row}: {line}");
        for (cell, expected) in numbers.iter().zip(expected) {
            let got: f64 = cell.parse().unwrap();
            let same = got.to_bits() == expected.to_bits();
            let near = !exact && (got - expected).abs() <= 1e-12 * expected.abs();
            assert!(same || near, "{case:?} row {row}: {got:?}, smartcore {expected:?}");
        }
        if let Some(class) = labels.get(row) {
            assert_eq!(cells[0], names[*class as usize], "{case:?} row {row}");
        }
    }
    assert_eq!(n_rows, table.n_rows());
}

/// Every algorithm with every kind of target it serves.
fn pairs() -> Vec<(Algorithm, Kind)> {
    use Algorithm::{
        BernoulliNb, CategoricalNb, DecisionTree, ElasticNet, ExtraTrees, GaussianNb,
        GradientBoosting, KMeans, Knn, Lasso, LinearRegression, LogisticRegression, MultinomialNb,
        RandomForest, Ridge, Svm,
    };
    use Kind::{Binary, Clusters, Multi, Regression};
    vec![
        (LogisticRegression, Binary),
        (LogisticRegression, Multi),
        (LinearRegression, Regression),
        (Ridge, Regression),
        (DecisionTree, Binary),
        (DecisionTree, Multi),
        (DecisionTree, Regression),
        (RandomForest, Binary),
        (RandomForest, Multi),
        (RandomForest, Regression),
        (Lasso, Regression),
        (ElasticNet, Regression),
        (ExtraTrees, Binary),
        (ExtraTrees, Multi),
        (ExtraTrees, Regression),
        (GradientBoosting, Regression),
        (GaussianNb, Binary),
        (GaussianNb, Multi),
        (BernoulliNb, Binary),
        (BernoulliNb, Multi),
        (MultinomialNb, Binary),
        (MultinomialNb, Multi),
        (CategoricalNb, Binary),
        (CategoricalNb, Multi),
        (Knn, Binary),
        (Knn, Multi),
        (Knn, Regression),
        (Svm, Binary),
        (Svm, Multi),
        (Svm, Regression),
        (KMeans, Clusters),
    ]
}

#[test]
fn every_algorithm_and_task_once() {
    for (algorithm, kind) in pairs() {
        for mixed in [false, true] {
            let scaler = ScalerKind::Standard;
            check(Case { algorithm, kind, mixed, scaler, reduce: None, seed: 7 });
        }
    }
}

#[test]
fn every_kernel_of_support_vector_machines() {
    for seed in 4..8 {
        for kind in [Kind::Binary, Kind::Multi, Kind::Regression] {
            let (algorithm, mixed) = (Algorithm::Svm, seed % 2 == 0);
            check(Case {
                algorithm,
                kind,
                mixed,
                scaler: ScalerKind::Standard,
                reduce: None,
                seed,
            });
        }
    }
}

/// Whether an algorithm can read components.
fn reads_components(algorithm: Algorithm) -> bool {
    algorithm.barred_by(Reduce::parse("pca:2").unwrap().unwrap()).is_none()
}

#[test]
fn every_algorithm_that_reads_components_once() {
    for (i, (algorithm, kind)) in pairs().into_iter().enumerate() {
        let reduce = Some(["pca:3", "svd:3"][i % 2]);
        let scaler = [ScalerKind::Standard, ScalerKind::MinMax][i / 2 % 2];
        if reads_components(algorithm) {
            check(Case { algorithm, kind, mixed: i % 3 > 0, scaler, reduce, seed: 11 });
        }
    }
}

#[test]
fn components_to_the_bit() {
    let algorithms =
        [Algorithm::LinearRegression, Algorithm::DecisionTree, Algorithm::GradientBoosting];
    for algorithm in algorithms {
        for reduce in ["pca:1", "svd:1", "pca:2", "svd:3", "pca:4"].map(Some) {
            for (mixed, scaler) in [(false, ScalerKind::None), (true, ScalerKind::Standard)] {
                check(Case { algorithm, kind: Kind::Regression, mixed, scaler, reduce, seed: 3 });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn random_tables(
        pair in proptest::sample::select(pairs()),
        mixed in any::<bool>(),
        scaler in proptest::sample::select(vec![ScalerKind::Standard, ScalerKind::MinMax, ScalerKind::None]),
        reduce in proptest::sample::select(vec![None, None, Some("pca:2"), Some("svd:3"), Some("pca:4")]),
        seed in any::<u64>(),
    ) {
        let (algorithm, kind) = pair;
        // A penalised fit without scaling needs columns of like size; b goes up to a million.
        prop_assume!(scaler != ScalerKind::None || algorithm != Algorithm::LogisticRegression);
        let reduce = reduce.filter(|_| reads_components(algorithm));
        check(Case { algorithm, kind, mixed, scaler, reduce, seed });
    }
}
