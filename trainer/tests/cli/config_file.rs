//! `--config`: the same options as keys.

use crate::support::Work;

const ALL: &str = r#"
target = "churned"
algorithm = "decision-tree"
task = "classification"
scaler = "minmax"
impute = "mean"
reduce = "pca:3"
numeric = ["age"]
categorical = ["plan", "autopay"]
ignore = ["region"]
test-fraction = 0.1
seed = 7
threads = 1
name = "from file"
model-version = "2.0.1"
delimiter = ","
missing = ["", "NA"]
no-statistics = true

[param]
max_depth = 3
min_samples_leaf = "5"
"#;

fn with(config: &str) -> Work {
    let work = Work::sample("churn");
    work.put("fit.toml", config);
    work
}

#[test]
fn every_option_can_stand_in_the_file() {
    let work = with(ALL);
    work.fit("--config fit.toml").ok();
    let file = work.bytes("m.model");
    let flags = [
        "fit",
        "in.csv",
        "-o",
        "m.model",
        "--target",
        "churned",
        "--algorithm",
        "decision-tree",
        "--task",
        "classification",
        "--scaler",
        "minmax",
        "--impute",
        "mean",
        "--reduce",
        "pca:3",
        "--numeric",
        "age",
        "--categorical",
        "plan,autopay",
        "--ignore",
        "region",
        "--test-fraction",
        "0.1",
        "--seed",
        "7",
        "--threads",
        "2",
        "--name",
        "from file",
        "--model-version",
        "2.0.1",
        "--delimiter",
        ",",
        "--missing",
        ",NA",
        "--no-statistics",
        "--param",
        "max_depth=3",
        "--param",
        "min_samples_leaf=5",
    ];
    work.run(&flags).ok();
    assert!(work.bytes("m.model") == file);
}

#[test]
fn flags_win() {
    let work = with(ALL);
    work.fit("--config fit.toml --scaler none --seed 8 --ignore plan,autopay --categorical region --param max_depth=2 --name flag --model-version 3.0.0 --test-fraction 0").ok();
    for (key, value) in [
        ("scaler", "none"),
        ("impute", "mean"),
        ("seed", "8"),
        ("ignore", "plan,autopay"),
        ("categorical", "region"),
        ("numeric", "age"),
        ("param.max_depth", "2"),
        ("param.min_samples_leaf", "5"),
        ("test", "fraction 0"),
    ] {
        assert_eq!(work.option(key), value, "{key}");
    }
    let identity = work.model().manifest().identity.clone();
    assert_eq!((identity.name.as_str(), identity.version.as_str()), ("flag", "3.0.0"));
}

#[test]
fn a_flag_for_test_rows_wins_over_either_key() {
    let work = with("target = \"churned\"\nalgorithm = \"decision-tree\"\ntest-fraction = 0.1\n");
    work.fit("--config fit.toml --test-data in.csv").ok();
    assert_eq!(work.option("test"), "file");
    work.put(
        "fit.toml",
        "target = \"churned\"\nalgorithm = \"decision-tree\"\ntest-data = \"in.csv\"\n",
    );
    work.fit("--config fit.toml").ok();
    assert_eq!(work.option("test"), "file");
    work.fit("--config fit.toml --test-fraction 0.3").ok();
    assert_eq!(work.option("test"), "fraction 0.3");
    work.put("fit.toml", "target = \"churned\"\ntest-data = \"in.csv\"\ntest-fraction = 0.1\n");
    work.refuses("--config fit.toml", 2, "error: test-fraction and test-data exclude each other\n");
}

#[test]
fn an_unknown_key_is_refused() {
    for (key, nearest) in
        [("algoritm", Some("algorithm")), ("test_fraction", Some("test-fraction"))]
    {
        let work = with(&format!("target = \"churned\"\n{key} = \"ridge\"\n"));
        let run = work.fit("--config fit.toml");
        let first = nearest.unwrap_or("target");
        let fact =
            format!("error: `fit.toml` line 2: no option is called `{key}`; there are {first}, ");
        assert!(run.stderr.starts_with(&fact), "{}", run.stderr);
        assert!(
            run.stderr.ends_with(&format!("\nhint: did you mean `{first}`?\n")),
            "{}",
            run.stderr
        );
        assert_eq!(run.status, Some(2));
    }
    // What a command does not take, and what cannot stand in the file.
    for key in ["folds", "json", "sign", "config"] {
        let work = with(&format!("target = \"churned\"\n\n{key} = 3\n"));
        let run = work.fit("--config fit.toml");
        let fact = format!("error: `fit.toml` line 3: no option is called `{key}`; there are ");
        assert!(run.stderr.starts_with(&fact), "{}", run.stderr);
    }
}

#[test]
fn the_output_can_stand_in_the_file_and_is_guarded_as_the_flag_is() {
    let work =
        with("target = \"churned\"\noutput = \"from-file.model\"\nalgorithm = \"decision-tree\"\n");
    work.run(&["fit", "in.csv", "--config", "fit.toml"]).ok();
    assert_eq!(work.names(), ["fit.toml", "from-file.model", "in.csv"]);
    work.run(&["fit", "in.csv", "--config", "fit.toml", "-o", "flag.model"]).ok();
    assert_eq!(work.names(), ["fit.toml", "flag.model", "from-file.model", "in.csv"]);
    for (output, what) in [("in.csv", "the training data"), ("fit.toml", "the config file")] {
        let config = format!("target = \"churned\"\noutput = \"{output}\"\n");
        work.put("fit.toml", &config);
        let run = work.run(&["fit", "in.csv", "--config", "fit.toml"]);
        run.fails(2, &format!("error: `fit.toml` line 2: output would overwrite {what}\n"));
    }
}

