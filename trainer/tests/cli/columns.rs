//! Which columns serve, how they are read, and what is said of those that do not.

use model_format::manifest::ColumnKind;

use crate::support::{Run, Work, table};

/// 60 rows: a good column, a constant one, an empty one, two ids, and one of many categories.
fn odd() -> Work {
    Work::with(table("good,constant,empty,id,code,levels,word,y", 60, |i| {
        format!("{},5,,{i},t{i},l{},same,{}", i * 7 % 13, i % 40, i % 2)
    }))
}

/// Name of every column of the model, those of text with a star.
fn columns(work: &Work) -> Vec<String> {
    let model = work.model();
    let name = |c: &model_format::manifest::ColumnSpec| match &c.kind {
        ColumnKind::Numeric | ColumnKind::Document => c.name.clone(),
        ColumnKind::Text { .. } => format!("{}*", c.name),
    };
    model.manifest().schema.columns.iter().map(name).collect()
}

const CONSTANT: &str = "column `constant` is left out: every value is 5 (keep it with --numeric)";
const EMPTY: &str = "column `empty` is left out: every cell is missing";
const ID: &str =
    "column `id` is left out: every row has another integer, like an id (keep it with --numeric)";
const CODE: &str = "column `code` is left out: every row has another text, like an id (keep it with --categorical)";
const LEVELS: &str =
    "column `levels` is left out: 36 categories in 48 rows (keep it with --categorical)";
const WORD: &str =
    "column `word` is left out: every value is the same (keep it with --categorical)";

#[test]
fn columns_that_cannot_serve_are_left_out_with_a_warning() {
    let work = odd();
    let run = work.fit_tree("--target y");
    assert_eq!(run.warnings(), [CONSTANT, EMPTY, ID, CODE, LEVELS, WORD]);
    assert_eq!(columns(&work), ["good"]);
    let left_out: Vec<String> = work
        .model()
        .manifest()
        .provenance
        .left_out
        .iter()
        .map(|(name, why)| format!("column `{name}` is left out: {why}"))
        .collect();
    assert_eq!(left_out, [CONSTANT, EMPTY, ID, CODE, LEVELS, WORD]);
}

#[test]
fn following_the_warnings_keeps_them() {
    let work = odd();
    let run = work
        .fit_tree("--target y --numeric constant,id --categorical code,levels --categorical word");
    assert_eq!(run.warnings(), [EMPTY]);
    assert_eq!(columns(&work), ["good", "constant", "id", "code*", "levels*", "word*"]);
}

#[test]
fn ignored_columns_are_left_out_without_a_warning() {
    let work = odd();
    let run = work.fit_tree("--target y --ignore constant,empty,id --ignore code,levels,word");
    assert_eq!(run.warnings(), Vec::<&str>::new());
    assert_eq!(columns(&work), ["good"]);
    let left_out = work.model().manifest().provenance.left_out.clone();
    assert_eq!(left_out[0], ("constant".into(), "--ignore".into()));
}

#[test]
fn nothing_left_to_learn_from() {
    odd().refuses(
        "--target y --ignore good,id,code,levels,word",
        4,
        "error: no column is left to learn from (`good`: --ignore; `constant`: every value is 5 (keep it with --numeric); \
         `empty`: every cell is missing; `id`: --ignore; `code`: --ignore; `levels`: --ignore; `word`: --ignore)\n\
         hint: keep a column as its reason says, or name a file with more columns\n",
    );
}

#[test]
fn where_numbers_are_written_otherwise_nothing_left_names_the_option() {
    let work = Work::with(table("a;b;y", 60, |i| format!("{i},5;7,{i};{}", i % 2)));
    let run = work.fit_tree("--target y --delimiter ;");
    assert!(run.stderr.contains("error: no column is left to learn from"), "{}", run.stderr);
    assert!(run.stderr.ends_with("\nhint: to read the numbers: --decimal ,\n"), "{}", run.stderr);
}

