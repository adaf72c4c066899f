//! Metrics as JSON; an undefined one is null.

use serde_json::{Map, Value, json};

use crate::baseline::Baseline;
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

/// The confusion matrix, a list per true label; empty for numbers.
pub fn confusion(scores: &Scores) -> Value {
    scores.confusion().matrix().collect()
}

fn by_name(scores: &Scores, value: impl Fn(&Score) -> Option<f64>) -> Value {
    let of = |score: &Score| (score.metric.name.to_owned(), json!(value(score)));
    Value::Object(scores.all().iter().map(of).collect())
}
