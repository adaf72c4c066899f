//! The ROC curve of each label against the rest: exact up to a number of rows, then a histogram, so that
//! memory is bounded on any number of rows.
//!
//! The histogram bins probabilities by their distance from the nearer end of `[0, 1]`: 4096 equal bins
//! per halving of that distance down to 2^-17, and 32 per halving from there to the smallest number. So
//! the small probabilities of a rare class keep their order where equal bins would heap them up,
//! and so do those of naive Bayes, which is often sure to hundreds of digits. Inside a bin all rows
//! tie. An area is then exact where no two different probabilities share a bin, and otherwise
//! off by at most half the share of pairs that do. All curves together have 8 MiB of bins: from 4 labels
//! on, 2, 4, .. bins that follow each other are one, which leaves 100 labels 128 bins per halving.

use std::ops::Range;

/// With more labels than this there are no curves in bounded memory.
pub const MAX_CURVES: usize = 100;

/// Bits of the mantissa that distinguish bins.
const BITS: u32 = 12;
/// The distance below which fewer bits do: 2^-17.
const SMALL: f64 = 1.0 / 131_072.0;
/// Bits of the mantissa that distinguish bins below [`SMALL`].
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

/// Bins of all curves.
const MOST_BINS: usize = 1 << 19;

/// By how many bits the bins of so many curves are fewer than [`BINS`].
fn coarseness(n_curves: usize) -> u32 {
    (0..usize::BITS).find(|bits| n_curves * n_bins(*bits) <= MOST_BINS).unwrap_or(0)
}

/// Bins of a curve that are so coarse.
fn n_bins(coarseness: u32) -> usize {
    ((BINS - 1) >> coarseness) + 1
}

/// The classes that are in turn the positive one: the second of two, each of more.
pub(crate) fn positives(n_classes: usize) -> Range<usize> {
    match n_classes {
        0 | 1 => 0..0,
        2 => 1..2,
        n => 0..n,
    }
}

/// The bin of a probability; never falls as the probability rises.
fn bin(probability: f64) -> usize {
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
    (if upper { LOWER + UPPER - steps.saturating_sub(NEVER) } else { steps }) as usize
}

/// Rows with the same probability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tied {
    /// Those of other labels.
    pub negatives: u64,
    /// Those of the label that the curve is of.
    pub positives: u64,
}

/// The ROC curves of all labels that have one.
#[derive(Clone, Debug)]
pub struct Curves {
    positives: Range<usize>,
    store: Store,
}

#[derive(Clone, Debug)]
enum Store {
    /// The true class of each row, and its probabilities of the positive classes, row-major.
    Rows { truths: Vec<u32>, scores: Vec<f64>, most: usize },
    /// `[curve, bin]`, and how coarse the bins are.
    Bins(Vec<Tied>, u32),
}

impl Curves {
    /// Curves of rows with `n_classes` probabilities, none for 0. More than `most` probabilities are
    /// binned.
    pub(crate) fn new(n_classes: usize, most: usize) -> Self {
        let store = Store::Rows { truths: Vec::new(), scores: Vec::new(), most };
        Self { positives: positives(n_classes), store }
    }

    /// Curves on which all rows tie: those of a constant prediction. `counts`: rows by true class.
    pub(crate) fn constant(counts: &[u64]) -> Self {
        let (positives, rows) = (positives(counts.len()), counts.iter().sum::<u64>());
        let tied = |class: &u64| Tied { negatives: rows - class, positives: *class };
        Self {
            store: Store::Bins(counts[positives.clone()].iter().map(tied).collect(), 0),
            positives,
        }
    }

    /// Adds rows by their true class and their probabilities of the positive classes, row-major.
    pub(crate) fn add(&mut self, truth: impl Iterator<Item = u32>, scores: &[f64]) {
        let n_curves = self.positives.len();
        if n_curves == 0 {
            return;
        }
        if let Store::Rows { truths, scores: kept, most } = &mut self.store {
            if kept.len() + scores.len() <= *most {
                truths.extend(truth);
                kept.extend_from_slice(scores);
                return;
            }
            let (truths, kept) = (std::mem::take(truths), std::mem::take(kept));
            // Zeroed memory that is never written takes no room.
            let coarseness = coarseness(n_curves);
            let bins = vec![Tied::default(); n_curves * n_bins(coarseness)];
            self.store = Store::Bins(bins, coarseness);
            self.count(truths.into_iter(), &kept);
        }
        self.count(truth, scores);
    }

    fn count(&mut self, truth: impl Iterator<Item = u32>, scores: &[f64]) {
        let Store::Bins(bins, coarseness) = &mut self.store else { return };
        let n_bins = n_bins(*coarseness);
        for (truth, scores) in truth.zip(scores.chunks_exact(self.positives.len())) {
            for (curve, (class, score)) in self.positives.clone().zip(scores).enumerate() {
                let tied = &mut bins[curve * n_bins + (bin(*score) >> *coarseness)];
                let is_positive = u64::from(truth as usize == class);
                tied.positives += is_positive;
                tied.negatives += 1 - is_positive;
            }
        }
    }

