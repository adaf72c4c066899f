//! How much memory a fit is going to need: an estimate from the shape of its data, within a third of
//! what was measured (`docs/memory.md`).

use cli_common::error::{Error, Result};

use super::params::{ALGORITHMS, Algorithm, Hyper, Params, Tree};
use crate::features::encode::Form;
use crate::memory::{Addresses, Available, available, shown, too_little};
use crate::table::target::TaskKind;

/// Bytes of a number.
const NUMBER: f64 = 8.0;
/// Bytes of the code of a category.
const CODE: f64 = 4.0;
/// Address space of a thread that fits, most of which is never touched: its stack, and what the
/// allocator sets aside for it.
const STACK: f64 = 400e6;
/// What of the available memory a suggested sample may take.
const SHARE: f64 = 0.8;

/// What the memory of a fit depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Rows that are fitted.
    pub(crate) n_rows: usize,
    /// Columns that are read.
    pub(crate) n_columns: usize,
    /// Features, one-hot encoded categories counted singly.
    pub(crate) n_features: usize,
    /// Those that are columns of numbers.
    pub(crate) n_numbers: usize,
    /// Labels or clusters; 0 where numbers are predicted.
    pub(crate) n_labels: usize,
    /// Threads.
    pub(crate) threads: usize,
    /// Whether the features are reduced to components first.
    pub(crate) reduced: bool,
}

/// A fit that is about to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlannedFit<'a> {
    /// What is fitted.
    pub(crate) algorithm: Algorithm,
    /// Its hyper-parameters.
    pub(crate) params: &'a Params,
    /// What is predicted.
    pub(crate) kind: TaskKind,
    /// The column of most features, and how many those are.
    pub(crate) widest: Option<(&'a str, usize)>,
}

impl Shape {
    /// Trees of more than two labels, with the ranks of their features if they are sorted; what is written of them
    /// is there four times.
    fn class_trees(&self, n_trees: usize, tree: &Tree, ranks: f64) -> f64 {
        let (n, n_trees) = (self.n_rows as f64, n_trees as f64);
        let deepest = 1.5 * n.max(2.0).log2();
        let depth = tree.max_depth.map_or(deepest, |depth| deepest.min(depth as f64));
        let leaves = (0.65 * depth.exp2()).min(0.3 * n);
        let grown = n_trees * (leaves * 64.0 + n * 5.0);
        let (labels, all) = (self.n_labels as f64, n_trees * leaves);
        // Leaves of one label alone are stored once; all others have shares of their own.
        let single = tree.max_depth.is_none() && tree.min_samples_leaf == 1;
        let distinct = if single { all.min(2.0 * labels) } else { all };
        let written = distinct * labels * NUMBER + all * 12.0;
        ranks + self.threads as f64 * n * 40.0 + grown + 4.0 * written
    }
}

impl Params {
    /// Bytes that a fit takes, the table of cells not counted, which is there already.
    fn bytes(&self, shape: &Shape) -> f64 {
        let n = shape.n_rows as f64;
        let cells = n * shape.n_columns as f64 * NUMBER;
        let matrix = n * shape.n_features as f64 * NUMBER;
        let numbers = n * shape.n_numbers as f64 * NUMBER;
        let n_categorical = shape.n_columns.saturating_sub(shape.n_numbers) as f64;
        let coded = numbers + n * n_categorical * CODE;
        let features = match self.hyper().form() {
            Form::Codes if !shape.reduced => coded,
            Form::Codes | Form::Matrix => matrix,
        };
        let targets = n * NUMBER * if shape.n_labels > 2 { shape.n_labels as f64 } else { 1.0 };
        let threads = shape.threads as f64;
        // Multiples of the matrix, by what smartcore copies and sorts.
        let fit = match self.hyper() {
            Hyper::DecisionTree(tree) if shape.n_labels > 2 => {
                shape.class_trees(1, tree, 0.5 * numbers)
            }
            Hyper::RandomForest(forest) if shape.n_labels > 2 => {
                shape.class_trees(forest.n_trees, &forest.tree, 0.5 * numbers)
            }
            Hyper::ExtraTrees(forest) if shape.n_labels > 2 => {
                shape.class_trees(forest.n_trees, &forest.tree, 0.0)
            }
            // The order of the rows in each feature, and the rows in that order.
            Hyper::DecisionTree(_) => 1.5 * matrix + targets,
            Hyper::RandomForest(forest) => {
                let calls = forest.n_trees.div_ceil(4) as f64;
                threads.min(calls) * 1.75 * matrix + targets
            }
            Hyper::ExtraTrees(_) => threads * 1.5 * matrix + targets,
            // Rows of each node from the root to a leaf, and what each row has.
            Hyper::GradientBoosting(_) => 14.0 * n * NUMBER,
            Hyper::LogisticRegression(_) | Hyper::GaussianNb => targets,
            Hyper::LinearRegression | Hyper::Ridge(_) => 2.0 * matrix,
            Hyper::Lasso(_) => 1.5 * matrix,
            Hyper::ElasticNet(_) => 2.5 * matrix,
            // Zeros that a threshold outside of 0 to 1 makes other numbers of.
            Hyper::BernoulliNb(params) if !(0.0..1.0).contains(&params.binarize) => 2.0 * matrix,
            Hyper::BernoulliNb(_) | Hyper::MultinomialNb(_) | Hyper::CategoricalNb(_) => coded,
            Hyper::Knn(_) => 4.0 * matrix + 100.0 * n,
            Hyper::Svm(_) => 2.0 * matrix + (n * n * NUMBER).min(512e6),
            Hyper::KMeans(_) => 7.0 * matrix,
        };
        let reduce = if shape.reduced { 2.0 * matrix } else { 0.0 };
        cells + threads * 3.0 * n * NUMBER + features + fit.max(reduce)
    }
}

