//! Votes, means and medians of several estimators.

use model_format::program::ops::average::AverageForm;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};
use tests::models;
use tests::programs::{Draft, compare};
use tests::reference::Answer;

use super::{assert_like, gaussian_of_three, one_against_the_rest, rows, softmax, three};

/// Probabilities of three labels by three estimators.
fn estimators(draft: &mut Draft) -> [Run; 3] {
    [softmax(draft), one_against_the_rest(draft), gaussian_of_three(draft)]
}

#[test]
fn a_soft_vote_is_a_mean() {
    let mut draft = Draft::numeric(2, three());
    let parts = estimators(&mut draft);
    let mean = draft.average(&parts, &[], AverageForm::Mean);
    let expected = [
        (0, [0.7445884717973171, 0.13996015062441736, 0.11545137757826546]),
        (1, [0.20989797166254662, 0.7250813079140624, 0.06502072042339094]),
        (2, [0.14586705430925656, 0.24776028976695086, 0.6063726559237926]),
        (0, [0.43456395916046114, 0.2479208993502303, 0.31751514148930854]),
        (2, [0.001013670532507771, 0.2519062832917193, 0.7470800461757728]),
    ];
    assert_like(&draft.probabilities(mean, &rows()).unwrap(), &rows(), &expected);
}

#[test]
fn a_soft_vote_may_have_weights() {
    let mut draft = Draft::numeric(2, three());
    let parts = estimators(&mut draft);
    let mean = draft.average(&parts, &[2.0, 1.0, 0.5], AverageForm::Mean);
    let expected = [
        (0, [0.7295275765841003, 0.14955735449605684, 0.12091506891984274]),
        (1, [0.22689025754365827, 0.6817312918871741, 0.09137845056916762]),
        (2, [0.13964677112475332, 0.26535568350204153, 0.5949975453732052]),
        (0, [0.3872312710747275, 0.2885371016027386, 0.32423162732253397]),
        (2, [0.0008849226699951435, 0.22608229697442742, 0.7730327803555774]),
    ];
    assert_like(&draft.probabilities(mean, &rows()).unwrap(), &rows(), &expected);
}

/// The labels of the estimators as 0/1 features, label after label.
fn ballots(draft: &mut Draft) -> Vec<Run> {
    let labels: Vec<Run> = estimators(draft)
        .into_iter()
        .map(|probabilities| draft.label(probabilities, LabelRule::FirstMaximum))
        .collect();
    let input = draft.select(&labels);
    let ballots = draft.op(OpSpec::OneHot(OneHotSpec { input }), 9);
    (0..3).map(|i| Run { first: ballots.first + 3 * i, len: 3 }).collect()
}

/// The labels are 0 0 0, 1 1 1, 2 1 2, 0 1 0 and 2 1 2.
#[test]
fn a_hard_vote_counts_labels_with_weights_and_takes_the_first_of_a_tie() {
    let mut draft = Draft::numeric(2, three());
    let parts = ballots(&mut draft);
    let sum = draft.average(&parts, &[0.5, 1.0, 0.5], AverageForm::Sum);
    let label = draft.label(sum, LabelRule::FirstMaximum);
    let file = draft.classes(label, sum, Meaning::DecisionValues, &rows()).unwrap();
    let expected = [
        (0, [2.0, 0.0, 0.0]),
        (1, [0.0, 2.0, 0.0]),
        (1, [0.0, 1.0, 1.0]),
        (0, [1.0, 1.0, 0.0]),
        (1, [0.0, 1.0, 1.0]),
    ];
    assert_like(&file, &rows(), &expected);
}

