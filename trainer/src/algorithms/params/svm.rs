//! Hyper-parameters of support vector machines.

use cli_common::error::Result;

use super::domain::{Or, Real, Whole, Words};
use super::reader::{Param, Reader};

/// A kernel, whose parameters stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KernelName {
    /// `linear`
    Linear,
    /// `rbf`
    Rbf,
    /// `polynomial`
    Polynomial,
    /// `sigmoid`
    Sigmoid,
}

/// Of `svm`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Svm {
    /// Kernel of two rows.
    pub(crate) kernel: KernelName,
    /// What a row on the wrong side costs.
    pub(crate) c: f64,
    /// Factor inside the kernel; `None` where it follows the features.
    pub(crate) gamma: Option<f64>,
    /// Power of the polynomial kernel.
    pub(crate) degree: usize,
    /// Added inside the polynomial and the sigmoid kernel.
    pub(crate) coef0: f64,
    /// Violation of the optimality conditions at which the optimizer stops.
    pub(crate) tol: f64,
    /// Most steps of each machine.
    pub(crate) max_iter: usize,
    /// Errors up to this cost nothing, for numbers.
    pub(crate) eps: f64,
}

impl Svm {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            kernel: reader.take(&Param {
                name: "kernel",
                about: "kernel of two rows",
                default: "rbf",
                domain: Words(
                    &["linear", "rbf", "polynomial", "sigmoid"],
                    [
                        KernelName::Linear,
                        KernelName::Rbf,
                        KernelName::Polynomial,
                        KernelName::Sigmoid,
                    ],
                ),
            })?,
            c: reader.take(&Param {
                name: "c",
                about: "what a row on the wrong side costs; more fits closer",
                default: "1",
                domain: Real(1e-6, 1e6),
            })?,
            gamma: reader.take(&Param {
                name: "gamma",
                about: "factor inside the kernel, not of linear (auto: 1 / (features x their variance))",
                default: "auto",
                domain: Or(Real(1e-9, 1e9), "auto"),
            })?,
            degree: reader.take(&Param {
                name: "degree",
                about: "power of the polynomial kernel",
                default: "3",
                domain: Whole(1, 20),
            })?,
            coef0: reader.take(&Param {
                name: "coef0",
                about: "added inside the polynomial and the sigmoid kernel",
                default: "1",
                domain: Real(-1e6, 1e6),
            })?,
            tol: reader.take(&Param {
                name: "tol",
                about: "violation of the optimality conditions at which the optimizer stops",
                default: "0.001",
                domain: Real(1e-9, 1.0),
            })?,
            max_iter: reader.take(&Param {
                name: "max_iter",
                about: "most steps per pair of labels, or for numbers",
                default: "10000000",
                domain: Whole(1, 1_000_000_000_000),
            })?,
            eps: reader.take(&Param {
                name: "eps",
                about: "errors up to this cost nothing, for numbers, in the unit of the target",
                default: "0.1",
                domain: Real(0.0, 1e12),
            })?,
        })
    }
}
