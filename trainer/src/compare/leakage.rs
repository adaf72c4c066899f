//! Nothing of a held-out row is known to what predicts it.

use std::fmt::Write as _;
use std::rc::Rc;

use cli_common::progress::Progress;
use model_format::manifest::ColumnKind;

use crate::algorithms::params::{Algorithm, Params};
use crate::config::origin::Origin;
use crate::config::{Config, Test};
use crate::dataset::Dataset;
use crate::features::encode::{ImputeKind, ScalerKind};
use crate::features::reduce::Reduce;
use crate::features::steps::Step;
use crate::fitted::Fit;
use crate::split::folds;
use crate::table::infer::Overrides;
use crate::table::target::Values;

/// Row `i` has the number `2^i / 1000`, a hole in every fourth, and a text of its own in every fifth.
fn data(config: &Config) -> Rc<Dataset> {
    data_of(config, |i| 2f64.powi(i) / 1000.0)
}

/// The same with other numbers.
fn data_of(config: &Config, number: impl Fn(i32) -> f64) -> Rc<Dataset> {
    let mut csv = String::from("x,hole,t,y\n");
    for i in 0..40_i32 {
        let text = if i % 5 == 0 { format!("only{i}") } else { format!("t{}", i % 3) };
        let hole = if i % 4 == 0 { String::new() } else { format!("{}", i * i) };
        let _ =
            writeln!(csv, "{},{hole},{text},{}", number(i), ["a", "b"][usize::from(i % 2 == 0)]);
    }
    std::fs::write(&config.train, csv).unwrap();
    Rc::new(Dataset::read(config).unwrap())
}

fn config(scaler: ScalerKind, train: std::path::PathBuf) -> Config {
    let algorithm = Algorithm::DecisionTree;
    Config {
        train,
        output: "".into(),
        target: Some("y".into()),
        algorithm,
        params: Params::parse(algorithm, &[]).unwrap(),
        task: None,
        scaler,
        impute: ImputeKind::Mean,
        reduce: None,
        overrides: Overrides::default(),
        sample: None,
        test: Test::Folds(4),
        seed: 1,
        threads: 1,
        name: "m".into(),
        model_version: "0.1.0".into(),
        dialect: tabular_input::Dialect::default(),
        style: model_format::number_style::NumberStyle::default(),
        missing: vec![String::new()],
        statistics: true,
        origin: Origin::default(),
    }
}

#[test]
fn levels_imputation_and_scaling_come_from_the_training_rows() {
    let dir = tempfile::tempdir().unwrap();
    for scaler in [ScalerKind::Standard, ScalerKind::MinMax] {
        let config = config(scaler, dir.path().join("t.csv"));
        let data = data(&config);
        let Values::Classes(classes) = &data.target.values else { panic!("labels") };
        let mut unseen = 0;
        for split in folds::stratified(classes, 2, 4, 7) {
            let fit = Fit::on(&config, &data, split.clone(), &Progress::new(true)).unwrap();
            let number = |row: &usize| 2f64.powi(i32::try_from(*row).unwrap()) / 1000.0;
            let train: Vec<f64> = split.train.iter().map(number).collect();
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            let square = |row: &&usize| !row.is_multiple_of(4);
            let holes: Vec<f64> =
                split.train.iter().filter(square).map(|row| (row * row) as f64).collect();
            for step in &fit.steps {
                match step {
                    Step::Impute { values } => {
                        assert!((values[1] - mean(&holes)).abs() < 1e-9, "{values:?}");
                    }
                    Step::StandardScale { means, .. } => {
                        assert!((means[0] / mean(&train) - 1.0).abs() < 1e-12, "{means:?}");
                    }
                    Step::MinMaxScale { mins, ranges } => {
                        let least = train.iter().copied().fold(f64::MAX, f64::min);
                        let most = train.iter().copied().fold(f64::MIN, f64::max);
                        assert!((mins[0] - least).abs() < 1e-12 * least);
                        assert!((ranges[0] / (most - least) - 1.0).abs() < 1e-12);
                    }
                    Step::OneHot => {}
                }
            }
            let ColumnKind::Text { levels, .. } = &fit.schema.columns()[2].kind else {
                panic!("text")
            };
            for row in (0..40).step_by(5) {
                let known = levels.contains(&format!("only{row}"));
                assert_eq!(known, split.train.contains(&row), "row {row}: {levels:?}");
                unseen += usize::from(!known);
            }
            // A category that only held-out rows have is predicted with all the same.
            fit.predict_held_out().unwrap();
        }
        assert_eq!(unseen, 8);
    }
}

#[test]
fn components_come_from_the_training_rows() {
    let dir = tempfile::tempdir().unwrap();
    let train = dir.path().join("t.csv");
    for reduce in ["pca:2", "svd:2"] {
        let reduce = Reduce::parse(reduce).unwrap();
        let config = Config { reduce, ..config(ScalerKind::None, train.clone()) };
        let split = folds::plain(40, 4, 7).remove(0);
        let components = |factor: f64| {
            let held_out = |i: i32| split.test.contains(&usize::try_from(i).unwrap());
            let data = data_of(
                &config,
                |i| if held_out(i) { factor } else { 1.0 } * f64::from(i * i % 17),
            );
            let fit = Fit::on(&config, &data, split.clone(), &Progress::new(true)).unwrap();
            let (_, artifact) = fit.assemble(&config, None, Vec::new(), 0).unwrap();
            let projection = artifact.pipeline().projection().unwrap();
            projection.components().map(|(w, shift)| (w.to_vec(), shift)).collect::<Vec<_>>()
        };
        assert_eq!(components(1.0), components(1000.0));
    }
}
