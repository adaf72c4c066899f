//! Output files that appear whole or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::paths;

/// Temporary files of this process. The lock is held while one is created, renamed or removed, so
/// whoever holds it knows all that are there, and none of them is about to become an output.
static LIVE: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Longest part of a target's name that is repeated in that of its temporary file, in characters.
const NAME_KEPT: usize = 50;

fn live() -> Guard {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this is there, no thread makes, renames or removes a temporary file.
#[derive(Debug)]
pub struct Abandoned(#[expect(dead_code, reason = "held, not read")] Guard);

type Guard = MutexGuard<'static, Vec<PathBuf>>;

/// Removes every temporary file of this process, which is about to end, and lets no other thread make or
/// rename one until the result is dropped.
pub fn abandon_all() -> Abandoned {
    let mut live = live();
    for temporary in live.drain(..) {
        // Nothing more can be done about one that will not go away.
        let _ = fs::remove_file(temporary);
    }
    Abandoned(live)
}

/// A file that takes its target's place when it is complete.
///
/// Bytes go to a temporary file beside the target, `.NAME.PID-N.tmp` (of a long name its beginning);
/// [`AtomicFile::commit`] flushes it to the disk and renames it. Dropped without a commit it is
/// removed, and the target stays as it was; the `shutdown` module does the same for a process that a
/// signal ends. Only SIGKILL or a power cut leave a temporary file. A target that is a link stays
/// one: the file at its end is replaced. A target that exists and is no regular file (`/dev/null`,
/// a pipe) is written directly, since it cannot be replaced.
#[derive(Debug)]
pub struct AtomicFile {
    file: Option<File>,
    temporary: Option<PathBuf>,
    target: PathBuf,
    /// The target must not be there.
    new: bool,
}

/// Who may read a file that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Whoever the system says.
    All,
    /// Its owner alone, from the first byte on.
    Owner,
    /// At most those with these rights, as the system writes them.
    Mode(u32),
}

/// Why [`AtomicFile::commit_all`] failed.
#[derive(Debug)]
pub struct CommitError {
    /// Position of the file that failed.
    pub index: usize,
    /// How many files, from the first on, had appeared by then.
    pub appeared: usize,
    /// What the operating system says.
    pub error: io::Error,
}

impl AtomicFile {
    /// Starts writing `target`; the directory it lies in must exist.
    ///
    /// # Errors
    ///
    /// What the operating system says of the temporary file.
    pub fn create(target: &Path) -> io::Result<Self> {
        let target = paths::resolve(target)?;
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(|meta| !meta.is_file()) {
            let file = OpenOptions::new().write(true).open(&target)?;
            return Ok(Self { file: Some(file), temporary: None, target, new: false });
        }
        let this = Self::beside(target, readers(existing.as_ref()), false)?;
        if let (Some(meta), Some(file)) = (existing, &this.file) {
            file.set_permissions(meta.permissions())?;
        }
        Ok(this)
    }

    /// Starts writing a file that must not be there when it is committed, nor a link of its name;
    /// what is there then stays, and the error is [`io::ErrorKind::AlreadyExists`].
    ///
    /// # Errors
    ///
    /// What the operating system says of the temporary file.
    pub fn create_new(target: &Path, readers: Readers) -> io::Result<Self> {
        Self::beside(target.to_owned(), readers, true)
    }

    fn beside(target: PathBuf, readers: Readers, new: bool) -> io::Result<Self> {
        let name = target.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the path does not name a file")
        })?;
        let (file, temporary) = create_beside(&target, name, readers)?;
        Ok(Self { file: Some(file), temporary: Some(temporary), target, new })
    }

    /// Makes the file appear under its name.
    ///
    /// # Errors
    ///
    /// What the operating system says; the target is then as it was before.
    pub fn commit(self) -> io::Result<()> {
        Self::commit_all(vec![self]).map_err(|e| e.error)
    }

    /// Makes several files appear. All of them are on the disk before the first takes its place, so
    /// a disk that turns out to be full leaves every target as it was. Several names cannot be given
    /// at once: if one cannot be given, the files before it have theirs.
    ///
    /// # Errors
    ///
    /// Which file failed and why, and how many have appeared.
    pub fn commit_all(mut files: Vec<Self>) -> Result<(), CommitError> {
        for (index, this) in files.iter_mut().enumerate() {
            if let Some(file) = this.file.take()
                && this.temporary.is_some()
            {
                file.sync_all().map_err(|error| CommitError { index, appeared: 0, error })?;
            }
        }
        let mut live = live();
        for (index, this) in files.iter_mut().enumerate() {
            if let Some(temporary) = &this.temporary {
                let rename = if this.new { rename_new } else { rename };
                if let Err(error) = rename(temporary, &this.target) {
                    // What is dropped below takes the lock itself.
                    drop(live);
                    return Err(CommitError { index, appeared: index, error });
                }
                live.retain(|other| other != temporary);
                this.temporary = None;
            }
        }
        drop(live);
        files.iter().for_each(Self::sync_directory);
        Ok(())
    }

    /// The rename itself reaches the disk with the directory; some file systems cannot sync one,
    /// which costs durability after a power cut, not atomicity.
    fn sync_directory(&self) {
        if let Some(parent) = self.target.parent() {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            if let Ok(directory) = File::open(parent) {
                let _ = directory.sync_all();
            }
        }
    }
}

