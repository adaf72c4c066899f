//! Decisions between pairs of labels.

use model_format::program::ops::kernel_function::KernelFunction;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::support_vectors::SupportVectorsSpec;
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};
use tests::programs::{Draft, cells};

use super::{RIVAL, assert_like, rows, three};

/// Terms, each a vector and its weight, and the intercept.
pub(super) type Machine<'a> = (&'a [(u64, f64)], f64);

/// Machines of shared vectors, which are given feature by feature.
pub(super) fn machines(
    draft: &mut Draft,
    input: Run,
    kernel: KernelFunction,
    vectors: &[f64],
    machines: &[Machine<'_>],
) -> Run {
    let terms: Vec<(u64, f64)> = machines.iter().flat_map(|(terms, _)| terms.to_vec()).collect();
    let mut starts = vec![0];
    for (terms, _) in machines {
        starts.push(starts[starts.len() - 1] + terms.len() as u64);
    }
    let (term_vectors, weights): (Vec<u64>, Vec<f64>) = terms.into_iter().unzip();
    let intercepts: Vec<f64> = machines.iter().map(|(_, intercept)| *intercept).collect();
    let n_machines = u32::try_from(machines.len()).unwrap();
    let op = SupportVectorsSpec {
        input,
        n_machines,
        kernel,
        vectors: draft.f64s(&[input.width(), vectors.len() / input.width()], vectors),
        starts: draft.u64s(&starts),
        term_vectors: draft.u64s(&term_vectors),
        term_weights: draft.f64s(&[weights.len()], &weights),
        intercepts: draft.f64s(&[intercepts.len()], &intercepts),
    };
    draft.op(OpSpec::SupportVectors(op), n_machines)
}

/// One classifier per pair of labels, by decision values of its second label.
#[test]
fn one_classifier_per_pair() {
    let mut draft = Draft::numeric(2, three());
    let confidences = draft.linear(draft.inputs(), &RIVAL.0, &RIVAL.1);
    let scores = draft.link(confidences, LinkForm::PairScores { n_labels: 3, above: 0.0 });
    let label = draft.label(scores, LabelRule::FirstMaximum);
    let file = draft.classes(label, scores, Meaning::DecisionValues, &rows()).unwrap();
    let expected = [
        (1, [1.037037037037037, 2.2, -0.20634920634920634]),
        (1, [-0.20634920634920634, 2.2525252525252526, 0.8]),
        (0, [1.1612903225806452, 0.8282828282828283, 1.037037037037037]),
        (1, [1.0666666666666667, 1.1111111111111112, 0.8571428571428572]),
        (2, [1.2, 0.7222222222222222, 1.2592592592592593]),
    ];
    assert_like(&file, &rows(), &expected);
}

/// Twelve vectors of three classes: five, three and four of them.
const VECTORS: [[f64; 12]; 2] = [
    [1.63, 0.33, -0.36, -1.62, -0.69, 1.27, 0.66, 2.27, -0.98, -0.56, 0.55, -1.19],
    [-2.04, -0.45, -0.17, -0.19, 2.66, 0.47, 0.69, 0.84, 2.74, 1.1, 1.28, 2.3],
];
/// A vector has a weight in the machine of its class with the first of the others, and with the second.
const DUAL: [[f64; 12]; 2] = [
    [
        0.4263330002438996,
        1.3764579364716116,
        0.14844003606132783,
        0.3807367531384592,
        0.6575140518608443,
        -0.0,
        -1.9769717968569667,
        -1.012509980919176,
        -2.0,
        -1.3179664011291157,
        -0.9110989375374986,
        -0.500621221817814,
    ],
    [
        0.7428575001274446,
        0.2532155200108607,
        1.089997143472229,
        0.6436163968738938,
        2.0,
        0.21996659807642346,
        2.0,
        0.9127414006969939,
        -0.5606997453461932,
        -0.5720082534272242,
        -2.0,
        -0.0,
    ],
];
const INTERCEPTS: [f64; 3] = [0.44577571649995285, 0.2029726587267577, -0.1547170044075379];

/// The decision values of a machine per pair, as scikit-learn stores them: the vectors of the first class with the
/// weights of row `second - 1`, then those of the second with the weights of row `first`.
fn decisions(draft: &mut Draft) -> Run {
    let of_class = [0..5, 5..8, 8..12];
    let terms: Vec<Vec<(u64, f64)>> = [(0, 1), (0, 2), (1, 2)]
        .map(|(first, second)| {
            let of = |class: usize, row: usize| {
                of_class[class].clone().map(move |v| (v as u64, DUAL[row][v]))
            };
            of(first, second - 1).chain(of(second, first)).collect()
        })
        .to_vec();
    let all: Vec<Machine<'_>> =
        terms.iter().zip(INTERCEPTS).map(|(terms, b)| (terms.as_slice(), b)).collect();
    let input = draft.inputs();
    machines(draft, input, KernelFunction::Rbf { gamma: 0.5 }, &VECTORS.concat(), &all)
}

fn more_rows() -> Vec<Vec<String>> {
    [rows(), cells(&[[0.3, 0.9]])].concat()
}

#[test]
fn votes_of_machines() {
    let mut draft = Draft::numeric(2, three());
    let decisions = decisions(&mut draft);
    let label = draft.label(decisions, LabelRule::PairVotes { n_labels: 3 });
    let file = draft.classes(label, decisions, Meaning::DecisionValues, &more_rows()).unwrap();
    let expected = [
        (0, [1.3383081397729728, 1.07816954107409, 0.22470110328390838]),
        (1, [-0.8565310817736226, -0.11195490512993453, 0.533986126106764]),
        (0, [0.8653710143352682, 0.5411197277998543, -0.4180185386372576]),
        (0, [0.583411696488722, 0.6602194945176905, 0.21682823076471822]),
        (0, [0.464379049061156, 0.11802640961416332, -0.18818870242653668]),
        (2, [-0.7702390695573281, -0.8182303096644583, -0.3012128048175553]),
    ];
    assert_like(&file, &more_rows(), &expected);
}

/// The confidence in the second label of a pair is the negated decision value.
#[test]
fn machines_that_break_ties() {
    let mut draft = Draft::numeric(2, three());
    let decisions = decisions(&mut draft);
    let confidences = draft.scale(decisions, &[-1.0; 3], &[0.0; 3]);
    let scores = draft.link(confidences, LinkForm::PairScores { n_labels: 3, above: 0.0 });
    let label = draft.label(scores, LabelRule::FirstMaximum);
    let file = draft.classes(label, scores, Meaning::DecisionValues, &more_rows()).unwrap();
    let expected = [
        (0, [2.2357669610423576, 0.8243749480920715, -0.1885864565819207]),
        (1, [-0.16399845589401302, 2.1938934948605153, 0.9010731469297077]),
        (0, [2.1948190529760407, -0.18735152619954898, 0.9634639067994746]),
        (0, [2.1847646493760506, 0.9105839550678814, -0.1557494984400665]),
        (0, [2.1226835712853833, -0.13162702929027287, 1.0218540973593788]),
        (2, [-0.20455710132183133, 1.1064256589546313, 2.1760593159012593]),
    ];
    assert_like(&file, &more_rows(), &expected);
}

#[test]
fn probabilities_of_machines_are_coupled() {
    let mut draft = Draft::numeric(2, three());
    let decisions = decisions(&mut draft);
    let (a, b) = (
        [-2.1489495501624183, -1.19705547102689, -2.0398793775349486],
        [-0.42835535049493767, -0.17857434084982718, 0.19451109796944563],
    );
    let scaled = draft.scale(decisions, &a.map(|a| -a), &b.map(|b| -b));
    let of_pairs = draft.sigmoid(scaled);
    let probabilities = draft.link(of_pairs, LinkForm::PairCoupling { n_labels: 3 });
    let label = draft.label(decisions, LabelRule::PairVotes { n_labels: 3 });
    let file = draft.classes(label, probabilities, Meaning::Probabilities, &more_rows()).unwrap();
    let expected = [
        (0, [0.7954043555500924, 0.06092490219041272, 0.14367074225949505]),
        (1, [0.17165283305577256, 0.6068784646712164, 0.22146870227301088]),
        (0, [0.6452143315353044, 0.07883593722386403, 0.2759497312408315]),
        (0, [0.644073733529945, 0.1535949299741715, 0.20233133649588328]),
        (0, [0.5064894774160519, 0.15026755955488502, 0.3432429630290633]),
        (2, [0.16383112556050103, 0.2888180709854819, 0.5473508034540169]),
    ];
    assert_like(&file, &more_rows(), &expected);
}

/// Probabilities of pairs that are 0 or 1, of two labels and of many.
#[test]
fn probabilities_of_pairs_at_the_ends() {
    for n_labels in [2u32, 3, 7] {
        let n_pairs = n_labels as usize * (n_labels as usize - 1) / 2;
        let labels: Vec<String> = (0..n_labels).map(|i| format!("l{i}")).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let mut draft = Draft::numeric(n_pairs, tests::models::classes(&labels));
        let of_pairs = draft.clip(draft.inputs());
        let probabilities = draft.link(of_pairs, LinkForm::PairCoupling { n_labels });
        let rows: Vec<Vec<String>> = (0..40)
            .map(|row| {
                let cell = |pair| (row * (pair + 3) * 7 + pair * pair) % 11;
                (0..n_pairs).map(|pair| format!("{}", cell(pair) as f64 / 4.0 - 1.0)).collect()
            })
            .collect();
        let file = draft.probabilities(probabilities, &rows).unwrap();
        for answer in tests::programs::compare(&file, &rows) {
            let Some(tests::reference::Answer::Class(_, p)) = answer else { panic!() };
            assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{p:?}");
        }
    }
}
