//! Reference statistics: where the cells of the training data fell.

use model_format::Artifact;
use model_format::manifest::ColumnStatistics;

/// Bins of a numeric column that are told apart at most; a file may have any number.
const MAX_BINS: usize = 20;

/// What training saw in every column, and where its counts lie in a [`ChunkStats`].
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// In the order of the schema's numeric columns.
    pub(super) numeric: Vec<Numeric>,
    /// In the order of the schema's categorical columns, then of its documents.
    pub(super) text: Vec<Text>,
    pub(super) n_cells: usize,
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

/// A categorical column, or a document, whose only category is that it is there. Its counts: missing cells, unseen texts, then the cells of each category.
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

impl Reference {
    /// `None` if the model carries no statistics.
    pub(crate) fn new(artifact: &Artifact) -> Option<Self> {
        artifact.manifest().statistics.as_deref().map(Self::of)
    }

    /// The statistics of the columns, in schema order.
    pub(super) fn of(statistics: &[ColumnStatistics]) -> Self {
        let mut reference = Self { numeric: Vec::new(), text: Vec::new(), n_cells: 0 };
        let mut documents = Vec::new();
        for (column, statistics) in statistics.iter().enumerate() {
            let at = reference.n_cells;
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
                    reference.n_cells += Numeric::EDGES + edges.len();
                    let (min, max, mean, std, missing) = (*min, *max, *mean, *std, *missing);
                    reference.numeric.push(Numeric {
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
                    reference.n_cells += Text::LEVELS + level_counts.len();
                    let (levels, missing) = (level_counts.clone(), *missing);
                    reference.text.push(Text { column, at, missing, levels });
                }
                ColumnStatistics::Document { count, missing } => {
                    reference.n_cells += Text::LEVELS + 1;
                    documents.push(Text { column, at, missing: *missing, levels: vec![*count] });
                }
            }
        }
        reference.text.extend(documents);
        reference
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
