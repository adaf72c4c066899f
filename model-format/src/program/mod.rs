//! A pipeline as a straight-line program: a closed list of total, checked operations over numbered slots.
//!
//! The schema's columns are the first slots, in their order; every op reads earlier slots, named by runs,
//! and writes new ones after all that are there. There are no loops, no branches and no user expressions, so
//! time and memory of a row are bounded by the widths. [`Program`] is a program that was checked front to
//! back, once; kernels need no checks.

mod arrays;
pub mod builder;
mod facts;
pub mod ops;
mod origin;
mod scope;
pub mod slot;

use serde::{Deserialize, Serialize};

use crate::error::{FormatError, Result};
use crate::fields::Task;
use crate::limits::{MAX_OPS, MAX_ROW_COST, ROW_COST_PER_BYTE};
use crate::schema::{Schema, count};
pub(crate) use arrays::{Arrays, Claims};
pub use facts::Facts;
use ops::affine::{Affine, AffineSpec};
use ops::average::{Average, AverageSpec};
use ops::bayes::{BayesSpec, NaiveBayes};
use ops::centroids::{Centroids, CentroidsSpec};
use ops::impute::{Impute, ImputeSpec};
use ops::interpolate::{Interpolate, InterpolateSpec};
use ops::labels::{Label, LabelSpec};
use ops::linear::{Linear, LinearSpec};
use ops::links::{Link, LinkSpec};
use ops::map_code::{MapCode, MapCodeSpec};
use ops::neighbors::{Neighbors, NeighborsSpec};
use ops::node_trees::{NodeTreesSpec, TreeEnsemble};
use ops::number_to_code::{NumberToCode, NumberToCodeSpec};
use ops::one_hot::{OneHot, OneHotSpec};
use ops::product::{Product, ProductSpec};
use ops::projection::{Projection, ProjectionSpec};
use ops::require::{Require, RequireSpec};
use ops::row_norm::{RowNorm, RowNormSpec};
use ops::select::{Select, SelectSpec};
use ops::spline::{Spline, SplineSpec};
use ops::support_vectors::{SupportVectors, SupportVectorsSpec};
use ops::terms::{Terms, TermsSpec};
use ops::trees::{Trees, TreesSpec};
use ops::unary::{Unary, UnarySpec};
use scope::Scope;
use slot::{Run, Slot, SlotType};

/// What the numbers of a prediction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Meaning {
    /// Regression: the predicted value.
    Value,
    /// One probability per label, in label order; they sum to 1.
    Probabilities,
    /// Support vector machines: the decision value of every machine. They are no probabilities.
    DecisionValues,
    /// k-means: the squared distance from the nearest centroid.
    SquaredDistance,
}

/// Which slots are the prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The code of the label; there is one exactly if the task has labels.
    pub label: Option<Slot>,
    /// The numbers of the prediction.
    pub numbers: Run,
    /// What they are.
    pub meaning: Meaning,
}

/// A program as a file says it, which need not be sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProgramSpec {
    /// What happens to a row, in order.
    #[serde(deserialize_with = "crate::short::list")]
    pub ops: Vec<OpSpec>,
    /// What of it is the prediction.
    pub head: Head,
}

/// Writes the enum of all ops as a file says them, the enum of all checked ones, and what every op is asked.
macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident: $spec:ident => $checked:ident,)*) => {
        /// An op as a file says it.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum OpSpec {
            $($(#[$doc])* $name($spec),)*
        }

        /// A checked op. Exhaustive, so that the compiler finds every place that a new one must serve.
        #[derive(Clone, Debug)]
        pub enum Op {
            $($(#[$doc])* $name($checked),)*
        }

        $(impl Kind for $checked {
            fn of(op: &Op) -> Option<&Self> {
                if let Op::$name(op) = op { Some(op) } else { None }
            }
        })*

        impl OpSpec {
            /// Its name for people.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $checked::NAME,)*
                }
            }

            fn check(&self, scope: &mut Scope<'_>) -> Result<(Op, Run)> {
                match self {
                    $(Self::$name(op) => op.check(scope).map(|(op, output)| (Op::$name(op), output)),)*
                }
            }
        }

        impl Op {
            /// Its name for people.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $checked::NAME,)*
                }
            }

            /// The slots that it reads.
            pub fn inputs(&self) -> Vec<Run> {
                match self {
                    $(Self::$name(op) => op.inputs(),)*
                }
            }

            /// Whether what it writes is the same to the bit wherever it is computed.
            pub fn exact(&self) -> bool {
                match self {
                    $(Self::$name(op) => op.exact(),)*
                }
            }

            /// Whether rows of the training data are what it is made of.
            pub fn holds_training_rows(&self, class_counts: &[u64]) -> bool {
                match self {
                    $(Self::$name(op) => op.holds_training_rows(class_counts),)*
                }
            }

            /// About how much work it is for one row, in additions.
            pub fn row_cost(&self) -> u64 {
                match self {
                    $(Self::$name(op) => op.row_cost(),)*
                }
            }
        }
    };
}

