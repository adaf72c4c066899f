//! Numbers that are written in another style: recognised, read by an option, stored in the model.

use crate::support::{Work, table};

/// Rows of two columns in a style; `y` is text.
fn work(cell: impl Fn(usize) -> String) -> Work {
    Work::with(table("a,b,y", 60, |i| {
        format!("{},\"{}\",{}", i * 7 % 13, cell(i), ["p", "q"][i % 2])
    }))
}

#[test]
fn each_style_is_named_with_its_option_and_two_samples() {
    for (cell, fact) in [
        (
            (|i: usize| format!("{},{}", i % 9, i % 7)) as fn(usize) -> String,
            "column `b` is left out: every row has another text, like an id (keep it with --categorical); looks like numbers with a decimal comma: --decimal , (`1,1`, `2,2`)",
        ),
        (
            |i| format!("${},{:03}.50", 1 + i % 9, i),
            "column `b` is left out: every row has another text, like an id (keep it with --categorical); looks like numbers with `,` between thousands and `$`: --thousands , --units '$' (`$2,001.50`, `$3,002.50`)",
        ),
        (
            |i| format!("{}%", i % 9),
            "1 column looks like numbers with `%`, which are not read as numbers: --units '%' (`b`: `1%`, `2%`)",
        ),
    ] {
        let run = work(cell).fit_tree("--target y");
        assert!(run.warnings().contains(&fact), "{}", run.stderr);
        assert_eq!(run.stderr.matches("looks like").count(), 1, "{}", run.stderr);
    }
    let run = work(|i| format!(" {} months", 36 + i % 3)).fit_tree("--target y");
    let fact = "column `b` is read as categories, though its cells look like numbers with a unit or a mark (`37 months`, `38 months`); without it they would be read as numbers";
    assert_eq!(run.warnings(), [fact]);
}

#[test]
fn the_options_read_them_and_stand_in_the_model() {
    let work = work(|i| format!("({}.{:03},{} €)", 1 + i % 9, i, i % 7));
    let run = work.fit_tree("--target y --decimal , --thousands . --units €,() --json");
    let report: serde_json::Value = serde_json::from_str(&run.ok()).unwrap();
    assert_eq!(report["options"]["decimal"], ",");
    assert_eq!(report["options"]["thousands"], ".");
    assert_eq!(report["options"]["units"], "€,()");
    assert_eq!(report["features"], 2);
}

#[test]
fn styles_that_cannot_be_are_refused() {
    for (options, fact) in [
        ("--decimal ;", "--decimal: found `;`, expected `.` or `,`"),
        ("--decimal , --thousands ,", "--thousands: `,` is the decimal mark"),
        (
            "--units 7",
            "--units: found `7`, expected a mark without digits, signs, points and commas",
        ),
    ] {
        let run = work(|i| i.to_string()).fit_tree(&format!("--target y {options}"));
        assert_eq!((run.status, run.stderr), (Some(2), format!("error: {fact}\n")));
    }
}

#[test]
fn codes_with_leading_zeros_are_categories_unless_numbers_are_asked_for() {
    let codes = work(|i| format!("0{}", 1000 + i % 7));
    let run = codes.fit_tree("--target y");
    let fact = "column `b` is read as categories: cells such as `01001` have leading zeros, as codes have (numbers with --numeric)";
    assert_eq!(run.warnings(), [fact]);
    assert_eq!(codes.fit_tree("--target y --numeric b").warnings(), Vec::<&str>::new());
    let run = work(|i| format!("0{}", 1000 + i)).fit_tree("--target y");
    let fact = "column `b` is left out: every row has another text, like an id (keep it with --categorical); cells such as `01001` have leading zeros, as codes have (numbers with --numeric)";
    assert_eq!(run.warnings(), [fact]);
    let mixed = work(|i| if i % 2 == 0 { format!("0{}", i % 9) } else { format!("{i}.5") });
    let fact = "column `b` is read as numbers, though cells such as `02` have leading zeros: others are no codes (categories with --categorical)";
    assert_eq!(mixed.fit_tree("--target y").warnings(), [fact]);
}

#[test]
fn missing_tokens_that_may_be_categories_are_counted() {
    let work = work(|i| ["NA", "good", "fair", "null"][i % 4].into());
    let run = work.fit_tree("--target y");
    let fact = "column `b` has cells that are taken as missing: 15 `NA`, 15 `null`; if that is a category, list the other tokens with --missing";
    assert_eq!(run.warnings(), [fact]);
    assert_eq!(work.fit_tree("--target y --missing ,?").warnings(), Vec::<&str>::new());
}

