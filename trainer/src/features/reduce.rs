//! `--reduce`: smartcore's PCA and SVD between the encoded features and the estimator.

use std::fmt;

use cli_common::error::{Error, Result};
use cli_common::suggest::nearest;
use model_format::manifest::ReduceMethod;
use model_format::program::OpSpec;
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::projection::{PROJECTION, PROJECTION_SHIFT, ProjectionSpec};
use model_format::program::slot::Run;
use model_format::writer::ArrayData;
use smartcore::decomposition::pca::{PCA, PCAParameters};
use smartcore::decomposition::svd::{SVD, SVDParameters};
use smartcore::linalg::basic::arrays::{Array, Array2};

use crate::engine::guard;
use crate::engine::matrix::{Matrix, matrix};

/// What `--reduce` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reduce {
    method: ReduceMethod,
    n_components: usize,
}

/// The methods by name.
const METHODS: [(&str, ReduceMethod); 2] = [("pca", ReduceMethod::Pca), ("svd", ReduceMethod::Svd)];

impl fmt::Display for Reduce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name(), self.n_components)
    }
}

impl Reduce {
    /// Reads `pca:K` or `svd:K`; `none` is none.
    ///
    /// # Errors
    ///
    /// A usage error that lists the methods, the nearest first, or says what K can be.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>> {
        if text == "none" {
            return Ok(None);
        }
        let (name, k) = text.split_once(':').unwrap_or((text, ""));
        let names = METHODS.map(|(name, _)| name);
        let Some((_, method)) = METHODS.into_iter().find(|(known, _)| *known == name) else {
            let fact = format!("--reduce: `{name}` is not one of {}", names.join(", "));
            return Err(Error::usage(fact).did_you_mean(nearest(name, names)));
        };
        match k.parse() {
            Ok(n_components) if n_components > 0 => Ok(Some(Self { method, n_components })),
            _ => Err(Error::usage(format!(
                "--reduce: found `{text}`, expected {name}:K with K from 1 to the number of features"
            ))),
        }
    }

    fn name(self) -> &'static str {
        METHODS.iter().find(|(_, method)| *method == self.method).map_or("", |(name, _)| *name)
    }

    /// Number of components.
    pub(crate) fn n_components(self) -> usize {
        self.n_components
    }

    /// Refuses more components than there can be: as many as features (one less for smartcore's
    /// SVD), and never more than rows; centred rows have a direction less.
    ///
    /// # Errors
    ///
    /// A usage error that says what K can be.
    pub(crate) fn check_shape(self, n_rows: usize, n_features: usize) -> Result<()> {
        let most = match self.method {
            ReduceMethod::Pca => n_features.min(n_rows.saturating_sub(1)),
            ReduceMethod::Svd => n_features.saturating_sub(1).min(n_rows),
        };
        if self.n_components <= most {
            return Ok(());
        }
        let fact = format!("--reduce {self}: {n_rows} rows of {n_features} features");
        Err(Error::usage(match most {
            0 => format!("{fact} cannot be reduced by {}", self.name()),
            _ => format!("{fact}, expected {}:K with K from 1 to {most}", self.name()),
        }))
    }
}

/// Seconds that a fit of encoded features `[n_rows, n_features]` is likely to take: 2.1 for 16,000
/// rows of 100 features, on one core of a Xeon.
pub(crate) fn seconds(x: &Matrix) -> f64 {
    let (n_rows, n_features) = x.shape();
    1.3e-8 * n_rows.max(n_features) as f64 * (n_features as f64).powi(2)
}

/// A fitted projection.
pub(crate) enum Reducer {
    /// Centred.
    Pca(PCA<f64, Matrix>),
    /// Not centred.
    Svd(SVD<f64, Matrix>),
}

