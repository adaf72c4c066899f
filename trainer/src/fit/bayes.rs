//! Naive Bayes: Gaussian, Bernoulli, multinomial, categorical.
//!
//! Logarithms are taken here, once, and stored: the predictor adds them and needs no `ln`.

use cli_common::error::{Error, Result};
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::bayes::{
    BayesKind, BayesSpec, HALF_LOG_TWO_PI, HALF_LOG_VARIANCES, LOG_ABSENT, LOG_PRESENT, LOG_PRIORS,
    LOG_PROBABILITIES, MEANS, TWICE_VARIANCES,
};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::slot::Run;
use model_format::program::{Head, OpSpec};
use model_format::writer::ArrayData;
use smartcore::linalg::basic::arrays::Array2 as _;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::naive_bayes::bernoulli::{BernoulliNB, BernoulliNBParameters};
use smartcore::naive_bayes::categorical::{CategoricalNB, CategoricalNBParameters};
use smartcore::naive_bayes::multinomial::{MultinomialNB, MultinomialNBParameters};

use super::linear;
use super::request::Predictions;
use crate::algorithms::params::{Bernoulli, Smoothing};
use crate::engine::features::{Codes, Features};
use crate::engine::mirror::{self, Gaussian};
use crate::features::encode::mean;
use crate::parallel;

/// A fitted naive Bayes model.
pub(crate) struct Bayes {
    model: Model,
    log_priors: Vec<f64>,
    n_features: usize,
}

/// smartcore's model, and the tables `[n_classes, n_features]` that go into the artifact.
enum Model {
    Gaussian { model: Gaussian, means: Vec<f64>, variances: Vec<f64> },
    Bernoulli { model: BernoulliNB<f64, u32, Features, Vec<u32>>, binarize: f64, present: Vec<f64> },
    Multinomial { model: MultinomialNB<u32, u32, Features<u32>, Vec<u32>>, table: Vec<f64> },
    Categorical { model: CategoricalNB<u32, DenseMatrix<u32>, Vec<u32>>, table: Vec<f64> },
}

/// Added to every variance, as a share of the largest one: a column that is constant within a class
/// would otherwise be infinitely sure. scikit-learn's `var_smoothing`.
const VAR_SMOOTHING: f64 = 1e-9;

fn failed(error: impl std::fmt::Display) -> Error {
    Error::input(format!("smartcore refuses to fit this data: {error}"))
}

impl Bayes {
    /// Fits `gaussian-nb` in one pass per column.
    ///
    /// smartcore's own fit takes time quadratic in the rows and loses the variance of columns far
    /// from zero; the moments are computed here and put into smartcore's model, which predicts.
    pub(crate) fn gaussian(
        x: &Features,
        y: &[u32],
        n_classes: usize,
        threads: usize,
    ) -> Result<Self> {
        let (class_counts, shares) = shares(y, n_classes);
        let n_features = x.n_features();
        let features: Vec<usize> = (0..n_features).collect();
        let moments: Vec<(f64, Vec<(f64, f64)>)> = parallel::map(threads, &features, |feature| {
            let column = x.values(*feature);
            let mut by_class = vec![Vec::new(); n_classes];
            for (value, class) in column.iter().zip(y) {
                by_class[*class as usize].push(*value);
            }
            let own = by_class.iter().map(|own| (mean(own), variance(own))).collect();
            (variance(&column), own)
        });
        let largest = moments.iter().map(|(variance, _)| *variance).fold(0.0, f64::max);
        let floor = (VAR_SMOOTHING * largest).max(f64::MIN_POSITIVE);
        let (mut means, mut variances) = (Vec::new(), Vec::new());
        for class in 0..n_classes {
            for (_, own) in &moments {
                means.push(own[class].0);
                variances.push(own[class].1 + floor);
            }
        }
        let rows = |table: &[f64]| table.chunks_exact(n_features).map(<[f64]>::to_vec).collect();
        let model = mirror::gaussian(class_counts, shares.clone(), rows(&variances), rows(&means))?;
        let model = Model::Gaussian { model, means, variances };
        Ok(Self { model, log_priors: logs(&shares), n_features })
    }

