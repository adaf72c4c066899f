//! The confusion matrix and what follows from it.

/// Rows by true and predicted class, row-major `[truth, predicted]`.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    n_classes: usize,
    cells: Vec<u64>,
}

/// Scores of one class; `None` where the quotient has nothing to divide by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ClassScores {
    pub(crate) precision: Option<f64>,
    pub(crate) recall: Option<f64>,
    pub(crate) f1: Option<f64>,
    /// Rows that truly are of the class.
    pub(crate) support: u64,
}

impl Classes {
    pub(super) fn new(n_classes: usize) -> Self {
        Self { n_classes, cells: vec![0; n_classes * n_classes] }
    }

    pub(super) fn add(&mut self, truth: usize, predicted: usize) {
        self.cells[truth * self.n_classes + predicted] += 1;
    }

    pub(super) fn rows(&self) -> u64 {
        self.cells.iter().sum()
    }

    /// The matrix, a row per true class.
    pub(crate) fn matrix(&self) -> impl Iterator<Item = &[u64]> {
        self.cells.chunks_exact(self.n_classes)
    }

    /// Scores of every class.
    pub(crate) fn per_class(&self) -> Vec<ClassScores> {
        let mut predicted = vec![0; self.n_classes];
        for row in self.matrix() {
            predicted.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let of = |(class, (row, predicted)): (usize, (&[u64], u64))| {
            let (hits, support) = (row[class], row.iter().sum());
            ClassScores {
                precision: share(hits, predicted),
                recall: share(hits, support),
                f1: share(2 * hits, support + predicted),
                support,
            }
        };
        self.matrix().zip(predicted).enumerate().map(of).collect()
    }

    /// Accuracy; balanced accuracy, the mean recall over the classes that are there; macro F1, the
    /// mean F1 over the classes that are there or predicted.
    pub(super) fn scores(&self) -> Vec<(&'static str, Option<f64>)> {
        let hits =
            (0..self.n_classes).map(|class| self.cells[class * self.n_classes + class]).sum();
        let classes = self.per_class();
        vec![
            ("accuracy", share(hits, self.rows())),
            ("balanced_accuracy", mean(classes.iter().filter_map(|class| class.recall))),
            ("macro_f1", mean(classes.iter().filter_map(|class| class.f1))),
        ]
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}
