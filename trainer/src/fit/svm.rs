//! Support vector machines: a classifier for two labels, one per pair of more labels, and
//! smartcore's regressor.
//!
//! smartcore's own multi-class machine breaks ties of votes at random and cannot be stored; here
//! the pairs are fitted one by one as it does, and the earlier label wins a tie.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cli_common::error::{Error, Result};
use model_format::manifest::{EstimatorSpec, Kernel};
use model_format::pipeline::support_vectors::{
    INTERCEPTS, MACHINE_STARTS, MACHINE_VECTORS, MACHINE_WEIGHTS, SUPPORT_VECTORS, n_machines,
    pairs,
};
use model_format::writer::ArrayData;
use smartcore::linalg::basic::arrays::{Array, Array2};
use smartcore::svm::svr::{SVR, SVRParameters};

use super::request::{Extracted, Predictions, Request, other_task};
use super::svc::{self, SvcParams};
use super::svm_kernel::{Kernels, apply};
use crate::algorithms::params::{self, KernelName};
use crate::engine::matrix::{Matrix, matrix};
use crate::engine::{guard, mirror};
use crate::table::target::Values;

/// Most rows for labels; more would take hours.
const MAX_ROWS: usize = 50_000;
/// Most rows for numbers: smartcore keeps up to `n_rows * n_rows` kernels, here 3.2 GB.
const MAX_ROWS_OF_NUMBERS: usize = 20_000;
/// Labels up to which every pair of them can have a machine.
const MAX_LABELS: usize = 128;
/// Fits that take longer are told beforehand.
const LONG: f64 = 10.0;
/// Training rows on which the numbers that were taken out are held against smartcore's answer.
const MAX_CHECKED: usize = 64;
/// Largest difference allowed there, relative to the sum of the sizes of the terms.
const TOLERANCE: f64 = 1e-12;

/// Fitted support vector machines.
pub(crate) struct Svm {
    kernel: Kernel,
    /// Each `[n_features]`.
    vectors: Vec<Vec<f64>>,
    /// One for numbers and two labels, else one per pair of labels.
    machines: Vec<Machine>,
    n_classes: usize,
    threads: usize,
}

/// One machine: `intercept + sum of weights[i] * kernel(row, vectors[i])`.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    /// Numbers of vectors.
    pub(crate) vectors: Vec<usize>,
    /// One per vector.
    pub(crate) weights: Vec<f64>,
    /// Where the sum begins.
    pub(crate) intercept: f64,
}

impl Svm {
    /// Fits `svm`.
    pub(crate) fn fit(params: &params::Svm, request: &Request<'_>) -> Result<Self> {
        let Request { x, y, n_classes, .. } = *request;
        let (n_rows, n_features) = x.shape();
        let most = if n_classes > 0 { MAX_ROWS } else { MAX_ROWS_OF_NUMBERS };
        if n_rows > most {
            let fact = format!("svm: {n_rows} rows, expected at most {most}");
            return Err(Error::input(fact)
                .with_hint("time grows with their square or more; fit on a sample of them"));
        }
        let kernel = kernel(params, x);
        let fitted = match y {
            Values::Classes(classes) => Self::classifier(params, request, kernel, classes)?,
            Values::Numbers(values) if n_features <= n_rows => {
                Self::regressor(params, request, kernel, values)?
            }
            Values::Numbers(_) => {
                let fact = format!(
                    "svm: {n_rows} rows for {n_features} features, expected as many rows as features"
                );
                return Err(
                    Error::input(fact).with_hint("leave columns out, or use --algorithm ridge")
                );
            }
            Values::Nothing(_) => return Err(other_task(request.algorithm)),
        };
        let finite =
            |m: &Machine| m.intercept.is_finite() && m.weights.iter().all(|w| w.is_finite());
        if fitted.machines.iter().all(finite) {
            return Ok(fitted);
        }
        Err(Error::input("svm: the fit gave weights that are not finite numbers")
            .with_hint("use --scaler standard, another kernel, or a smaller degree"))
    }

