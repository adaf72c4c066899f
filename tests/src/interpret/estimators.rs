//! What was learned: sums, distances and votes.

use std::cmp::Ordering;

use model_format::manifest::{Metric, Weights};
use model_format::program::ops::bayes::{BayesKind, BayesSpec};
use model_format::program::ops::centroids::CentroidsSpec;
use model_format::program::ops::kernel_function::KernelFunction;
use model_format::program::ops::linear::LinearSpec;
use model_format::program::ops::neighbors::{NeighborsSpec, Reach};
use model_format::program::ops::support_vectors::SupportVectorsSpec;

use super::Slots;
use crate::reference::heap;

/// The sum of the products in their order.
pub(super) fn dot(x: &[f64], y: &[f64], start: f64) -> f64 {
    let mut sum = start;
    for (x, y) in x.iter().zip(y) {
        sum += x * y;
    }
    sum
}

fn squares(x: &[f64], y: &[f64], start: f64) -> f64 {
    let mut sum = start;
    for (x, y) in x.iter().zip(y) {
        let d = x - y;
        sum += d * d;
    }
    sum
}

impl Slots<'_> {
    pub(super) fn linear(&mut self, op: &LinearSpec) {
        let (x, coefficients) = (self.read(op.input), self.f64s(op.coefficients));
        let sums: Vec<f64> = coefficients
            .chunks(x.len())
            .zip(self.f64s(op.intercepts))
            .map(|(coefficients, intercept)| dot(&x, coefficients, 0.0) + intercept)
            .collect();
        self.write(sums);
    }

    pub(super) fn bayes(&mut self, op: &BayesSpec) {
        let x = self.read(op.input);
        let priors = self.f64s(op.log_priors);
        let counts: Vec<usize> = op.input.range().map(|slot| self.codes[slot] as usize).collect();
        let score = |class: usize| {
            let of_class = |id, n: usize| self.f64s(id)[class * n..(class + 1) * n].to_vec();
            let n = x.len();
            let terms: Vec<f64> = match op.kind {
                BayesKind::Gaussian { means, twice_variances, half_log_variances } => {
                    let (means, twice) = (of_class(means, n), of_class(twice_variances, n));
                    let half_logs = of_class(half_log_variances, n);
                    let term = |f: usize| {
                        let d = x[f] - means[f];
                        let q = d * d / twice[f];
                        -q - f64::from_bits(0x3fed_67f1_c864_beb5) - half_logs[f]
                    };
                    (0..n).map(term).collect()
                }
                BayesKind::Bernoulli { binarize, present, absent } => {
                    let (present, absent) = (of_class(present, n), of_class(absent, n));
                    (0..n).map(|f| if x[f] > binarize { present[f] } else { absent[f] }).collect()
                }
                BayesKind::Multinomial { log_probabilities } => {
                    let logs = of_class(log_probabilities, n);
                    x.iter().zip(logs).map(|(x, log)| x * log).collect()
                }
                BayesKind::Categorical { log_probabilities } => {
                    let logs = of_class(log_probabilities, counts.iter().sum());
                    let starts = counts.iter().scan(0, |start, n| {
                        *start += n;
                        Some(*start - n)
                    });
                    let known = x.iter().all(|code| !code.is_nan());
                    let terms =
                        x.iter().zip(starts).map(|(code, start)| logs[start + *code as usize]);
                    if known { terms.collect() } else { Vec::new() }
                }
            };
            let mut sum = 0.0;
            for term in terms {
                sum += term;
            }
            sum + priors[class]
        };
        let scores: Vec<f64> = (0..priors.len()).map(score).collect();
        self.write(scores);
    }

    pub(super) fn support_vectors(&mut self, op: &SupportVectorsSpec) {
        let x = self.read(op.input);
        let (vectors, weights) = (self.f64s(op.vectors), self.f64s(op.term_weights));
        let (starts, terms) = (self.u64s(op.starts), self.u64s(op.term_vectors));
        let n_vectors = vectors.len() / x.len();
        let intercepts = self.f64s(op.intercepts);
        let machine = |(m, intercept): (usize, &f64)| {
            let mut sum = *intercept;
            for term in starts[m] as usize..starts[m + 1] as usize {
                let at = terms[term] as usize;
                let vector: Vec<f64> = (0..x.len()).map(|f| vectors[f * n_vectors + at]).collect();
                sum += weights[term] * kernel(op.kernel, &x, &vector);
            }
            sum
        };
        let values: Vec<f64> = intercepts.iter().enumerate().map(machine).collect();
        self.write(values);
    }

    pub(super) fn centroids(&mut self, op: &CentroidsSpec) {
        let x = self.read(op.input);
        let mut nearest = (0, f64::INFINITY);
        for (cluster, centroid) in self.f64s(op.centroids).chunks(x.len()).enumerate() {
            let distance = squares(&x, centroid, 0.0);
            if distance < nearest.1 {
                nearest = (cluster, distance);
            }
        }
        self.push(nearest.0 as f64, op.n_clusters);
        self.push(nearest.1, 0);
    }

    /// The nearest points; which of several that are equally far is the page's business only where that
    /// changes nothing.
    pub(super) fn neighbors(&mut self, op: &NeighborsSpec) {
        let x = self.read(op.input);
        let (points, targets) = (self.f64s(op.points), self.f64s(op.targets));
        let mut all: Vec<(f64, f64)> = (0..targets.len())
            .map(|i| {
                let point: Vec<f64> = (0..x.len()).map(|f| points[f * targets.len() + i]).collect();
                (distance(op.metric, &x, &point), targets[i])
            })
            .filter(|(distance, _)| *distance < f64::INFINITY)
            .collect();
        let mut outlier = None;
        match op.reach {
            Reach::Nearest { k } => {
                let places =
                    heap(all.iter().map(|(distance, _)| *distance), usize::try_from(k).unwrap());
                all = places.into_iter().map(|(distance, i)| (distance, all[i].1)).collect();
            }
            Reach::Within { radius, outlier: label } => {
                all.retain(|(distance, _)| *distance <= radius);
                outlier = label;
            }
        }
        let hit = all.iter().any(|(distance, _)| *distance <= 0.0);
        let weight = |distance: f64| match op.weights {
            Weights::Uniform => 1.0,
            Weights::Distance if hit => f64::from(u8::from(distance <= 0.0)),
            Weights::Distance => 1.0 / distance,
        };
        let mut sum = 0.0;
        for (distance, _) in &all {
            sum += weight(*distance);
        }
        let of_class = |class: u32| {
            let own = all.iter().filter(|(_, target)| (target - f64::from(class)).abs() < 0.5);
            own.fold(0.0, |sum, (distance, _)| sum + weight(*distance)) * (1.0 / sum)
        };
        let value = all.iter().fold(0.0, |value, (d, target)| value + target * (weight(*d) / sum));
        let results: Vec<f64> = match op.n_labels {
            n if all.is_empty() && outlier.is_some() => {
                (0..n).map(|label| f64::from(u8::from(outlier == Some(label)))).collect()
            }
            _ if all.is_empty() => vec![f64::NAN; op.n_labels.max(1) as usize],
            0 => vec![value],
            n => (0..n).map(of_class).collect(),
        };
        self.write(results);
    }
}

