//! Projection to fewer features: `dot(features, weights) - shift` per component.

use super::arrays::{Arrays, finite};
use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::manifest::{Dtype, ReduceMethod};
use crate::schema::count;

/// Name of the array of weights, `[n_components, n_features]`.
pub const PROJECTION: &str = "projection";
/// Name of the array of what is subtracted from each component, `[n_components]`.
pub const PROJECTION_SHIFT: &str = "projection_shift";

/// Checked projection: every number finite, 1 to `n_features` components.
///
/// The sum of a component runs over the encoded features in order from 0.0; its shift is
/// subtracted last.
#[derive(Clone, Debug)]
pub struct Projection {
    method: ReduceMethod,
    weights: Array<f64>,
    shifts: Array<f64>,
    n_features: usize,
}

impl Projection {
    pub(crate) fn build(
        arrays: &Arrays<'_>,
        method: ReduceMethod,
        (n_components, n_features): (u64, usize),
    ) -> Result<Self> {
        let n_components = usize::try_from(n_components).unwrap_or(usize::MAX);
        count("components", n_components, 1, n_features)?;
        let shape = [Some(n_components), Some(n_features)];
        let weights = arrays.get::<f64>(PROJECTION, Dtype::F64, &shape)?;
        let shifts = arrays.get::<f64>(PROJECTION_SHIFT, Dtype::F64, &[Some(n_components)])?;
        finite("array `projection`", weights.as_slice())?;
        finite("array `projection_shift`", shifts.as_slice())?;
        if method == ReduceMethod::Svd
            && let Some(component) = shifts.as_slice().iter().position(|shift| *shift != 0.0)
        {
            let what = format!("element {component} is not 0, but the method is Svd");
            return Err(FormatError::structure("array `projection_shift`", what));
        }
        Ok(Self { method, weights, shifts, n_features })
    }

    /// How it was found.
    pub fn method(&self) -> ReduceMethod {
        self.method
    }

    /// Number of encoded features it reads.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Number of features it makes of them.
    pub fn n_components(&self) -> usize {
        self.shifts.as_slice().len()
    }

    /// Per component: its weights `[n_features]` and its shift.
    pub fn components(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.weights
            .as_slice()
            .chunks_exact(self.n_features)
            .zip(self.shifts.as_slice().iter().copied())
    }
}

/// Names of components, for people: `component 1`, `component 2`, ...
pub fn component_names(n_components: usize) -> Vec<String> {
    (1..=n_components).map(|component| format!("component {component}")).collect()
}
