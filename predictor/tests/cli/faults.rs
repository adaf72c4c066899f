//! Disks that are full, places that cannot be written, inputs that end too soon, closed pipes.

#![cfg(target_os = "linux")]

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use crate::support::{Run, Table, Work};

/// Rows enough for several chunks, and every seventh one bad.
fn large() -> Work {
    let table = Table::of("iris-softmax");
    let good = format!("{}\n", table.rows[0]).repeat(6);
    let rows = format!("{good}1,2\n").repeat(10_000);
    Work::with("iris-softmax", format!("{}\n{rows}", table.header))
}

fn finish(mut command: Command) -> Run {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Run { status: output.status.code(), stdout: output.stdout, stderr }
}

/// A prediction that goes on while the test does.
fn start(work: &Work, args: &str) -> Child {
    let mut command = work.command();
    command.args(["predict", "m.model", "in.csv", "-q"]).args(args.split(' '));
    command.stderr(Stdio::piped()).spawn().unwrap()
}

/// The program's words for a shell that runs it with `--on-bad-row skip` in `work`.
fn in_shell(work: &Work, before: &str, args: &str) -> Run {
    let program = work.command();
    let mut shell = Command::new("sh");
    shell.current_dir(work.path("")).arg("-c").arg(format!(
        "{before} exec '{}' predict m.model in.csv -q --on-bad-row skip {args}",
        program.get_program().to_str().unwrap()
    ));
    finish(shell)
}

#[test]
fn every_kind_of_output_on_a_full_disk() {
    let work = large();
    for name in ["out.csv", "bad.csv"] {
        work.put(name, "as it was\n");
    }
    let names = work.names();
    let full = "error: cannot write `/dev/full`: No space left on device (os error 28)\n";
    for args in [
        "-o /dev/full --rejects bad.csv",
        "-o out.csv --rejects /dev/full",
        "-o out.csv --rejects bad.csv --summary /dev/full",
    ] {
        work.score(&format!("--on-bad-row skip {args}")).fails(1, full);
        assert_eq!(
            (work.text("out.csv"), work.text("bad.csv")),
            ("as it was\n".into(), "as it was\n".into())
        );
        assert_eq!(work.names(), names);
    }
}

/// The limit of `ulimit -f` is met in the middle of a write, as the end of a small disk is.
#[test]
fn a_file_that_may_not_grow_further() {
    let work = large();
    for name in ["out.csv", "bad.csv"] {
        work.put(name, "as it was\n");
    }
    let names = work.names();
    for (args, name) in [("-o out.csv", "out.csv"), ("-o /dev/null --rejects bad.csv", "bad.csv")] {
        let run = in_shell(&work, "ulimit -f 8;", args);
        run.fails(1, &format!("error: cannot write `{name}`: File too large (os error 27)\n"));
        assert_eq!((work.text(name), work.names()), ("as it was\n".to_owned(), names.clone()));
    }
}

/// Needs the right to mount; without it there is nothing to be tested.
#[test]
fn a_small_disk_that_becomes_full() {
    let work = large();
    fs::create_dir(work.path("disk")).unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(work.path("disk"))
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: a tmpfs cannot be mounted here");
        return;
    }
    let run = |args: &str| work.score(&format!("--on-bad-row skip {args}"));
    work.put("disk/out.csv", "as it was\n");
    let on_disk = || fs::read_dir(work.path("disk")).unwrap().count();
    let full = "No space left on device (os error 28)\n";
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        run("-o disk/out.csv").fails(1, &format!("error: cannot write `disk/out.csv`: {full}"));
        run("-o out.csv --rejects disk/bad.csv")
            .fails(1, &format!("error: cannot write `disk/bad.csv`: {full}"));
        assert_eq!((work.text("disk/out.csv"), on_disk()), ("as it was\n".to_owned(), 1));
        assert!(!work.path("out.csv").exists());
    }));
    let unmounted = Command::new("umount").arg(work.path("disk")).status().unwrap();
    assert!(unmounted.success());
    outcome.unwrap();
}

