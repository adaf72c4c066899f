//! Hyper-parameters of naive Bayes.

use cli_common::error::Result;

use super::domain::Real;
use super::reader::{Param, Reader};

/// Of naive Bayes on counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Smoothing {
    /// Rows added to every count.
    pub(crate) alpha: f64,
}

impl Smoothing {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        let alpha = reader.take(&Param {
            name: "alpha",
            about: "rows added to every count, so that nothing is impossible",
            default: "1",
            domain: Real(0.001, 1e6),
        })?;
        Ok(Self { alpha })
    }
}

/// Of `bernoulli-nb`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bernoulli {
    /// Rows added to every count.
    pub(crate) smoothing: Smoothing,
    /// A feature is present above this value.
    pub(crate) binarize: f64,
}

impl Bernoulli {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            smoothing: Smoothing::read(reader)?,
            binarize: reader.take(&Param {
                name: "binarize",
                about: "a feature is present above this value (after scaling: 0 is the mean)",
                default: "0",
                domain: Real(-1e9, 1e9),
            })?,
        })
    }
}
