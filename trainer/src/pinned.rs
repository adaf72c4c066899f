//! Fits pinned against scikit-learn 1.9.1, where smartcore alone is wrong or means something else.
//!
//! The numbers come from these lines, run beside `trainer/data`:
//!
//! ```python
//! import csv, numpy as np
//! from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge
//! from sklearn.preprocessing import StandardScaler
//! rows = list(csv.reader(open('diabetes.csv')))
//! data = np.array(rows[1:], float)
//! x, y = StandardScaler().fit_transform(data[:, :-1]), data[:, -1]
//! for m in [LinearRegression(), Ridge(alpha=10), Lasso(alpha=1, tol=1e-12),
//!           ElasticNet(alpha=0.3, l1_ratio=0.4, tol=1e-12)]:
//!     m.fit(x, y); print(m, m.coef_, m.intercept_)
//!
//! rows = list(csv.reader(open('iris.csv')))
//! x = StandardScaler().fit_transform(np.array([r[:-1] for r in rows[1:]], float))
//! y = [r[-1] for r in rows[1:]]
//! for m in [GaussianNB(), BernoulliNB()]:
//!     print(m.fit(x, y).predict_proba(x)[[50, 77, 133]])
//!
//! from sklearn.decomposition import PCA, TruncatedSVD
//! from sklearn.preprocessing import MinMaxScaler
//! raw = np.array([r[:-1] for r in rows[1:]], float)
//! for m, x in [(PCA(3), x), (PCA(3), raw),
//!              (TruncatedSVD(3, algorithm='arpack'), MinMaxScaler().fit_transform(raw))]:
//!     print(m.fit(x).components_, m.transform(x)[50])
//!
//! from sklearn.cluster import KMeans
//! from sklearn.svm import SVC, SVR
//! x = StandardScaler().fit_transform(raw)
//! for m in [SVC(), SVC(kernel='linear'), SVC(kernel='poly', coef0=1)]:
//!     m.set_params(decision_function_shape='ovo', tol=1e-9)
//!     print(m.fit(x, y).decision_function(x)[[50, 77, 133]])
//! print(KMeans(3, n_init=20, random_state=0).fit(x).inertia_ / 150)
//! x, y = StandardScaler().fit_transform(data[:, :-1]), data[:, -1]
//! for m in [SVR(C=100, epsilon=5, tol=1e-9), SVR(kernel='linear', epsilon=5, tol=1e-9)]:
//!     print(m.fit(x, y).predict(x)[[0, 100, 200]])
//! ```

use std::path::Path;

use cli_common::progress::Progress;
use model_format::program::Op;
use model_format::program::ops::affine::Affine;

use crate::algorithms::params::{Algorithm, Params};
use crate::config::origin::Origin;
use crate::config::{Config, Test};
use crate::features::encode::{ImputeKind, ScalerKind};
use crate::features::reduce::Reduce;
use crate::fitted::Fit;
use crate::sample;
use crate::table::Table;
use crate::table::infer::Overrides;

/// How to fit all rows of a sample that was written to `dir`.
fn config(dir: &Path, name: &str, algorithm: Algorithm, params: &[(&str, &str)]) -> Config {
    let sample = sample::find(name).unwrap();
    let clustering = algorithm == Algorithm::KMeans;
    let train = dir.join("train.csv");
    std::fs::write(&train, sample.csv()).unwrap();
    let params: Vec<_> = params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config {
        train,
        output: dir.join("m.model"),
        target: (!clustering).then(|| sample.target.into()),
        algorithm,
        params: Params::parse(algorithm, &params).unwrap(),
        task: None,
        scaler: ScalerKind::Standard,
        impute: ImputeKind::Median,
        reduce: None,
        overrides: Overrides {
            // A target that is left over is a column like any other.
            ignore: if clustering { vec![sample.target.into()] } else { Vec::new() },
            ..Overrides::default()
        },
        sample: None,
        test: Test::Fraction(0.0),
        seed: 1,
        threads: 1,
        name: "pinned".into(),
        model_version: "0.1.0".into(),
        dialect: tabular_input::Dialect::default(),
        style: model_format::number_style::NumberStyle::default(),
        missing: vec![String::new()],
        statistics: true,
        origin: Origin::default(),
    }
}

/// Fits the diabetes sample; coefficients and intercept.
fn fit(algorithm: Algorithm, params: &[(&str, &str)]) -> (Vec<f64>, f64) {
    let dir = tempfile::tempdir().unwrap();
    let config = config(dir.path(), "diabetes", algorithm, params);
    let fit = Fit::new(&config, &Progress::new(true)).unwrap();
    let (artifact, _) = fit.save(&config, None, None, None).unwrap();
    let Some(Op::Linear(linear)) = artifact.pipeline().estimator() else { panic!("linear") };
    let (coefficients, intercept) = linear.outputs().next().unwrap();
    (coefficients.to_vec(), intercept)
}