    /// Fits `bernoulli-nb`: a feature is present if it exceeds `binarize`.
    pub(crate) fn bernoulli(
        x: &Features,
        y: &Vec<u32>,
        n_classes: usize,
        params: Bernoulli,
    ) -> Result<Self> {
        let Bernoulli { smoothing: Smoothing { alpha }, binarize } = params;
        let parameters = BernoulliNBParameters::default().with_alpha(alpha).with_binarize(binarize);
        let model = BernoulliNB::fit(x, y, parameters).map_err(failed)?;
        let present = model.feature_log_prob().concat();
        let n_features = x.n_features();
        let log_priors = logs(&shares(y, n_classes).1);
        Ok(Self { model: Model::Bernoulli { model, binarize, present }, log_priors, n_features })
    }

    /// Fits `multinomial-nb` on counts.
    pub(crate) fn multinomial(
        x: &Features,
        y: &Vec<u32>,
        n_classes: usize,
        params: Smoothing,
        names: &[String],
    ) -> Result<Self> {
        let parameters = MultinomialNBParameters::default().with_alpha(params.alpha);
        let model = MultinomialNB::fit(&counts(x, names)?, y, parameters).map_err(failed)?;
        let table = model.feature_log_prob().concat();
        let n_features = x.n_features();
        let log_priors = logs(&shares(y, n_classes).1);
        Ok(Self { model: Model::Multinomial { model, table }, log_priors, n_features })
    }

    /// Fits `categorical-nb` on the codes of categorical columns.
    pub(crate) fn categorical(
        x: &Features,
        y: &Vec<u32>,
        n_classes: usize,
        params: Smoothing,
    ) -> Result<Self> {
        if x.n_numbers() > 0 {
            let fact = "categorical-nb reads categories, but there are numeric columns";
            return Err(Error::input(fact).with_hint(
                "read them as categories with --categorical, or leave them out with --ignore",
            ));
        }
        let parameters = CategoricalNBParameters::default().with_alpha(params.alpha);
        let model = CategoricalNB::fit(&codes(x)?, y, parameters).map_err(failed)?;
        let mut table = Vec::new();
        for class in 0..n_classes {
            for column in model.feature_log_prob() {
                table.extend_from_slice(&column[class]);
            }
        }
        let log_priors = logs(&shares(y, n_classes).1);
        let model = Model::Categorical { model, table };
        Ok(Self { model, log_priors, n_features: x.n_features() })
    }