#[test]
fn a_category_that_is_too_long_says_how_long() {
    let work = Work::with(table("a,b,y", 60, |i| {
        format!("{},{},{}", i * 7 % 13, ["p", &"q".repeat(5000)][i % 2], i % 3)
    }));
    let run = work.fit_tree("--target y");
    let end = ", column `b`: found a text of 5000 bytes, expected at most 4096\n\
               hint: leave the column out with --ignore\n";
    assert!(run.stderr.ends_with(end), "{}", run.stderr);
}

#[test]
fn types_are_read_off_the_cells() {
    let work = Work::sample("churn");
    let run = work.fit_tree("--target churned");
    assert_eq!(
        run.warnings(),
        [
            "column `customer_id` is left out: every row has another text, like an id (keep it with --categorical)",
            "column `contract` has cells that are taken as missing: 29 `NA`; if that is a category, list the other tokens with --missing"
        ]
    );
    assert_eq!(
        columns(&work),
        [
            "age",
            "income",
            "tenure_months",
            "plan*",
            "region*",
            "contract*",
            "support_calls",
            "monthly_fee",
            "autopay*"
        ]
    );
}

#[test]
fn types_can_be_overridden() {
    let work = Work::sample("churn");
    work.fit_tree("--target churned --categorical support_calls,tenure_months --numeric age --ignore plan,region").ok();
    assert_eq!(
        columns(&work),
        [
            "age",
            "income",
            "tenure_months*",
            "contract*",
            "support_calls*",
            "monthly_fee",
            "autopay*"
        ]
    );
    let model = work.model();
    let calls = &model.manifest().schema.columns[4];
    let ColumnKind::Text { levels, .. } = &calls.kind else { panic!("support_calls is a number") };
    assert_eq!(levels[..3], ["0", "1", "2"]);
}

#[test]
fn text_read_as_numbers() {
    let hint = "hint: a missing token needs --missing; drop --numeric to read categories\n";
    Work::sample("churn").refuses(
        "--target churned --numeric plan",
        4,
        &format!("error: `in.csv` line 2, column `plan`: found `basic`, expected a number\n{hint}"),
    );
}

#[test]
fn columns_that_are_not_there() {
    let work = Work::sample("churn");
    for option in ["--numeric", "--categorical", "--ignore"] {
        work.refuses(
            &format!("--target churned {option} age,incme"),
            4,
            &format!(
                "error: {option}: `in.csv` has no column `incme`\nhint: did you mean `income`?\n"
            ),
        );
        work.refuses(
            &format!("--target churned {option} xyz"),
            4,
            &format!("error: {option}: `in.csv` has no column `xyz`\n"),
        );
        work.refuses(
            &format!("--target churned {option} churned"),
            2,
            &format!("error: {option}: `churned` is the target\n"),
        );
    }
}

#[test]
fn a_column_named_twice() {
    let work = Work::sample("churn");
    for (args, option) in [
        ("--numeric age --ignore age", "--ignore"),
        ("--numeric age --categorical age", "--categorical"),
        ("--ignore age,age", "--ignore"),
    ] {
        let message = format!("error: {option}: `age` is named twice\n");
        work.refuses(&format!("--target churned {args}"), 2, &message);
    }
}

#[test]
fn a_slip_in_a_number_column_does_not_leave_it_out() {
    let slips = |n_slips: usize| {
        let csv = table("a,b,y", 61, |i| {
            let b = if i > 61 - n_slips { "forty".into() } else { format!("{}.5", i * 1000 / 7) };
            format!("{},{b},{}", i * 7 % 13, i % 2)
        });
        Work::with(csv)
    };
    let work = slips(1);
    work.refuses(
        "--target y",
        4,
        "error: column `b` is nearly all numbers, but 1 of 61 cells are not: `forty`; the first in `in.csv` line 62, column `b`\n\
         hint: fix the cells, or name those that mean missing with --missing; --categorical keeps the column as it is, --ignore leaves it out\n",
    );
    for option in ["--missing ,forty", "--ignore b", "--categorical b"] {
        assert_eq!(work.fit_tree(&format!("--target y {option}")).warnings(), Vec::<&str>::new());
    }
    // More of them are reported.
    let run = slips(6).fit_tree("--target y");
    let fact = "column `b` is left out: 45 categories in 49 rows (keep it with --categorical); 90 % of its cells are numbers; not numbers: `forty`, the first in `in.csv` line 57, column `b`";
    assert_eq!(run.warnings(), [fact]);
}

