//! Gates: what a score must be for the run to succeed, as in `accuracy>=0.9` or `rejected<=1%`.

use std::fmt;
use std::str::FromStr;

use cli_common::error::{Cause, Error, Result};
use cli_common::suggest::{nearest, nearest_first};
use cli_common::text::one_line;
use serde_json::{Value, json};

use crate::number::{self, NumberFormat};

/// A demand on one score.
#[derive(Clone, Debug, PartialEq)]
pub struct Gate {
    metric: String,
    comparison: Comparison,
    limit: f64,
    /// The limit was written as a share in percent; `limit` is the share.
    percent: bool,
    /// The limit as it was written.
    written: String,
}

/// What becomes of a run whose gate cannot be judged, such as drift on too few rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NotJudged {
    /// The gate was not met.
    #[default]
    Fail,
    /// The gate is passed over.
    Pass,
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
        let share = written.strip_suffix('%').map(str::trim_end);
        let limit = match share {
            // As decimal text: a division would round twice.
            Some(number) if number.parse::<f64>().is_ok() && !number.contains(['e', 'E']) => {
                format!("{number}e-2").parse::<f64>()
            }
            Some(number) => number.parse::<f64>().map(|number| number / 100.0),
            None => written.parse::<f64>(),
        };
        match limit {
            Ok(limit) if limit.is_finite() && !metric.is_empty() => {
                Ok(Self { metric, comparison, limit, percent: share.is_some(), written })
            }
            _ => Err(expected.into()),
        }
    }
}

/// Most names listed in one message.
const MAX_LISTED: usize = 20;

/// Scores that are shares, but for the label or column in brackets and the side of `diff`.
const SHARES: [&str; 10] = [
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "roc_auc",
    "precision",
    "recall",
    "f1",
    "share",
    "missing",
    "agreement",
];

impl Gate {
    /// Refuses a limit that no value of the score can reach, such as a share above 1: the gate would say nothing.
    fn check_limit(&self) -> Result<()> {
        let name = self.metric.split('[').next().unwrap_or_default();
        let name = name.strip_prefix("old.").or(name.strip_prefix("new.")).unwrap_or(name);
        let (least, most) = match name {
            "r2" => (f64::NEG_INFINITY, 1.0),
            name if SHARES.contains(&name) || self.percent => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        };
        if (least..=most).contains(&self.limit) {
            return Ok(());
        }
        let expected = match (least.is_finite(), most.is_finite(), self.percent) {
            (true, true, true) => "from 0% to 100%",
            (true, true, false) => "from 0 to 1",
            (true, false, _) => "of 0 or more",
            (false, ..) => "of at most 1",
        };
        let fact = format!("--require {self}: found {}, expected a limit {expected}", self.written);
        Err(Error::new(Cause::Usage, fact))
    }
}

/// Refuses a gate on a score that does not exist, or with a limit that no value can reach.
pub(crate) fn check(gates: &[Gate], known: &[String]) -> Result<()> {
    gates.iter().filter(|gate| known.contains(&gate.metric)).try_for_each(Gate::check_limit)?;
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
    /// Why there is no value, if that is known.
    why: Option<String>,
    /// The gate counts for nothing if there is no value.
    passed_over: bool,
}

impl Gate {
    /// The name of the score, such as `accuracy`.
    pub(crate) fn metric(&self) -> &str {
        &self.metric
    }

    /// Whether the limit is a share in percent.
    pub(crate) fn is_percent(&self) -> bool {
        self.percent
    }

    /// Judges a score; an undefined one meets nothing.
    pub(crate) fn judge(&self, value: Option<f64>) -> Verdict {
        let met = value.is_some_and(|value| match self.comparison {
            Comparison::AtLeast => value >= self.limit,
            Comparison::AtMost => value <= self.limit,
            Comparison::Above => value > self.limit,
            Comparison::Below => value < self.limit,
        });
        let (gate, passed_over) = (self.clone(), false);
        Verdict { gate, value, met, place: None, why: None, passed_over }
    }
}

impl Verdict {
    /// Says where the value was found.
    pub(crate) fn at(self, place: Option<String>) -> Self {
        Self { place, ..self }
    }

    /// Says why there is no value, if there is none, and what that comes to.
    pub(crate) fn or_else(self, why: Option<String>, policy: NotJudged) -> Self {
        if self.value.is_some() {
            return self;
        }
        Self { why, passed_over: policy == NotJudged::Pass, ..self }
    }

    /// Whether it fails because it cannot be judged, and that is known to be for want of rows.
    pub(crate) fn fails_unjudged(&self) -> bool {
        self.value.is_none() && self.why.is_some() && !self.passed_over
    }

