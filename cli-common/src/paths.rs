//! Where files are: what an output replaces, and where a signature lies.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// More links than any system follows.
const MAX_LINKS: usize = 256;

/// A file, and what a message calls it.
pub type Named<'a> = (&'a str, &'a Path);

/// The file that is replaced or made when `path` is written: links are followed to their end, also
/// to one where nothing is yet.
///
/// # Errors
///
/// What the operating system says of a path that leads to no end, such as a circle of links.
pub fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::metadata(path) {
        // A pipe among the open files of a process (`/dev/fd/63`) has no other name.
        Ok(_) => return Ok(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        Err(_) => {}
    }
    let mut end = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&end) {
            Ok(to) => end = directory(&end).join(to),
            Err(_) => break,
        }
    }
    Ok(match (directory(&end).canonicalize(), end.file_name()) {
        (Ok(directory), Some(name)) => directory.join(name),
        _ => end,
    })
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Numbers of the standard streams among the open files of a process.
pub const STDIN: u32 = 0;
/// See [`STDIN`].
pub const STDOUT: u32 = 1;
/// See [`STDIN`].
pub const STDERR: u32 = 2;

/// The open file of this process that an output path names: `-`, `/dev/stdout`, `/dev/fd/3`,
/// `/proc/self/fd/1`, or a link to one of them.
pub fn own_descriptor(path: &Path) -> Option<u32> {
    // Where there is no /proc, what /dev/stdout means is known all the same.
    match path.to_str() {
        Some("-" | "/dev/stdout") => return Some(STDOUT),
        Some("/dev/stderr") => return Some(STDERR),
        _ => {}
    }
    let own = Path::new("/proc/self").canonicalize().ok();
    let mut end = path.to_owned();
    for _ in 0..MAX_LINKS {
        let folder = directory(&end).canonicalize().ok()?;
        let of_process = own.as_ref().is_some_and(|own| folder.starts_with(own));
        if folder == Path::new("/dev/fd") || (of_process && folder.ends_with("fd")) {
            return end.file_name()?.to_str()?.parse().ok();
        }
        end = folder.join(fs::read_link(&end).ok()?);
    }
    None
}

/// The regular file behind an open file of this process, if it is one and the system tells.
pub fn open_file(number: u32) -> Option<PathBuf> {
    let path = Path::new("/dev/fd").join(number.to_string()).canonicalize().ok()?;
    path.is_file().then_some(path)
}

/// Where the signature of a model lies unless it is named: `MODEL.minisig`.
pub fn signature_beside(model: &Path) -> PathBuf {
    let mut name = OsString::from(model);
    name.push(".minisig");
    name.into()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_to_their_end() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().canonicalize().unwrap().join(name);
        fs::create_dir(at("sub")).unwrap();
        for (to, link) in [("end", "b"), ("b", "a"), ("../a", "sub/c"), ("no/x", "nowhere")] {
            symlink(to, at(link)).unwrap();
        }
        let end = |name: &str| resolve(&at(name)).unwrap();
        for there in [false, true] {
            assert_eq!(
                ["a", "b", "end", "sub/c", "sub/../a"].map(end),
                [(); 5].map(|()| at("end"))
            );
            if !there {
                fs::write(at("end"), "").unwrap();
            }
        }
        assert_eq!(end("nowhere"), at("no/x"));
        symlink("y", at("x")).unwrap();
        symlink("x", at("y")).unwrap();
        assert!(resolve(&at("x")).is_err());
    }

    #[test]
    fn open_files_are_known_by_all_their_names() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        symlink("/dev/fd/7", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        symlink("c", at("c")).unwrap();
        fs::write(at("file"), "").unwrap();
        let own = |path: &str| own_descriptor(path.as_ref());
        assert_eq!(["-", "/dev/stdout", "/dev/fd/1"].map(own), [Some(STDOUT); 3]);
        let process = format!("/proc/{}/fd/2", std::process::id());
        assert_eq!(["/dev/stderr", "/proc/self/fd/2", &process].map(own), [Some(STDERR); 3]);
        assert_eq!(["a", "b"].map(|name| own_descriptor(&at(name))), [Some(7); 2]);
        assert_eq!(["c", "file", "no"].map(|name| own_descriptor(&at(name))), [None; 3]);
        assert_eq!(["/dev/null", "/proc/1/fd/1", "1"].map(own), [None; 3]);
    }
}
