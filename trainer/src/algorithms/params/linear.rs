//! Hyper-parameters of linear models.

use cli_common::error::Result;

use super::domain::{Real, Whole};
use super::reader::{Param, Reader};

/// Of a linear model with an L2 penalty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct L2 {
    /// Strength of the penalty.
    pub(crate) alpha: f64,
}

impl L2 {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let alpha = reader.take(&Param {
            name: "alpha",
            about: "strength of the L2 penalty on the coefficients",
            default: "1",
            domain: Real(1e-9, 1e9),
        })?;
        Ok(Self { alpha })
    }
}

/// When an optimizer stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stop {
    /// Duality gap, relative to the objective.
    pub(crate) tol: f64,
    /// Most iterations.
    pub(crate) max_iter: usize,
}

impl Stop {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            tol: reader.take(&Param {
                name: "tol",
                about: "duality gap at which the optimizer stops",
                default: "0.0001",
                domain: Real(1e-12, 1.0),
            })?,
            max_iter: reader.take(&MAX_ITER)?,
        })
    }
}

const MAX_ITER: Param<Whole> = Param {
    name: "max_iter",
    about: "most iterations of the optimizer",
    default: "1000",
    domain: Whole(1, 1_000_000),
};

const L1_ALPHA: Param<Real> = Param {
    name: "alpha",
    about: "strength of the penalty on the coefficients, as in scikit-learn",
    default: "1",
    domain: Real(1e-9, 1e9),
};

/// Of `lasso`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lasso {
    /// Strength of the penalty.
    pub(crate) alpha: f64,
    /// When to stop.
    pub(crate) stop: Stop,
}

impl Lasso {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { alpha: reader.take(&L1_ALPHA)?, stop: Stop::read(reader)? })
    }
}

/// Of `elastic-net`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ElasticNet {
    /// Strength of the penalty.
    pub(crate) alpha: f64,
    /// Share of it that is L1.
    pub(crate) l1_ratio: f64,
    /// When to stop.
    pub(crate) stop: Stop,
}

impl ElasticNet {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            alpha: reader.take(&L1_ALPHA)?,
            l1_ratio: reader.take(&Param {
                name: "l1_ratio",
                about: "share of the penalty that is L1, as in scikit-learn; the rest is L2",
                default: "0.5",
                domain: Real(0.0, 1.0),
            })?,
            stop: Stop::read(reader)?,
        })
    }
}
