//! The arrays of a forest: as views of a file, and as they are made.

use super::spec::ForestSpec;
use crate::buffer::Array;
use crate::error::{FormatError, Result};

/// Unsigned numbers in the narrowest type that holds them.
#[derive(Clone, Debug)]
pub enum Narrow {
    /// Up to 255.
    U8(Array<u8>),
    /// Up to 65,535.
    U16(Array<u16>),
}

impl Narrow {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(numbers) => numbers.as_slice().len(),
            Self::U16(numbers) => numbers.as_slice().len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One of them.
    #[inline]
    pub fn get(&self, index: usize) -> Option<u16> {
        match self {
            Self::U8(numbers) => numbers.as_slice().get(index).copied().map(u16::from),
            Self::U16(numbers) => numbers.as_slice().get(index).copied(),
        }
    }
}

/// The arrays of a forest as views of a file; [`Forest::check`](super::Forest::check) proves what they must hold.
#[derive(Clone, Debug)]
pub struct ForestArrays {
    /// `[n_tables, 4]`: input, kind, number of thresholds or sets, number of categories.
    pub tables: Array<u32>,
    /// `[n_thresholds]`: ascending within each table.
    pub thresholds: Array<f64>,
    /// `[n_set_words]`: the category sets of all tables; absent if none has any.
    pub sets: Option<Array<u32>>,
    /// `[n_trees + 1]`: first inner node of each tree, then the number of inner nodes.
    pub starts: Array<u64>,
    /// `[n_nodes]`: table of each inner node.
    pub node_tables: Narrow,
    /// `[n_nodes]`: rank or set of each inner node.
    pub node_ranks: Narrow,
    /// The shapes of the trees, each from a word of its own on.
    pub shapes: Array<u64>,
    /// `[n_nodes + n_trees, leaf_width]`, or `[n_values, leaf_width]` if there are codes.
    pub leaf_values: Array<f64>,
    /// `[n_nodes + n_trees]`: which of the values each leaf has.
    pub leaf_codes: Option<Narrow>,
    /// `[n_trees]`: what leaves are multiplied by.
    pub weights: Option<Array<f64>>,
    /// `[n_trees]`: the output that each tree adds to; a leaf is one number then.
    pub outputs: Option<Array<u32>>,
    /// `[n_outputs]`: the outputs before the first tree.
    pub base: Option<Array<f64>>,
}

/// The same in memory, as [`Packer`](super::Packer) makes them.
#[derive(Clone, Debug, PartialEq)]
pub struct PackedForest {
    /// How values are compared and leaves combined.
    pub spec: ForestSpec,
    /// See [`ForestArrays::tables`].
    pub tables: Vec<u32>,
    /// See [`ForestArrays::thresholds`].
    pub thresholds: Vec<f64>,
    /// See [`ForestArrays::sets`].
    pub sets: Option<Vec<u32>>,
    /// See [`ForestArrays::starts`].
    pub starts: Vec<u64>,
    /// See [`ForestArrays::node_tables`].
    pub node_tables: Packed,
    /// See [`ForestArrays::node_ranks`].
    pub node_ranks: Packed,
    /// See [`ForestArrays::shapes`].
    pub shapes: Vec<u64>,
    /// See [`ForestArrays::leaf_values`].
    pub leaf_values: Vec<f64>,
    /// See [`ForestArrays::leaf_codes`].
    pub leaf_codes: Option<Packed>,
    /// See [`ForestArrays::weights`].
    pub weights: Option<Vec<f64>>,
    /// See [`ForestArrays::outputs`].
    pub outputs: Option<Vec<u32>>,
    /// See [`ForestArrays::base`].
    pub base: Option<Vec<f64>>,
}

/// Unsigned numbers in memory, in the narrowest type that holds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packed {
    /// Up to 255.
    U8(Vec<u8>),
    /// Up to 65,535.
    U16(Vec<u16>),
}

impl Packed {
    pub(super) fn of(numbers: Vec<u16>) -> Self {
        let narrow: std::result::Result<Vec<u8>, _> =
            numbers.iter().map(|number| u8::try_from(*number)).collect();
        narrow.map_or(Self::U16(numbers), Self::U8)
    }

    fn view(&self) -> Result<Narrow> {
        Ok(match self {
            Self::U8(numbers) => Narrow::U8(view(numbers)?),
            Self::U16(numbers) => Narrow::U16(view(numbers)?),
        })
    }
}

impl PackedForest {
    /// Copies them.
    pub(super) fn arrays(&self) -> Result<ForestArrays> {
        Ok(ForestArrays {
            tables: view(&self.tables)?,
            thresholds: view(&self.thresholds)?,
            sets: self.sets.as_deref().map(view).transpose()?,
            starts: view(&self.starts)?,
            node_tables: self.node_tables.view()?,
            node_ranks: self.node_ranks.view()?,
            shapes: view(&self.shapes)?,
            leaf_values: view(&self.leaf_values)?,
            leaf_codes: self.leaf_codes.as_ref().map(Packed::view).transpose()?,
            weights: self.weights.as_deref().map(view).transpose()?,
            outputs: self.outputs.as_deref().map(view).transpose()?,
            base: self.base.as_deref().map(view).transpose()?,
        })
    }
}

fn view<T: bytemuck::Pod>(numbers: &[T]) -> Result<Array<T>> {
    Array::of(numbers).map_err(|error| FormatError::io("cannot hold the trees in memory", &error))
}