/// What a file may be read by before it takes the place of another: nobody who may not read that one.
#[cfg(unix)]
fn readers(existing: Option<&fs::Metadata>) -> Readers {
    use std::os::unix::fs::MetadataExt as _;
    existing.map_or(Readers::All, |meta| Readers::Mode(meta.mode() & 0o777))
}

#[cfg(not(unix))]
fn readers(_: Option<&fs::Metadata>) -> Readers {
    Readers::All
}

fn rename(temporary: &Path, target: &Path) -> io::Result<()> {
    fs::rename(temporary, target)
}

/// Gives a file a name that nothing has. A second link says by itself whether the name is taken. A file
/// system without links is asked beforehand; there, what takes the name in that moment is replaced.
fn rename_new(temporary: &Path, target: &Path) -> io::Result<()> {
    match fs::hard_link(temporary, target) {
        // One file under two names; the new one stays, whatever becomes of the other.
        Ok(()) => {
            let _ = fs::remove_file(temporary);
            Ok(())
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        Err(_) if target.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(temporary, target),
    }
}

/// Creates a hidden file beside `target`. A name that is taken belongs to a process that was killed,
/// or to one of the same number on another machine; it is left alone.
fn create_beside(target: &Path, name: &OsStr, readers: Readers) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(match readers {
            Readers::All => 0o666,
            Readers::Owner => 0o600,
            Readers::Mode(mode) => mode,
        });
    }
    #[cfg(not(unix))]
    let _ = readers;
    let mut attempt = 0u32;
    let mut live = live();
    loop {
        let mut hidden = OsString::from(".");
        match name.to_string_lossy().char_indices().nth(NAME_KEPT) {
            Some((cut, _)) => hidden.push(&name.to_string_lossy()[..cut]),
            None => hidden.push(name),
        }
        hidden.push(format!(".{}-{attempt}.tmp", std::process::id()));
        let temporary = target.with_file_name(hidden);
        match options.open(&temporary) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => attempt += 1,
            other => {
                let file = other?;
                live.push(temporary.clone());
                return Ok((file, temporary));
            }
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
            let mut live = live();
            // Nothing more can be done about a temporary file that will not go away.
            let _ = fs::remove_file(temporary);
            live.retain(|other| other != temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<OsString> {
        let mut names: Vec<_> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    fn written(target: &Path, text: &[u8]) -> AtomicFile {
        let mut file = AtomicFile::create(target).unwrap();
        file.write_all(text).unwrap();
        file
    }

    #[test]
    fn what_a_killed_process_of_the_same_number_left_is_not_touched() {
        let directory = tempfile::tempdir().unwrap();
        let left = directory.path().join(format!(".out.csv.{}-0.tmp", std::process::id()));
        fs::write(&left, "left").unwrap();
        let target = directory.path().join("out.csv");
        written(&target, b"new").commit().unwrap();
        assert_eq!(
            (fs::read(&target).unwrap(), fs::read(&left).unwrap()),
            (b"new".into(), b"left".into())
        );
        assert_eq!(names(directory.path()).len(), 2);
    }

    #[test]
    fn a_name_as_long_as_names_can_be() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["x".repeat(255), "\u{1f600}".repeat(63)] {
            let target = directory.path().join(&name);
            written(&target, b"new").commit().unwrap();
            assert_eq!(names(directory.path()), [OsString::from(name)]);
            fs::remove_file(target).unwrap();
        }
    }

    #[test]
    fn files_that_appear_together_are_named_when_one_fails() {
        let directory = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| directory.path().join(name));
        let files = vec![written(&a, b"a"), written(&b, b"b")];
        fs::create_dir(&b).unwrap();
        let failed = AtomicFile::commit_all(files).unwrap_err();
        assert_eq!((failed.index, failed.appeared), (1, 1));
        assert_eq!(names(directory.path()), ["a", "b"]);
        fs::remove_dir(&b).unwrap();
        AtomicFile::commit_all(vec![written(&a, b"A"), written(&b, b"B")]).unwrap();
        assert_eq!((fs::read(a).unwrap(), fs::read(b).unwrap()), (b"A".into(), b"B".into()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn no_file_appears_before_all_are_on_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| directory.path().join(name));
        let mut files = vec![written(&a, b"a"), written(&b, b"b")];
        // A device that cannot be flushed stands for a disk that fails.
        files[1].file = Some(OpenOptions::new().write(true).open("/dev/null").unwrap());
        let failed = AtomicFile::commit_all(files).unwrap_err();
        assert_eq!((failed.index, failed.appeared), (1, 0));
        assert!(names(directory.path()).is_empty());
    }

    #[test]
    fn a_new_file_takes_no_other_file_s_place() {
        let directory = tempfile::tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| directory.path().join(name));
        let new = |target: &Path| {
            let mut file = AtomicFile::create_new(target, Readers::Owner).unwrap();
            file.write_all(b"new").unwrap();
            file
        };
        let files = vec![new(&a), new(&b)];
        fs::write(&b, "theirs").unwrap();
        let failed = AtomicFile::commit_all(files).unwrap_err();
        assert_eq!((failed.index, failed.appeared), (1, 1));
        assert_eq!(failed.error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(
            (fs::read(&a).unwrap(), fs::read(&b).unwrap()),
            (b"new".into(), b"theirs".into())
        );
        assert_eq!(names(directory.path()), ["a", "b"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt as _, symlink};
            assert_eq!(fs::metadata(&a).unwrap().permissions().mode() & 0o777, 0o600);
            fs::remove_file(&b).unwrap();
            symlink("nowhere", &b).unwrap();
            assert_eq!(new(&b).commit().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(names(directory.path()), ["a", "b"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_the_file_at_their_end_is_replaced() {
        use std::os::unix::fs::symlink;
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        for (to, link) in [("end", "b"), ("b", "a"), ("self", "self")] {
            symlink(to, at(link)).unwrap();
        }
        for text in [b"1", b"2"] {
            written(&at("a"), text).commit().unwrap();
            assert_eq!(fs::read(at("end")).unwrap(), text);
        }
        assert!(AtomicFile::create(&at("self")).is_err());
        assert_eq!(names(directory.path()), ["a", "b", "end", "self"]);
        assert!(["a", "b", "self"].map(|name| at(name).is_symlink()).iter().all(|link| *link));
    }

    #[test]
    fn whoever_writes_last_wins_and_nothing_is_mixed() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("out.csv");
        std::thread::scope(|scope| {
            for byte in [b'a', b'b', b'c', b'd'] {
                let target = &target;
                scope.spawn(move || {
                    for _ in 0..20 {
                        written(target, &[byte; 1000]).commit().unwrap();
                    }
                });
            }
        });
        let bytes = fs::read(&target).unwrap();
        assert!(bytes.len() == 1000 && bytes.iter().all(|byte| *byte == bytes[0]));
        assert_eq!(names(directory.path()), ["out.csv"]);
    }
}