ops! {
    /// Slots in another order, or some of them.
    Select: SelectSpec => Select,
    /// Missing numbers become constants.
    Impute: ImputeSpec => Impute,
    /// Numbers shifted and scaled.
    Affine: AffineSpec => Affine,
    /// Codes to numbers that are 0 or 1.
    OneHot: OneHotSpec => OneHot,
    /// Fewer numbers: weighted sums, less a shift.
    Projection: ProjectionSpec => Projection,
    /// Sums of products.
    Linear: LinearSpec => Linear,
    /// Trees by rank.
    Trees: TreesSpec => Trees,
    /// Scores of naive Bayes.
    Bayes: BayesSpec => NaiveBayes,
    /// Values or votes of the nearest training rows.
    Neighbors: NeighborsSpec => Neighbors,
    /// Decision values of support vector machines.
    SupportVectors: SupportVectorsSpec => SupportVectors,
    /// The cluster of the nearest centroid and its squared distance.
    Centroids: CentroidsSpec => Centroids,
    /// Sums to probabilities.
    Link: LinkSpec => Link,
    /// Numbers to a label.
    Label: LabelSpec => Label,
    /// The trees of format version 1.
    NodeTrees: NodeTreesSpec => TreeEnsemble,
    /// A function of each number.
    Unary: UnarySpec => Unary,
    /// Numbers to codes: categories by value, or bins.
    NumberToCode: NumberToCodeSpec => NumberToCode,
    /// Codes to numbers or to other codes.
    MapCode: MapCodeSpec => MapCode,
    /// Rows without what is needed are bad rows.
    Require: RequireSpec => Require,
    /// Products of numbers.
    Product: ProductSpec => Product,
    /// Numbers divided by the size of their row.
    RowNorm: RowNormSpec => RowNorm,
    /// Piecewise linear functions of each number.
    Interpolate: InterpolateSpec => Interpolate,
    /// B-splines of each number.
    Spline: SplineSpec => Spline,
    /// Several runs of numbers to one.
    Average: AverageSpec => Average,
    /// A document to numbers: how often it has each term of a vocabulary.
    Terms: TermsSpec => Terms,
}

impl OpSpec {
    /// Whether files of version 2 have it.
    pub(crate) fn is_of_version_2(&self) -> bool {
        match self {
            Self::NodeTrees(_) => false,
            Self::Select(_)
            | Self::Impute(_)
            | Self::Affine(_)
            | Self::OneHot(_)
            | Self::Projection(_)
            | Self::Linear(_)
            | Self::Trees(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::SupportVectors(_)
            | Self::Centroids(_)
            | Self::Link(_)
            | Self::Label(_)
            | Self::Unary(_)
            | Self::NumberToCode(_)
            | Self::MapCode(_)
            | Self::Require(_)
            | Self::Product(_)
            | Self::RowNorm(_)
            | Self::Interpolate(_)
            | Self::Spline(_)
            | Self::Average(_)
            | Self::Terms(_) => true,
        }
    }
}

/// A kind of op, to be picked out of all.
pub trait Kind: Sized {
    /// The op if it is of this kind.
    fn of(op: &Op) -> Option<&Self>;
}

impl Op {
    /// The op if it is of this kind.
    pub fn get<T: Kind>(&self) -> Option<&T> {
        T::of(self)
    }

    /// Whether it is what predicts: not a preparation, nor what is made of sums.
    pub fn is_estimator(&self) -> bool {
        match self {
            Self::Linear(_)
            | Self::Trees(_)
            | Self::NodeTrees(_)
            | Self::Bayes(_)
            | Self::Neighbors(_)
            | Self::SupportVectors(_)
            | Self::Centroids(_) => true,
            Self::Select(_)
            | Self::Impute(_)
            | Self::Affine(_)
            | Self::OneHot(_)
            | Self::Projection(_)
            | Self::Link(_)
            | Self::Label(_)
            | Self::Unary(_)
            | Self::NumberToCode(_)
            | Self::MapCode(_)
            | Self::Require(_)
            | Self::Product(_)
            | Self::RowNorm(_)
            | Self::Interpolate(_)
            | Self::Spline(_)
            | Self::Average(_)
            | Self::Terms(_) => false,
        }
    }

    /// Whether what it writes are probabilities that sum to 1, whatever it reads.
    fn makes_distribution(&self) -> bool {
        match self {
            Self::Link(link) => link.form().makes_distribution(),
            Self::Neighbors(neighbors) => neighbors.n_labels() > 0,
            // Of these, Select, OneHot and Average do where what they read does: their own checks see to it.
            Self::Select(_)
            | Self::Impute(_)
            | Self::Affine(_)
            | Self::OneHot(_)
            | Self::Average(_)
            | Self::Projection(_)
            | Self::Linear(_)
            | Self::Trees(_)
            | Self::NodeTrees(_)
            | Self::Bayes(_)
            | Self::SupportVectors(_)
            | Self::Centroids(_)
            | Self::Label(_)
            | Self::Unary(_)
            | Self::NumberToCode(_)
            | Self::MapCode(_)
            | Self::Require(_)
            | Self::Product(_)
            | Self::RowNorm(_)
            | Self::Interpolate(_)
            | Self::Spline(_)
            | Self::Terms(_) => false,
        }
    }
}

/// A checked op and the slots that it writes.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What it does.
    pub op: Op,
    /// Where its results are.
    pub output: Run,
}

