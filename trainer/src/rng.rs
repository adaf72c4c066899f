//! The trainer's own pseudo-random numbers.
//!
//! Same data, options, seed and trainer version must give the same artifact
//! bytes, so the stream is part of the product. It lives here, not in a
//! dependency, because an upgrade there could change it without notice.

/// Streams of random numbers, one per use, so that none depends on how many another took: the rows
/// that are held out.
pub(crate) const STREAM_SPLIT: u64 = 1;
/// A fit.
pub(crate) const STREAM_FIT: u64 = 2;
/// Golden rows.
pub(crate) const STREAM_GOLDEN: u64 = 3;
/// The folds of a comparison.
pub(crate) const STREAM_FOLDS: u64 = 4;
/// The rows of `--sample`.
pub(crate) const STREAM_SAMPLE: u64 = 5;

/// Distance between successive states: the odd integer nearest to 2^64 / golden ratio.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// Generates 64-bit pseudo-random numbers with a period of 2^64.
///
/// The algorithm is `SplitMix` of Steele, Lea and Flood (2014), "Fast splittable
/// pseudorandom number generators"; the constants are those of Vigna's
/// public-domain `splitmix64.c`.
pub(crate) struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// Starts the stream that belongs to `seed`; every seed is a good one.
    pub(crate) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Returns the next 64 random bits.
    pub(crate) fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GAMMA);
        mix(self.state)
    }

    /// Returns a uniform integer in `0..n`, without modulo bias; 0 when `n` is 0.
    ///
    /// Lemire (2019), "Fast random integer generation in an interval": the high
    /// half of a 128-bit product is the result, the low half says whether the
    /// draw falls into the part of the range that would be counted once too often.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        if n == 0 {
            return 0;
        }
        let surplus = n.wrapping_neg() % n; // 2^64 mod n
        loop {
            let (low, high) = self.next_u64().carrying_mul(n, 0);
            if low >= surplus {
                return high;
            }
        }
    }

    /// Permutes `items` uniformly (Fisher-Yates, from the end).
    #[expect(clippy::cast_possible_truncation, reason = "a draw is at most an index")]
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = self.below(last as u64 + 1) as usize;
            items.swap(last, chosen);
        }
    }
}

/// Derives the seed of an independent stream, such as one tree of a forest.
///
/// For one `seed` no two streams share a derived seed, and neighbouring seeds or
/// streams give unrelated ones. The result is output number `stream` of a
/// generator that starts at the scrambled `seed`.
pub(crate) fn derive(seed: u64, stream: u64) -> u64 {
    let start = mix(seed.wrapping_add(GAMMA));
    SplitMix64::new(start.wrapping_add(stream.wrapping_mul(GAMMA))).next_u64()
}

/// Scrambles all bits of `z`; a bijection (Stafford's variant 13 of `MurmurHash3`).
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Reference output of `splitmix64.c` for seed 1234567.
    #[test]
    fn matches_the_reference() {
        let mut rng = SplitMix64::new(1_234_567);
        let drawn: [u64; 5] = std::array::from_fn(|_| rng.next_u64());
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(drawn, expected);
    }

    #[test]
    fn below_is_uniform_and_in_range() {
        let mut rng = SplitMix64::new(7);
        let mut seen = [0_u32; 6];
        for _ in 0..60_000 {
            seen[usize::try_from(rng.below(6)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|&n| (9_600..10_400).contains(&n)), "{seen:?}");
    }

    #[test]
    fn below_covers_the_edges() {
        let mut rng = SplitMix64::new(7);
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.below(1), 0);
        // With n = 2^63 + 1 nearly every second draw is rejected.
        let n = (1 << 63) + 1;
        assert!((0..1_000).all(|_| rng.below(n) < n));
    }

    #[test]
    fn shuffle_reaches_every_permutation_equally() {
        let mut rng = SplitMix64::new(7);
        let mut seen = [0_u32; 6];
        for _ in 0..60_000 {
            let mut items = [0_usize, 1, 2];
            rng.shuffle(&mut items);
            seen[items[0] * 2 + usize::from(items[1] > items[2])] += 1;
        }
        assert!(seen.iter().all(|&n| (9_600..10_400).contains(&n)), "{seen:?}");
    }

    #[test]
    fn shuffle_accepts_short_slices() {
        let mut rng = SplitMix64::new(7);
        rng.shuffle::<u8>(&mut []);
        let mut one = [9];
        rng.shuffle(&mut one);
        assert_eq!(one, [9]);
    }

    #[test]
    fn derived_seeds_differ() {
        let seeds: HashSet<u64> =
            (0..100).flat_map(|seed| (0..100).map(move |stream| derive(seed, stream))).collect();
        assert_eq!(seeds.len(), 10_000);
    }

    /// Pins the derivation: a change here changes every artifact.
    #[test]
    fn derivation_is_stable() {
        assert_eq!(derive(0, 0), 12_035_550_249_420_947_055);
        assert_eq!(derive(0, 1), 12_935_080_325_729_570_654);
        assert_eq!(derive(1, 0), 6_791_897_765_849_424_158);
    }
}
