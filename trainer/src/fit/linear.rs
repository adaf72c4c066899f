//! Linear family: linear regression, ridge, logistic regression.

use cli_common::error::{Error, Result};
use model_format::manifest::EstimatorSpec;
use model_format::pipeline::linear::{COEFFICIENTS, INTERCEPTS};
use model_format::writer::ArrayData;
use smartcore::linalg::basic::arrays::{Array, Array2};
use smartcore::linear::elastic_net::{ElasticNet, ElasticNetParameters};
use smartcore::linear::lasso::{Lasso, LassoParameters};
use smartcore::linear::linear_regression::{LinearRegression, LinearRegressionParameters};
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};

use super::request::{Extracted, Predictions};
use crate::algorithms::params::{self, L2};
use crate::engine::matrix::Matrix;
use crate::engine::mirror::{self, FittedElasticNet};
use crate::features::encode::mean;

/// A fitted linear model.
pub(crate) enum Linear {
    /// Least squares by SVD, which copes with collinear columns; smartcore's QR solver does not.
    Ordinary(LinearRegression<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with an L2 penalty.
    Ridge(RidgeRegression<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with an L1 penalty.
    Lasso(Lasso<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with both penalties.
    ElasticNet(FittedElasticNet),
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
    pub(crate) fn ridge(x: &Matrix, y: &Vec<f64>, params: L2, names: &[String]) -> Result<Self> {
        check_penalised("ridge", x, names)?;
        let parameters = RidgeRegressionParameters::default().with_alpha(params.alpha);
        RidgeRegression::fit(x, y, parameters).map(Self::Ridge).map_err(failed)
    }

    /// Fits `lasso`. Without its own scaling, smartcore returns the mean target as the intercept of
    /// coefficients that were not fitted to centred columns; with it, the intercept is right.
    pub(crate) fn lasso(
        x: &Matrix,
        y: &Vec<f64>,
        params: params::Lasso,
        names: &[String],
    ) -> Result<Self> {
        check_penalised("lasso", x, names)?;
        // smartcore minimises the squared error, scikit-learn half of it: twice the penalty.
        let parameters = LassoParameters::default()
            .with_alpha(2.0 * params.alpha)
            .with_tol(params.stop.tol)
            .with_max_iter(params.stop.max_iter);
        Lasso::fit(x, y, parameters).map(Self::Lasso).map_err(failed)
    }

    /// Fits `elastic-net`, with smartcore's scaling for the same reason as [`Linear::lasso`].
    ///
    /// smartcore turns the L2 penalty into rows of zeros and centres the target afterwards, zeros
    /// included, which gives wrong coefficients unless the mean target is zero. So the target is
    /// centred here, and the mean put back into the intercept of smartcore's model. `alpha` and
    /// `l1_ratio` mean what they mean in scikit-learn, which halves the squared error and the L2
    /// term.
    pub(crate) fn elastic_net(
        x: &Matrix,
        y: &[f64],
        params: params::ElasticNet,
        names: &[String],
    ) -> Result<Self> {
        check_penalised("elastic-net", x, names)?;
        let params::ElasticNet { alpha, l1_ratio, stop } = params;
        let parameters = ElasticNetParameters::default()
            .with_alpha(alpha * (1.0 + l1_ratio))
            .with_l1_ratio(2.0 * l1_ratio / (1.0 + l1_ratio))
            .with_tol(stop.tol)
            .with_max_iter(stop.max_iter);
        let mean = mean(y);
        let centred: Vec<f64> = y.iter().map(|v| v - mean).collect();
        let model: FittedElasticNet = ElasticNet::fit(x, &centred, parameters).map_err(failed)?;
        let intercept = model.intercept() + mean;
        mirror::with_intercept(&model, intercept).map(Self::ElasticNet)
    }

    /// Fits `logistic-regression`.
    pub(crate) fn logistic(x: &Matrix, y: &Vec<u32>, params: L2) -> Result<Self> {
        let parameters = LogisticRegressionParameters::default().with_alpha(params.alpha);
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
            Self::Lasso(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Self::ElasticNet(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
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
            Self::Lasso(model) => Ok(Predictions::values(model.predict(x).map_err(refused)?)),
            Self::ElasticNet(model) => Ok(Predictions::values(model.predict(x).map_err(refused)?)),
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
    softmax(scores)
}

/// Scores to probabilities: `exp(s - max) / sum`.
pub(crate) fn softmax(scores: &[f64]) -> Vec<f64> {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|s| (s - max).exp()).collect();
    let sum = powers.iter().fold(0.0, |sum, p| sum + p);
    powers.iter().map(|p| p / sum).collect()
}

/// Refuses data that smartcore's penalised regressions cannot fit or silently fit wrong: no more
/// rows than features, and features whose spread its `E[x^2] - E[x]^2` cannot measure.
fn check_penalised(algorithm: &str, x: &Matrix, names: &[String]) -> Result<()> {
    let (n_rows, n_features) = x.shape();
    if n_rows <= n_features {
        let fact = format!(
            "{algorithm}: {n_rows} rows for {n_features} features, expected more rows than features"
        );
        return Err(
            Error::input(fact).with_hint("use --algorithm random-forest, or leave columns out")
        );
    }
    for feature in 0..n_features {
        let column: Vec<f64> = x.get_col(feature).iterator(0).copied().collect();
        let mean = column.iter().sum::<f64>() / n_rows as f64;
        let variance = column.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n_rows as f64;
        // Half of the digits of x^2 are left where the spread is a millionth of the size.
        if variance.sqrt() <= 1e-6 * mean.abs() || variance <= 0.0 {
            let name = names.get(feature).map_or("?", String::as_str);
            let fact = format!(
                "{algorithm}: feature `{name}` hardly varies (mean {mean}, variance {variance:e})"
            );
            return Err(Error::input(fact)
                .with_hint("leave it out with --ignore, or use --scaler standard"));
        }
    }
    Ok(())
}
