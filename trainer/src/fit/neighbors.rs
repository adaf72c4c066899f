//! Nearest neighbours: smartcore's, with its linear search.
//!
//! Its cover tree answers ties otherwise, is slower in many columns, and overflows the stack on
//! large numbers.

use cli_common::error::{Error, Result};
use model_format::manifest::{Metric, Weights};
use model_format::program::builder::{ProgramBuilder, index};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::neighbors::{NeighborsSpec, POINTS, Reach, TARGETS};
use model_format::program::slot::Run;
use model_format::program::{Head, Meaning, OpSpec};
use model_format::writer::ArrayData;
use smartcore::algorithm::neighbour::KNNAlgorithmName;
use smartcore::linalg::basic::arrays::{Array, Array2};
use smartcore::metrics::distance::Distance;
use smartcore::metrics::distance::euclidian::Euclidian;
use smartcore::metrics::distance::hamming::Hamming;
use smartcore::metrics::distance::manhattan::Manhattan;
use smartcore::neighbors::KNNWeightFunction;
use smartcore::neighbors::knn_classifier::{KNNClassifier, KNNClassifierParameters};
use smartcore::neighbors::knn_regressor::{KNNRegressor, KNNRegressorParameters};

use super::request::{Predictions, Request, other_task};
use crate::algorithms::params::Knn;
use crate::engine::guard;
use crate::engine::matrix::{Matrix, matrix};
use crate::table::target::Values;

/// Values up to this have finite distances in every metric here but high Minkowski powers.
const FAR: f64 = 1e4;
/// smartcore's time for one term of one distance, on the machine the estimate was made on.
const SECONDS_PER_TERM: f64 = 5e-9;
/// Rows that one call of smartcore predicts.
const ROWS_PER_CALL: usize = 256;

/// A fitted nearest-neighbours model.
pub(crate) struct Neighbors {
    model: Model,
    points: Vec<f64>,
    targets: Vec<f64>,
    n_classes: usize,
    k: usize,
    metric: Metric,
    distance: AnyDistance,
    weights: Weights,
    threads: usize,
}

enum Model {
    Classifier(KNNClassifier<f64, u32, Matrix, Vec<u32>, AnyDistance>),
    Regressor(KNNRegressor<f64, f64, Matrix, Vec<f64>, AnyDistance>),
}

/// smartcore's distances behind one type, but for Minkowski's.
#[derive(Clone, Debug)]
enum AnyDistance {
    Euclidean(Euclidian<f64>),
    Manhattan(Manhattan<f64>),
    /// The power. smartcore takes `pow` from the C library, which differs between machines.
    Minkowski(f64),
    Hamming(Hamming<f64>),
}

impl Distance<Vec<f64>> for AnyDistance {
    fn distance(&self, a: &Vec<f64>, b: &Vec<f64>) -> f64 {
        match self {
            Self::Euclidean(d) => d.distance(a, b),
            Self::Manhattan(d) => d.distance(a, b),
            Self::Minkowski(p) => {
                let sum =
                    a.iter().zip(b).fold(0.0, |sum, (a, b)| sum + libm::pow((a - b).abs(), *p));
                libm::pow(sum, 1.0 / p)
            }
            Self::Hamming(d) => d.distance(a, b),
        }
    }
}

