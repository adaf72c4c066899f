//! How long a fit and its predictions are likely to take: an estimate from the shape of the data.
//!
//! The constants are seconds per step on one core of the machine they were measured on; another machine, and
//! data that an optimizer finds hard, may take a few times as long. An estimate is good for telling
//! seconds from hours, and is called one wherever it is shown.

use super::params::{Algorithm, Boosting, Forest, Hyper, Knn, Params, Tree};

/// Seconds that one fit and its predictions may take on one core before a comparison leaves the algorithm out
/// unless it is named.
pub(crate) const LIMIT: f64 = 30.0;

/// What the time depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Rows that are fitted.
    pub(crate) n_fitted: usize,
    /// Rows that are predicted.
    pub(crate) n_predicted: usize,
    /// Features, one-hot encoded categories counted singly.
    pub(crate) n_features: usize,
    /// Labels; 0 where numbers are predicted.
    pub(crate) n_labels: usize,
    /// Threads, for what uses them.
    pub(crate) threads: usize,
}

/// Seconds per row, feature tried and level of a tree.
const TREE: f64 = 2e-8;
/// Seconds per row, feature, level and bit of the number of rows, of boosting, which sorts at every node.
const BOOSTED: f64 = 5e-9;
/// Seconds per row, pair of features and label of the logistic optimizer until it stops, which takes more steps the
/// more features there are.
const LOGISTIC: f64 = 4e-8;
/// Seconds per row and feature of coordinate descent until it stops.
const DESCENT: f64 = 3e-7;
/// Seconds per row and pair of features of least squares by a decomposition of the features.
const SQUARES: f64 = 1e-8;
/// The same by the normal equations, whose products are added up in order.
const NORMAL_EQUATIONS: f64 = 2e-9;
/// Seconds per row and feature of one pass over the data.
const PASS: f64 = 1e-7;
/// Seconds per row, feature, cluster and iteration of k-means.
const CLUSTERS: f64 = 1.5e-8;
/// Iterations of k-means on rows that fall into no clusters; where they do, it stops after a tenth of them.
const ITERATIONS: usize = 70;
/// Seconds per pair of rows and feature (and [`DISTANCE_FEATURES`] more) of a distance.
const DISTANCE: f64 = 4e-9;
/// What a distance costs besides its features, in features.
const DISTANCE_FEATURES: f64 = 8.0;
/// Seconds per pair of rows and feature (and [`KERNEL_FEATURES`] more) of a support vector machine, of labels and of
/// numbers.
const KERNEL: [f64; 2] = [2.5e-10, 7.5e-10];
/// What a kernel costs besides its features, in features.
const KERNEL_FEATURES: f64 = 20.0;

impl Shape {
    /// Sets of coefficients: one for each label, one in all if there are two.
    fn per_label(&self) -> f64 {
        if self.n_labels > 2 { self.n_labels as f64 } else { 1.0 }
    }

    /// Levels that a tree grows to: the limit, or about as many as rows can be told apart by.
    fn levels(&self, max_depth: Option<usize>) -> f64 {
        let grown = 1.5 * self.bits();
        max_depth.map_or(grown, |depth| grown.min(depth as f64))
    }

    fn bits(&self) -> f64 {
        (self.n_fitted.max(2) as f64).log2()
    }

    fn cells(&self) -> f64 {
        self.n_fitted as f64 * self.n_features as f64
    }

    fn tree(&self, tree: &Tree, tried: usize) -> f64 {
        self.n_fitted as f64 * tried as f64 * self.levels(tree.max_depth) * TREE
    }

    fn forest(&self, forest: &Forest) -> f64 {
        let tried = forest.m.of(self.n_features, self.n_labels > 0).unwrap_or(self.n_features);
        forest.n_trees as f64 * self.tree(&forest.tree, tried) / self.threads as f64
    }