    /// Appends the scores and what becomes of them.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Head {
        let n_labels = self.log_priors.len();
        let mut table = |name, numbers: &[f64]| {
            program.array(ArrayData::f64(name, &[n_labels, self.n_features], numbers))
        };
        let kind = match &self.model {
            Model::Gaussian { means, variances, .. } => {
                let twice: Vec<f64> = variances.iter().map(|v| 2.0 * v).collect();
                let half_log: Vec<f64> = variances.iter().map(|v| v.ln() / 2.0).collect();
                BayesKind::Gaussian {
                    means: table(MEANS, means),
                    twice_variances: table(TWICE_VARIANCES, &twice),
                    half_log_variances: table(HALF_LOG_VARIANCES, &half_log),
                }
            }
            Model::Bernoulli { binarize, present, .. } => {
                let absent: Vec<f64> = present.iter().copied().map(absent).collect();
                BayesKind::Bernoulli {
                    binarize: *binarize,
                    present: table(LOG_PRESENT, present),
                    absent: table(LOG_ABSENT, &absent),
                }
            }
            Model::Multinomial { table: log, .. } => {
                BayesKind::Multinomial { log_probabilities: table(LOG_PROBABILITIES, log) }
            }
            Model::Categorical { table: log, .. } => {
                BayesKind::Categorical { log_probabilities: table(LOG_PROBABILITIES, log) }
            }
        };
        let log_priors = program.array(ArrayData::f64(LOG_PRIORS, &[n_labels], &self.log_priors));
        let op = BayesSpec { input, n_labels: index(n_labels), kind, log_priors };
        let scores = program.op(OpSpec::Bayes(op), index(n_labels));
        program.probabilities(scores, LinkForm::Softmax, LabelRule::FirstMaximum, true)
    }

    /// smartcore's own labels; probabilities, which it lacks, from the same logarithms.
    pub(crate) fn predict(&self, x: &Features) -> Result<Predictions> {
        let dense = x.to_dense();
        let labels = match &self.model {
            Model::Gaussian { model, .. } => model.predict(&dense),
            Model::Bernoulli { model, .. } => model.predict(x),
            Model::Multinomial { model, .. } => model.predict(&counts(x, &[])?),
            Model::Categorical { model, .. } => model.predict(&codes(x)?),
        }
        .map_err(|e| Error::internal(format!("smartcore's predict: {e}")))?;
        let n_rows = x.n_rows();
        let mut values = Vec::with_capacity(n_rows * self.log_priors.len());
        for row in 0..n_rows {
            let row: Vec<f64> = dense.get_row(row).iterator(0).copied().collect();
            let scores: Vec<f64> = (0..self.log_priors.len())
                .map(|class| {
                    self.log_likelihood(class, &row, x.categories()) + self.log_priors[class]
                })
                .collect();
            values.extend(linear::softmax(&scores));
        }
        Ok(Predictions { labels, values })
    }

    fn log_likelihood(&self, class: usize, row: &[f64], categories: &[Codes]) -> f64 {
        let own = |table: &[f64]| table[class * self.n_features..][..self.n_features].to_vec();
        let sum = |terms: &mut dyn Iterator<Item = f64>| terms.fold(0.0, |sum, term| sum + term);
        match &self.model {
            Model::Gaussian { means, variances, .. } => {
                let terms = row.iter().zip(own(means)).zip(own(variances));
                sum(&mut terms.map(|((x, m), v)| {
                    -((x - m) * (x - m) / (2.0 * v)) - HALF_LOG_TWO_PI - v.ln() / 2.0
                }))
            }
            Model::Bernoulli { binarize, present, .. } => {
                let terms = row.iter().zip(own(present));
                sum(&mut terms.map(|(x, p)| if x > binarize { p } else { absent(p) }))
            }
            Model::Multinomial { table, .. } => {
                sum(&mut row.iter().zip(own(table)).map(|(x, log)| x * log))
            }
            Model::Categorical { table, .. } => {
                let (table, mut total, mut start) = (own(table), 0.0, 0);
                for Codes { n_codes, .. } in categories {
                    let features = start..start + n_codes;
                    let Some(set) = features.clone().find(|f| row[*f] > 0.5) else { return 0.0 };
                    (total, start) = (total + table[set], features.end);
                }
                total
            }
        }
    }
}

/// Log-probability that a feature is absent, as smartcore computes it.
fn absent(log_present: f64) -> f64 {
    (1.0 - log_present.exp()).ln()
}

/// Rows per class, and their shares.
fn shares(y: &[u32], n_classes: usize) -> (Vec<usize>, Vec<f64>) {
    let mut counts = vec![0usize; n_classes];
    for class in y {
        counts[*class as usize] += 1;
    }
    let shares = counts.iter().map(|c| *c as f64 / y.len() as f64).collect();
    (counts, shares)
}

fn logs(shares: &[f64]) -> Vec<f64> {
    shares.iter().map(|share| share.ln()).collect()
}

/// Population variance in two passes.
fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().fold(0.0, |sum, v| sum + (v - mean) * (v - mean)) / values.len() as f64
}

/// Features as counts; categories are: of each, a row has one or none.
fn counts(x: &Features, names: &[String]) -> Result<Features<u32>> {
    let (n_rows, n_numbers) = (x.n_rows(), x.n_numbers());
    let mut numbers = Vec::with_capacity(n_rows * n_numbers);
    for feature in 0..n_numbers {
        for value in x.numbers(feature) {
            if value.fract() != 0.0 || !(0.0..=f64::from(u32::MAX)).contains(value) {
                let name = names.get(feature).map_or("?", String::as_str);
                let fact = format!(
                    "multinomial-nb: column `{name}` holds {value}, expected counts 0, 1, 2, ..."
                );
                return Err(Error::input(fact).with_hint(
                    "use --scaler none, leave the column out, or take --algorithm gaussian-nb",
                ));
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked above"
            )]
            numbers.push(*value as u32);
        }
    }
    let numbers = DenseMatrix::new(n_rows, n_numbers, numbers, true).map_err(failed)?;
    Ok(Features::new(numbers, x.categories().to_vec()))
}

/// The codes of categorical columns; a row without a category has one that training did not see.
fn codes(x: &Features) -> Result<DenseMatrix<u32>> {
    let codes = x.categories().iter().flat_map(|column| &column.codes).copied().collect();
    DenseMatrix::new(x.n_rows(), x.categories().len(), codes, true).map_err(failed)
}
