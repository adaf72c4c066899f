//! Rows of CSV by chance, the same in every run.

use std::io::Write as _;

/// Rows of a table: at least as many as a block has room for.
const N_ROWS: usize = 2048;
/// Texts of a categorical column.
pub(crate) const LEVELS: [&str; 8] =
    ["basic", "business", "family", "none", "premium", "standard", "student", "trial"];
/// Where the numbers of a column begin, and how far they go.
pub(crate) const START: f64 = -2.0;
pub(crate) const RANGE: f64 = 20.0;

/// A sequence of numbers that looks random (`splitmix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    /// From `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.next() >> 11) as f64 / (1u64 << 53) as f64)
    }

    /// `n` numbers from `low` to `high`.
    pub(crate) fn numbers(&mut self, n: usize, low: f64, high: f64) -> Vec<f64> {
        (0..n).map(|_| self.between(low, high)).collect()
    }
}

/// What stands in the cells of a column.
#[derive(Clone, Copy)]
pub(crate) enum Cells {
    /// Numbers of 6 to 9 digits.
    Short,
    /// The same; one in a hundred cells is empty.
    WithGaps,
    /// Numbers of 17 digits.
    Long,
    /// One of [`LEVELS`].
    Text,
}

impl Cells {
    fn write(self, random: &mut Random, out: &mut Vec<u8>) {
        let number = random.between(START, START + RANGE);
        let decimals = match self {
            Self::Text => {
                return out.extend_from_slice(LEVELS[random.below(LEVELS.len())].as_bytes());
            }
            Self::WithGaps if random.below(100) == 0 => return,
            Self::Short | Self::WithGaps => 5 + random.below(3),
            Self::Long => 15 + usize::from(number.abs() < 10.0),
        };
        write!(out, "{number:.decimals$}").unwrap();
    }
}

/// Rows of these columns, without a header.
pub(crate) fn table(columns: &[Cells]) -> Vec<u8> {
    let (mut random, mut out) = (Random(columns.len() as u64), Vec::new());
    for _ in 0..N_ROWS {
        for (i, cells) in columns.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            cells.write(&mut random, &mut out);
        }
        out.push(b'\n');
    }
    out
}
