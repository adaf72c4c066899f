//! Where the cells of a batch fall, put together of those of its chunks.

use super::chunk::ChunkStats;
use super::reference::Reference;

/// Where the cells of a batch fall. Rows that were counted stand for those of their chunk that were
/// not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BatchStats {
    /// Rows whose cells were counted.
    pub(super) counted: u64,
    /// Sum of what the rows stand for, and of its square.
    rows: f64,
    squares: f64,
    cells: Vec<f64>,
    sums: Vec<f64>,
}

impl BatchStats {
    pub(crate) fn new(reference: &Reference) -> Self {
        let (cells, sums) = (vec![0.0; reference.n_cells], vec![0.0; reference.numeric.len()]);
        Self { counted: 0, rows: 0.0, squares: 0.0, cells, sums }
    }

    /// Adds the next chunk. The sums depend on the order of the chunks, which is that of the input.
    pub(crate) fn add(&mut self, chunk: &ChunkStats) {
        if chunk.rows == 0 {
            return;
        }
        let weight = chunk.seen as f64 / chunk.rows as f64;
        self.counted += chunk.rows;
        self.rows += weight * chunk.rows as f64;
        self.squares += weight * weight * chunk.rows as f64;
        let cells = self.cells.iter_mut().zip(&chunk.cells);
        cells.for_each(|(into, from)| *into += weight * *from as f64);
        let sums = self.sums.iter_mut().zip(&chunk.sums);
        sums.for_each(|(into, from)| *into += weight * from);
    }

    /// Rows of equal weight that say as much as those that were counted (Kish, "Survey sampling",
    /// 1965), and what they make of a weighted count.
    fn effective(&self) -> (f64, f64) {
        let scale = if self.squares > 0.0 { self.rows / self.squares } else { 1.0 };
        (self.rows * scale, scale)
    }

    pub(super) fn rows(&self) -> f64 {
        self.effective().0
    }

    /// The counts of a column, `n` from `at` on.
    pub(super) fn cells(&self, at: usize, n: usize) -> Vec<f64> {
        let (_, scale) = self.effective();
        self.cells[at..][..n].iter().map(|count| count * scale).collect()
    }

    /// The sum of numeric column `i`.
    pub(super) fn sum(&self, i: usize) -> f64 {
        self.sums[i] * self.effective().1
    }
}