impl Reducer {
    /// Fits on encoded features `[n_rows, n_features]`; the reducer, and their components.
    ///
    /// # Errors
    ///
    /// A usage error for too many components; an input error if the rows do not span as many
    /// directions: the rest would be rounding errors, which an estimator would take for data.
    pub(crate) fn fit(reduce: Reduce, x: &Matrix) -> Result<(Self, Matrix)> {
        let (n_rows, n_features) = x.shape();
        reduce.check_shape(n_rows, n_features)?;
        let n_components = reduce.n_components;
        let mut fitted = guard::run(1, |_| {
            let fitted = match reduce.method {
                ReduceMethod::Pca => {
                    let parameters = PCAParameters::default().with_n_components(n_components);
                    PCA::fit(x, parameters).map(Self::Pca)
                }
                ReduceMethod::Svd => {
                    let parameters = SVDParameters::default().with_n_components(n_components);
                    SVD::fit(x, parameters).map(Self::Svd)
                }
            };
            fitted.map_err(|e| Error::input(format!("smartcore refuses to reduce this data: {e}")))
        })?;
        let fitted = fitted.pop().ok_or_else(|| Error::internal("the fit returned nothing"))?;
        let components = fitted.transform(x)?;
        let n_spanned = n_spanned(reduce.method, x, &components)?;
        if n_spanned < n_components {
            let fact = format!(
                "--reduce {reduce}: the fitted rows span {n_spanned} directions of {n_features} features"
            );
            let error = Error::input(fact);
            return Err(match n_spanned {
                0 => error,
                _ => error.with_hint(format!("use --reduce {}:{n_spanned}", reduce.name())),
            });
        }
        Ok((fitted, components))
    }

    /// smartcore's own components of encoded features: `[n_rows, n_components]`.
    pub(crate) fn transform(&self, x: &Matrix) -> Result<Matrix> {
        match self {
            Self::Pca(pca) => pca.transform(x),
            Self::Svd(svd) => svd.transform(x),
        }
        .map_err(|e| Error::internal(format!("smartcore's projection: {e}")))
    }

    /// smartcore's weights `[n_features, n_components]`.
    fn weights(&self) -> &Matrix {
        match self {
            Self::Pca(pca) => pca.components(),
            Self::Svd(svd) => svd.components(),
        }
    }

    /// Number of components.
    pub(crate) fn n_components(&self) -> usize {
        self.weights().shape().1
    }

    /// Appends the op and its arrays; the components.
    pub(crate) fn op(&self, input: Run, program: &mut ProgramBuilder) -> Result<Run> {
        let weights = self.weights();
        let (n_features, n_components) = weights.shape();
        let columns = (0..n_components).flat_map(|c| (0..n_features).map(move |f| (f, c)));
        let projection: Vec<f64> = columns.map(|at| *weights.get(at)).collect();
        // What smartcore subtracts is private, but all it makes of a row of zeros.
        let zeros = matrix(1, &vec![vec![0.0]; n_features])?;
        let shifts: Vec<f64> = self.transform(&zeros)?.iterator(0).map(|v| 0.0 - v).collect();
        let shape = [n_components, n_features];
        let op = ProjectionSpec {
            input,
            n_components: index(n_components),
            method: match self {
                Self::Pca(_) => ReduceMethod::Pca,
                Self::Svd(_) => ReduceMethod::Svd,
            },
            weights: program.array(ArrayData::f64(PROJECTION, &shape, &projection)),
            shifts: program.array(ArrayData::f64(PROJECTION_SHIFT, &[n_components], &shifts)),
        };
        Ok(program.op(OpSpec::Projection(op), index(n_components)))
    }
}

