//! The confusion matrix, and the counts of each class that follow from it.

use crate::per_class::ClassCounts;

/// Rows by true and predicted class, row-major `[truth, predicted]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    n_classes: usize,
    cells: Vec<u64>,
}

impl Confusion {
    pub(crate) fn new(n_classes: usize) -> Self {
        Self { n_classes, cells: vec![0; n_classes * n_classes] }
    }

    /// What always predicting `class` gives.
    pub(crate) fn constant(&self, class: usize) -> Self {
        let mut constant = Self::new(self.n_classes);
        for (truth, counts) in self.matrix().enumerate() {
            constant.cells[truth * self.n_classes + class] = counts.iter().sum();
        }
        constant
    }

    pub(crate) fn add(&mut self, truth: u32, predicted: u32) {
        self.cells[truth as usize * self.n_classes + predicted as usize] += 1;
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.cells.iter().sum()
    }

    /// Number of classes.
    pub fn n_classes(&self) -> usize {
        self.n_classes
    }

    /// The matrix, a row per true class.
    pub fn matrix(&self) -> impl Iterator<Item = &[u64]> {
        self.cells.chunks_exact(self.n_classes.max(1))
    }

    /// The counts of every class.
    pub fn classes(&self) -> impl Iterator<Item = ClassCounts> {
        let mut predicted = vec![0; self.n_classes];
        for row in self.matrix() {
            predicted.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        self.matrix().zip(predicted).enumerate().map(|(class, (row, predicted))| ClassCounts {
            hits: row[class],
            predicted,
            support: row.iter().sum(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[[u32; 2]], n_classes: usize) -> Confusion {
        let mut counts = Confusion::new(n_classes);
        for [truth, predicted] in pairs {
            counts.add(*truth, *predicted);
        }
        counts
    }

    #[test]
    fn truth_goes_by_row() {
        let counts = of(&[[0, 0], [0, 1], [1, 1]], 3);
        assert_eq!(counts.matrix().collect::<Vec<_>>(), [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
        assert_eq!(counts.rows(), 3);
        let class = |hits, predicted, support| ClassCounts { hits, predicted, support };
        let expected = [class(1, 1, 2), class(1, 2, 1), class(0, 0, 0)];
        assert_eq!(counts.classes().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_constant_prediction_keeps_the_truth() {
        let counts = of(&[[0, 0], [0, 1], [1, 1]], 2).constant(1);
        assert_eq!(counts.matrix().collect::<Vec<_>>(), [[0, 2], [0, 1]]);
    }
}
