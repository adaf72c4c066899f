//! The algorithms and their hyper-parameters: names, defaults, ranges.

use std::collections::BTreeMap;
use std::fmt;

use model_format::schema::{nearest, nearest_first};

use crate::error::{Error, Result};
use crate::features::encode::ScalerKind;
use crate::table::target::TaskKind;

/// An algorithm the trainer can fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// `logistic-regression`
    LogisticRegression,
    /// `linear-regression`
    LinearRegression,
    /// `ridge`
    Ridge,
    /// `decision-tree`
    DecisionTree,
    /// `random-forest`
    RandomForest,
    /// `lasso`
    Lasso,
    /// `elastic-net`
    ElasticNet,
    /// `extra-trees`
    ExtraTrees,
    /// `gradient-boosting`
    GradientBoosting,
    /// `gaussian-nb`
    GaussianNb,
    /// `bernoulli-nb`
    BernoulliNb,
    /// `multinomial-nb`
    MultinomialNb,
    /// `categorical-nb`
    CategoricalNb,
    /// `knn`
    Knn,
    /// `svm`
    Svm,
    /// `kmeans`
    KMeans,
}

/// Every algorithm, the default first.
pub(crate) const ALGORITHMS: [Algorithm; 16] = [
    Algorithm::RandomForest,
    Algorithm::ExtraTrees,
    Algorithm::DecisionTree,
    Algorithm::GradientBoosting,
    Algorithm::LogisticRegression,
    Algorithm::LinearRegression,
    Algorithm::Ridge,
    Algorithm::Lasso,
    Algorithm::ElasticNet,
    Algorithm::GaussianNb,
    Algorithm::BernoulliNb,
    Algorithm::MultinomialNb,
    Algorithm::CategoricalNb,
    Algorithm::Knn,
    Algorithm::Svm,
    Algorithm::KMeans,
];

/// A hyper-parameter: its name, what it does, its default as text, and its legal values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ParamSpec {
    /// Name, as in smartcore.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    /// Default as the user would write it; `auto` is decided by the data.
    pub(crate) default: &'static str,
    /// Legal values.
    pub(crate) range: Range,
}

/// Legal values of a hyper-parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    /// Whole numbers from..=to, or the word if one is given.
    Whole(u64, u64, Option<&'static str>),
    /// Numbers from..=to.
    Real(f64, f64),
    /// Numbers from..=to, or the word.
    RealOr(f64, f64, &'static str),
    /// One of these words.
    Words(&'static [&'static str]),
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(from, to, None) => write!(f, "a whole number from {from} to {to}"),
            Self::Whole(from, to, Some(word)) => {
                write!(f, "a whole number from {from} to {to}, or `{word}`")
            }
            Self::Real(from, to) => write!(f, "a number from {from} to {to}"),
            Self::RealOr(from, to, word) => write!(f, "a number from {from} to {to}, or `{word}`"),
            Self::Words(words) => write!(f, "one of {}", words.join(", ")),
        }
    }
}

const ALPHA: ParamSpec = ParamSpec {
    name: "alpha",
    about: "strength of the L2 penalty on the coefficients",
    default: "1",
    range: Range::Real(1e-9, 1e9),
};
const MAX_DEPTH: ParamSpec = ParamSpec {
    name: "max_depth",
    about: "edges on the longest path from the root",
    default: "12",
    range: Range::Whole(1, 1000, Some("none")),
};
const MIN_LEAF: ParamSpec = ParamSpec {
    name: "min_samples_leaf",
    about: "fewest rows in a leaf",
    default: "1",
    range: Range::Whole(1, 1_000_000, None),
};
const MIN_SPLIT: ParamSpec = ParamSpec {
    name: "min_samples_split",
    about: "fewest rows in a node that is split",
    default: "2",
    range: Range::Whole(2, 1_000_000, None),
};
const N_TREES: ParamSpec = ParamSpec {
    name: "n_trees",
    about: "trees (per class, with more than two classes)",
    default: "100",
    range: Range::Whole(1, 10_000, None),
};
const M: ParamSpec = ParamSpec {
    name: "m",
    about: "features tried at each split (auto: square root of their number, a third for regression)",
    default: "auto",
    range: Range::Whole(1, 65_536, Some("auto")),
};