fn check(algorithm: Algorithm, params: &[(&str, &str)], expected: [f64; 10], near: f64) {
    let (coefficients, intercept) = fit(algorithm, params);
    for (got, expected) in coefficients.iter().zip(expected) {
        assert!((got - expected).abs() < near, "{algorithm:?}: {coefficients:?}");
    }
    assert!((intercept - 152.133_484).abs() < 1e-6, "{algorithm:?}: intercept {intercept}");
}

#[test]
fn linear_regression_and_ridge() {
    let expected = [
        -0.476_120_8,
        -11.406_87,
        24.726_55,
        15.429_4,
        -37.679_95,
        22.676_16,
        4.806_138,
        8.422_039,
        35.734_45,
        3.216_674,
    ];
    check(Algorithm::LinearRegression, &[], expected, 1e-4);
    let expected = [
        -0.257_949, -10.936_36, 24.600_09, 15.094_38, -11.295_62, 1.808_768, -6.561_805, 5.600_4,
        25.332_1, 3.522_912,
    ];
    check(Algorithm::Ridge, &[("alpha", "10")], expected, 1e-4);
}

#[test]
fn lasso_and_elastic_net_mean_what_they_mean_in_scikit_learn() {
    let expected = [
        0.0, -9.319_33, 24.831_5, 14.088_99, -4.838_946, 0.0, -10.622_76, 0.0, 24.420_93, 2.561_876,
    ];
    check(Algorithm::Lasso, &[("alpha", "1"), ("tol", "1e-9")], expected, 1e-3);
    let expected = [
        0.209_238_9,
        -8.727_372,
        22.005_47,
        13.610_21,
        -2.324_274,
        -3.634_518,
        -9.087_648,
        5.413_075,
        19.354_78,
        4.486_308,
    ];
    let params = [("alpha", "0.3"), ("l1_ratio", "0.4"), ("tol", "1e-9")];
    check(Algorithm::ElasticNet, &params, expected, 1e-3);
}

/// Fits the iris sample and compares the probabilities of rows 50, 77 and 133.
fn check_iris(algorithm: Algorithm, expected: [[f64; 3]; 3]) {
    let dir = tempfile::tempdir().unwrap();
    let config = config(dir.path(), "iris", algorithm, &[]);
    let fit = Fit::new(&config, &Progress::new(true)).unwrap();
    let table = Table::read(&config.train, &config.dialect, |_| Ok(())).unwrap();
    let columns = table.columns_of(&fit.schema, "test").unwrap();
    let found = fit.predict(&table, &columns, &[50, 77, 133]).unwrap().values;
    for (got, expected) in found.iter().zip(expected.as_flattened()) {
        assert!((got - expected).abs() <= 1e-7 * expected, "{algorithm:?}: {found:?}");
    }
}

#[test]
fn naive_bayes() {
    let gaussian = [
        [3.213_763_289e-109, 0.804_037_675_5, 0.195_962_324_5],
        [1.169_854_8e-138, 0.075_269_124_93, 0.924_730_875_1],
        [2.683_780_868e-131, 0.712_645_156_2, 0.287_354_843_8],
    ];
    check_iris(Algorithm::GaussianNb, gaussian);
    let bernoulli = [
        [1.689_438_065e-5, 0.172_233_103_2, 0.827_750_002_5],
        [1.481_729_534e-6, 0.344_822_170_2, 0.655_176_348],
        [1.481_729_534e-6, 0.344_822_170_2, 0.655_176_348],
    ];
    check_iris(Algorithm::BernoulliNb, bernoulli);
}

/// Fits components of the iris sample and compares their weights, and those of row 50, up to the
/// sign of a component, which means nothing.
fn check_components(reduce: &str, scaler: ScalerKind, expected: [[f64; 4]; 3], row: [f64; 3]) {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        scaler,
        reduce: Reduce::parse(reduce).unwrap(),
        ..config(dir.path(), "iris", Algorithm::GaussianNb, &[])
    };
    let fit = Fit::new(&config, &Progress::new(true)).unwrap();
    let (artifact, _) = fit.save(&config, None, None, None).unwrap();
    let pipeline = artifact.pipeline();
    let mut x = [7.0, 3.2, 4.7, 1.4];
    if let Some(affine) = pipeline.find::<Affine>() {
        let numbers = affine.a().iter().zip(affine.b());
        x.iter_mut().zip(numbers).for_each(|(x, (a, b))| *x = (*x - a) / b);
    }
    let components = pipeline.projection().unwrap().components();
    for ((weights, shift), (expected, in_row)) in components.zip(expected.iter().zip(row)) {
        let sign = if weights[0] * expected[0] < 0.0 { -1.0 } else { 1.0 };
        for (got, expected) in weights.iter().zip(expected) {
            assert!((sign * got - expected).abs() < 1e-8, "{reduce}: {weights:?}");
        }
        let got = x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() - shift;
        assert!((sign * got - in_row).abs() < 1e-8, "{reduce}: {got}");
    }
}

