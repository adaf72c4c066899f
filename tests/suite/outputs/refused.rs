//! What is refused of averages, links and labels.

use model_format::program::ops::average::{AverageForm, AverageSpec};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::{LinkForm, LinkSpec};
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};
use model_format::{Artifact, ErrorKind, FormatError};
use predictor::Model;
use tests::programs::{Draft, cells};
use tests::{corrupt, models};

use super::{softmax, three, two};

fn run(first: u32, len: u32) -> Run {
    Run { first, len }
}

/// Why an op of six columns of numbers is refused.
fn refused(op: OpSpec) -> FormatError {
    let mut draft = Draft::numeric(6, models::regression());
    let output = draft.op(op, 1);
    let error = draft.value(output, &cells(&[[0.0; 6]])).expect_err("the op was accepted");
    assert_eq!(error.kind(), ErrorKind::Structure, "{error}");
    error
}

fn average(n_parts: u32, weights: &[f64], form: AverageForm) -> OpSpec {
    OpSpec::Average(AverageSpec { input: run(0, 6), n_parts, weights: weights.to_vec(), form })
}

fn link(form: LinkForm) -> OpSpec {
    OpSpec::Link(LinkSpec { input: run(0, 6), form })
}

macro_rules! refusals {
    ($($name:ident: $op:expr => $says:literal;)*) => {
        $(#[test]
        fn $name() {
            let error = refused($op);
            assert!(error.to_string().contains($says), "{error}");
        })*
    };
}

use AverageForm::{Mean, Median, Sum};

refusals! {
    no_parts: average(0, &[], Sum) => "op 0 (average), parts: found 0, expected 1 to 262144";
    too_many_parts: average(u32::MAX, &[], Sum) => "op 0 (average), parts: found 4294967295";
    parts_that_differ: average(4, &[], Sum) => "op 0 (average), parts: 6 slots are not 4 equal parts";
    more_parts_than_slots: average(7, &[], Mean) => "op 0 (average), parts: 6 slots are not 7 equal parts";
    a_weight_too_few: average(3, &[1.0; 2], Mean) => "op 0 (average), weights: found 2, expected 3";
    a_weight_of_nan: average(2, &[1.0, f64::NAN], Sum) =>
        "op 0 (average), weights: element 1 is not a finite number";
    a_negative_weight: average(2, &[2.0, -1.0], Median) => "op 0 (average), weights: element 1 is negative";
    weights_of_nothing: average(2, &[0.0; 2], Mean) => "op 0 (average), weights: their sum is 0.0";
    weights_that_overflow: average(2, &[f64::MAX; 2], Mean) => "op 0 (average), weights: their sum is inf";
    codes_of_an_average: OpSpec::Average(AverageSpec {
        input: run(4, 3),
        n_parts: 1,
        weights: Vec::new(),
        form: Sum,
    }) => "op 0 (average), input: reads 3 slots from 4, there are 6";
    pairs_of_four: link(LinkForm::PairScores { n_labels: 3, above: 0.0 }) =>
        "op 0 (link), input: 6 slots do not fit PairScores { n_labels: 3";
    pairs_of_nothing: link(LinkForm::PairScores { n_labels: 0, above: 0.0 }) =>
        "op 0 (link), input: 6 slots do not fit PairScores { n_labels: 0";
    pairs_without_end: link(LinkForm::PairScores { n_labels: u32::MAX, above: 0.0 }) =>
        "op 0 (link), input: 6 slots do not fit PairScores { n_labels: 4294967295";
    votes_above_infinity: link(LinkForm::PairScores { n_labels: 4, above: f64::INFINITY }) =>
        "op 0 (link), above: element 0 is not a finite number";
    coupling_of_numbers: link(LinkForm::PairCoupling { n_labels: 4 }) =>
        "op 0 (link), input: slot 0 is no probability";
    shares_of_numbers: link(LinkForm::Shares) => "op 0 (link), input: slot 0 is no probability";
}