    fn classifier(
        params: &params::Svm,
        request: &Request<'_>,
        kernel: Kernel,
        classes: &[u32],
    ) -> Result<Self> {
        let Request { n_classes, threads, .. } = *request;
        if n_classes > MAX_LABELS {
            let fact = format!("svm: {n_classes} labels, expected at most {MAX_LABELS}");
            return Err(Error::input(fact).with_hint("every pair of labels has a machine"));
        }
        let of_pair = |(first, second): (usize, usize)| -> (Vec<usize>, Vec<bool>) {
            // smartcore lets a positive value name the later of two labels, and in its
            // multi-class machine the earlier of a pair.
            let positive = if n_classes == 2 { second } else { first };
            let is = |class: u32, label: usize| class as usize == label;
            (0..)
                .zip(classes)
                .filter(|(_, class)| is(**class, first) || is(**class, second))
                .map(|(row, class)| (row, is(*class, positive)))
                .unzip()
        };
        let all: Vec<(Vec<usize>, Vec<bool>)> = pairs(n_classes).map(of_pair).collect();
        let threads = threads.min(all.len()).max(1);
        let seconds = all.iter().map(|(rows, _)| seconds_of_classifier(rows.len()));
        tell(request, seconds.sum::<f64>() / threads as f64);
        let kernels = Kernels::new(kernel, rows(request.x), request.threads)?;
        let params =
            SvcParams { epoch: params.epoch, c: params.c, tol: params.tol, seed: request.seed };
        let next = AtomicUsize::new(0);
        let fitted: Mutex<Vec<Option<Machine>>> = Mutex::new(vec![None; all.len()]);
        guard::run(threads, |_| {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some((rows, positive)) = all.get(at) else { return Ok(()) };
                let machine = svc::fit(&kernels, rows, positive, &params);
                if let Ok(mut fitted) = fitted.lock() {
                    fitted[at] = Some(machine);
                }
            }
        })?;
        let fitted = fitted.into_inner().map_err(|_| Error::internal("a fit was lost"))?;
        let machines: Vec<Machine> = fitted.into_iter().flatten().collect();
        Ok(Self {
            kernel,
            vectors: kernels.into_rows(),
            machines,
            n_classes,
            threads: request.threads,
        })
    }

    fn regressor(
        params: &params::Svm,
        request: &Request<'_>,
        kernel: Kernel,
        values: &Vec<f64>,
    ) -> Result<Self> {
        let Request { x, threads, .. } = *request;
        tell(request, seconds_of_regressor(values.len()));
        let parameters = SVRParameters::default()
            .with_eps(params.eps)
            .with_c(params.c)
            .with_tol(params.tol)
            .with_kernel(smartcores(kernel));
        let model = SVR::fit(x, values, &parameters)
            .map_err(|e| Error::input(format!("smartcore refuses to fit this data: {e}")))?;
        let (vectors, weights, intercept) = mirror::svr(&model)?;
        let machine = Machine { vectors: (0..vectors.len()).collect(), weights, intercept };
        let fitted = Self { kernel, vectors, machines: vec![machine], n_classes: 0, threads };
        fitted.check_against(&model, x)?;
        Ok(fitted)
    }

    /// Holds the numbers that were taken out against smartcore's own predictions.
    ///
    /// # Errors
    ///
    /// An internal error if a value differs by more than exp, pow and tanh of two libraries do.
    fn check_against(&self, model: &SVR<'_, f64, Matrix, Vec<f64>>, x: &Matrix) -> Result<()> {
        let rows: Vec<Vec<f64>> = rows(x).into_iter().take(MAX_CHECKED).collect();
        let columns: Vec<Vec<f64>> =
            (0..x.shape().1).map(|f| rows.iter().map(|row| row[f]).collect()).collect();
        let x = matrix(rows.len(), &columns)?;
        let expected =
            model.predict(&x).map_err(|e| Error::internal(format!("smartcore's predict: {e}")))?;
        for (row, expected) in rows.iter().zip(expected) {
            let got = self.decide(row)[0];
            if (got - expected).abs() > TOLERANCE * self.size(row) {
                return Err(Error::internal(format!(
                    "svm: {got:?} where smartcore says {expected:?}"
                )));
            }
        }
        Ok(())
    }

    /// The value of every machine for a row.
    fn decide(&self, row: &[f64]) -> Vec<f64> {
        let alike: Vec<f64> = self.vectors.iter().map(|v| apply(self.kernel, row, v)).collect();
        let value = |m: &Machine| {
            let terms = m.vectors.iter().zip(&m.weights);
            terms.fold(m.intercept, |sum, (v, w)| sum + w * alike[*v])
        };
        self.machines.iter().map(value).collect()
    }

    /// The sum of the sizes of the terms of the first machine for a row.
    fn size(&self, row: &[f64]) -> f64 {
        let terms = self.machines.iter().take(1).flat_map(|m| m.vectors.iter().zip(&m.weights));
        let sizes = terms.map(|(v, w)| (w * apply(self.kernel, row, &self.vectors[*v])).abs());
        self.machines.first().map_or(0.0, |m| m.intercept.abs()) + sizes.sum::<f64>()
    }

    /// The numbers that go into the artifact: every vector once, whatever the machines that use it.
    pub(crate) fn extract(&self) -> Extracted {
        let mut place = vec![None; self.vectors.len()];
        let mut kept: Vec<&Vec<f64>> = Vec::new();
        let (mut starts, mut vectors) = (vec![0], Vec::new());
        for machine in &self.machines {
            for vector in &machine.vectors {
                let at = *place[*vector].get_or_insert_with(|| {
                    kept.push(&self.vectors[*vector]);
                    kept.len() as u64 - 1
                });
                vectors.push(at);
            }
            starts.push(vectors.len() as u64);
        }
        let n_features = self.vectors.first().map_or(0, Vec::len);
        let columns: Vec<f64> =
            (0..n_features).flat_map(|f| kept.iter().map(move |row| row[f])).collect();
        let weights: Vec<f64> = self.machines.iter().flat_map(|m| m.weights.clone()).collect();
        let intercepts: Vec<f64> = self.machines.iter().map(|m| m.intercept).collect();
        Extracted {
            estimator: EstimatorSpec::SupportVectors { kernel: self.kernel },
            arrays: vec![
                ArrayData::f64(SUPPORT_VECTORS, &[n_features, kept.len()], &columns),
                ArrayData::u64(MACHINE_STARTS, &starts),
                ArrayData::u64(MACHINE_VECTORS, &vectors),
                ArrayData::f64(MACHINE_WEIGHTS, &[weights.len()], &weights),
                ArrayData::f64(INTERCEPTS, &[intercepts.len()], &intercepts),
            ],
        }
    }

    /// Number of machines.
    pub(crate) fn n_machines(&self) -> usize {
        self.machines.len()
    }

    /// Values, or decision values and the labels that they vote for.
    pub(crate) fn predict(&self, x: &Matrix) -> Result<Predictions> {
        let rows = rows(x);
        let per_thread = rows.len().div_ceil(self.threads).max(1);
        let parts: Vec<&[Vec<f64>]> = rows.chunks(per_thread).collect();
        let values = guard::run(parts.len(), |thread| {
            Ok(parts[thread].iter().flat_map(|row| self.decide(row)).collect::<Vec<f64>>())
        })?
        .concat();
        let labels = match self.n_classes {
            0 => Vec::new(),
            n => values.chunks_exact(n_machines(n)).map(|decisions| vote(decisions, n)).collect(),
        };
        Ok(Predictions { labels, values })
    }
}

