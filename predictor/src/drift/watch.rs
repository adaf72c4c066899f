//! Where the cells of the training data fell, and where those of a batch fall.

use model_format::Artifact;
use model_format::manifest::ColumnStatistics;

/// Bins of a numeric column that are told apart at most; a file may have any number.
const MAX_BINS: usize = 20;
/// Chunks of input of which every block is counted; then one block in [`SPARSE`] is.
const DENSE_CHUNKS: u64 = 4;
/// See [`DENSE_CHUNKS`].
const SPARSE: u64 = 8;
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
    /// Blocks until the next one that is counted, and from one to the next.
    wait: u64,
    every: u64,
}

impl Tally {
    /// Counts for one chunk of input, the `index`-th.
    pub(crate) fn new(watch: &Watch, index: u64) -> Self {
        let every = if index < DENSE_CHUNKS { 1 } else { SPARSE };
        let (cells, sums) = (vec![0; watch.n_cells], vec![0.0; watch.numeric.len()]);
        Self { seen: 0, rows: 0, cells, sums, wait: 0, every }
    }

    /// Whether the next block of `n_rows` rows is to be counted.
    pub(crate) fn wants(&mut self, n_rows: usize) -> bool {
        let wants = self.wait == 0;
        self.seen += n_rows as u64;
        if wants {
            self.rows += n_rows as u64;
            self.wait = self.every;
        }
        self.wait -= 1;
        wants
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
        let cells = &mut self.cells[column.at..][..Numeric::EDGES + column.edges.len()];
        let above = column.edges.iter().map(|edge| values.iter().filter(|v| *v > edge).count());
        for (cell, found) in cells.iter_mut().zip(counted.into_iter().chain(above)) {
            *cell += found as u64;
        }
        self.sums[i] += sum(values);
    }

    /// Counts the codes of text column `i`; how many are missing and unseen was counted before.
    pub(crate) fn texts(
        &mut self,
        watch: &Watch,
        i: usize,
        codes: &[u32],
        counted: [usize; Text::LEVELS],
    ) {
        let column = &watch.text[i];
        let cells = &mut self.cells[column.at..][..Text::LEVELS + column.levels.len()];
        let (totals, levels) = cells.split_at_mut(Text::LEVELS);
        totals.iter_mut().zip(counted).for_each(|(cell, found)| *cell += found as u64);
        for code in codes {
            if let Some(level) = levels.get_mut(*code as usize) {
                *level += 1;
            }
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