/// Components that are more than rounding errors, which come last.
fn n_spanned(method: ReduceMethod, x: &Matrix, components: &Matrix) -> Result<usize> {
    let (n_rows, n_features) = x.shape();
    // With no more rows than features, smartcore's PCA goes through the covariances, which keeps
    // half of the digits.
    let through_squares = method == ReduceMethod::Pca && n_rows <= n_features;
    let share = if through_squares { 1e-7 } else { 1e-12 };
    let norm = |squares: f64| squares.sqrt();
    let limit = share * norm(x.iterator(0).map(|v| v * v).sum());
    let (_, n_components) = components.shape();
    let norms: Vec<f64> = (0..n_components)
        .map(|c| norm(components.get_col(c).iterator(0).map(|v| v * v).sum()))
        .collect();
    if !limit.is_finite() || norms.iter().any(|n| !n.is_finite()) {
        return Err(Error::input("the components are not finite numbers")
            .with_hint("values of some column are too large; use --scaler standard"));
    }
    Ok(norms.iter().filter(|n| **n > limit).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::SplitMix64;

    fn random(n_rows: usize, n_features: usize) -> Vec<Vec<f64>> {
        let mut rng = SplitMix64::new(5);
        let mut number = || rng.below(1 << 20) as f64 / f64::from(1 << 20) - 0.3;
        (0..n_features).map(|_| (0..n_rows).map(|_| number()).collect()).collect()
    }

    fn fit(text: &str, n_rows: usize, columns: &[Vec<f64>]) -> Result<(Reducer, Matrix)> {
        Reducer::fit(Reduce::parse(text).unwrap().unwrap(), &matrix(n_rows, columns).unwrap())
    }

    fn failure(text: &str, n_rows: usize, columns: &[Vec<f64>]) -> String {
        fit(text, n_rows, columns).err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn components_are_orthonormal_and_ordered_whatever_the_shape() {
        // Fewer rows than features take other paths through smartcore.
        for (n_rows, n_features) in [(40, 6), (12, 30), (7, 7), (8, 7), (6, 7)] {
            for text in ["pca:5", "svd:5"] {
                let (reducer, components) = fit(text, n_rows, &random(n_rows, n_features))
                    .unwrap_or_else(|e| panic!("{text} of {n_rows} x {n_features}: {e}"));
                let weights = reducer.weights();
                let k = reducer.n_components();
                for (a, b) in (0..k).flat_map(|a| (0..k).map(move |b| (a, b))) {
                    let dot: f64 =
                        (0..n_features).map(|f| weights.get((f, a)) * weights.get((f, b))).sum();
                    assert!(
                        (dot - f64::from(u8::from(a == b))).abs() < 1e-9,
                        "{text} {a} {b}: {dot}"
                    );
                }
                let norm = |c: usize| components.get_col(c).iterator(0).map(|v| v * v).sum::<f64>();
                assert!((1..k).all(|c| norm(c - 1) >= norm(c)), "{text}: {n_rows} x {n_features}");
            }
        }
    }

    #[test]
    fn more_components_than_there_are() {
        let columns = random(8, 20);
        for (text, n_rows, n_features, range) in [
            ("pca:8", 8, 20, "from 1 to 7"),
            ("svd:9", 8, 20, "from 1 to 8"),
            ("pca:4", 8, 3, "from 1 to 3"),
            ("svd:3", 8, 3, "from 1 to 2"),
            ("svd:1", 8, 1, "cannot be reduced by svd"),
        ] {
            let fact = failure(text, n_rows, &columns[..n_features]);
            assert!(fact.ends_with(range), "{fact}");
        }
    }

    #[test]
    fn directions_that_are_rounding_errors_are_refused() {
        let mut columns = random(50, 3);
        columns.push(columns[0].iter().zip(&columns[1]).map(|(a, b)| a - 2.0 * b).collect());
        columns.push(vec![0.1; 50]);
        for text in ["pca:4", "pca:5", "svd:4"] {
            let n = if text.starts_with("pca") { 3 } else { 4 };
            let fact = failure(text, 50, &columns);
            let spans = format!("span {n} directions of 5 features");
            assert_eq!(fact.is_empty(), text == "svd:4", "{text}: {fact}");
            assert!(fact.is_empty() || fact.ends_with(&spans), "{fact}");
        }
        // As many rows as features: through the covariances.
        let short: Vec<Vec<f64>> = columns.iter().map(|c| c[..5].to_vec()).collect();
        assert!(failure("pca:4", 5, &short).ends_with("span 3 directions of 5 features"));
    }

    #[test]
    fn constant_and_nearly_constant_columns() {
        let constant = vec![vec![3.0; 20], vec![-1.5; 20], vec![0.0; 20]];
        assert!(failure("pca:1", 20, &constant).ends_with("span 0 directions of 3 features"));
        assert!(failure("svd:2", 20, &constant).ends_with("span 1 directions of 3 features"));
        assert!(
            failure("pca:1", 3, &constant.iter().map(|c| c[..3].to_vec()).collect::<Vec<_>>())
                .contains("span 0")
        );
        let zeros = vec![vec![0.0; 20]; 3];
        assert!(failure("svd:1", 20, &zeros).ends_with("span 0 directions of 3 features"));
        let mut nearly = constant;
        nearly[1][7] = (-1.5f64).next_up();
        assert!(failure("pca:1", 20, &nearly).ends_with("span 0 directions of 3 features"));
        assert!(fit("svd:1", 20, &nearly).is_ok());
    }
}
