//! Several runs of numbers to one: sums, means and medians of estimators.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::Facts;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// How the numbers at the same place of every part become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AverageForm {
    /// Their sum in the order of the parts, from 0.0; each is multiplied by its weight first if there are
    /// weights.
    Sum,
    /// The sum, divided by the sum of the weights, or by the number of parts.
    Mean,
    /// The weighted median: of the numbers in ascending order the first at which the sum of the weights so far is at
    /// least half of that of all.
    Median,
}

/// `form` of the parts of the run, which follow one another and are equally wide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AverageSpec {
    /// Numbers, none of them missing: all of the first part, then all of the second, ...
    pub input: Run,
    /// How many parts there are.
    pub n_parts: u32,
    /// What each part counts; empty: all the same, without a product.
    pub weights: Vec<f64>,
    /// What becomes of the parts.
    pub form: AverageForm,
}

/// Checked average.
#[derive(Clone, Debug)]
pub struct Average {
    input: Run,
    n_parts: usize,
    weights: Vec<f64>,
    total: f64,
    form: AverageForm,
}

impl AverageSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Average, Run)> {
        let types = scope.any("input", self.input)?;
        let n = scope.numbers("input", self.input, false)?;
        let n_parts = scope.width("parts", self.n_parts, 1)?;
        if n % n_parts != 0 {
            return Err(scope.error("parts", format!("{n} slots are not {n_parts} equal parts")));
        }
        if !self.weights.is_empty() {
            scope.same_length("weights", self.weights.len(), n_parts)?;
            scope.finite("weights", &self.weights)?;
        }
        let total = if self.weights.is_empty() {
            f64::from(self.n_parts)
        } else {
            self.weights.iter().fold(0.0, |sum, weight| sum + weight)
        };
        let slot = match self.form {
            AverageForm::Sum => SlotType::NUMBER,
            AverageForm::Mean | AverageForm::Median => {
                if let Some(part) = self.weights.iter().position(|weight| *weight < 0.0) {
                    return Err(scope.error("weights", format!("element {part} is negative")));
                }
                if !total.is_normal() {
                    return Err(scope.error("weights", format!("their sum is {total:?}")));
                }
                // Rounding is monotone: the sum of products is at most that of the weights.
                if types.iter().all(|slot| *slot == SlotType::Probability) {
                    SlotType::Probability
                } else {
                    SlotType::NUMBER
                }
            }
        };
        let width = n.checked_div(n_parts).unwrap_or(0);
        let output = scope.write((0..width).map(|_| slot))?;
        let parts = (0..n_parts).map(|part| {
            let start = part.saturating_mul(width);
            self.input.part(&(start..start.saturating_add(width)))
        });
        if self.form == AverageForm::Mean && scope.are_distributions(parts) {
            scope.add_distribution(output);
        }
        let Self { input, form, .. } = *self;
        Ok((Average { input, n_parts, weights: self.weights.clone(), total, form }, output))
    }
}

impl Average {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// How many parts there are.
    pub fn n_parts(&self) -> usize {
        self.n_parts
    }

    /// What each part counts; empty: all the same.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The sum of the weights, or the number of parts.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// What becomes of the parts.
    pub fn form(&self) -> AverageForm {
        self.form
    }
}

impl Facts for Average {
    const NAME: &'static str = "average";

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
        let n = u64::from(self.input.len);
        match self.form {
            AverageForm::Sum | AverageForm::Mean => n,
            // Sorting compares each part with some others.
            AverageForm::Median => {
                n.saturating_mul(u64::from(self.n_parts.max(1).ilog2()).saturating_add(8))
            }
        }
    }
}
