//! Fits from codes of categories, and from the matrix of zeros and ones that those stand for.

use cli_common::progress::Progress;
use model_format::program::builder::ProgramBuilder;

use super::request::{Predictions, Request};
use crate::algorithms::params::{ALGORITHMS, Algorithm, Params};
use crate::engine::features::{Codes, Features};
use crate::engine::matrix::matrix;
use crate::features::encode::Form;
use crate::rng::SplitMix64;
use crate::table::target::{TaskKind, Values};

const N_ROWS: usize = 150;

/// Numbers with ties, and two columns of categories; `numbers` are none for what counts.
fn features(numbers: bool) -> Features {
    let mut rng = SplitMix64::new(3);
    let mut below = |n: u32| u32::try_from(rng.below(u64::from(n))).unwrap();
    let columns: Vec<Vec<f64>> = (0..if numbers { 3 } else { 0 })
        .map(|_| (0..N_ROWS).map(|_| f64::from(below(40)) / 8.0 - 2.0).collect())
        .collect();
    let mut column = |n_codes: u32| Codes {
        codes: (0..N_ROWS).map(|_| below(n_codes)).collect(),
        n_codes: n_codes as usize,
    };
    let categories = vec![column(4), column(9)];
    Features::new(matrix(N_ROWS, &columns).unwrap(), categories)
}

fn of(algorithm: Algorithm, x: &Features, y: &Values, n_classes: usize) -> (String, Predictions) {
    let given = [
        (Algorithm::RandomForest, "n_trees", "7"),
        (Algorithm::ExtraTrees, "n_trees", "7"),
        (Algorithm::GradientBoosting, "n_estimators", "9"),
        // Zeros become ones.
        (Algorithm::BernoulliNb, "binarize", "-1"),
    ];
    let given = given.into_iter().filter(|(of, ..)| *of == algorithm);
    let given: Vec<_> = given.map(|(_, name, value)| (name.to_owned(), value.to_owned())).collect();
    let fitted = super::fit(&Request {
        algorithm,
        params: &Params::parse(algorithm, &given).unwrap(),
        x,
        y,
        n_classes,
        feature_names: &[],
        seed: 11,
        threads: 2,
        progress: &Progress::new(true),
    })
    .unwrap();
    let mut program = ProgramBuilder::new(x.n_features());
    let input = program.columns(0..x.n_features());
    let head = fitted.extract(input, &mut program).unwrap();
    (format!("{:?}", program.finish(head)), fitted.predict(x).unwrap())
}

#[test]
fn codes_give_the_model_of_their_matrix_to_the_bit() {
    let mut tried = 0;
    for algorithm in ALGORITHMS {
        let by_codes = Params::parse(algorithm, &[]).unwrap().hyper().form() == Form::Codes;
        // A matrix has no categories, which is all that categorical naive Bayes reads.
        if !by_codes || algorithm == Algorithm::CategoricalNb {
            continue;
        }
        let x = features(algorithm != Algorithm::MultinomialNb);
        let dense = Features::from(x.to_dense());
        let class = |row: usize, n: u32| {
            let code = x.categories()[1].codes[row] + x.categories()[0].codes[row];
            if row.is_multiple_of(5) { u32::from(row.is_multiple_of(2)) } else { code % n }
        };
        let classes = |n: u32| Values::Classes((0..N_ROWS).map(|row| class(row, n)).collect());
        let numbers = (0..N_ROWS).map(|row| f64::from(class(row, 7)) / 3.0 + row as f64 / 70.0);
        let targets = [
            (TaskKind::Classification, classes(2), 2),
            (TaskKind::Classification, classes(3), 3),
            (TaskKind::Regression, Values::Numbers(numbers.collect()), 0),
        ];
        for (task, y, n_classes) in targets {
            if algorithm.serves(task) {
                tried += 1;
                let (codes, matrix) =
                    (of(algorithm, &x, &y, n_classes), of(algorithm, &dense, &y, n_classes));
                assert_eq!(codes.0, matrix.0, "{algorithm:?} of {n_classes}");
                assert_eq!(codes.1.labels, matrix.1.labels, "{algorithm:?} of {n_classes}");
                let bits =
                    |p: &Predictions| p.values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&codes.1), bits(&matrix.1), "{algorithm:?} of {n_classes}");
            }
        }
    }
    assert!(tried >= 18, "{tried}");
}
