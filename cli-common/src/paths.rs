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

/// Refuses outputs that would take the place of a file that is read, or of each other; the error
/// says which. `-` is no file, and a device or a pipe takes what several options send it.
///
/// # Errors
///
/// One line of fact.
pub fn check_outputs(outputs: &[Named], inputs: &[Named]) -> Result<(), String> {
    // What cannot be resolved cannot be opened either, and is told then.
    let place = |path: &Path| if path == Path::new("-") { None } else { resolve(path).ok() };
    let mut places: Vec<(&str, PathBuf)> = Vec::with_capacity(outputs.len());
    for (output, path) in outputs {
        let Some(own) = place(path).filter(|own| own.is_file() || !own.exists()) else { continue };
        if let Some((input, _)) = inputs.iter().find(|(_, path)| place(path).as_ref() == Some(&own))
        {
            return Err(format!("{output} would overwrite {input}"));
        }
        if let Some((other, _)) = places.iter().find(|(_, place)| *place == own) {
            return Err(format!("{other} and {output} name the same file"));
        }
        places.push((output, own));
    }
    Ok(())
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
    fn outputs_that_clash() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("in"), "").unwrap();
        symlink("in", at("to_in")).unwrap();
        symlink("new", at("to_new")).unwrap();
        let check = |a: &str, b: &str| {
            check_outputs(&[("-o", &at(a)), ("-p", &at(b))], &[("the input", &at("in"))])
        };
        assert_eq!(check("new", "other"), Ok(()));
        assert_eq!(check("new", "to_new").unwrap_err(), "-o and -p name the same file");
        assert_eq!(check("new", "to_in").unwrap_err(), "-p would overwrite the input");
        let null = Path::new("/dev/null");
        assert_eq!(check_outputs(&[("-o", null), ("-p", null)], &[("x", null)]), Ok(()));
        let dash = Path::new("-");
        assert_eq!(check_outputs(&[("-o", dash), ("-p", dash)], &[("x", dash)]), Ok(()));
    }
}