/// A checked program.
#[derive(Clone, Debug)]
pub struct Program {
    ops: Vec<Placed>,
    slots: Vec<SlotType>,
    head: Head,
}

impl Program {
    /// Checks a program front to back, in time linear in the file; some sections may belong to other parts of the
    /// model already.
    pub(crate) fn check(
        spec: &ProgramSpec,
        schema: &Schema,
        task: &Task,
        sections: Claims<'_>,
    ) -> Result<Self> {
        count("ops", spec.ops.len(), 1, MAX_OPS)?;
        let mut scope = Scope::new(columns(schema), sections);
        let mut ops = Vec::with_capacity(spec.ops.len());
        for (index, op) in spec.ops.iter().enumerate() {
            scope.enter(index, op.name());
            let (op, output) = op.check(&mut scope).map_err(|error| error.within(scope.op()))?;
            if op.makes_distribution() {
                scope.add_distribution(output);
            }
            ops.push(Placed { op, output });
        }
        scope.enter(ops.len(), "head");
        check_head(spec.head, task, &mut scope)?;
        let cost = ops.iter().map(|placed| placed.op.row_cost()).fold(0, u64::saturating_add);
        let of_file = (scope.file_len() as u64).saturating_mul(ROW_COST_PER_BYTE);
        let most = MAX_ROW_COST.saturating_add(of_file);
        if cost > most {
            let what = format!(
                "a row takes about {cost} additions, the limit for a file of this size is {most}"
            );
            return Err(FormatError::structure("program", what));
        }
        let names: Vec<&str> = schema.columns().iter().map(|c| c.name.as_str()).collect();
        Ok(Self { ops, slots: scope.finish(&names)?, head: spec.head })
    }

    /// The ops in order.
    pub fn ops(&self) -> &[Placed] {
        &self.ops
    }

    /// The types of all slots.
    pub fn slots(&self) -> &[SlotType] {
        &self.slots
    }

    /// What of it is the prediction.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Whether predictions are the same to the bit wherever they are computed.
    pub fn exact(&self) -> bool {
        self.ops.iter().all(|placed| placed.op.exact())
    }

    /// About how much work it is to predict one row, in additions.
    pub fn row_cost(&self) -> u64 {
        self.ops.iter().map(|placed| placed.op.row_cost()).fold(0, u64::saturating_add)
    }
}

/// The types of the columns of a schema.
fn columns(schema: &Schema) -> Vec<SlotType> {
    let mut types = vec![SlotType::NUMBER; schema.columns().len()];
    for (i, column) in schema.numeric().iter().enumerate() {
        if let Some(slot) = types.get_mut(*column) {
            *slot = SlotType::Number { may_be_missing: schema.keeps_missing(i) };
        }
    }
    for text in schema.text() {
        let n = u32::try_from(text.n_codes()).unwrap_or(u32::MAX);
        if let Some(slot) = types.get_mut(text.column) {
            *slot = SlotType::Code { n, may_be_unknown: true };
        }
    }
    for column in schema.documents() {
        if let Some(slot) = types.get_mut(*column) {
            *slot = SlotType::Document;
        }
    }
    types
}

/// Checks that the head fits the task: a label that is always known, and the numbers that its meaning says.
fn check_head(head: Head, task: &Task, scope: &mut Scope<'_>) -> Result<()> {
    let wrong = |what: String| Err(FormatError::structure("head", what));
    let n_labels = task.labels().len();
    match head.label {
        None if n_labels > 0 => return wrong(format!("no label, the task has {n_labels}")),
        None => {}
        Some(slot) => match scope.one("label", slot)? {
            SlotType::Code { n, may_be_unknown: false } if n as usize == n_labels => {}
            found => {
                return wrong(format!("the label is {found:?}, the task has {n_labels} labels"));
            }
        },
    }
    let n = scope.numbers("numbers", head.numbers, false)?;
    let numbers = std::iter::once(head.numbers);
    let distribution = n == n_labels && scope.are_distributions(numbers);
    let fits = match task {
        Task::Regression { .. } => head.meaning == Meaning::Value && n == 1,
        Task::Classification { .. } | Task::Clustering { .. } => match head.meaning {
            Meaning::Value => false,
            Meaning::Probabilities => distribution,
            Meaning::DecisionValues => task.target().is_some(),
            Meaning::SquaredDistance => task.target().is_none() && n == 1,
        },
    };
    if fits {
        return Ok(());
    }
    wrong(format!("{n} numbers that are {:?} do not fit the task", head.meaning))
}