/// Every eighth cell of the second column means that there is no number.
fn with_placeholders(cell: impl Fn(usize) -> String, placeholder: &str) -> Work {
    work(|i| if i % 8 == 0 { placeholder.into() } else { cell(i) })
}

#[test]
fn placeholders_among_the_numbers_do_not_hide_the_style() {
    for (cell, placeholder, fact) in [
        (
            (|i: usize| format!("{},{}", i % 9, i % 2)) as fn(usize) -> String,
            "-",
            "1 column looks like numbers with a decimal comma, which are not read as numbers: --decimal , (`b`: `1,1`, `2,0`, but not `-`)",
        ),
        (
            |i| format!("${}.00", i % 9),
            "TBD",
            "1 column looks like numbers with `$`, which are not read as numbers: --units '$' (`b`: `$1.00`, `$2.00`, but not `TBD`)",
        ),
        (
            |i| format!("{},000", 1 + i % 9),
            "unknown",
            "1 column looks like numbers with `,` between thousands, which are not read as numbers: --thousands , (`b`: `2,000`, `3,000`, but not `unknown`)",
        ),
        (
            |i| format!("{} kg", i % 9),
            "none",
            "column `b` is read as categories, though its cells look like numbers with a unit or a mark (`1 kg`, `2 kg`, but not `none`); without it they would be read as numbers",
        ),
    ] {
        let run = with_placeholders(cell, placeholder).fit_tree("--target y");
        assert_eq!(run.warnings(), [fact]);
    }
}

#[test]
fn numbers_that_are_not_in_the_style_that_was_asked_for_are_told() {
    let work = work(|i| format!("{}.5", i % 9));
    let fact = "1 column looks like numbers with a decimal point, but --decimal , is set, so they are not read as numbers (`b`: `1.5`, `2.5`)";
    assert_eq!(work.fit_tree("--target y --decimal ,").warnings(), [fact]);
    work.refuses(
        "--target y --decimal , --numeric b",
        4,
        "error: `in.csv` line 2, column `b`: found `1.5`, expected a number\n\
         hint: it looks like numbers with a decimal point, but --decimal , is set; write all numbers in one style\n",
    );
    let target = Work::with(table("a,y", 60, |i| format!("{},{}.5", i * 7 % 13, i)));
    target.refuses(
        "--target y --decimal ,",
        4,
        "error: target `y` looks like numbers with a decimal point: `1.5`, `2.5`\n\
         hint: --decimal , is set; write all numbers in one style; or --task classification for labels\n",
    );
}

#[test]
fn a_number_that_was_asked_for_and_is_in_another_style_gets_the_option() {
    work(|i| format!("{},5", i % 9)).refuses(
        "--target y --numeric b",
        4,
        "error: `in.csv` line 2, column `b`: found `1,5`, expected a number\n\
         hint: it looks like numbers with a decimal comma; read such cells with --decimal ,\n",
    );
}

#[test]
fn units_may_stand_beside_negative_numbers_and_in_front() {
    for cell in [
        (|n: usize| format!("-{n}.4°C")) as fn(usize) -> String,
        |n| format!("{n}.0-"),
        |n| format!("kg {n}"),
        |n| format!("Rs. {n}"),
        |n| format!("~{n}"),
        |n| format!("<{n}"),
    ] {
        let run = work(|i| cell(i % 9)).fit_tree("--target y");
        let fact = format!(
            "column `b` is read as categories, though its cells look like numbers with a unit or a mark (`{}`, `{}`); without it they would be read as numbers",
            cell(1),
            cell(2)
        );
        assert_eq!(run.warnings(), [fact]);
    }
    let labels = Work::with(table("a,y", 60, |i| format!("{},{} kg", i * 7 % 13, i % 9)));
    let fact = "target `y` is read as labels, though 100 % of its values look like numbers with a unit or a mark (`1 kg`, `2 kg`); without it they would be read as numbers";
    assert_eq!(labels.fit_tree("--target y --test-fraction 0").warnings(), [fact]);
}

#[test]
fn a_zero_before_a_thousands_separator_is_no_number() {
    let row = |i: usize| format!("\"{},250\",{},{}", i % 7 + 1, i % 5, ["p", "q"][i % 2]);
    let csv = table("a,b,y", 60, row).replacen("\"3,250\"", "\"0,250\"", 1);
    let run = Work::with(csv).fit_tree("--target y --thousands , --numeric a");
    assert!(run.stderr.contains("`0,250`"), "{}", run.stderr);
    assert_eq!(run.status, Some(4));
}
