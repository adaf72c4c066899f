//! The one way in: bytes to a checked model.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::buffer::AlignedBytes;
use crate::codec;
use crate::container::{self, Entry, Piece, Preamble, Sections};
use crate::digest::Digest;
use crate::error::{ErrorKind, FormatError, Place, Result};
use crate::golden;
use crate::layout::{ENTRY_LEN, PREAMBLE_LEN};
use crate::limits::MAX_FILE_LEN;
use crate::manifest::Manifest;
use crate::parallel;
use crate::pipeline::Pipeline;
use crate::program::{Arrays, Claims};
use crate::statistics;
use crate::{v1, v2};

/// A file that was opened as a model, and of which nothing was read.
#[derive(Debug)]
pub struct ModelFile {
    file: File,
    meta: Metadata,
}

impl ModelFile {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if it cannot be opened, [`ErrorKind::NotAModel`] for a directory or a device.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| FormatError::io("cannot open it", &e))?;
        let meta = file.metadata().map_err(|e| FormatError::io("cannot read it", &e))?;
        if meta.is_dir() {
            let what = "it is a directory, expected a model file";
            return Err(FormatError::new(ErrorKind::NotAModel, Place::File, what));
        }
        if is_device(&meta) {
            let what = "it is a device, which may have no end, expected a model file";
            return Err(FormatError::new(ErrorKind::NotAModel, Place::File, what));
        }
        Ok(Self { file, meta })
    }

    /// Reads the whole file once, without looking at what it says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`] if it cannot be read, [`ErrorKind::Length`] if it is longer than any model.
    pub fn read(mut self) -> Result<ModelBytes> {
        let too_long = |found: &str| {
            let what = format!("{found} bytes, the limit is {MAX_FILE_LEN}");
            FormatError::new(ErrorKind::Length, Place::File, what)
        };
        let expected = if self.meta.is_file() { self.meta.len() } else { 0 };
        let expected = usize::try_from(expected)
            .ok()
            .filter(|_| expected <= MAX_FILE_LEN)
            .ok_or_else(|| too_long(&expected.to_string()))?;
        let limit = MAX_FILE_LEN.saturating_add(1);
        let bytes = AlignedBytes::read(&[], &mut self.file, limit, expected)
            .map_err(|e| FormatError::io("cannot read it", &e))?;
        if bytes.as_slice().len() as u64 == limit {
            return Err(too_long("more"));
        }
        Ok(ModelBytes(Arc::new(bytes)))
    }
}

/// The bytes of a model file, held in memory and not looked into.
///
/// Between [`ModelFile::read`] and [`ModelBytes::check`] a signature can be verified over exactly the
/// bytes that are decoded afterwards.
pub struct ModelBytes(Arc<AlignedBytes>);

