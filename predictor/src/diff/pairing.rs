//! Which label of one model is which of the other.

use cli_common::error::{Cause, Error, Result};

/// Two models that predict the same. Classes are counted in the order of the old one.
#[derive(Debug)]
pub(super) struct Pairing {
    /// The class in the new model of each class of the old one; empty for regression.
    to_new: Vec<usize>,
    /// The class in the old model of each class of the new one.
    to_old: Vec<u32>,
}

/// Most labels listed in one message.
const MAX_LISTED: usize = 10;

impl Pairing {
    /// Pairs the labels of two models, none for regression; refuses different tasks and labels.
    pub(super) fn new(old: &[String], new: &[String]) -> Result<Self> {
        let what = |labels: &[String]| match labels.len() {
            0 => "a number".to_owned(),
            n => format!("one of {n} labels"),
        };
        let refuse = |why: String| {
            let fact = format!("the models cannot be compared: {why}");
            Err(Error::new(Cause::Usage, fact)
                .with_hint("both must predict a number, or labels of the same set"))
        };
        if old.is_empty() != new.is_empty() {
            return refuse(format!("OLD predicts {}, NEW {}", what(old), what(new)));
        }
        let (only_old, only_new) = (without(old, new), without(new, old));
        if !only_old.is_empty() || !only_new.is_empty() {
            let only = |side: &str, labels: &[&str]| match labels {
                [] => None,
                labels => Some(format!("only {side} has {}", listed(labels))),
            };
            let parts: Vec<String> =
                [only("OLD", &only_old), only("NEW", &only_new)].into_iter().flatten().collect();
            return refuse(format!("their labels differ: {}", parts.join("; ")));
        }
        let in_new = |label: &String| new.iter().position(|other| other == label);
        let in_old = |label: &String| (0..).zip(old).find(|(_, other)| *other == label);
        Ok(Self {
            to_new: old.iter().filter_map(in_new).collect(),
            to_old: new.iter().filter_map(|label| in_old(label).map(|(class, _)| class)).collect(),
        })
    }

    /// Number of classes; 0 for regression.
    pub(super) fn n_classes(&self) -> usize {
        self.to_new.len()
    }

    /// Whether both models list their labels in the same order.
    pub(super) fn keeps_order(&self) -> bool {
        self.to_new.is_sorted()
    }

    /// A class of the new model, in the order of the old one.
    pub(super) fn class(&self, class: u32) -> u32 {
        self.to_old.get(class as usize).copied().unwrap_or(class)
    }

    /// Writes values of the new model, if it has any, into `out`, in the order of the old one.
    pub(super) fn values(&self, values: &[f64], out: &mut Vec<f64>) {
        out.clear();
        if self.to_new.is_empty() || values.is_empty() {
            out.extend_from_slice(values);
        } else {
            out.extend(self.to_new.iter().map(|class| values[*class]));
        }
    }
}

fn without<'a>(labels: &'a [String], others: &[String]) -> Vec<&'a str> {
    let others: std::collections::HashSet<&String> = others.iter().collect();
    labels.iter().filter(|label| !others.contains(label)).map(String::as_str).collect()
}

fn listed(labels: &[&str]) -> String {
    let mut list: Vec<String> =
        labels.iter().take(MAX_LISTED).map(|label| format!("`{label}`")).collect();
    if labels.len() > MAX_LISTED {
        list.push(format!("and {} more", labels.len() - MAX_LISTED));
    }
    list.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(labels: &[&str]) -> Vec<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    #[test]
    fn labels_in_another_order_are_matched_by_name() {
        let (old, new) = (labels(&["a", "b", "c"]), labels(&["c", "a", "b"]));
        let pairing = Pairing::new(&old, &new).unwrap();
        assert_eq!([0, 1, 2].map(|class| pairing.class(class)), [2, 0, 1]);
        assert!(!pairing.keeps_order() && Pairing::new(&old, &old).unwrap().keeps_order());
        let mut values = Vec::new();
        pairing.values(&[0.7, 0.1, 0.2], &mut values);
        assert_eq!(values, [0.1, 0.2, 0.7]);
    }

    #[test]
    fn numbers_are_left_as_they_are() {
        let mut values = vec![9.0];
        Pairing::new(&[], &[]).unwrap().values(&[1.5], &mut values);
        assert_eq!(values, [1.5]);
    }

    #[test]
    fn different_labels_are_told() {
        let error = Pairing::new(&labels(&["a", "b"]), &labels(&["b", "c", "d"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the models cannot be compared: their labels differ: only OLD has `a`; only NEW has `c`, `d`"
        );
    }
}
