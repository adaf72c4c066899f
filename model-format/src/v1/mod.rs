//! Format version 1, frozen: what its manifest says, in the order of its bytes.
//!
//! These types are what the bytes say, not yet what can be trusted: `lift` checks the rules of version 1 and
//! makes the program of the model, which is then checked as that of any version. Integers are
//! little-endian with fixed width, as `docs/format.md` describes.

mod facts;
mod lift;

use serde::{Deserialize, Serialize};

use crate::codec;
use crate::container;
use crate::error::{FormatError, Result};
use crate::fields;
pub use crate::fields::{
    ColumnKind, ColumnSpec, ColumnStatistics, GoldenRows, Identity, Kernel, Metric, Provenance,
    ReduceMethod, SchemaSpec, Task, Weights,
};
use crate::short;

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
    #[serde(deserialize_with = "short::list")]
    pub steps: Vec<Step>,
    /// The estimator; its numbers are in the arrays.
    pub estimator: EstimatorSpec,
    /// One entry per section after the manifest, in order.
    #[serde(deserialize_with = "short::list")]
    pub arrays: Vec<ArraySpec>,
    /// Rows that every load replays.
    pub golden: GoldenRows,
    /// Training statistics, one entry per schema column; absent if the trainer was asked to leave them out.
    #[serde(deserialize_with = "short::optional_list")]
    pub statistics: Option<Vec<ColumnStatistics>>,
    /// Where the model comes from.
    pub provenance: Provenance,
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

impl Manifest {
    /// Encodes the manifest; the same value always gives the same bytes.
    pub fn encode(&self) -> Result<Vec<u8>> {
        codec::encode(self)
    }

    /// The manifest of a whole file of version 1.
    ///
    /// # Errors
    ///
    /// What is wrong with the container or with the manifest itself; the model is not checked.
    pub fn of_file(file: &[u8]) -> Result<Self> {
        Self::decode(container::manifest(file)?)
    }

    /// Decodes a manifest that fills `bytes` to the last one.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        codec::decode(bytes)
    }
}

impl From<ArraySpec> for fields::ArraySpec {
    fn from(spec: ArraySpec) -> Self {
        let dtype = match spec.dtype {
            Dtype::F64 => fields::Dtype::F64,
            Dtype::U64 => fields::Dtype::U64,
            Dtype::Node => fields::Dtype::Node,
        };
        Self { name: spec.name, dtype, shape: spec.shape }
    }
}

impl TryFrom<fields::ArraySpec> for ArraySpec {
    type Error = FormatError;

    fn try_from(spec: fields::ArraySpec) -> Result<Self> {
        let dtype = match spec.dtype {
            fields::Dtype::F64 => Dtype::F64,
            fields::Dtype::U64 => Dtype::U64,
            fields::Dtype::Node => Dtype::Node,
            other @ (fields::Dtype::U32 | fields::Dtype::U16 | fields::Dtype::U8) => {
                let what = format!("{other:?}, which version 1 does not have");
                return Err(FormatError::structure(format!("array `{}`", spec.name), what));
            }
        };
        Ok(Self { name: spec.name, dtype, shape: spec.shape })
    }
}
