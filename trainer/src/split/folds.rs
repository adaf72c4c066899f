//! Dealing rows to folds, so that each is held out exactly once; but for the only row of a label, which
//! must be in every training part for the label to be known.

use super::Split;
use crate::rng::{SplitMix64, derive};

/// Deals rows so that every class is spread evenly: the folds differ by at most one row in all and
/// by at most one row of each class. A class with a single row is never held out.
///
/// `labels` holds one class below `n_classes` per row.
pub(crate) fn stratified(labels: &[u32], n_classes: usize, folds: usize, seed: u64) -> Vec<Split> {
    let mut rows_of = vec![Vec::new(); n_classes];
    for (row, &label) in labels.iter().enumerate() {
        rows_of[label as usize].push(row);
    }
    let mut order = Vec::with_capacity(labels.len());
    for (stream, mut rows) in (0..).zip(rows_of) {
        SplitMix64::new(derive(seed, stream)).shuffle(&mut rows);
        if rows.len() > 1 {
            order.extend(rows);
        }
    }
    deal(&order, labels.len(), folds)
}

/// Deals rows without regard to any label.
pub(crate) fn plain(n_rows: usize, folds: usize, seed: u64) -> Vec<Split> {
    let mut order: Vec<usize> = (0..n_rows).collect();
    SplitMix64::new(derive(seed, 0)).shuffle(&mut order);
    deal(&order, n_rows, folds)
}

/// Deals rows one by one, as cards: a class goes on at the fold where the one before it ended. Rows that
/// are not in `order` are fitted in every fold.
fn deal(order: &[usize], n_rows: usize, folds: usize) -> Vec<Split> {
    let mut fold_of = vec![None; n_rows];
    for (i, row) in order.iter().enumerate() {
        fold_of[*row] = Some(i % folds);
    }
    (0..folds)
        .map(|fold| {
            let (test, train) = (0..n_rows).partition(|row| fold_of[*row] == Some(fold));
            Split { train, test }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_each_held_out_once(splits: &[Split], n_rows: usize) {
        let mut held = vec![0; n_rows];
        for split in splits {
            assert!(split.train.is_sorted() && split.test.is_sorted());
            assert_eq!(split.train.len() + split.test.len(), n_rows);
            assert!(!split.test.iter().any(|row| split.train.binary_search(row).is_ok()));
            split.test.iter().for_each(|row| held[*row] += 1);
        }
        assert!(held.iter().all(|n| *n == 1), "{held:?}");
        let sizes: Vec<usize> = splits.iter().map(|split| split.test.len()).collect();
        assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
    }

    #[test]
    fn every_row_is_held_out_once() {
        for n_rows in [2, 7, 10, 101] {
            for folds in [2, 3, 5, 7].into_iter().filter(|folds| *folds <= n_rows) {
                let splits = plain(n_rows, folds, 1);
                assert_eq!(splits.len(), folds);
                assert_each_held_out_once(&splits, n_rows);
            }
        }
    }

    #[test]
    fn strata_are_balanced() {
        let labels: Vec<u32> =
            (0..97).map(|i| if i % 10 == 0 { 2 } else { u32::from(i % 3 == 0) }).collect();
        for folds in [2, 3, 5, 10] {
            let splits = stratified(&labels, 3, folds, 1);
            assert_each_held_out_once(&splits, labels.len());
            for class in 0..3 {
                let count =
                    |split: &Split| split.test.iter().filter(|row| labels[**row] == class).count();
                let counts: Vec<usize> = splits.iter().map(count).collect();
                let spread = counts.iter().max().unwrap() - counts.iter().min().unwrap();
                assert!(spread <= 1, "{folds} folds, class {class}: {counts:?}");
            }
        }
    }

    #[test]
    fn the_only_row_of_a_class_is_fitted_in_every_fold() {
        let labels = [0, 1, 2, 0, 1, 0, 1, 3, 1];
        let splits = stratified(&labels, 4, 3, 1);
        let mut held = [0; 9];
        for split in &splits {
            assert!(split.train.contains(&2) && split.train.contains(&7));
            assert_eq!(split.train.len() + split.test.len(), 9);
            split.test.iter().for_each(|row| held[*row] += 1);
        }
        assert_eq!(held, [1, 1, 0, 1, 1, 1, 1, 0, 1]);
    }

    #[test]
    fn the_seed_decides() {
        let labels = [0, 1].repeat(20);
        assert_eq!(stratified(&labels, 2, 4, 3), stratified(&labels, 2, 4, 3));
        assert_ne!(stratified(&labels, 2, 4, 3), stratified(&labels, 2, 4, 4));
        assert_eq!(plain(40, 4, 3), plain(40, 4, 3));
        assert_ne!(plain(40, 4, 3), plain(40, 4, 4));
    }
}
