//! What is made of the numbers of estimators.

use model_format::program::ops::average::{AverageForm, AverageSpec};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;

pub(super) fn link(x: &[f64], form: LinkForm) -> Vec<f64> {
    match form {
        LinkForm::Logistic => {
            let z = x[0];
            if z >= 0.0 && z < f64::from_bits(0x3ca8_0000_0000_0001) {
                return vec![0.5, 0.5];
            }
            vec![1.0 / (1.0 + z.exp()), 1.0 / (1.0 + (-z).exp())]
        }
        LinkForm::Softmax => {
            let most = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            shares(&x.iter().map(|score| (score - most).exp()).collect::<Vec<_>>())
        }
        LinkForm::Complement => vec![1.0 - x[0], x[0]],
        LinkForm::Shares => shares(x),
        LinkForm::PairScores { n_labels, above } => pair_scores(x, n_labels as usize, above),
        LinkForm::PairCoupling { n_labels } => pair_coupling(x, n_labels as usize),
    }
}

fn shares(x: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    for x in x {
        sum += x;
    }
    if sum > 0.0 {
        return x.iter().map(|x| x / sum).collect();
    }
    vec![if sum.is_nan() { f64::NAN } else { 1.0 / x.len() as f64 }; x.len()]
}

fn pair_scores(x: &[f64], n: usize, above: f64) -> Vec<f64> {
    let (mut votes, mut sums) = (vec![0.0; n], vec![0.0; n]);
    let mut pair = x.iter();
    for i in 0..n {
        for j in i + 1..n {
            let c = *pair.next().unwrap();
            sums[i] -= c;
            sums[j] += c;
            votes[if c > above { j } else { i }] += 1.0;
        }
    }
    votes
        .iter()
        .zip(sums)
        .map(|(votes, sum): (&f64, f64)| votes + sum / (3.0 * (sum.abs() + 1.0)))
        .collect()
}

/// By the page: the matrix, then turns of coordinate-wise improvement.
fn pair_coupling(x: &[f64], n: usize) -> Vec<f64> {
    if x.iter().any(|x| x.is_nan()) {
        return vec![f64::NAN; n];
    }
    let mut r = vec![vec![0.0; n]; n];
    let mut pair = x.iter();
    for i in 0..n {
        for j in i + 1..n {
            r[i][j] = pair.next().unwrap().clamp(1e-7, 1.0 - 1e-7);
            r[j][i] = 1.0 - r[i][j];
        }
    }
    let mut q = vec![vec![0.0; n]; n];
    for t in 0..n {
        for j in (0..n).filter(|j| *j != t) {
            q[t][t] += r[j][t] * r[j][t];
            q[t][j] = -(r[j][t] * r[t][j]);
        }
    }
    let mut p = vec![1.0 / n as f64; n];
    for _ in 0..n.max(100) {
        let mut qp: Vec<f64> = q.iter().map(|row| super::estimators::dot(row, &p, 0.0)).collect();
        let mut pqp = super::estimators::dot(&p, &qp, 0.0);
        if qp.iter().all(|qp| (qp - pqp).abs() < 0.005 / n as f64) {
            break;
        }
        for t in 0..n {
            let d = (pqp - qp[t]) / q[t][t];
            p[t] += d;
            pqp = (pqp + d * (d * q[t][t] + 2.0 * qp[t])) / (1.0 + d) / (1.0 + d);
            for j in 0..n {
                qp[j] = (qp[j] + d * q[t][j]) / (1.0 + d);
                p[j] /= 1.0 + d;
            }
        }
    }
    p.iter().map(|p| p.clamp(0.0, 1.0)).collect()
}

/// The label and how many there are.
pub(super) fn label(x: &[f64], rule: LabelRule) -> (usize, usize) {
    let by = |wins: &dyn Fn(f64, f64) -> bool| {
        let mut held = (f64::MIN, 0);
        for (label, x) in x.iter().enumerate() {
            if wins(*x, held.0) {
                held = (*x, label);
            }
        }
        held.1
    };
    match rule {
        LabelRule::FirstMaximum => (by(&|x, held| x > held), x.len()),
        LabelRule::LastMaximum => (by(&|x, held| x >= held), x.len()),
        LabelRule::AtLeast(t) => (usize::from(x[0] >= t), 2),
        LabelRule::Above(t) => (usize::from(x[0] > t), 2),
        LabelRule::PairVotes { n_labels } => {
            let n = n_labels as usize;
            let mut votes = vec![0; n];
            let mut pair = x.iter();
            for i in 0..n {
                for j in i + 1..n {
                    votes[if *pair.next().unwrap() > 0.0 { i } else { j }] += 1;
                }
            }
            let most = *votes.iter().max().unwrap();
            (votes.iter().position(|votes| *votes == most).unwrap(), n)
        }
    }
}

pub(super) fn average(x: &[f64], op: &AverageSpec) -> Vec<f64> {
    let n_parts = op.n_parts as usize;
    let width = x.len() / n_parts;
    let weight = |part: usize| op.weights.get(part).copied().unwrap_or(1.0);
    let mut total = 0.0;
    for part in 0..n_parts {
        total += weight(part);
    }
    let number = |at: usize| {
        let numbers: Vec<f64> = (0..n_parts).map(|part| x[part * width + at]).collect();
        let mut sum = 0.0;
        for (part, x) in numbers.iter().enumerate() {
            sum += x * weight(part);
        }
        match op.form {
            AverageForm::Sum => sum,
            AverageForm::Mean => sum / total,
            AverageForm::Median => {
                if numbers.iter().any(|x| x.is_nan()) {
                    return f64::NAN;
                }
                let mut order: Vec<usize> = (0..n_parts).collect();
                order.sort_by(|a, b| numbers[*a].partial_cmp(&numbers[*b]).unwrap());
                let mut so_far = 0.0;
                let sums: Vec<f64> = order
                    .iter()
                    .map(|part| {
                        so_far += weight(*part);
                        so_far
                    })
                    .collect();
                let at = sums.iter().position(|sum| *sum >= 0.5 * sums[n_parts - 1]).unwrap();
                numbers[order[at]]
            }
        }
    };
    (0..width).map(number).collect()
}
