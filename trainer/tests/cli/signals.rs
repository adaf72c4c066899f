//! Signals and full disks: an earlier model stays, nothing else is left.

#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::support::Work;

const FIT: [&str; 9] =
    ["fit", "in.csv", "--target", "churned", "--quiet", "-o", "m.model", "--param", "n_trees=20"];

/// The program under `env`, since whoever runs the tests may ignore signals.
fn fit(work: &Work) -> Command {
    let program = work.command();
    let mut command = Command::new("env");
    command.current_dir(work.path("")).args(["--default-signal=HUP,INT,TERM", "--"]);
    command.arg(program.get_program()).args(FIT).stdin(Stdio::null());
    command
}

#[test]
fn a_signal_at_any_moment() {
    let work = Work::sample("churn");
    let started = Instant::now();
    assert!(fit(&work).status().unwrap().success());
    let whole = started.elapsed();
    let model = work.bytes("m.model");
    let mut signals = 0;
    for (moment, (name, number)) in
        [("-INT", 2), ("-TERM", 15), ("-HUP", 1)].iter().cycle().take(12).enumerate()
    {
        work.put("m.model", "as it was\n");
        let mut child = fit(&work).spawn().unwrap();
        std::thread::sleep(whole * u32::try_from(moment).unwrap() / 11);
        Command::new("kill").args([name, child.id().to_string().as_str()]).status().unwrap();
        let status = child.wait().unwrap();
        let now = work.bytes("m.model");
        match status.signal() {
            Some(found) => {
                assert_eq!(found, *number);
                assert!(now == b"as it was\n" || now == model);
                signals += 1;
            }
            None => assert!(status.success() && now == model),
        }
        assert_eq!(work.names(), ["in.csv", "m.model"]);
    }
    assert!(signals > 2, "{signals} of 12 runs were ended by a signal");
}

#[test]
fn a_file_that_may_not_grow_further() {
    let work = Work::sample("churn");
    work.put("m.model", "as it was\n");
    let mut command = Command::new("sh");
    let program = work.command();
    let program = program.get_program().to_str().unwrap();
    let line = format!("ulimit -f 8; exec '{program}' {}", FIT.join(" "));
    let run = Work::finish(command.current_dir(work.path("")).args(["-c", &line]));
    run.fails(1, "error: cannot write `m.model`: File too large (os error 27)\n");
    assert_eq!(work.text("m.model"), "as it was\n");
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}
