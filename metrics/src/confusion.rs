//! Rows by true and predicted class, and the counts of each class that follow from them.

use crate::pairs::Pairs;
use crate::per_class::ClassCounts;

/// Rows by true and predicted class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    pairs: Pairs,
    /// The counts of every class, where the pairs are not the whole table.
    classes: Vec<ClassCounts>,
}

const NONE: ClassCounts = ClassCounts { hits: 0, predicted: 0, support: 0 };

impl Confusion {
    pub(crate) fn new(n_classes: usize) -> Self {
        let pairs = Pairs::new(n_classes);
        let classes = if pairs.table().is_some() { 0 } else { n_classes };
        Self { pairs, classes: vec![NONE; classes] }
    }

    /// The counts of every class if `class` is predicted always.
    pub(crate) fn constant(&self, class: usize) -> Self {
        let rows = self.rows();
        let classes = self.classes().enumerate().map(|(at, ClassCounts { support, .. })| {
            if at == class {
                ClassCounts { hits: support, predicted: rows, support }
            } else {
                ClassCounts { support, ..NONE }
            }
        });
        Self { classes: classes.collect(), pairs: Pairs::new(0) }
    }

    /// Adds rows by their true and their predicted class.
    pub(crate) fn add(&mut self, rows: &[[u32; 2]]) {
        self.pairs.add(rows);
        if !self.classes.is_empty() {
            for [truth, predicted] in rows.iter().map(|row| row.map(|class| class as usize)) {
                self.classes[truth].support += 1;
                self.classes[predicted].predicted += 1;
                self.classes[truth].hits += u64::from(truth == predicted);
            }
        }
    }

    /// Rows in all.
    pub fn rows(&self) -> u64 {
        self.classes().map(|class| class.support).sum()
    }

    /// Rows by true and predicted class.
    pub fn pairs(&self) -> &Pairs {
        &self.pairs
    }

    /// The counts of every class.
    pub fn classes(&self) -> impl Iterator<Item = ClassCounts> {
        let mut of_table = Vec::new();
        if let (true, Some(rows)) = (self.classes.is_empty(), self.pairs.table()) {
            of_table = vec![NONE; self.pairs.n_classes()];
            for (truth, row) in rows.enumerate() {
                of_table.iter_mut().zip(row).for_each(|(of, count)| of.predicted += count);
                of_table[truth].support = row.iter().sum();
                of_table[truth].hits = row[truth];
            }
        }
        self.classes.iter().copied().chain(of_table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs::MAX_TABLE;

    fn of(pairs: &[[u32; 2]], n_classes: usize) -> Confusion {
        let mut counts = Confusion::new(n_classes);
        counts.add(pairs);
        counts
    }

    const PAIRS: [[u32; 2]; 3] = [[0, 0], [0, 1], [1, 1]];

    fn class(hits: u64, predicted: u64, support: u64) -> ClassCounts {
        ClassCounts { hits, predicted, support }
    }

    #[test]
    fn truth_goes_by_row() {
        let counts = of(&PAIRS, 3);
        let table: Vec<_> = counts.pairs().table().unwrap().collect();
        assert_eq!(table, [[1, 1, 0], [0, 1, 0], [0, 0, 0]]);
        assert_eq!(counts.rows(), 3);
    }

    #[test]
    fn classes_are_counted_with_and_without_the_whole_table() {
        let expected = [class(1, 1, 2), class(1, 2, 1), class(0, 0, 0)];
        for n_classes in [3, MAX_TABLE, MAX_TABLE + 1, 4096] {
            let counts = of(&PAIRS, n_classes);
            assert_eq!(counts.rows(), 3);
            assert_eq!(counts.classes().count(), n_classes);
            assert_eq!(counts.classes().take(3).collect::<Vec<_>>(), expected);
            let constant = counts.constant(1);
            let expected = [class(0, 0, 2), class(1, 3, 1), class(0, 0, 0)];
            assert_eq!(constant.classes().take(3).collect::<Vec<_>>(), expected);
            assert_eq!(constant.rows(), 3);
        }
    }
}
