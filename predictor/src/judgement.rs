//! The metrics of a model by name, as text and as JSON.

use std::collections::BTreeMap;

use cli_common::text::one_line;
use metrics::{Baseline, Memory, Score, Scores, Task, text};
use model_format::provenance::TRAINING_MEAN;
use serde_json::json;

use crate::json::{self, Json};
use crate::model::Model;

/// How good a model is on some rows.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    labels: Vec<String>,
    /// The labels as they are shown to people.
    shown: Vec<String>,
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

/// What a model is held against: the most frequent label or the mean of its training rows; the mean of
/// the judged rows where the model does not hold that of training.
pub(crate) fn baseline(model: &Model) -> Option<Baseline> {
    let provenance = &model.manifest().provenance;
    if !model.labels().is_empty() {
        return Baseline::of_counts(&provenance.class_counts);
    }
    let mean = provenance.metrics.iter().find(|(name, _)| name == TRAINING_MEAN);
    Some(mean.map_or(Baseline::OwnMean, |(_, mean)| Baseline::Number(*mean)))
}

impl Judgement {
    /// `labels` are in the order of the classes that were gathered.
    pub(crate) fn new(labels: &[String], scores: Scores) -> Self {
        let shown = labels.iter().map(|label| one_line(label)).collect();
        Self { labels: labels.to_vec(), shown, scores }
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

    /// What to warn of, if the model does no better than its baseline.
    pub(crate) fn warning(&self) -> Option<String> {
        text::no_better(&self.scores, &self.shown)
    }

    /// The metrics as JSON; an undefined one is null.
    pub(crate) fn json(&self) -> BTreeMap<String, Json<'_>> {
        let mut object = Json::object(json!({ "metrics": metrics::json::metrics(&self.scores) }));
        if self.scores.baseline().is_some() {
            let baseline = metrics::json::baseline(&self.scores, &self.labels);
            object.insert("baseline".into(), baseline.into());
        }
        if !self.labels.is_empty() {
            let classes = self.labels.iter().zip(self.scores.classes());
            let classes = classes.map(|(label, counts)| metrics::json::class(label, counts));
            object.insert("classes".into(), Json::array(classes));
            object.extend(json::pairs(
                "confusion",
                "confusion_cells",
                self.scores.confusion().pairs(),
            ));
        }
        object
    }

    /// The metrics beside their baseline, the table per class and the confusion matrix.
    pub(crate) fn text(&self, width: Option<usize>, out: &mut String) {
        text::metrics(&self.scores, &self.shown, out);
        text::per_class(&self.scores, &self.shown, width, out);
        text::confusion(self.scores.confusion(), &self.shown, width, out);
    }
}

#[cfg(test)]
mod tests {
    use metrics::Gathering;

    use super::*;

    #[test]
    fn a_label_cannot_forge_a_line() {
        let labels = ["x\ngates      accuracy>=0.9 met: 1", "\x1b[2Jy"].map(str::to_owned);
        let task = Task::Labels { n: 2, probabilities: true };
        let gathering = Gathering::new(task, Memory::Bounded, Baseline::of_counts(&[2, 1]));
        let judgement = Judgement::new(&labels, gathering.scores(&gathering.sums()));
        let mut text = String::new();
        judgement.text(None, &mut text);
        assert_eq!(text.lines().count(), 12, "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("gates")), "{text}");
    }
}
