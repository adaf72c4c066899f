//! Output files that appear whole or not at all.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::folder::{self, Folder};
use crate::paths;

/// A temporary file with a name.
type Hidden = (Arc<Folder>, OsString);

/// Temporary files of this process that have names. The lock is held while one is created, renamed or
/// removed, so whoever holds it knows all that are there, and none of them is about to become an output.
static LIVE: Mutex<Vec<Hidden>> = Mutex::new(Vec::new());

/// What is called before the first of them is made.
static BEFORE_FIRST: OnceLock<fn()> = OnceLock::new();

/// Longest part of a target's name that is repeated in that of its temporary file, in characters.
const NAME_KEPT: usize = 50;

fn live() -> Guard {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has `prepare` called before this process makes a temporary file with a name, or several outputs appear one after
/// another, which most runs never do. It may be called more than once.
pub(crate) fn before_first(prepare: fn()) {
    // The first caller is `main`.
    let _ = BEFORE_FIRST.set(prepare);
}

fn prepare() {
    if let Some(prepare) = BEFORE_FIRST.get() {
        prepare();
    }
}

/// While this is there, no thread makes, renames or removes a temporary file.
#[derive(Debug)]
pub struct Abandoned(#[expect(dead_code, reason = "held, not read")] Guard);

type Guard = MutexGuard<'static, Vec<Hidden>>;

/// Removes every temporary file of this process, which is about to end, and lets no other thread make or
/// rename one until the result is dropped.
pub fn abandon_all() -> Abandoned {
    let mut live = live();
    for (folder, name) in live.drain(..) {
        // Nothing more can be done about one that will not go away.
        let _ = folder.remove(&name);
    }
    Abandoned(live)
}

/// A file that takes its target's place when it is complete.
///
/// Bytes go to a file that has no name before [`AtomicFile::commit`] flushes it to the disk and gives it
/// one: where the process ends before that, by SIGKILL or a power cut too, nothing is left. A target that is
/// there is replaced by a rename, so for the moment between the two there is a name
/// `.NAME.PID-N.tmp` beside it (of a long name its beginning). File systems that have no files without names
/// hold the temporary file under that name from the beginning; dropped without a commit it is removed, and the
/// `shutdown` module does the same for a process that a signal ends, if it can be caught. The folder is held
/// open, so that it may be renamed meanwhile. A target that is a link stays one: the file at its end is
/// replaced. A target that exists and is no regular file (`/dev/null`, a pipe) is written directly, since it
/// cannot be replaced.
#[derive(Debug)]
pub struct AtomicFile {
    file: File,
    /// `None`: the target itself is written.
    temporary: Option<Temporary>,
}

#[derive(Debug)]
struct Temporary {
    folder: Arc<Folder>,
    /// Name of the target.
    target: OsString,
    /// Its own name, if it has one.
    hidden: Option<OsString>,
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

impl Readers {
    fn mode(self) -> u32 {
        match self {
            Self::All => 0o666,
            Self::Owner => 0o600,
            Self::Mode(mode) => mode,
        }
    }
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
        Self::replacing(target, true)
    }

    /// `nameless`: without a name while it is written, where that can be had.
    pub(crate) fn replacing(target: &Path, nameless: bool) -> io::Result<Self> {
        let target = paths::resolve(target)?;
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(|meta| !meta.is_file()) {
            let file = OpenOptions::new().write(true).open(&target)?;
            return Ok(Self { file, temporary: None });
        }
        let this = Self::beside(&target, readers(existing.as_ref()), false, nameless)?;
        if let Some(meta) = existing {
            this.file.set_permissions(meta.permissions())?;
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
        Self::beside(target, readers, true, true)
    }

    fn beside(target: &Path, readers: Readers, new: bool, nameless: bool) -> io::Result<Self> {
        let name = target.file_name().ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "the path does not name a file")
        })?;
        let folder = Arc::new(folder::of(target)?);
        let file = if nameless { folder.create_nameless(readers.mode()) } else { None };
        let (file, hidden) = if let Some(file) = file {
            (file, None)
        } else {
            let create = |hidden: &OsStr| folder.create(hidden, readers.mode());
            let (file, hidden) = hide(&folder, name, &mut live(), create)?;
            (file, Some(hidden))
        };
        let temporary = Temporary { folder, target: name.to_owned(), hidden, new };
        Ok(Self { file, temporary: Some(temporary) })
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
        for (index, this) in files.iter().enumerate() {
            if this.temporary.is_some() {
                this.file.sync_all().map_err(|error| CommitError { index, appeared: 0, error })?;
            }
        }
        if files.iter().filter(|this| this.temporary.is_some()).count() > 1 {
            // A signal that is caught waits for the lock, and so until all have appeared.
            prepare();
        }
        let mut live = live();
        for (index, this) in files.iter_mut().enumerate() {
            if let Some(temporary) = &mut this.temporary
                && let Err(error) = temporary.appear(&mut this.file, &mut live)
            {
                // What is dropped below takes the lock itself.
                drop(live);
                return Err(CommitError { index, appeared: index, error });
            }
        }
        drop(live);
        files.iter().filter_map(|this| this.temporary.as_ref()).for_each(|t| t.folder.sync());
        Ok(())
    }
}