#[test]
fn no_share_is_rounded_to_all_of_the_cells() {
    let csv = table("a,b,y", 400, |i| {
        let b = if i == 7 { "forty".into() } else { (i % 5).to_string() };
        format!("{},{b},{}", i * 7 % 13, i % 2)
    });
    let run = Work::with(csv).fit_tree("--target y");
    assert!(run.warnings()[0].contains("all but 1 of its 400 cells are numbers"), "{}", run.stderr);
}

#[test]
fn warnings_are_told_before_the_error_that_they_explain() {
    let missing = |i: usize| if i == 3 { String::new() } else { (i * 7 % 13).to_string() };
    let work = Work::with(table("b,c,y", 45, |i| format!("{} kg,{},{i}.5", i % 9, missing(i))));
    let args = "--target y --impute error --test-fraction 0";
    let run = work.fit(args);
    assert_eq!(run.status, Some(4));
    let (warning, rest) = run.stderr.split_once('\n').unwrap();
    assert!(warning.starts_with("warning: column `b` "), "{}", run.stderr);
    assert!(rest.starts_with("error: "), "{}", run.stderr);
    let quiet = work.fit(&format!("{args} --quiet"));
    assert_eq!(quiet.stderr, rest);
}

#[test]
fn a_slip_in_a_number_column_that_is_kept_is_told() {
    let csv = table("a,b,y", 61, |i| {
        let b = if i == 61 { "forty".into() } else { (i % 5).to_string() };
        format!("{},{b},{}", i * 7 % 13, i % 2)
    });
    let run = Work::with(csv).fit_tree("--target y");
    let fact = "column `b` is read as categories, though 98 % of its cells are numbers; not numbers: `forty`, the first in `in.csv` line 62, column `b`; fix them, or name those that mean missing with --missing";
    assert_eq!(run.warnings(), [fact]);
}

fn giveaway(last: &str) -> Run {
    let csv = table("a,b,y", 60, |i| {
        let b = if i == 60 { last.into() } else { format!("p{}", i % 2) };
        format!("{},{b},{}", i * 7 % 13, i % 2)
    });
    Work::with(csv).fit_tree("--target y")
}

#[test]
fn a_column_that_tells_the_target_is_told() {
    let fact = "column `b` determines the target (possible leakage); if it is not known when predicting, leave it out with --ignore";
    assert_eq!(giveaway("p0").warnings(), [fact]);
    assert_eq!(giveaway("p1").warnings(), Vec::<&str>::new());
}

#[test]
fn text_that_is_not_utf8() {
    let csv = table("a,b,y", 60, |i| format!("{},p@{},{}", i * 7 % 13, i % 3, i % 2));
    let bytes: Vec<u8> = csv.bytes().map(|b| if b == b'@' { 0xff } else { b }).collect();
    let work = Work::with(bytes);
    let hint = "hint: is the file --encoding windows-1252 or latin1? else leave the column out with --ignore\n";
    let run = work.fit_tree("--target y");
    assert!(run.stderr.starts_with("error: `in.csv` line "), "{}", run.stderr);
    let rest = format!(", column `b`: the text is not UTF-8\n{hint}");
    assert!(run.stderr.ends_with(&rest), "{}", run.stderr);
    assert_eq!((run.status, work.names()), (Some(4), vec!["in.csv".to_owned()]));
    work.fit_tree("--target y --ignore b").ok();
}

/// A table whose first column has a comma in its name, the second a quote.
fn named() -> Work {
    let row = |i: usize| format!("{},{},{},{}", i % 7, i * i % 11, i % 3, ["a", "b"][i % 2]);
    Work::with(table("\"distance, km\",5\"\" pipe,x,y", 60, row))
}

