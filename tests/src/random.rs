//! Random models and rows for property tests.

use std::collections::{BTreeSet, VecDeque};

use model_format::NodeWords;
use model_format::program::ops::node_trees::pack;
use model_format::program::ops::support_vectors::n_machines;
use model_format::v1::{
    ColumnKind, ColumnSpec, EstimatorSpec, Kernel, Manifest, Metric, ReduceMethod, Step, Task,
    Weights,
};
use model_format::writer::ArrayData;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use crate::models;

/// What a model is made of; the numbers are used in turn, and over again when they run out.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// `None`: a numeric column; else the categories of a categorical column and whether missing is a category.
    columns: Vec<Option<(BTreeSet<String>, bool)>>,
    impute: bool,
    scaler: u8,
    /// Components to reduce to, capped by the number of features.
    reduce: Option<(ReduceMethod, usize)>,
    n_classes: usize,
    estimator: Kind,
    numbers: Vec<f64>,
    choices: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Linear,
    /// Trees per output.
    Trees(usize),
    Gaussian,
    Bernoulli,
    Multinomial,
    Categorical,
    Neighbors {
        k: usize,
        n_points: usize,
        metric: Metric,
        weights: Weights,
    },
    Machines {
        n_vectors: usize,
        kernel: Kernel,
    },
    Centroids,
}

/// A complete manifest but for golden rows, and its arrays.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The manifest.
    pub manifest: Manifest,
    /// The arrays.
    pub arrays: Vec<ArrayData>,
}

/// Random recipes of small models.
pub fn recipe() -> impl Strategy<Value = Recipe> {
    let column = proptest::option::of((btree_set("[a-z][a-zé =]{0,3}[a-z]", 1..5), any::<bool>()));
    let n_classes = prop_oneof![Just(0usize), 2usize..5];
    (
        vec(column, 1..6),
        any::<bool>(),
        0u8..3,
        reduce(),
        n_classes,
        kind(),
        vec(number(), 1..40),
        vec(any::<u32>(), 1..40),
    )
        .prop_map(
            |(mut columns, impute, scaler, reduce, n_classes, estimator, numbers, choices)| {
                if matches!(estimator, Kind::Categorical) {
                    columns.retain(Option::is_some);
                    if columns.is_empty() {
                        columns.push(Some((["aa", "bb"].map(str::to_owned).into(), impute)));
                    }
                }
                let n_classes = match (estimator, n_classes) {
                    (
                        Kind::Linear
                        | Kind::Trees(_)
                        | Kind::Neighbors { .. }
                        | Kind::Machines { .. },
                        n,
                    ) => n,
                    (_, n) => n.max(2),
                };
                let reduce = reduce.filter(|_| !matches!(estimator, Kind::Categorical));
                Recipe { columns, impute, scaler, reduce, n_classes, estimator, numbers, choices }
            },
        )
}

/// In one model of three.
fn reduce() -> impl Strategy<Value = Option<(ReduceMethod, usize)>> {
    let method = prop_oneof![Just(ReduceMethod::Pca), Just(ReduceMethod::Svd)];
    proptest::option::weighted(1.0 / 3.0, (method, 1usize..8))
}

/// As many linear models, trees, naive Bayes, nearest neighbours and support vector machines, and
/// some k-means.
fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        4 => Just(Kind::Linear),
        4 => (1usize..5).prop_map(Kind::Trees),
        1 => Just(Kind::Gaussian),
        1 => Just(Kind::Bernoulli),
        1 => Just(Kind::Multinomial),
        1 => Just(Kind::Categorical),
        4 => neighbors(),
        4 => machines(),
        2 => Just(Kind::Centroids),
    ]
}

fn machines() -> impl Strategy<Value = Kind> {
    let kernel = prop_oneof![
        Just(Kernel::Linear),
        (0.01..2.0).prop_map(|gamma| Kernel::Rbf { gamma }),
        (1u64..6, -1.0..1.0, -2.0..2.0).prop_map(|(degree, gamma, coef0)| Kernel::Polynomial {
            degree,
            gamma,
            coef0
        }),
        (-0.5..0.5, -1.0..1.0).prop_map(|(gamma, coef0)| Kernel::Sigmoid { gamma, coef0 }),
    ];
    (0usize..8, kernel).prop_map(|(n_vectors, kernel)| Kind::Machines { n_vectors, kernel })
}

fn neighbors() -> impl Strategy<Value = Kind> {
    let metric = prop_oneof![
        Just(Metric::Euclidean),
        Just(Metric::Manhattan),
        (1u64..=64).prop_map(|p| Metric::Minkowski { p }),
        Just(Metric::Hamming),
    ];
    let weights = prop_oneof![Just(Weights::Uniform), Just(Weights::Distance)];
    (1usize..12, 1usize..30, metric, weights).prop_map(|(k, n_points, metric, weights)| {
        Kind::Neighbors { k: k.min(n_points), n_points, metric, weights }
    })
}

