//! The distribution of the predictions of a run, in bounded memory and the same for any number of
//! threads.

use std::collections::BTreeMap;

/// Bits of a number that tell bins apart: the sign, the exponent and seven bits of the mantissa, so
/// that the numbers of a bin differ by less than 1 %.
const BITS: u32 = 19;
const BINS: usize = 1 << BITS;
const SIGN: u32 = 1 << (BITS - 1);

/// Distribution of all rows so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Distribution {
    /// Rows per label; empty for regression.
    pub(super) labels: Vec<u64>,
    pub(super) numbers: Numbers,
    /// Numbers per bin.
    bins: BTreeMap<u32, u64>,
}

/// Distribution of a chunk.
#[derive(Debug, Default)]
pub(super) struct ChunkDistribution {
    labels: Vec<u64>,
    numbers: Numbers,
    bins: Vec<(u32, u32)>,
}

/// Count, mean, spread and range of numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Numbers {
    pub(super) rows: u64,
    pub(super) mean: f64,
    /// Sum of the squared distances from the mean.
    squares: f64,
    pub(super) min: f64,
    pub(super) max: f64,
}

/// Gathers the predictions of one chunk after another; what a row takes is a few additions.
#[derive(Debug)]
pub(super) struct Gatherer {
    labels: Vec<u64>,
    rows: u64,
    /// The first number: sums of distances from it keep digits that sums of numbers would lose.
    origin: f64,
    sum: f64,
    squares: f64,
    min: f64,
    max: f64,
    /// Numbers per bin; none for labels.
    bins: Vec<u32>,
    /// Bins that are not empty.
    touched: Vec<u32>,
}

