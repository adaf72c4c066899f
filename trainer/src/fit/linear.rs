//! Linear family: linear regression, ridge, logistic regression.

use model_format::manifest::EstimatorSpec;
use model_format::pipeline::linear::{COEFFICIENTS, INTERCEPTS};
use model_format::writer::ArrayData;
use smartcore::linalg::basic::arrays::{Array, Array2};
use smartcore::linear::linear_regression::{LinearRegression, LinearRegressionParameters};
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};

use super::mirror::Matrix;
use super::params::Params;
use super::{Extracted, Predictions};
use crate::error::{Error, Result};

/// A fitted linear model.
pub(crate) enum Linear {
    /// Least squares by SVD, which copes with collinear columns; smartcore's QR solver does not.
    Ordinary(LinearRegression<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with an L2 penalty.
    Ridge(RidgeRegression<f64, f64, Matrix, Vec<f64>>),
    /// Binary or multinomial logistic regression.
    Logistic(LogisticRegression<f64, u32, Matrix, Vec<u32>>),
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::input(format!("smartcore refuses to fit this data: {error}"))
}

impl Linear {
    /// Fits `linear-regression`.
    pub(crate) fn ordinary(x: &Matrix, y: &Vec<f64>) -> Result<Self> {
        let (n_rows, n_features) = x.shape();
        if n_rows < n_features + 1 {
            let fact = format!(
                "linear-regression: {n_rows} rows for {n_features} features, expected more rows than features"
            );
            return Err(
                Error::input(fact).with_hint("use --algorithm random-forest, or leave columns out")
            );
        }
        LinearRegression::fit(x, y, LinearRegressionParameters::default())
            .map(Self::Ordinary)
            .map_err(failed)
    }

    /// Fits `ridge`. smartcore centres and scales inside, which is the only way it finds an
    /// intercept; the coefficients it returns are for `x` as given.
    pub(crate) fn ridge(
        x: &Matrix,
        y: &Vec<f64>,
        params: &Params,
        names: &[String],
    ) -> Result<Self> {
        let (n_rows, n_features) = x.shape();
        if n_rows <= n_features {
            let fact = format!(
                "ridge: {n_rows} rows for {n_features} features, expected more rows than features"
            );
            return Err(
                Error::input(fact).with_hint("use --algorithm random-forest, or leave columns out")
            );
        }
        check_spread(x, names)?;
        let parameters = RidgeRegressionParameters::default().with_alpha(params.real("alpha"));
        RidgeRegression::fit(x, y, parameters).map(Self::Ridge).map_err(failed)
    }

    /// Fits `logistic-regression`.
    pub(crate) fn logistic(x: &Matrix, y: &Vec<u32>, params: &Params) -> Result<Self> {
        let parameters = LogisticRegressionParameters::default().with_alpha(params.real("alpha"));
        LogisticRegression::fit(x, y, parameters).map(Self::Logistic).map_err(failed)
    }

    /// The numbers that go into the artifact.
    pub(crate) fn extract(&self) -> Result<Extracted> {
        let (coefficients, intercepts, n_outputs) = self.numbers();
        if coefficients.iter().chain(&intercepts).any(|v| !v.is_finite()) {
            return Err(Error::input("the fit gave coefficients that are not finite numbers")
                .with_hint("values of some column are too large; use --scaler standard"));
        }
        let n_features = coefficients.len() / n_outputs;
        Ok(Extracted {
            estimator: EstimatorSpec::Linear,
            arrays: vec![
                ArrayData::f64(COEFFICIENTS, &[n_outputs, n_features], &coefficients),
                ArrayData::f64(INTERCEPTS, &[n_outputs], &intercepts),
            ],
        })
    }

    /// Coefficients `[n_outputs, n_features]`, intercepts `[n_outputs]`.
    fn numbers(&self) -> (Vec<f64>, Vec<f64>, usize) {
        let flat = |m: &Matrix| m.iterator(0).copied().collect::<Vec<f64>>();
        match self {
            Self::Ordinary(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Self::Ridge(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Self::Logistic(model) => {
                let intercepts = flat(model.intercept());
                let n_outputs = intercepts.len();
                (flat(model.coefficients()), intercepts, n_outputs)
            }
        }
    }

    /// smartcore's own predictions; probabilities, which it lacks, from its coefficients.
    pub(crate) fn predict(&self, x: &Matrix) -> Result<Predictions> {
        let refused = |e| Error::internal(format!("smartcore's predict: {e}"));
        match self {
            Self::Ordinary(model) => Ok(Predictions::values(model.predict(x).map_err(refused)?)),
            Self::Ridge(model) => Ok(Predictions::values(model.predict(x).map_err(refused)?)),
            Self::Logistic(model) => {
                let labels = model.predict(x).map_err(refused)?;
                let (coefficients, intercepts, n_outputs) = self.numbers();
                let n_features = coefficients.len() / n_outputs;
                let (n_rows, _) = x.shape();
                let mut values = Vec::new();
                for row in 0..n_rows {
                    let row = x.get_row(row);
                    let scores: Vec<f64> = coefficients
                        .chunks_exact(n_features)
                        .zip(&intercepts)
                        .map(|(w, b)| row.iterator(0).zip(w).fold(0.0, |s, (x, w)| s + x * w) + b)
                        .collect();
                    values.extend(probabilities(&scores));
                }
                Ok(Predictions { labels, values })
            }
        }
    }
}

/// Logistic function of one score, or softmax of several.
fn probabilities(scores: &[f64]) -> Vec<f64> {
    if let [z] = scores {
        return vec![1.0 / (1.0 + z.exp()), 1.0 / (1.0 + (-z).exp())];
    }
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|s| (s - max).exp()).collect();
    let sum = powers.iter().fold(0.0, |sum, p| sum + p);
    powers.iter().map(|p| p / sum).collect()
}

/// Refuses features whose spread smartcore's `E[x^2] - E[x]^2` cannot measure.
fn check_spread(x: &Matrix, names: &[String]) -> Result<()> {
    let (n_rows, n_features) = x.shape();
    for feature in 0..n_features {
        let column: Vec<f64> = x.get_col(feature).iterator(0).copied().collect();
        let mean = column.iter().sum::<f64>() / n_rows as f64;
        let variance = column.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n_rows as f64;
        // Half of the digits of x^2 are left where the spread is a hundred-millionth of the size.
        if variance.sqrt() <= 1e-6 * mean.abs() || variance <= 0.0 {
            let name = names.get(feature).map_or("?", String::as_str);
            let fact = format!(
                "ridge: feature `{name}` hardly varies (mean {mean}, variance {variance:e})"
            );
            return Err(Error::input(fact)
                .with_hint("leave it out with --ignore, or use --scaler standard"));
        }
    }
    Ok(())
}
