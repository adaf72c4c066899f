//! Rows of the kernel matrix, computed when they are needed and kept while there is room.

use cli_common::error::Result;
use model_format::manifest::Kernel;

use super::kernel::{CHUNK, apply_to_rows};
use crate::engine::guard;

/// Bytes of kernel values that all machines of a fit may keep, and once more of the rows that are
/// not set aside: 5,792 rows whole.
pub(super) const MAX_KEPT_BYTES: usize = 256 << 20;
/// Rows and columns of the squares in which a matrix is mirrored.
const SQUARE: usize = 64;

/// Kernel values that are worth another thread.
const WORTH_A_THREAD: usize = 1 << 22;

/// The kernel matrix of the rows of one machine, or of some of them.
pub(super) struct KernelRows<'a> {
    kernel: Kernel,
    /// `[n_features, n_rows]`
    columns: Vec<Vec<f64>>,
    /// The kernel of each row with itself.
    diagonal: Vec<f64>,
    /// Each row of the matrix that is kept, `[n_rows]`.
    kept: Vec<Option<Box<[f64]>>>,
    /// When each row was last used.
    used: Vec<u64>,
    clock: u64,
    n_kept: usize,
    max_kept: usize,
    /// The matrix that these rows were chosen from, and their places in it.
    source: Option<(&'a KernelRows<'a>, &'a [usize])>,
}

impl<'a> KernelRows<'a> {
    /// The matrix of the rows of `columns`, of which at most `max_bytes` are kept.
    pub(super) fn new(
        kernel: Kernel,
        columns: Vec<Vec<f64>>,
        n_rows: usize,
        max_bytes: usize,
    ) -> Self {
        let mut diagonal = vec![0.0; n_rows];
        for (i, value) in diagonal.iter_mut().enumerate() {
            apply_to_rows(kernel, &columns, i, i, std::slice::from_mut(value));
        }
        let row_bytes = (n_rows * size_of::<f64>()).max(1);
        Self {
            kernel,
            columns,
            diagonal,
            kept: vec![None; n_rows],
            used: vec![0; n_rows],
            clock: 0,
            n_kept: 0,
            // A step needs two rows at a time.
            max_kept: (max_bytes / row_bytes).max(2),
            source: None,
        }
    }

    /// The matrix of some of the rows, which keeps as many bytes again.
    pub(super) fn of_rows(&'a self, rows: &'a [usize]) -> Self {
        let of_column = |column: &Vec<f64>| rows.iter().map(|row| column[*row]).collect();
        let columns = self.columns.iter().map(of_column).collect();
        let max_bytes = self.max_kept.saturating_mul(self.n_rows() * size_of::<f64>());
        let matrix = Self::new(self.kernel, columns, rows.len(), max_bytes);
        Self { source: Some((self, rows)), ..matrix }
    }

    /// Number of rows.
    fn n_rows(&self) -> usize {
        self.diagonal.len()
    }

    /// Targets less the sums of kernel values that are weighted with the coefficients.
    pub(super) fn residuals(
        &self,
        targets: &[f64],
        coefficients: &[f64],
        threads: usize,
    ) -> Result<Vec<f64>> {
        let vectors: Vec<(usize, f64)> =
            coefficients.iter().copied().enumerate().filter(|(_, w)| *w != 0.0).collect();
        let of_part = |number: usize, targets: &[f64]| {
            let start = number * CHUNK;
            let mut residuals = targets.to_vec();
            let mut computed = vec![0.0; targets.len()];
            for (i, w) in &vectors {
                let kernels = if let Some(row) = &self.kept[*i] {
                    &row[start..start + targets.len()]
                } else {
                    apply_to_rows(self.kernel, &self.columns, *i, start, &mut computed);
                    &computed
                };
                for (residual, kernel) in residuals.iter_mut().zip(kernels) {
                    *residual -= w * kernel;
                }
            }
            residuals
        };
        let parts: Vec<&[f64]> = targets.chunks(CHUNK).collect();
        let threads = threads.min(1 + vectors.len() * targets.len() / WORTH_A_THREAD);
        let done = guard::run(threads, |thread| {
            let mine = parts.iter().enumerate().skip(thread).step_by(threads);
            Ok(mine.map(|(number, part)| of_part(number, part)).collect::<Vec<_>>())
        })?;
        let mut done: Vec<_> = done.into_iter().map(Vec::into_iter).collect();
        let in_turn = (0..parts.len()).filter_map(|number| done[number % threads].next());
        Ok(in_turn.flatten().collect())
    }

    /// Computes the whole matrix on several threads, if it may be kept.
    pub(super) fn fill(&mut self, threads: usize) -> Result<()> {
        let n_rows = self.n_rows();
        if n_rows > self.max_kept || threads < 2 {
            return Ok(());
        }
        let (kernel, columns) = (self.kernel, &self.columns);
        // The rows of a thread from the diagonal on; the rest is their mirror image.
        let parts = guard::run(threads, |thread| {
            let row = |i: usize| {
                let mut row = vec![0.0; n_rows].into_boxed_slice();
                apply_to_rows(kernel, columns, i, i, &mut row[i..]);
                row
            };
            Ok((thread..n_rows).step_by(threads).map(row).collect::<Vec<_>>())
        })?;
        let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
        let in_turn = (0..n_rows).filter_map(|i| parts[i % threads].next());
        let mut rows: Vec<Box<[f64]>> = in_turn.collect();
        mirror(&mut rows);
        self.n_kept = rows.len();
        self.kept = rows.into_iter().map(Some).collect();
        Ok(())
    }

