//! Output files: whole or not at all, and nothing left over.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use crate::support::{FIX_ROW, Table, Work};

/// A clean input of three rows and its predictions.
fn three() -> (Work, String) {
    let table = Table::of("churn-logistic");
    (Work::with("churn-logistic", table.csv(&[0, 1, 2])), table.scored(3))
}

#[test]
fn stdout_is_the_default_and_a_dash() {
    let (work, expected) = three();
    assert_eq!(work.score("").ok(), expected);
    assert_eq!(work.score("-o -").ok(), expected);
    assert_eq!(work.score("--output -").ok(), expected);
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[test]
fn a_file_takes_the_place_of_an_earlier_one() {
    let (work, expected) = three();
    work.put("out.csv", "as it was\n".repeat(1000));
    assert_eq!(work.score("-o out.csv").ok(), "");
    assert_eq!(work.text("out.csv"), expected);
    assert_eq!(work.names(), ["in.csv", "m.model", "out.csv"]);
}

#[test]
fn stdin_is_a_dash_or_nothing() {
    let (work, expected) = three();
    let input = work.bytes("in.csv");
    assert_eq!(work.predict_on(&input, "- --quiet").ok(), expected);
    assert_eq!(work.predict_on(&input, "--quiet").ok(), expected);
    let run = work.predict_on("age\n1\n", "--rename a=b");
    assert!(run.stderr.starts_with("error: --rename: the model has no column `b`\n"));
    assert_eq!(run.status, Some(4));
    let run = work.predict_on("x\n", "-");
    assert!(
        run.stderr.starts_with("error: `<stdin>` line 1: 0 of the 9 columns"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_input_that_cannot_be_read() {
    let (work, _) = three();
    fs::create_dir(work.path("folder")).unwrap();
    work.put("out.csv", "as it was\n");
    work.predict("nowhere.csv -o out.csv")
        .fails(1, "error: cannot read `nowhere.csv`: No such file or directory (os error 2)\n");
    work.predict("folder -o out.csv").fails(1, "error: cannot read `folder`: it is a directory\n");
    assert_eq!(work.text("out.csv"), "as it was\n");
}

#[test]
fn a_folder_that_is_not_there() {
    let (work, _) = three();
    let missing = |name: &str| {
        format!("error: cannot write `{name}`: No such file or directory (os error 2)\n")
    };
    work.score("-o no/out.csv").fails(1, &missing("no/out.csv"));
    let rejects = "--on-bad-row skip --rejects no/bad.csv";
    work.put("out.csv", "as it was\n");
    work.score(&format!("-o out.csv {rejects}")).fails(1, &missing("no/bad.csv"));
    assert_eq!(work.text("out.csv"), "as it was\n");
    work.score("--summary no/s.json").fails(1, &missing("no/s.json"));
    assert_eq!(work.names(), ["in.csv", "m.model", "out.csv"]);
}

#[test]
fn a_summary_that_cannot_be_written_leaves_the_earlier_output() {
    let (work, _) = three();
    work.put("out.csv", "as it was\n");
    assert_eq!(work.score("-o out.csv --summary no/s.json").status, Some(1));
    assert_eq!(work.text("out.csv"), "as it was\n");
}

#[test]
fn an_output_that_is_a_folder() {
    let (work, _) = three();
    fs::create_dir(work.path("folder")).unwrap();
    work.score("-o folder")
        .fails(1, "error: cannot write `folder`: Is a directory (os error 21)\n");
    assert_eq!(work.names(), ["folder", "in.csv", "m.model"]);
}

#[test]
fn two_outputs_under_one_name_are_refused() {
    for (args, first, second) in [
        ("-o x.csv --summary x.csv", "--output", "--summary"),
        ("-o x.csv --on-bad-row skip --rejects x.csv", "--output", "--rejects"),
        ("-o x.csv --on-bad-row skip --rejects ./x.csv", "--output", "--rejects"),
        ("--on-bad-row skip --rejects x.csv --summary x.csv", "--rejects", "--summary"),
        ("-o new.csv --summary ./new.csv", "--output", "--summary"),
    ] {
        let (work, _) = three();
        work.put("x.csv", "as it was\n");
        work.score(args).fails(2, &format!("error: {first} and {second} name the same file\n"));
        assert_eq!(work.text("x.csv"), "as it was\n", "{args}");
        assert_eq!(work.names(), ["in.csv", "m.model", "x.csv"]);
    }
}

#[cfg(unix)]
#[test]
fn two_links_to_one_new_file_are_refused() {
    use std::os::unix::fs::symlink;
    let (work, expected) = three();
    symlink("new", work.path("link")).unwrap();
    symlink("link", work.path("chain")).unwrap();
    symlink("loop", work.path("loop")).unwrap();
    for (output, summary) in [("new", "link"), ("link", "new"), ("new", "chain"), ("chain", "link")]
    {
        work.score(&format!("-o {output} --summary {summary}"))
            .fails(2, "error: --output and --summary name the same file\n");
    }
    let run = work.score("-o loop");
    assert!(run.stderr.starts_with("error: cannot write `loop`: "), "{}", run.stderr);
    assert_eq!(run.status, Some(1));
    // A chain of links stays one, and the file at its end is made.
    assert_eq!(work.score("-o chain").ok(), "");
    assert_eq!(work.text("new"), expected);
    assert!(["chain", "link", "loop"].iter().all(|name| work.path(name).is_symlink()));
    assert_eq!(work.names(), ["chain", "in.csv", "link", "loop", "m.model", "new"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_among_the_open_files_can_be_the_output() {
    let (work, expected) = three();
    let script = "\"$0\" predict m.model in.csv -q -o /dev/fd/3 3>&1 | cat";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_predictor")]).current_dir(work.path("."));
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{:?}", output.stderr);
}

#[test]
fn the_model_is_not_overwritten() {
    let (work, _) = three();
    let model = work.bytes("m.model");
    for (args, flag) in [
        ("-o m.model", "--output"),
        ("--summary ./m.model", "--summary"),
        ("--on-bad-row null --rejects m.model", "--rejects"),
    ] {
        work.score(args).fails(2, &format!("error: {flag} would overwrite the model\n"));
    }
    assert!(work.bytes("m.model") == model);
}

#[test]
fn the_input_is_not_overwritten_by_a_report() {
    for args in ["--on-bad-row skip --rejects in.csv", "--summary in.csv"] {
        let (work, _) = three();
        let input = work.bytes("in.csv");
        let run = work.score(args);
        assert_eq!(run.status, Some(2), "{args}: {}", run.stderr);
        assert!(work.bytes("in.csv") == input);
    }
}

#[test]
fn dry_run_writes_nothing_but_the_summary() {
    let (work, _) = three();
    let args = "in.csv --dry-run -o out.csv --on-bad-row skip --rejects bad.csv --summary s.json";
    let run = work.predict(args);
    assert!(run.stderr.starts_with("rows: 3 read, 3 predicted, 0 rejected in "), "{}", run.stderr);
    assert_eq!(run.ok(), "");
    assert_eq!(work.names(), ["in.csv", "m.model", "s.json"]);
    assert_eq!(work.json("s.json")["rows_read"], 3);
    assert_eq!(work.score("--dry-run").ok(), "");
}

#[test]
fn dry_run_still_refuses_a_bad_row() {
    let (work, _) = three();
    work.put("in.csv", work.text("in.csv") + "1,2,3,4\n");
    let message = format!("error: `in.csv` line 5: found 4 cells, expected 11\n{FIX_ROW}");
    work.score("--dry-run").fails(4, &message);
}

/// Starts a run that writes to `out.csv`, feeds it rows, and kills it in the middle.
fn killed(work: &Work, table: &Table) {
    let mut child = work
        .command()
        .args(["predict", "m.model", "-", "-o", "out.csv", "--quiet"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(format!("{}\n", table.header).as_bytes()).unwrap();
    // More than a pipe and a first chunk hold: when it is all taken, the output is open.
    let rows = format!("{}\n", table.rows[0]).repeat(50_000);
    stdin.write_all(rows.as_bytes()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_run_that_is_killed_leaves_the_earlier_file() {
    let table = Table::of("churn-logistic");
    let (work, expected) = three();
    work.put("out.csv", "as it was\n");
    killed(&work, &table);
    assert_eq!(work.text("out.csv"), "as it was\n");
    assert_eq!(work.score("-o out.csv").ok(), "");
    assert_eq!(work.text("out.csv"), expected);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_modes_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let (work, expected) = three();
    fs::create_dir(work.path("real")).unwrap();
    work.put("real/file.csv", "as it was\n");
    fs::set_permissions(work.path("real/file.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/file.csv", work.path("out.csv")).unwrap();
    assert_eq!(work.score("-o out.csv").ok(), "");
    assert!(fs::symlink_metadata(work.path("out.csv")).unwrap().is_symlink());
    assert_eq!(work.text("real/file.csv"), expected);
    let mode = fs::metadata(work.path("real/file.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let (work, _) = three();
    let full = "No space left on device (os error 28)\n";
    work.score("-o /dev/full").fails(1, &format!("error: cannot write `/dev/full`: {full}"));
    work.score("--on-bad-row skip --rejects /dev/full -o out.csv")
        .fails(1, &format!("error: cannot write `/dev/full`: {full}"));
    assert_eq!(work.names(), ["in.csv", "m.model"]);
    for args in
        [&["predict", "m.model", "in.csv"][..], &["inspect", "m.model"], &["verify", "m.model"]]
    {
        let stdout = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = work.command().args(args).stdout(stdout).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(stderr, format!("error: cannot write to stdout: {full}"));
        assert_eq!(output.status.code(), Some(1));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_can_be_the_output() {
    let (work, _) = three();
    assert_eq!(work.score("-o /dev/null").ok(), "");
    assert_eq!(work.score("--on-bad-row skip --rejects /dev/null -o /dev/null").ok(), "");
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}
