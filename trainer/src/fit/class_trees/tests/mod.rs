//! smartcore's trees, node for node; and what no smartcore has, held against slow references.

mod leaves;
mod smartcore;

use cli_common::progress::Progress;

use super::ClassTrees;
use crate::algorithms::params::{Algorithm, Hyper, Params};
use crate::engine::features::Features;
use crate::engine::matrix::matrix;
use crate::fit::request::Request;
use crate::fit::trees::Forestry;
use crate::rng::SplitMix64;
use crate::table::target::Values;

/// How a tree grows.
#[derive(Clone, Copy, Debug)]
struct Limits {
    max_depth: Option<u16>,
    min_samples_leaf: usize,
    min_samples_split: usize,
}

const NO_LIMITS: Limits = Limits { max_depth: None, min_samples_leaf: 1, min_samples_split: 2 };

impl Limits {
    fn levels(self) -> Option<u16> {
        self.max_depth.map(|depth| depth + 1)
    }

    fn params(self, algorithm: Algorithm, others: &[(&str, usize)]) -> Params {
        let depth = self.max_depth.map_or("none".into(), |depth| depth.to_string());
        let mut given = vec![("max_depth".to_owned(), depth)];
        let numbers = [
            ("min_samples_leaf", self.min_samples_leaf),
            ("min_samples_split", self.min_samples_split),
        ];
        let numbers = numbers.iter().chain(others);
        given.extend(numbers.map(|(name, value)| ((*name).to_owned(), value.to_string())));
        Params::parse(algorithm, &given).unwrap()
    }
}

/// A table with its classes.
struct Table {
    columns: Vec<Vec<f64>>,
    x: Features,
    classes: Vec<u32>,
    n_classes: usize,
}

impl Table {
    fn new(columns: Vec<Vec<f64>>, classes: Vec<u32>, n_classes: usize) -> Self {
        Self { x: matrix(classes.len(), &columns).unwrap().into(), columns, classes, n_classes }
    }

    fn fit(
        &self,
        algorithm: Algorithm,
        limits: Limits,
        others: &[(&str, usize)],
        (seed, threads): (u64, usize),
    ) -> ClassTrees {
        let params = limits.params(algorithm, others);
        let request = Request {
            algorithm,
            params: &params,
            x: &self.x,
            y: &Values::Classes(self.classes.clone()),
            n_classes: self.n_classes,
            feature_names: &[],
            seed,
            threads,
            progress: &Progress::new(true),
        };
        let fitted = match params.hyper() {
            Hyper::DecisionTree(tree) => ClassTrees::decision_tree(tree, &request),
            Hyper::RandomForest(forest) => ClassTrees::forest(Forestry::Random, forest, &request),
            Hyper::ExtraTrees(forest) => ClassTrees::forest(Forestry::Extra, forest, &request),
            other => panic!("{other:?}"),
        };
        fitted.unwrap()
    }
}

/// What values and classes have to do with each other.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Every value stands in one row.
    Distinct,
    /// Rows stand in the table several times; values are else distinct.
    Repeated,
    /// Many rows share a value, those of one class only: a class has every `n_classes`-th integer.
    Lattice,
    /// A few values that all classes have.
    Shared,
}

/// Random rows; classes differ in where their values are.
fn table(kind: Kind, n_rows: usize, n_features: usize, n_classes: usize, seed: u64) -> Table {
    let mut rng = SplitMix64::new(seed);
    let unit = |rng: &mut SplitMix64| rng.below(1 << 40) as f64 / (1u64 << 40) as f64;
    let (mut rows, mut classes) = (Vec::new(), Vec::new());
    while classes.len() < n_rows {
        // The first rows are one of each class, so that none is absent; later classes are rarer.
        let class = if classes.len() < n_classes {
            classes.len()
        } else {
            let most = rng.below(n_classes as u64) + 1;
            usize::try_from(rng.below(most)).unwrap()
        };
        let row: Vec<f64> = (1..=n_features)
            .map(|feature| {
                let shift = (class * feature % 5) as f64;
                match kind {
                    Kind::Distinct | Kind::Repeated => shift + 3.0 * unit(&mut rng),
                    Kind::Lattice => {
                        class as f64 + n_classes as f64 * (shift + 4.0 * unit(&mut rng)).floor()
                    }
                    Kind::Shared => (shift / 2.0 + 2.0 * unit(&mut rng)).floor(),
                }
            })
            .collect();
        let times = match kind {
            Kind::Repeated if classes.len() >= n_classes => 1 + rng.below(3),
            Kind::Repeated | Kind::Distinct | Kind::Lattice | Kind::Shared => 1,
        };
        for _ in 0..times {
            rows.push(row.clone());
            classes.push(u32::try_from(class).unwrap());
        }
    }
    let column = |feature: usize| rows.iter().map(|row| row[feature]).collect();
    Table::new((0..n_features).map(column).collect(), classes, n_classes)
}
