use std::path::PathBuf;

use super::*;

fn names(directory: &Path) -> Vec<OsString> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

fn written(target: &Path, text: &[u8]) -> AtomicFile {
    written_so(target, text, true)
}

/// With a name from the beginning, if it is not to be `nameless`.
fn written_so(target: &Path, text: &[u8], nameless: bool) -> AtomicFile {
    let mut file = AtomicFile::replacing(target, nameless).unwrap();
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
    files[1].file = OpenOptions::new().write(true).open("/dev/null").unwrap();
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
    assert_eq!((fs::read(&a).unwrap(), fs::read(&b).unwrap()), (b"new".into(), b"theirs".into()));
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
                for i in 0..20 {
                    written_so(target, &[byte; 1000], i % 2 == 0).commit().unwrap();
                }
            });
        }
    });
    let bytes = fs::read(&target).unwrap();
    assert!(bytes.len() == 1000 && bytes.iter().all(|byte| *byte == bytes[0]));
    assert_eq!(names(directory.path()), ["out.csv"]);
}

/// Files of both kinds: without a name while they are written, and with one.
fn both(name: &str, check: impl Fn(&Path, &dyn Fn(&[u8]) -> AtomicFile)) {
    for nameless in [true, false] {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join(name);
        check(directory.path(), &|text| written_so(&target, text, nameless));
    }
}

#[test]
fn an_output_is_new_or_takes_the_place_of_another_or_never_was() {
    both("out", |folder, written| {
        for text in [b"1", b"2"] {
            written(text).commit().unwrap();
            assert_eq!(fs::read(folder.join("out")).unwrap(), text);
        }
        drop(written(b"3"));
        assert_eq!(fs::read(folder.join("out")).unwrap(), b"2");
        assert_eq!(names(folder), ["out"]);
    });
}

#[cfg(unix)]
#[test]
fn a_folder_may_be_renamed_meanwhile() {
    both("out", |folder, written| {
        let (kept, dropped) = (written(b"1"), written(b"2"));
        let elsewhere: PathBuf = folder.with_extension("elsewhere");
        fs::rename(folder, &elsewhere).unwrap();
        fs::create_dir(folder).unwrap();
        drop(dropped);
        kept.commit().unwrap();
        assert_eq!((names(&elsewhere), names(folder)), (vec!["out".into()], vec![]));
        written(b"3");
        fs::remove_dir_all(elsewhere).unwrap();
    });
}

#[cfg(unix)]
#[test]
fn what_is_being_written_can_be_read_by_nobody_else() {
    use std::os::unix::fs::PermissionsExt as _;
    both("out", |folder, written| {
        written(b"1").commit().unwrap();
        let target = folder.join("out");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
        let file = written(b"2");
        assert_eq!(file.file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        file.commit().unwrap();
        assert_eq!(fs::metadata(target).unwrap().permissions().mode() & 0o777, 0o600);
    });
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_named_is_copied() {
    both("out", |folder, written| {
        let mut file = written(b"1");
        let AtomicFile { file: open, temporary: Some(temporary) } = &mut file else { panic!() };
        if temporary.hidden.is_none() {
            temporary.copy(open, &mut live()).unwrap();
        }
        file.commit().unwrap();
        assert_eq!(fs::read(folder.join("out")).unwrap(), b"1");
        assert_eq!(names(folder), ["out"]);
    });
}