impl ModelBytes {
    /// The bytes as they came.
    pub fn as_slice(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Checks them and says what they mean.
    ///
    /// # Errors
    ///
    /// As [`Artifact::parse`].
    pub fn check(&self) -> Result<Artifact> {
        Artifact::from_buffer(&self.0)
    }
}

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
        let ModelFile { mut file, meta } = ModelFile::open(path)?;
        let mut head = Vec::with_capacity(PREAMBLE_LEN);
        let io = |e| FormatError::io("cannot read it", &e);
        file.by_ref().take(PREAMBLE_LEN as u64).read_to_end(&mut head).map_err(io)?;
        let preamble = Preamble::parse(&head)?;
        // A regular file tells its length before anything is read.
        if meta.is_file() && meta.len() != preamble.file_len as u64 {
            return Err(length_error(meta.len(), preamble.file_len));
        }
        // The header is checked before memory is taken for the rest: a length that nobody wrote
        // into a header costs nothing.
        let table_len = preamble.n_sections.saturating_mul(ENTRY_LEN) as u64;
        file.by_ref().take(table_len).read_to_end(&mut head).map_err(io)?;
        let sections = Sections::parse(&head, &preamble)?;
        #[cfg(unix)]
        if meta.is_file() {
            return Self::read_at_once(&file, &head, &preamble, sections);
        }
        // A pipe is read until it ends or passes the length its preamble names.
        let limit = (preamble.file_len as u64).saturating_add(1).saturating_sub(head.len() as u64);
        let bytes = AlignedBytes::read(&head, &mut file, limit, 0).map_err(io)?;
        Self::from_buffer(&Arc::new(bytes))
    }

    /// Reads and hashes the rest of a regular file, each core a piece at a time.
    #[cfg(unix)]
    fn read_at_once(
        file: &File,
        head: &[u8],
        preamble: &Preamble,
        sections: Sections,
    ) -> Result<Self> {
        use std::os::unix::fs::FileExt as _;

        let io = |e| FormatError::io("cannot read it", &e);
        let mut buffer = AlignedBytes::zeroed(preamble.file_len).map_err(io)?;
        let pieces = sections.pieces();
        let mut rest = buffer.after(head).ok_or_else(|| length_error(0, preamble.file_len))?;
        let parts = pieces.iter().map_while(|piece| {
            let part = rest.split_off_mut(..piece.end.saturating_sub(piece.start))?;
            Some((piece, part))
        });
        let threads = parallel::threads_for(preamble.file_len);
        let read = parallel::map(parts, threads, |(piece, part): (&Piece, &mut [u8])| {
            file.read_exact_at(part, piece.start as u64)?;
            Ok(Digest::of(part.get(piece.padding..).unwrap_or_default()))
        });
        let digests = read.into_iter().collect::<std::io::Result<Vec<Digest>>>();
        // It may have become shorter or longer meanwhile.
        let len = file.metadata().map_err(io)?.len();
        if len != preamble.file_len as u64 {
            return Err(length_error(len, preamble.file_len));
        }
        let entries = sections.check(buffer.as_slice(), Some(&digests.map_err(io)?))?;
        Self::from_sections(&Arc::new(buffer), preamble, &entries)
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
        Self::from_buffer(&Arc::new(copy))
    }

    fn from_buffer(buffer: &Arc<AlignedBytes>) -> Result<Self> {
        let preamble = Preamble::parse(buffer.as_slice())?;
        let entries = container::check(buffer.as_slice(), &preamble)?;
        Self::from_sections(buffer, &preamble, &entries)
    }

    /// Gives the sections of a container that was checked a meaning.
    fn from_sections(
        buffer: &Arc<AlignedBytes>,
        preamble: &Preamble,
        entries: &[Entry],
    ) -> Result<Self> {
        let (first, arrays) = entries.split_first().ok_or_else(|| {
            FormatError::new(ErrorKind::Layout, Place::File, "the file has no manifest")
        })?;
        let manifest_bytes = buffer.as_slice().get(first.start..first.end).unwrap_or_default();
        let (manifest, pipeline) = if preamble.version == 1 {
            let manifest = v1::Manifest::decode(manifest_bytes)?;
            let specs: Vec<_> = manifest.arrays.iter().cloned().map(Into::into).collect();
            let arrays = Arrays { specs: &specs, buffer, entries: arrays };
            arrays.check()?;
            let manifest = manifest.lift()?;
            let pipeline = Pipeline::build(&manifest, Claims::new(&arrays))?;
            (manifest, pipeline)
        } else {
            let manifest: v2::Manifest = codec::decode(manifest_bytes)?;
            let specs = manifest.arrays();
            let arrays = Arrays { specs: &specs, buffer, entries: arrays };
            arrays.check()?;
            let mut claims = Claims::new(&arrays);
            let manifest = manifest.resolve(&mut claims)?;
            let pipeline = Pipeline::build(&manifest, claims)?;
            (manifest, pipeline)
        };
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

    /// Whether the model holds rows of its training data: neighbours and support vectors are some, and
    /// the centre of a cluster of one row is that row.
    pub fn holds_training_records(&self) -> bool {
        let class_counts = &self.manifest.provenance.class_counts;
        let ops = self.pipeline.program().ops();
        ops.iter().any(|placed| placed.op.holds_training_rows(class_counts))
    }

    /// The checked pipeline.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }
}

#[cfg(unix)]
fn is_device(meta: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    meta.file_type().is_char_device() || meta.file_type().is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

fn length_error(found: u64, expected: usize) -> FormatError {
    let word = if found < expected as u64 { "cut short" } else { "too long" };
    let what = format!("the file is {word}: {found} bytes, its preamble says {expected}");
    FormatError::new(ErrorKind::Length, Place::File, what)
}
