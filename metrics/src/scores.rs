//! The metrics of some rows.

use crate::baseline::Baseline;
use crate::confusion::Confusion;
use crate::metric::Metric;
use crate::per_class::{ClassCounts, PER_CLASS, PerClass};
use crate::table::applicable;
use crate::task::{Memory, Task};

/// A metric and its value.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    /// Which metric.
    pub metric: &'static Metric,
    /// Its value; `None` if it is undefined on these rows. It is never infinite or not a number.
    pub value: Option<f64>,
    /// What the baseline scores; `None` if there is none, or it is undefined.
    pub baseline: Option<f64>,
}

impl Score {
    /// Whether the model does no better than the baseline.
    pub fn is_no_better(&self) -> bool {
        match (self.value, self.baseline) {
            (Some(value), Some(baseline)) => !self.metric.is_better(value, baseline),
            _ => false,
        }
    }
}

/// How good predictions are on some rows.
#[derive(Clone, Debug)]
pub struct Scores {
    rows: u64,
    all: Vec<Score>,
    classes: Vec<ClassCounts>,
    confusion: Confusion,
    baseline: Option<Baseline>,
}

impl Scores {
    pub(crate) fn new(
        rows: u64,
        all: Vec<Score>,
        confusion: Confusion,
        baseline: Option<Baseline>,
    ) -> Self {
        Self { rows, all, classes: confusion.classes().collect(), confusion, baseline }
    }

    /// Rows that were judged.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Every metric of the task, in the order of the table.
    pub fn all(&self) -> &[Score] {
        &self.all
    }

    /// The counts of each label; nothing for numbers.
    pub fn classes(&self) -> &[ClassCounts] {
        &self.classes
    }

    /// Rows by true and predicted label; without classes for numbers.
    pub fn confusion(&self) -> &Confusion {
        &self.confusion
    }

    /// What the model is held against, if anything.
    pub fn baseline(&self) -> Option<&Baseline> {
        self.baseline.as_ref()
    }

    /// A metric by its name, such as `accuracy`, or `recall[yes]` of the label `yes`; `None` if there is
    /// none of this name, or it is undefined on these rows.
    pub fn value(&self, name: &str, labels: &[String]) -> Option<f64> {
        if let Some(score) = self.all.iter().find(|score| score.metric.name == name) {
            return score.value;
        }
        let (name, label) = name.strip_suffix(']')?.split_once('[')?;
        let of = PER_CLASS.iter().find(|of| of.name == name)?;
        (of.value)(self.classes.get(labels.iter().position(|known| known == label)?)?)
    }

    /// Names of the metrics in which the model does no better than the baseline.
    pub fn no_better(&self) -> Vec<&'static str> {
        self.all.iter().filter(|score| score.is_no_better()).map(|s| s.metric.name).collect()
    }
}

/// The name of every metric there is for a task, those of each label included.
pub fn names(task: Task, memory: Memory, labels: &[String]) -> Vec<String> {
    let all = applicable(task, memory).map(|metric| metric.name.to_owned());
    let of_label = |of: &PerClass| {
        let name = of.name;
        labels.iter().map(move |label| format!("{name}[{label}]"))
    };
    all.chain(PER_CLASS.iter().flat_map(of_label)).collect()
}
