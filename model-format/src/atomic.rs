//! Output files that appear whole or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that takes its target's place when it is complete.
///
/// Bytes go to a temporary file beside the target, `.NAME.PID-N.tmp`; [`AtomicFile::commit`] flushes
/// it to the disk and renames it. Dropped without a commit it is removed, and the target stays as
/// it was. A target that exists and is no regular file (`/dev/null`, a pipe) is written directly,
/// since it cannot be replaced.
#[derive(Debug)]
pub struct AtomicFile {
    file: Option<File>,
    temporary: Option<PathBuf>,
    target: PathBuf,
}

impl AtomicFile {
    /// Starts writing `target`; the directory it lies in must exist.
    ///
    /// # Errors
    ///
    /// What the operating system says of the temporary file.
    pub fn create(target: &Path) -> io::Result<Self> {
        // A link stays a link: the file it points at is replaced.
        let target = fs::canonicalize(target).unwrap_or_else(|_| match fs::read_link(target) {
            Ok(to) => target.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => target.to_owned(),
        });
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(|meta| !meta.is_file()) {
            let file = OpenOptions::new().write(true).open(&target)?;
            return Ok(Self { file: Some(file), temporary: None, target });
        }
        let name = target.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the path does not name a file")
        })?;
        let (file, temporary) = create_beside(&target, name)?;
        let this = Self { file: Some(file), temporary: Some(temporary), target };
        if let (Some(meta), Some(file)) = (existing, &this.file) {
            file.set_permissions(meta.permissions())?;
        }
        Ok(this)
    }

    /// Makes the file appear under its name.
    ///
    /// # Errors
    ///
    /// What the operating system says; the target is then as it was before.
    pub fn commit(mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let Some(temporary) = &self.temporary else { return Ok(()) };
        file.sync_all()?;
        drop(file);
        fs::rename(temporary, &self.target)?;
        self.temporary = None;
        // The rename itself reaches the disk with the directory; some file systems cannot sync
        // one, which costs durability after a power cut, not atomicity.
        if let Some(parent) = self.target.parent() {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            if let Ok(directory) = File::open(parent) {
                let _ = directory.sync_all();
            }
        }
        Ok(())
    }
}

/// Creates a hidden file beside `target`. A name that is taken belongs to a process that was killed,
/// or to one of the same number on another machine; it is left alone.
fn create_beside(target: &Path, name: &OsStr) -> io::Result<(File, PathBuf)> {
    let mut attempt = 0u32;
    loop {
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}-{attempt}.tmp", std::process::id()));
        let temporary = target.with_file_name(hidden);
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => attempt += 1,
            other => return Ok((other?, temporary)),
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("the file is already complete")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nothing more can be done about a temporary file that will not go away.
            let _ = fs::remove_file(temporary);
        }
    }
}
