//! Assembling an artifact: canonical, so that the same model always gives the same bytes.

use std::sync::Arc;

use crate::artifact::Artifact;
use crate::buffer::AlignedBytes;
use crate::codec;
use crate::container::{self, Entry};
use crate::error::{FormatError, Result};
use crate::layout::ALIGNMENT;
use crate::manifest::{ArraySpec, Manifest};
use crate::pipeline::Pipeline;
use crate::program::{Arrays, Claims};
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

/// About how much work it is to predict one row, in additions: what has to be known before golden rows are made.
///
/// # Errors
///
/// The reason the reader gives for refusing the program.
pub fn row_cost(manifest: &Manifest, arrays: &[ArrayData]) -> Result<u64> {
    let no_memory = |error| FormatError::io("cannot hold the model in memory", &error);
    let mut end = 0usize;
    let mut entries = Vec::with_capacity(arrays.len());
    for array in arrays {
        let start = end.next_multiple_of(ALIGNMENT);
        end = start.saturating_add(array.bytes().len());
        entries.push(Entry { start, end });
    }
    let mut buffer = AlignedBytes::zeroed(end).map_err(no_memory)?;
    for (array, entry) in arrays.iter().zip(&entries) {
        if let Some(place) = buffer.range_mut(entry.start..entry.end) {
            place.copy_from_slice(array.bytes());
        }
    }
    let specs: Vec<ArraySpec> = arrays.iter().map(ArrayData::spec).collect();
    let arrays = Arrays { specs: &specs, buffer: &Arc::new(buffer), entries: &entries };
    arrays.check()?;
    Ok(Pipeline::build(manifest, Claims::new(&arrays))?.program().row_cost())
}

/// Checks that the manifest of a model is not too long, whatever its arrays.
///
/// # Errors
///
/// If it is.
pub fn check_size(manifest: Manifest) -> Result<()> {
    let (manifest, _) = v2::Manifest::of(manifest, Vec::new())?;
    codec::encode(&manifest).map(drop)
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
