//! Format version 2: a small manifest, and everything that grows with the model in sections.
//!
//! The manifest says which columns there are, what happens to a row, and which sections hold the rest:
//! categories and golden cells as texts, statistics as numbers. `docs/format.md` has every byte.

mod read;
mod texts;
mod write;

use serde::{Deserialize, Serialize};

use crate::fields::{Identity, Provenance, Task};
use crate::program::ProgramSpec;
use crate::program::slot::ArrayId;
use crate::short;
use texts::Texts;

/// What the bytes of the manifest say, not yet what can be trusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// Who this model is.
    identity: Identity,
    /// What it predicts.
    task: Task,
    /// What it reads, in the order in which columns are slots.
    #[serde(deserialize_with = "short::list")]
    columns: Vec<Column>,
    /// The categories of all columns, one column after the other.
    categories: Texts,
    /// Cells that mean "missing" after trimming.
    missing_tokens: Vec<String>,
    /// What happens to a row.
    program: ProgramSpec,
    /// One entry per section after the manifest, in order.
    #[serde(deserialize_with = "short::list")]
    arrays: Vec<ArraySpec>,
    /// Rows that every load replays.
    golden: Golden,
    /// Training statistics; absent if the trainer was asked to leave them out.
    statistics: Option<Statistics>,
    /// Where the model comes from.
    provenance: Provenance,
}

/// One column of the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Column {
    name: String,
    kind: ColumnKind,
}

/// How the cells of a column are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum ColumnKind {
    /// Finite decimal numbers.
    Numeric {
        /// Whether a missing number is kept for the program, or makes the row bad.
        keeps_missing: bool,
    },
    /// One of the next `n_categories` categories.
    Categorical {
        n_categories: u64,
        /// Whether missing cells are a category of their own, with code `n_categories`.
        missing_category: bool,
    },
    /// Any text.
    Document,
}

/// What one array section holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ArraySpec {
    name: String,
    dtype: Dtype,
    shape: Vec<u64>,
}

/// Element types of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Dtype {
    F64,
    U64,
    U32,
    U16,
    U8,
}

/// Made-up rows and what the training library predicted for them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Golden {
    /// Cells row by row, one per column.
    cells: Texts,
    /// Label or cluster per row, u32; none for regression.
    labels: ArrayId,
    /// The numbers of the predictions, f64, row by row.
    values: ArrayId,
}

/// What training saw in the columns; a list per numeric column, document or category is in the order of columns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Statistics {
    /// Cells that were missing, u64, per column.
    missing: ArrayId,
    /// Cells that hold a number or a text, u64, per column that is not categorical.
    counts: ArrayId,
    /// Minimum, maximum, mean and standard deviation, f64 `[n_numeric, 4]`.
    summaries: ArrayId,
    /// Quantiles, f64 `[n_numeric, 21]`.
    quantiles: ArrayId,
    /// Inner edges of the bins of all numeric columns, f64.
    edges: ArrayId,
    /// Where the edges of each numeric column end, u64.
    edge_ends: ArrayId,
    /// Cells per bin, u64: one more per numeric column than it has edges.
    bin_counts: ArrayId,
    /// Cells per category, u64.
    category_counts: ArrayId,
}

/// Numbers of a summary.
const N_SUMMARY: usize = 4;
