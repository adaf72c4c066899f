//! Estimators that read what others predict.

use model_format::program::Meaning;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use tests::programs::{Draft, cells, compare, one};
use tests::reference::Answer;

use super::{RIVAL, assert_like, gaussian, rows, three, two};

/// Two classifiers, the second probability of each and the columns themselves to a last classifier.
#[test]
fn a_stack_with_its_inputs() {
    let mut draft = Draft::numeric(2, two());
    let odds = draft.linear(draft.inputs(), &[0.75, -1.25], &[0.25]);
    let first = draft.sigmoid(odds);
    let second = gaussian(&mut draft, &[0.5, -1.0, -1.0, 1.0], &[1.0, 0.5, 0.25, 2.0], &[0.5, 0.5]);
    let features = draft.select(&[first, one(second, 1), draft.inputs()]);
    // Nothing reads the first probability of the second classifier, and that is as it should be.
    let last = draft.linear(features, &[2.0, -1.5, 0.125, -0.25], &[-0.5]);
    let second = draft.sigmoid(last);
    let probabilities = draft.link(second, LinkForm::Complement);
    let label = draft.label(last, LabelRule::Above(0.0));
    let file = draft.classes(label, probabilities, Meaning::Probabilities, &rows()).unwrap();
    let expected = [
        (1, [0.17646749681193108, 0.8235325031880689]),
        (1, [0.4224931643693932, 0.5775068356306068]),
        (0, [0.8121175976586581, 0.18788240234134188]),
        (1, [0.4361688269194197, 0.5638311730805803]),
        (0, [0.9668556805339825, 0.033144319466017494]),
    ];
    assert_like(&file, &rows(), &expected);
}

#[test]
fn one_classifier_per_class() {
    let mut draft = Draft::numeric(2, three());
    let each: Vec<_> = (0..3)
        .map(|class| {
            let coefficients = &RIVAL.0[2 * class..2 * class + 2];
            draft.linear(draft.inputs(), coefficients, &[RIVAL.1[class]])
        })
        .collect();
    let sums = draft.select(&each);
    let probabilities = draft.sigmoid(sums);
    let shares = draft.link(probabilities, LinkForm::Shares);
    let label = draft.label(sums, LabelRule::FirstMaximum);
    let file = draft.classes(label, shares, Meaning::Probabilities, &rows()).unwrap();
    let expected = [
        (0, [0.50196475571809, 0.28115502719237423, 0.2168802170895358]),
        (1, [0.4620065973389732, 0.4801053677915228, 0.057888034869504064]),
        (1, [0.13791347407294977, 0.5578109340904925, 0.3042755918365577]),
        (1, [0.31236336844214513, 0.46512431636760687, 0.22251231519024808]),
        (1, [0.0029847934146889432, 0.7201496603398182, 0.2768655462454928]),
    ];
    assert_like(&file, &rows(), &expected);
}

/// scikit-learn took the last of several that are equal before version 1.9.
#[test]
fn the_first_or_the_last_of_the_largest() {
    let rows =
        cells(&[[1.0, 1.0, 0.5], [-0.0, 0.0, -1.0], [3.0, 2.0, 3.0], [-1e308, -1e308, -1e308]]);
    for (rule, labels) in
        [(LabelRule::FirstMaximum, [0, 0, 0, 0]), (LabelRule::LastMaximum, [1, 1, 2, 2])]
    {
        let mut draft = Draft::numeric(3, three());
        let label = draft.label(draft.inputs(), rule);
        let inputs = draft.inputs();
        let file = draft.classes(label, inputs, Meaning::DecisionValues, &rows).unwrap();
        let found = compare(&file, &rows).into_iter().flatten();
        let found = found.map(|answer| match answer {
            Answer::Class(label, _) => label,
            Answer::Value(value) => panic!("{value}"),
        });
        assert_eq!(found.collect::<Vec<_>>(), labels);
    }
}
