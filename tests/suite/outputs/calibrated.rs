//! Calibrated estimators.

use model_format::program::ops::average::AverageForm;
use model_format::program::ops::interpolate::{InterpolateForm, InterpolateSpec};
use model_format::program::ops::kernel_function::KernelFunction;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};
use tests::programs::{Draft, cells, compare, one};
use tests::reference::Answer;

use super::pairs::{Machine, machines};
use super::{assert_like, rival, rows, three, two};

/// `1 / (1 + exp(a x + b))` of each decision value, and its share.
#[test]
fn sigmoids_of_three_classes() {
    let mut draft = Draft::numeric(2, three());
    let sums = rival(&mut draft);
    let scaled = draft.scale(sums, &[1.5, 0.75, 2.0], &[-0.25, 0.5, -1.0]);
    let each = draft.sigmoid(scaled);
    let shares = draft.link(each, LinkForm::Shares);
    let expected = [
        (0, [0.5285394247527709, 0.4311905648687675, 0.0402700103784617]),
        (1, [0.48025381825189295, 0.5175873189370391, 0.002158862811067808]),
        (1, [0.07044027102008804, 0.8116076763891825, 0.11795205259072937]),
        (1, [0.2739330699582972, 0.6777608157629703, 0.04830611427873249]),
        (1, [0.00018661414152202027, 0.8904623490749649, 0.10935103678351304]),
    ];
    assert_like(&draft.probabilities(shares, &rows()).unwrap(), &rows(), &expected);
}

/// Lines through thresholds, on one fold, and the mean with sigmoids on another.
#[test]
fn isotonic_lines_of_three_classes() {
    let mut draft = Draft::numeric(2, three());
    let sums = rival(&mut draft);
    let scaled = draft.scale(sums, &[1.5, 0.75, 2.0], &[-0.25, 0.5, -1.0]);
    let sigmoids = draft.sigmoid(scaled);
    let lines = [
        ([-1.0, 0.0, 1.5], [0.0, 0.25, 1.0]),
        ([-0.5, 0.5, 2.0], [0.0, 0.5, 0.875]),
        ([-1.25, -0.75, -0.25], [0.0, 0.125, 0.75]),
    ];
    let each: Vec<Run> = lines
        .iter()
        .zip(0..)
        .map(|((xs, ys), class)| {
            let op = InterpolateSpec {
                input: one(sums, class),
                form: InterpolateForm::Forward,
                n_points: 3,
                xs: draft.f64s(&[1, 3], xs),
                ys: draft.f64s(&[3], ys),
            };
            draft.op(OpSpec::Interpolate(op), 1)
        })
        .collect();
    let lines = draft.select(&each);
    let lines = draft.clip(lines);
    let folds = [sigmoids, lines].map(|each| draft.link(each, LinkForm::Shares));
    let mean = draft.average(&folds, &[], AverageForm::Mean);
    let expected = [
        (0, [0.7087141568208299, 0.21559528243438375, 0.0756905607447864]),
        (1, [0.49653716553620286, 0.5023834030582631, 0.001079431405533904]),
        (1, [0.03522013551004402, 0.7075279761256257, 0.2572518883643302]),
        (1, [0.2480776460902597, 0.6722137412148185, 0.0797086126949218]),
        (1, [9.330707076101014e-05, 0.7785645078708158, 0.22134218505842318]),
    ];
    assert_like(&draft.probabilities(mean, &rows()).unwrap(), &rows(), &expected);
}

/// Two folds, each a machine with a sigmoid of its own; the second label from a tuned threshold on.
#[test]
fn machines_of_two_folds() {
    let mut draft = Draft::numeric(2, two());
    let kernel = KernelFunction::Rbf { gamma: 0.5 };
    let mut fold = |weights: [f64; 2], intercept: f64, (a, b): (f64, f64)| {
        let machine: Machine = (&[(0, weights[0]), (1, weights[1])], intercept);
        let input = draft.inputs();
        let decision = machines(&mut draft, input, kernel, &[0.5, -1.0, -1.0, 2.0], &[machine]);
        let scaled = draft.scale(decision, &[-a], &[-b]);
        let second = draft.sigmoid(scaled);
        draft.link(second, LinkForm::Complement)
    };
    let folds = [fold([1.0, -1.0], 0.125, (-2.0, 0.25)), fold([1.5, -0.5], -0.25, (-1.0, -0.5))];
    let mean = draft.average(&folds, &[], AverageForm::Mean);
    let label = draft.label(one(mean, 1), LabelRule::AtLeast(0.625));
    let file = draft.classes(label, mean, Meaning::Probabilities, &rows()).unwrap();
    let by_hand = |row: [f64; 2]| {
        let k = |v: [f64; 2]| (-0.5 * ((row[0] - v[0]).powi(2) + (row[1] - v[1]).powi(2))).exp();
        let (k0, k1) = (k([0.5, -1.0]), k([-1.0, 2.0]));
        let p = |d: f64, a: f64, b: f64| 1.0 / (1.0 + (a * d + b).exp());
        let second = p(k0 - k1 + 0.125, -2.0, 0.25) + p(1.5 * k0 - 0.5 * k1 - 0.25, -1.0, -0.5);
        second / 2.0
    };
    for (row, answer) in super::ROWS.iter().zip(compare(&file, &rows())) {
        let second = by_hand(*row);
        let Some(Answer::Class(label, numbers)) = answer else { panic!() };
        assert_eq!(label, usize::from(second >= 0.625));
        assert!((numbers[1] - second).abs() < 1e-14, "{numbers:?}, {second}");
    }
}

#[test]
fn nothing_above_zero_is_equal_shares() {
    let mut draft = Draft::numeric(3, three());
    let clipped = draft.clip(draft.inputs());
    let shares = draft.link(clipped, LinkForm::Shares);
    let rows = cells(&[[-1.0, -2.0, 0.0], [0.25, 0.75, -0.0], [2.0, 7.0, 0.0]]);
    let third = 1.0 / 3.0;
    let expected = [(0, [third; 3]), (1, [0.25, 0.75, 0.0]), (0, [0.5, 0.5, 0.0])];
    assert_like(&draft.probabilities(shares, &rows).unwrap(), &rows, &expected);
}