/// Mostly moderate numbers, and some that are huge, tiny or zero.
pub fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0,
        1 => -1e100..1e100,
        1 => -1e-300..1e-300,
        1 => prop_oneof![Just(0.0), Just(-0.0), Just(5e-324), Just(1.0)],
    ]
}

/// Rows for a model: numbers of any size, categories, unseen texts, missing and bad cells.
pub fn rows(manifest: &Manifest) -> impl Strategy<Value = Vec<Vec<String>>> + use<> {
    let cells: Vec<BoxedStrategy<String>> =
        manifest.schema.columns.iter().map(|column| cell(&column.kind)).collect();
    vec(cells, 1..40)
}

fn cell(kind: &ColumnKind) -> BoxedStrategy<String> {
    let missing = prop_oneof![Just(String::new()), Just(" NA".to_owned()), Just("?\t".to_owned())];
    match kind {
        ColumnKind::Numeric => prop_oneof![
            12 => number().prop_map(|number| format!(" {number:?} ")),
            4 => (-20i32..20).prop_map(|number| format!("{number}")),
            2 => any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| n.to_string()),
            1 => "[+-]?[0-9]{1,20}\\.?[0-9]{0,3}([eE][+-]?[0-9]{1,2})?",
            3 => missing,
            1 => "[a-f0-9.+-]{1,6}",
        ]
        .boxed(),
        ColumnKind::Document => ".{0,9}".boxed(),
        ColumnKind::Text { levels, .. } => prop_oneof![
            8 => proptest::sample::select(levels.clone()).prop_map(|level| format!("\t{level} ")),
            2 => "[a-z]{1,3}",
            1 => ".{1,4}",
            2 => missing,
        ]
        .boxed(),
    }
}

