//! What no output may take the place of: what is read, another output, a key.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::paths::{self, Named, STDIN, STDOUT};

/// How much of a file is looked at for a key.
const MAX_KEYS_LEN: u64 = 64 << 10;
/// Characters of a minisign key in base64: a secret one and a public one.
pub const SECRET_KEY_CHARS: usize = 212;
/// See [`SECRET_KEY_CHARS`].
pub const PUBLIC_KEY_CHARS: usize = 56;
/// Characters of a secret key of signify in base64.
const SIGNIFY_KEY_CHARS: usize = 140;
/// How lines begin that hold a secret key of age, or the key file of `PuTTY`.
const AT_LINE_START: [&str; 3] = ["AGE-SECRET-KEY-", "AGE-PLUGIN-", "PuTTY-User-Key-File-"];

/// Where an output ends up.
#[derive(PartialEq)]
enum Place {
    /// An open file of the process, by its number.
    Open(u32),
    /// A file that is there or will be, links followed to their end.
    File(PathBuf),
}

/// Refuses outputs that would take the place of a file that is read, of each other, or of a key: a secret
/// key that is lost cannot be had again. An output `-` is stdout, an input `-` stdin. A device or a pipe takes
/// what several options send it.
///
/// # Errors
///
/// A usage error.
pub fn check(outputs: &[Named], inputs: &[Named]) -> Result<()> {
    let mut places: Vec<(&str, Place)> = Vec::with_capacity(outputs.len());
    for (output, path) in outputs {
        let place = match paths::own_descriptor(path) {
            Some(number) => Place::Open(number),
            // What cannot be resolved cannot be opened either, and is reported then.
            None => match paths::resolve(path) {
                Ok(end) if end.is_file() || !end.exists() => Place::File(end),
                _ => continue,
            },
        };
        if let Some((other, _)) = places.iter().find(|(_, other)| *other == place) {
            return Err(Error::usage(match place {
                Place::Open(STDOUT) => format!("{other} and {output} both go to stdout"),
                _ => format!("{other} and {output} name the same file"),
            }));
        }
        let file = match &place {
            Place::Open(number) => paths::open_file(*number),
            Place::File(path) => Some(path.clone()),
        };
        if let Some(file) = file {
            let is_read = |path: &Path| input(path).is_some_and(|input| input == file);
            if let Some((input, _)) = inputs.iter().find(|(_, path)| is_read(path)) {
                return Err(Error::usage(format!("{output} would overwrite {input}")));
            }
            if is_key(&file) {
                let path = if path.as_os_str() == "-" { &file } else { *path };
                let fact = format!("{output} would overwrite `{}`, which is a key", path.display());
                return Err(
                    Error::usage(fact).with_hint("remove the key first if it is no longer needed")
                );
            }
        }
        places.push((output, place));
    }
    Ok(())
}

/// The file that is read under a name, if it is one.
fn input(path: &Path) -> Option<PathBuf> {
    if path == Path::new("-") {
        return paths::open_file(STDIN);
    }
    paths::resolve(path).ok()
}

/// Whether a file holds keys, by its looks: secret or public ones of minisign, alone or in a list, or a
/// key as other programs write it in text: `OpenSSL`, `OpenSSH`, `OpenPGP`, `PuTTY`, age, signify.
fn is_key(path: &Path) -> bool {
    let mut bytes = Vec::new();
    // Opening a pipe would wait for anyone who writes to it.
    if !path.is_file() {
        return false;
    }
    let read = File::open(path).and_then(|file| file.take(MAX_KEYS_LEN).read_to_end(&mut bytes));
    let base64 =
        |line: &str| line.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b));
    let key = |line: &str| {
        let lengths = [SECRET_KEY_CHARS, PUBLIC_KEY_CHARS, SIGNIFY_KEY_CHARS];
        let minisign = lengths.contains(&line.len()) && line.starts_with("RW") && base64(line);
        let between = |begin: &str, ends: &[&str]| {
            line.starts_with(begin) && ends.iter().any(|end| line.ends_with(end))
        };
        minisign
            // OpenSSL, OpenSSH, OpenPGP, and SSH as RFC 4716 writes it.
            || between("-----BEGIN ", &["KEY-----", "KEY BLOCK-----"])
            || between("---- BEGIN ", &["KEY ----"])
            || AT_LINE_START.iter().any(|mark| line.starts_with(mark))
    };
    read.is_ok() && String::from_utf8_lossy(&bytes).lines().any(|line| key(line.trim()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn outputs_that_clash() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("in"), "").unwrap();
        symlink("in", at("to_in")).unwrap();
        symlink("new", at("to_new")).unwrap();
        let check = |a: &str, b: &str| {
            check(&[("-o", &at(a)), ("-p", &at(b))], &[("the input", &at("in"))])
                .map_err(|e| e.to_string())
        };
        assert_eq!(check("new", "other"), Ok(()));
        assert_eq!(check("new", "to_new").unwrap_err(), "-o and -p name the same file");
        assert_eq!(check("new", "to_in").unwrap_err(), "-p would overwrite the input");
    }

    #[test]
    fn devices_take_everything_and_stdout_one_thing() {
        let check = |a: &str, b: &str, input: &str| {
            let [a, b, input] = [a, b, input].map(Path::new);
            check(&[("-o", a), ("-p", b)], &[("x", input)]).map_err(|e| e.to_string())
        };
        assert_eq!(check("/dev/null", "/dev/null", "/dev/null"), Ok(()));
        for (a, b) in [("-", "-"), ("-", "/dev/stdout"), ("/proc/self/fd/1", "/dev/fd/1")] {
            assert_eq!(check(a, b, "/dev/null").unwrap_err(), "-o and -p both go to stdout");
        }
        assert_eq!(check("-", "/dev/stderr", "-"), Ok(()));
    }

    #[test]
    fn keys_are_known_by_what_is_in_them() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x");
        let refused = |text: &str| {
            fs::write(&path, text).unwrap();
            check(&[("-o", &path)], &[]).is_err()
        };
        let public = format!("RW{}", "Q".repeat(PUBLIC_KEY_CHARS - 2));
        let secret = format!("RW{}==", "+".repeat(SECRET_KEY_CHARS - 4));
        for key in [&public, &secret] {
            assert!(refused(&format!("untrusted comment: key\n{key}\n")));
            assert!(refused(&format!("{key}\r\n{key}")));
        }
        let signify = format!("untrusted comment: s\nRWRCSw{}==\n", "A".repeat(132));
        for of_others in [
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\r\nMII\r\n",
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQd\n",
            "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/\n",
            "# created: 2026-01-01T00:00:00Z\n# public key: age1q\nAGE-SECRET-KEY-1QQQ\n",
            "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n",
            &signify,
        ] {
            assert!(refused(of_others), "{of_others}");
        }
        let signature = format!("untrusted comment: s\nRW{}\n", "Q".repeat(98));
        for other in ["", "a,b\n1,2\n", &signature, &public[1..], &format!("{public},1\n")] {
            assert!(!refused(other), "{other}");
        }
    }
}