impl Neighbors {
    /// Fits `knn`.
    pub(crate) fn fit(params: Knn, request: &Request<'_>) -> Result<Self> {
        let Request { y, n_classes, threads, .. } = *request;
        let x = request.x.dense()?;
        let (n_rows, n_features) = x.shape();
        let Knn { k, weights, metric } = params;
        if k > n_rows {
            return Err(Error::input(format!("knn: k={k}, but only {n_rows} rows are fitted"))
                .with_hint("choose a smaller --param k"));
        }
        let distance = match metric {
            Metric::Euclidean => AnyDistance::Euclidean(Euclidian::new()),
            Metric::Manhattan => AnyDistance::Manhattan(Manhattan::new()),
            Metric::Minkowski { p } => AnyDistance::Minkowski(p as f64),
            Metric::Hamming => AnyDistance::Hamming(Hamming::new()),
        };
        let kept = distance.clone();
        let weight = match weights {
            Weights::Distance => KNNWeightFunction::Distance,
            Weights::Uniform => KNNWeightFunction::Uniform,
        };
        let algorithm = KNNAlgorithmName::LinearSearch;
        let failed = |e| Error::input(format!("smartcore refuses to fit this data: {e}"));
        let (model, targets) = match y {
            Values::Nothing(_) => return Err(other_task(request.algorithm)),
            Values::Classes(classes) => {
                let parameters = KNNClassifierParameters::default()
                    .with_k(k)
                    .with_algorithm(algorithm)
                    .with_weight(weight)
                    .with_distance(distance);
                let model = KNNClassifier::fit(x, classes, parameters).map_err(failed)?;
                (Model::Classifier(model), classes.iter().map(|c| f64::from(*c)).collect())
            }
            Values::Numbers(values) => {
                let parameters = KNNRegressorParameters::default()
                    .with_k(k)
                    .with_algorithm(algorithm)
                    .with_weight(weight)
                    .with_distance(distance);
                let model = KNNRegressor::fit(x, values, parameters).map_err(failed)?;
                (Model::Regressor(model), values.clone())
            }
        };
        let points = (0..n_features)
            .flat_map(|f| x.get_col(f).iterator(0).copied().collect::<Vec<_>>())
            .collect();
        Ok(Self { model, points, targets, n_classes, k, metric, distance: kept, weights, threads })
    }

    /// Appends the neighbours, and the label if there is one.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Head {
        let n_points = self.targets.len();
        let shape = [self.points.len() / n_points, n_points];
        let op = NeighborsSpec {
            input,
            points: program.array(ArrayData::f64(POINTS, &shape, &self.points)),
            targets: program.array(ArrayData::f64(TARGETS, &[n_points], &self.targets)),
            n_labels: index(self.n_classes),
            reach: Reach::Nearest { k: self.k as u64 },
            metric: self.metric,
            weights: self.weights,
        };
        let numbers = program.op(OpSpec::Neighbors(op), index(self.n_classes.max(1)));
        if self.n_classes == 0 {
            return Head::value(numbers);
        }
        let label = Some(program.label(numbers, LabelRule::FirstMaximum));
        Head { label, numbers, meaning: Meaning::Probabilities }
    }

    /// Seconds that smartcore is likely to take for the predictions of `n_rows` rows.
    pub(crate) fn seconds(&self, n_rows: usize) -> f64 {
        SECONDS_PER_TERM * self.points.len() as f64 * n_rows as f64 / self.threads as f64
    }

    /// smartcore's own predictions, on several threads: each row asks every fitted row.
    pub(crate) fn predict(&self, x: &Matrix) -> Result<Predictions> {
        let (n_rows, n_features) = x.shape();
        let columns: Vec<Vec<f64>> =
            (0..n_features).map(|f| x.get_col(f).iterator(0).copied().collect()).collect();
        let n_calls = n_rows.div_ceil(ROWS_PER_CALL);
        let threads = self.threads.min(n_calls).max(1);
        let parts = guard::run(threads, |thread| {
            let mut done = Vec::new();
            for call in (thread..n_calls).step_by(threads) {
                let rows = call * ROWS_PER_CALL..n_rows.min((call + 1) * ROWS_PER_CALL);
                let part: Vec<Vec<f64>> =
                    columns.iter().map(|c| c[rows.clone()].to_vec()).collect();
                done.push((call, self.predict_part(&matrix(rows.len(), &part)?)?));
            }
            Ok(done)
        })?;
        let mut parts: Vec<(usize, Predictions)> = parts.into_iter().flatten().collect();
        parts.sort_by_key(|(call, _)| *call);
        let mut all = Predictions::default();
        for (_, part) in parts {
            all.labels.extend(part.labels);
            all.values.extend(part.values);
        }
        Ok(all)
    }

    fn predict_part(&self, x: &Matrix) -> Result<Predictions> {
        let refused = |e| Error::internal(format!("smartcore's predict: {e}"));
        let (n_rows, _) = x.shape();
        // A row that is infinitely far from every point makes smartcore's classifier refuse the
        // whole batch and its regressor answer 0; here it has no answer.
        let far: Vec<bool> = (0..n_rows).map(|row| self.is_far(x, row)).collect();
        if far.contains(&true) {
            let mut all = Predictions::default();
            for (row, far) in far.iter().enumerate() {
                let row: Vec<Vec<f64>> =
                    x.get_row(row).iterator(0).map(|value| vec![*value]).collect();
                let one =
                    if *far { self.no_answer() } else { self.predict_part(&matrix(1, &row)?)? };
                all.labels.extend(one.labels);
                all.values.extend(one.values);
            }
            return Ok(all);
        }
        Ok(match &self.model {
            Model::Regressor(model) => Predictions::values(model.predict(x).map_err(refused)?),
            Model::Classifier(model) => Predictions {
                labels: model.predict(x).map_err(refused)?,
                values: model.predict_proba(x).map_err(refused)?.concat(),
            },
        })
    }

    fn no_answer(&self) -> Predictions {
        match &self.model {
            Model::Regressor(_) => Predictions::values(vec![f64::NAN]),
            Model::Classifier(_) => {
                Predictions { labels: vec![0], values: vec![f64::NAN; self.n_classes] }
            }
        }
    }

    /// Whether no point is at a finite distance; only huge values can be that far.
    fn is_far(&self, x: &Matrix, row: usize) -> bool {
        let row: Vec<f64> = x.get_row(row).iterator(0).copied().collect();
        let n_points = self.targets.len();
        row.iter().any(|value| value.abs() > FAR)
            && (0..n_points).all(|point| {
                let point: Vec<f64> =
                    (0..row.len()).map(|f| self.points[f * n_points + point]).collect();
                !self.distance.distance(&row, &point).is_finite()
            })
    }
}

