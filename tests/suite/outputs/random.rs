//! Random numbers through averages, pairs of labels, kernels and labels, held against the interpreter.

use model_format::manifest::{Metric, Weights};
use model_format::program::OpSpec;
use model_format::program::ops::average::AverageForm;
use model_format::program::ops::kernel_function::KernelFunction;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::neighbors::{NeighborsSpec, Reach};
use model_format::program::ops::one_hot::OneHotSpec;
use model_format::program::slot::Run;
use proptest::collection::vec;
use proptest::prelude::*;
use tests::models;
use tests::programs::{Draft, compare};
use tests::random::number;

use super::pairs::{Machine, machines};

/// What a program does with its columns.
#[derive(Clone, Debug)]
enum Kind {
    Average { n_parts: usize, weights: Vec<f64>, form: AverageForm },
    Scores { n_labels: u32, above: f64 },
    Coupling { n_labels: u32 },
    Label { rule: LabelRule, n: usize },
    Kernel { kernel: KernelFunction, numbers: Vec<f64> },
    Within { radius: f64, metric: Metric, weights: Weights, numbers: Vec<f64> },
}

fn average() -> impl Strategy<Value = Kind> {
    let form =
        prop_oneof![Just(AverageForm::Sum), Just(AverageForm::Mean), Just(AverageForm::Median)];
    (1usize..6, proptest::option::of(vec(0.125..4.0, 6)), form).prop_map(
        |(n_parts, weights, form)| {
            let weights = weights.map(|weights| weights[..n_parts].to_vec()).unwrap_or_default();
            Kind::Average { n_parts, weights, form }
        },
    )
}

fn kernel() -> impl Strategy<Value = KernelFunction> {
    prop_oneof![
        (0.01..2.0).prop_map(|gamma| KernelFunction::Laplacian { gamma }),
        (0u64..3).prop_map(|order| KernelFunction::Matern { order }),
        (0.0..2.0, 0.1..3.0)
            .prop_map(|(gamma, alpha)| KernelFunction::RationalQuadratic { gamma, alpha }),
        Just(KernelFunction::SquaredDistance),
        Just(KernelFunction::Distance),
        Just(KernelFunction::Manhattan),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    let rule = prop_oneof![Just(LabelRule::FirstMaximum), Just(LabelRule::LastMaximum)];
    let metric =
        prop_oneof![Just(Metric::Euclidean), Just(Metric::Manhattan), Just(Metric::Hamming)];
    let weights = prop_oneof![Just(Weights::Uniform), Just(Weights::Distance)];
    prop_oneof![
        3 => average(),
        1 => (2u32..6, -1.0..1.0).prop_map(|(n_labels, above)| Kind::Scores { n_labels, above }),
        1 => (2u32..6).prop_map(|n_labels| Kind::Coupling { n_labels }),
        1 => (rule, 2usize..6).prop_map(|(rule, n)| Kind::Label { rule, n }),
        2 => (kernel(), vec(-3.0..3.0, 12)).prop_map(|(kernel, numbers)| Kind::Kernel { kernel, numbers }),
        1 => (0.0..20.0, metric, weights, vec(-10.0..10.0, 40))
            .prop_map(|(radius, metric, weights, numbers)| Kind::Within { radius, metric, weights, numbers }),
    ]
}

fn n_columns(kind: &Kind) -> usize {
    match kind {
        Kind::Average { n_parts, .. } => 2 * n_parts,
        Kind::Scores { n_labels, .. } | Kind::Coupling { n_labels } => {
            (*n_labels * (n_labels - 1) / 2) as usize
        }
        Kind::Label { n, .. } => *n,
        Kind::Kernel { .. } | Kind::Within { .. } => 2,
    }
}

/// The program, and what it computes last.
fn draft(kind: &Kind) -> (Draft, Run) {
    let mut draft = Draft::numeric(n_columns(kind), models::regression());
    let input = draft.inputs();
    let output = match kind {
        Kind::Average { n_parts, weights, form } => {
            let parts =
                (0..u32::try_from(*n_parts).unwrap()).map(|part| Run { first: 2 * part, len: 2 });
            draft.average(&parts.collect::<Vec<_>>(), weights, *form)
        }
        Kind::Scores { n_labels, above } => {
            draft.link(input, LinkForm::PairScores { n_labels: *n_labels, above: *above })
        }
        Kind::Coupling { n_labels } => {
            let clipped = draft.clip(input);
            draft.link(clipped, LinkForm::PairCoupling { n_labels: *n_labels })
        }
        Kind::Label { rule, .. } => {
            let input = draft.label(input, *rule);
            let n = u32::try_from(n_columns(kind)).unwrap();
            draft.op(OpSpec::OneHot(OneHotSpec { input }), n)
        }
        Kind::Kernel { kernel, numbers } => {
            let machine: Machine<'_> = (&[(0, 1.0), (4, 0.5), (5, 2.0)], 0.25);
            machines(&mut draft, input, *kernel, numbers, &[machine])
        }
        Kind::Within { radius, metric, weights, numbers } => {
            let targets: Vec<f64> = (0..20).map(f64::from).collect();
            let op = NeighborsSpec {
                input,
                points: draft.f64s(&[2, 20], numbers),
                targets: draft.f64s(&[20], &targets),
                n_labels: 0,
                reach: Reach::Within { radius: *radius, outlier: None },
                metric: *metric,
                weights: *weights,
            };
            draft.op(OpSpec::Neighbors(op), 1)
        }
    };
    (draft, output)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn random_numbers_predict_like_the_interpreter(
        kind in kind(),
        numbers in vec(number(), 1..200),
    ) {
        let (mut draft, output) = draft(&kind);
        // Powers of two: every number counts to the bit unless another is much larger.
        let weights: Vec<f64> =
            [1.0, -0.5, 0.25, 2.0].into_iter().cycle().take(output.width()).collect();
        let value = draft.linear(output, &weights, &[0.0]);
        let n = n_columns(&kind);
        let mut numbers = numbers.into_iter().cycle();
        let mut rows = vec![vec!["0.5".to_owned(); n]];
        rows.extend((0..20).map(|_| {
            numbers.by_ref().take(n).map(|x| format!("{x:?}")).collect::<Vec<_>>()
        }));
        // Without a good row there is no model.
        if let Ok(file) = draft.value(value, &rows) {
            compare(&file, &rows);
        } else {
            let reason = "no row is good";
            prop_assert!(matches!(kind, Kind::Within { .. }), "{}", reason);
        }
    }
}
