//! The terms of a document, for people and as JSON.

use std::collections::BTreeMap;

use model_format::program::ops::terms::{TermCount, Terms};
use serde_json::{Value, json};

use super::columns::norm_name;

/// How terms are counted, in a few words.
pub(super) fn text(op: &Terms) -> String {
    let words = match op.words() {
        (1, 1) => "words".into(),
        (least, most) if least == most => format!("{least} words"),
        (least, most) => format!("{least} to {most} words"),
    };
    let mut parts = vec![words, count_name(op.count()).into()];
    parts.extend(op.lower_case().then(|| "lower case".into()));
    parts.extend(op.weights().map(|_| "weighted".into()));
    parts.extend(op.norm().map(|norm| norm_name(norm).into()));
    parts.join(", ")
}

/// The same with all terms and their weights.
pub(super) fn json(op: &Terms) -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("lower_case", op.lower_case().into()),
        ("words", json!([op.words().0, op.words().1])),
        ("count", count_name(op.count()).into()),
        ("terms", (0..op.n_terms()).map(|term| op.term(term)).collect()),
        ("weights", json!(op.weights())),
        ("norm", json!(op.norm().map(norm_name))),
    ])
}

fn count_name(count: TermCount) -> &'static str {
    match count {
        TermCount::Occurrences => "occurrences",
        TermCount::Presence => "presence",
        TermCount::Logarithm => "logarithm",
    }
}