impl Temporary {
    /// Gives the file its name.
    fn appear(&mut self, file: &mut File, live: &mut Vec<Hidden>) -> io::Result<()> {
        if self.hidden.is_none() {
            match self.folder.name(file, &self.target) {
                Ok(()) => return Ok(()),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && self.new => return Err(e),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
                    let name = |hidden: &OsStr| self.folder.name(file, hidden);
                    self.hidden = Some(hide(&self.folder, &self.target, live, name)?.1);
                }
                // A system that makes files without names, but does not let them have one.
                Err(_) => self.copy(file, live)?,
            }
        }
        let Some(hidden) = &self.hidden else { return Ok(()) };
        let rename = if self.new { rename_new } else { Folder::rename };
        rename(&self.folder, hidden, &self.target)?;
        live.retain(|other| !is(other, &self.folder, hidden));
        self.hidden = None;
        Ok(())
    }

    /// Copies a file that cannot be named into one that has a name.
    fn copy(&mut self, file: &mut File, live: &mut Vec<Hidden>) -> io::Result<()> {
        let create = |hidden: &OsStr| self.folder.create(hidden, Readers::Owner.mode());
        let (mut copy, hidden) = hide(&self.folder, &self.target, live, create)?;
        self.hidden = Some(hidden);
        file.rewind()?;
        io::copy(file, &mut copy)?;
        copy.set_permissions(file.metadata()?.permissions())?;
        copy.sync_all()
    }
}

fn is((folder, name): &Hidden, of: &Arc<Folder>, named: &OsStr) -> bool {
    Arc::ptr_eq(folder, of) && name == named
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

/// Gives a file a name that nothing has. A second link says by itself whether the name is taken. A file
/// system without links is asked beforehand; there, what takes the name in that moment is replaced.
fn rename_new(folder: &Folder, hidden: &OsStr, target: &OsStr) -> io::Result<()> {
    match folder.link(hidden, target) {
        // One file under two names; the new one stays, whatever becomes of the other.
        Ok(()) => {
            let _ = folder.remove(hidden);
            Ok(())
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(e),
        Err(_) if folder.has(target) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => folder.rename(hidden, target),
    }
}

/// Makes something under a hidden name beside `target`. A name that is taken belongs to a process that was
/// killed, or to one of the same number on another machine; it is left alone.
fn hide<T>(
    folder: &Arc<Folder>,
    target: &OsStr,
    live: &mut Vec<Hidden>,
    make: impl Fn(&OsStr) -> io::Result<T>,
) -> io::Result<(T, OsString)> {
    prepare();
    let mut attempt = 0u32;
    loop {
        let mut hidden = OsString::from(".");
        match target.to_string_lossy().char_indices().nth(NAME_KEPT) {
            Some((cut, _)) => hidden.push(&target.to_string_lossy()[..cut]),
            None => hidden.push(target),
        }
        hidden.push(format!(".{}-{attempt}.tmp", std::process::id()));
        match make(&hidden) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => attempt += 1,
            other => {
                let made = other?;
                live.push((Arc::clone(folder), hidden.clone()));
                return Ok((made, hidden));
            }
        }
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(Temporary { folder, hidden: Some(hidden), .. }) = &self.temporary {
            let mut live = live();
            // Nothing more can be done about a temporary file that will not go away.
            let _ = folder.remove(hidden);
            live.retain(|other| !is(other, folder, hidden));
        }
    }
}

#[cfg(test)]
mod tests;
