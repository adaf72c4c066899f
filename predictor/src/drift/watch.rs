//! Where the cells of the training data fell, and where those of a batch fall.

use model_format::Artifact;
use model_format::manifest::ColumnStatistics;

use crate::block::UNSEEN;

/// Bins of a numeric column that are told apart at most; a file may have any number.
const MAX_BINS: usize = 20;
/// Chunks of input of which every row is counted; then about one row in [`SPARSE`] is.
const DENSE_CHUNKS: u64 = 2;
/// Rows from one that is counted to the next, on average. The gaps differ, so that no order of the
/// rows, sorted or in turns, makes those that are counted unlike the others.
const SPARSE: usize = 8;
/// Sums that are added up side by side; their number is part of the result.
const LANES: usize = 8;

/// What training saw in every column, and where its counts lie in a [`Tally`].
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    /// In the order of the schema's numeric columns.
    pub(super) numeric: Vec<Numeric>,
    /// In the order of the schema's text columns.
    pub(super) text: Vec<Text>,
    n_cells: usize,
}

/// A numeric column. Its counts: missing cells, values below `min`, values above `max`, then the
/// values above each edge.
#[derive(Clone, Debug)]
pub(super) struct Numeric {
    /// Index among the schema's columns.
    pub(super) column: usize,
    /// First count in the tally.
    pub(super) at: usize,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) mean: f64,
    pub(super) std: f64,
    pub(super) missing: u64,
    /// Inner edges of the bins, ascending.
    pub(super) edges: Vec<f64>,
    /// Values per bin, one more than there are edges.
    pub(super) bins: Vec<u64>,
}

/// A text column. Its counts: missing cells, unseen texts, then the cells of each level.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// Index among the schema's columns.
    pub(super) column: usize,
    /// First count in the tally.
    pub(super) at: usize,
    pub(super) missing: u64,
    pub(super) levels: Vec<u64>,
}

impl Numeric {
    pub(super) const MISSING: usize = 0;
    pub(super) const BELOW: usize = 1;
    pub(super) const ABOVE: usize = 2;
    pub(super) const EDGES: usize = 3;
}

impl Text {
    pub(super) const MISSING: usize = 0;
    pub(super) const UNSEEN: usize = 1;
    pub(super) const LEVELS: usize = 2;
}

impl Watch {
    /// `None` if the model carries no statistics.
    pub(crate) fn new(artifact: &Artifact) -> Option<Self> {
        artifact.manifest().statistics.as_deref().map(Self::of)
    }

    /// The statistics of the columns, in schema order.
    pub(super) fn of(statistics: &[ColumnStatistics]) -> Self {
        let mut watch = Self { numeric: Vec::new(), text: Vec::new(), n_cells: 0 };
        for (column, statistics) in statistics.iter().enumerate() {
            let at = watch.n_cells;
            match statistics {
                ColumnStatistics::Numeric {
                    missing,
                    min,
                    max,
                    mean,
                    std,
                    bin_edges,
                    bin_counts,
                    ..
                } => {
                    let together = bin_counts.len().div_ceil(MAX_BINS).max(1);
                    let edges: Vec<f64> =
                        bin_edges.iter().skip(together - 1).step_by(together).copied().collect();
                    let sum =
                        |counts: &[u64]| counts.iter().fold(0u64, |a, b| a.saturating_add(*b));
                    let bins = bin_counts.chunks(together).map(sum).collect();
                    watch.n_cells += Numeric::EDGES + edges.len();
                    let (min, max, mean, std, missing) = (*min, *max, *mean, *std, *missing);
                    watch.numeric.push(Numeric {
                        column,
                        at,
                        min,
                        max,
                        mean,
                        std,
                        missing,
                        edges,
                        bins,
                    });
                }
                ColumnStatistics::Text { level_counts, missing } => {
                    watch.n_cells += Text::LEVELS + level_counts.len();
                    let (levels, missing) = (level_counts.clone(), *missing);
                    watch.text.push(Text { column, at, missing, levels });
                }
            }
        }
        watch
    }

    /// How many values of numeric column `i` lie below and above the training range.
    pub(crate) fn outside(&self, i: usize, values: &[f64]) -> (usize, usize) {
        let Numeric { min, max, .. } = &self.numeric[i];
        let below = values.iter().filter(|v| *v < min).count();
        let above = values.iter().filter(|v| *v > max).count();
        (below, above)
    }

    /// Whether all values of numeric column `i` are there, and within the training range.
    pub(crate) fn all_inside(&self, i: usize, values: &[f64]) -> bool {
        let Numeric { min, max, .. } = &self.numeric[i];
        let inside = |v: &f64| usize::from(*min <= *v && *v <= *max);
        values.iter().map(inside).sum::<usize>() == values.len()
    }

    /// Number of columns.
    pub(super) fn n_columns(&self) -> usize {
        self.numeric.len() + self.text.len()
    }
}

/// Where the cells of a chunk of input fall.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tally {
    /// Rows of the chunk, and those of them whose cells were counted.
    seen: u64,
    rows: u64,
    cells: Vec<u64>,
    /// Sum of the values per numeric column.
    sums: Vec<f64>,
    /// Rows of the current block whose cells are counted; `None`: all of them.
    picked: Option<Vec<usize>>,
    /// Their values in one column.
    sample: Vec<f64>,
    /// Rows until the next that is counted, and what the gap after that comes from.
    wait: usize,
    dice: u64,
}

impl Tally {
    /// Counts for one chunk of input, the `index`-th.
    pub(crate) fn new(watch: &Watch, index: u64) -> Self {
        let (cells, sums) = (vec![0; watch.n_cells], vec![0.0; watch.numeric.len()]);
        let picked = (index >= DENSE_CHUNKS).then(Vec::new);
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
        watch: &Watch,
        i: usize,
        values: &[f64],
        counted: [usize; Numeric::EDGES],
    ) {
        let column = &watch.numeric[i];
        let (values, counted) = match &self.picked {
            None => (values, counted),
            Some(picked) => {
                self.sample.clear();
                self.sample.extend(picked.iter().map(|row| values[*row]));
                let missing = self.sample.iter().filter(|v| v.is_nan()).count();
                let (below, above) = watch.outside(i, &self.sample);
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

    /// Counts the codes of text column `i`; what is neither a level nor [`UNSEEN`] is missing.
    pub(crate) fn texts(&mut self, watch: &Watch, i: usize, codes: &[u32]) {
        let column = &watch.text[i];
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

/// Where the cells of a batch fall. Rows that were counted stand for those of their chunk that were
/// not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Totals {
    /// Rows whose cells were counted.
    pub(super) counted: u64,
    /// Sum of what the rows stand for, and of its square.
    rows: f64,
    squares: f64,
    cells: Vec<f64>,
    sums: Vec<f64>,
}

impl Totals {
    pub(crate) fn new(watch: &Watch) -> Self {
        let (cells, sums) = (vec![0.0; watch.n_cells], vec![0.0; watch.numeric.len()]);
        Self { counted: 0, rows: 0.0, squares: 0.0, cells, sums }
    }

    /// Adds the next chunk. The sums depend on the order of the chunks, which is that of the input.
    pub(crate) fn add(&mut self, chunk: &Tally) {
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
