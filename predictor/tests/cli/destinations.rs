//! Where data go: never in the place of what is read or of a key, to open files as they are, packed where
//! the name says so.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Run, Table, Work, listed};

/// Two good rows, a bad one between them, and the predictions of the good ones.
fn three() -> (Work, String) {
    let table = Table::of("churn-logistic");
    let csv = format!("{}\n{}\n1\n{}\n", table.header, table.rows[0], table.rows[1]);
    (Work::with("churn-logistic", csv), table.scored(2))
}

/// Runs a line of a shell, in which `$P` is `predictor predict m.model --on-bad-row skip -q`.
fn shell(work: &Work, line: &str) -> Run {
    let mut command = Command::new("sh");
    let program =
        format!("{} predict m.model --on-bad-row skip -q", env!("CARGO_BIN_EXE_predictor"));
    command.env("P", program).current_dir(work.path("")).args(["-c", line]).stdin(Stdio::null());
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Run { status: output.status.code(), stdout: output.stdout, stderr }
}

#[test]
fn keys_are_not_overwritten_whatever_their_name() {
    let (work, _) = three();
    let public = format!("untrusted comment: minisign public key\nRW{}\n", "Q".repeat(54));
    let secret =
        format!("untrusted comment: minisign encrypted secret key\nRW{}\n", "Q".repeat(210));
    let list = format!("RW{}\nRW{}\n", "Q".repeat(54), "R".repeat(54));
    for key in [&public, &secret, &list] {
        work.put("out.csv", key);
        symlink("out.csv", work.path("link")).unwrap();
        for output in
            ["-o out.csv", "--rejects link", "--summary out.csv", "-o /dev/fd/3 3>>out.csv"]
        {
            let run = shell(&work, &format!("$P in.csv {output}"));
            let line = run.stderr.lines().next().unwrap();
            assert!(line.ends_with("`, which is a key"), "{output}: {}", run.stderr);
            assert_eq!(run.status, Some(2));
            assert_eq!(work.text("out.csv"), *key, "{output}");
        }
        fs::remove_file(work.path("link")).unwrap();
    }
}

/// Also where this run does not read it: the next one will.
#[test]
fn the_signature_beside_the_model_is_not_overwritten() {
    let (work, _) = three();
    // Without a signature the name is free.
    assert_eq!(shell(&work, "$P in.csv -o m.model.minisig").status, Some(0));
    work.put("m.model.minisig", "untrusted comment: signature\n");
    for option in ["-o", "--rejects", "--summary"] {
        let run = shell(&work, &format!("$P in.csv {option} m.model.minisig"));
        let name = if option == "-o" { "--output" } else { option };
        run.fails(2, &format!("error: {name} would overwrite the signature of the model\n"));
    }
}

#[test]
fn the_input_is_not_overwritten_by_any_name() {
    let (work, _) = three();
    symlink("in.csv", work.path("link")).unwrap();
    let input = work.text("in.csv");
    for line in [
        "$P in.csv -o in.csv",
        "$P in.csv -o link",
        "$P link -o in.csv",
        "$P -o in.csv < in.csv",
        "$P - -o ./in.csv < link",
        "$P /dev/stdin -o in.csv < in.csv",
        "$P in.csv >> in.csv",
        "$P in.csv -o /dev/fd/3 3>>in.csv",
    ] {
        let run = shell(&work, line);
        assert!(run.stderr.ends_with(" would overwrite the input\n"), "{line}: {}", run.stderr);
        assert_eq!((run.status, work.text("in.csv")), (Some(2), input.clone()), "{line}");
    }
    let run = shell(&work, "$P in.csv -o m.model");
    run.fails(2, "error: --output would overwrite the model\n");
}

#[test]
fn an_open_file_is_written_not_replaced() {
    let (work, expected) = three();
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "out"] {
        symlink("/dev/fd/1", work.path("out")).unwrap_or_default();
        work.put("log", "before\n");
        assert_eq!(
            shell(&work, &format!("{{ $P in.csv -o {name}; echo after; }} >> log")).ok(),
            ""
        );
        assert_eq!(work.text("log"), format!("before\n{expected}after\n"), "{name}");
    }
    work.put("log", "before\n");
    assert_eq!(shell(&work, "{ $P in.csv -o /dev/fd/3; echo after >&3; } 3>> log").ok(), "");
    assert_eq!(work.text("log"), format!("before\n{expected}after\n"));
    let run = shell(&work, "$P in.csv -o /dev/stderr");
    assert_eq!((run.status, run.stderr), (Some(0), expected));
}

