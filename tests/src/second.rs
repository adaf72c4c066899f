//! Models of version 1 written as files of version 2.

use model_format::Artifact;
use model_format::manifest::{Dtype, Manifest};
use model_format::writer::{self, ArrayData};

use crate::parts::Parts;

/// What version 2 says of a model: its manifest and the arrays of its program. `None` for trees of version 1,
/// which it does not have.
pub fn parts(file: &[u8]) -> Option<(Manifest, Vec<ArrayData>)> {
    let manifest = Artifact::parse(file).unwrap().manifest().clone();
    if manifest.arrays.iter().any(|spec| spec.dtype == Dtype::Node) {
        return None;
    }
    let bytes = Parts::of(file).arrays;
    let arrays = manifest.arrays.iter().cloned().zip(bytes);
    let arrays = arrays.map(|(spec, bytes)| ArrayData::of_bytes(spec, bytes)).collect();
    Some((manifest, arrays))
}

/// The same model as a file of version 2.
pub fn file(first: &[u8]) -> Option<Vec<u8>> {
    let (manifest, arrays) = parts(first)?;
    Some(writer::encode(manifest, arrays).unwrap().0)
}
