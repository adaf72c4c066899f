//! Trees by rank, with one number or many in a leaf; see [`crate::forest`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::fields::Dtype;
use crate::forest::{Forest, ForestArrays, ForestSpec, Narrow, TableKind};
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};

/// Outputs of trees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreesSpec {
    /// Numbers, missing ones only where the trees say where they go, and codes where trees hold sets of
    /// categories.
    pub input: Run,
    /// How values are compared and leaves combined, and how many numbers come out.
    pub forest: ForestSpec,
    /// Whether the outputs are probabilities.
    pub probabilities: bool,
    /// Where the trees are.
    pub arrays: TreesArrays,
}

/// The sections of [`ForestArrays`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TreesArrays {
    /// See [`ForestArrays::tables`].
    pub tables: ArrayId,
    /// See [`ForestArrays::thresholds`].
    pub thresholds: ArrayId,
    /// See [`ForestArrays::sets`].
    pub sets: Option<ArrayId>,
    /// See [`ForestArrays::starts`].
    pub starts: ArrayId,
    /// See [`ForestArrays::node_tables`].
    pub node_tables: ArrayId,
    /// See [`ForestArrays::node_ranks`].
    pub node_ranks: ArrayId,
    /// See [`ForestArrays::shapes`].
    pub shapes: ArrayId,
    /// See [`ForestArrays::leaf_values`].
    pub leaf_values: ArrayId,
    /// See [`ForestArrays::leaf_codes`].
    pub leaf_codes: Option<ArrayId>,
    /// See [`ForestArrays::weights`].
    pub weights: Option<ArrayId>,
    /// See [`ForestArrays::outputs`].
    pub outputs: Option<ArrayId>,
    /// See [`ForestArrays::base`].
    pub base: Option<ArrayId>,
}

/// Checked trees and what they read.
#[derive(Clone, Debug)]
pub struct Trees {
    input: Run,
    forest: Arc<Forest>,
}

impl TreesSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Trees, Run)> {
        let inputs = scope.any("input", self.input)?;
        let n_outputs = scope.width("outputs", self.forest.n_outputs, 1)?;
        let leaf_width = if self.arrays.outputs.is_some() { 1 } else { n_outputs };
        let arrays = self.arrays.claim(leaf_width, scope)?;
        let forest = Forest::check(self.forest.clone(), arrays, inputs.len(), self.probabilities)?;
        check_inputs(&forest, &inputs, scope)?;
        let slot = if self.probabilities { SlotType::Probability } else { SlotType::NUMBER };
        let output = scope.write((0..n_outputs).map(|_| slot))?;
        Ok((Trees { input: self.input, forest: Arc::new(forest) }, output))
    }
}

impl TreesArrays {
    /// Claims them with their types; [`Forest::check`] proves the lengths.
    fn claim(&self, leaf_width: usize, scope: &mut Scope<'_>) -> Result<ForestArrays> {
        let any = &[None];
        Ok(ForestArrays {
            tables: scope.array(self.tables, Dtype::U32, &[None, Some(4)])?,
            thresholds: scope.array(self.thresholds, Dtype::F64, any)?,
            sets: self.sets.map(|id| scope.array(id, Dtype::U32, any)).transpose()?,
            starts: scope.array(self.starts, Dtype::U64, any)?,
            node_tables: narrow(scope, self.node_tables)?,
            node_ranks: narrow(scope, self.node_ranks)?,
            shapes: scope.array(self.shapes, Dtype::U64, any)?,
            leaf_values: scope.array(self.leaf_values, Dtype::F64, &[None, Some(leaf_width)])?,
            leaf_codes: self.leaf_codes.map(|id| narrow(scope, id)).transpose()?,
            weights: self.weights.map(|id| scope.array(id, Dtype::F64, any)).transpose()?,
            outputs: self.outputs.map(|id| scope.array(id, Dtype::U32, any)).transpose()?,
            base: self.base.map(|id| scope.array(id, Dtype::F64, any)).transpose()?,
        })
    }
}

/// Claims an array of the type that it has, bytes or words.
fn narrow(scope: &mut Scope<'_>, id: ArrayId) -> Result<Narrow> {
    Ok(match scope.dtype(id) {
        Some(Dtype::U8) => Narrow::U8(scope.array(id, Dtype::U8, &[None])?),
        Some(Dtype::F64 | Dtype::U64 | Dtype::U32 | Dtype::U16 | Dtype::Node) | None => {
            Narrow::U16(scope.array(id, Dtype::U16, &[None])?)
        }
    })
}

/// Checks that every table serves for what its input may hold.
fn check_inputs(forest: &Forest, inputs: &[SlotType], scope: &Scope<'_>) -> Result<()> {
    for (number, table) in forest.tables().iter().enumerate() {
        let Some(slot) = inputs.get(table.input as usize) else { continue };
        let wrong = match (slot, table.kind) {
            (SlotType::Number { may_be_missing: true }, kind) => {
                (!kind.may_be_missing()).then_some("a number that may be missing")
            }
            (SlotType::Number { may_be_missing: false } | SlotType::Probability, _)
            | (SlotType::Code { .. }, TableKind::Categories { .. }) => None,
            (SlotType::Code { .. }, TableKind::Thresholds { .. }) => Some("a code"),
            (SlotType::Document, _) => Some("a document"),
        };
        if let Some(found) = wrong {
            let what =
                format!("rank table {number} does not serve for input {}, {found}", table.input);
            return Err(scope.error("input", what));
        }
    }
    Ok(())
}

impl Trees {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// The trees; inputs are counted from the first slot of the run.
    pub fn forest(&self) -> &Arc<Forest> {
        &self.forest
    }
}

impl Facts for Trees {
    const NAME: &'static str = "trees";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        self.forest.row_cost()
    }
}
