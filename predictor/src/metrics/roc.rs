//! The area under the ROC curve from a histogram: bounded memory on any number of rows.
//!
//! Probabilities are binned by their distance from the nearer end of `[0, 1]`: 4096 equal bins per
//! halving of that distance down to 2^-17, and 32 per halving from there to the smallest number. So
//! the small probabilities of a rare class keep their order where equal bins would heap them up,
//! and so do those of naive Bayes, which is often sure to hundreds of digits. Inside a bin all rows
//! tie, which counts half.
//! The area is exact where no two different probabilities share a bin, and otherwise
//! off by at most half the share of pairs that do.

use std::ops::Range;

/// Bits of the mantissa that tell bins apart.
const BITS: u32 = 12;
/// The distance below which fewer bits do: 2^-17.
const SMALL: f64 = 1.0 / 131_072.0;
/// Bits of the mantissa that tell bins apart below [`SMALL`].
const FEW_BITS: u32 = 5;
/// Bins below [`SMALL`].
const FEW: u32 = (1023 - 17) << FEW_BITS;
/// Bins from 0 to 1/2, without that of 1/2.
const LOWER: u32 = FEW + (16 << BITS);
/// Bins that no probability above 1/2 can fall into: 1 is next to 1 - 2^-53.
const NEVER: u32 = ((1023 - 53) << FEW_BITS) - 1;
/// Bins from 1/2 to 1, without that of 1/2.
const UPPER: u32 = LOWER - NEVER;
/// Bins from 0 to 1.
const BINS: usize = (LOWER + 1 + UPPER) as usize;
/// With more classes than this there is no area: the histograms would take too much memory.
const MAX_CURVES: usize = 100;

/// The classes that are in turn the positive one: the second of two, each of more.
pub(super) fn positives(n_classes: usize) -> Range<usize> {
    match n_classes {
        2 => 1..2,
        n if n <= MAX_CURVES => 0..n,
        _ => 0..0,
    }
}

/// The bin of a probability; never falls as the probability rises.
pub(super) fn bin(probability: f64) -> u32 {
    /// Bits of the mantissa.
    const MANTISSA: u32 = f64::MANTISSA_DIGITS - 1;
    let upper = probability > 0.5;
    let distance = if upper { 1.0 - probability } else { probability };
    // The bits of positive numbers rise with them.
    let steps = if distance <= 0.0 {
        0
    } else if distance < SMALL {
        distance.to_bits() >> (MANTISSA - FEW_BITS)
    } else {
        u64::from(FEW) + ((distance.to_bits() - SMALL.to_bits()) >> (MANTISSA - BITS))
    };
    let steps = u32::try_from(steps).unwrap_or(LOWER).min(LOWER);
    if upper { LOWER + UPPER - steps.saturating_sub(NEVER) } else { steps }
}

/// One histogram of positives and one of negatives per curve.
#[derive(Debug)]
pub(super) struct Curves {
    positives: Range<usize>,
    /// `[curve, negative or positive, bin]`.
    counts: Vec<u64>,
}

impl Curves {
    pub(super) fn new(n_classes: usize) -> Self {
        let positives = positives(n_classes);
        // Zeroed memory that is never written takes no room.
        Self { counts: vec![0; positives.len() * 2 * BINS], positives }
    }

    /// Bytes of the bins of a row.
    pub(super) fn row_bytes(&self) -> usize {
        self.positives.len() * size_of::<u32>()
    }

    /// Adds rows by their true class and the bins of their probabilities, one per curve.
    pub(super) fn add(&mut self, truth: impl Iterator<Item = usize>, bins: &[u32]) {
        let n_curves = self.positives.len();
        if n_curves == 0 {
            return;
        }
        for (truth, bins) in truth.zip(bins.chunks_exact(n_curves)) {
            for (curve, (class, bin)) in self.positives.clone().zip(bins).enumerate() {
                let side = 2 * curve + usize::from(truth == class);
                self.counts[side * BINS + *bin as usize] += 1;
            }
        }
    }

    /// The area, with more than two classes the mean over each against the rest; `None` if a class
    /// never occurs.
    pub(super) fn area(&self) -> Option<f64> {
        let n_curves = self.positives.len();
        let areas = self.counts.chunks_exact(2 * BINS).map(|curve| {
            let (negatives, positives) = curve.split_at(BINS);
            mann_whitney(negatives, positives)
        });
        let total = areas.sum::<Option<f64>>()?;
        (n_curves > 0).then(|| total / n_curves as f64)
    }
}

