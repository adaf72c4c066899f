//! Help, usage and what a terminal would see.

use crate::support::Work;

#[test]
fn every_command_has_help_with_an_example() {
    let work = Work::new();
    for (args, example) in [
        (
            &["--help"][..],
            "Example: trainer sample churn -o churn.csv && trainer fit churn.csv --target churned -o churn.model\n",
        ),
        (&["sample", "--help"], "Example: trainer sample iris -o iris.csv\n"),
        (&["keygen", "--help"], "  trainer keygen -o team.key\n"),
        (&["sign", "--help"], "  trainer sign churn.model --key team.key\n"),
        (&["algorithms", "--help"], "Example: trainer algorithms random-forest\n"),
        (&["completions", "--help"], "Example: trainer completions bash > "),
        (&["man", "--help"], "  trainer man | man -l -\n"),
        (
            &["compare", "--help"],
            "Example: trainer compare churn.csv --target churned --metric roc_auc -o best.model\n",
        ),
        (&["fit", "--help"], "  trainer fit churn.csv --target churned -o churn.model\n"),
    ] {
        let run = work.run(args);
        assert_eq!(run.stderr, "");
        let help = run.ok();
        assert!(help.contains(example), "{help}");
        assert!(help.contains("Usage: trainer"), "{help}");
    }
}

#[test]
fn the_help_of_fit_names_every_option_and_algorithm() {
    let help = Work::new().run(&["fit", "--help"]).ok();
    for option in [
        "--target <COL>",
        "-o, --output <OUT.model>",
        "--algorithm <A>",
        "--param <K=V>",
        "--task <TASK>",
        "--scaler <SCALER>",
        "--impute <IMPUTE>",
        "--reduce <METHOD:K>",
        "--numeric <A,B>",
        "--categorical <A,B>",
        "--ignore <A,B>",
        "--test-fraction <F>",
        "--test-data <FILE>",
        "--seed <N>",
        "--threads <N>",
        "--name <S>",
        "--model-version <X.Y.Z>",
        "--no-statistics",
        "--delimiter <C>",
        "--missing <",
        "--config <FILE.toml>",
        "--json\n",
        "-q, --quiet\n",
        "--sign <KEY>\n",
        "--password-file <FILE>\n",
        "\n  random-forest (labels and numbers)\n      n_trees=100  ",
        "\n  decision-tree (labels and numbers)\n      max_depth=12  ",
        "\n  logistic-regression (labels)\n      alpha=1  ",
        "\n  linear-regression (numbers)\n",
        "\n  ridge (numbers)\n      alpha=1  ",
    ] {
        assert!(help.contains(option), "{option}\n{help}");
    }
}

#[test]
fn options_are_grouped_by_task() {
    let work = Work::new();
    for (command, headings) in [
        (
            "fit",
            &["Columns:", "Input:", "Model:", "Evaluation:", "Output:", "Run:", "Signing:"][..],
        ),
        (
            "compare",
            &["Columns:", "Input:", "Model:", "Evaluation:", "Output:", "Run:", "Signing:"],
        ),
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
fn exit_codes_are_in_the_help() {
    let help = Work::new().run(&["--help"]).ok();
    let codes = "Exit codes: 0 done, 1 I/O or internal failure, 2 wrong usage, 3 model refused, 4 input refused.\n";
    assert!(help.contains(codes), "{help}");
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = Work::new().run(&["--version"]);
    assert_eq!(run.ok(), concat!("trainer ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn wrong_usage_exits_2() {
    let work = Work::sample("iris");
    work.run(&[]).misused("Usage: trainer");
    work.run(&["train", "in.csv"]).misused("unrecognized subcommand 'train'");
    work.run(&["sample", "iris", "churn"]).misused("unexpected argument 'churn'");
    work.fit("--target species --algoritm ridge")
        .misused("tip: a similar argument exists: '--algorithm'");
    work.fit("--target species more.csv").misused("unexpected argument 'more.csv'");
    assert_eq!(work.names(), ["in.csv"]);
}

#[test]
fn there_are_no_escape_bytes_off_a_terminal() {
    let work = Work::sample("iris");
    for args in [
        &["--help"][..],
        &["fit", "--help"],
        &["sample"],
        &["sample", "nothing"],
        &["fit", "in.csv", "--target", "species", "-o", "m.model", "--param", "n_trees=2"],
        &["fit", "in.csv", "--nothing"],
    ] {
        for variable in ["NO_COLOR", "NONE"] {
            let run =
                Work::finish(work.command().args(args).env(variable, "1").env("TERM", "xterm"));
            assert!(!run.stdout.contains(&0x1b), "{args:?}");
        }
    }
}