fn kernel(kernel: KernelFunction, x: &[f64], v: &[f64]) -> f64 {
    let dot = || dot(x, v, -0.0);
    let squares = || squares(x, v, -0.0);
    let differences = || x.iter().zip(v).fold(-0.0, |sum, (x, v)| sum + (x - v).abs());
    match kernel {
        KernelFunction::Linear => dot(),
        KernelFunction::Rbf { gamma } => (-gamma * squares()).exp(),
        KernelFunction::Polynomial { degree, gamma, coef0 } => {
            (gamma * dot() + coef0).powf(degree as f64)
        }
        KernelFunction::Sigmoid { gamma, coef0 } => (gamma * dot() + coef0).tanh(),
        KernelFunction::Laplacian { gamma } => (-gamma * differences()).exp(),
        KernelFunction::Matern { order } => {
            let r = ((2 * order + 1) as f64 * squares()).sqrt();
            [1.0, 1.0 + r, 1.0 + r + r * r / 3.0][usize::try_from(order).unwrap()] * (-r).exp()
        }
        KernelFunction::RationalQuadratic { gamma, alpha } => {
            (1.0 + gamma * squares()).powf(-alpha)
        }
        KernelFunction::SquaredDistance => squares(),
        KernelFunction::Distance => squares().sqrt(),
        KernelFunction::Manhattan => differences(),
    }
}

fn distance(metric: Metric, x: &[f64], point: &[f64]) -> f64 {
    let terms = x.iter().zip(point);
    let sum =
        |term: &dyn Fn(f64, f64) -> f64| terms.clone().fold(0.0, |sum, (x, y)| sum + term(*x, *y));
    match metric {
        Metric::Euclidean => squares(x, point, 0.0).sqrt(),
        Metric::Manhattan => sum(&|x, y| (x - y).abs()),
        Metric::Minkowski { p } => {
            let p = p as f64;
            libm::pow(sum(&|x, y| libm::pow((x - y).abs(), p)), 1.0 / p)
        }
        Metric::Hamming => {
            let differ = |x: f64, y: f64| x.partial_cmp(&y) != Some(Ordering::Equal);
            sum(&|x, y| f64::from(u8::from(differ(x, y)))) / x.len() as f64
        }
    }
}
