//! scikit-learn's optimum, smartcore's arithmetic, and the same numbers on any number of threads.

use model_format::manifest::Kernel;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use smartcore::error::Failed;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::svm::Kernels;
use smartcore::svm::svc::{SVC, SVCParameters};
use smartcore::svm::svr::{SVR, SVRParameters};

use super::binary::{BinarySvm, kernel_values};
use super::kernel::apply;
use super::problem::{Problem, Solution};
use super::rows::{KernelRows, MAX_KEPT_BYTES};
use super::smo;
use crate::engine::matrix::Matrix;
use crate::rng::SplitMix64;
use crate::sample;

/// What `trainer/tests/reference/svm.py` printed.
const REFERENCE: &str = include_str!("../../../tests/reference/svm.csv");

/// The scaled features of the sample `diabetes`, column by column, and its target.
fn diabetes() -> (Vec<Vec<f64>>, Vec<f64>) {
    let text = String::from_utf8(sample::find("diabetes").unwrap().csv().into_owned()).unwrap();
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .take(150)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let column = |f: usize| rows.iter().map(|row| row[f]).collect::<Vec<f64>>();
    let scaled = |values: Vec<f64>| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
        values.iter().map(|v| (v - mean) / variance.sqrt()).collect()
    };
    let target = rows[0].len() - 1;
    ((0..target).map(|f| scaled(column(f))).collect(), column(target))
}

fn kernel(name: &str) -> Kernel {
    match name {
        "linear" => Kernel::Linear,
        "rbf" => Kernel::Rbf { gamma: 0.1 },
        "polynomial" => Kernel::Polynomial { degree: 2, gamma: 0.1, coef0: 1.0 },
        "sigmoid" => Kernel::Sigmoid { gamma: 0.01, coef0: -0.5 },
        other => panic!("{other}"),
    }
}

fn problem(task: &str, progression: &[f64], c: f64) -> Problem {
    let label = |y: &f64| if *y > 140.0 { 1.0 } else { -1.0 };
    let targets: Vec<f64> = if task == "numbers" {
        progression.iter().map(|y| y / 100.0).collect()
    } else {
        progression.iter().map(label).collect()
    };
    let bounds = |target: &f64| match task {
        "numbers" => (-c, c),
        _ if *target > 0.0 => (0.0, c),
        _ => (-c, 0.0),
    };
    let bounds = targets.iter().map(bounds).collect();
    let eps = if task == "numbers" { 0.1 } else { 0.0 };
    Problem { targets, bounds, eps, tol: 1e-3, max_iter: 10_000_000 }
}

/// The value of a solution for training row `i`.
fn value(solution: &Solution, kernel: Kernel, columns: &[Vec<f64>], i: usize) -> f64 {
    let row = |i: usize| columns.iter().map(|column| column[i]).collect::<Vec<f64>>();
    let terms = solution.coefficients.iter().enumerate().filter(|(_, w)| **w != 0.0);
    terms.fold(solution.intercept, |sum, (j, w)| sum + w * apply(kernel, &row(i), &row(j)))
}

#[test]
fn the_optimum_is_scikit_learns() {
    let (columns, progression) = diabetes();
    let mut n_cases = 0;
    for line in REFERENCE.lines() {
        let cells: Vec<&str> = line.split(',').collect();
        let numbers: Vec<f64> = cells[2..].iter().map(|cell| cell.parse().unwrap()).collect();
        let (kernel, c, minimum) = (kernel(cells[1]), numbers[0], numbers[1]);
        let problem = problem(cells[0], &progression, c);
        let mut kernels =
            KernelRows::new(kernel, columns.clone(), progression.len(), MAX_KEPT_BYTES);
        let solution = smo::solve(&problem, &mut kernels, 1).unwrap();
        assert!(solution.gap <= problem.tol, "{line}: {solution:?}");
        let excess = (solution.objective - minimum) / minimum.abs();
        assert!(excess.abs() < 3e-5, "{line}: {} is {excess}", solution.objective);
        // Many coefficients at a large bound leave a value free to move where few rows are.
        let near = if c >= 1000.0 { 0.15 } else { 0.02 };
        for (i, expected) in numbers[2..].iter().enumerate() {
            let got = value(&solution, kernel, &columns, i);
            assert!((got - expected).abs() < near, "{line}: row {i} is {got}");
        }
        n_cases += 1;
    }
    assert_eq!(n_cases, 32);
}

#[test]
fn a_limit_on_steps_and_a_matrix_that_overflows_are_noticed() {
    let (columns, progression) = diabetes();
    let solve = |kernel, max_iter| {
        let problem = Problem { max_iter, ..problem("numbers", &progression, 1.0) };
        let n_rows = progression.len();
        let mut kernels = KernelRows::new(kernel, columns.clone(), n_rows, MAX_KEPT_BYTES);
        smo::solve(&problem, &mut kernels, 1).unwrap()
    };
    let rbf = Kernel::Rbf { gamma: 0.1 };
    let (short, long) = (solve(rbf, 100), solve(rbf, 100_000));
    assert!(short.steps == 100 && short.gap > 1e-3, "{short:?}");
    assert!(long.steps < 100_000 && long.gap <= 1e-3, "{long:?}");
    assert!(!long.indefinite);
    assert!(solve(Kernel::Sigmoid { gamma: 1.0, coef0: 0.0 }, 100_000).indefinite);
    let huge = Kernel::Polynomial { degree: 20, gamma: 1e20, coef0: 0.0 };
    assert!(solve(huge, 100_000).intercept.is_nan());
}

