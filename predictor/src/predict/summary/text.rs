//! The summary as text.

use std::fmt::Write as _;

use cli_common::text::one_line;

use super::Summary;
use crate::drift::Drift;
use crate::number::NumberFormat;
use crate::predict::distribution::Numbers;
use crate::predict::unseen::UnseenValue;

const NO_STATISTICS: &str = "the model says nothing of its training data";

impl Summary {
    /// The most frequent labels, or how the predicted numbers are spread.
    fn predictions_text(&self) -> Option<String> {
        /// Labels that are listed.
        const LISTED: usize = 5;
        let rows = self.rows - self.rejected;
        if rows == 0 {
            return None;
        }
        if self.labels.is_empty() {
            let Numbers { min, max, mean, .. } = self.predictions.numbers;
            let median = self.predictions.quantile(0.5).unwrap_or(mean);
            let [min, median, mean, max] = [min, median, mean, max].map(four_digits);
            return Some(format!("min {min}, median {median}, mean {mean}, max {max}"));
        }
        let mut labels: Vec<_> = self.labels.iter().zip(&self.predictions.labels).collect();
        labels.sort_by(|a, b| b.1.cmp(a.1));
        let share = |count: u64| 100.0 * count as f64 / rows as f64;
        let label = |(label, count): &(&String, &u64)| {
            format!("`{}` {count} ({:.1} %)", shorten(label), share(**count))
        };
        let mut list: Vec<String> = labels.iter().take(LISTED).map(label).collect();
        if labels.len() > LISTED {
            let rest = labels[LISTED..].iter().map(|(_, count)| **count).sum::<u64>();
            list.push(format!("{} other labels {rest}", labels.len() - LISTED));
        }
        Some(list.join(", "))
    }

    /// The summary as a few lines of text.
    pub fn text(&self) -> String {
        let mut text = format!(
            "rows: {} read, {} predicted, {} rejected in {:.2} s ({:.0} rows/s)\n",
            self.rows,
            self.rows - self.rejected,
            self.rejected,
            self.elapsed.as_secs_f64(),
            self.rows_per_second(),
        );
        if let Some(predictions) = self.predictions_text() {
            let _ = writeln!(text, "predictions: {predictions}");
        }
        if let Some(threshold) = self.threshold {
            let _ = writeln!(text, "threshold: the second label from probability {threshold} on");
        }
        let counted = |(name, count): &(String, u64)| format!("{} {count}", one_line(name));
        let unseen = |(name, count, values): &(String, u64, Vec<UnseenValue>)| {
            format!("{} {count}{}", one_line(name), values_text(values))
        };
        let outside = self.out_of_range.iter().filter(|(_, _, more)| *more);
        for (what, list) in [
            ("missing cells", self.missing.iter().map(counted).collect::<Vec<_>>()),
            ("unseen categories", self.unseen.iter().map(unseen).collect()),
            (
                "outside training range",
                outside.map(|(name, count, _)| format!("{} {count}", one_line(name))).collect(),
            ),
        ] {
            if !list.is_empty() {
                let _ = writeln!(text, "{what}: {}", list.join(", "));
            }
        }
        let (name, version) = (one_line(&self.name), one_line(&self.version));
        let _ = writeln!(text, "model: {name} {version} {}", self.id);
        if let Some(signed_by) = &self.signed_by {
            let _ = writeln!(text, "signed by: {signed_by}");
        }
        let why_not = self.drift.as_ref().map_or(Some(NO_STATISTICS.into()), Drift::why_not);
        if let Some(why_not) = why_not {
            let _ = writeln!(text, "drift: not judged, {why_not}");
        }
        for verdict in &self.verdicts {
            let _ = writeln!(text, "gate: {}", verdict.text());
        }
        for warning in &self.warnings {
            let _ = writeln!(text, "warning: {}", one_line(warning));
        }
        text
    }
}

/// ` (`1.0` 12, in training `1`?; `Rom` 1)`.
fn values_text(values: &[UnseenValue]) -> String {
    let value = |v: &UnseenValue| {
        let about = if v.about { "about " } else { "" };
        let near = v.near.as_ref();
        let near = near.map(|near| format!(", did training call it `{}`?", shorten(near)));
        format!("`{}` {about}{}{}", shorten(&v.value), v.rows, near.unwrap_or_default())
    };
    let list: Vec<String> = values.iter().map(value).collect();
    if list.is_empty() { String::new() } else { format!(" ({})", list.join("; ")) }
}

/// The beginning of a text, on one line.
fn shorten(text: &str) -> String {
    /// Longest text shown.
    const SHOWN: usize = 40;
    let line = one_line(text);
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.clone(),
    }
}

/// A number for people.
fn four_digits(number: f64) -> String {
    let mut out = Vec::new();
    if number.is_finite() {
        NumberFormat { precision: Some(4) }.write(number, &mut out);
    }
    String::from_utf8_lossy(&out).into_owned()
}