#[test]
fn a_closed_stdout_loses_no_prediction_silently() {
    let (work, expected) = three();
    for line in ["$P in.csv >&-", "$P in.csv -o - >&-", "$P in.csv -o /dev/stdout >&-"] {
        let run = shell(&work, line);
        assert!(
            run.stderr.starts_with("error: cannot write to stdout: "),
            "{line}: {}",
            run.stderr
        );
        assert_eq!(run.status, Some(1), "{line}");
    }
    assert_eq!(shell(&work, "$P in.csv -o out.csv >&-").ok(), "");
    assert_eq!(work.text("out.csv"), expected);
    assert_eq!(shell(&work, "$P in.csv > /dev/null").ok(), "");
}

#[test]
fn a_closed_stdout_loses_no_report_silently() {
    let (work, _) = three();
    work.put("labelled.csv", Table::of("churn-logistic").csv(&[0, 1, 2, 3, 4]));
    let program = format!("P={}; ", env!("CARGO_BIN_EXE_predictor"));
    let run = |line: &str| shell(&work, &format!("{program}{line}"));
    for args in [
        "inspect m.model",
        "inspect m.model --json",
        "evaluate m.model labelled.csv",
        "diff m.model m.model in.csv --on-bad-row skip --json",
        "predict m.model in.csv --on-bad-row skip -o out.csv --json",
        "completions bash",
        "man",
        "--help",
        "predict --help",
    ] {
        let lost = run(&format!("$P {args} >&-"));
        let fact = "error: cannot write to stdout: it is closed\n";
        assert!(lost.stderr.contains(fact), "{args}: {}", lost.stderr);
        assert_eq!(lost.status, Some(1), "{args}");
        let full = run(&format!("$P {args} >/dev/full"));
        let fact = "error: cannot write to stdout: ";
        assert!(full.stderr.contains(fact), "{args}: {}", full.stderr);
        assert_eq!(full.status, Some(1), "{args}");
        assert_eq!(run(&format!("$P {args} >/dev/null")).status, Some(0), "{args}");
    }
    // Where the exit code tells it all, nothing is lost.
    assert_eq!(run("$P verify m.model >&-").status, Some(0));
    for (gate, status) in [("accuracy>=0", 0), ("accuracy>=1", 5)] {
        let judged = run(&format!("$P evaluate m.model labelled.csv --require '{gate}' >&-"));
        assert_eq!(judged.status, Some(status), "{}", judged.stderr);
    }
}

#[test]
fn json_goes_to_stdout_alone() {
    let (work, expected) = three();
    let json = |run: Run| serde_json::from_str::<Value>(&run.ok()).unwrap();
    let args = "in.csv --on-bad-row skip -o out.csv --json";
    let run = work.predict(args);
    assert_eq!(run.stderr, "");
    assert_eq!(json(run)["rows_predicted"], 2);
    assert_eq!(work.text("out.csv"), expected);
    assert_eq!(json(work.predict(&format!("{args} --quiet")))["rows_predicted"], 2);
    // A gate that is not met is an error of its own.
    let run = work.predict(&format!("{args} --require drift<=0.1"));
    assert_eq!(serde_json::from_slice::<Value>(&run.stdout).unwrap()["rows_rejected"], 1);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
    assert_eq!(run.status, Some(5));
    // Without predictions stdout is free.
    assert_eq!(json(work.predict("in.csv --on-bad-row skip --dry-run --json"))["rows_read"], 3);
    for args in ["", "-o -", "-o /dev/stdout"] {
        let run = work.predict(format!("in.csv --on-bad-row skip --json {args}").trim());
        assert!(
            run.stderr.starts_with("error: --json: the predictions go to stdout"),
            "{}",
            run.stderr
        );
        assert_eq!((run.status, run.stdout), (Some(2), Vec::new()));
    }
}

