//! The folder that an output appears in, held open: the output gets there though the folder is renamed
//! meanwhile.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::Path;

#[cfg(unix)]
pub(crate) use unix::Folder;

#[cfg(not(unix))]
pub(crate) use elsewhere::Folder;

/// The folder of a path.
pub(crate) fn of(path: &Path) -> io::Result<Folder> {
    Folder::open(path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

#[cfg(unix)]
mod unix {
    use std::os::fd::{AsRawFd as _, OwnedFd};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};

    use super::{File, OsStr, Path, io};

    /// An open folder.
    #[derive(Debug)]
    pub(crate) struct Folder(OwnedFd);

    /// Enough to reach what is in a folder, also in one that may be written but not listed.
    #[cfg(target_os = "linux")]
    const REACH: OFlags = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    const REACH: OFlags = OFlags::RDONLY;

    impl Folder {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            let flags = REACH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self(rustix::fs::open(path, flags, Mode::empty())?))
        }

        /// Makes a file that must not be there.
        pub(crate) fn create(&self, name: &OsStr, mode: u32) -> io::Result<File> {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
            Ok(rustix::fs::openat(&self.0, name, flags, rights(mode))?.into())
        }

        /// Makes a file without a name, which is gone when the process is, however it ends. Not every
        /// system and file system has them, nor can one be named without `/proc`.
        #[cfg(target_os = "linux")]
        pub(crate) fn create_nameless(&self, mode: u32) -> Option<File> {
            let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
            let file: File = rustix::fs::openat(&self.0, ".", flags, rights(mode)).ok()?.into();
            std::fs::read_link(by_number(&file)).is_ok().then_some(file)
        }

        #[cfg(not(target_os = "linux"))]
        pub(crate) fn create_nameless(&self, _: u32) -> Option<File> {
            None
        }

        /// Gives a name that nothing has to a file without one.
        pub(crate) fn name(&self, file: &File, name: &OsStr) -> io::Result<()> {
            let from = by_number(file);
            Ok(rustix::fs::linkat(CWD, from, &self.0, name, AtFlags::SYMLINK_FOLLOW)?)
        }

        pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            Ok(rustix::fs::renameat(&self.0, from, &self.0, to)?)
        }

        /// Gives a file a second name, which nothing has.
        pub(crate) fn link(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            Ok(rustix::fs::linkat(&self.0, from, &self.0, to, AtFlags::empty())?)
        }

        pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
            Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
        }

        /// Whether something has this name, a link that leads nowhere included.
        pub(crate) fn has(&self, name: &OsStr) -> bool {
            rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
        }

        /// The names in it reach the disk. Some file systems cannot do that, which costs durability after
        /// a power cut, not atomicity.
        pub(crate) fn sync(&self) {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            if let Ok(folder) = rustix::fs::openat(&self.0, ".", flags, Mode::empty()) {
                let _ = rustix::fs::fsync(folder);
            }
        }
    }

    fn rights(mode: u32) -> Mode {
        // As wide as the system has it.
        Mode::from_bits_truncate(mode as _)
    }

    fn by_number(file: &File) -> String {
        format!("/proc/self/fd/{}", file.as_raw_fd())
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{self, OpenOptions};
    use std::path::PathBuf;

    use super::{File, OsStr, Path, io};

    /// A folder by its path.
    #[derive(Debug)]
    pub(crate) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            Ok(Self(path.to_owned()))
        }

        pub(crate) fn create(&self, name: &OsStr, _: u32) -> io::Result<File> {
            OpenOptions::new().write(true).create_new(true).open(self.0.join(name))
        }

        pub(crate) fn create_nameless(&self, _: u32) -> Option<File> {
            None
        }

        pub(crate) fn name(&self, _: &File, _: &OsStr) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fs::rename(self.0.join(from), self.0.join(to))
        }

        pub(crate) fn link(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
            fs::hard_link(self.0.join(from), self.0.join(to))
        }

        pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }

        pub(crate) fn has(&self, name: &OsStr) -> bool {
            self.0.join(name).symlink_metadata().is_ok()
        }

        pub(crate) fn sync(&self) {}
    }
}
