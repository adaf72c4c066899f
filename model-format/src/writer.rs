//! Assembling an artifact: canonical, so that the same model always gives the same bytes.

use crate::artifact::Artifact;
use crate::buffer::NodeWords;
use crate::container;
use crate::error::Result;
use crate::fields::{ArraySpec, Dtype};
use crate::v1;

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

/// Encodes a model as a file of version 1 and checks the bytes as a reader would; the trainer does not write
/// this version any more.
///
/// `manifest.arrays` is filled from `arrays`.
///
/// # Errors
///
/// The reason the reader gives for refusing the model.
pub fn encode_v1(mut manifest: v1::Manifest, arrays: &[ArrayData]) -> Result<(Vec<u8>, Artifact)> {
    let specs = arrays.iter().map(|array| array.spec().try_into());
    manifest.arrays = specs.collect::<Result<_>>()?;
    file(1, &manifest.encode()?, arrays)
}

/// Puts a manifest and arrays into a file and checks the bytes as a reader would, so that nothing can be
/// written that would be refused later.
fn file(version: u32, manifest: &[u8], arrays: &[ArrayData]) -> Result<(Vec<u8>, Artifact)> {
    let mut sections = vec![manifest];
    sections.extend(arrays.iter().map(|a| a.bytes.as_slice()));
    let file = container::build(version, &sections)?;
    let artifact = Artifact::parse(&file)?;
    Ok((file, artifact))
}
