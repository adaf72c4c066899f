//! Hyper-parameters of clusters.

use cli_common::error::Result;

use super::domain::Whole;
use super::reader::{Param, Reader};

/// Of `kmeans`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KMeans {
    /// Clusters.
    pub(crate) k: usize,
    /// Starts, of which the best is kept.
    pub(crate) n_init: usize,
    /// Most iterations.
    pub(crate) max_iter: usize,
}

impl KMeans {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            k: reader.take(&Param {
                name: "k",
                about: "clusters",
                default: "2",
                domain: Whole(2, 4_096),
            })?,
            n_init: reader.take(&Param {
                name: "n_init",
                about: "random starts, of which the best is kept",
                default: "10",
                domain: Whole(1, 1_000),
            })?,
            max_iter: reader.take(&Param {
                name: "max_iter",
                about: "most iterations from each start",
                default: "100",
                domain: Whole(1, 1_000_000),
            })?,
        })
    }
}
