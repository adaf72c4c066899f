//! Assembling an artifact: canonical, so that the same model always gives the same bytes.

use crate::artifact::Artifact;
use crate::buffer::NodeWords;
use crate::container;
use crate::error::Result;
use crate::manifest::{ArraySpec, Dtype, Manifest};

/// One array to be stored.
#[derive(Clone, Debug)]
pub struct ArrayData {
    name: &'static str,
    dtype: Dtype,
    shape: Vec<u64>,
    bytes: Vec<u8>,
}

impl ArrayData {
    /// Numbers of the given shape, row-major.
    pub fn f64(name: &'static str, shape: &[usize], numbers: &[f64]) -> Self {
        Self::new(name, Dtype::F64, shape, numbers.iter().flat_map(|n| n.to_le_bytes()).collect())
    }

    /// One-dimensional unsigned integers.
    pub fn u64(name: &'static str, numbers: &[u64]) -> Self {
        let bytes = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        Self::new(name, Dtype::U64, &[numbers.len()], bytes)
    }

    /// Tree nodes.
    pub fn nodes(name: &'static str, nodes: &[NodeWords]) -> Self {
        let bytes = nodes.iter().flatten().flat_map(|word| word.to_le_bytes()).collect();
        Self::new(name, Dtype::Node, &[nodes.len()], bytes)
    }

    /// What the manifest says of it.
    pub fn spec(&self) -> ArraySpec {
        ArraySpec { name: self.name.to_owned(), dtype: self.dtype, shape: self.shape.clone() }
    }

    fn new(name: &'static str, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> Self {
        Self { name, dtype, shape: shape.iter().map(|d| *d as u64).collect(), bytes }
    }
}

/// Encodes a model and checks the bytes as a reader would, so that nothing can be written that
/// would be refused later.
///
/// `manifest.arrays` is filled from `arrays`.
///
/// # Errors
///
/// The reason the reader gives for refusing the model.
pub fn encode(mut manifest: Manifest, arrays: &[ArrayData]) -> Result<(Vec<u8>, Artifact)> {
    manifest.arrays = arrays.iter().map(ArrayData::spec).collect();
    let encoded = manifest.encode()?;
    let mut sections: Vec<&[u8]> = vec![&encoded];
    sections.extend(arrays.iter().map(|a| a.bytes.as_slice()));
    let file = container::build(&sections)?;
    let artifact = Artifact::parse(&file)?;
    Ok((file, artifact))
}
