//! From a table to the dual problems of its machines, and back.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cli_common::error::{Error, Result};
use model_format::manifest::Kernel;
use model_format::program::ops::support_vectors::pairs;
use smartcore::linalg::basic::arrays::{Array, Array2};

use super::binary::BinarySvm;
use super::fitted::Svm;
use super::problem::{Problem, Solution};
use super::rows::{KernelRows, MAX_KEPT_BYTES};
use super::smo;
use crate::algorithms::params::{self, KernelName};
use crate::engine::features::Features;
use crate::engine::guard;
use crate::fit::convergence::Missed;
use crate::fit::request::{Request, other_task};
use crate::table::target::Values;

/// Most rows; more would take hours.
const MAX_ROWS: usize = 50_000;
/// Labels up to which every pair of them can have a machine.
const MAX_LABELS: usize = 128;

/// A machine to be fitted: which rows of the table, and what it is to return for them.
struct Task {
    rows: Vec<usize>,
    problem: Problem,
}

/// Fits `svm`.
pub(crate) fn fit(params: &params::Svm, request: &Request<'_>) -> Result<Svm> {
    let Request { x, y, n_classes, .. } = *request;
    let (n_rows, _) = x.shape();
    if n_rows > MAX_ROWS {
        let fact = format!("svm: {n_rows} rows, expected at most {MAX_ROWS}");
        return Err(Error::input(fact)
            .with_hint("time grows with their square or more; fit on a sample of them"));
    }
    let tasks = match y {
        Values::Classes(classes) => tasks_of_pairs(classes, n_classes, params)?,
        Values::Numbers(values) => vec![task_of_numbers(values, params)],
        Values::Nothing(_) => return Err(other_task(request.algorithm)),
    };
    let kernel = kernel(params, x);
    let solutions = solve_all(request, kernel, &tasks)?;
    if solutions.iter().any(|s| s.indefinite) {
        request.progress.note(
            "svm: this kernel is not positive semi-definite on these rows, so the fit is one of several local optima; a smaller gamma, or --param kernel=rbf, has one",
        );
    }
    let mut fitted = assemble(request, kernel, &tasks, &solutions);
    fitted.missed = distance(params.tol, &solutions).or_missed();
    if fitted.machines.iter().all(BinarySvm::is_finite) {
        return Ok(fitted);
    }
    Err(Error::input("svm: the fit gave weights that are not finite numbers")
        .with_hint("use --scaler standard, another kernel, or a smaller degree"))
}

fn task_of_numbers(values: &[f64], params: &params::Svm) -> Task {
    let c = params.c;
    Task {
        rows: (0..values.len()).collect(),
        problem: Problem {
            targets: values.to_vec(),
            bounds: vec![(-c, c); values.len()],
            eps: params.eps,
            tol: params.tol,
            max_iter: params.max_iter as u64,
        },
    }
}

fn tasks_of_pairs(classes: &[u32], n_classes: usize, params: &params::Svm) -> Result<Vec<Task>> {
    if n_classes > MAX_LABELS {
        let fact = format!("svm: {n_classes} labels, expected at most {MAX_LABELS}");
        return Err(Error::input(fact).with_hint("every pair of labels has a machine"));
    }
    let c = params.c;
    let of_pair = |(first, second): (usize, usize)| {
        // smartcore lets a positive value name the later of two labels, and in its multi-class
        // machine the earlier of a pair.
        let positive = if n_classes == 2 { second } else { first };
        let is = |class: u32, label: usize| class as usize == label;
        let of_either = |(_, class): &(usize, &u32)| is(**class, first) || is(**class, second);
        let chosen: Vec<(usize, bool)> = (0..)
            .zip(classes)
            .filter(of_either)
            .map(|(row, class)| (row, is(*class, positive)))
            .collect();
        let target = |(_, positive): &(usize, bool)| if *positive { 1.0 } else { -1.0 };
        let bounds = |(_, positive): &(usize, bool)| if *positive { (0.0, c) } else { (-c, 0.0) };
        Task {
            rows: chosen.iter().map(|(row, _)| *row).collect(),
            problem: Problem {
                targets: chosen.iter().map(target).collect(),
                bounds: chosen.iter().map(bounds).collect(),
                eps: 0.0,
                tol: params.tol,
                max_iter: params.max_iter as u64,
            },
        }
    };
    Ok(pairs(n_classes).map(of_pair).collect())
}

