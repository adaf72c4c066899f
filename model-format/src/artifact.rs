//! The one way in: bytes to a checked model.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::buffer::AlignedBytes;
use crate::container::{self, Preamble};
use crate::digest::Digest;
use crate::error::{ErrorKind, FormatError, Place, Result};
use crate::golden;
use crate::layout::{ENTRY_LEN, PREAMBLE_LEN};
use crate::manifest::Manifest;
use crate::pipeline::{Arrays, Pipeline};
use crate::statistics;

/// A model file whose bytes, manifest and structure were checked.
///
/// What is not checked here: that the predictions are right on this machine. That takes kernels,
/// which the predictor has; it replays the golden rows at every load.
#[derive(Debug)]
pub struct Artifact {
    version: u32,
    id: Digest,
    file_len: usize,
    n_sections: usize,
    manifest_len: usize,
    manifest: Manifest,
    pipeline: Pipeline,
}

impl Artifact {
    /// Reads and checks a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if the file cannot be read; every other kind says why its bytes were
    /// refused. Nothing in the file is run, memory stays within a small multiple of its size, and
    /// time is linear in it.
    pub fn open(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(|e| FormatError::io("cannot open it", &e))?;
        let meta = file.metadata().map_err(|e| FormatError::io("cannot read it", &e))?;
        if meta.is_dir() {
            let what = "it is a directory, expected a model file";
            return Err(FormatError::new(ErrorKind::NotAModel, Place::File, what));
        }
        let mut head = Vec::with_capacity(PREAMBLE_LEN);
        let io = |e| FormatError::io("cannot read it", &e);
        file.by_ref().take(PREAMBLE_LEN as u64).read_to_end(&mut head).map_err(io)?;
        let preamble = Preamble::parse(&head)?;
        // A regular file tells its length before anything is read; a pipe is read until it ends or
        // passes the length its preamble names.
        let expected = if meta.is_file() {
            if meta.len() != preamble.file_len as u64 {
                return Err(length_error(meta.len(), preamble.file_len));
            }
            preamble.file_len
        } else {
            0
        };
        // The header is checked before memory is taken for the rest: a length that nobody wrote
        // into a header costs nothing.
        let table_len = preamble.n_sections.saturating_mul(ENTRY_LEN) as u64;
        file.by_ref().take(table_len).read_to_end(&mut head).map_err(io)?;
        container::check_header(&head, &preamble)?;
        let limit = (preamble.file_len as u64).saturating_add(1).saturating_sub(head.len() as u64);
        let bytes = AlignedBytes::read(&head, &mut file, limit, expected).map_err(io)?;
        Self::from_buffer(bytes)
    }

    /// Checks a model held in memory.
    ///
    /// # Errors
    ///
    /// As [`Artifact::open`].
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        Preamble::parse(bytes)?;
        let copy = AlignedBytes::copy_of(bytes)
            .map_err(|e| FormatError::io("cannot hold it in memory", &e))?;
        Self::from_buffer(copy)
    }

    fn from_buffer(bytes: AlignedBytes) -> Result<Self> {
        let preamble = Preamble::parse(bytes.as_slice())?;
        let entries = container::check(bytes.as_slice(), &preamble)?;
        let buffer = Arc::new(bytes);
        let (first, arrays) = entries.split_first().ok_or_else(|| {
            FormatError::new(ErrorKind::Layout, Place::File, "the file has no manifest")
        })?;
        let manifest_bytes = buffer.as_slice().get(first.start..first.end).unwrap_or_default();
        let manifest = Manifest::decode(manifest_bytes)?;
        let arrays =
            Arrays { specs: &manifest.arrays, buffer: &buffer, entries: arrays, of_steps: &[] };
        arrays.check()?;
        let pipeline = Pipeline::build(&manifest, &arrays)?;
        golden::check(&manifest.golden, &pipeline)?;
        statistics::check(manifest.statistics.as_deref(), pipeline.schema())?;
        crate::provenance::check(&manifest)?;
        Ok(Self {
            version: preamble.version,
            id: preamble.digest,
            file_len: preamble.file_len,
            n_sections: preamble.n_sections,
            manifest_len: manifest_bytes.len(),
            manifest,
            pipeline,
        })
    }

    /// Format version of the file.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The model's id: the header digest, which covers every byte of the file.
    pub fn id(&self) -> Digest {
        self.id
    }

    /// Length of the file in bytes.
    pub fn file_len(&self) -> usize {
        self.file_len
    }

    /// Number of sections, the manifest included.
    pub fn n_sections(&self) -> usize {
        self.n_sections
    }

    /// Length of the manifest section in bytes.
    pub fn manifest_len(&self) -> usize {
        self.manifest_len
    }

    /// The manifest, whose parts were all checked.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The checked pipeline.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }
}

fn length_error(found: u64, expected: usize) -> FormatError {
    let word = if found < expected as u64 { "cut short" } else { "too long" };
    let what = format!("the file is {word}: {found} bytes, its preamble says {expected}");
    FormatError::new(ErrorKind::Length, Place::File, what)
}