#[cfg(test)]
mod tests {
    use smartcore::metrics::distance::minkowski::Minkowski;

    use super::*;
    use crate::rng::SplitMix64;

    #[test]
    fn minkowski_is_smartcores_but_for_the_last_bits_of_pow() {
        let mut rng = SplitMix64::new(1);
        for p in 1..=64u16 {
            for n_features in [1, 2, 30] {
                let mut value = || rng.below(8_000_000) as f64 / 1e6 - 4.0;
                let mut row = || (0..n_features).map(|_| value()).collect::<Vec<f64>>();
                let (a, b) = (row(), row());
                let ours = AnyDistance::Minkowski(f64::from(p)).distance(&a, &b);
                let theirs = Minkowski::new(p).distance(&a, &b);
                assert!((ours - theirs).abs() <= 1e-12 * theirs, "p={p}: {ours}, {theirs}");
            }
        }
    }

    // Where glibc 2.36 on x86-64 gives another last bit, as in one of ten distances.
    #[test]
    fn minkowski_has_the_same_bits_on_every_machine() {
        for (p, a, b, bits) in [
            (3.0, [-0.05, -1.142, -3.257], [0.22, 1.847, -2.525], 0x4008_08c9_28bd_6ce2),
            (7.0, [-2.892, 0.552, 2.004], [2.12, 0.805, 1.792], 0x4014_0c49_ba6b_7602),
            (64.0, [-0.309, -3.056, -2.956], [1.946, 2.907, 2.506], 0x4017_da75_5940_2ca0u64),
        ] {
            let distance = AnyDistance::Minkowski(p).distance(&a.to_vec(), &b.to_vec());
            assert_eq!(distance.to_bits(), bits, "p={p}: {distance:?}");
        }
    }
}
