//! Gates: what a score must be for the run to succeed, as in `accuracy>=0.9`.

use std::fmt;
use std::str::FromStr;

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::{nearest, nearest_first};
use cli_common::text::one_line;
use serde_json::{Value, json};

use crate::number;

/// A demand on one score.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    metric: String,
    comparison: Comparison,
    limit: f64,
    /// The limit as it was written.
    written: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.metric, self.comparison.sign(), self.written)
    }
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let expected = "expected METRIC>=X, or <=, >, < in place of >=";
        // The last sign: a label in the metric's name may hold another.
        let at = text.rfind(['<', '>']).ok_or(expected)?;
        let (metric, rest) = text.split_at(at);
        let (comparison, limit) = match (rest.as_bytes().first(), rest.as_bytes().get(1)) {
            (Some(b'>'), Some(b'=')) => (Comparison::AtLeast, &rest[2..]),
            (Some(b'<'), Some(b'=')) => (Comparison::AtMost, &rest[2..]),
            (Some(b'>'), _) => (Comparison::Above, &rest[1..]),
            _ => (Comparison::Below, &rest[1..]),
        };
        let (metric, written) = (metric.trim().to_owned(), limit.trim().to_owned());
        match written.parse::<f64>() {
            Ok(limit) if limit.is_finite() && !metric.is_empty() => {
                Ok(Self { metric, comparison, limit, written })
            }
            _ => Err(expected.into()),
        }
    }
}

/// Most names listed in one message.
const MAX_LISTED: usize = 20;

/// Refuses a gate on a score that does not exist.
pub(crate) fn check(gates: &[Gate], known: &[String]) -> Result<()> {
    let Some(gate) = gates.iter().find(|gate| !known.contains(&gate.metric)) else {
        return Ok(());
    };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let mut list = nearest_first(&gate.metric, &known);
    list.truncate(MAX_LISTED);
    let more = format!("and {} more", known.len() - list.len());
    if known.len() > list.len() {
        list.push(&more);
    }
    let fact =
        format!("--require: no metric `{}`, expected one of {}", gate.metric, list.join(", "));
    let error = Error::new(Cause::Usage, fact);
    Err(match nearest(&gate.metric, known) {
        Some(near) => error.with_hint(format!("did you mean `{near}`?")),
        None => error,
    })
}

/// A gate and how it came out.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    gate: Gate,
    value: Option<f64>,
    met: bool,
    /// Where the value was found, such as a column.
    place: Option<String>,
}

impl Gate {
    /// The name of the score, such as `accuracy`.
    pub(crate) fn metric(&self) -> &str {
        &self.metric
    }

    /// Judges a score; an undefined one meets nothing.
    pub(crate) fn judge(&self, value: Option<f64>) -> Verdict {
        let met = value.is_some_and(|value| match self.comparison {
            Comparison::AtLeast => value >= self.limit,
            Comparison::AtMost => value <= self.limit,
            Comparison::Above => value > self.limit,
            Comparison::Below => value < self.limit,
        });
        Verdict { gate: self.clone(), value, met, place: None }
    }
}

impl Verdict {
    /// Says where the value was found.
    pub(crate) fn at(self, place: Option<String>) -> Self {
        Self { place, ..self }
    }

    /// For the JSON report.
    pub(crate) fn json(&self) -> Value {
        json!({
            "gate": self.gate.to_string(),
            "metric": self.gate.metric,
            "value": self.value,
            "limit": self.gate.limit,
            "met": self.met,
        })
    }

    /// For the text report.
    pub(crate) fn text(&self) -> String {
        let value = self.value.map_or_else(|| "undefined".into(), number::shortest);
        let met = if self.met { "met" } else { "not met" };
        format!("{} {met}: {value}", one_line(&self.gate.to_string()))
    }

    /// The fact, if the gate was not met.
    fn failure(&self) -> Option<String> {
        let Gate { metric, comparison, written, .. } = &self.gate;
        let value = match self.value {
            Some(value) => number::shortest(value),
            None => "undefined on these rows".into(),
        };
        let sign = comparison.sign();
        let place = self.place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
        (!self.met).then(|| format!("gate: {metric} is {value}{place}, expected {sign} {written}"))
    }
}

/// One error that tells every gate that was not met.
pub(crate) fn outcome(verdicts: &[Verdict]) -> Result<()> {
    let mut failures = verdicts.iter().filter_map(Verdict::failure);
    match failures.next() {
        Some(first) => Err(failures.fold(Error::new(Cause::Gate, first), Error::and)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(gate: &str, value: f64) -> bool {
        gate.parse::<Gate>().unwrap().judge(Some(value)).met
    }

    #[test]
    fn every_comparison_at_below_and_above_its_limit() {
        let around = |gate: &str| [0.4, 0.5, 0.6].map(|value| met(gate, value));
        assert_eq!(around("a>=0.5"), [false, true, true]);
        assert_eq!(around("a > .5"), [false, false, true]);
        assert_eq!(around("a<=5e-1"), [true, true, false]);
        assert_eq!(around("a<0.5"), [true, false, false]);
        assert!(!"a<0.5".parse::<Gate>().unwrap().judge(None).met);
    }

    #[test]
    fn a_label_may_hold_a_sign() {
        let gate: Gate = "recall[a>=b=c]<=1".parse().unwrap();
        assert_eq!((gate.metric(), gate.limit), ("recall[a>=b=c]", 1.0));
    }

    #[test]
    fn what_is_no_gate() {
        for text in
            ["", "accuracy", "accuracy=0.9", ">=0.9", "accuracy>=", "accuracy>=high", "a>nan"]
        {
            assert!(text.parse::<Gate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_huge_value_is_told_in_few_digits() {
        let verdict = "mae<=1".parse::<Gate>().unwrap().judge(Some(1.5e300));
        assert_eq!(verdict.failure().unwrap(), "gate: mae is 1.5e+300, expected <= 1");
        assert_eq!(verdict.text(), "mae<=1 not met: 1.5e+300");
    }

    #[test]
    fn the_nearest_name_comes_first_however_many_there_are() {
        let known: Vec<String> = (0..1000).map(|i| format!("recall[label{i}]")).collect();
        let gates = ["recal[label777]>=1".parse().unwrap()];
        let error = check(&gates, &known).unwrap_err().to_string();
        assert!(error.contains("expected one of recall[label777], recall[label0], "), "{error}");
        assert!(error.ends_with(", and 980 more"), "{error}");
    }
}
