//! Assembling an artifact: canonical, so that the same model always gives the same bytes.

use crate::artifact::Artifact;
use crate::codec;
use crate::container;
use crate::error::Result;
use crate::manifest::Manifest;
pub use crate::section::ArrayData;
use crate::{v1, v2};

/// Encodes a model as a file of version 2 and checks the bytes as a reader would.
///
/// `arrays` are those of the program, by number; `manifest.arrays` is not looked at.
///
/// # Errors
///
/// The reason the reader gives for refusing the model.
pub fn encode(manifest: Manifest, arrays: Vec<ArrayData>) -> Result<(Vec<u8>, Artifact)> {
    let (manifest, arrays) = v2::Manifest::of(manifest, arrays)?;
    file(2, &codec::encode(&manifest)?, &arrays)
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
    sections.extend(arrays.iter().map(ArrayData::bytes));
    let file = container::build(version, &sections)?;
    let artifact = Artifact::parse(&file)?;
    Ok((file, artifact))
}