/// The chance that a positive lies above a negative, ties counting half.
fn mann_whitney(negatives: &[u64], positives: &[u64]) -> Option<f64> {
    // Twice the number of pairs won, to keep the halves of ties in integers.
    let (mut below, mut all, mut won_twice) = (0u128, 0u128, 0u128);
    for (negative, positive) in negatives.iter().zip(positives) {
        let (negative, positive) = (u128::from(*negative), u128::from(*positive));
        won_twice += positive * (2 * below + negative);
        below += negative;
        all += positive;
    }
    let pairs = below * all;
    (pairs > 0).then(|| won_twice as f64 / (2.0 * pairs as f64))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bins_rise_from_the_first_to_the_last() {
        let last = u32::try_from(BINS).unwrap() - 1;
        assert_eq!((bin(0.0), bin(0.5), bin(1.0)), (0, LOWER, last));
        assert_eq!((bin(-0.0), bin(-1.0), bin(2.0)), (0, 0, last));
        let below = |number: f64| f64::from_bits(number.to_bits() - 1);
        assert_eq!((bin(below(SMALL)), bin(SMALL)), (FEW - 1, FEW));
        assert_eq!((bin(below(0.5)), bin(0.5 + f64::EPSILON)), (LOWER - 1, LOWER + 1));
        assert_eq!(
            (bin(1.0 - SMALL), bin(1.0 - SMALL + f64::EPSILON)),
            (last - 36 * 32 - 1, last - 36 * 32)
        );
        assert_eq!((bin(below(1.0)), bin(below(below(1.0)))), (last - 1, last - 33));
        assert!(bin(1e-5) < bin(1.01e-5));
        assert!(bin(0.999_99) > bin(0.999_98));
        assert!(bin(1e-300) < bin(1.1e-300));
    }

    // from sklearn.metrics import roc_auc_score
    // roc_auc_score([0, 0, 1, 0, 1, 1, 0, 1], [1e-300, 1e-200, 1e-150, 1e-30, 1e-9, 2e-9, 1 - 1e-9, 1 - 1e-12])
    #[test]
    fn probabilities_that_are_nearly_certain_keep_their_order() {
        let second = [1e-300, 1e-200, 1e-150, 1e-30, 1e-9, 2e-9, 1.0 - 1e-9, 1.0 - 1e-12];
        let mut curves = Curves::new(2);
        let bins: Vec<u32> = second.iter().map(|p| bin(*p)).collect();
        curves.add([0, 0, 1, 0, 1, 1, 0, 1].into_iter(), &bins);
        assert_eq!(curves.area(), Some(0.75));
    }

    // from sklearn.metrics import roc_auc_score
    // roc_auc_score([0, 0, 1, 1, 1, 0, 1, 0, 0], [.1, .4, .4, .8, .4, .6, .9, .4, .05])
    #[test]
    fn two_classes_with_ties() {
        let second = [0.1, 0.4, 0.4, 0.8, 0.4, 0.6, 0.9, 0.4, 0.05];
        let mut curves = Curves::new(2);
        let bins: Vec<u32> = second.iter().map(|p| bin(*p)).collect();
        curves.add([0, 0, 1, 1, 1, 0, 1, 0, 0].into_iter(), &bins);
        assert_eq!(curves.area(), Some(0.8));
        assert_eq!(Curves::new(2).area(), None);
        assert_eq!(Curves::new(MAX_CURVES + 1).area(), None);
    }

    fn probability() -> impl Strategy<Value = f64> {
        let small = (0.0f64..1075.0).prop_map(|halvings| 2.0f64.powf(-halvings));
        prop_oneof![0.0f64..=1.0, small.clone(), small.prop_map(|p| 1.0 - p)]
    }

    proptest! {
        #[test]
        fn a_larger_probability_never_lies_in_a_lower_bin(a in probability(), b in probability()) {
            prop_assert!((a <= b) == (bin(a) <= bin(b)) || bin(a) == bin(b));
            prop_assert!((bin(a) as usize) < BINS);
        }
    }
}
