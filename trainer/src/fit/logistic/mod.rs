//! Logistic regression: smartcore's loss and its optimizer, with categories by their codes.
//!
//! smartcore multiplies every row by every one-hot feature, nearly all of which are 0. Here a
//! category costs one addition, whatever the number of categories: products with 0 change no sum.
//! What is left are smartcore's operations in its order, so the coefficients are its own, to the
//! bit.

mod objective;
pub(super) mod optimum;
mod products;

use std::cell::RefCell;

use cli_common::error::{Error, Result};
use smartcore::linalg::basic::arrays::ArrayView1;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::optimization::FunctionOrder;
use smartcore::optimization::first_order::FirstOrderOptimizer;
use smartcore::optimization::first_order::lbfgs::LBFGS;
use smartcore::optimization::line_search::Backtracking;

use crate::engine::features::Features;
use crate::engine::mirror::{self, Logistic};
use objective::Objective;

/// Fits smartcore's model, with the strength of the L2 penalty.
///
/// # Errors
///
/// An input error for fewer than two labels.
pub(super) fn fit(x: &Features, y: &Vec<u32>, alpha: f64) -> Result<Logistic> {
    let labels = y.unique();
    if labels.len() < 2 {
        let fact = format!("logistic-regression: {} label, expected two or more", labels.len());
        return Err(Error::input(fact));
    }
    let place = |label: &u32| labels.binary_search(label).unwrap_or(0);
    let classes: Vec<usize> = y.iter().map(place).collect();
    let n_outputs = if labels.len() == 2 { 1 } else { labels.len() };
    let weights = minimize(&Objective { x, classes: &classes, n_outputs, alpha });
    let n_features = x.n_features();
    let rows = || weights.chunks_exact(n_features + 1);
    let coefficients = rows().flat_map(|own| &own[..n_features]).copied().collect();
    let intercepts = rows().map(|own| own[n_features]).collect();
    let matrix = |n_columns, values| {
        DenseMatrix::new(n_outputs, n_columns, values, false)
            .map_err(|e| Error::internal(format!("smartcore's matrix: {e}")))
    };
    mirror::logistic(matrix(n_features, coefficients)?, matrix(1, intercepts)?, labels)
}

/// The weights of the least loss that smartcore's optimizer finds, `[n_outputs, n_features + 1]`.
fn minimize(objective: &Objective<'_>) -> Vec<f64> {
    let (values, gradients) = (Last::default(), Last::default());
    let f = |weights: &Vec<f64>| values.at(weights, |weights| objective.value(weights));
    let df = |gradient: &mut Vec<f64>, weights: &Vec<f64>| {
        *gradient = gradients.at(weights, |weights| objective.gradient(weights));
    };
    let search = Backtracking { order: FunctionOrder::THIRD, ..Backtracking::default() };
    let start = vec![0.0; objective.n_outputs * (objective.x.n_features() + 1)];
    LBFGS::default().optimize(&f, &df, &start, &search).x
}

/// What a function returned for the weights that it was asked for last: the optimizer asks for the
/// same ones again at the end of a line search, and at the start of the next.
struct Last<T>(RefCell<Option<(Vec<f64>, T)>>);

impl<T> Default for Last<T> {
    fn default() -> Self {
        Self(RefCell::new(None))
    }
}

impl<T: Clone> Last<T> {
    fn at(&self, weights: &[f64], compute: impl Fn(&[f64]) -> T) -> T {
        let bits = |weights: &[f64]| weights.iter().map(|w| w.to_bits()).collect::<Vec<u64>>();
        if let Some((of, value)) = self.0.borrow().as_ref()
            && bits(of) == bits(weights)
        {
            return value.clone();
        }
        let value = compute(weights);
        *self.0.borrow_mut() = Some((weights.to_vec(), value.clone()));
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use smartcore::linear::logistic_regression::{
        LogisticRegression, LogisticRegressionParameters,
    };

    use super::*;
    use crate::engine::features::Codes;
    use crate::engine::matrix::{Matrix, matrix};
    use crate::rng::SplitMix64;

    fn bits(matrix: &Matrix) -> Vec<u64> {
        matrix.iter().map(|v| v.to_bits()).collect()
    }

    /// Random numbers, zeros of both signs among them, and codes, some rows of which have no category.
    fn table(n_rows: usize, n_numbers: usize, widths: &[usize], seed: u64) -> Features {
        let mut rng = SplitMix64::new(seed);
        let mut number = || match rng.below(5) {
            0 => 0.0,
            1 => -0.0,
            _ => rng.below(1 << 20) as f64 / f64::from(1 << 18) - 2.0,
        };
        let columns: Vec<Vec<f64>> =
            (0..n_numbers).map(|_| (0..n_rows).map(|_| number()).collect()).collect();
        let categories = widths.iter().map(|n_codes| {
            let mut code = || u32::try_from(rng.below(*n_codes as u64 + 1)).unwrap();
            Codes { codes: (0..n_rows).map(|_| code()).collect(), n_codes: *n_codes }
        });
        let categories = categories.collect();
        Features::new(matrix(n_rows, &columns).unwrap(), categories)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn coefficients_are_those_that_smartcore_fits_to_one_hot_features(
            n_rows in 20usize..1_300,
            n_numbers in 0usize..6,
            widths in prop::collection::vec(1usize..9, 0..3),
            n_labels in 2u32..5,
            alpha in prop::sample::select(vec![0.0, 0.01, 1.0]),
            seed in any::<u64>(),
        ) {
            prop_assume!(n_numbers + widths.len() > 0);
            let x = table(n_rows, n_numbers, &widths, seed);
            let mut rng = SplitMix64::new(seed ^ 1);
            let mut noise = || u32::try_from(rng.below(u64::from(n_labels))).unwrap();
            let label = |first: f64| if first > 0.3 { 0 } else { noise() };
            let y: Vec<u32> = x.values(0).into_iter().map(label).collect();
            prop_assume!(y.unique().len() >= 2);
            let dense = x.to_dense();
            let parameters = LogisticRegressionParameters::default().with_alpha(alpha);
            let theirs = std::panic::catch_unwind(|| LogisticRegression::fit(&dense, &y, parameters).unwrap());
            // Its line search panics where it does not converge, and so does ours.
            let Ok(theirs) = theirs else { return Ok(()) };
            for x in [x, dense.into()] {
                let ours = fit(&x, &y, alpha).unwrap();
                prop_assert_eq!(bits(ours.coefficients()), bits(theirs.coefficients()));
                prop_assert_eq!(bits(ours.intercept()), bits(theirs.intercept()));
                prop_assert_eq!(ours.classes(), theirs.classes());
            }
        }
    }

    #[test]
    fn weights_that_overflow_are_those_of_smartcore_too() {
        // A loss that is no number, as in a line search that went too far.
        let x = table(40, 2, &[3], 5);
        let dense: Features = x.to_dense().into();
        let classes: Vec<usize> = (0..40).map(|row| row % 3).collect();
        for (at, value) in [(0, f64::INFINITY), (3, f64::NEG_INFINITY), (4, f64::NAN), (2, 1e308)] {
            let mut weights = vec![0.25; 18];
            weights[at] = value;
            let of = |x: &Features| {
                let objective = Objective { x, classes: &classes, n_outputs: 3, alpha: 1.0 };
                let finite = |v: f64| if v.is_nan() { "NaN".into() } else { v.to_string() };
                let gradient = objective.gradient(&weights).into_iter().map(finite);
                (finite(objective.value(&weights)), gradient.collect::<Vec<_>>())
            };
            assert_eq!(of(&x), of(&dense), "weight {at} is {value}");
        }
    }
}