#[test]
fn names_with_commas_are_quoted_as_in_csv_and_lists_are_repeatable() {
    let work = named();
    for (args, kept, stored) in [
        (&["--ignore", "\"distance, km\",x"][..], vec!["5\"\" pipe"], "\"distance, km\",x"),
        (
            &["--ignore", "\"distance, km\"", "--ignore", " x "],
            vec!["5\"\" pipe"],
            "\"distance, km\",x",
        ),
        (&["--ignore", "5\"\" pipe"], vec!["distance, km", "x"], "\"5\"\"\"\" pipe\""),
    ] {
        let mut all =
            vec!["fit", "in.csv", "-o", "m.model", "--target", "y", "--algorithm", "gaussian-nb"];
        all.extend(args);
        work.run(&all).ok();
        let model = work.model();
        let columns: Vec<&str> =
            model.manifest().schema.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(columns, kept);
        // As it is stored, it can be given again.
        assert_eq!(work.option("ignore"), stored);
        let again: Vec<&str> = [&all[..8], &["--ignore", stored]].concat();
        let bytes = work.bytes("m.model");
        work.run(&again).ok();
        assert!(work.bytes("m.model") == bytes);
    }
    let compare = [
        "compare",
        "in.csv",
        "--target",
        "y",
        "--algorithms",
        "gaussian-nb",
        "--algorithms",
        "decision-tree",
    ];
    let categorical = ["--categorical", "\"distance, km\"", "--categorical", "x", "--folds", "2"];
    let board = work.run(&[&compare[..], &categorical].concat()).ok();
    assert!(board.contains("\ngaussian-nb ") && board.contains("\ndecision-tree "), "{board}");
}

#[test]
fn the_hint_for_a_name_with_a_comma_can_be_typed_as_it_stands() {
    let work = named();
    for option in ["--numeric", "--categorical", "--ignore"] {
        let args = ["fit", "in.csv", "-o", "m.model", "--target", "y", option];
        work.run(&[&args[..], &["distance, km"]].concat()).fails(
            4,
            &format!(
                "error: {option}: `in.csv` has no column `distance`\n\
                 hint: did you mean {option} '\"distance, km\"'?\n"
            ),
        );
        work.run(&[&args[..], &["\"distance, km\""]].concat()).ok();
    }
}

#[test]
fn a_list_that_cannot_be_read_says_why() {
    let work = named();
    for (text, why) in [
        ("\"distance, km", "a quote is not closed"),
        ("x\n5 pipe", "expected names separated by commas, in one line"),
    ] {
        for option in ["--numeric", "--categorical", "--ignore", "--missing"] {
            work.run(&["fit", "in.csv", "-o", "m.model", "--target", "y", option, text])
                .misused(why);
        }
    }
}

#[test]
fn missing_tokens_are_a_list_too() {
    let work = Work::with(table("x,z,y", 60, |i| {
        let x = if i % 5 == 0 { "\"1,5\"".into() } else { (i % 9).to_string() };
        let z = if i % 7 == 0 { "-".into() } else { (i % 11).to_string() };
        format!("{x},{z},{}", ["a", "b"][i % 2])
    }));
    let fit = ["fit", "in.csv", "-o", "m.model", "--target", "y", "--algorithm", "gaussian-nb"];
    work.run(&[&fit[..], &["--missing", "\"1,5\"", "--missing", "-"]].concat()).ok();
    assert_eq!(work.model().manifest().schema.missing_tokens, ["1,5", "-"]);
    assert_eq!(work.option("missing"), "\"1,5\",-");
}

#[test]
fn a_column_name_that_is_not_utf8_is_refused() {
    let csv = table("prix_@,b,y", 60, |i| format!("{},{},{}", i * 7 % 13, i % 3, i % 2));
    let bytes: Vec<u8> = csv.bytes().map(|b| if b == b'@' { 0xe9 } else { b }).collect();
    let work = Work::with(&bytes);
    work.fit_tree("--target y").fails(
        4,
        "error: `in.csv` line 1: the name of column 1, `prix_\u{fffd}`, is not UTF-8\n\
         hint: is the file --encoding windows-1252 or latin1?\n",
    );
    work.fit_tree("--target y --encoding latin1").ok();
    assert_eq!(work.model().manifest().schema.columns[0].name, "prix_é");
}
