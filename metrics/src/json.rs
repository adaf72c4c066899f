//! Metrics as JSON; an undefined one is null.

use serde_json::{Map, Value, json};

use crate::baseline::Baseline;
use crate::pairs::Pairs;
use crate::per_class::{ClassCounts, PER_CLASS};
use crate::scores::{Score, Scores};

/// Every metric by its name.
pub fn metrics(scores: &Scores) -> Value {
    by_name(scores, |score| score.value)
}

/// What the baseline predicts, where it comes from and what it scores; null if there is none.
pub fn baseline(scores: &Scores, labels: &[String]) -> Value {
    let Some(baseline) = scores.baseline() else { return Value::Null };
    let (prediction, from) = match baseline {
        Baseline::Label { class, .. } => (json!(labels.get(*class)), "training"),
        Baseline::Number(mean) => (json!(mean), "training"),
        Baseline::OwnMean => (Value::Null, "these rows"),
    };
    json!({
        "prediction": prediction,
        "from": from,
        "metrics": by_name(scores, |score| score.baseline),
        "no_better_in": scores.no_better(),
    })
}

/// The metrics of one label.
pub fn class(label: &str, counts: &ClassCounts) -> Value {
    let mut class = Map::from_iter([("label".to_owned(), json!(label))]);
    for of in &PER_CLASS {
        class.insert(of.name.into(), json!((of.value)(counts)));
    }
    // Rows are counted in whole numbers.
    class.insert("support".into(), json!(counts.support));
    Value::Object(class)
}

/// Rows by two labels: the whole table, a list per first label (empty for numbers). For more than
/// [`MAX_TABLE`](crate::MAX_TABLE) labels it is null.
pub fn table(pairs: &Pairs) -> Value {
    pairs.table().map_or(Value::Null, Iterator::collect)
}

/// The pairs of labels that occur in a larger table: lists of the places of both labels and of the rows. Null if
/// they are more than are kept.
pub fn cells(pairs: &Pairs) -> Value {
    pairs.occurring().map_or(Value::Null, |cells| cells.iter().map(cell).collect())
}

/// A pair of labels by their places, and its rows.
pub fn cell(([first, second], rows): &([u32; 2], u64)) -> Value {
    json!([first, second, rows])
}

fn by_name(scores: &Scores, value: impl Fn(&Score) -> Option<f64>) -> Value {
    let of = |score: &Score| (score.metric.name.to_owned(), json!(value(score)));
    Value::Object(scores.all().iter().map(of).collect())
}
