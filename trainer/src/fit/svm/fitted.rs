//! Fitted machines: what they predict, and what of them goes into the artifact.

use cli_common::error::Result;
use model_format::manifest::Kernel;
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::support_vectors::{
    INTERCEPTS, MACHINE_STARTS, MACHINE_VECTORS, MACHINE_WEIGHTS, SUPPORT_VECTORS,
    SupportVectorsSpec, n_machines, pairs,
};
use model_format::program::slot::Run;
use model_format::program::{Head, Meaning, OpSpec};
use model_format::writer::ArrayData;
use smartcore::linalg::basic::arrays::{Array, Array2};

use super::binary::{BinarySvm, kernel_values};
use crate::engine::features::Features;
use crate::engine::guard;
use crate::fit::convergence::Missed;
use crate::fit::request::Predictions;

/// Fitted support vector machines.
pub(crate) struct Svm {
    pub(super) kernel: Kernel,
    pub(super) n_features: usize,
    /// Each `[n_features]`, in the order of the training rows.
    pub(super) vectors: Vec<Vec<f64>>,
    /// One for numbers and two labels, else one per pair of labels.
    pub(super) machines: Vec<BinarySvm>,
    pub(super) n_classes: usize,
    pub(super) threads: usize,
    pub(super) missed: Option<Missed>,
}

impl Svm {
    /// The value of every machine for a row.
    fn decide(&self, row: &[f64]) -> Vec<f64> {
        let kernels = kernel_values(self.kernel, row, &self.vectors);
        self.machines.iter().map(|machine| machine.decide(&kernels)).collect()
    }

    /// How far from the optimum the farthest machine stopped, if that is too far.
    pub(crate) fn missed(&self) -> Option<&Missed> {
        self.missed.as_ref()
    }

    /// Appends the machines, and the label if there is one.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Head {
        let mut starts = vec![0];
        let mut vectors: Vec<u64> = Vec::new();
        for machine in &self.machines {
            vectors.extend(machine.vectors.iter().map(|v| *v as u64));
            starts.push(vectors.len() as u64);
        }
        let columns: Vec<f64> =
            (0..self.n_features).flat_map(|f| self.vectors.iter().map(move |v| v[f])).collect();
        let weights: Vec<f64> = self.machines.iter().flat_map(|m| m.coefficients.clone()).collect();
        let intercepts: Vec<f64> = self.machines.iter().map(|m| m.intercept).collect();
        let shape = [self.n_features, self.vectors.len()];
        let n_machines = index(self.machines.len());
        let op = SupportVectorsSpec {
            input,
            n_machines,
            kernel: self.kernel.into(),
            vectors: program.array(ArrayData::f64(SUPPORT_VECTORS, &shape, &columns)),
            starts: program.array(ArrayData::u64(MACHINE_STARTS, &starts)),
            term_vectors: program.array(ArrayData::u64(MACHINE_VECTORS, &vectors)),
            term_weights: program.array(ArrayData::f64(
                MACHINE_WEIGHTS,
                &[weights.len()],
                &weights,
            )),
            intercepts: program.array(ArrayData::f64(INTERCEPTS, &[intercepts.len()], &intercepts)),
        };
        let numbers = program.op(OpSpec::SupportVectors(op), n_machines);
        let rule = match self.n_classes {
            0 => return Head::value(numbers),
            2 => LabelRule::Above(0.0),
            n => LabelRule::PairVotes { n_labels: index(n) },
        };
        let label = Some(program.label(numbers, rule));
        Head { label, numbers, meaning: Meaning::DecisionValues }
    }

    /// Number of machines.
    pub(crate) fn n_machines(&self) -> usize {
        self.machines.len()
    }

    /// Values, or decision values and the labels that they vote for.
    pub(crate) fn predict(&self, x: &Features) -> Result<Predictions> {
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
fn rows(x: &Features) -> Vec<Vec<f64>> {
    (0..x.shape().0).map(|row| x.get_row(row).iterator(0).copied().collect()).collect()
}