#[test]
fn neither_threads_nor_the_room_for_kernel_values_change_a_bit() {
    let (columns, progression) = diabetes();
    for (task, c) in [("numbers", 10.0), ("labels", 100.0)] {
        let bits = |threads, room| {
            let problem = problem(task, &progression, c);
            let rbf = Kernel::Rbf { gamma: 0.1 };
            let mut kernels = KernelRows::new(rbf, columns.clone(), progression.len(), room);
            kernels.fill(threads).unwrap();
            let solution = smo::solve(&problem, &mut kernels, threads).unwrap();
            let numbers = solution.coefficients.iter().chain([&solution.intercept]);
            numbers.map(|v| v.to_bits()).collect::<Vec<_>>()
        };
        let expected = bits(1, MAX_KEPT_BYTES);
        assert_eq!(bits(3, MAX_KEPT_BYTES), expected);
        assert_eq!(bits(1, 0), expected);
        assert_eq!(bits(2, 20_000), expected);
    }
}

/// Our kernels for smartcore.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Portable(Kernel);

#[typetag::serde]
impl smartcore::svm::Kernel for Portable {
    fn apply(&self, a: &Vec<f64>, b: &Vec<f64>) -> Result<f64, Failed> {
        Ok(apply(self.0, a, b))
    }
}

/// The layout of smartcore's classifier.
#[derive(Deserialize)]
struct Classifier {
    _classes: Option<(u32, u32)>,
    instances: Option<Vec<Vec<f64>>>,
    w: Option<Vec<f64>>,
    b: Option<f64>,
    _phantom: (),
}

/// The layout of smartcore's regressor with a linear kernel.
#[derive(Deserialize)]
struct Regressor {
    instances: Option<Vec<Vec<f64>>>,
    _parameters: Option<(f64, f64, f64, Option<Kernels>)>,
    w: Option<Vec<f64>>,
    b: f64,
    _phantom: (),
}

fn transmute<A: Serialize, B: DeserializeOwned>(from: &A) -> B {
    let config = bincode::config::standard();
    let bytes = bincode::serde::encode_to_vec(from, config).unwrap();
    bincode::serde::decode_from_slice(&bytes, config).unwrap().0
}

/// The bits of the values that a machine of smartcore's numbers has for some rows.
fn decided(
    kernel: Kernel,
    vectors: &[Vec<f64>],
    coefficients: Vec<f64>,
    intercept: f64,
    rows: &[Vec<f64>],
) -> Vec<u64> {
    let machine = BinarySvm { vectors: (0..vectors.len()).collect(), coefficients, intercept };
    rows.iter().map(|row| machine.decide(&kernel_values(kernel, row, vectors)).to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn a_machine_predicts_by_smartcores_arithmetic(
        n_rows in 12usize..60,
        n_features in 1usize..6,
        kernel in prop::sample::select(vec![
            Kernel::Linear,
            Kernel::Rbf { gamma: 0.5 },
            Kernel::Polynomial { degree: 3, gamma: 0.3, coef0: 1.0 },
            Kernel::Sigmoid { gamma: 0.2, coef0: -0.5 },
        ]),
        overlap in 0.0f64..3.0,
        seed in any::<u64>(),
    ) {
        let mut rng = SplitMix64::new(seed);
        let mut unit = || rng.below(1 << 20) as f64 / f64::from(1 << 20);
        let label = |i: usize| u32::from(i.is_multiple_of(3));
        let rows: Vec<Vec<f64>> = (0..n_rows)
            .map(|i| (0..n_features).map(|_| unit() * overlap + f64::from(label(i))).collect())
            .collect();
        let x: Matrix = DenseMatrix::from_2d_vec(&rows).unwrap();
        let bits = |values: Vec<f64>| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();

        let labels: Vec<u32> = (0..n_rows).map(label).collect();
        let parameters = SVCParameters::default().with_kernel(Portable(kernel)).with_seed(Some(seed));
        let model = SVC::fit(&x, &labels, &parameters).unwrap();
        let theirs: Classifier = transmute(&model);
        let (vectors, w) = (theirs.instances.unwrap(), theirs.w.unwrap());
        let ours = decided(kernel, &vectors, w, theirs.b.unwrap(), &rows);
        prop_assert_eq!(ours, bits(model.decision_function(&x).unwrap()));

        let numbers: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() + unit()).collect();
        let parameters = SVRParameters::default().with_kernel(Kernels::linear());
        let model = SVR::fit(&x, &numbers, &parameters).unwrap();
        let theirs: Regressor = transmute(&model);
        let (vectors, w) = (theirs.instances.unwrap(), theirs.w.unwrap());
        let ours = decided(Kernel::Linear, &vectors, w, theirs.b, &rows);
        prop_assert_eq!(ours, bits(model.predict(&x).unwrap()));
    }
}