/// Refuses a fit that needs more memory than there is; what it needs, in words.
///
/// # Errors
///
/// An input error that says how much it needs, how much there is, and what needs less.
pub(crate) fn check(plan: &PlannedFit<'_>, shape: &Shape) -> Result<String> {
    available().map_or(Ok(()), |available| check_against(plan, shape, available))?;
    Ok(shown(plan.params.bytes(shape)))
}

fn check_against(plan: &PlannedFit<'_>, shape: &Shape, available: Available) -> Result<()> {
    let addresses = Addresses { of_thread: STACK, threads: shape.threads, also: 1 };
    let stacks = if available.virtual_memory { STACK * (shape.threads as f64 + 1.0) } else { 0.0 };
    let name = plan.algorithm.name();
    let (n_rows, n_features) = (shape.n_rows, shape.n_features);
    let what = (format!("{name} on {n_rows} rows and {n_features} features"), "needs");
    let fact = match too_little(&available, &what, plan.params.bytes(shape), &addresses) {
        None => return Ok(()),
        Some((fact, Some(hint))) => return Err(Error::input(fact).with_hint(hint)),
        Some((fact, None)) => fact,
    };
    let mut ways = Vec::new();
    let room = available.bytes as f64 * SHARE - stacks;
    // One digit is as much as an estimate is good for.
    let sizes = (3..9).flat_map(|power| (1..10).map(move |digit| digit * 10usize.pow(power)));
    let fits = |n_rows: &usize| plan.params.bytes(&Shape { n_rows: *n_rows, ..*shape }) <= room;
    if let Some(n_rows) = sizes.take_while(fits).last() {
        ways.push(format!("use a part of the rows with --sample {n_rows}"));
    }
    let need = plan.params.bytes(shape);
    let is_wide = |(_, width): &(&str, usize)| {
        let n_features = n_features.saturating_sub(*width);
        let without = Shape { n_features, n_columns: shape.n_columns.saturating_sub(1), ..*shape };
        plan.params.bytes(&without) <= 0.75 * need
    };
    if let Some((column, width)) = plan.widest.filter(is_wide) {
        ways.push(format!("leave out `{column}`, which makes {width} features, with --ignore"));
    }
    let smaller = ALGORITHMS.into_iter().filter(|other| {
        let need = Params::parse(*other, &[]).map_or(f64::INFINITY, |p| p.bytes(shape) + stacks);
        *other != plan.algorithm && other.serves(plan.kind) && need < available.bytes as f64
    });
    let smaller: Vec<&str> = smaller.map(Algorithm::name).take(3).collect();
    if !smaller.is_empty() {
        ways.push(format!("use an algorithm that needs less: {}", smaller.join(", ")));
    }
    if shape.threads > 1 {
        ways.push("use fewer --threads".into());
    }
    if ways.is_empty() {
        ways.push("a machine with more memory is needed".into());
    }
    Err(Error::input(fact).with_hint(ways.join("; or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        n_rows: 4_640_000,
        n_columns: 19,
        n_features: 219,
        n_numbers: 16,
        n_labels: 2,
        threads: 2,
        reduced: false,
    };

    fn available(bytes: u64, virtual_memory: bool) -> Available {
        Available { bytes, bound: "this machine has", virtual_memory }
    }

    fn refusal(algorithm: Algorithm, shape: &Shape, available: Available) -> Option<Error> {
        let params = Params::parse(algorithm, &[]).unwrap();
        let kind = TaskKind::Classification;
        let plan = PlannedFit { algorithm, params: &params, kind, widest: Some(("city", 200)) };
        check_against(&plan, shape, available).err()
    }

    #[test]
    fn a_fit_that_does_not_fit_is_refused_with_ways_out() {
        let error = refusal(Algorithm::DecisionTree, &SHAPE, available(12 << 30, false)).unwrap();
        assert_eq!(
            error.to_string(),
            "decision-tree on 4640000 rows and 219 features needs about 14 GB, this machine has 13 GB free"
        );
        assert_eq!(
            error.hint(),
            Some(
                "use a part of the rows with --sample 3000000; or leave out `city`, which makes 200 features, with --ignore; or use an algorithm that needs less: logistic-regression, gaussian-nb, bernoulli-nb; or use fewer --threads"
            )
        );
        assert!(refusal(Algorithm::DecisionTree, &SHAPE, available(24 << 30, false)).is_none());
    }

    /// A small fit under a limit on addresses needs no smaller table and no other machine.
    #[test]
    fn addresses_of_threads_are_not_taken_for_a_large_fit() {
        let small = Shape { n_rows: 120, n_columns: 4, n_features: 4, n_numbers: 4, ..SHAPE };
        let hint = |threads, bytes| {
            let shape = Shape { threads, ..small };
            let error = refusal(Algorithm::RandomForest, &shape, available(bytes, true))?;
            assert!(
                error.to_string().contains(" of addresses, 400 MB for each thread, "),
                "{error}"
            );
            error.hint().map(str::to_owned)
        };
        assert_eq!(hint(1, 500_000_000).unwrap(), "raise the limit of ulimit -v");
        let fewer = "use --threads 1, or raise the limit of ulimit -v";
        assert_eq!(hint(2, 1_000_000_000).unwrap(), fewer);
        assert_eq!(hint(1, 1_000_000_000), None);
    }

    /// A column that is kept as codes is no reason for a fit to be refused, and leaving it out no help.
    #[test]
    fn categories_cost_a_code_where_the_fit_goes_by_codes() {
        for algorithm in ALGORITHMS {
            let params = Params::parse(algorithm, &[]).unwrap();
            let narrow = Shape { n_features: 19, ..SHAPE };
            let (wide, narrow) = (params.bytes(&SHAPE), params.bytes(&narrow));
            let by_codes = match algorithm {
                Algorithm::LogisticRegression
                | Algorithm::GradientBoosting
                | Algorithm::GaussianNb
                | Algorithm::BernoulliNb
                | Algorithm::MultinomialNb
                | Algorithm::CategoricalNb => true,
                Algorithm::LinearRegression
                | Algorithm::Ridge
                | Algorithm::DecisionTree
                | Algorithm::RandomForest
                | Algorithm::Lasso
                | Algorithm::ElasticNet
                | Algorithm::ExtraTrees
                | Algorithm::Knn
                | Algorithm::Svm
                | Algorithm::KMeans => false,
            };
            assert_eq!(wide <= narrow, by_codes, "{algorithm:?}: {wide} {narrow}");
        }
        let small = available(1 << 30, false);
        let error = refusal(Algorithm::LogisticRegression, &SHAPE, small).unwrap();
        assert!(!error.hint().unwrap().contains("city"), "{error:?}");
        // Components are made of all features.
        let reduced = Shape { reduced: true, ..SHAPE };
        let params = Params::parse(Algorithm::LogisticRegression, &[]).unwrap();
        assert!(params.bytes(&reduced) > 10.0 * params.bytes(&SHAPE));
    }

    #[test]
    fn what_is_suggested_is_not_refused() {
        for algorithm in ALGORITHMS {
            for bytes in [1 << 30, 5 << 30] {
                let Some(error) = refusal(algorithm, &SHAPE, available(bytes, true)) else {
                    continue;
                };
                let hint = error.hint().unwrap().to_owned();
                let rows = hint.split("--sample ").nth(1).and_then(|rest| rest.split(';').next());
                let Some(n_rows) = rows.map(|rows| rows.parse().unwrap()) else {
                    assert!(bytes <= 1 << 30, "{hint}");
                    continue;
                };
                let shape = Shape { n_rows, ..SHAPE };
                assert!(refusal(algorithm, &shape, available(bytes, true)).is_none(), "{hint}");
            }
        }
    }
}
