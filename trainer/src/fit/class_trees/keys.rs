//! Sorting the rows of a node by the ranks of one feature.

/// Below this many keys a comparison sort is faster than passes over them.
const FEW: usize = 256;
/// Bits of a rank that one pass sorts by.
const DIGIT_BITS: u32 = 8;
const DIGITS: usize = 1 << DIGIT_BITS;
const DIGIT_MASK: u32 = (1 << DIGIT_BITS) - 1;

/// A rank, and the word that goes along with it.
pub(super) fn key(rank: u32, word: u32) -> u64 {
    u64::from(rank) << 32 | u64::from(word)
}

/// Rank of a [`key`].
pub(super) fn rank(key: u64) -> u32 {
    (key >> 32) as u32
}

/// Word of a [`key`].
#[expect(clippy::cast_possible_truncation, reason = "the lower half of a key is its word")]
pub(super) fn word(key: u64) -> u32 {
    key as u32
}

/// Sorts by rank, which lie in `min..=max`; words of the same rank come in any order.
pub(super) fn sort(keys: &mut Vec<u64>, other: &mut Vec<u64>, min: u32, max: u32) {
    if keys.len() < FEW {
        keys.sort_unstable();
        return;
    }
    other.clear();
    other.resize(keys.len(), 0);
    let bits = u32::BITS - (max - min).leading_zeros();
    let mut shift = 0;
    while shift < bits {
        pass(keys, other, |key| (rank(key) - min) >> shift & DIGIT_MASK);
        std::mem::swap(keys, other);
        shift += DIGIT_BITS;
    }
}

/// Writes `from` to `to` in the order of a digit, keys with the same digit in the order they had.
fn pass(from: &[u64], to: &mut [u64], digit: impl Fn(u64) -> u32) {
    let mut starts = [0u32; DIGITS];
    for key in from {
        starts[digit(*key) as usize] += 1;
    }
    let mut at = 0;
    for start in &mut starts {
        (*start, at) = (at, at + *start);
    }
    for key in from {
        let start = &mut starts[digit(*key) as usize];
        to[*start as usize] = *key;
        *start += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SplitMix64;

    #[test]
    fn ranks_ascend_and_no_key_is_lost() {
        let mut rng = SplitMix64::new(5);
        for (n, base, range) in
            [(3, 0, 2), (300, 7, 1), (300, 9, 256), (5_000, 0, 300), (9_000, 4_000_000_000, 90_000)]
        {
            let mut keys: Vec<u64> = (0..n)
                .map(|word| key(base + u32::try_from(rng.below(range)).unwrap(), word))
                .collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            let ranks = || keys.iter().map(|k| rank(*k));
            let (min, max) = (ranks().min().unwrap(), ranks().max().unwrap());
            sort(&mut keys, &mut Vec::new(), min, max);
            assert!(keys.is_sorted_by_key(|k| rank(*k)));
            keys.sort_unstable();
            assert_eq!(keys, expected);
        }
    }
}
