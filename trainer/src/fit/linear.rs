//! Linear family: linear regression, ridge, logistic regression.

use cli_common::error::{Error, Result};
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::linear::{COEFFICIENTS, INTERCEPTS, LinearSpec};
use model_format::program::ops::links::{LOGIT_OF_SECOND_CLASS, LinkForm};
use model_format::program::slot::Run;
use model_format::program::{Head, OpSpec};
use model_format::writer::ArrayData;
use smartcore::error::Failed;
use smartcore::linalg::basic::arrays::{Array, Array2};
use smartcore::linear::elastic_net::{ElasticNet, ElasticNetParameters};
use smartcore::linear::lasso::{Lasso, LassoParameters};
use smartcore::linear::linear_regression::{LinearRegression, LinearRegressionParameters};
use smartcore::linear::ridge_regression::{RidgeRegression, RidgeRegressionParameters};

use super::convergence::Missed;
use super::request::Predictions;
use super::{logistic, penalised_optimum};
use crate::algorithms::params::{self, L2};
use crate::engine::features::Features;
use crate::engine::matrix::Matrix;
use crate::engine::mirror::{self, FittedElasticNet, Logistic};
use crate::features::encode::mean;

/// A fitted linear model.
pub(crate) struct Linear {
    model: Model,
    missed: Option<Missed>,
}

/// smartcore's model.
enum Model {
    /// Least squares by SVD, which copes with collinear columns; smartcore's QR solver does not.
    Ordinary(LinearRegression<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with an L2 penalty.
    Ridge(RidgeRegression<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with an L1 penalty.
    Lasso(Lasso<f64, f64, Matrix, Vec<f64>>),
    /// Least squares with both penalties.
    ElasticNet(FittedElasticNet),
    /// Binary or multinomial logistic regression.
    Logistic(Logistic),
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
            .map(|model| Self::exact(Model::Ordinary(model)))
            .map_err(failed)
    }

    /// Fits `ridge`. smartcore centres and scales inside, which is the only way it finds an
    /// intercept; the coefficients it returns are for `x` as given.
    pub(crate) fn ridge(x: &Matrix, y: &Vec<f64>, params: L2, names: &[String]) -> Result<Self> {
        check_penalised("ridge", x, names)?;
        let parameters = RidgeRegressionParameters::default().with_alpha(params.alpha);
        RidgeRegression::fit(x, y, parameters)
            .map(|model| Self::exact(Model::Ridge(model)))
            .map_err(failed)
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
        let model = Lasso::fit(x, y, parameters).map_err(failed)?;
        let l1 = 2.0 * params.alpha * y.len() as f64;
        let coefficients = flat(model.coefficients());
        let missed = penalised_optimum::distance(x, y, &coefficients, l1, 0.0, params.stop.tol);
        Ok(Self { model: Model::Lasso(model), missed: missed.or_missed() })
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
        let n_rows = y.len() as f64;
        let (l1, l2) = (2.0 * alpha * l1_ratio * n_rows, alpha * (1.0 - l1_ratio) * n_rows);
        let coefficients = flat(model.coefficients());
        let missed = penalised_optimum::distance(x, y, &coefficients, l1, l2, stop.tol);
        let intercept = model.intercept() + mean;
        let model = Model::ElasticNet(mirror::with_intercept(&model, intercept)?);
        Ok(Self { model, missed: missed.or_missed() })
    }

    /// Fits `logistic-regression`.
    pub(crate) fn logistic(x: &Features, y: &Vec<u32>, params: L2) -> Result<Self> {
        let model = logistic::fit(x, y, params.alpha)?;
        let (coefficients, intercepts) = (flat(model.coefficients()), flat(model.intercept()));
        let missed = logistic::optimum::distance(x, y, &coefficients, &intercepts, params.alpha);
        Ok(Self { model: Model::Logistic(model), missed: missed.or_missed() })
    }

    /// What a solver without iterations gave.
    fn exact(model: Model) -> Self {
        Self { model, missed: None }
    }

    /// How far from the optimum it stopped, if that is too far.
    pub(crate) fn missed(&self) -> Option<&Missed> {
        self.missed.as_ref()
    }

    /// Appends the sums and what becomes of them.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Result<Head> {
        let (coefficients, intercepts, n_outputs) = self.numbers();
        if coefficients.iter().chain(&intercepts).any(|v| !v.is_finite()) {
            return Err(Error::input("the fit gave coefficients that are not finite numbers")
                .with_hint("values of some column are too large; use --scaler standard"));
        }
        let shape = [n_outputs, coefficients.len() / n_outputs];
        let op = LinearSpec {
            input,
            n_outputs: index(n_outputs),
            coefficients: program.array(ArrayData::f64(COEFFICIENTS, &shape, &coefficients)),
            intercepts: program.array(ArrayData::f64(INTERCEPTS, &[n_outputs], &intercepts)),
        };
        let sums = program.op(OpSpec::Linear(op), index(n_outputs));
        Ok(match &self.model {
            Model::Ordinary(_) | Model::Ridge(_) | Model::Lasso(_) | Model::ElasticNet(_) => {
                Head::value(sums)
            }
            Model::Logistic(_) if n_outputs == 1 => {
                let rule = LabelRule::AtLeast(LOGIT_OF_SECOND_CLASS);
                program.probabilities(sums, LinkForm::Logistic, rule, true)
            }
            Model::Logistic(_) => {
                program.probabilities(sums, LinkForm::Softmax, LabelRule::FirstMaximum, true)
            }
        })
    }

    /// Coefficients `[n_outputs, n_features]`, intercepts `[n_outputs]`.
    fn numbers(&self) -> (Vec<f64>, Vec<f64>, usize) {
        match &self.model {
            Model::Ordinary(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Model::Ridge(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Model::Lasso(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Model::ElasticNet(model) => (flat(model.coefficients()), vec![*model.intercept()], 1),
            Model::Logistic(model) => {
                let intercepts = flat(model.intercept());
                let n_outputs = intercepts.len();
                (flat(model.coefficients()), intercepts, n_outputs)
            }
        }
    }

    /// smartcore's own predictions; probabilities, which it lacks, from its coefficients.
    pub(crate) fn predict(&self, x: &Features) -> Result<Predictions> {
        let refused = |e| Error::internal(format!("smartcore's predict: {e}"));
        let numbers = |values: std::result::Result<Vec<f64>, Failed>| {
            values.map(Predictions::values).map_err(refused)
        };
        match &self.model {
            Model::Ordinary(model) => numbers(model.predict(x.dense()?)),
            Model::Ridge(model) => numbers(model.predict(x.dense()?)),
            Model::Lasso(model) => numbers(model.predict(x.dense()?)),
            Model::ElasticNet(model) => numbers(model.predict(x.dense()?)),
            Model::Logistic(model) => {
                let x = x.to_dense();
                let labels = model.predict(&x).map_err(refused)?;
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

fn flat(matrix: &Matrix) -> Vec<f64> {
    matrix.iterator(0).copied().collect()
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