    /// The curves one by one, each as its rows by rising probability.
    pub fn each(&self) -> impl Iterator<Item = Vec<Tied>> {
        let n_curves = self.positives.len();
        self.positives.clone().enumerate().map(move |(curve, class)| match &self.store {
            Store::Rows { truths, scores, .. } => {
                let scores = scores.iter().skip(curve).step_by(n_curves);
                sorted(scores.zip(truths).map(|(score, truth)| (*score, *truth as usize == class)))
            }
            Store::Bins(bins, _) => {
                let n_bins = bins.len() / n_curves;
                let any = |tied: &&Tied| tied.positives + tied.negatives > 0;
                bins[curve * n_bins..][..n_bins].iter().filter(any).copied().collect()
            }
        })
    }
}

/// Rows by rising score; whether each is positive.
#[expect(clippy::float_cmp, reason = "only equal scores tie, nearly equal ones are ordered")]
fn sorted(rows: impl Iterator<Item = (f64, bool)>) -> Vec<Tied> {
    let mut rows: Vec<(f64, bool)> = rows.collect();
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let groups = rows.chunk_by(|a, b| a.0 == b.0);
    groups
        .map(|group| {
            let positives = group.iter().filter(|(_, positive)| *positive).count() as u64;
            Tied { positives, negatives: group.len() as u64 - positives }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bins_rise_from_the_first_to_the_last() {
        let (last, lower, few) = (BINS - 1, LOWER as usize, FEW as usize);
        assert_eq!((bin(0.0), bin(0.5), bin(1.0)), (0, lower, last));
        assert_eq!((bin(-0.0), bin(-1.0), bin(2.0)), (0, 0, last));
        let below = |number: f64| f64::from_bits(number.to_bits() - 1);
        assert_eq!((bin(below(SMALL)), bin(SMALL)), (few - 1, few));
        assert_eq!((bin(below(0.5)), bin(0.5 + f64::EPSILON)), (lower - 1, lower + 1));
        assert_eq!(
            (bin(1.0 - SMALL), bin(1.0 - SMALL + f64::EPSILON)),
            (last - 36 * 32 - 1, last - 36 * 32)
        );
        assert_eq!((bin(below(1.0)), bin(below(below(1.0)))), (last - 1, last - 33));
        assert!(bin(1e-5) < bin(1.01e-5));
        assert!(bin(0.999_99) > bin(0.999_98));
        assert!(bin(1e-300) < bin(1.1e-300));
    }

    #[test]
    fn bins_take_as_much_memory_for_any_number_of_labels() {
        assert_eq!([1, 2, 3].map(coarseness), [0; 3]);
        assert_eq!([4, 26, MAX_CURVES].map(coarseness), [1, 4, 5]);
        for n_curves in 1..=MAX_CURVES {
            let all = n_curves * n_bins(coarseness(n_curves));
            assert!(
                (MOST_BINS / 4..=MOST_BINS).contains(&all) || n_curves == 0,
                "{n_curves}: {all}"
            );
        }
    }

    /// With so many labels, too, probabilities that are a percent apart do not tie.
    #[test]
    fn many_labels_keep_the_order_of_what_is_a_percent_apart() {
        let (mut exact, mut binned) =
            (Curves::new(MAX_CURVES, usize::MAX), Curves::new(MAX_CURVES, 0));
        for row in 0..500u32 {
            let score = |class: u32| 1e-4 * 1.01f64.powf(f64::from((row * 7 + class * 13) % 450));
            let scores: Vec<f64> = (0..100).map(score).collect();
            for curves in [&mut exact, &mut binned] {
                curves.add(std::iter::once(row * 3 % 100), &scores);
            }
        }
        assert!(exact.each().eq(binned.each()));
    }

    fn probability() -> impl Strategy<Value = f64> {
        let small = (0.0f64..1075.0).prop_map(|halvings| 2.0f64.powf(-halvings));
        prop_oneof![0.0f64..=1.0, small.clone(), small.prop_map(|p| 1.0 - p)]
    }

    proptest! {
        #[test]
        fn a_larger_probability_never_lies_in_a_lower_bin(a in probability(), b in probability()) {
            prop_assert!((a <= b) == (bin(a) <= bin(b)) || bin(a) == bin(b));
            prop_assert!(bin(a) < BINS);
        }

        /// However rows are cut, and wherever the histogram begins: its order is that of the rows.
        #[test]
        fn bins_keep_the_order_of_probabilities_that_are_far_enough_apart(
            rows in prop::collection::vec((0u32..1000, 0u32..2), 1..200),
            most in 0usize..200,
        ) {
            let scores: Vec<f64> = rows.iter().map(|(score, _)| f64::from(*score) / 1000.0).collect();
            let mut exact = Curves::new(2, usize::MAX);
            exact.add(rows.iter().map(|(_, truth)| *truth), &scores);
            let mut binned = Curves::new(2, most);
            for (rows, scores) in rows.chunks(7).zip(scores.chunks(7)) {
                binned.add(rows.iter().map(|(_, truth)| *truth), scores);
            }
            prop_assert_eq!(matches!(binned.store, Store::Bins(..)), scores.len() > most);
            prop_assert!(exact.each().eq(binned.each()));
        }
    }
}
