//! Dense layers are sums and a function of each; the numbers are those of scikit-learn's networks.

use model_format::program::ops::bayes::{BayesKind, BayesSpec};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::unary::{Function, Plain, UnarySpec};
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};
use tests::models;
use tests::programs::{Draft, cells, compare};
use tests::reference::Answer;

use super::{assert_like, rows, three, two};

#[derive(Clone, Copy, Debug)]
enum Activation {
    Identity,
    Relu,
    Tanh,
    Logistic,
}

/// A layer: weights output by output.
fn layer(draft: &mut Draft, input: Run, weights: &[f64], biases: &[f64], by: Activation) -> Run {
    let sums = draft.linear(input, weights, biases);
    let function = match by {
        Activation::Identity => return sums,
        Activation::Logistic => return draft.sigmoid(sums),
        Activation::Tanh => Function::Plain(Plain::Tanh),
        Activation::Relu => Function::Clip {
            lower: vec![0.0; biases.len()],
            upper: vec![f64::INFINITY; biases.len()],
        },
    };
    draft.op(OpSpec::Unary(UnarySpec { input: sums, function }), sums.len)
}

/// Two hidden layers.
fn hidden(draft: &mut Draft, by: Activation) -> Run {
    let input = draft.inputs();
    let first = [0.5, 1.0, -1.0, 0.75, 0.25, -0.5];
    let first = layer(draft, input, &first, &[0.1, -0.2, 0.3], by);
    layer(draft, first, &[1.0, 0.25, -1.5, -0.5, 2.0, 0.5], &[-0.1, 0.2], by)
}

#[test]
fn networks_of_every_activation_predict_values() {
    use Activation::{Identity, Logistic, Relu, Tanh};
    for (by, expected) in [
        (
            Relu,
            [
                -0.4468750000000001,
                3.6874999999999996,
                -1.3609375000000001,
                -0.175,
                -1.8999999999999986,
            ],
        ),
        (
            Tanh,
            [
                -0.8428453170187606,
                1.5867384324286624,
                -0.5773526716497753,
                -0.5533688981836437,
                0.9059362807747537,
            ],
        ),
        (
            Logistic,
            [
                0.0082381800567871,
                0.3802903299032234,
                0.10289998378627778,
                0.11330449333027519,
                0.4942876171864947,
            ],
        ),
        (
            Identity,
            [-2.265625, 5.703125, -1.4453125000000002, -0.6249999999999999, 4.531250000000001],
        ),
    ] {
        let mut draft = Draft::numeric(2, models::regression());
        let last = hidden(&mut draft, by);
        let value = draft.linear(last, &[1.5, -0.75], &[0.05]);
        let found = compare(&draft.value(value, &rows()).unwrap(), &rows());
        for (answer, expected) in found.into_iter().zip(expected) {
            let Some(Answer::Value(value)) = answer else { panic!() };
            assert!((value - expected).abs() < 1e-14, "{by:?}: {value:?}, {expected:?}");
        }
    }
}

#[test]
fn a_network_of_three_labels() {
    let mut draft = Draft::numeric(2, three());
    let last = hidden(&mut draft, Activation::Tanh);
    let sums = draft.linear(last, &[1.5, -0.75, -0.5, 1.0, 0.25, 0.5], &[0.05, 0.0, -0.1]);
    let probabilities = draft.link(sums, LinkForm::Softmax);
    let expected = [
        (1, [0.25349146469737494, 0.4566347443322181, 0.289873790970407]),
        (0, [0.8389654975038524, 0.050361137164503425, 0.11067336533164426]),
        (1, [0.124027993405383, 0.5516838396848632, 0.3242881669097537]),
        (1, [0.23186038345795398, 0.45790975131538514, 0.310229865226661]),
        (0, [0.4383396515885278, 0.24960832523148782, 0.31205202317998443]),
    ];
    assert_like(&draft.probabilities(probabilities, &rows()).unwrap(), &rows(), &expected);
}

#[test]
fn a_network_of_two_labels() {
    let mut draft = Draft::numeric(2, two());
    let last = hidden(&mut draft, Activation::Relu);
    let odds = draft.linear(last, &[1.5, -0.75], &[0.05]);
    let second = draft.sigmoid(odds);
    let probabilities = draft.link(second, LinkForm::Complement);
    let label = draft.label(second, LabelRule::Above(0.5));
    let file = draft.classes(label, probabilities, Meaning::Probabilities, &rows()).unwrap();
    let expected = [
        (0, [0.6098959808263726, 0.39010401917362736]),
        (1, [0.024423090054107144, 0.9755769099458929]),
        (0, [0.7959120237822163, 0.20408797621778374]),
        (0, [0.5436386872370789, 0.4563613127629212]),
        (0, [0.869891525637002, 0.13010847436299802]),
    ];
    assert_like(&file, &rows(), &expected);
}

/// Naive Bayes by complements is the multinomial kind with other logarithms and equal priors.
#[test]
fn naive_bayes_by_complements() {
    let logs = [
        0.5486180453902961,
        0.25271551005712467,
        0.19866644455257926,
        0.2976341809283029,
        0.5271826825060363,
        0.17518313656566079,
        0.27802015599708757,
        0.20804673665455298,
        0.5139331073483595,
    ];
    let mut draft = Draft::numeric(3, three());
    let input = draft.inputs();
    let op = BayesSpec {
        input,
        n_labels: 3,
        kind: BayesKind::Multinomial { log_probabilities: draft.f64s(&[3, 3], &logs) },
        log_priors: draft.f64s(&[3], &[0.0; 3]),
    };
    let scores = draft.op(OpSpec::Bayes(op), 3);
    let probabilities = draft.link(scores, LinkForm::Softmax);
    let third = 0.3333333333333333;
    let expected = [
        (1, [0.3284270221701314, 0.4424224252665338, 0.22915055256333466]),
        (2, [0.22188462078495955, 0.2067907880880155, 0.5713245911270247]),
        (0, [0.522183605497505, 0.24593509688519213, 0.2318812976173031]),
        (0, [third; 3]),
    ];
    let rows = cells(&[[1.0, 2.0, 0.0], [0.0, 0.0, 3.0], [4.0, 1.0, 1.0], [0.0; 3]]);
    assert_like(&draft.probabilities(probabilities, &rows).unwrap(), &rows, &expected);
}