#[test]
fn shares_of_hard_votes_are_probabilities() {
    let mut draft = Draft::numeric(2, three());
    let parts = ballots(&mut draft);
    let mean = draft.average(&parts, &[], AverageForm::Mean);
    let third = 1.0 / 3.0;
    let expected = [
        (0, [1.0, 0.0, 0.0]),
        (1, [0.0, 1.0, 0.0]),
        (2, [0.0, third, 2.0 / 3.0]),
        (0, [2.0 / 3.0, third, 0.0]),
        (2, [0.0, third, 2.0 / 3.0]),
    ];
    assert_like(&draft.probabilities(mean, &rows()).unwrap(), &rows(), &expected);
}

/// Each label counts 1, and each of the others as much less.
#[test]
fn boosted_labels_are_weighted_means() {
    let mut draft = Draft::numeric(2, three());
    let parts: Vec<Run> = ballots(&mut draft)
        .into_iter()
        .map(|ballot| draft.scale(ballot, &[1.5; 3], &[-0.5; 3]))
        .collect();
    let decision = draft.average(&parts, &[1.5, 0.75, 1.25], AverageForm::Mean);
    let half = draft.scale(decision, &[0.5; 3], &[0.0; 3]);
    let probabilities = draft.link(half, LinkForm::Softmax);
    let label = draft.label(decision, LabelRule::FirstMaximum);
    let file = draft.classes(label, probabilities, Meaning::Probabilities, &rows()).unwrap();
    let expected = [
        (0, [0.5142093777192813, 0.24289531114035925, 0.24289531114035925]),
        (1, [0.24289531114035925, 0.5142093777192813, 0.24289531114035925]),
        (2, [0.2514426708797362, 0.2952815477908719, 0.4532757813293919]),
        (0, [0.4532757813293919, 0.2952815477908719, 0.2514426708797362]),
        (2, [0.2514426708797362, 0.2952815477908719, 0.4532757813293919]),
    ];
    assert_like(&file, &rows(), &expected);
}

#[test]
fn boosted_values_are_weighted_medians() {
    let mut draft = Draft::numeric(2, models::regression());
    let of = [([1.0, 2.0], 0.5), ([-1.0, 0.5], 1.0), ([0.25, -1.0], -0.5), ([2.0, 1.0], 0.0)];
    let parts: Vec<Run> = of
        .iter()
        .map(|(coefficients, intercept)| draft.linear(draft.inputs(), coefficients, &[*intercept]))
        .collect();
    let median = draft.average(&parts, &[1.0, 0.5, 2.0, 0.25], AverageForm::Median);
    let file = draft.value(median, &rows()).unwrap();
    let found: Vec<_> = compare(&file, &rows()).into_iter().flatten().collect();
    assert_eq!(found, [0.625, -1.5, -1.0, -0.5, -5.25].map(Answer::Value));
}

/// Sums that overflow are no shares at all.
#[test]
fn a_row_whose_shares_are_unknown_is_bad() {
    let mut draft = Draft::numeric(2, three());
    let coefficients = [1e300, -1e300, 1.0, 0.0, 0.0, 1.0];
    let sums = draft.linear(draft.inputs(), &coefficients, &[0.0; 3]);
    let each = draft.sigmoid(sums);
    let shares = draft.link(each, LinkForm::Shares);
    let rows = tests::programs::cells(&[[1.0, 2.0], [1e10, 1e10]]);
    let found = compare(&draft.probabilities(shares, &rows).unwrap(), &rows);
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [true, false]);
}

/// 1e308 twice is too large for a sum and not for a median of three.
#[test]
fn a_row_whose_mean_overflows_is_bad() {
    for (form, good) in [(AverageForm::Mean, false), (AverageForm::Median, true)] {
        let mut draft = Draft::numeric(2, models::regression());
        let parts = [0, 1, 0].map(|first| Run { first, len: 1 });
        let average = draft.average(&parts, &[], form);
        let rows = tests::programs::cells(&[[1.0, 2.0], [1e308, 1e308]]);
        let file = draft.value(average, &rows).unwrap();
        assert_eq!(compare(&file, &rows)[1].is_some(), good);
    }
}
