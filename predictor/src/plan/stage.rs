//! What a plan consists of.

use std::ops::Range;

use model_format::program::ops::average::Average;
use model_format::program::ops::bayes::NaiveBayes;
use model_format::program::ops::centroids::Centroids;
use model_format::program::ops::interpolate::Interpolate;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::linear::Linear;
use model_format::program::ops::map_code::MapCode;
use model_format::program::ops::neighbors::Neighbors;
use model_format::program::ops::number_to_code::NumberToCode;
use model_format::program::ops::product::Product;
use model_format::program::ops::projection::Projection;
use model_format::program::ops::row_norm::RowNorm;
use model_format::program::ops::spline::Spline;
use model_format::program::ops::support_vectors::SupportVectors;
use model_format::program::ops::terms::Terms;
use model_format::program::slot::Slot;

use super::chain::Chain;
use super::trees::Trees;
use crate::block::{Layout, View};
use crate::kernels::forest::ForestKernel;
use crate::kernels::terms::Target;

/// What is done with the blocks of a model, shared by the threads that score with it.
#[derive(Debug)]
pub(crate) struct Plan {
    /// What a block has room for.
    pub(crate) layout: Layout,
    /// What is done in place with each numeric column of the schema, before anything else.
    pub(crate) columns: Vec<Chain>,
    /// What follows, in order.
    pub(crate) stages: Vec<Stage>,
    /// What makes the prediction.
    pub(crate) tail: Tail,
}

/// One thing that is done with a block.
#[derive(Debug)]
pub(crate) enum Stage {
    /// Copies a column of numbers and passes it through a chain.
    Column { from: usize, to: usize, chain: Chain },
    /// Makes columns of 0 and 1, one per code below `n`.
    Expand { codes: usize, n: usize, to: usize },
    /// Makes a column of 0 and 1 of a code.
    Indicate { codes: usize, code: u32, to: usize },
    /// Makes a column of numbers of codes.
    Number { codes: usize, to: usize },
    /// Computes components.
    Project { projection: Projection, view: View, to: usize },
    /// Computes the outputs of an estimator into columns of their own.
    Estimate { estimator: Estimator, view: View, to: usize, code: Option<usize> },
    /// Computes probabilities.
    Link { from: Range<usize>, form: Normalise, to: usize },
    /// Computes numbers of labels of numbers of pairs.
    Pairs { pairs: Pairs, view: View, to: usize },
    /// Computes one run of columns of several.
    Average { average: Average, view: View, to: usize },
    /// Computes a label.
    Label { from: Range<usize>, rule: LabelRule, to: usize },
    /// Computes columns of codes.
    NumberToCode { op: NumberToCode, from: Vec<usize>, to: usize },
    /// Computes columns of numbers or of codes from columns of codes.
    MapCode { op: MapCode, from: Vec<usize>, to: usize },
    /// Refuses rows.
    Require { numbers: Vec<Required>, codes: Vec<Required>, keeps_missing: bool },
    /// Computes products.
    Product { op: Product, from: Vec<usize>, to: usize },
    /// Divides columns by the size of their rows.
    RowNorm { op: RowNorm, columns: Vec<usize> },
    /// Replaces numbers by those of piecewise linear functions.
    Interpolate { op: Interpolate, columns: Vec<usize> },
    /// Computes splines.
    Spline { op: Spline, from: Vec<usize>, to: usize },
    /// Computes numbers of terms of documents.
    Terms { op: Terms, from: usize, to: Target },
}

/// A link that takes the numbers of a row together to probabilities, with the label at once where both end a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Normalise {
    Logistic,
    Softmax,
    Complement,
    Shares,
}

/// A link from pairs of labels to labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pairs {
    Scores { n_labels: usize, above: f64 },
    Coupling { n_labels: usize },
}

/// A slot without which a row is refused: a number is looked at in place, a code on its way to another column.
#[derive(Debug)]
pub(crate) struct Required {
    pub(crate) slot: Slot,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// What has a kernel of its own.
#[derive(Debug)]
pub(crate) enum Estimator {
    Linear(Linear),
    Trees(Box<Trees>),
    Forest(Box<ForestKernel>),
    Bayes(NaiveBayes),
    Neighbors(Neighbors),
    SupportVectors(SupportVectors),
    Centroids(Centroids),
}

/// What makes a prediction of a block.
#[derive(Debug)]
pub(crate) enum Tail {
    /// The outputs of an estimator, through a link if there is one; the label comes from the outputs or,
    /// with `of_probabilities`, from what the link makes of them.
    Direct {
        estimator: Estimator,
        view: View,
        link: Option<Normalise>,
        label: Option<LabelRule>,
        of_probabilities: bool,
    },
    /// Columns of a block.
    Columns { numbers: Vec<usize>, label: Option<usize> },
}

impl Plan {
    /// What has a kernel of its own.
    pub(super) fn estimators(&mut self) -> impl Iterator<Item = &mut Estimator> {
        let stages = self.stages.iter_mut().filter_map(|stage| match stage {
            Stage::Estimate { estimator, .. } => Some(estimator),
            Stage::Column { .. }
            | Stage::Expand { .. }
            | Stage::Indicate { .. }
            | Stage::Number { .. }
            | Stage::Project { .. }
            | Stage::Link { .. }
            | Stage::Label { .. }
            | Stage::NumberToCode { .. }
            | Stage::MapCode { .. }
            | Stage::Require { .. }
            | Stage::Product { .. }
            | Stage::RowNorm { .. }
            | Stage::Interpolate { .. }
            | Stage::Spline { .. }
            | Stage::Terms { .. }
            | Stage::Pairs { .. }
            | Stage::Average { .. } => None,
        });
        let last = match &mut self.tail {
            Tail::Direct { estimator, .. } => Some(estimator),
            Tail::Columns { .. } => None,
        };
        stages.chain(last)
    }

    /// Puts trees into their form for many rows, for blocks with room for so many, or keeps them as they are;
    /// whether some have that form.
    #[cfg(feature = "testing")]
    pub(crate) fn rank(&mut self, capacity: Option<usize>) -> bool {
        let mut any = false;
        for estimator in self.estimators() {
            any |= match (estimator, capacity) {
                (Estimator::Trees(trees), Some(capacity)) => trees.rank(capacity).is_some(),
                (Estimator::Trees(trees), None) => trees.keep(),
                (Estimator::Forest(forest), capacity) => forest.rank(capacity.is_some()),
                (
                    Estimator::Linear(_)
                    | Estimator::Bayes(_)
                    | Estimator::Neighbors(_)
                    | Estimator::SupportVectors(_)
                    | Estimator::Centroids(_),
                    _,
                ) => false,
            };
        }
        any
    }
}