impl Gatherer {
    /// For a model with so many labels, 0 for regression.
    pub(super) fn new(n_labels: usize) -> Self {
        Self {
            labels: vec![0; n_labels],
            rows: 0,
            origin: 0.0,
            sum: 0.0,
            squares: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            bins: if n_labels == 0 { vec![0; BINS] } else { Vec::new() },
            touched: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn add_label(&mut self, class: u32) {
        self.labels[class as usize] += 1;
    }

    #[inline]
    pub(super) fn add_number(&mut self, number: f64) {
        if self.rows == 0 {
            self.origin = number;
        }
        self.rows += 1;
        let distance = number - self.origin;
        self.sum += distance;
        self.squares += distance * distance;
        self.min = self.min.min(number);
        self.max = self.max.max(number);
        let bin = bin(number);
        let count = &mut self.bins[bin as usize];
        if *count == 0 {
            self.touched.push(bin);
        }
        *count += 1;
    }

    /// Takes what was gathered.
    pub(super) fn take(&mut self) -> ChunkDistribution {
        let take = |bin: &u32| (*bin, std::mem::take(&mut self.bins[*bin as usize]));
        let bins = self.touched.iter().map(take).collect();
        self.touched.clear();
        let zeros = vec![0; self.labels.len()];
        let labels = std::mem::replace(&mut self.labels, zeros);
        let rows = self.rows as f64;
        let numbers = Numbers {
            rows: self.rows,
            mean: self.origin + self.sum / rows,
            squares: (self.squares - self.sum * self.sum / rows).max(0.0),
            min: self.min,
            max: self.max,
        };
        (self.rows, self.sum, self.squares) = (0, 0.0, 0.0);
        (self.min, self.max) = (f64::INFINITY, f64::NEG_INFINITY);
        ChunkDistribution { labels, numbers, bins }
    }
}

impl Numbers {
    /// Adds those that follow (Chan's rule).
    fn merge(&mut self, next: &Self) {
        if next.rows == 0 {
            return;
        }
        if self.rows == 0 {
            *self = *next;
            return;
        }
        let (here, there) = (self.rows as f64, next.rows as f64);
        let share = there / (here + there);
        let distance = next.mean - self.mean;
        self.rows += next.rows;
        self.mean += distance * share;
        self.squares += next.squares + distance * distance * here * share;
        self.min = self.min.min(next.min);
        self.max = self.max.max(next.max);
    }

    /// The standard deviation over all rows; not a number if it overflows.
    pub(super) fn std(&self) -> f64 {
        (self.squares / self.rows as f64).sqrt()
    }
}

impl Distribution {
    /// Nothing yet, for a model with so many labels.
    pub(super) fn new(n_labels: usize) -> Self {
        Self { labels: vec![0; n_labels], ..Self::default() }
    }

    /// Adds those of the next chunk.
    pub(super) fn merge(&mut self, next: &ChunkDistribution) {
        self.labels.iter_mut().zip(&next.labels).for_each(|(all, next)| *all += next);
        self.numbers.merge(&next.numbers);
        for (bin, count) in &next.bins {
            *self.bins.entry(*bin).or_default() += u64::from(*count);
        }
    }

    /// The number that `share` of the rows do not exceed, from its bin: the end of it that is nearer
    /// to zero, so off by less than 1 %. `None` without numbers.
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        let Numbers { rows, min, max, .. } = self.numbers;
        let rank = (share * rows as f64).ceil().max(1.0);
        let mut below = 0;
        for (bin, count) in &self.bins {
            below += count;
            if below as f64 >= rank {
                return Some(edge(*bin).clamp(min, max));
            }
        }
        None
    }
}

/// The bin of a number; never falls as the number rises.
#[inline]
fn bin(number: f64) -> u32 {
    // The high bits, as many as fit; negative zero is zero.
    let bits = ((number + 0.0).to_bits() >> (64 - BITS)) as u32;
    // The bits of positive numbers rise with them, those of negative ones fall.
    if bits & SIGN == 0 { bits | SIGN } else { !bits & (2 * SIGN - 1) }
}

/// The number of a bin that is nearest to zero.
fn edge(bin: u32) -> f64 {
    let bits = if bin & SIGN == 0 { !bin & (2 * SIGN - 1) } else { bin & !SIGN };
    f64::from_bits(u64::from(bits) << (64 - BITS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gathered<'a>(parts: impl IntoIterator<Item = &'a [f64]>) -> Distribution {
        let (mut all, mut gatherer) = (Distribution::new(0), Gatherer::new(0));
        for part in parts {
            for number in part {
                gatherer.add_number(*number);
            }
            all.merge(&gatherer.take());
        }
        all
    }

    #[test]
    fn small_whole_numbers_are_told_exactly() {
        let numbers: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        let all = gathered(numbers.chunks(7));
        let quantiles = [0.0, 0.01, 0.25, 0.5, 0.75, 1.0].map(|share| all.quantile(share).unwrap());
        assert_eq!(
            quantiles.map(f64::to_bits),
            [0.0f64, 1.0, 25.0, 50.0, 75.0, 100.0].map(f64::to_bits)
        );
        let Numbers { rows, mean, min, max, .. } = all.numbers;
        assert_eq!((rows, min, max), (101, 0.0, 100.0));
        // numpy.arange(101).mean(), .std()
        assert!(
            (mean - 50.0).abs() < 1e-12
                && (all.numbers.std() - 29.154_759_474_226_502).abs() < 1e-12
        );
        assert_eq!(gathered([]).quantile(0.5), None);
    }

    #[test]
    fn labels_are_counted_and_taken_once() {
        let (mut all, mut gatherer) = (Distribution::new(3), Gatherer::new(3));
        for chunk in [&[0, 2, 2][..], &[2], &[]] {
            for class in chunk {
                gatherer.add_label(*class);
            }
            all.merge(&gatherer.take());
        }
        assert_eq!(all.labels, [1, 0, 3]);
    }

    fn number() -> impl Strategy<Value = f64> {
        prop_oneof![any::<f64>().prop_filter("finite", |x| x.is_finite()), -1e3..1e3]
    }

    proptest! {
        #[test]
        fn a_larger_number_never_lies_in_a_lower_bin(a in number(), b in number()) {
            prop_assert!((a <= b) == (bin(a) <= bin(b)) || bin(a) == bin(b));
            prop_assert!((bin(a) as usize) < BINS);
            let near = edge(bin(a));
            prop_assert!(near.abs() <= a.abs() && (a - near).abs() <= a.abs() / 128.0 + f64::MIN_POSITIVE);
        }

        #[test]
        fn mean_and_range_do_not_depend_on_where_chunks_end(
            numbers in prop::collection::vec(-1e3..1e3, 1..200),
            size in 1usize..50,
        ) {
            let (whole, parts) = (gathered([numbers.as_slice()]), gathered(numbers.chunks(size)));
            prop_assert!((whole.numbers.mean - parts.numbers.mean).abs() < 1e-9);
            prop_assert!((whole.numbers.std() - parts.numbers.std()).abs() < 1e-9);
            prop_assert_eq!(whole.numbers.max.to_bits(), parts.numbers.max.to_bits());
            let mut sorted = numbers.clone();
            sorted.sort_by(f64::total_cmp);
            for percent in [1, 25, 50, 99] {
                let exact = sorted[(percent * sorted.len()).div_ceil(100).max(1) - 1];
                let found = parts.quantile(percent as f64 / 100.0).unwrap();
                prop_assert!((found - exact).abs() <= exact.abs() / 128.0, "{} {}", found, exact);
            }
        }
    }
}
