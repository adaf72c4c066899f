//! The target column.

use model_format::manifest::Task;

use crate::support::{Work, table};

fn labels(work: &Work) -> Vec<String> {
    match &work.model().manifest().task {
        Task::Classification { labels, .. } => labels.clone(),
        _ => Vec::new(),
    }
}

/// 40 rows with two features and this target.
fn targets(target: impl Fn(usize) -> String) -> Work {
    Work::with(table("a,b,y", 40, |i| format!("{},{}.5,{}", i * 7 % 13, i * 11 % 37, target(i))))
}

#[test]
fn a_target_must_be_named() {
    Work::sample("iris").refuses(
        "",
        2,
        "error: --target is missing: which column is to be predicted?\nhint: to group rows without a target, use --algorithm kmeans\n",
    );
}

#[test]
fn a_target_that_is_not_there() {
    let work = Work::sample("iris");
    for near in ["Species", "specis", "SPECIES"] {
        let fact = format!("error: --target: `in.csv` has no column `{near}`\n");
        work.refuses(
            &format!("--target {near}"),
            4,
            &format!("{fact}hint: did you mean `species`?\n"),
        );
    }
    work.refuses("--target price", 4, "error: --target: `in.csv` has no column `price`\n");
}

#[test]
fn rows_without_a_target_are_left_out_and_counted() {
    let work = targets(|i| match i {
        1 | 7 => String::new(),
        9 => "NA".into(),
        11 => " ? ".into(),
        i => ["no", "yes"][i % 2].into(),
    });
    let run = work.fit_tree("--target y --test-fraction 0");
    let fact = "4 rows without a target are left out, of which 1 `NA`; if that is a label, list the other tokens with --missing";
    assert_eq!(run.warnings(), [fact]);
    let provenance = work.model().manifest().provenance.clone();
    let counts = (provenance.data_rows, provenance.rows_fitted, provenance.rows_without_target);
    assert_eq!(counts, (40, 36, 4));
    assert_eq!(labels(&work), ["no", "yes"]);
}

#[test]
fn labels_are_kept_as_they_stand_and_in_order() {
    for (cells, expected) in [
        (["10", "9", "2"], ["2", "9", "10"]),
        (["b", "a", "B"], ["B", "a", "b"]),
        ([" x ", "10", "9"], ["10", "9", "x"]),
        (["01", "+2", "3"], ["01", "+2", "3"]),
        (["-1", "0", "1"], ["-1", "0", "1"]),
    ] {
        let work = targets(|i| cells[i % 3].into());
        work.fit_tree("--target y --test-fraction 0").ok();
        assert_eq!(labels(&work), expected);
    }
}

#[test]
fn one_label_written_in_two_ways() {
    targets(|i| ["1", "01", "2"][i % 3].into()).refuses(
        "--target y",
        4,
        "error: target `y`: `01` and `1` are the same number\nhint: write each label in one way\n",
    );
}

#[test]
fn one_class() {
    targets(|_| "yes".into()).refuses(
        "--target y",
        4,
        "error: target `y`: every value is `yes`, expected two labels or more\n",
    );
    targets(|i| ["yes", ""][i % 2].into()).refuses(
        "--target y",
        4,
        "error: target `y`: every value is `yes`, expected two labels or more\n",
    );
    targets(|_| "1.5".into()).refuses("--target y", 4, "error: target `y`: every value is 1.5\n");
    targets(|_| "7".into()).refuses(
        "--target y --task regression",
        4,
        "error: target `y`: every value is 7\n",
    );
}

#[test]
fn no_target_at_all() {
    targets(|_| "NA".into()).refuses("--target y", 4, "error: target `y`: every cell is missing\n");
}

#[test]
fn too_few_rows() {
    let rows =
        |n: usize| Work::with(table("a,b,y", n, |i| format!("{},{},{}", i % 3, i % 2, i % 2)));
    rows(9).refuses("--target y", 4, "error: 9 rows have a target, expected at least 10\n");
    rows(1).refuses("--target y --task regression", 4, "error: target `y`: every value is 1\n");
    rows(10).fit_tree("--target y --test-fraction 0").ok();
}

#[test]
fn a_text_target_as_numbers() {
    Work::sample("iris").refuses(
        "--target species --task regression",
        4,
        "error: `in.csv` line 2, column `species`: found `setosa`, expected a number\n\
         hint: a text target needs --task classification; a missing token, --missing\n",
    );
    targets(|i| if i == 30 { "forty".into() } else { format!("{i}.5") }).refuses(
        "--target y --task regression",
        4,
        "error: `in.csv` line 31, column `y`: found `forty`, expected a number\n\
         hint: a text target needs --task classification; a missing token, --missing\n",
    );
}

