//! Metrics of one label, such as `recall[yes]`.

use crate::quotient::share;

/// Rows of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassCounts {
    /// Rows of the class that were predicted to be of it.
    pub hits: u64,
    /// Rows that were predicted to be of the class.
    pub predicted: u64,
    /// Rows that truly are of the class.
    pub support: u64,
}

impl ClassCounts {
    /// Share of the predicted rows that are of the class.
    pub fn precision(&self) -> Option<f64> {
        share(self.hits, self.predicted)
    }

    /// Share of the rows of the class that were found.
    pub fn recall(&self) -> Option<f64> {
        share(self.hits, self.support)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.hits, self.support + self.predicted)
    }
}

/// A metric of one label; `None` where the quotient has nothing to divide by.
#[derive(Clone, Copy, Debug)]
pub struct PerClass {
    /// Name in front of the label in brackets.
    pub name: &'static str,
    /// Its value.
    pub value: fn(&ClassCounts) -> Option<f64>,
}

/// Every metric of one label, in the order of the reports.
pub static PER_CLASS: [PerClass; 4] = [
    PerClass { name: "precision", value: ClassCounts::precision },
    PerClass { name: "recall", value: ClassCounts::recall },
    PerClass { name: "f1", value: ClassCounts::f1 },
    PerClass { name: "support", value: |class| Some(class.support as f64) },
];