#[test]
fn a_place_that_cannot_be_written() {
    let work = large();
    for (name, why) in [
        ("in.csv/out.csv", "Not a directory (os error 20)"),
        ("/proc/out.csv", "No such file or directory (os error 2)"),
        ("no/such/out.csv", "No such file or directory (os error 2)"),
        (".", "Is a directory (os error 21)"),
    ] {
        work.score(&format!("-o {name}"))
            .fails(1, &format!("error: cannot write `{name}`: {why}\n"));
    }
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

/// A named pipe in `work`.
fn pipe(work: &Work, name: &str) {
    assert!(Command::new("mkfifo").arg(work.path(name)).status().unwrap().success());
}

#[test]
fn an_input_pipe_whose_writer_dies() {
    let table = Table::of("iris-softmax");
    let work = Work::new("iris-softmax");
    pipe(&work, "in.csv");
    let whole = table.csv(&[0, 1]) + "5.1,3.5";
    for (policy, status) in [("stop", 4), ("skip", 0), ("null", 0)] {
        let child = start(&work, &format!("--on-bad-row {policy} -o out.csv"));
        let mut writer = OpenOptions::new().write(true).open(work.path("in.csv")).unwrap();
        writer.write_all(whole.as_bytes()).unwrap();
        drop(writer);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{policy}");
        let [a, b] = [0, 1].map(|row| table.label(row));
        match policy {
            "stop" => {
                let stderr = String::from_utf8(output.stderr).unwrap();
                let fact = "error: `in.csv` line 4: the input breaks off after 2 cells of 5\n";
                assert!(stderr.starts_with(fact), "{stderr}");
                assert_eq!(work.names(), ["in.csv", "m.model"]);
            }
            "skip" => assert_eq!(work.text("out.csv"), format!("prediction\n{a}\n{b}\n")),
            _ => assert_eq!(work.text("out.csv"), format!("prediction\n{a}\n{b}\n\"\"\n")),
        }
    }
}

#[test]
fn an_output_pipe_whose_reader_has_seen_enough() {
    let work = large();
    pipe(&work, "out.csv");
    let child = start(&work, "--on-bad-row skip -o out.csv --rejects bad.csv --summary sum.json");
    let mut head = [0; 18];
    File::open(work.path("out.csv")).unwrap().read_exact(&mut head).unwrap();
    assert_eq!(&head, b"prediction\nsetosa\n");
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert_eq!(work.names(), ["in.csv", "m.model", "out.csv"]);
}

#[test]
fn a_rejects_pipe_whose_reader_is_gone_loses_no_row() {
    let work = large();
    pipe(&work, "bad.csv");
    work.put("out.csv", "as it was\n");
    let child = start(&work, "--on-bad-row skip -o out.csv --rejects bad.csv");
    File::open(work.path("bad.csv")).unwrap().read_exact(&mut [0; 10]).unwrap();
    let output = child.wait_with_output().unwrap();
    let message = "error: cannot write the rejects: the pipe is closed\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), message);
    assert_eq!((output.status.code(), work.text("out.csv")), (Some(1), "as it was\n".to_owned()));
}

#[test]
fn standard_streams_that_are_closed() {
    let table = Table::of("iris-softmax");
    let work = Work::with("iris-softmax", table.csv(&[0]));
    assert_eq!(in_shell(&work, "", "-o out.csv <&- >&- 2>&-").status, Some(0));
    assert_eq!(work.text("out.csv"), format!("prediction\n{}\n", table.label(0)));
    let program = work.command();
    let mut shell = Command::new("sh");
    let program = program.get_program().to_str().unwrap();
    let line = format!("exec '{program}' predict m.model - -q -o none.csv <&-");
    shell.current_dir(work.path("")).arg("-c").arg(line);
    let run = finish(shell);
    let fact = "error: `<stdin>` is empty, expected a header line\n";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
    assert_eq!((run.status, work.names().len()), (Some(4), 3));
}

/// Rows that come through a pipe, so that the program is in the middle of a file when it changes.
fn changed(change: impl FnOnce(&File, u64)) -> (Work, Run) {
    let work = large();
    let more = work.bytes("in.csv").repeat(8);
    work.put("in.csv", &more);
    work.put("out.csv", "as it was\n");
    pipe(&work, "pipe");
    let child = start(&work, "--on-bad-row skip -o pipe --threads 1");
    let mut reader = File::open(work.path("pipe")).unwrap();
    // The program has read the beginning and cannot go on before somebody takes its output.
    reader.read_exact(&mut [0; 11]).unwrap();
    let file = OpenOptions::new().append(true).open(work.path("in.csv")).unwrap();
    change(&file, more.len() as u64);
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (work, Run { status: output.status.code(), stdout: rest, stderr })
}

#[test]
fn an_input_that_shrinks_while_it_is_read() {
    let (_, run) = changed(|file, length| file.set_len(length / 2).unwrap());
    assert!(run.stderr.starts_with("error: `in.csv` shrank from "), "{}", run.stderr);
    assert!(run.stderr.ends_with("hint: let the program that writes it finish first\n"));
    assert_eq!(run.status, Some(4));
}

#[test]
fn an_input_that_grows_while_it_is_read() {
    let (_, run) = changed(|mut file, _| file.write_all(b"5.1,3.5,1.4,0.2,setosa\n").unwrap());
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let (_, run) = changed(|mut file, _| file.write_all(b"5.1,3.5,1.4,0.2,set").unwrap());
    run.fails(
        4,
        "error: `in.csv` grew while it was read, and breaks off without a line end\n\
         hint: let the program that writes it finish first\n",
    );
}

#[test]
fn two_runs_that_write_the_same_output() {
    let work = large();
    let one = work.score("--on-bad-row skip").ok();
    let run = || start(&work, "--on-bad-row skip -o out.csv");
    for mut child in [run(), run(), run()] {
        assert!(child.wait().unwrap().success());
    }
    assert!(work.text("out.csv") == one);
    assert_eq!(work.names(), ["in.csv", "m.model", "out.csv"]);
}