    fn outcome(&self) -> &'static str {
        match self.value {
            Some(_) if self.met => "met",
            Some(_) => "not met",
            None => "not judged",
        }
    }

    /// A value as the limit was written.
    fn shown(&self, value: f64) -> String {
        if self.gate.percent {
            // Enough digits to tell a share of a million rows from the next.
            let mut out = Vec::new();
            NumberFormat { precision: Some(8) }.write(value * 100.0, &mut out);
            return String::from_utf8_lossy(&out).into_owned() + "%";
        }
        number::shortest(value)
    }

    /// For the JSON report.
    pub(crate) fn json(&self) -> Value {
        json!({
            "gate": self.gate.to_string(),
            "metric": self.gate.metric,
            "value": self.value,
            "limit": self.gate.limit,
            "met": self.met,
            "outcome": self.outcome(),
        })
    }

    /// For the text report.
    pub(crate) fn text(&self) -> String {
        let what = match (self.value, &self.why) {
            (Some(value), _) => self.shown(value),
            (None, Some(why)) => why.clone(),
            (None, None) => "undefined".into(),
        };
        let passed = if self.passed_over { ", passed over" } else { "" };
        format!("{} {}: {what}{passed}", one_line(&self.gate.to_string()), self.outcome())
    }

    /// The fact, if the gate was not met.
    fn failure(&self) -> Option<String> {
        let Gate { metric, comparison, written, .. } = &self.gate;
        if self.met || self.passed_over {
            return None;
        }
        let sign = comparison.sign();
        let place = self.place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
        Some(match (self.value, &self.why) {
            (None, Some(why)) => {
                format!("gate: {metric} cannot be judged, expected {sign} {written}: {why}")
            }
            (None, None) => {
                format!("gate: {metric} is undefined on these rows, expected {sign} {written}")
            }
            (Some(value), _) => {
                let value = self.shown(value);
                format!("gate: {metric} is {value}{place}, expected {sign} {written}")
            }
        })
    }
}

/// One error with every gate that was not met.
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
    fn a_limit_in_percent_is_the_nearest_share() {
        for (text, limit) in
            [("a<=1%", 0.01), ("a<=0.7 %", 0.007), ("a>=100%", 1.0), ("a<7e-1%", 0.007)]
        {
            let gate: Gate = text.parse().unwrap();
            assert!(
                gate.is_percent() && (gate.limit - limit).abs() < 1e-18,
                "{text}: {}",
                gate.limit
            );
        }
        assert!(met("a<=0.7%", 7.0 / 1000.0) && !met("a<0.7%", 7.0 / 1000.0));
        let verdict = "a<=1%".parse::<Gate>().unwrap().judge(Some(0.07));
        assert_eq!(verdict.failure().unwrap(), "gate: a is 7%, expected <= 1%");
        for text in ["a<=%", "a<=x%", "a<=1%%"] {
            assert!(text.parse::<Gate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_gate_that_cannot_be_judged_fails_unless_it_may_be_passed_over() {
        let judge = |policy| {
            let gate: Gate = "drift<=1".parse().unwrap();
            gate.judge(None).or_else(Some("3 rows are too few".into()), policy)
        };
        let (fail, pass) = (judge(NotJudged::Fail), judge(NotJudged::Pass));
        let fact = "gate: drift cannot be judged, expected <= 1: 3 rows are too few";
        assert_eq!(outcome(&[pass.clone(), fail.clone()]).unwrap_err().to_string(), fact);
        assert!(outcome(std::slice::from_ref(&pass)).is_ok());
        assert_eq!(fail.text(), "drift<=1 not judged: 3 rows are too few");
        assert_eq!(pass.text(), "drift<=1 not judged: 3 rows are too few, passed over");
        assert_eq!(
            (&pass.json()["met"], &pass.json()["outcome"]),
            (&json!(false), &json!("not judged"))
        );
    }

    #[test]
    fn a_limit_that_no_value_can_reach_is_refused() {
        let refused = |text: &str| {
            let gate: Gate = text.parse().unwrap();
            check(std::slice::from_ref(&gate), std::slice::from_ref(&gate.metric))
                .err()
                .map(|e| e.to_string())
        };
        for (text, end) in [
            ("rejected<=-1", "found -1, expected a limit of 0 or more"),
            ("share[yes]<=150%", "found 150%, expected a limit from 0% to 100%"),
            ("rejected<=101%", "found 101%, expected a limit from 0% to 100%"),
            ("new.recall[a[b]>=1.01", "found 1.01, expected a limit from 0 to 1"),
            ("r2>=1.5", "found 1.5, expected a limit of at most 1"),
        ] {
            assert_eq!(refused(text), Some(format!("--require {text}: {end}")));
        }
        for text in
            ["rows>=0", "rejected<=5", "r2>=-3", "rmse<=1e9", "share[x]<=1", "missing[a]<=100%"]
        {
            assert_eq!(refused(text), None, "{text}");
        }
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