    fn boosting(&self, boosting: &Boosting) -> f64 {
        let levels = self.levels(Some(boosting.max_depth));
        boosting.n_estimators as f64 * self.cells() * levels * self.bits() * BOOSTED
    }

    fn neighbors(&self, _: &Knn) -> f64 {
        let pairs = self.n_fitted as f64 * self.n_predicted as f64;
        pairs * (self.n_features as f64 + DISTANCE_FEATURES) * DISTANCE / self.threads as f64
    }

    /// One machine for each pair of labels, on the rows of both.
    fn machines(&self) -> f64 {
        let labels = self.n_labels as f64;
        let pairs = if self.n_labels > 2 { 2.0 * (labels - 1.0) / labels } else { 1.0 };
        let rows = self.n_fitted as f64;
        let seconds = KERNEL[usize::from(self.n_labels == 0)];
        rows * rows * pairs * (self.n_features as f64 + KERNEL_FEATURES) * seconds
    }
}

impl Params {
    /// Seconds that one fit and its predictions are likely to take.
    pub(crate) fn seconds(&self, shape: &Shape) -> f64 {
        let (cells, features) = (shape.cells(), shape.n_features as f64);
        let seconds = match self.hyper() {
            Hyper::RandomForest(forest) | Hyper::ExtraTrees(forest) => shape.forest(forest),
            Hyper::DecisionTree(tree) => shape.tree(tree, shape.n_features),
            Hyper::GradientBoosting(boosting) => shape.boosting(boosting),
            Hyper::LogisticRegression(_) => cells * features * shape.per_label() * LOGISTIC,
            Hyper::LinearRegression => cells * features * SQUARES,
            Hyper::Ridge(_) => cells * features * NORMAL_EQUATIONS,
            Hyper::Lasso(_) | Hyper::ElasticNet(_) => cells * DESCENT,
            Hyper::GaussianNb
            | Hyper::BernoulliNb(_)
            | Hyper::MultinomialNb(_)
            | Hyper::CategoricalNb(_) => 0.0,
            Hyper::Knn(knn) => shape.neighbors(knn),
            Hyper::Svm(_) => shape.machines(),
            Hyper::KMeans(kmeans) => {
                let starts = kmeans.n_init.div_ceil(shape.threads) as f64;
                let iterations = kmeans.max_iter.min(ITERATIONS) as f64;
                cells * kmeans.k as f64 * starts * iterations * CLUSTERS
            }
        };
        seconds + cells * PASS
    }
}

impl Algorithm {
    /// Rows of 20 features above which a comparison on 5 folds leaves it out unless it is named, at its default
    /// parameters and two labels or numbers; `None` if there is no such size below 10 million.
    pub(crate) fn most_rows(self) -> Option<usize> {
        let params = Params::parse(self, &[]).ok()?;
        let n_labels = if self.predicts_labels() { 2 } else { 0 };
        let is_slow = |rows: usize| {
            let (n_fitted, n_predicted) = (rows / 5 * 4, rows / 5);
            let shape = Shape { n_fitted, n_predicted, n_features: 20, n_labels, threads: 1 };
            params.seconds(&shape) > LIMIT
        };
        // One digit is as much as an estimate is good for.
        let sizes = (3..8).flat_map(|power| (1..10).map(move |digit| digit * 10usize.pow(power)));
        sizes.take_while(|rows| !is_slow(*rows)).last().filter(|rows| *rows < 10_000_000)
    }

    fn predicts_labels(self) -> bool {
        self.serves(crate::table::target::TaskKind::Classification)
    }
}

