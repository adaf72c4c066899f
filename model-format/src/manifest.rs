//! The manifest: the small structured part of an artifact, carried by bincode.
//!
//! These types are what the bytes say, not yet what can be trusted: `Pipeline::build` checks them
//! and keeps the checked forms. Fields are encoded in the order they are declared in, integers
//! little-endian with fixed width, as `docs/format.md` describes; the crate bincode is used here
//! and nowhere else.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::error::{FormatError, Result};
use crate::limits::{MAX_ENTRIES, MAX_MANIFEST_LEN};

/// Everything in an artifact but its arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Who this model is.
    pub identity: Identity,
    /// What it predicts.
    pub task: Task,
    /// What it reads.
    pub schema: SchemaSpec,
    /// What happens to the columns before the estimator, in order.
    #[serde(deserialize_with = "short")]
    pub steps: Vec<Step>,
    /// The estimator; its numbers are in the arrays.
    pub estimator: EstimatorSpec,
    /// One entry per section after the manifest, in order.
    #[serde(deserialize_with = "short")]
    pub arrays: Vec<ArraySpec>,
    /// Rows that every load replays.
    pub golden: GoldenRows,
    /// Training statistics, one entry per schema column; absent if the trainer was told so.
    #[serde(deserialize_with = "short_option")]
    pub statistics: Option<Vec<ColumnStatistics>>,
    /// Where the model comes from.
    pub provenance: Provenance,
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
    #[serde(deserialize_with = "short")]
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
}

/// One preprocessing step. Vectors have one entry per numeric column, in schema order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Missing number cells become these values. Without this step they make the row bad.
    Impute {
        /// The value of each numeric column.
        values: Vec<f64>,
    },
    /// `(x - mean) / std`.
    StandardScale {
        /// Mean of each numeric column.
        means: Vec<f64>,
        /// Standard deviation of each numeric column, positive.
        stds: Vec<f64>,
    },
    /// `(x - min) / range`.
    MinMaxScale {
        /// Minimum of each numeric column.
        mins: Vec<f64>,
        /// Maximum minus minimum of each numeric column, positive.
        ranges: Vec<f64>,
    },
    /// Categorical columns become one 0/1 feature per category, after the numeric features. A category that
    /// training did not see sets none of them.
    OneHot,
    /// All features become fewer: `projection` `[n_components, n_features]` and
    /// `projection_shift` `[n_components]`. The estimator reads the components.
    Reduce {
        /// How the projection was found.
        method: ReduceMethod,
        /// Features that the estimator reads.
        n_components: u64,
    },
}

impl Step {
    /// Whether missing numbers become others.
    pub(crate) fn imputes(&self) -> bool {
        match self {
            Self::Impute { .. } => true,
            Self::StandardScale { .. }
            | Self::MinMaxScale { .. }
            | Self::OneHot
            | Self::Reduce { .. } => false,
        }
    }

    /// The name of the variant.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Impute { .. } => "Impute",
            Self::StandardScale { .. } => "StandardScale",
            Self::MinMaxScale { .. } => "MinMaxScale",
            Self::OneHot => "OneHot",
            Self::Reduce { .. } => "Reduce",
        }
    }
}

/// How a projection was found; either way it is weighted sums, less a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReduceMethod {
    /// Principal components: the directions in which the centred features vary most.
    Pca,
    /// Singular value decomposition of the features as they are: the shifts are 0.
    Svd,
}

