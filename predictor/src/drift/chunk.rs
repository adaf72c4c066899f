//! Where the cells of a chunk of input fall.

use super::reference::{Numeric, Reference, Text};
use crate::block::UNSEEN;

/// Bytes of input of which every row is counted; then about one row in [`SPARSE`] is.
const DENSE: u64 = 2 << 20;
/// Rows from one that is counted to the next, on average. The gaps differ, so that no order of the
/// rows, sorted or in turns, makes those that are counted unlike the others.
const SPARSE: usize = 8;
/// Sums that are added up side by side; their number is part of the result.
const LANES: usize = 8;

/// Where the cells of a chunk of input fall.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChunkStats {
    /// Rows of the chunk, and those of them whose cells were counted.
    pub(super) seen: u64,
    pub(super) rows: u64,
    pub(super) cells: Vec<u64>,
    /// Sum of the values per numeric column.
    pub(super) sums: Vec<f64>,
    /// Rows of the current block whose cells are counted; `None`: all of them.
    picked: Option<Vec<usize>>,
    /// Their values in one column.
    sample: Vec<f64>,
    /// Rows until the next that is counted, and what the gap after that comes from.
    wait: usize,
    dice: u64,
}

impl ChunkStats {
    /// Counts for one chunk of input, the `index`-th of about `size` bytes each.
    pub(crate) fn new(reference: &Reference, index: u64, size: usize) -> Self {
        let (cells, sums) = (vec![0; reference.n_cells], vec![0.0; reference.numeric.len()]);
        let picked = (index.saturating_mul(size as u64) >= DENSE).then(Vec::new);
        Self { seen: 0, rows: 0, cells, sums, picked, sample: Vec::new(), wait: 0, dice: index }
    }

    /// Begins a block of `n_rows` rows.
    pub(crate) fn begin(&mut self, n_rows: usize) {
        self.seen += n_rows as u64;
        let Some(picked) = &mut self.picked else {
            self.rows += n_rows as u64;
            return;
        };
        picked.clear();
        while self.wait < n_rows {
            picked.push(self.wait);
            // The multiplier and increment of Knuth's MMIX; the high bits are the random ones.
            self.dice = self
                .dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let spread = (self.dice >> 40) as usize % (SPARSE + 1);
            self.wait += SPARSE / 2 + spread;
        }
        self.wait -= n_rows;
        self.rows += picked.len() as u64;
    }

    /// Counts the values of numeric column `i`; NaN is a missing cell.
    /// How many are missing, below and above the range was counted before.
    pub(crate) fn numbers(
        &mut self,
        reference: &Reference,
        i: usize,
        values: &[f64],
        counted: [usize; Numeric::EDGES],
    ) {
        let column = &reference.numeric[i];
        let (values, counted) = match &self.picked {
            None => (values, counted),
            Some(picked) => {
                self.sample.clear();
                self.sample.extend(picked.iter().map(|row| values[*row]));
                let missing = self.sample.iter().filter(|v| v.is_nan()).count();
                let (below, above) = reference.outside(i, &self.sample);
                (self.sample.as_slice(), [missing, below, above])
            }
        };
        let cells = &mut self.cells[column.at..][..Numeric::EDGES + column.edges.len()];
        let above = column.edges.iter().map(|edge| values.iter().filter(|v| *v > edge).count());
        for (cell, found) in cells.iter_mut().zip(counted.into_iter().chain(above)) {
            *cell += found as u64;
        }
        self.sums[i] += sum(values);
    }

    /// Counts the codes of categorical column `i`; what is neither a category nor [`UNSEEN`] is missing.
    pub(crate) fn categories(&mut self, reference: &Reference, i: usize, codes: &[u32]) {
        let column = &reference.text[i];
        let cells = &mut self.cells[column.at..][..Text::LEVELS + column.levels.len()];
        let mut count = |code: u32| {
            let cell = match code {
                UNSEEN => Text::UNSEEN,
                _ if (code as usize) < column.levels.len() => Text::LEVELS + code as usize,
                _ => Text::MISSING,
            };
            cells[cell] += 1;
        };
        match &self.picked {
            None => codes.iter().for_each(|code| count(*code)),
            Some(picked) => picked.iter().for_each(|row| count(codes[*row])),
        }
    }
}

/// Sum of the values that are not NaN, in an order that no compiler may change.
fn sum(values: &[f64]) -> f64 {
    let present = |v: f64| if v.is_nan() { 0.0 } else { v };
    let mut lanes = [0.0; LANES];
    let mut chunks = values.chunks_exact(LANES);
    for chunk in &mut chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += present(*v);
        }
    }
    let rest = chunks.remainder().iter().fold(0.0, |sum, v| sum + present(*v));
    lanes.iter().fold(rest, |sum, lane| sum + lane)
}