/// Solves every task: several at a time, or one on all threads.
fn solve_all(request: &Request<'_>, kernel: Kernel, tasks: &[Task]) -> Result<Vec<Solution>> {
    let threads = request.threads.min(tasks.len()).max(1);
    let threads_of_task = request.threads / threads;
    let columns: Vec<Vec<f64>> = (0..request.x.shape().1)
        .map(|f| request.x.get_col(f).iterator(0).copied().collect())
        .collect();
    let next = AtomicUsize::new(0);
    let solved: Mutex<Vec<Option<Solution>>> = Mutex::new(tasks.iter().map(|_| None).collect());
    guard::run(threads, |_| {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(at) else { return Ok(()) };
            let of_task = |column: &Vec<f64>| task.rows.iter().map(|row| column[*row]).collect();
            let columns = columns.iter().map(of_task).collect();
            let bytes = MAX_KEPT_BYTES / threads;
            let mut kernels = KernelRows::new(kernel, columns, task.rows.len(), bytes);
            kernels.fill(threads_of_task)?;
            let solution = smo::solve(&task.problem, &mut kernels, threads_of_task)?;
            if let Ok(mut solved) = solved.lock() {
                solved[at] = Some(solution);
            }
        }
    })?;
    let solved = solved.into_inner().map_err(|_| Error::internal("a fit was lost"))?;
    Ok(solved.into_iter().flatten().collect())
}

/// Keeps every support vector once, whatever the machines that use it, in the order of the rows.
fn assemble(request: &Request<'_>, kernel: Kernel, tasks: &[Task], solutions: &[Solution]) -> Svm {
    let terms = |task: &Task, solution: &Solution| -> (Vec<usize>, Vec<f64>) {
        let all = task.rows.iter().copied().zip(solution.coefficients.iter().copied());
        all.filter(|(_, w)| *w != 0.0).unzip()
    };
    let mut machines: Vec<BinarySvm> = tasks
        .iter()
        .zip(solutions)
        .map(|(task, solution)| {
            let (vectors, coefficients) = terms(task, solution);
            BinarySvm { vectors, coefficients, intercept: solution.intercept }
        })
        .collect();
    let mut place = vec![None; request.x.shape().0];
    for row in machines.iter().flat_map(|machine| &machine.vectors) {
        place[*row] = Some(0);
    }
    let mut vectors = Vec::new();
    for (row, place) in place.iter_mut().enumerate().filter(|(_, place)| place.is_some()) {
        *place = Some(vectors.len());
        vectors.push(request.x.get_row(row).iterator(0).copied().collect());
    }
    for machine in &mut machines {
        machine.vectors = machine.vectors.iter().filter_map(|row| place[*row]).collect();
    }
    let Request { n_classes, threads, .. } = *request;
    Svm {
        kernel,
        n_features: request.x.shape().1,
        vectors,
        machines,
        n_classes,
        threads,
        missed: None,
    }
}

/// The kernel that the parameters name; gamma follows the spread of the features unless given.
fn kernel(params: &params::Svm, x: &Features) -> Kernel {
    let gamma = params.gamma.unwrap_or_else(|| automatic_gamma(x));
    let coef0 = params.coef0;
    match params.kernel {
        KernelName::Linear => Kernel::Linear,
        KernelName::Polynomial => Kernel::Polynomial { degree: params.degree as u64, gamma, coef0 },
        KernelName::Sigmoid => Kernel::Sigmoid { gamma, coef0 },
        KernelName::Rbf => Kernel::Rbf { gamma },
    }
}

/// `1 / (n_features * variance of all features)`, as scikit-learn's `scale`.
fn automatic_gamma(x: &Features) -> f64 {
    let (n_rows, n_features) = x.shape();
    let n = (n_rows * n_features) as f64;
    let mean = x.iterator(0).fold(0.0, |sum, v| sum + v) / n;
    let variance = x.iterator(0).fold(0.0, |sum, v| sum + (v - mean) * (v - mean)) / n;
    let gamma = 1.0 / (n_features as f64 * variance);
    if gamma.is_finite() { gamma } else { 1.0 }
}

/// How far the worst machine is from its optimum.
fn distance(tol: f64, solutions: &[Solution]) -> Missed {
    Missed {
        measure: "largest violation of the optimality conditions",
        found: solutions.iter().map(|s| s.gap).fold(0.0, f64::max),
        tolerance: tol,
        hint: "raise --param max_iter or tol, lower c, or use --scaler standard",
    }
}