#[test]
fn components() {
    let standardised = [
        [0.521_065_914_7, -0.269_347_442_5, 0.580_413_095_8, 0.564_856_535_8],
        [0.377_417_615_6, 0.923_295_659_5, 0.024_491_609_09, 0.066_941_986_97],
        [0.719_566_352_7, -0.244_381_779_5, -0.142_126_369_3, -0.634_272_737_1],
    ];
    let row = [1.101_781_183_1, 0.862_972_418_3, 0.684_586_162_7];
    check_components("pca:3", ScalerKind::Standard, standardised, row);
    let centred = [
        [0.361_386_591_8, -0.084_522_514_06, 0.856_670_605_9, 0.358_289_197_2],
        [0.656_588_771_3, 0.730_161_434_8, -0.173_372_662_8, -0.075_481_019_92],
        [-0.582_029_851_3, 0.597_910_830_1, 0.076_236_075_82, 0.545_831_432],
    ];
    let row = [1.284_825_688_9, 0.685_160_470_5, -0.406_568_025_5];
    check_components("pca:3", ScalerKind::None, centred, row);
    let to_their_range = [
        [0.486_640_931_1, 0.391_000_948_7, 0.553_147_727_2, 0.551_657_914_2],
        [0.015_200_505_09, 0.890_134_379_2, -0.307_689_300_1, -0.335_793_13],
        [0.796_962_342_9, -0.220_392_345_7, 0.015_310_426_55, -0.562_177_755_5],
    ];
    let row = [1.206_185_128_8, 0.081_621_926_3, 0.192_614_087_4];
    check_components("svd:3", ScalerKind::MinMax, to_their_range, row);
}

/// The numbers that a fit on all rows of a sample predicts for some of them.
fn numbers(name: &str, algorithm: Algorithm, params: &[(&str, &str)], rows: &[usize]) -> Vec<f64> {
    let dir = tempfile::tempdir().unwrap();
    let config = config(dir.path(), name, algorithm, params);
    let fit = Fit::new(&config, &Progress::new(true)).unwrap();
    let table = Table::read(&config.train, &config.dialect, |_| Ok(())).unwrap();
    let columns = table.columns_of(&fit.schema, "test").unwrap();
    fit.predict(&table, &columns, rows).unwrap().values
}

fn check_numbers(got: &[f64], expected: &[f64], near: f64) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!((got - expected).abs() < near, "{got} {expected}");
    }
}

#[test]
fn support_vector_machines() {
    let svc = |kernel, expected: [[f64; 3]; 3]| {
        let params = [("kernel", kernel), ("tol", "1e-6")];
        let got = numbers("iris", Algorithm::Svm, &params, &[50, 77, 133]);
        check_numbers(&got, expected.as_flattened(), 1e-5);
    };
    svc(
        "rbf",
        [
            [-0.999_999_98, -0.800_844_93, 0.983_730_68],
            [-1.098_679, -1.032_843_64, -0.033_185_7],
            [-1.184_317_93, -1.028_909_78, 0.219_157_72],
        ],
    );
    svc(
        "linear",
        [
            [-2.702_530_5, -0.784_086_65, 1.768_671_33],
            [-3.212_282_49, -1.138_662_71, -0.005_441_1],
            [-2.959_346_64, -1.056_093_97, 0.071_019_44],
        ],
    );
    svc(
        "polynomial",
        [
            [-1.078_691_37, -0.892_931_84, 1.715_013_66],
            [-1.165_399_07, -1.038_328_22, -0.041_321_95],
            [-1.250_461_11, -1.000_000_01, 0.030_805_65],
        ],
    );
    let svr = |params: &[(&str, &str)], expected: [f64; 3]| {
        let got = numbers("diabetes", Algorithm::Svm, params, &[0, 100, 200]);
        check_numbers(&got, &expected, 1e-4);
    };
    let tol = ("tol", "1e-6");
    svr(&[("c", "100"), ("eps", "5"), tol], [222.969_719_62, 132.999_993_97, 103.572_646_3]);
    svr(&[("kernel", "linear"), ("eps", "5"), tol], [194.861_648_5, 161.493_379_98, 99.887_720_93]);
}

#[test]
fn clusters() {
    let all: Vec<usize> = (0..150).collect();
    // scikit-learn chooses its starts better, so that it needs fewer of them.
    let params = [("k", "3"), ("n_init", "50")];
    let distances = numbers("iris", Algorithm::KMeans, &params, &all);
    let inertia = distances.iter().sum::<f64>() / 150.0;
    assert!((inertia - 0.932_136_643).abs() < 1e-8, "{inertia}");
    let mean = |n_init| {
        let params = [("k", "3"), ("n_init", n_init)];
        numbers("iris", Algorithm::KMeans, &params, &all).iter().sum::<f64>() / 150.0
    };
    let (one, ten) = (mean("1"), mean("10"));
    assert!(inertia < ten && ten <= one, "{inertia} {ten} {one}");
}
