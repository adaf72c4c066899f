//! The password prompt at a terminal, which `script` of util-linux provides.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::Work;

/// A model, and a key whose password is `correct horse`.
fn work() -> Work {
    let work = Work::sample("iris");
    work.put("pw", "correct horse\n");
    work.run(&["keygen", "-o", "p.key", "--password-file", "pw", "-q"]).ok();
    work
}

/// Runs the program in a terminal, types an answer at each prompt once the terminal hides it, and says what
/// stood on the screen in the end: all that was shown, the exit code, the settings of the terminal.
fn screen(work: &Work, args: &str, answers: &[&str]) -> String {
    let trainer = env!("CARGO_BIN_EXE_trainer");
    let shell = format!("tty; '{trainer}' {args}; echo status=$?; stty -a");
    let mut child = Command::new("script")
        .args(["-q", "-e", "-c", &shell, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .current_dir(work.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs the program `script` of util-linux");
    let (mut keys, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut shown, mut bytes) = (String::new(), [0; 4096]);
    for (index, answer) in answers.iter().enumerate() {
        while shown.matches(": ").count() <= index {
            let n = output.read(&mut bytes).unwrap();
            assert!(n > 0, "it ended before prompt {index}: {shown}");
            shown += &String::from_utf8_lossy(&bytes[..n]);
        }
        let terminal = shown.lines().next().unwrap().trim();
        while !settings(terminal).contains(" -echo ") {
            sleep(Duration::from_millis(10));
        }
        keys.write_all(answer.as_bytes()).unwrap();
    }
    output.read_to_string(&mut shown).unwrap();
    drop(keys);
    child.wait().unwrap();
    assert!(shown.contains(" echo ") && shown.contains(" icanon "), "{shown}");
    shown
}

fn settings(terminal: &str) -> String {
    let output = Command::new("stty").args(["-F", terminal, "-a"]).output().unwrap();
    format!("{} ", String::from_utf8(output.stdout).unwrap().replace(['\n', ';'], " "))
}

const FIT: &str =
    "fit in.csv --target species --algorithm decision-tree -q -o m.model --sign p.key";

#[test]
fn a_password_is_not_shown() {
    let work = work();
    let shown = screen(&work, FIT, &["correct horse\n"]);
    assert!(shown.contains("Password of p.key: ") && shown.contains("status=0"), "{shown}");
    assert!(!shown.contains("horse"), "{shown}");
    assert!(work.path("m.model.minisig").is_file());
}

#[test]
fn a_wrong_password_ends_it_before_the_fit() {
    let work = work();
    let shown = screen(&work, FIT, &["battery staple\n"]);
    assert!(shown.contains("error: key `p.key`: the password is wrong\r\n"), "{shown}");
    assert!(shown.contains("status=2") && !shown.contains("staple"), "{shown}");
    assert!(!work.path("m.model").exists());
}

#[test]
fn ctrl_c_gives_the_terminal_back() {
    let work = work();
    let shown = screen(&work, FIT, &["corr\u{3}"]);
    // By the signal, as the shell reports it.
    assert!(shown.contains("status=130"), "{shown}");
    assert!(!work.path("m.model").exists());
    // At the second prompt the first one's handler is there already.
    let shown = screen(&work, "keygen -o n.key", &["once\n", "\u{3}"]);
    assert!(shown.contains("status=130"), "{shown}");
    assert!(!work.path("n.key").exists());
}

#[test]
fn a_new_password_is_typed_twice() {
    let work = work();
    let shown = screen(&work, "keygen -o n.key", &["once\n", "twice\n"]);
    assert!(shown.contains("error: the passwords differ; no key was made\r\n"), "{shown}");
    assert!(shown.contains("status=2") && !work.path("n.key").exists(), "{shown}");
    let shown = screen(&work, "keygen -o n.key", &["once\n", "once\n"]);
    assert!(shown.contains("status=0") && work.path("n.key").is_file(), "{shown}");
}
