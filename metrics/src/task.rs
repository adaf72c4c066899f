//! What is predicted, and in how much memory it is judged: both decide which metrics there are.

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// One of `n` labels.
    Labels {
        /// Number of labels of the model.
        n: usize,
        /// Whether each label comes with its probability.
        probabilities: bool,
    },
    /// A number.
    Numbers,
    /// A cluster; there is no truth, only the distance to its centroid.
    Clusters,
}

/// How much memory curves may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Bounded, whatever the number of rows: beyond 262,144 probabilities they are binned.
    Bounded,
    /// As much as the rows do: curves are exact.
    Free,
}
