//! What a model file says of its model besides its arrays, whatever the version of the file.

pub use crate::fields::{
    ArraySpec, ColumnKind, ColumnSpec, ColumnStatistics, Dtype, GoldenRows, Identity, Kernel,
    Metric, Provenance, ReduceMethod, SchemaSpec, Task, Weights,
};
use crate::program::ProgramSpec;

/// Everything in an artifact but its arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// Who this model is.
    pub identity: Identity,
    /// What it predicts.
    pub task: Task,
    /// What it reads.
    pub schema: SchemaSpec,
    /// Whether a missing number is kept, because the program can use it, or makes the row bad; one entry per
    /// column, `true` for categorical ones.
    pub keeps_missing: Vec<bool>,
    /// What happens to a row.
    pub program: ProgramSpec,
    /// One entry per section after the manifest, in order.
    pub arrays: Vec<ArraySpec>,
    /// Rows that every load replays.
    pub golden: GoldenRows,
    /// Training statistics, one entry per schema column; absent if the trainer was asked to leave them out.
    pub statistics: Option<Vec<ColumnStatistics>>,
    /// Where the model comes from.
    pub provenance: Provenance,
}
