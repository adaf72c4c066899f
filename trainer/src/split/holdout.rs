//! Splitting rows into a training part and a held-out test part.
//!
//! Both splits depend on nothing but their arguments, so that a reported test
//! score can be reproduced from the command line alone.

use super::Split;
use crate::rng::{SplitMix64, derive};

/// Splits so that every class has about the same share in both parts.
///
/// `labels` holds one class below `n_classes` per row, `fraction` is the share of
/// test rows, limited to `[0, 1]`. The test part has `round(fraction * rows)`
/// rows, fewer only when that would leave a class without a training row.
pub(crate) fn stratified(labels: &[u32], n_classes: usize, fraction: f64, seed: u64) -> Split {
    let mut rows_of = vec![Vec::new(); n_classes];
    for (row, &label) in labels.iter().enumerate() {
        rows_of[label as usize].push(row);
    }
    let sizes: Vec<usize> = rows_of.iter().map(Vec::len).collect();
    let mut split = Split { train: Vec::new(), test: Vec::new() };
    let seats = apportion(&sizes, fraction);
    for (stream, (mut rows, n_test)) in (0..).zip(rows_of.into_iter().zip(seats)) {
        SplitMix64::new(derive(seed, stream)).shuffle(&mut rows);
        split.test.extend_from_slice(&rows[..n_test]);
        split.train.extend_from_slice(&rows[n_test..]);
    }
    split.train.sort_unstable();
    split.test.sort_unstable();
    split
}

/// Splits without regard to any label, for targets that are numbers.
///
/// The test part has `round(fraction * n_rows)` rows, `fraction` limited to
/// `[0, 1]`, but never the last training row.
pub(crate) fn plain(n_rows: usize, fraction: f64, seed: u64) -> Split {
    let mut train: Vec<usize> = (0..n_rows).collect();
    SplitMix64::new(derive(seed, 0)).shuffle(&mut train);
    let n_test = rounded(share(n_rows, fraction)).min(n_rows.saturating_sub(1));
    let mut test = train.split_off(n_rows - n_test);
    train.sort_unstable();
    test.sort_unstable();
    Split { train, test }
}

/// Gives each class its number of test rows by the largest-remainder method.
///
/// Equal remainders favour the larger class, which can spare a row more easily,
/// then the lower index. A class never gives its last row.
fn apportion(sizes: &[usize], fraction: f64) -> Vec<usize> {
    let quotas: Vec<f64> = sizes.iter().map(|&size| share(size, fraction)).collect();
    let limits: Vec<usize> = sizes.iter().map(|size| size.saturating_sub(1)).collect();
    let mut seats: Vec<usize> = quotas
        .iter()
        .zip(&limits)
        .map(|(quota, &limit)| rounded(quota.floor()).min(limit))
        .collect();

    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&a, &b| {
        let by_remainder = quotas[b].fract().total_cmp(&quotas[a].fract());
        by_remainder.then(sizes[b].cmp(&sizes[a]))
    });

    let possible = limits.iter().sum();
    let wanted = rounded(share(sizes.iter().sum(), fraction)).min(possible);
    let mut missing = wanted.saturating_sub(seats.iter().sum());
    // Full classes pass their seat on, so one round may not be enough.
    while missing > 0 {
        for &class in &order {
            if missing > 0 && seats[class] < limits[class] {
                seats[class] += 1;
                missing -= 1;
            }
        }
    }
    seats
}

/// Returns the exact share of `size` rows, before any rounding.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^53")]
fn share(size: usize, fraction: f64) -> f64 {
    size as f64 * fraction.clamp(0.0, 1.0)
}

