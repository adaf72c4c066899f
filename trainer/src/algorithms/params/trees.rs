//! Hyper-parameters of trees.

use cli_common::error::Result;

use super::domain::{Or, Real, Whole};
use super::features_tried::{FeaturesTried, Tried};
use super::reader::{Param, Reader};

/// What each tree sees.
#[derive(Clone, Copy)]
pub(super) enum Sees {
    /// Every row once.
    EveryRow,
    /// As many rows, drawn with replacement: a row may be drawn several times.
    Bootstrap,
}

/// How a tree grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tree {
    /// Edges on the longest path; `None` for no limit.
    pub(crate) max_depth: Option<usize>,
    /// Fewest rows in a leaf.
    pub(crate) min_samples_leaf: usize,
    /// Fewest rows in a node that is split.
    pub(crate) min_samples_split: usize,
}

impl Tree {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>, sees: Sees) -> Result<Self> {
        let (leaf, split) = match sees {
            Sees::EveryRow => ("fewest rows in a leaf", "fewest rows in a node that is split"),
            Sees::Bootstrap => (
                "fewest rows in a leaf; one that a tree has drawn twice counts twice",
                "fewest rows in a node that is split, counted in the same way",
            ),
        };
        Ok(Self {
            max_depth: reader.take(&Param {
                name: "max_depth",
                about: "edges on the longest path from the root",
                default: "12",
                domain: Or(Whole(1, 1000), "none"),
            })?,
            min_samples_leaf: reader.take(&Param {
                name: "min_samples_leaf",
                about: leaf,
                default: "1",
                domain: Whole(1, 1_000_000),
            })?,
            min_samples_split: reader.take(&Param {
                name: "min_samples_split",
                about: split,
                default: "2",
                domain: Whole(2, 1_000_000),
            })?,
        })
    }
}

/// Of `random-forest` and `extra-trees`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forest {
    /// Trees.
    pub(crate) n_trees: usize,
    /// How each grows.
    pub(crate) tree: Tree,
    /// Features tried at each split.
    pub(crate) m: FeaturesTried,
}

impl Forest {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>, sees: Sees) -> Result<Self> {
        Ok(Self {
            n_trees: reader.take(&Param {
                name: "n_trees",
                about: "trees",
                default: "100",
                domain: Whole(1, 10_000),
            })?,
            tree: Tree::read(reader, sees)?,
            m: reader.take(&Param {
                name: "m",
                about: "features tried at each split (auto: sqrt, a third of them for regression)",
                default: "auto",
                domain: Tried(65_536),
            })?,
        })
    }
}

/// Of `gradient-boosting`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Boosting {
    /// Trees, one after another.
    pub(crate) n_estimators: usize,
    /// Edges on the longest path.
    pub(crate) max_depth: usize,
    /// Share of each tree's correction that is used.
    pub(crate) learning_rate: f64,
    /// Fewest rows in a child.
    pub(crate) min_child_weight: usize,
    /// L2 penalty on leaf values.
    pub(crate) lambda: f64,
    /// Smallest gain that is worth a split.
    pub(crate) gamma: f64,
    /// Share of the rows that each tree sees.
    pub(crate) subsample: f64,
}

impl Boosting {
    /// Reads the table.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            n_estimators: reader.take(&Param {
                name: "n_estimators",
                about: "trees, one after another",
                default: "100",
                domain: Whole(1, 10_000),
            })?,
            max_depth: reader.take(&Param {
                name: "max_depth",
                about: "edges on the longest path from the root",
                default: "6",
                domain: Whole(1, 64),
            })?,
            learning_rate: reader.take(&Param {
                name: "learning_rate",
                about: "share of each tree's correction that is used",
                default: "0.3",
                domain: Real(1e-6, 1.0),
            })?,
            min_child_weight: reader.take(&Param {
                name: "min_child_weight",
                about: "fewest rows in a child",
                default: "1",
                domain: Whole(1, 1_000_000),
            })?,
            lambda: reader.take(&Param {
                name: "lambda",
                about: "L2 penalty on leaf values",
                default: "1",
                domain: Real(0.0, 1e9),
            })?,
            gamma: reader.take(&Param {
                name: "gamma",
                about: "smallest gain that is worth a split",
                default: "0",
                domain: Real(0.0, 1e9),
            })?,
            subsample: reader.take(&Param {
                name: "subsample",
                about: "share of the rows that each tree sees",
                default: "1",
                domain: Real(0.01, 1.0),
            })?,
        })
    }
}
