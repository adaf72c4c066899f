//! What is true of an op. No method has a default, so that the compiler asks every op.

use super::slot::Run;

/// What an exp, pow or tanh is worth in additions.
pub(crate) const FUNCTION: u64 = 64;

/// What a checked op says of itself.
pub trait Facts {
    /// Its name for people.
    const NAME: &'static str;

    /// The slots that it reads.
    fn inputs(&self) -> Vec<Run>;

    /// Whether what it writes is the same to the bit wherever it is computed: sums, products and
    /// comparisons are; what passes through exp, pow or tanh is not.
    fn exact(&self) -> bool;

    /// Whether rows of the training data are what it is made of; `class_counts` are the rows per label or
    /// cluster.
    fn holds_training_rows(&self, class_counts: &[u64]) -> bool;

    /// About how much work it is for one row, in additions: golden rows are fewer where a row is
    /// expensive, and replayed on several cores.
    fn row_cost(&self) -> u64;
}
