//! Preprocessing in its one legal order: impute, scale, one-hot, reduce; each at most once.

use super::arrays::{Arrays, finite};
use super::projection::Projection;
use crate::error::{FormatError, Result};
use crate::manifest::Step;
use crate::schema::Schema;

/// Checked preprocessing; vectors have one entry per numeric column of the schema.
#[derive(Clone, Debug)]
pub struct Preprocessing {
    impute: Option<Vec<f64>>,
    scaler: Scaler,
    projection: Option<Projection>,
}

/// Checked scaling of the numeric features.
#[derive(Clone, Debug)]
pub enum Scaler {
    /// Values are used as they are.
    None,
    /// `(x - shift) / divisor`: mean and standard deviation, or minimum and range. Divisors are
    /// positive.
    Affine {
        /// Subtracted first.
        shift: Vec<f64>,
        /// Divided by.
        divisor: Vec<f64>,
    },
}

impl Preprocessing {
    pub(crate) fn build(steps: &[Step], schema: &Schema, arrays: &Arrays<'_>) -> Result<Self> {
        let mut rest = steps;
        let mut impute = None;
        if let [Step::Impute { values }, others @ ..] = rest {
            check("impute values", values, schema)?;
            impute = Some(values.clone());
            rest = others;
        }
        let mut scaler = Scaler::None;
        if let [
            Step::StandardScale { means: shift, stds: divisor }
            | Step::MinMaxScale { mins: shift, ranges: divisor },
            others @ ..,
        ] = rest
        {
            check("scaler shifts", shift, schema)?;
            check("scaler divisors", divisor, schema)?;
            let small = divisor.iter().enumerate().find(|(_, d)| **d < f64::MIN_POSITIVE);
            if let Some((column, divisor)) = small {
                let what = format!("numeric column {column} is divided by {divisor:?}");
                return Err(FormatError::structure("scaler divisors", what));
            }
            scaler = Scaler::Affine { shift: shift.clone(), divisor: divisor.clone() };
            rest = others;
        }
        if let [Step::OneHot, others @ ..] = rest {
            rest = others;
        } else if !schema.text().is_empty() {
            return Err(FormatError::structure(
                "steps",
                "categorical columns, but no one-hot step",
            ));
        }
        let mut projection = None;
        if let [Step::Reduce { method, n_components }, others @ ..] = rest {
            let shape = (*n_components, schema.n_features());
            projection = Some(Projection::build(arrays, *method, shape)?);
            rest = others;
        }
        if let Some(step) = rest.first() {
            let name = step.name();
            let what = format!("{name} is out of order; expected impute, scale, one-hot, reduce");
            return Err(FormatError::structure("steps", what));
        }
        Ok(Self { impute, scaler, projection })
    }

    /// What a missing number becomes, per numeric column; `None`: a missing number makes the row
    /// bad.
    pub fn impute(&self) -> Option<&[f64]> {
        self.impute.as_deref()
    }

    /// Scaling of the numeric features.
    pub fn scaler(&self) -> &Scaler {
        &self.scaler
    }

    /// What becomes of the encoded features before the estimator; `None`: it reads them.
    pub fn projection(&self) -> Option<&Projection> {
        self.projection.as_ref()
    }
}

fn check(field: &str, numbers: &[f64], schema: &Schema) -> Result<()> {
    crate::schema::count(field, numbers.len(), schema.numeric().len(), schema.numeric().len())?;
    finite(field, numbers)
}