/// Which estimator the arrays belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EstimatorSpec {
    /// `coefficients` `[n_outputs, n_features]` and `intercepts` `[n_outputs]`.
    Linear,
    /// `tree_starts` and `tree_nodes`; the trees of output 0 come first, then those of output 1.
    MeanOfTrees {
        /// 1 for regression and two classes, else the number of classes.
        n_outputs: u64,
    },
    /// `tree_starts` and `tree_nodes`: `base_score`, then `learning_rate` times each tree's leaf is
    /// added in tree order. Regression only.
    BoostedTrees {
        /// The value before the first tree.
        base_score: f64,
        /// What each leaf is multiplied by.
        learning_rate: f64,
    },
    /// `means`, `twice_variances`, `half_log_variances`, each `[n_classes, n_features]`, and
    /// `log_priors` `[n_classes]`.
    GaussianNaiveBayes,
    /// `log_present` and `log_absent`, each `[n_classes, n_features]`, and `log_priors`
    /// `[n_classes]`.
    BernoulliNaiveBayes {
        /// A feature is present if it is greater than this.
        binarize: f64,
    },
    /// `log_probabilities` `[n_classes, n_features]` and `log_priors` `[n_classes]`; each feature
    /// counts as often as its value says.
    MultinomialNaiveBayes,
    /// The same arrays; only categorical columns, a text that training did not see leaves the priors.
    CategoricalNaiveBayes,
    /// `points` `[n_features, n_points]` and `targets` `[n_points]`: training records.
    NearestNeighbors {
        /// Neighbours that are asked.
        k: u64,
        /// How far two rows are from each other.
        metric: Metric,
        /// What a neighbour's answer counts.
        weights: Weights,
    },
    /// `support_vectors` `[n_features, n_vectors]`: training records; `machine_starts`
    /// `[n_machines + 1]`, `machine_vectors` and `machine_weights` `[n_terms]`, and `intercepts`
    /// `[n_machines]`. One machine for regression and two classes, else one per pair of classes.
    SupportVectors {
        /// How alike two rows are.
        kernel: Kernel,
    },
    /// `centroids` `[n_clusters, n_features]`. Clustering only.
    NearestCentroid,
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

/// What one array section holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArraySpec {
    /// Its role, such as `coefficients`.
    pub name: String,
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its shape, outermost dimension first, stored row-major.
    pub shape: Vec<u64>,
}

/// Element types of arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dtype {
    /// IEEE 754 binary64, 8 bytes.
    F64,
    /// Unsigned 64-bit integer, 8 bytes.
    U64,
    /// Tree node, 16 bytes.
    Node,
}

impl Dtype {
    /// Size of one element in bytes.
    pub fn size(self) -> usize {
        match self {
            Self::F64 | Self::U64 => 8,
            Self::Node => 16,
        }
    }
}

/// Made-up rows and what the training library predicted for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// A list whose elements take up to twelve times their bytes in memory: its length is checked
/// before any of them is read. A list of texts or numbers takes no more than three times.
struct Short<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Short<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Elements<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Elements<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {MAX_ENTRIES} elements")
            }

            fn visit_seq<A: SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> std::result::Result<Vec<T>, A::Error> {
                let len = list.size_hint().unwrap_or(0);
                if len > MAX_ENTRIES {
                    return Err(A::Error::invalid_length(len, &self));
                }
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(elements)
            }
        }

        deserializer.deserialize_seq(Elements(PhantomData)).map(Self)
    }
}

fn short<'de, T, D>(deserializer: D) -> std::result::Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Short::deserialize(deserializer).map(|list| list.0)
}

fn short_option<'de, T, D>(deserializer: D) -> std::result::Result<Option<Vec<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Option::<Short<T>>::deserialize(deserializer)?.map(|list| list.0))
}

/// Integers of fixed width, little-endian; every read is charged against the limit before memory
/// is reserved.
fn config() -> impl bincode::config::Config {
    bincode::config::standard()
        .with_little_endian()
        .with_fixed_int_encoding()
        .with_limit::<MAX_MANIFEST_LEN>()
}

impl Manifest {
    /// Encodes the manifest; the same value always gives the same bytes.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let bytes = bincode::serde::encode_to_vec(self, config())
            .map_err(|e| FormatError::manifest("encoding", e.to_string()))?;
        if bytes.len() > MAX_MANIFEST_LEN {
            return Err(FormatError::manifest(
                "size",
                format!("{} bytes, the limit is {MAX_MANIFEST_LEN}", bytes.len()),
            ));
        }
        Ok(bytes)
    }

    /// Decodes a manifest that fills `bytes` to the last one.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let (manifest, used) = bincode::serde::decode_from_slice::<Self, _>(bytes, config())
            .map_err(|e| FormatError::manifest("decoding", e.to_string()))?;
        if used != bytes.len() {
            let what = format!("{used} bytes decoded, the section has {}", bytes.len());
            return Err(FormatError::manifest("decoding", what));
        }
        Ok(manifest)
    }
}
