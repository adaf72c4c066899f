//! The metrics of a model by name, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cli_common::text::one_line;
use metrics::text::{matrix, number};
use metrics::{Memory, PER_CLASS, Score, Scores, Task};
use serde_json::{Map, Value, json};

use crate::json::Json;
use crate::model::Model;

/// Confusion matrices larger than this are in the JSON report only.
const MAX_SHOWN: usize = 12;
/// Most classes with a line of their own in the text report.
const MAX_LISTED: usize = 100;

/// How good a model is on some rows.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    labels: Vec<String>,
    scores: Scores,
}

/// What a model predicts, as far as metrics go.
pub(crate) fn task(model: &Model) -> Task {
    match model.labels().len() {
        0 => Task::Numbers,
        n => Task::Labels { n, probabilities: model.has_probabilities() },
    }
}

/// The name of every metric there is for a model.
pub(crate) fn names(model: &Model) -> Vec<String> {
    metrics::names(task(model), Memory::Bounded, model.labels())
}

impl Judgement {
    /// `labels` are in the order of the classes that were gathered.
    pub(crate) fn new(labels: &[String], scores: Scores) -> Self {
        Self { labels: labels.to_vec(), scores }
    }

    /// Rows that were judged.
    pub(crate) fn rows(&self) -> u64 {
        self.scores.rows()
    }

    /// A metric by its name; `None` if there is none of this name, or it is undefined on these rows.
    pub(crate) fn score(&self, name: &str) -> Option<f64> {
        self.scores.value(name, &self.labels)
    }

    /// Metrics in the order of the table, without those per class.
    pub(crate) fn scores(&self) -> &[Score] {
        self.scores.all()
    }

    /// The metrics as JSON; an undefined one is null.
    pub(crate) fn json(&self) -> BTreeMap<String, Json<'_>> {
        let scores: Map<_, _> = self
            .scores()
            .iter()
            .map(|score| (score.metric.name.to_owned(), json!(score.value)))
            .collect();
        let mut object = Json::object(json!({ "metrics": scores }));
        if !self.labels.is_empty() {
            let classes = self.labels.iter().zip(self.scores.classes()).map(|(label, counts)| {
                let values = PER_CLASS.iter().map(|of| {
                    let value = (of.value)(counts);
                    // Rows are counted in whole numbers.
                    let whole = json!(counts.support);
                    (of.name.to_owned(), if of.name == "support" { whole } else { json!(value) })
                });
                let mut class: Map<_, _> = values.collect();
                class.insert("label".into(), json!(label));
                Value::Object(class)
            });
            object.insert("classes".into(), Json::array(classes));
            let rows = self.scores.confusion().matrix();
            let rows = rows.map(|row| Json::values(row.iter().copied()));
            object.insert("confusion".into(), Json::array(rows));
        }
        object
    }

    /// The table per class and the confusion matrix; nothing for regression.
    pub(crate) fn class_tables(&self, out: &mut String) {
        if self.labels.is_empty() {
            return;
        }
        let shown = shown(&self.labels);
        let width = shown.iter().map(|l| l.chars().count()).max().unwrap_or(0).max(6);
        let _ = writeln!(
            out,
            "class      {:>width$}  precision    recall        f1   support",
            "label"
        );
        for (label, class) in shown.iter().zip(self.scores.classes()).take(MAX_LISTED) {
            let [precision, recall, f1] =
                [class.precision(), class.recall(), class.f1()].map(number);
            let support = class.support;
            let _ = writeln!(
                out,
                "           {label:>width$}  {precision:>9} {recall:>9} {f1:>9} {support:>9}"
            );
        }
        if shown.len() > MAX_LISTED {
            let _ = writeln!(out, "           and {} more, see --json", shown.len() - MAX_LISTED);
        }
        if shown.len() <= MAX_SHOWN {
            matrix("confusion", "is\\says", &shown, self.scores.confusion().matrix(), out);
        }
    }
}

/// Labels fit for a table.
pub(crate) fn shown(labels: &[String]) -> Vec<String> {
    labels.iter().map(|label| one_line(label).chars().take(24).collect()).collect()
}

#[cfg(test)]
mod tests {
    use metrics::Gathering;

    use super::*;

    #[test]
    fn a_label_cannot_forge_a_line() {
        let labels = ["x\ngates      accuracy>=0.9 met: 1", "\x1b[2Jy"].map(str::to_owned);
        let task = Task::Labels { n: 2, probabilities: true };
        let gathering = Gathering::new(task, Memory::Bounded, None);
        let judgement = Judgement::new(&labels, gathering.scores(&gathering.sums()));
        let mut text = String::new();
        judgement.class_tables(&mut text);
        assert_eq!(text.lines().count(), 6, "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
        assert_eq!(shown(&labels), ["x\\ngates      accuracy>=", "\\u{1b}[2Jy"]);
    }
}