impl Recipe {
    /// Makes the model.
    pub fn draft(&self) -> Draft {
        let mut numbers = self.numbers.iter().copied().cycle();
        let mut numbers = move || numbers.next().unwrap_or_default();
        let columns: Vec<ColumnSpec> = (0..).zip(&self.columns).map(column).collect();
        let n_numeric = columns.iter().filter(|c| c.kind == ColumnKind::Numeric).count();
        let n_encoded = columns.iter().map(n_features).sum::<usize>();
        let reduce = self.reduce.map(|(method, k)| (method, k.min(n_encoded)));
        let n_features = reduce.map_or(n_encoded, |(_, k)| k);
        let labels: Vec<String> =
            (0..self.n_classes).map(|class| format!("class {class}")).collect();
        let task = match (self.n_classes, self.estimator) {
            (_, Kind::Centroids) => Task::Clustering { labels },
            (0, _) => models::regression(),
            _ => Task::Classification { target: "target".into(), labels },
        };
        let n_outputs = if self.n_classes > 2 { self.n_classes } else { 1 };
        let estimator = match self.estimator {
            Kind::Linear => EstimatorSpec::Linear,
            Kind::Trees(_) => EstimatorSpec::MeanOfTrees { n_outputs: n_outputs as u64 },
            Kind::Gaussian => EstimatorSpec::GaussianNaiveBayes,
            Kind::Bernoulli => EstimatorSpec::BernoulliNaiveBayes { binarize: numbers() },
            Kind::Multinomial => EstimatorSpec::MultinomialNaiveBayes,
            Kind::Categorical => EstimatorSpec::CategoricalNaiveBayes,
            Kind::Neighbors { k, metric, weights, .. } => {
                models::nearest(k as u64, metric, weights)
            }
            Kind::Machines { kernel, .. } => EstimatorSpec::SupportVectors { kernel },
            Kind::Centroids => EstimatorSpec::NearestCentroid,
        };
        let mut manifest = models::manifest(columns, task, estimator);
        let mut list = || -> Vec<f64> { (0..n_numeric).map(|_| numbers()).collect() };
        let positive = |list: Vec<f64>| list.iter().map(|n| n.abs().max(1e-6)).collect();
        if self.impute {
            manifest.steps.push(Step::Impute { values: list() });
        }
        match self.scaler {
            1 => manifest.steps.push(Step::StandardScale { means: list(), stds: positive(list()) }),
            2 => manifest.steps.push(Step::MinMaxScale { mins: list(), ranges: positive(list()) }),
            _ => {}
        }
        manifest.steps.push(Step::OneHot);
        let mut step_arrays = Vec::new();
        if let Some((method, k)) = reduce {
            manifest.steps.push(Step::Reduce { method, n_components: k as u64 });
            let weights: Vec<f64> = (0..k * n_encoded).map(|_| numbers()).collect();
            let shift = |number| if method == ReduceMethod::Pca { number } else { 0.0 };
            let shifts: Vec<f64> = (0..k).map(|_| shift(numbers())).collect();
            step_arrays = models::projection(&weights, &shifts);
        }
        let mut table = |len: usize| -> Vec<f64> { (0..len).map(|_| numbers()).collect() };
        let (n_classes, cells) = (self.n_classes, self.n_classes * n_features);
        let mut arrays = match self.estimator {
            Kind::Gaussian => {
                let twice: Vec<f64> =
                    table(cells).iter().map(|n| n.abs().max(f64::MIN_POSITIVE)).collect();
                models::gaussian(&table(cells), &twice, &table(cells), &table(n_classes))
            }
            Kind::Bernoulli => models::bernoulli(&table(cells), &table(cells), &table(n_classes)),
            Kind::Multinomial | Kind::Categorical => {
                models::log_table(&table(cells), &table(n_classes))
            }
            Kind::Neighbors { n_points, .. } => {
                let mut choices = self.choices.iter().copied().cycle();
                let mut choice = move || choices.next().unwrap();
                // Small whole numbers too, so that rows hit points and distances tie.
                let points: Vec<f64> = (0..n_features * n_points)
                    .map(|_| match choice() {
                        c if c.is_multiple_of(2) => f64::from(c / 2 % 4),
                        _ => numbers(),
                    })
                    .collect();
                let class = u32::try_from(n_classes).unwrap();
                let targets: Vec<f64> = (0..n_points)
                    .map(|_| if class > 0 { f64::from(choice() % class) } else { numbers() })
                    .collect();
                models::neighbors(&points, &targets)
            }
            Kind::Machines { n_vectors, .. } => {
                let mut choices = self.choices.iter().copied().cycle();
                let mut choice = move |below: usize| choices.next().unwrap() as usize % below;
                let vectors = table(n_features * n_vectors);
                let terms: Vec<Vec<(u64, f64)>> = (0..n_machines(n_classes))
                    .map(|_| {
                        let n_terms = if n_vectors == 0 { 0 } else { choice(6) };
                        (0..n_terms).map(|_| (choice(n_vectors) as u64, numbers())).collect()
                    })
                    .collect();
                let machines: Vec<models::Terms<'_>> =
                    terms.iter().map(|terms| (terms.as_slice(), numbers())).collect();
                models::machines(n_features, &vectors, &machines)
            }
            Kind::Centroids => models::centroids(n_classes, &table(cells)),
            Kind::Linear => {
                let coefficients: Vec<f64> =
                    (0..n_outputs * n_features).map(|_| numbers()).collect();
                let intercepts: Vec<f64> = (0..n_outputs).map(|_| numbers()).collect();
                models::linear(&coefficients, &intercepts)
            }
            Kind::Trees(per_output) => {
                let mut choices = self.choices.iter().copied().cycle();
                let forest: Vec<Vec<NodeWords>> = (0..n_outputs * per_output)
                    .map(|_| self.tree(n_features, &mut choices, &mut numbers))
                    .collect();
                models::trees(&forest)
            }
        };
        arrays.extend(step_arrays);
        Draft { manifest, arrays }
    }

    /// A tree of at most 63 nodes, breadth first.
    fn tree(
        &self,
        n_features: usize,
        choices: &mut impl Iterator<Item = u32>,
        numbers: &mut impl FnMut() -> f64,
    ) -> Vec<NodeWords> {
        let n_features = u32::try_from(n_features).unwrap();
        let mut nodes: Vec<NodeWords> = Vec::new();
        let mut depths = VecDeque::from([0]);
        let mut next_child = 1;
        while let Some(depth) = depths.pop_front() {
            let choice = choices.next().unwrap();
            if depth < 5 && !choice.is_multiple_of(3) {
                nodes.push(pack(numbers(), next_child, choice / 3 % n_features));
                next_child += 2;
                depths.extend([depth + 1, depth + 1]);
            } else if self.n_classes > 0 {
                // Steps of an eighth, so that ties and all-zero rows happen.
                nodes.push(pack(f64::from(choice / 3 % 9) / 8.0, 0, 0));
            } else {
                nodes.push(pack(numbers(), 0, 0));
            }
        }
        nodes
    }
}

fn column((index, levels): (usize, &Option<(BTreeSet<String>, bool)>)) -> ColumnSpec {
    let name = format!("column {index}");
    match levels {
        None => models::numeric(&name),
        Some((levels, missing_level)) => {
            let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
            models::text(&name, &levels, *missing_level)
        }
    }
}

fn n_features(column: &ColumnSpec) -> usize {
    match &column.kind {
        ColumnKind::Numeric => 1,
        ColumnKind::Document => 0,
        ColumnKind::Text { levels, missing_level } => levels.len() + usize::from(*missing_level),
    }
}
