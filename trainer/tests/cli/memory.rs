//! A table that is too large for the machine, and the sample that is not.

use std::fmt::Write as _;

use crate::support::{Run, Work};

/// Rows with a number, a category of 200 and one of two labels, the second rare.
fn table(n_rows: usize) -> String {
    let mut text = String::from("size,city,answer\n");
    for i in 0..n_rows {
        let answer = if i % 50 == 7 { "yes" } else { "no" };
        let _ = writeln!(text, "{}.5,city{},{answer}", (i * 7919) % 1009, (i * 31) % 200);
    }
    text
}

/// Runs the program with at most so many bytes of addresses.
fn within(work: &Work, bytes: usize, args: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_trainer");
    let mut shell = std::process::Command::new("sh");
    let script = format!("ulimit -v {}; exec {program} {args}", bytes / 1024);
    Work::finish(shell.arg("-c").arg(script).current_dir(work.path("")))
}

#[cfg(target_os = "linux")]
#[test]
fn a_fit_that_needs_too_much_memory_is_refused_and_the_way_out_works() {
    let work = Work::with(table(120_000));
    let args =
        "fit in.csv --target answer --algorithm knn --threads 1 --test-fraction 0 -o m.model";
    let run = within(&work, 1600 << 20, args);
    assert_eq!(run.status, Some(4), "{}", run.stderr);
    let (fact, hint) = run.stderr.split_once("\nhint: ").unwrap();
    let start = "error: knn on 120000 rows and 201 features needs about ";
    assert!(fact.starts_with(start), "{fact}");
    assert!(fact.contains(" GB, the limit of ulimit -v leaves "), "{fact}");
    assert!(hint.contains("leave out `city`, which makes 200 features, with --ignore"), "{hint}");
    assert!(hint.contains("use an algorithm that needs less: "), "{hint}");
    assert_eq!(work.names(), ["in.csv"]);

    let sample = hint.split("--sample ").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    within(&work, 1600 << 20, &format!("{args} --sample {sample}")).ok();
    assert_eq!(work.option("sample"), sample);
    assert_eq!(work.model().manifest().provenance.rows_fitted.to_string(), sample);
    within(&work, 1600 << 20, &format!("{args} --ignore city")).ok();
}

#[test]
fn a_sample_keeps_the_share_of_each_label_and_follows_the_seed() {
    let work = Work::with(table(5_000));
    let run = work.fit_tree("--target answer --sample 1000 --test-fraction 0");
    assert_eq!(run.warnings(), ["only a sample of 1000 of the 5000 rows is used (--sample)"]);
    let provenance = work.model().manifest().provenance.clone();
    assert_eq!(provenance.class_counts, [980, 20]);
    assert_eq!((provenance.data_rows, provenance.rows_without_target), (1000, 0));
    let first = work.bytes("m.model");
    work.fit_tree("--target answer --sample 1000 --test-fraction 0 --threads 3").ok();
    assert!(work.bytes("m.model") == first);
    work.fit_tree("--target answer --sample 1000 --test-fraction 0 --seed 43").ok();
    assert!(work.bytes("m.model") != first);

    // As many rows as there are is no sample.
    assert!(work.fit_tree("--target answer --sample 5000").warnings().is_empty());
    work.refuses(
        "--target answer --sample 9",
        2,
        "error: --sample: found 9, expected 10 rows or more\n",
    );
    work.put("options.toml", "sample = 400\n");
    work.fit_tree("--target size --config options.toml --test-fraction 0").ok();
    assert_eq!(work.model().manifest().provenance.rows_fitted, 400);
    let compare = "compare in.csv --target answer --algorithms gaussian-nb --sample 500 --folds 2";
    let run = work.run(&compare.split_whitespace().collect::<Vec<_>>());
    assert!(run.stderr.contains("only a sample of 500 of the 5000 rows is used"), "{}", run.stderr);
    run.ok();
}
