//! Programs of several estimators and what is made of their outputs, held against numbers of scikit-learn 1.9.

#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::unreadable_literal,
    reason = "numbers as Python prints them"
)]

mod calibrated;
mod hostile;
mod kernels;
mod layers;
mod pairs;
mod random;
mod refused;
mod together;
mod votes;

use model_format::manifest::Task;
use model_format::program::OpSpec;
use model_format::program::ops::bayes::{BayesKind, BayesSpec};
use model_format::program::ops::links::LinkForm;
use model_format::program::slot::Run;
use tests::models;
use tests::programs::{Draft, cells, compare};
use tests::reference::Answer;

/// Rows of two numbers.
const ROWS: [[f64; 2]; 5] = [[0.5, -1.0], [2.0, 1.5], [-1.0, 0.25], [0.0, 0.0], [-3.0, 4.0]];
/// Coefficients and intercepts of three classes, to be normalised one against the rest.
const RIVAL: ([f64; 6], [f64; 3]) = ([1.0, -0.5, -0.25, 0.75, -0.5, -0.25], [-0.5, 0.25, -1.0]);

fn rows() -> Vec<Vec<String>> {
    cells(&ROWS)
}

fn three() -> Task {
    models::classes(&["a", "b", "c"])
}

fn two() -> Task {
    models::classes(&["no", "yes"])
}

/// Sums of three classes and their softmax.
fn softmax(draft: &mut Draft) -> Run {
    let sums = draft.linear(draft.inputs(), &[0.5, -1.0, 0.25, 0.5, -0.75, 0.5], &[0.1, -0.2, 0.1]);
    draft.link(sums, LinkForm::Softmax)
}

/// The sums of [`RIVAL`].
fn rival(draft: &mut Draft) -> Run {
    draft.linear(draft.inputs(), &RIVAL.0, &RIVAL.1)
}

/// One against the rest.
fn one_against_the_rest(draft: &mut Draft) -> Run {
    let sums = rival(draft);
    let each = draft.sigmoid(sums);
    draft.link(each, LinkForm::Shares)
}

/// Normal distributions: means, variances and shares of the labels.
fn gaussian(draft: &mut Draft, means: &[f64], variances: &[f64], shares: &[f64]) -> Run {
    let (n, input) = (shares.len(), draft.inputs());
    let shape = [n, input.width()];
    let twice: Vec<f64> = variances.iter().map(|v| 2.0 * v).collect();
    let half_logs: Vec<f64> = variances.iter().map(|v| 0.5 * v.ln()).collect();
    let kind = BayesKind::Gaussian {
        means: draft.f64s(&shape, means),
        twice_variances: draft.f64s(&shape, &twice),
        half_log_variances: draft.f64s(&shape, &half_logs),
    };
    let priors: Vec<f64> = shares.iter().map(|share| share.ln()).collect();
    let log_priors = draft.f64s(&[n], &priors);
    let n_labels = u32::try_from(n).unwrap();
    let scores = draft.op(OpSpec::Bayes(BayesSpec { input, n_labels, kind, log_priors }), n_labels);
    draft.link(scores, LinkForm::Softmax)
}

fn gaussian_of_three(draft: &mut Draft) -> Run {
    let means = [0.5, -1.0, 1.5, 1.0, -1.0, 0.5];
    gaussian(draft, &means, &[1.0, 0.5, 0.25, 2.0, 1.0, 1.0], &[0.5, 0.25, 0.25])
}

/// Compares the predictor with the interpreter and that with what scikit-learn returns for the rows.
fn assert_like<const N: usize>(file: &[u8], rows: &[Vec<String>], expected: &[(usize, [f64; N])]) {
    let answers = compare(file, rows);
    assert_eq!(answers.len(), expected.len());
    for (answer, (label, numbers)) in answers.iter().zip(expected) {
        let expected = Answer::Class(*label, numbers.to_vec());
        assert!(answer.as_ref().unwrap().agrees(&expected, false), "{answer:?}, {expected:?}");
    }
}
