//! The model file: whole or not at all.

use std::fs;

use crate::support::Work;

const TREE: &str = "--target species --algorithm decision-tree --param max_depth=3 --quiet";

#[test]
fn a_model_takes_the_place_of_an_earlier_file() {
    let work = Work::sample("iris");
    work.put("m.model", "as it was\n".repeat(10_000));
    work.fit(TREE).ok();
    assert_eq!(work.model().manifest().identity.name, "m");
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[test]
fn the_output_must_be_named() {
    let work = Work::sample("iris");
    work.run(&["fit", "in.csv", "--target", "species"]).misused("error: --output is missing");
    work.run(&["fit", "--target", "species", "-o", "m.model"]).misused("<TRAIN.csv>");
    assert_eq!(work.names(), ["in.csv"]);
}

#[test]
fn a_model_is_not_named_like_a_compressed_file() {
    let work = Work::sample("iris");
    for name in ["m.model.gz", "m.ZST"] {
        let fit = ["fit", "in.csv", "--target", "species", "-o", name];
        let run = work.run(&fit);
        let start = format!("error: --output: `{name}`: a model is not packed, which .");
        assert!(run.stderr.starts_with(&start), "{}", run.stderr);
        assert_eq!((run.status, work.names()), (Some(2), vec!["in.csv".to_owned()]));
    }
}

#[test]
fn a_folder_that_is_not_there() {
    let work = Work::sample("iris");
    let fit = ["fit", "in.csv", "--target", "species", "--algorithm", "decision-tree", "-o"];
    work.run(&[&fit[..], &["no/m.model"]].concat())
        .fails(1, "error: cannot write `no/m.model`: No such file or directory (os error 2)\n");
    fs::create_dir(work.path("folder")).unwrap();
    work.run(&[&fit[..], &["folder"]].concat())
        .fails(1, "error: cannot write `folder`: Is a directory (os error 21)\n");
    assert_eq!(work.names(), ["folder", "in.csv"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let work = Work::sample("iris");
    let fit = ["fit", "in.csv", "--target", "species", "--algorithm", "decision-tree", "-q", "-o"];
    work.run(&[&fit[..], &["/dev/full"]].concat())
        .fails(1, "error: cannot write `/dev/full`: No space left on device (os error 28)\n");
    assert_eq!(work.run(&[&fit[..], &["/dev/null"]].concat()).ok(), "");
    assert_eq!(work.names(), ["in.csv"]);
}

#[test]
fn the_training_table_is_not_overwritten() {
    let work = Work::sample("iris");
    let before = work.bytes("in.csv");
    let run = work.run(&[
        "fit",
        "in.csv",
        "--target",
        "species",
        "--algorithm",
        "decision-tree",
        "-o",
        "in.csv",
    ]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(work.bytes("in.csv") == before);
}

#[test]
fn a_dash_is_stdout() {
    let work = Work::sample("iris");
    work.fit(&format!("{TREE} --name m")).ok();
    let model = work.bytes("m.model");
    let words = ["fit", "in.csv", "-o", "-", "--name", "m"].into_iter();
    let run = work.run(&words.chain(TREE.split(' ')).collect::<Vec<_>>());
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout == model);
    assert_eq!(work.names(), ["in.csv", "m.model"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_closed_stdout_loses_no_report_silently() {
    let work = Work::sample("iris");
    let run = |line: &str| {
        let mut command = std::process::Command::new("sh");
        command.env("T", env!("CARGO_BIN_EXE_trainer")).current_dir(work.path("."));
        Work::finish(command.args(["-c", line]))
    };
    let fit = "fit in.csv --target species --algorithm gaussian-nb -q -o m.model";
    let compare = "compare in.csv --target species --algorithms gaussian-nb,decision-tree -q";
    for args in [
        &format!("{fit} --json"),
        compare,
        &format!("{compare} --json"),
        "algorithms",
        "sample",
        "sample iris",
        "completions bash",
        "keygen -o key --no-password --json",
        "--help",
    ] {
        let lost = run(&format!("$T {args} >&-"));
        assert!(
            lost.stderr.starts_with("error: cannot write to stdout: it is closed\n"),
            "{args}: {}",
            lost.stderr
        );
        assert_eq!(lost.status, Some(1), "{args}");
    }
    // Refused before anything was done.
    assert_eq!(work.names(), ["in.csv"]);
    assert_eq!(run(&format!("$T {fit} >&-")).status, Some(0));
    assert_eq!(run(&format!("$T {compare} -o best.model >&-")).status, Some(0));
    assert_eq!(work.names(), ["best.model", "in.csv", "m.model"]);
}
