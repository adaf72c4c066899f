//! Which rows a tree is grown from: every row once, or smartcore's bootstrap sample.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::ranks::{MAX_COUNT, tag};

/// A row of a sample, with its class and how often the sample has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// Row of the matrix.
    pub(super) row: u32,
    /// Its [`tag`].
    pub(super) tag: u32,
}

/// Every row once.
pub(super) fn every_row(classes: &[u32]) -> Vec<Item> {
    (0u32..).zip(classes).map(|(row, class)| Item { row, tag: tag(*class, 1) }).collect()
}

/// The bootstrap of smartcore's regression forests: as many rows as there are, drawn with replacement;
/// the samples of a forest come from one stream.
pub(super) struct Bootstrap {
    rng: SmallRng,
}

impl Bootstrap {
    /// The stream of a forest.
    pub(super) fn new(seed: u64) -> Self {
        Self { rng: SmallRng::seed_from_u64(seed) }
    }

    /// The sample of the next tree, rows ascending.
    pub(super) fn draw(&mut self, classes: &[u32]) -> Vec<Item> {
        let mut counts = vec![0; classes.len()];
        for _ in 0..classes.len() {
            counts[self.rng.random_range(0..classes.len())] += 1;
        }
        items(&counts, classes)
    }
}

/// The rows of a sample that has each row so many times.
pub(super) fn items(counts: &[u32], classes: &[u32]) -> Vec<Item> {
    let n_rows = counts.iter().filter(|count| **count > 0).count();
    let mut items = Vec::with_capacity(n_rows);
    for ((row, class), count) in (0u32..).zip(classes).zip(counts) {
        let mut rest = *count;
        while rest > 0 {
            let part = rest.min(MAX_COUNT);
            items.push(Item { row, tag: tag(*class, part) });
            rest -= part;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use smartcore::ensemble::random_forest_regressor::RandomForestRegressorParameters;

    use super::super::ranks::{class_of, count_of};
    use super::*;
    use crate::engine::matrix::matrix;
    use crate::engine::mirror::Forest;

    #[test]
    fn samples_are_those_of_smartcores_regression_forests() {
        let n_rows = 200;
        let classes: Vec<u32> = (0..n_rows).map(|row| row % 3).collect();
        let column: Vec<f64> = classes.iter().map(|class| f64::from(*class)).collect();
        let x = matrix(classes.len(), std::slice::from_ref(&column)).unwrap().into();
        let parameters = RandomForestRegressorParameters::default().with_n_trees(3).with_seed(77);
        let parameters = parameters.with_keep_samples(true).with_max_depth(1);
        let forest = Forest::fit(&x, &column, parameters).unwrap();
        let forest = serde_json::to_value(&forest).unwrap();
        let mut bootstrap = Bootstrap::new(77);
        for tree in 0..3 {
            let mut drawn = vec![false; classes.len()];
            let sample = bootstrap.draw(&classes);
            assert!(sample.is_sorted_by_key(|item| item.row));
            assert_eq!(sample.iter().map(|item| count_of(item.tag)).sum::<u32>(), n_rows);
            for item in sample {
                assert_eq!(class_of(item.tag), classes[item.row as usize]);
                drawn[item.row as usize] = true;
            }
            assert_eq!(forest["forest_regressor"]["samples"][tree], json!(drawn));
        }
    }

    #[test]
    fn a_row_drawn_more_often_than_a_tag_counts_stands_there_again() {
        let items = items(&[0, 2 * MAX_COUNT + 1, 3], &[0, 1, 2]);
        let of = |at: usize| (items[at].row, class_of(items[at].tag), count_of(items[at].tag));
        let found: Vec<_> = (0..items.len()).map(of).collect();
        assert_eq!(found, [(1, 1, MAX_COUNT), (1, 1, MAX_COUNT), (1, 1, 1), (2, 2, 3)]);
    }
}
