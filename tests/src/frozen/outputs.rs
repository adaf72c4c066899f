//! What is made of the outputs of several estimators, and estimators that other libraries have; the golden rows come
//! from the interpreter of programs.

use model_format::manifest::{Metric, Weights};
use model_format::program::ops::average::AverageForm;
use model_format::program::ops::kernel_function::KernelFunction;
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::ops::neighbors::{NeighborsSpec, Reach};
use model_format::program::ops::support_vectors::SupportVectorsSpec;
use model_format::program::slot::Run;
use model_format::program::{Meaning, OpSpec};

use crate::models;
use crate::programs::{Draft, cells};

const ROWS: [[f64; 2]; 5] = [[0.5, -1.0], [-2.0, 0.5], [1.25, 0.75], [0.0, 0.0], [3.5, -4.25]];

/// Three linear models, added up, averaged, and the middle one of them.
pub fn averages() -> Vec<u8> {
    let mut draft = Draft::numeric(2, models::regression());
    let input = draft.inputs();
    let parts = [
        draft.linear(input, &[1.5, -0.5], &[0.25]),
        draft.linear(input, &[-2.0, 1.0], &[3.0]),
        draft.linear(input, &[0.75, 0.0], &[-1.0]),
    ];
    let outputs = [
        draft.average(&parts, &[], AverageForm::Sum),
        draft.average(&parts, &[2.0, 1.0, 0.5], AverageForm::Mean),
        draft.average(&parts, &[], AverageForm::Median),
    ];
    let all = draft.select(&outputs);
    let value = draft.linear(all, &[1.0, 16.0, -0.5], &[0.0]);
    draft.value(value, &cells(&ROWS)).unwrap()
}

/// A number for each pair of three labels: their votes and sums make the label, their coupling the probabilities.
pub fn pairs() -> Vec<u8> {
    let mut draft = Draft::numeric(2, models::classes(&["low", "mid", "high"]));
    let input = draft.inputs();
    let pairs = draft.linear(input, &[0.5, -0.25, 0.125, 0.5, -0.5, 0.25], &[0.5, 0.25, 0.5]);
    let scores = draft.link(pairs, LinkForm::PairScores { n_labels: 3, above: 0.5 });
    let label = draft.label(scores, LabelRule::LastMaximum);
    let shares = draft.clip(pairs);
    let shares = draft.link(shares, LinkForm::PairCoupling { n_labels: 3 });
    draft.classes(label, shares, Meaning::Probabilities, &cells(&ROWS)).unwrap()
}

/// A sum of kernels of every kind that fits of the trainer have not.
pub fn kernels() -> Vec<u8> {
    let mut draft = Draft::numeric(2, models::regression());
    let input = draft.inputs();
    let kernels = [
        KernelFunction::Laplacian { gamma: 0.25 },
        KernelFunction::Matern { order: 1 },
        KernelFunction::RationalQuadratic { gamma: 0.25, alpha: 2.0 },
        KernelFunction::SquaredDistance,
        KernelFunction::Distance,
        KernelFunction::Manhattan,
    ];
    let sums = kernels.map(|kernel| {
        let op = SupportVectorsSpec {
            input,
            n_machines: 1,
            kernel,
            vectors: draft.f64s(&[2, 3], &[0.5, 1.0, -1.5, -1.0, 2.0, 0.75]),
            starts: draft.u64s(&[0, 3]),
            term_vectors: draft.u64s(&[0, 1, 2]),
            term_weights: draft.f64s(&[3], &[1.25, 0.5, 2.0]),
            intercepts: draft.f64s(&[1], &[0.125]),
        };
        draft.op(OpSpec::SupportVectors(op), 1)
    });
    let value = draft.average(&sums, &[], AverageForm::Sum);
    draft.value(value, &cells(&ROWS)).unwrap()
}

fn within(draft: &mut Draft, targets: &[f64; 6], n_labels: u32, outlier: Option<u32>) -> Run {
    let points = [0.5, 1.0, -1.5, 0.0, 2.0, 0.25, -1.0, 2.0, 0.75, 0.5, 1.0, -0.5];
    let op = NeighborsSpec {
        input: draft.inputs(),
        points: draft.f64s(&[2, 6], &points),
        targets: draft.f64s(&[6], targets),
        n_labels,
        reach: Reach::Within { radius: 1.5, outlier },
        metric: Metric::Euclidean,
        weights: Weights::Uniform,
    };
    draft.op(OpSpec::Neighbors(op), n_labels.max(1))
}

/// The labels of all points within a radius; that of a row without one is the second.
pub fn radius() -> Vec<u8> {
    let mut draft = Draft::numeric(2, models::classes(&["low", "mid", "high"]));
    let shares = within(&mut draft, &[0.0, 1.0, 2.0, 0.0, 1.0, 2.0], 3, Some(1));
    draft.probabilities(shares, &cells(&ROWS)).unwrap()
}

/// The values of all points within a radius; a row without one has no prediction.
pub fn radius_of_values() -> Vec<u8> {
    let mut draft = Draft::numeric(2, models::regression());
    let value = within(&mut draft, &[1.0, 2.5, -4.0, 0.5, 8.0, 16.0], 0, None);
    draft.value(value, &cells(&ROWS)).unwrap()
}
