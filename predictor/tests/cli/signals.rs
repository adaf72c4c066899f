//! Signals at any moment: the earlier output stays, nothing else is left, and the exit status names the signal.

#![cfg(target_os = "linux")]

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Table, Work};

const FILES: [&str; 8] =
    ["-o", "out.csv", "--on-bad-row", "skip", "--rejects", "bad.csv", "--summary", "sum.json"];

/// The program under `env`, since whoever runs the tests may ignore signals.
fn start(work: &Work, input: &str, env: &str) -> Child {
    let program = work.command();
    let mut command = Command::new("env");
    command.current_dir(work.path("")).args([env, "--"]).arg(program.get_program());
    command.args(["predict", "m.model", input, "--quiet", "--threads", "2"]).args(FILES);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

const DEFAULT: &str = "--default-signal=HUP,INT,TERM,USR1,ALRM";

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status();
    // One that has ended already is none to be signalled.
    status.unwrap();
}

/// Waits until three temporary files are there; whether they have no names.
fn until_open(work: &Work, child: &Child) -> bool {
    let folder = work.path("").canonicalize().unwrap();
    let nameless = || {
        let open = std::fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
        let ends = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        ends.filter(|end| end.starts_with(&folder) && end.to_string_lossy().ends_with(" (deleted)"))
            .count()
    };
    let started = Instant::now();
    loop {
        if nameless() >= 3 {
            assert!(!work.names().iter().any(|name| is_left_over(name)));
            return true;
        }
        if work.names().iter().filter(|name| is_left_over(name)).count() >= 3 {
            return false;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", work.names());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The documented name of a temporary file: `.NAME.PID-N.tmp`.
fn is_left_over(name: &str) -> bool {
    ["out.csv", "bad.csv", "sum.json"].iter().any(|target| {
        let numbers =
            name.strip_prefix(&format!(".{target}.")).and_then(|n| n.strip_suffix(".tmp"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        numbers.and_then(|n| n.split_once('-')).is_some_and(|(pid, n)| digits(pid) && digits(n))
    })
}

const OUTPUTS: [&str; 3] = ["out.csv", "bad.csv", "sum.json"];

/// Earlier outputs, and an input with a bad row.
fn earlier() -> Work {
    let table = Table::of("churn-logistic");
    let rows = format!("{}\n", table.rows[0]).repeat(20_000);
    let work = Work::with("churn-logistic", format!("{}\n1\n{rows}", table.header));
    for name in OUTPUTS {
        work.put(name, "as it was\n");
    }
    work
}

#[test]
fn a_signal_in_the_middle_leaves_nothing_and_is_told_to_the_shell() {
    let work = earlier();
    let names = work.names();
    for (name, number) in [
        ("-INT", 2),
        ("-TERM", 15),
        ("-HUP", 1),
        ("-USR1", 10),
        ("-ALRM", 14),
        ("-ABRT", 6),
        ("-TRAP", 5),
        ("-SYS", 31),
        ("-PROF", 27),
    ] {
        let mut child = start(&work, "-", DEFAULT);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&work.bytes("in.csv")).unwrap();
        until_open(&work, &child);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        // A shell calls this 128 and the number of the signal.
        assert_eq!(output.status.signal(), Some(number));
        assert_eq!(output.stderr, b"");
        assert_eq!(work.names(), names);
        assert!(OUTPUTS.iter().all(|name| work.text(name) == "as it was\n"));
    }
}

#[test]
fn a_rare_signal_leaves_nothing_and_gives_the_shell_its_number() {
    let work = earlier();
    let names = work.names();
    for number in [16, 29, 30, 34, 41, 64] {
        let mut child = start(&work, "-", DEFAULT);
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(&work.bytes("in.csv")).unwrap();
        until_open(&work, &child);
        signal(&child, &format!("-{number}"));
        let status = child.wait_with_output().unwrap().status;
        // The C library takes the first of those without a meaning for itself, in some builds.
        let ended = status.code().or(status.signal().map(|signal| 128 + signal));
        assert_eq!(ended, Some(128 + number));
        assert_eq!(work.names(), names, "after signal {number}");
    }
}

/// An end that nothing can be done about.
#[test]
fn a_kill_leaves_nothing_where_files_need_no_names() {
    let work = earlier();
    let names = work.names();
    let mut child = start(&work, "-", DEFAULT);
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&work.bytes("in.csv")).unwrap();
    let nameless = until_open(&work, &child);
    signal(&child, "-KILL");
    assert_eq!(child.wait_with_output().unwrap().status.signal(), Some(9));
    if nameless {
        assert_eq!(work.names(), names);
    }
    assert!(OUTPUTS.iter().all(|name| work.text(name) == "as it was\n"));
}

#[test]
fn a_signal_that_the_parent_ignores_is_ignored() {
    let work = earlier();
    let mut child = start(&work, "-", "--ignore-signal=HUP");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&work.bytes("in.csv")).unwrap();
    until_open(&work, &child);
    signal(&child, "-HUP");
    std::thread::sleep(Duration::from_millis(30));
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert!(work.text("out.csv").starts_with("prediction\n"));
}

/// Signals at moments spread over a whole run, from before it begins to after its end.
#[test]
fn a_signal_at_any_moment() {
    let work = earlier();
    let names = work.names();
    let started = Instant::now();
    assert!(start(&work, "in.csv", DEFAULT).wait().unwrap().success());
    let whole = started.elapsed();
    let done = OUTPUTS.map(|name| work.bytes(name).len());
    let (mut killed, mut left) = (0, 0);
    for moment in 0..40u32 {
        for name in OUTPUTS {
            work.put(name, "as it was\n");
        }
        let signal_name = ["-KILL", "-INT", "-KILL", "-TERM"][moment as usize % 4];
        let child = start(&work, "in.csv", DEFAULT);
        std::thread::sleep(whole * moment / 38);
        signal(&child, signal_name);
        let status = child.wait_with_output().unwrap().status;
        killed += u32::from(status.signal().is_some());
        // Each output is the earlier one or the new one, and whole; the predictions come last.
        for (name, length) in OUTPUTS.iter().zip(done) {
            let bytes = work.bytes(name);
            let new = bytes.len().abs_diff(length) < 60 && bytes.last() == Some(&b'\n');
            assert!(bytes == b"as it was\n" || new, "{name} after {signal_name}");
        }
        if status.success() {
            assert_ne!(work.text("out.csv"), "as it was\n");
        }
        let others: Vec<String> =
            work.names().into_iter().filter(|name| !names.contains(name)).collect();
        assert!(others.iter().all(|name| is_left_over(name)), "{others:?}");
        if signal_name != "-KILL" {
            assert_eq!(others.len(), left, "after {signal_name}: {others:?}");
        }
        left = others.len();
    }
    assert!(killed > 5, "{killed} of 40 runs were killed before their end");
    // What is left does not trouble the next run, nor does the next run touch it.
    assert!(start(&work, "in.csv", DEFAULT).wait().unwrap().success());
    assert_eq!(work.bytes("out.csv").len(), done[0]);
    assert_eq!(work.names().len(), names.len() + left);
}
