//! The parts of a manifest that every version has.
//!
//! The types that can be encoded are part of version 1, field by field in the order of their declaration, and
//! must stay as they are.

use serde::{Deserialize, Serialize};

/// What one array section holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ArraySpec {
    /// Its role, such as `coefficients`.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its shape, outermost dimension first, stored row-major.
    pub shape: Vec<u64>,
}

/// Element types of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// IEEE 754 binary64, 8 bytes.
    F64,
    /// Unsigned 64-bit integer, 8 bytes.
    U64,
    /// Tree node of version 1, 16 bytes.
    Node,
    /// Unsigned 32-bit integer, 4 bytes.
    U32,
    /// Unsigned 16-bit integer, 2 bytes.
    U16,
    /// Unsigned 8-bit integer, 1 byte.
    U8,
}

impl Dtype {
    /// Size of one element in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::U64 => 8,
            Self::Node => 16,
            Self::U32 => 4,
            Self::U16 => 2,
            Self::U8 => 1,
        }
    }
}

/// Name and version given by the person who trained the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Name of the model.
    pub name: String,
    /// Version of the model, `X.Y.Z` by convention.
    pub version: String,
    /// Name of the algorithm that trained it, such as `random-forest`.
    pub algorithm: String,
}

/// What is predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// A number.
    Regression {
        /// Name of the target column in the training data.
        target: String,
    },
    /// One of at least two labels.
    Classification {
        /// Name of the target column in the training data.
        target: String,
        /// The labels as they stood in the training data; class `i` is `labels[i]`.
        labels: Vec<String>,
    },
    /// The group a row belongs to; there is no target.
    Clustering {
        /// Names of the groups; cluster `i` is `labels[i]`.
        labels: Vec<String>,
    },
}

impl Task {
    /// `regression`, `classification` or `clustering`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Regression { .. } => "regression",
            Self::Classification { .. } => "classification",
            Self::Clustering { .. } => "clustering",
        }
    }

    /// The labels, or the names of the clusters; empty for regression.
    pub fn labels(&self) -> &[String] {
        match self {
            Self::Classification { labels, .. } | Self::Clustering { labels } => labels,
            Self::Regression { .. } => &[],
        }
    }

    /// Raw outputs of an estimator for it: one for regression and two classes, else one per class.
    pub fn n_outputs(&self) -> usize {
        match self.labels().len() {
            0..=2 => 1,
            n => n,
        }
    }

    /// Name of the target column in the training data, if there is one.
    pub fn target(&self) -> Option<&str> {
        match self {
            Self::Regression { target } | Self::Classification { target, .. } => Some(target),
            Self::Clustering { .. } => None,
        }
    }
}

/// The columns a model reads and the texts that stand for a missing value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SchemaSpec {
    /// Columns in the order the model uses them.
    #[serde(deserialize_with = "crate::short::list")]
    pub columns: Vec<ColumnSpec>,
    /// Cells that mean "missing" after trimming.
    pub missing_tokens: Vec<String>,
}

/// One column of the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnSpec {
    /// Name in the header, trimmed.
    pub name: String,
    /// How its cells are read.
    pub kind: ColumnKind,
}

/// How the cells of a column are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ColumnKind {
    /// Finite decimal numbers.
    Numeric,
    /// One of a set of texts.
    Text {
        /// The texts seen in training, in ascending byte order; category `i` has code `i`.
        levels: Vec<String>,
        /// Whether missing cells are a category of their own, with code `levels.len()`.
        missing_level: bool,
    },
    /// Any text, kept as it is; of version 2 only.
    #[serde(skip)]
    Document,
}

/// How a projection was found; either way it is weighted sums, less a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReduceMethod {
    /// Principal components: the directions in which the centred features vary most.
    Pca,
    /// Singular value decomposition of the features as they are: the shifts are 0.
    Svd,
}

/// How alike two rows are; `dot` is the sum of the products of their features.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kernel {
    /// `dot`.
    Linear,
    /// `exp(-gamma * sum of squared differences)`.
    Rbf {
        /// Inverse of the width.
        gamma: f64,
    },
    /// `(gamma * dot + coef0)` to the power of `degree`.
    Polynomial {
        /// The power.
        degree: u64,
        /// Factor of the dot product.
        gamma: f64,
        /// Added to it.
        coef0: f64,
    },
    /// `tanh(gamma * dot + coef0)`.
    Sigmoid {
        /// Factor of the dot product.
        gamma: f64,
        /// Added to it.
        coef0: f64,
    },
}

/// How far two rows are from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// Root of the sum of squared differences.
    Euclidean,
    /// Sum of absolute differences.
    Manhattan,
    /// `p`-th root of the sum of absolute differences to the power of `p`.
    Minkowski {
        /// The power.
        p: u64,
    },
    /// Share of features that differ.
    Hamming,
}

/// What a neighbour's answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weights {
    /// 1.
    Uniform,
    /// One over its distance; if any distance is 0, those neighbours alone.
    Distance,
}

/// Made-up rows and what the training library predicted for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GoldenRows {
    /// Cells as text, row-major, one per schema column.
    pub cells: Vec<String>,
    /// Predicted class or cluster per row; empty for regression.
    pub labels: Vec<u32>,
    /// The numbers of each row, row-major, see [`Meaning`](crate::program::Meaning).
    pub values: Vec<f64>,
}

/// What training saw in one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ColumnStatistics {
    /// A numeric column.
    Numeric {
        /// Cells that hold a number.
        count: u64,
        /// Cells that were missing.
        missing: u64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Arithmetic mean.
        mean: f64,
        /// Population standard deviation.
        std: f64,
        /// The 0, 5, 10, ... 100 % quantiles: 21 values, each a value of the column.
        quantiles: Vec<f64>,
        /// Strictly ascending inner edges of the bins: bin `i` holds `edges[i-1] < x <= edges[i]`.
        bin_edges: Vec<f64>,
        /// Cells per bin, one more than there are edges.
        bin_counts: Vec<u64>,
    },
    /// A categorical column.
    Text {
        /// Cells per category, in category order.
        level_counts: Vec<u64>,
        /// Cells that were missing.
        missing: u64,
    },
    /// A column of documents; of version 2 only.
    #[serde(skip)]
    Document {
        /// Cells that hold a text.
        count: u64,
        /// Cells that were missing.
        missing: u64,
    },
}

/// How the model came to be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of the trainer.
    pub trainer_version: String,
    /// Version of smartcore.
    pub smartcore_version: String,
    /// Seconds since 1970 taken from `SOURCE_DATE_EPOCH`, if it was set.
    pub created: Option<i64>,
    /// The resolved options of the run, in a fixed order.
    pub options: Vec<(String, String)>,
    /// Seed of every random choice.
    pub seed: u64,
    /// SHA-256 of the training file.
    pub data_sha256: [u8; 32],
    /// Rows in the training file, header not counted.
    pub data_rows: u64,
    /// Columns in the training file.
    pub data_columns: u64,
    /// Rows the estimator was fitted on.
    pub rows_fitted: u64,
    /// Rows the metrics were measured on; none of them was fitted on.
    pub rows_held_out: u64,
    /// Rows left out because their target was missing.
    pub rows_without_target: u64,
    /// Rows per class among the fitted rows; empty for regression.
    pub class_counts: Vec<u64>,
    /// Columns of the training file that the model does not use, and why.
    pub left_out: Vec<(String, String)>,
    /// Metrics on the held-out rows.
    pub metrics: Vec<(String, f64)>,
}