/// Rounds a share to a number of rows; not-a-number gives 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares lie between 0 and a row count"
)]
fn rounded(share: f64) -> usize {
    share.round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Repeats class `c` `sizes[c]` times, interleaved so that order matters.
    fn labels(sizes: &[u32]) -> Vec<u32> {
        let longest = sizes.iter().copied().max().unwrap_or(0);
        let classes = || (0..).zip(sizes);
        (0..longest).flat_map(|i| classes().filter(move |(_, n)| i < **n).map(|(c, _)| c)).collect()
    }

    fn per_class(rows: &[usize], labels: &[u32], n_classes: usize) -> Vec<u32> {
        let mut counts = vec![0; n_classes];
        for &row in rows {
            counts[labels[row] as usize] += 1;
        }
        counts
    }

    fn assert_partition(split: &Split, n_rows: usize) {
        assert!(split.train.is_sorted() && split.test.is_sorted());
        let mut all = [split.train.clone(), split.test.clone()].concat();
        all.sort_unstable();
        assert!(all.iter().copied().eq(0..n_rows));
    }

    #[test]
    fn stratified_keeps_the_shares() {
        let labels = labels(&[50, 30, 20]);
        let split = stratified(&labels, 3, 0.2, 1);
        assert_partition(&split, 100);
        assert_eq!(per_class(&split.test, &labels, 3), [10, 6, 4]);
    }

    #[test]
    fn remainders_decide_the_last_seats() {
        // Quotas 3.75, 3.5 and 2.75: floors sum to 8, round(10.0) leaves two seats.
        assert_eq!(apportion(&[15, 14, 11], 0.25), [4, 3, 3]);
        // Equal remainders: the larger class first, then the lower index.
        assert_eq!(apportion(&[2, 6, 2], 0.25), [1, 2, 0]);
        assert_eq!(apportion(&[2, 2, 6], 0.25), [1, 0, 2]);
    }

    #[test]
    fn rare_classes_stay_in_train() {
        let labels = labels(&[1, 2, 97]);
        let split = stratified(&labels, 3, 0.9, 1);
        assert_partition(&split, 100);
        assert_eq!(per_class(&split.train, &labels, 3), [1, 1, 8]);
        assert_eq!(per_class(&split.test, &labels, 3), [0, 1, 89]);
    }

    #[test]
    fn seats_of_full_classes_move_on() {
        assert_eq!(apportion(&[1, 1, 1, 1, 8], 0.5), [0, 0, 0, 0, 6]);
        assert_eq!(apportion(&[1, 1, 0, 3], 1.0), [0, 0, 0, 2]);
    }

    #[test]
    fn totals_are_exact_where_possible() {
        for n in 3..40_usize {
            for percent in 0..=100_u32 {
                let fraction = f64::from(percent) / 100.0;
                let sizes = [n, 2 * n, 3];
                let wanted = rounded(share(3 * n + 3, fraction)).min(3 * n);
                assert_eq!(apportion(&sizes, fraction).iter().sum::<usize>(), wanted);
            }
        }
    }

    #[test]
    fn seed_alone_decides() {
        let labels = labels(&[40, 40]);
        assert_eq!(stratified(&labels, 2, 0.5, 3), stratified(&labels, 2, 0.5, 3));
        assert_ne!(stratified(&labels, 2, 0.5, 3), stratified(&labels, 2, 0.5, 4));
        assert_eq!(plain(80, 0.5, 3), plain(80, 0.5, 3));
        assert_ne!(plain(80, 0.5, 3), plain(80, 0.5, 4));
    }

    #[test]
    fn zero_and_odd_fractions_are_harmless() {
        let labels = labels(&[3, 3]);
        for fraction in [0.0, -1.0, f64::NAN] {
            assert!(stratified(&labels, 2, fraction, 1).test.is_empty());
            assert!(plain(6, fraction, 1).test.is_empty());
        }
        assert_eq!(stratified(&labels, 2, 7.0, 1).train.len(), 2);
    }

    #[test]
    fn plain_keeps_a_training_row() {
        for n_rows in 1..20 {
            let split = plain(n_rows, 1.0, 1);
            assert_partition(&split, n_rows);
            assert_eq!(split.train.len(), 1);
        }
        let split = plain(10, 0.25, 1);
        assert_partition(&split, 10);
        assert_eq!(split.test.len(), 3);
    }

    #[test]
    fn no_rows_give_empty_parts() {
        let empty = Split { train: vec![], test: vec![] };
        assert_eq!(plain(0, 0.5, 1), empty);
        assert_eq!(stratified(&[], 0, 0.5, 1), empty);
    }
}
