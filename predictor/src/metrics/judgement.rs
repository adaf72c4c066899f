//! The scores of a model by name, as text and as JSON.

use std::fmt::Write as _;

use model_format::text::one_line;
use serde_json::{Map, Value, json};

use super::classes::{ClassScores, Classes};
use super::roc::positives;

/// Confusion matrices larger than this are in the JSON report only.
const MAX_SHOWN: usize = 12;
/// Most classes with a line of their own in the text report.
const MAX_LISTED: usize = 100;

/// How good a model is on some rows.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    rows: u64,
    scores: Vec<(&'static str, Option<f64>)>,
    labels: Vec<String>,
    classes: Vec<ClassScores>,
    /// A row per true label.
    confusion: Vec<Vec<u64>>,
}

/// The name of every score there is for a model with these labels, with or without probabilities.
pub(crate) fn names(labels: &[String], probabilities: bool) -> Vec<String> {
    if labels.is_empty() {
        return ["rmse", "mae", "r2"].map(str::to_owned).to_vec();
    }
    let mut names = ["accuracy", "balanced_accuracy", "macro_f1"].to_vec();
    if probabilities {
        names.push("log_loss");
    }
    if probabilities && !positives(labels.len()).is_empty() {
        names.push("roc_auc");
    }
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    for score in ["precision", "recall", "f1", "support"] {
        names.extend(labels.iter().map(|label| format!("{score}[{label}]")));
    }
    names
}

impl Judgement {
    pub(super) fn of_numbers(rows: u64, scores: Vec<(&'static str, Option<f64>)>) -> Self {
        Self { rows, scores, labels: Vec::new(), classes: Vec::new(), confusion: Vec::new() }
    }

    pub(super) fn of_labels(
        labels: &[String],
        scores: Vec<(&'static str, Option<f64>)>,
        classes: &Classes,
    ) -> Self {
        Self {
            rows: classes.rows(),
            scores,
            labels: labels.to_vec(),
            classes: classes.per_class(),
            confusion: classes.matrix().map(<[u64]>::to_vec).collect(),
        }
    }

    /// Rows that were judged.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// A score by its name; `None` if there is none of this name, or it is undefined on these rows.
    pub(crate) fn score(&self, name: &str) -> Option<f64> {
        if let Some((_, value)) = self.scores.iter().find(|(known, _)| *known == name) {
            return *value;
        }
        let (score, label) = name.strip_suffix(']')?.split_once('[')?;
        let class = self.classes.get(self.labels.iter().position(|known| known == label)?)?;
        match score {
            "precision" => class.precision,
            "recall" => class.recall,
            "f1" => class.f1,
            "support" => Some(class.support as f64),
            _ => None,
        }
    }

    /// Scores by name, without those per class.
    pub(crate) fn scores(&self) -> &[(&'static str, Option<f64>)] {
        &self.scores
    }

    /// The scores as JSON; an undefined one is null.
    pub(crate) fn json(&self) -> Map<String, Value> {
        let scores: Map<_, _> =
            self.scores.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let mut object = Map::from_iter([("metrics".to_owned(), scores.into())]);
        if !self.labels.is_empty() {
            let class = |(label, c): (&String, &ClassScores)| {
                json!({ "label": label, "precision": c.precision, "recall": c.recall,
                        "f1": c.f1, "support": c.support })
            };
            let classes = self.labels.iter().zip(&self.classes).map(class).collect();
            object.insert("classes".into(), Value::Array(classes));
            object.insert("confusion".into(), json!(self.confusion));
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
        for (label, class) in shown.iter().zip(&self.classes).take(MAX_LISTED) {
            let [precision, recall, f1] = [class.precision, class.recall, class.f1].map(number);
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
            matrix("confusion", "is\\says", &shown, &self.confusion, out);
        }
    }
}

/// Labels fit for a table.
pub(crate) fn shown(labels: &[String]) -> Vec<String> {
    labels.iter().map(|label| one_line(label).chars().take(24).collect()).collect()
}

/// A square table of counts.
pub(crate) fn matrix(
    title: &str,
    corner: &str,
    labels: &[String],
    rows: &[Vec<u64>],
    out: &mut String,
) {
    let widest = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let width = widest.max(corner.chars().count()).max(7);
    let _ = write!(out, "{title:<10} {corner:>width$} ");
    for label in labels {
        let _ = write!(out, " {label:>width$}");
    }
    out.push('\n');
    for (label, row) in labels.iter().zip(rows) {
        let _ = write!(out, "           {label:>width$} ");
        for count in row {
            let _ = write!(out, " {count:>width$}");
        }
        out.push('\n');
    }
}

/// A score in a table: four digits after the point, or as many in all where that would show
/// nothing, or too much.
pub(crate) fn number(value: Option<f64>) -> String {
    let Some(value) = value else { return "undefined".into() };
    let size = value.abs();
    if size >= 1e9 || (size > 0.0 && size < 0.001) {
        format!("{value:.3e}")
    } else {
        format!("{value:.4}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_size_show_their_digits() {
        let shown = [0.0, 0.5, -12.0, 0.001, 9.994e-4, -1.5e-7, 999_999_999.0, 1e300]
            .map(|value| number(Some(value)));
        let expected = [
            "0.0000",
            "0.5000",
            "-12.0000",
            "0.0010",
            "9.994e-4",
            "-1.500e-7",
            "999999999.0000",
            "1.000e300",
        ];
        assert_eq!(shown, expected);
        assert_eq!(number(None), "undefined");
    }

    #[test]
    fn a_label_cannot_forge_a_line() {
        let labels = ["x\ngates      accuracy>=0.9 met: 1", "\x1b[2Jy"].map(str::to_owned);
        let judgement = super::super::Totals::new(&labels, true).judge();
        let mut text = String::new();
        judgement.class_tables(&mut text);
        assert_eq!(text.lines().count(), 6, "{text}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text}");
        assert_eq!(shown(&labels), ["x\u{fffd}gates      accuracy>=0", "\u{fffd}[2Jy"]);
    }
}