#[test]
fn summary_and_rejects_may_go_to_stdout_where_nothing_else_does() {
    let (work, expected) = three();
    let run = work.predict("in.csv --on-bad-row skip -o out.csv --summary - -q").ok();
    assert_eq!(serde_json::from_str::<Value>(&run).unwrap()["rows_predicted"], 2);
    assert_eq!(work.text("out.csv"), expected);
    let run = work.predict("in.csv --on-bad-row skip -o out.csv --rejects - -q").ok();
    assert!(run.starts_with("line,column,reason,row\n3,,"), "{run}");
    let stdout = |args: &str, names: &str| {
        let run = work.predict(&format!("in.csv --on-bad-row skip {args}"));
        run.fails(2, &format!("error: {names} both go to stdout\n"));
    };
    stdout("--summary -", "the predictions and --summary");
    stdout("--rejects /dev/fd/1", "the predictions and --rejects");
    stdout("-o - --summary /dev/stdout", "--output and --summary");
    stdout("-o out.csv --rejects - --summary -", "--rejects and --summary");
    stdout("-o out.csv --summary - --json", "--summary and --json");
}

/// What a program of the system, if it is there, makes of a packed file.
fn unpacked(program: &str, file: &std::path::Path) -> Option<Vec<u8>> {
    let output = Command::new(program).arg("-dc").arg(file).output().ok()?;
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

#[test]
fn outputs_are_packed_as_their_names_say() {
    let table = Table::of("churn-logistic");
    let rows: String = listed((0..30_000).map(|i| table.rows[i % table.rows.len()].clone()));
    let work = Work::with("churn-logistic", format!("{}\n{rows}1\n2\n", table.header));
    let options = "in.csv -q --keep-input --on-bad-row skip --threads";
    work.predict(&format!("{options} 1 -o out.csv --rejects bad.csv")).ok();
    let (plain, bad) = (work.bytes("out.csv"), work.bytes("bad.csv"));
    for (ending, program) in [("gz", "gzip"), ("zst", "zstd")] {
        let names = [format!("out.csv.{ending}"), format!("bad.{ending}")];
        let mut first = None;
        for threads in [1, 4] {
            let (out, rejects) = (&names[0], &names[1]);
            work.predict(&format!(
                "{options} {threads} -o {out} --rejects {rejects} --summary s.json"
            ))
            .ok();
            let bytes = work.bytes(out);
            assert!(bytes.len() < plain.len() / 4, "{ending}: {} of {}", bytes.len(), plain.len());
            assert!(
                *first.get_or_insert(bytes.clone()) == bytes,
                "the same on every number of threads"
            );
        }
        for (name, expected) in names.iter().zip([&plain, &bad]) {
            let found = unpacked(program, &work.path(name));
            assert!(found.is_none_or(|found| found == *expected), "{name} by {program}");
        }
        // And by our own reader.
        let again = format!("{} -q --keep-input --prediction-column again", names[0]);
        let [packed, not] = [again.clone(), again.replace(&names[0], "out.csv")]
            .map(|args| work.predict(&args).ok());
        assert!(packed == not && packed.len() > plain.len());
    }
    // Nothing but a header is a packed file too.
    work.put("in.csv", format!("{}\n", table.header));
    for (ending, program) in [("gz", "gzip"), ("zst", "zstd")] {
        let name = format!("empty.{ending}");
        work.predict(&format!("in.csv -q -o {name}")).ok();
        let found = unpacked(program, &work.path(&name));
        assert!(found.is_none_or(|found| found == b"prediction\n"));
    }
}

#[test]
fn an_output_is_never_readable_by_more_than_the_file_it_replaces() {
    let (work, _) = three();
    work.put("out.csv", "as it was\n");
    fs::set_permissions(work.path("out.csv"), fs::Permissions::from_mode(0o600)).unwrap();
    let mut command = Command::new("sh");
    let line = "umask 0; exec strace -f -e trace=openat,open,fchmod,chmod,linkat -o trace \"$0\" predict m.model - -q -o out.csv";
    command.args(["-c", line, env!("CARGO_BIN_EXE_predictor")]).current_dir(work.path("."));
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let table = Table::of("churn-logistic");
    child.stdin.take().unwrap().write_all(table.csv(&[0]).as_bytes()).unwrap();
    if child.wait().unwrap().success() {
        let trace = work.text("trace");
        let made = |line: &&str| line.contains("O_CREAT") || line.contains("O_TMPFILE");
        let made: Vec<&str> = trace.lines().filter(made).collect();
        assert!(!made.is_empty() && made.iter().all(|line| line.contains(" 0600")), "{made:?}");
    } else {
        // Without strace only the end can be seen.
        assert_eq!(shell(&work, "umask 0; $P in.csv -o out.csv").ok(), "");
    }
    let mode = fs::metadata(work.path("out.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