/// A time in words, as exact as an estimate is good for.
pub(crate) fn about(seconds: f64) -> String {
    if seconds < 9.95 {
        format!("{seconds:.1} s")
    } else if seconds < 100.0 {
        format!("{seconds:.0} s")
    } else if seconds < 6000.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.0} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithms::params::ALGORITHMS;

    const SHAPE: Shape =
        Shape { n_fitted: 8_000, n_predicted: 2_000, n_features: 20, n_labels: 2, threads: 1 };

    fn seconds(algorithm: Algorithm, shape: &Shape) -> f64 {
        Params::parse(algorithm, &[]).unwrap().seconds(shape)
    }

    #[test]
    fn estimates_grow_with_rows_and_features() {
        for algorithm in ALGORITHMS {
            let small = seconds(algorithm, &SHAPE);
            assert!(small > 0.0 && small.is_finite(), "{algorithm:?}");
            for more in [Shape { n_fitted: 80_000, ..SHAPE }, Shape { n_features: 200, ..SHAPE }] {
                assert!(seconds(algorithm, &more) > 2.0 * small, "{algorithm:?}");
            }
        }
    }

    /// Starts and iterations of k-means count: they are what its time is spent on.
    #[test]
    fn clustering_takes_as_long_as_its_starts_and_iterations() {
        let estimate = |settings: &[(&str, &str)]| {
            let settings: Vec<_> =
                settings.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
            Params::parse(Algorithm::KMeans, &settings).unwrap().seconds(&SHAPE)
        };
        let all = estimate(&[]);
        assert!((5.0..10.0).contains(&(all / estimate(&[("n_init", "1")]))));
        assert!((5.0..20.0).contains(&(all / estimate(&[("max_iter", "5")]))));
        assert!((2.0..3.0).contains(&(estimate(&[("k", "5")]) / all)));
        assert!((0.33..3.0).contains(&(estimate(&[("k", "10")]) / 20.6)));
    }

    /// Measured on one core, 8,000 rows of 20 features; within a factor of three.
    #[test]
    fn estimates_are_near_what_was_measured() {
        for (algorithm, n_labels, measured) in [
            (Algorithm::RandomForest, 2, 0.74),
            (Algorithm::RandomForest, 5, 0.8),
            (Algorithm::RandomForest, 26, 1.0),
            (Algorithm::ExtraTrees, 5, 0.48),
            (Algorithm::RandomForest, 0, 0.95),
            (Algorithm::ExtraTrees, 2, 0.59),
            (Algorithm::GradientBoosting, 0, 4.5),
            (Algorithm::LogisticRegression, 5, 0.32),
            (Algorithm::Svm, 2, 0.6),
            (Algorithm::Svm, 0, 1.9),
            // Two clusters of noise.
            (Algorithm::KMeans, 0, 4.8),
            // Of 2,000 rows that are predicted.
            (Algorithm::Knn, 0, 1.6),
        ] {
            let estimate = seconds(algorithm, &Shape { n_labels, ..SHAPE });
            let ratio = estimate / measured;
            assert!((0.33..3.0).contains(&ratio), "{algorithm:?}: {estimate} for {measured}");
        }
    }

    /// Measured on one core, 32,000 rows of 222 features.
    #[test]
    fn the_estimate_of_ridge_is_near_what_was_measured_on_many_features() {
        let shape = Shape { n_fitted: 32_000, n_features: 222, n_labels: 0, ..SHAPE };
        let ratio = seconds(Algorithm::Ridge, &shape) / 3.1;
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn what_is_slow_has_a_most_number_of_rows() {
        for (algorithm, range) in [
            (Algorithm::Svm, 20_000..100_000),
            (Algorithm::GradientBoosting, 20_000..100_000),
            (Algorithm::Knn, 20_000..100_000),
        ] {
            let most = algorithm.most_rows();
            assert!(most.is_some_and(|rows| range.contains(&rows)), "{algorithm:?}: {most:?}");
        }
        assert_eq!(Algorithm::GaussianNb.most_rows(), None);
    }

    #[test]
    fn times_in_words() {
        for (seconds, text) in
            [(0.04, "0.0 s"), (9.96, "10 s"), (61.0, "61 s"), (119.0, "2 min"), (7200.0, "2 h")]
        {
            assert_eq!(about(seconds), text);
        }
    }
}
