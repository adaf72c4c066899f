//! Arrays on their way into a file.

use crate::buffer::NodeWords;
use crate::fields::{ArraySpec, Dtype};

/// One array to be stored.
#[derive(Clone, Debug)]
pub struct ArrayData {
    name: String,
    dtype: Dtype,
    shape: Vec<u64>,
    bytes: Vec<u8>,
}

impl ArrayData {
    /// Numbers of the given shape, row-major.
    pub fn f64(name: impl Into<String>, shape: &[usize], numbers: &[f64]) -> Self {
        Self::new(name, Dtype::F64, shape, numbers.iter().flat_map(|n| n.to_le_bytes()).collect())
    }

    /// One-dimensional unsigned integers.
    pub fn u64(name: impl Into<String>, numbers: &[u64]) -> Self {
        let bytes = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        Self::new(name, Dtype::U64, &[numbers.len()], bytes)
    }

    /// One-dimensional unsigned integers of 32 bits.
    pub fn u32(name: impl Into<String>, numbers: &[u32]) -> Self {
        Self::u32s(name, &[numbers.len()], numbers)
    }

    /// Unsigned integers of 32 bits of the given shape, row-major.
    pub fn u32s(name: impl Into<String>, shape: &[usize], numbers: &[u32]) -> Self {
        let bytes = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        Self::new(name, Dtype::U32, shape, bytes)
    }

    /// One-dimensional unsigned integers of 16 bits.
    pub fn u16(name: impl Into<String>, numbers: &[u16]) -> Self {
        let bytes = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        Self::new(name, Dtype::U16, &[numbers.len()], bytes)
    }

    /// Bytes.
    pub fn u8(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self::new(name, Dtype::U8, &[bytes.len()], bytes.to_vec())
    }

    /// Tree nodes.
    pub fn nodes(name: impl Into<String>, nodes: &[NodeWords]) -> Self {
        let bytes = nodes.iter().flatten().flat_map(|word| word.to_le_bytes()).collect();
        Self::new(name, Dtype::Node, &[nodes.len()], bytes)
    }

    /// As they are stored; a reader refuses bytes that do not fill their shape.
    pub fn of_bytes(spec: ArraySpec, bytes: Vec<u8>) -> Self {
        Self { name: spec.name, dtype: spec.dtype, shape: spec.shape, bytes }
    }

    /// Its name, for people.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The same with a number after its name.
    pub(crate) fn with_suffix(self, number: usize) -> Self {
        Self { name: format!("{}.{number}", self.name), ..self }
    }

    /// What the manifest says of it.
    pub fn spec(&self) -> ArraySpec {
        ArraySpec { name: self.name.clone(), dtype: self.dtype, shape: self.shape.clone() }
    }

    /// As they are stored.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn new(name: impl Into<String>, dtype: Dtype, shape: &[usize], bytes: Vec<u8>) -> Self {
        Self { name: name.into(), dtype, shape: shape.iter().map(|d| *d as u64).collect(), bytes }
    }
}
