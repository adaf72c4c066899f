//! Weighted sums of kernels: `intercept + sum of weight * kernel(row, vector)`. Support vector machines are such
//! sums, kernel regressions, Gaussian processes, distances from centroids. The sums share their vectors.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::fields::Dtype;
use crate::limits::MAX_MACHINES;
use crate::program::facts::{FUNCTION, Facts};
use crate::program::ops::kernel_function::KernelFunction;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};
use crate::schema::count;

/// Name of the array of support vectors, feature by feature: `[n_features, n_vectors]`.
pub const SUPPORT_VECTORS: &str = "support_vectors";
/// Name of the array that says where the terms of each machine begin, `[n_machines + 1]`.
pub const MACHINE_STARTS: &str = "machine_starts";
/// Name of the array of the vector of each term, `[n_terms]`.
pub const MACHINE_VECTORS: &str = "machine_vectors";
/// Name of the array of the weight of each term, `[n_terms]`.
pub const MACHINE_WEIGHTS: &str = "machine_weights";
/// Name of the array of the intercept of each machine, `[n_machines]`.
pub const INTERCEPTS: &str = "intercepts";

/// Decision values: an intercept and weighted kernel values with shared vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupportVectorsSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How many decision values it writes.
    pub n_machines: u32,
    /// Kernel value of two rows.
    pub kernel: KernelFunction,
    /// `[n_features, n_vectors]`.
    pub vectors: ArrayId,
    /// Where the terms of each machine begin, and their number: `[n_machines + 1]`.
    pub starts: ArrayId,
    /// The vector of each term, `[n_terms]`.
    pub term_vectors: ArrayId,
    /// The weight of each term, `[n_terms]`.
    pub term_weights: ArrayId,
    /// `[n_machines]`.
    pub intercepts: ArrayId,
}

/// Checked support vector machines; every term names a vector that exists.
#[derive(Clone, Debug)]
pub struct SupportVectors {
    input: Run,
    kernel: KernelFunction,
    vectors: Array<f64>,
    n_vectors: usize,
    term_vectors: Array<u64>,
    term_weights: Array<f64>,
    machines: Vec<Machine>,
}

/// One machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine {
    terms: Range<usize>,
    /// Where its sum begins.
    pub intercept: f64,
}

/// Machines for so many classes: one for regression (no classes) and two, else one per pair.
pub fn n_machines(n_classes: usize) -> usize {
    match n_classes {
        0..=2 => 1,
        n => n * (n - 1) / 2,
    }
}

/// The pairs of classes in the order of their machines: `(0, 1)`, `(0, 2)`, ... `(1, 2)`, ...
pub fn pairs(n_classes: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n_classes).flat_map(move |i| (i + 1..n_classes).map(move |j| (i, j)))
}

impl SupportVectorsSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(SupportVectors, Run)> {
        let n_features = scope.numbers("input", self.input, false)?;
        self.kernel.check(scope)?;
        let vectors = scope.f64s(self.vectors, &[Some(n_features), None])?;
        let n_vectors = vectors.as_slice().len().checked_div(n_features).unwrap_or(0);
        let n_machines = self.n_machines as usize;
        count("pairs of classes", n_machines, 1, MAX_MACHINES)?;
        let n_starts = n_machines.saturating_add(1);
        let starts = scope.array::<u64>(self.starts, Dtype::U64, &[Some(n_starts)])?;
        let term_vectors = scope.array::<u64>(self.term_vectors, Dtype::U64, &[None])?;
        let n_terms = term_vectors.as_slice().len();
        let term_weights = scope.f64s(self.term_weights, &[Some(n_terms)])?;
        let intercepts = scope.f64s(self.intercepts, &[Some(n_machines)])?;
        let missing = |v: &u64| usize::try_from(*v).map_or(true, |v| v >= n_vectors);
        if let Some(term) = term_vectors.as_slice().iter().position(missing) {
            let what = format!("term {term} names none of {n_vectors} vectors");
            return Err(FormatError::structure(scope.name(self.term_vectors), what));
        }
        let starts: Vec<usize> = starts
            .as_slice()
            .iter()
            .map(|start| usize::try_from(*start).unwrap_or(usize::MAX))
            .collect();
        if starts.first() != Some(&0) || starts.last() != Some(&n_terms) || !starts.is_sorted() {
            let what = format!("does not rise from 0 to the {n_terms} terms");
            return Err(FormatError::structure(scope.name(self.starts), what));
        }
        let ranges = starts.iter().zip(starts.iter().skip(1)).map(|(start, end)| *start..*end);
        let machines = ranges
            .zip(intercepts.as_slice())
            .map(|(terms, intercept)| Machine { terms, intercept: *intercept })
            .collect();
        let output = scope.write((0..n_machines).map(|_| SlotType::NUMBER))?;
        let Self { input, kernel, .. } = *self;
        let checked = SupportVectors {
            input,
            kernel,
            vectors,
            n_vectors,
            term_vectors,
            term_weights,
            machines,
        };
        Ok((checked, output))
    }
}

impl SupportVectors {
    /// Kernel value of two rows.
    pub fn kernel(&self) -> KernelFunction {
        self.kernel
    }

    /// Support vectors, feature by feature: `[n_features, n_vectors]`.
    pub fn vectors(&self) -> &[f64] {
        self.vectors.as_slice()
    }

    /// Number of support vectors.
    pub fn n_vectors(&self) -> usize {
        self.n_vectors
    }

    /// The machines: one, or one per pair of classes in the order of [`pairs`].
    pub fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// Vector and weight of each term of a machine of this model, in the order they are added.
    pub fn terms(&self, machine: &Machine) -> impl Iterator<Item = (usize, f64)> {
        let vectors = self.term_vectors.as_slice().get(machine.terms.clone()).unwrap_or_default();
        let weights = self.term_weights.as_slice().get(machine.terms.clone()).unwrap_or_default();
        // Checked: every one is below n_vectors, a usize.
        #[expect(clippy::cast_possible_truncation, reason = "see above")]
        vectors.iter().zip(weights).map(|(vector, weight)| (*vector as usize, *weight))
    }
}

impl Facts for SupportVectors {
    const NAME: &'static str = "support-vectors";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        self.kernel.exact()
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        true
    }

    fn row_cost(&self) -> u64 {
        let numbers = (self.vectors.as_slice().len() as u64)
            .saturating_add(self.term_weights.as_slice().len() as u64);
        if self.kernel.exact() {
            return numbers;
        }
        numbers.saturating_add((self.n_vectors as u64).saturating_mul(FUNCTION))
    }
}
