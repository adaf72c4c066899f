//! Every test that `docs/threats.md` names exists.

use std::path::Path;

const PAGE: &str = include_str!("../../docs/threats.md");

/// Texts in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_test_on_the_page_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut n_tests = 0;
    // Rows of the tables whose last column is called so.
    let is_row = |line: &&str| line.starts_with('|');
    let mut shows = false;
    for row in PAGE.lines().filter(is_row) {
        if row.starts_with("| what ") || row.starts_with("| target ") {
            shows = row.ends_with("| shown by |");
        }
        if !shows {
            continue;
        }
        let shown = row.trim_matches('|').split('|').next_back().unwrap_or_default();
        // `folder/file.rs`: `test`, `test`
        let mut source = String::new();
        for name in quoted(shown) {
            if Path::new(name).extension().is_some_and(|end| end == "rs") {
                source = std::fs::read_to_string(root.join(name))
                    .unwrap_or_else(|e| panic!("{name}: {e}"));
                continue;
            }
            // A function, one of proptest's, or a line of one of the macros of `rejects`.
            let is_there = source.contains(&format!("fn {name}()"))
                || source.contains(&format!("fn {name}(\n"))
                || source.contains(&format!("\n    {name}: "));
            assert!(is_there, "there is no test `{name}` where the page says: {row}");
            n_tests += 1;
        }
    }
    assert!(n_tests > 80, "{n_tests} tests");
}
