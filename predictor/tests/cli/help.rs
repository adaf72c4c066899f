//! Help, usage and what a terminal would see.

use crate::support::{Table, Work};

#[test]
fn every_command_has_help_with_an_example() {
    let work = Work::new("iris-softmax");
    for (args, example) in [
        (
            &["--help"][..],
            "Example: predictor predict churn.model new.csv --id customer_id -o scored.csv\n",
        ),
        (
            &["predict", "--help"],
            "  predictor predict churn.model new.csv --proba --id customer_id -o scored.csv\n",
        ),
        (&["evaluate", "--help"], "  predictor evaluate churn.model labelled.csv\n"),
        (&["diff", "--help"], "  predictor diff champion.model challenger.model new.csv --require"),
        (&["inspect", "--help"], "Example: predictor inspect churn.model --json\n"),
        (&["verify", "--help"], "  predictor verify churn.model && echo fit to ship\n"),
        (&["completions", "--help"], "Example: predictor completions bash > "),
        (&["man", "--help"], "  predictor man | man -l -\n"),
    ] {
        let run = work.run(args);
        assert_eq!(run.stderr, "");
        let help = run.ok();
        assert!(help.contains(example), "{help}");
        assert!(help.contains("Usage: predictor"), "{help}");
    }
}

#[test]
fn options_are_grouped_by_task() {
    let work = Work::new("iris-softmax");
    for (command, headings) in [
        ("predict", &["Output:", "Rows:", "Input:", "Run:", "Report:", "Gates:", "Trust:"][..]),
        ("evaluate", &["Input:", "Gates:", "Rows:", "Prediction:", "Run:", "Report:", "Trust:"]),
        ("diff", &["Input:", "Gates:", "Rows:", "Prediction:", "Run:", "Report:", "Trust:"]),
        ("inspect", &["Report:", "Trust:"]),
        ("verify", &["Report:", "Trust:"]),
    ] {
        let help = work.run(&[command, "--help"]).ok();
        for heading in headings {
            assert!(help.lines().any(|line| line == *heading), "{heading}\n{help}");
        }
        // Only what every command has stands under no heading.
        let (_, rest) = help.split_once("\nOptions:\n").unwrap();
        let (options, _) = rest.split_once("\n\n").unwrap();
        let mut options = options.lines().filter(|line| line.trim_start().starts_with('-'));
        assert!(options.all(|line| line.contains("-h, --help")), "{help}");
    }
}

#[test]
fn the_help_of_predict_names_every_option() {
    let help = Work::new("iris-softmax").run(&["predict", "--help"]).ok();
    for option in [
        "-o, --output <OUT>",
        "--proba ",
        "--id <COL,..>",
        "--keep-input ",
        "--on-bad-row <POLICY>",
        "--rejects <FILE>",
        "--max-bad-rows <N|P%>",
        "--unseen <POLICY>",
        "--rename <NEW=MODEL_COL>",
        "--missing <",
        "--threshold <P>",
        "--prediction-column <NAME>",
        "--precision <N>",
        "--dry-run ",
        "--no-header ",
        "--delimiter <C>",
        "--threads <N>",
        "--summary <FILE>",
        "--require <NAME<=X>",
        "--not-judged <POLICY>",
        "--expect-id <ID>",
        "--trust <KEY>",
        "--signature <FILE>",
        "--json ",
        "-q, --quiet ",
    ] {
        assert!(help.contains(option), "{option}\n{help}");
    }
}

#[test]
fn the_help_of_evaluate_and_diff_names_every_option() {
    for command in ["evaluate", "diff"] {
        let help = Work::new("iris-softmax").run(&[command, "--help"]).ok();
        for option in [
            "--target <COL>",
            "--require <METRIC>=X>",
            "--on-bad-row <POLICY>",
            "--unseen <POLICY>",
            "--threshold <P>",
            "--rename <NEW=MODEL_COL>",
            "--missing <",
            "--delimiter <C>",
            "--threads <N>",
            "--trust <KEY>",
            "--json ",
            "-q, --quiet ",
        ] {
            assert!(help.contains(option), "{command} {option}\n{help}");
        }
    }
}

#[test]
fn exit_codes_are_in_the_help() {
    let help = Work::new("iris-softmax").run(&["--help"]).ok();
    let codes = "Exit codes: 0 done, 1 I/O or internal failure, 2 wrong usage, 3 model refused, 4 input refused,\n5 a gate of --require was not met.\n";
    assert!(help.contains(codes), "{help}");
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = Work::new("iris-softmax").run(&["--version"]);
    assert_eq!(run.ok(), concat!("predictor ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn wrong_usage_exits_2() {
    let work = Work::new("iris-softmax");
    work.run(&[]).misused("Usage: predictor");
    work.run(&["score", "m.model"]).misused("unrecognized subcommand 'score'");
    work.run(&["predict"]).misused("<MODEL>");
    work.run(&["predict", "m.model", "in.csv", "more.csv"])
        .misused("unexpected argument 'more.csv'");
    work.run(&["predict", "m.model", "--prob"])
        .misused("tip: a similar argument exists: '--proba'");
    work.run(&["inspect"]).misused("<MODEL>");
    work.run(&["verify", "m.model", "in.csv"]).misused("unexpected argument 'in.csv'");
}

#[test]
fn there_are_no_escape_bytes_off_a_terminal() {
    let work = Work::with("iris-softmax", Table::of("iris-softmax").csv(&[0, 1]));
    for args in [
        &["--help"][..],
        &["predict", "--help"],
        &["predict", "m.model", "in.csv"],
        &["predict", "nowhere.model"],
        &["predict", "m.model", "--nothing"],
        &["inspect", "m.model"],
        &["verify", "m.model"],
    ] {
        for colour in ["NO_COLOR", "NONE"] {
            let output = work.command().args(args).env(colour, "1").env("TERM", "xterm").output();
            let output = output.unwrap();
            let all = [output.stdout, output.stderr].concat();
            assert!(!all.contains(&0x1b), "{args:?} {colour}");
        }
    }
}