    /// Row `i`, row `j` and the diagonal.
    pub(super) fn pair(&mut self, i: usize, j: usize) -> (&[f64], &[f64], &[f64]) {
        self.keep(i);
        self.keep(j);
        let row = |i: usize| self.kept[i].as_deref().unwrap_or_default();
        (row(i), row(j), &self.diagonal)
    }

    /// Row `i` and the diagonal.
    pub(super) fn row(&mut self, i: usize) -> (&[f64], &[f64]) {
        self.keep(i);
        (self.kept[i].as_deref().unwrap_or_default(), &self.diagonal)
    }

    /// Makes sure that row `i` is kept, if need be instead of the row unused for longest.
    fn keep(&mut self, i: usize) {
        self.clock += 1;
        self.used[i] = self.clock;
        if self.kept[i].is_some() {
            return;
        }
        let spare = if self.n_kept < self.max_kept { None } else { self.take_oldest() };
        let mut row = spare.unwrap_or_else(|| {
            self.n_kept += 1;
            vec![0.0; self.n_rows()].into_boxed_slice()
        });
        match self.source.and_then(|(all, rows)| Some((all.kept[rows[i]].as_ref()?, rows))) {
            Some((whole, rows)) => {
                row.iter_mut().zip(rows).for_each(|(value, at)| *value = whole[*at]);
            }
            None => apply_to_rows(self.kernel, &self.columns, i, 0, &mut row),
        }
        self.kept[i] = Some(row);
    }

    /// The space of the row unused for longest.
    fn take_oldest(&mut self) -> Option<Box<[f64]>> {
        let kept = self.kept.iter().zip(&self.used).enumerate();
        let oldest = kept.filter(|(_, (row, _))| row.is_some()).min_by_key(|(_, (_, used))| **used);
        oldest.map(|(at, _)| at).and_then(|at| self.kept[at].take())
    }
}

/// Copies what is above the diagonal to below it.
fn mirror(rows: &mut [Box<[f64]>]) {
    for start in (0..rows.len()).step_by(SQUARE) {
        let end = (start + SQUARE).min(rows.len());
        let (above, below) = rows.split_at_mut(start);
        let below = &mut below[..end - start];
        for (j, row) in above.iter().enumerate() {
            for (target, value) in below.iter_mut().zip(&row[start..end]) {
                target[j] = *value;
            }
        }
        for i in 1..below.len() {
            let (above, below) = below.split_at_mut(i);
            for (j, row) in above.iter().enumerate() {
                below[0][start + j] = row[start + i];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(n_rows: usize) -> Vec<Vec<f64>> {
        let value = |f: usize, i: usize| ((i * 37 + f * 101) % 64) as f64 / 16.0 - 2.0;
        (0..3).map(|f| (0..n_rows).map(|i| value(f, i)).collect()).collect()
    }

    fn bits(rows: &mut KernelRows<'_>) -> Vec<u64> {
        (0..rows.n_rows())
            .flat_map(|i| rows.row(i).0.iter().map(|v| v.to_bits()).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn the_same_bits_whether_filled_kept_or_computed_again() {
        let kernels = [
            Kernel::Linear,
            Kernel::Rbf { gamma: 0.5 },
            Kernel::Polynomial { degree: 3, gamma: 0.3, coef0: 1.0 },
            Kernel::Sigmoid { gamma: 0.2, coef0: -0.5 },
        ];
        for kernel in kernels {
            for n_rows in [1, 2, 63, 64, 65, 200] {
                let mut lazy = KernelRows::new(kernel, columns(n_rows), n_rows, usize::MAX);
                let expected = bits(&mut lazy);
                let mut few = KernelRows::new(kernel, columns(n_rows), n_rows, 0);
                assert_eq!(bits(&mut few), expected);
                for threads in [2, 3] {
                    let mut filled = KernelRows::new(kernel, columns(n_rows), n_rows, usize::MAX);
                    filled.fill(threads).unwrap();
                    assert_eq!(filled.n_kept, n_rows);
                    assert_eq!(bits(&mut filled), expected, "{kernel:?} {n_rows} {threads}");
                }
            }
        }
    }

    #[test]
    fn no_more_rows_are_kept_than_there_is_room_for() {
        let mut rows = KernelRows::new(Kernel::Linear, columns(50), 50, 10 * 50 * 8);
        for i in (0..50).chain([3, 3, 49]) {
            rows.pair(i, 0);
            assert!(rows.kept.iter().flatten().count() <= 10);
            assert!(rows.kept[i].is_some() && rows.kept[0].is_some());
        }
    }
}
