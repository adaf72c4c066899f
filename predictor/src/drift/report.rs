//! What the drift monitor found, in words, for people and as JSON.

use cli_common::text::shorten;
use model_format::manifest::ColumnKind;
use model_format::schema::Schema;
use serde_json::{Map, Value, json};

use super::judge::{ColumnDrift, Detail, Drift, Shift};
use crate::number::shortest;

/// Longest category name shown in a message.
const SHOWN: usize = 60;
/// A share outside of the range, or of unseen texts, that a message mentions.
const MENTIONED: f64 = 0.001;

impl Drift {
    /// One line per column that has left the training distribution.
    pub(crate) fn warnings(&self, schema: &Schema) -> Vec<String> {
        let drifted = self.columns.iter().zip(schema.columns()).filter(|(c, _)| c.drifted());
        drifted
            .map(|(column, spec)| {
                let mut parts = Vec::new();
                if let Some((drift, limit)) = column.above_limit() {
                    parts.push(exceeds(drift, limit));
                }
                let levels = match &spec.kind {
                    ColumnKind::Text { levels, .. } => levels.as_slice(),
                    ColumnKind::Numeric | ColumnKind::Document => &[],
                };
                column.explain(levels, &mut parts);
                format!("column `{}`: {}", column.name, parts.join("; "))
            })
            .collect()
    }

    /// The columns by name.
    pub(crate) fn json(&self) -> Value {
        let columns = self.columns.iter().map(|c| (c.name.clone(), c.json()));
        Value::Object(columns.collect::<Map<_, _>>())
    }

    /// Rows that were counted.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }
}

impl ColumnDrift {
    /// What has changed, in words.
    fn explain(&self, levels: &[String], parts: &mut Vec<String>) {
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        if let (Some(here), Some(there), true) =
            (self.missing_rate, self.trained_missing_rate, self.missing_drifted())
        {
            parts.push(format!("missing rate {}, in training {}", percent(here), percent(there)));
        }
        if !self.psi_drifted() && !self.range_drifted() {
            return;
        }
        match &self.detail {
            Detail::Number { below, above, range: (min, max), shift } => {
                for (share, side) in [
                    (below, format!("below the training minimum {}", shortest(*min))),
                    (above, format!("above the training maximum {}", shortest(*max))),
                ] {
                    if let Some(share) = share.filter(|share| *share >= MENTIONED) {
                        parts.push(format!("{} of the values {side}", percent(share)));
                    }
                }
                match shift {
                    Some(Shift::Scale(power)) => parts.push(format!(
                        "the mean is about {} times that in training, is the unit another one?",
                        power_of_ten(*power)
                    )),
                    Some(Shift::Deviations(by)) => parts.push(format!(
                        "the mean is {} training deviations {}",
                        two_digits(by.abs()),
                        if *by > 0.0 { "higher" } else { "lower" }
                    )),
                    None => {}
                }
            }
            Detail::Text { unseen, mover } => {
                if let Some(share) = unseen.filter(|share| *share >= MENTIONED) {
                    let share = percent(share);
                    parts.push(format!(
                        "{share} of the cells are categories that training did not see"
                    ));
                }
                if let Some((level, here, there)) = mover
                    && let Some(name) = levels.get(*level)
                {
                    let (name, here, there) =
                        (shorten(name, SHOWN), percent(*here), percent(*there));
                    parts.push(format!("`{name}` {here}, in training {there}"));
                }
            }
        }
    }

    fn json(&self) -> Value {
        let mut json = json!({
            "drift": self.score(),
            "psi": self.psi,
            "limit": self.limit,
            "missing_rate": self.missing_rate,
            "training_missing_rate": self.trained_missing_rate,
            "drifted": self.drifted(),
        });
        let (key, share) = match &self.detail {
            Detail::Number { below, above, .. } => {
                ("out_of_range_share", below.zip(*above).map(|(below, above)| below + above))
            }
            Detail::Text { unseen, .. } => ("unseen_share", *unseen),
        };
        json[key] = json!(share);
        json
    }
}

/// That drift is above its limit, with as many digits as it takes to see that.
fn exceeds(drift: f64, limit: f64) -> String {
    let [mut found, mut bound] = [drift, limit].map(two_digits);
    if found == bound {
        [found, bound] = [drift, limit].map(shortest);
    }
    format!("drift {found}, above {bound}")
}

/// A positive number with two digits after the point, or fewer: `0.1`, `3.41`, `2.5e+30`.
fn two_digits(number: f64) -> String {
    if number >= 1e6 {
        return format!("{number:.1e}");
    }
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `1000`, `0.001`, or `1e15` where zeros would have to be counted.
fn power_of_ten(power: i32) -> String {
    match power {
        0..=6 => format!("1{}", "0".repeat(power.unsigned_abs() as usize)),
        -6..0 => format!("0.{}1", "0".repeat(power.unsigned_abs() as usize - 1)),
        _ => format!("1e{power}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words() {
        assert_eq!([0.1, 3.414, 25.0, 2.5e30].map(two_digits), ["0.1", "3.41", "25", "2.5e30"]);
        let powers = [-7, -3, -1, 1, 3, 15].map(power_of_ten);
        assert_eq!(powers, ["1e-7", "0.001", "0.1", "10", "1000", "1e15"]);
        assert_eq!(exceeds(0.104, 0.1), "drift 0.104, above 0.1");
        assert_eq!(exceeds(0.114, 0.1), "drift 0.11, above 0.1");
    }
}