/// The label of a row: by the sign for two, else by the votes of all pairs.
fn vote(decisions: &[f64], n_classes: usize) -> u32 {
    if n_classes == 2 {
        return u32::from(decisions[0] > 0.0);
    }
    let mut votes = vec![0; n_classes];
    for ((first, second), decision) in pairs(n_classes).zip(decisions) {
        votes[if *decision > 0.0 { first } else { second }] += 1;
    }
    let most = votes.iter().max();
    (0..).zip(&votes).find(|(_, n)| Some(*n) == most).map_or(0, |(class, _)| class)
}

/// Rows of a matrix, each `[n_features]`.
fn rows(x: &Matrix) -> Vec<Vec<f64>> {
    (0..x.shape().0).map(|row| x.get_row(row).iterator(0).copied().collect()).collect()
}

/// The kernel that the parameters name; gamma follows the spread of the features unless given.
fn kernel(params: &params::Svm, x: &Matrix) -> Kernel {
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
fn automatic_gamma(x: &Matrix) -> f64 {
    let (n_rows, n_features) = x.shape();
    let n = (n_rows * n_features) as f64;
    let mean = x.iterator(0).fold(0.0, |sum, v| sum + v) / n;
    let variance = x.iterator(0).fold(0.0, |sum, v| sum + (v - mean) * (v - mean)) / n;
    let gamma = 1.0 / (n_features as f64 * variance);
    if gamma.is_finite() { gamma } else { 1.0 }
}

fn smartcores(kernel: Kernel) -> smartcore::svm::Kernels {
    use smartcore::svm::Kernels;
    match kernel {
        Kernel::Linear => Kernels::linear(),
        Kernel::Rbf { gamma } => Kernels::rbf().with_gamma(gamma),
        Kernel::Polynomial { degree, gamma, coef0 } => {
            Kernels::polynomial().with_degree(degree as f64).with_gamma(gamma).with_coef0(coef0)
        }
        Kernel::Sigmoid { gamma, coef0 } => Kernels::sigmoid().with_gamma(gamma).with_coef0(coef0),
    }
}

/// Says how long a slow fit is likely to take.
fn tell(request: &Request<'_>, seconds: f64) {
    if seconds > LONG {
        let n_rows = request.y.len();
        request.progress.note(&format!(
            "fitting svm on {n_rows} rows takes about {seconds:.0} s; a sample of them, or another algorithm, is faster"
        ));
    }
}

/// A rule of thumb for the classifier of 20 features.
fn seconds_of_classifier(n_rows: usize) -> f64 {
    1.2e-7 * (n_rows as f64).powi(2)
}

/// A rule of thumb for smartcore's regressor.
fn seconds_of_regressor(n_rows: usize) -> f64 {
    2.5e-7 * (n_rows as f64).powi(2)
}
