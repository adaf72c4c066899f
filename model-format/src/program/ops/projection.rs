//! Projection to fewer features: `dot(features, weights) - shift` per component.

use serde::{Deserialize, Serialize};

use crate::buffer::Array;
use crate::error::{FormatError, Result};
use crate::fields::ReduceMethod;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{ArrayId, Run, SlotType};
use crate::schema::count;

/// Name of the array of weights, `[n_components, n_features]`.
pub const PROJECTION: &str = "projection";
/// Name of the array of what is subtracted from each component, `[n_components]`.
pub const PROJECTION_SHIFT: &str = "projection_shift";

/// Fewer numbers: weighted sums of all, less a shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectionSpec {
    /// Numbers, none of them missing.
    pub input: Run,
    /// How many numbers it writes, at most as many as it reads.
    pub n_components: u32,
    /// How the weights were found.
    pub method: ReduceMethod,
    /// `[n_components, n_features]`.
    pub weights: ArrayId,
    /// `[n_components]`.
    pub shifts: ArrayId,
}

/// Checked projection: every number finite, 1 to `n_features` components.
///
/// The sum of a component runs over the encoded features in order from 0.0; its shift is
/// subtracted last.
#[derive(Clone, Debug)]
pub struct Projection {
    input: Run,
    method: ReduceMethod,
    weights: Array<f64>,
    shifts: Array<f64>,
    n_features: usize,
}

impl ProjectionSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Projection, Run)> {
        let n_features = scope.numbers("input", self.input, false)?;
        let n_components = scope.width("components", self.n_components, 1)?;
        count("components", n_components, 1, n_features)?;
        let weights = scope.f64s(self.weights, &[Some(n_components), Some(n_features)])?;
        let shifts = scope.f64s(self.shifts, &[Some(n_components)])?;
        if self.method == ReduceMethod::Svd
            && let Some(component) = shifts.as_slice().iter().position(|shift| *shift != 0.0)
        {
            let what = format!("element {component} is not 0, but the method is Svd");
            return Err(FormatError::structure(scope.name(self.shifts), what));
        }
        let output = scope.write((0..n_components).map(|_| SlotType::NUMBER))?;
        let Self { input, method, .. } = *self;
        Ok((Projection { input, method, weights, shifts, n_features }, output))
    }
}

impl Projection {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
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

impl Facts for Projection {
    const NAME: &'static str = "projection";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        true
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        self.weights.as_slice().len() as u64
    }
}

/// Names of components, for people: `component 1`, `component 2`, ...
pub fn component_names(n_components: usize) -> Vec<String> {
    (1..=n_components).map(|component| format!("component {component}")).collect()
}