/// Whether a program may end with these probabilities.
fn accepted(make: impl FnOnce(&mut Draft) -> Run) -> Result<Vec<u8>, FormatError> {
    let mut draft = Draft::numeric(2, three());
    let probabilities = make(&mut draft);
    draft.probabilities(probabilities, &super::rows())
}

#[test]
fn probabilities_must_sum_to_one() {
    let not = "head: 3 numbers that are Probabilities do not fit the task";
    let refused = |make: fn(&mut Draft) -> Run| {
        let error = accepted(make).expect_err("the program was accepted").to_string();
        assert!(error.contains(not), "{error}");
    };
    refused(|draft| {
        let sums = super::rival(draft);
        draft.sigmoid(sums)
    });
    refused(|draft| {
        let p = softmax(draft);
        draft.clip(p)
    });
    // Each column of a part must be of the same distribution.
    refused(|draft| {
        let (a, b) = (softmax(draft), super::gaussian_of_three(draft));
        let mixed = draft.select(&[run(a.first, 2), b, run(a.first + 2, 1)]);
        draft.average(&[run(mixed.first, 3), run(mixed.first + 3, 3)], &[], Mean)
    });
    refused(|draft| {
        let p = softmax(draft);
        draft.average(&[p, p], &[], Median)
    });
    refused(|draft| {
        let p = softmax(draft);
        draft.average(&[p, p], &[0.5, 0.5], Sum)
    });
    refused(|draft| {
        let p = softmax(draft);
        draft.select(&[run(p.first, 2), run(p.first, 1)])
    });
    accepted(|draft| {
        let p = softmax(draft);
        let copy = draft.select(&[draft.inputs(), p, p]);
        let mean =
            draft.average(&[run(copy.first + 2, 3), run(copy.first + 5, 3)], &[1.0, 3.0], Mean);
        draft.select(&[mean])
    })
    .unwrap();
}

/// Averages, labels, codes and coupled pairs, damaged anywhere in the manifest and sealed again: refused or a model,
/// and never a panic.
#[test]
fn every_byte_of_a_manifest_may_be_damaged() {
    let vote = accepted(|draft| {
        let parts = [softmax(draft), super::gaussian_of_three(draft)];
        let label = draft.label(parts[0], LabelRule::LastMaximum);
        let ballot = draft.op(OpSpec::OneHot(OneHotSpec { input: label }), 3);
        draft.average(&[parts[0], parts[1], ballot], &[1.0, 2.0, 0.5], Mean)
    });
    let pairs = accepted(|draft| {
        let sums = super::rival(draft);
        let of_pairs = draft.sigmoid(sums);
        let scores = draft.link(of_pairs, LinkForm::PairScores { n_labels: 3, above: 0.5 });
        let coupled = draft.link(of_pairs, LinkForm::PairCoupling { n_labels: 3 });
        let softmax = draft.link(scores, LinkForm::Softmax);
        draft.average(&[coupled, softmax], &[], Mean)
    });
    for file in [vote, pairs] {
        let sections = corrupt::split(&file.unwrap());
        for at in 0..sections[0].len() {
            for damage in [1u8, 0x80, 0xff] {
                let mut damaged = sections.clone();
                damaged[0][at] ^= damage;
                if let Ok(artifact) = Artifact::parse(&corrupt::join_as(2, &damaged)) {
                    let _ = Model::from_artifact(artifact);
                }
            }
        }
    }
}

/// A category may be one that training did not see: then no vote is cast.
#[test]
fn votes_of_unknown_codes_are_no_probabilities() {
    let column = models::text("kind", &["a", "b"], false);
    let mut draft = Draft::new(vec![column], two());
    let input = draft.inputs();
    let ballot = draft.op(OpSpec::OneHot(OneHotSpec { input }), 2);
    let label = draft.label(ballot, LabelRule::FirstMaximum);
    let rows = vec![vec!["a".to_owned()], vec!["c".to_owned()]];
    let error = draft.clone().classes(label, ballot, Meaning::Probabilities, &rows).unwrap_err();
    let says = "head: 2 numbers that are Probabilities do not fit the task";
    assert!(error.to_string().contains(says), "{error}");
    draft.classes(label, ballot, Meaning::DecisionValues, &rows).unwrap();
}