#[test]
fn an_id_as_target() {
    Work::sample("churn").refuses(
        "--target customer_id",
        4,
        "error: target `customer_id` has 2000 distinct labels in 2000 rows\n\
         hint: is it an id? --target names the column to predict\n",
    );
}

#[test]
fn a_target_that_is_nearly_all_numbers_is_refused_with_the_cells_that_are_not() {
    let work = targets(|i| if i == 30 { "forty".into() } else { format!("{i}.5") });
    work.refuses(
        "--target y",
        4,
        "error: target `y` is nearly all numbers, but 1 of 40 cells are not: `forty`; the first in `in.csv` line 31, column `y`\n\
         hint: fix the cells, leave their rows out by naming them with --missing, or use --task classification for labels\n",
    );
    work.fit_tree("--target y --missing ,forty").ok();
    // Four labels, one of which is a slip.
    let work = targets(|i| if i == 30 { "<1.0".into() } else { format!("{}.0", i % 3) });
    assert!(work.fit_tree("--target y").stderr.contains("1 of 40 cells are not: `<1.0`"));
    work.fit_tree("--target y --task classification").ok();
}

#[test]
fn a_target_that_is_mostly_numbers_is_read_as_labels_with_a_warning() {
    let warning = |work: &Work, options: &str| {
        let run = work.fit_tree(&format!("--target y --test-fraction 0 {options}"));
        run.warnings().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let work = targets(|i| if i % 4 == 3 { "n/d".into() } else { (i % 4).to_string() });
    let fact = "target `y` is read as labels, though 75 % of its cells are numbers; not numbers: `n/d`, the first in `in.csv` line 4, column `y`; if they mean missing, name them with --missing, or use --task classification if labels are meant";
    assert_eq!(warning(&work, ""), [fact]);
    assert_eq!(warning(&work, "--task classification"), Vec::<&str>::new());
    // Most of the values are numbers in another style, or with a mark.
    let work = targets(|i| if i % 4 == 3 { "-".into() } else { format!("\"{},5\"", i % 4) });
    let fact = "target `y` is read as labels, though 75 % of its values look like numbers with a decimal comma: --decimal , (`1,5`, `2,5`, but not `-`)";
    assert_eq!(warning(&work, ""), [fact]);
    assert_eq!(warning(&targets(|i| ["a", "b", "7"][i % 3].into()), ""), Vec::<&str>::new());
}

#[test]
fn a_target_in_another_number_style_is_refused_with_the_option_that_reads_it() {
    let work = targets(|i| format!("\"{i},5\""));
    work.refuses(
        "--target y",
        4,
        "error: target `y` looks like numbers with a decimal comma: `1,5`, `2,5`\n\
         hint: read them with --decimal ,; or --task classification for labels\n",
    );
    let work = targets(|i| if i % 8 == 3 { "-".into() } else { format!("\"{i},5\"") });
    work.refuses(
        "--target y",
        4,
        "error: target `y` looks like numbers with a decimal comma: `1,5`, `2,5`, but not `-`\n\
         hint: read them with --decimal ,; or --task classification for labels\n",
    );
}

#[test]
fn the_summary_says_why_the_task_and_what_changes_it() {
    let because = |work: &Work, options: &str| {
        let run = work.fit_tree(&format!("--target y {options}"));
        let line = run.stderr.lines().find(|line| line.contains("because: ")).map(str::to_owned);
        line.unwrap_or(run.stderr).trim().to_owned()
    };
    let years = targets(|i| (1990 + i % 20).to_string());
    assert_eq!(
        because(&years, ""),
        "because: its 20 different values are whole numbers; --task regression predicts a number"
    );
    assert_eq!(because(&years, "--task regression"), "because: --task");
    assert_eq!(
        because(&targets(|i| format!("{i}.5")), ""),
        "because: its values are numbers, 40 of them different; --task classification predicts labels"
    );
    assert_eq!(because(&targets(|i| ["a", "b"][i % 2].into()), ""), "because: its values are text");
}

#[test]
fn a_label_that_is_not_utf8() {
    let csv = table("a,b,y", 40, |i| format!("{},{},{}", i * 7 % 13, i % 4, ["caf@", "no"][i % 2]));
    let bytes: Vec<u8> = csv.bytes().map(|b| if b == b'@' { 0xe9 } else { b }).collect();
    Work::with(bytes).refuses(
        "--target y",
        4,
        "error: target `y`: label `caf\u{fffd}` is not UTF-8\n",
    );
}