const L1_ALPHA: ParamSpec = ParamSpec {
    name: "alpha",
    about: "strength of the penalty on the coefficients, as in scikit-learn",
    default: "1",
    range: Range::Real(1e-9, 1e9),
};
const L1_RATIO: ParamSpec = ParamSpec {
    name: "l1_ratio",
    about: "share of the penalty that is L1, as in scikit-learn; the rest is L2",
    default: "0.5",
    range: Range::Real(0.0, 1.0),
};
const TOL: ParamSpec = ParamSpec {
    name: "tol",
    about: "duality gap at which the optimizer stops",
    default: "0.0001",
    range: Range::Real(1e-12, 1.0),
};
const MAX_ITER: ParamSpec = ParamSpec {
    name: "max_iter",
    about: "most iterations of the optimizer",
    default: "1000",
    range: Range::Whole(1, 1_000_000, None),
};
const K: ParamSpec = ParamSpec {
    name: "k",
    about: "neighbours that are asked",
    default: "5",
    range: Range::Whole(1, 100_000, None),
};
const WEIGHTS: ParamSpec = ParamSpec {
    name: "weights",
    about: "what a neighbour's answer counts: the same, or one over its distance",
    default: "uniform",
    range: Range::Words(&["uniform", "distance"]),
};
const METRIC: ParamSpec = ParamSpec {
    name: "metric",
    about: "how far two rows are from each other",
    default: "euclidean",
    range: Range::Words(&["euclidean", "manhattan", "minkowski", "hamming"]),
};
const P: ParamSpec = ParamSpec {
    name: "p",
    about: "power of the minkowski distance",
    default: "3",
    range: Range::Whole(1, 64, None),
};
const NB_ALPHA: ParamSpec = ParamSpec {
    name: "alpha",
    about: "rows added to every count, so that nothing is impossible",
    default: "1",
    range: Range::Real(0.001, 1e6),
};
const BINARIZE: ParamSpec = ParamSpec {
    name: "binarize",
    about: "a feature is present above this value (after scaling: 0 is the mean)",
    default: "0",
    range: Range::Real(-1e9, 1e9),
};
const BOOSTING: [ParamSpec; 7] = [
    ParamSpec {
        name: "n_estimators",
        about: "trees, one after another",
        default: "100",
        range: Range::Whole(1, 10_000, None),
    },
    ParamSpec {
        name: "max_depth",
        about: "edges on the longest path from the root",
        default: "6",
        range: Range::Whole(1, 64, None),
    },
    ParamSpec {
        name: "learning_rate",
        about: "share of each tree's correction that is used",
        default: "0.3",
        range: Range::Real(1e-6, 1.0),
    },
    ParamSpec {
        name: "min_child_weight",
        about: "fewest rows in a child",
        default: "1",
        range: Range::Whole(1, 1_000_000, None),
    },
    ParamSpec {
        name: "lambda",
        about: "L2 penalty on leaf values",
        default: "1",
        range: Range::Real(0.0, 1e9),
    },
    ParamSpec {
        name: "gamma",
        about: "smallest gain that is worth a split",
        default: "0",
        range: Range::Real(0.0, 1e9),
    },
    ParamSpec {
        name: "subsample",
        about: "share of the rows that each tree sees",
        default: "1",
        range: Range::Real(0.01, 1.0),
    },
];

const KMEANS: [ParamSpec; 2] = [
    ParamSpec { name: "k", about: "clusters", default: "2", range: Range::Whole(2, 4_096, None) },
    ParamSpec {
        name: "max_iter",
        about: "most iterations",
        default: "100",
        range: Range::Whole(1, 1_000_000, None),
    },
];
const SVM: [ParamSpec; 8] = [
    ParamSpec {
        name: "kernel",
        about: "how alike two rows are",
        default: "rbf",
        range: Range::Words(&["linear", "rbf", "polynomial", "sigmoid"]),
    },
    ParamSpec {
        name: "c",
        about: "what a row on the wrong side costs; more fits closer",
        default: "1",
        range: Range::Real(1e-6, 1e6),
    },
    ParamSpec {
        name: "gamma",
        about: "factor inside the kernel, not of linear (auto: 1 / (features x their variance))",
        default: "auto",
        range: Range::RealOr(1e-9, 1e9, "auto"),
    },
    ParamSpec {
        name: "degree",
        about: "power of the polynomial kernel",
        default: "3",
        range: Range::Whole(1, 20, None),
    },
    ParamSpec {
        name: "coef0",
        about: "added inside the polynomial and the sigmoid kernel",
        default: "1",
        range: Range::Real(-1e6, 1e6),
    },
    ParamSpec {
        name: "tol",
        about: "gap at which the optimizer stops",
        default: "0.001",
        range: Range::Real(1e-9, 1.0),
    },
    ParamSpec {
        name: "epoch",
        about: "passes over the rows, for labels",
        default: "2",
        range: Range::Whole(1, 1_000, None),
    },
    ParamSpec {
        name: "eps",
        about: "errors up to this cost nothing, for numbers, in the unit of the target",
        default: "0.1",
        range: Range::Real(0.0, 1e12),
    },
];

