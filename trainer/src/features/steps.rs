//! What is learned from the fitted rows before the estimator, and the ops that it becomes in a model.

use cli_common::error::Result;
use model_format::program::OpSpec;
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::affine::{AffineForm, AffineSpec};
use model_format::program::ops::impute::ImputeSpec;
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::slot::Run;
use model_format::schema::{Schema, TextColumn};

use super::reduce::Reducer;

/// One step. Vectors have one entry per numeric column, in schema order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
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
}

/// Whether a missing number of each column is kept, because it becomes another; `true` for categorical columns.
pub(crate) fn keeps_missing(steps: &[Step], schema: &Schema) -> Vec<bool> {
    let imputes = steps.iter().any(|step| match step {
        Step::Impute { .. } => true,
        Step::StandardScale { .. } | Step::MinMaxScale { .. } | Step::OneHot => false,
    });
    let mut keeps = vec![true; schema.columns().len()];
    for column in schema.numeric() {
        keeps[*column] = imputes;
    }
    keeps
}

/// Appends the ops of the steps, and returns what the estimator reads: features, or with `by_code` the codes
/// of the categories.
///
/// # Errors
///
/// An internal error if smartcore refuses its own projection.
pub(crate) fn ops(
    steps: &[Step],
    reducer: Option<&Reducer>,
    schema: &Schema,
    by_code: bool,
    program: &mut ProgramBuilder,
) -> Result<Run> {
    let codes = program.columns(schema.text().iter().map(|text| text.column));
    let mut features = program.columns(schema.numeric().iter().copied());
    for step in steps {
        features = match step {
            Step::Impute { values } => {
                let op = ImputeSpec { input: features, values: values.clone() };
                program.op(OpSpec::Impute(op), features.len)
            }
            Step::StandardScale { means: a, stds: b }
            | Step::MinMaxScale { mins: a, ranges: b } => {
                let form = AffineForm::SubtractDivide;
                let op = AffineSpec { input: features, form, a: a.clone(), b: b.clone() };
                program.op(OpSpec::Affine(op), features.len)
            }
            Step::OneHot if by_code => codes,
            Step::OneHot => {
                let n_codes = schema.text().iter().map(TextColumn::n_codes).sum();
                let op = OpSpec::OneHot(OneHotSpec { input: codes });
                let one_hot = program.op(op, index(n_codes));
                program.joined([features, one_hot])
            }
        };
    }
    reducer.map_or(Ok(features), |reducer| reducer.op(features, program))
}
