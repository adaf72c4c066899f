//! The page of version 2 against the code: every type, every op, every limit.

use model_format::forest::{
    MAX_CODES, MAX_INNER_NODES, MAX_LEAF_VALUES, MAX_RANKS, MAX_TABLES, NEAR_ZERO,
};
use model_format::{limits, statistics};
use tests::by_hand::page::{SECOND, Types};
use tests::declared;

#[test]
fn every_type_of_a_manifest_is_as_the_code_declares_it() {
    let code = declared::second();
    let types = Types::second();
    let page = types.used();
    for (name, shape) in &page {
        assert_eq!(Some(&declared::of_page(shape)), code.get(*name), "{name}");
    }
    // Of each kind one, so that a page that cannot be read is no page that agrees.
    for name in
        ["Manifest", "Op", "Head", "run", "TreesArrays", "LabelRule", "KernelFunction", "Task"]
    {
        assert!(page.contains_key(name), "{name}");
    }
}

/// Numbers that follow the names of limits in the text.
fn limits_in_the_text() -> Vec<(&'static str, u64)> {
    let words: Vec<&str> = SECOND.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair[0].starts_with("MAX_"));
    pairs
        .filter_map(|pair| Some((pair[0], pair[1].trim_end_matches([';', '.']).parse().ok()?)))
        .collect()
}

#[test]
fn limits_of_version_2() {
    let code = [
        ("MAX_TABLES", MAX_TABLES as u64),
        ("MAX_RANKS", MAX_RANKS as u64),
        ("MAX_CODES", MAX_CODES as u64),
        ("MAX_INNER_NODES", MAX_INNER_NODES as u64),
        ("MAX_TREES", limits::MAX_TREES as u64),
        ("MAX_LEAF_VALUES", MAX_LEAF_VALUES as u64),
    ];
    let page = limits_in_the_text();
    assert_eq!(page, code);
    // Every other limit that the page names is in the table of the first page.
    let names = SECOND.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for name in names.filter(|word| word.starts_with("MAX_")) {
        let known = page.iter().any(|(known, _)| *known == name)
            || super::table("## 8. Limits").iter().any(|row| row[0] == name);
        assert!(known, "{name} has no number");
    }
}

#[test]
fn numbers_in_the_text_of_version_2() {
    let text = SECOND.split_whitespace().collect::<Vec<_>>().join(" ");
    #[allow(clippy::cast_possible_truncation, reason = "it was a number of 32 bits")]
    let near_zero = NEAR_ZERO as f32;
    let facts = [
        format!("(bits {:#010x})", near_zero.to_bits()),
        format!("`quantiles` F64 `[.., {}]`", statistics::N_QUANTILES),
    ];
    for fact in facts {
        assert!(text.contains(&fact), "the page does not say: {fact}");
    }
}