impl Algorithm {
    /// Name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LogisticRegression => "logistic-regression",
            Self::LinearRegression => "linear-regression",
            Self::Ridge => "ridge",
            Self::DecisionTree => "decision-tree",
            Self::RandomForest => "random-forest",
            Self::Lasso => "lasso",
            Self::ElasticNet => "elastic-net",
            Self::ExtraTrees => "extra-trees",
            Self::GradientBoosting => "gradient-boosting",
            Self::GaussianNb => "gaussian-nb",
            Self::BernoulliNb => "bernoulli-nb",
            Self::MultinomialNb => "multinomial-nb",
            Self::CategoricalNb => "categorical-nb",
            Self::Knn => "knn",
            Self::Svm => "svm",
            Self::KMeans => "kmeans",
        }
    }

    /// The algorithm called `name`.
    ///
    /// # Errors
    ///
    /// A usage error that lists the known names, the nearest first.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        Self::named(name, "--algorithm")
    }

    /// As [`Algorithm::parse`]; `option` is what named it.
    pub(crate) fn named(name: &str, option: &str) -> Result<Self> {
        ALGORITHMS.into_iter().find(|a| a.name() == name).ok_or_else(|| {
            let known: Vec<&str> = ALGORITHMS.iter().map(|a| a.name()).collect();
            let list = nearest_first(name, &known).join(", ");
            let fact = format!("{option}: `{name}` is not one of {list}");
            Error::usage(fact).did_you_mean(nearest(name, known))
        })
    }

    /// What it can predict.
    pub(crate) fn serves(self, task: TaskKind) -> bool {
        match self {
            Self::LogisticRegression
            | Self::GaussianNb
            | Self::BernoulliNb
            | Self::MultinomialNb
            | Self::CategoricalNb => task == TaskKind::Classification,
            Self::LinearRegression
            | Self::Ridge
            | Self::Lasso
            | Self::ElasticNet
            | Self::GradientBoosting => task == TaskKind::Regression,
            Self::DecisionTree | Self::RandomForest | Self::ExtraTrees | Self::Knn | Self::Svm => {
                task != TaskKind::Clustering
            }
            Self::KMeans => task == TaskKind::Clustering,
        }
    }

    /// Scaling that suits it where the user names none: counts must stay counts.
    pub(crate) fn scaler(self) -> ScalerKind {
        match self {
            Self::MultinomialNb => ScalerKind::None,
            _ => ScalerKind::Standard,
        }
    }

    /// Its hyper-parameters.
    pub(crate) fn params(self) -> &'static [ParamSpec] {
        match self {
            Self::LogisticRegression | Self::Ridge => &[ALPHA],
            Self::LinearRegression | Self::GaussianNb => &[],
            Self::Knn => &[K, WEIGHTS, METRIC, P],
            Self::Svm => &SVM,
            Self::KMeans => &KMEANS,
            Self::BernoulliNb => &[NB_ALPHA, BINARIZE],
            Self::MultinomialNb | Self::CategoricalNb => &[NB_ALPHA],
            Self::DecisionTree => &[MAX_DEPTH, MIN_LEAF, MIN_SPLIT],
            Self::RandomForest | Self::ExtraTrees => &[N_TREES, MAX_DEPTH, MIN_LEAF, MIN_SPLIT, M],
            Self::Lasso => &[L1_ALPHA, TOL, MAX_ITER],
            Self::ElasticNet => &[L1_ALPHA, L1_RATIO, TOL, MAX_ITER],
            Self::GradientBoosting => &BOOSTING,
        }
    }
}