#[test]
fn compare_takes_the_same_file_with_its_own_options() {
    let work = with(
        r#"
target = "churned"
output = "best.model"
algorithms = ["decision-tree", "gaussian-nb"]
folds = 3
metric = "roc_auc"
ignore = ["region"]
seed = 7

[param.decision-tree]
max_depth = 3
"#,
    );
    let of_file = work.run(&["compare", "in.csv", "--config", "fit.toml", "--json"]).ok();
    let bytes = work.bytes("best.model");
    let flags = "compare in.csv --json --target churned -o best.model --algorithms decision-tree,gaussian-nb --folds 3 \
        --metric roc_auc --ignore region --seed 7 --param decision-tree.max_depth=3";
    let of_flags = work.run(&flags.split_whitespace().collect::<Vec<_>>()).ok();
    assert!(work.bytes("best.model") == bytes);
    let untimed = |report: &str| {
        let mut report: serde_json::Value = serde_json::from_str(report).unwrap();
        for row in report["leaderboard"].as_array_mut().unwrap() {
            row["fit_seconds"].take();
            row["predict_microseconds_per_row"].take();
            row["estimated_seconds"].take();
        }
        report["seconds"].take();
        report
    };
    assert_eq!(untimed(&of_file), untimed(&of_flags));
    // Flags win.
    let run = work.run(&["compare", "in.csv", "--config", "fit.toml", "--json", "--folds", "2"]);
    assert_eq!(untimed(&run.ok())["folds"], 2);
    work.put("fit.toml", "target = \"churned\"\nalgorithm = \"ridge\"\n");
    let run = work.run(&["compare", "in.csv", "--config", "fit.toml"]);
    let fact = "error: `fit.toml` line 2: no option is called `algorithm`; there are algorithms, ";
    assert!(run.stderr.starts_with(fact), "{}", run.stderr);
    assert_eq!(run.status, Some(2));
}

#[test]
fn values_are_checked_as_flags_are_and_named_with_their_line() {
    for (line, fact) in [
        ("test-fraction = 0.95", "--test-fraction: found 0.95, expected a number from 0 to 0.9\n"),
        ("threads = 0", "--threads: 0 threads cannot do anything\n"),
        ("model-version = \"1.2\"", "--model-version: found `1.2`, expected X.Y.Z such as 1.4.0\n"),
        (
            "delimiter = \"ab\"",
            "--delimiter: found `ab`, expected a tab or an ASCII punctuation mark that no number contains\n",
        ),
        (
            "[param]\nn_trees = 0",
            "--param n_trees: found `0`, expected a whole number from 1 to 10000\n",
        ),
        (
            "[param]\nn_trees = 1.5",
            "--param n_trees: found `1.5`, expected a whole number from 1 to 10000\n",
        ),
        (
            "[param]\nalpha = 1",
            "--param: random-forest has no `alpha`; it has n_trees, max_depth, min_samples_leaf, min_samples_split, m\n",
        ),
    ] {
        let work = with(&format!("target = \"churned\"\n{line}\n"));
        let at = line.matches('\n').count() + 2;
        let fact = format!("error: `fit.toml` line {at}: {}", fact.trim_start_matches('-'));
        work.refuses("--config fit.toml", 2, &fact);
    }
    // Columns, too, which the table has to be read for; a flag is named as a flag, whatever the file has.
    let work = with("ignore = [\"plam\"]\ntarget = \"churned\"\nthreads = 0\n");
    let run = work.fit("--config fit.toml --threads 1");
    assert!(run.stderr.starts_with("error: `fit.toml` line 1: ignore: "), "{}", run.stderr);
    assert!(run.stderr.contains("hint: did you mean `plan`?"), "{}", run.stderr);
    let run = work.fit("--config fit.toml --threads 1 --ignore plan,rgion");
    assert!(run.stderr.starts_with("error: --ignore: "), "{}", run.stderr);
    work.put("fit.toml", "target = \"churned\"\nfolds = 1\n");
    let run = work.run(&["compare", "in.csv", "--config", "fit.toml"]);
    assert_eq!(run.stderr, "error: `fit.toml` line 2: folds: found 1, expected 2 or more\n");
    for line in ["seed = -1", "scaler = \"robust\"", "ignore = \"plan\"", "seed = ", "param = 3"] {
        let work = with(&format!("target = \"churned\"\n{line}\n"));
        let run = work.fit("--config fit.toml");
        assert!(run.stderr.starts_with("error: `fit.toml` line 2: "), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert_eq!(run.status, Some(2));
    }
}

#[test]
fn a_file_that_is_not_there() {
    let message = "error: cannot read `no.toml`: No such file or directory (os error 2)\n";
    Work::sample("iris").refuses("--target species --config no.toml", 1, message);
}

#[test]
fn an_empty_file_changes_nothing() {
    let work = with("# nothing\n");
    work.fit_tree("--target churned").ok();
    let plain = work.bytes("m.model");
    work.fit_tree("--target churned --config fit.toml").ok();
    assert!(work.bytes("m.model") == plain);
    work.refuses(
        "--config fit.toml",
        2,
        "error: --target is missing: which column is to be predicted?\nhint: to group rows without a target, use --algorithm kmeans\n",
    );
}
