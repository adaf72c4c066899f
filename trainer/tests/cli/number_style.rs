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
            "1 column looks like numbers with a decimal comma, which are not read as numbers: --decimal , (`b`: `1,1`, `2,2`)",
        ),
        (
            |i| format!("${},{:03}.50", 1 + i % 9, i),
            "1 column looks like numbers with `,` between thousands and `$`, which are not read as numbers: --thousands , --units '$' (`b`: `$2,001.50`, `$3,002.50`)",
        ),
        (
            |i| format!("{}%", i % 9),
            "1 column looks like numbers with `%`, which are not read as numbers: --units '%' (`b`: `1%`, `2%`)",
        ),
    ] {
        let run = work(cell).fit_tree("--target y");
        assert!(run.warnings().contains(&fact), "{}", run.stderr);
    }
    let run = work(|i| format!(" {} months", 36 + i % 3)).fit_tree("--target y");
    let fact = "column `b` is read as categories, though its cells look like numbers with a unit (`37 months`, `38 months`); without the unit they would be read as numbers";
    assert_eq!(run.warnings(), [fact]);
}

#[test]
fn the_options_read_them_and_stand_in_the_model() {
    let work = work(|i| format!("({}.{:03},{} €)", i % 9, i, i % 7));
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
    let fact = "column `b` has cells that are taken as missing: 11 `NA`, 12 `null`; if that is a category, list the other tokens with --missing";
    assert_eq!(run.warnings(), [fact]);
    assert_eq!(work.fit_tree("--target y --missing ,?").warnings(), Vec::<&str>::new());
}