/// Checked hyper-parameters of one algorithm.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Params(BTreeMap<&'static str, Value>);

/// A checked value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    Whole(u64),
    Real(f64),
    Word(&'static str),
}

impl Params {
    /// Checks `given` against what the algorithm knows; what is not given takes its default.
    ///
    /// # Errors
    ///
    /// A usage error that lists the known keys, or the range of the value.
    pub(crate) fn parse(algorithm: Algorithm, given: &[(String, String)]) -> Result<Self> {
        let specs = algorithm.params();
        let mut values = BTreeMap::new();
        for spec in specs {
            values.insert(spec.name, spec.value(spec.default)?);
        }
        for (key, text) in given {
            let Some(spec) = specs.iter().find(|spec| spec.name == key) else {
                let known: Vec<&str> = specs.iter().map(|spec| spec.name).collect();
                let list = match nearest_first(key, &known).join(", ") {
                    list if list.is_empty() => "no parameters".into(),
                    list => list,
                };
                let fact = format!("--param: {} has no `{key}`; it has {list}", algorithm.name());
                return Err(Error::usage(fact).did_you_mean(nearest(key, known)));
            };
            values.insert(spec.name, spec.value(text)?);
        }
        Ok(Self(values))
    }

    /// A whole number, or `None` for the word that stands for "none" or "auto".
    pub(crate) fn whole(&self, name: &str) -> Option<usize> {
        match self.0.get(name) {
            Some(Value::Whole(n)) => usize::try_from(*n).ok(),
            _ => None,
        }
    }

    /// A word; empty if the value is none.
    pub(crate) fn word(&self, name: &str) -> &'static str {
        match self.0.get(name) {
            Some(Value::Word(word)) => word,
            _ => "",
        }
    }

    /// A number.
    pub(crate) fn real(&self, name: &str) -> f64 {
        match self.0.get(name) {
            Some(Value::Real(v)) => *v,
            Some(Value::Whole(n)) => *n as f64,
            _ => 0.0,
        }
    }

    /// A number, or `None` for the word that stands for "auto".
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        match self.0.get(name) {
            Some(Value::Real(v)) => Some(*v),
            _ => None,
        }
    }

    /// All values as text, by name.
    pub(crate) fn resolved(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.0.iter().map(|(name, value)| {
            let text = match value {
                Value::Whole(n) => n.to_string(),
                Value::Real(v) => format!("{v:?}"),
                Value::Word(word) => (*word).to_owned(),
            };
            (*name, text)
        })
    }
}

impl ParamSpec {
    fn value(&self, text: &str) -> Result<Value> {
        let value = match self.range {
            Range::Whole(_, _, Some(word)) | Range::RealOr(_, _, word) if word == text => {
                Some(Value::Word(word))
            }
            Range::Whole(from, to, _) => {
                text.parse().ok().filter(|n| (from..=to).contains(n)).map(Value::Whole)
            }
            Range::Words(words) => words.iter().find(|word| **word == text).map(|w| Value::Word(w)),
            Range::Real(from, to) | Range::RealOr(from, to, _) => {
                text.parse().ok().filter(|v| (from..=to).contains(v)).map(Value::Real)
            }
        };
        value.ok_or_else(|| {
            Error::usage(format!("--param {}: found `{text}`, expected {}", self.name, self.range))
        })
    }
}

/// Help text: every algorithm with its hyper-parameters.
pub(crate) fn help() -> String {
    use std::fmt::Write as _;
    let mut text = String::from("Algorithms and their --param keys:\n");
    for algorithm in ALGORITHMS {
        let tasks = match (
            algorithm.serves(TaskKind::Classification),
            algorithm.serves(TaskKind::Regression),
        ) {
            (true, true) => "labels and numbers",
            (true, false) => "labels",
            (false, true) => "numbers",
            (false, false) => "clusters; no --target",
        };
        let _ = writeln!(text, "  {} ({tasks})", algorithm.name());
        for spec in algorithm.params() {
            let _ = writeln!(
                text,
                "      {}={}  {}; {}",
                spec.name, spec.default, spec.about, spec.range
            );
        }
    }
    text
}
