//! What a person choosing an algorithm should know of each: one entry per algorithm.
//!
//! The `match` names every algorithm, so that none can be added without its facts.

use super::params::Algorithm;

/// How much of something an algorithm takes, in a word and as a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// `low`, `medium` or `high`, compared with the other algorithms here.
    pub(crate) level: &'static str,
    /// What it grows with.
    pub(crate) rule: &'static str,
}

/// The facts of one algorithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guide {
    /// Whether `--scaler` changes what is predicted.
    pub(crate) scaling_matters: bool,
    /// Why it does or does not.
    pub(crate) scaling: &'static str,
    /// Time of a fit.
    pub(crate) training: Cost,
    /// Time of a prediction per row.
    pub(crate) prediction: Cost,
    /// Whether labels come with probabilities.
    pub(crate) probabilities: bool,
    /// When to use which.
    pub(crate) when: &'static str,
}

const LINEAR_PREDICTION: Cost = Cost { level: "low", rule: "one product per feature and label" };
const ENSEMBLE_PREDICTION: Cost =
    Cost { level: "high", rule: "trees x depth comparisons; per label with more than two" };
const BAYES_TRAINING: Cost = Cost { level: "low", rule: "rows x features" };
const BAYES_PREDICTION: Cost = Cost { level: "low", rule: "one sum per feature and label" };
const PENALTY_TRAINING: Cost = Cost {
    level: "medium",
    rule: "rows x features per iteration, most iterations set by max_iter",
};
const TREES_SCALING: &str = "a split depends on the order of the values alone";
const SCALED_INSIDE: &str = "smartcore scales inside the fit, so the penalty is fair anyway";

impl Algorithm {
    /// What to know before choosing it.
    pub(crate) fn guide(self) -> Guide {
        match self {
            Self::RandomForest => Guide {
                scaling_matters: false,
                scaling: TREES_SCALING,
                training: Cost { level: "high", rule: "trees x features tried x rows x log rows" },
                prediction: ENSEMBLE_PREDICTION,
                probabilities: true,
                when: "the first to try on a mixed table; accurate untuned, but the file is large",
            },
            Self::ExtraTrees => Guide {
                scaling_matters: false,
                scaling: TREES_SCALING,
                training: Cost { level: "medium", rule: "trees x features tried x rows x depth" },
                prediction: ENSEMBLE_PREDICTION,
                probabilities: true,
                when: "like a random forest with random thresholds: smoother, often as good",
            },
            Self::DecisionTree => Guide {
                scaling_matters: false,
                scaling: TREES_SCALING,
                training: Cost { level: "low", rule: "features x rows x log rows" },
                prediction: Cost { level: "low", rule: "depth comparisons" },
                probabilities: true,
                when: "when a person must follow the rules (a small max_depth); forests beat it",
            },
            Self::GradientBoosting => Guide {
                scaling_matters: false,
                scaling: TREES_SCALING,
                training: Cost {
                    level: "high",
                    rule: "trees x depth x features x rows x log rows, on one thread",
                },
                prediction: Cost { level: "medium", rule: "trees x depth comparisons" },
                probabilities: false,
                when: "numbers with strong interactions; pays for tuning learning_rate and max_depth",
            },
            Self::LogisticRegression => Guide {
                scaling_matters: true,
                scaling: "the penalty and the optimizer treat all features alike",
                training: Cost { level: "medium", rule: "rows x features x labels per iteration" },
                prediction: LINEAR_PREDICTION,
                probabilities: true,
                when: "labels that effects add up to; the baseline to beat, small and explainable",
            },
            Self::LinearRegression => Guide {
                scaling_matters: false,
                scaling: "least squares give the same predictions in any unit",
                training: Cost { level: "low", rule: "rows x features squared" },
                prediction: LINEAR_PREDICTION,
                probabilities: false,
                when: "numbers that effects add up to, with many more rows than features",
            },
            Self::Ridge => Guide {
                scaling_matters: false,
                scaling: SCALED_INSIDE,
                training: Cost { level: "low", rule: "rows x features squared" },
                prediction: LINEAR_PREDICTION,
                probabilities: false,
                when: "as linear regression, when features say nearly the same as each other",
            },
            Self::Lasso => Guide {
                scaling_matters: false,
                scaling: SCALED_INSIDE,
                training: PENALTY_TRAINING,
                prediction: LINEAR_PREDICTION,
                probabilities: false,
                when: "as ridge, when few of many features matter; alpha is in the unit of the target",
            },
            Self::ElasticNet => Guide {
                scaling_matters: false,
                scaling: SCALED_INSIDE,
                training: PENALTY_TRAINING,
                prediction: LINEAR_PREDICTION,
                probabilities: false,
                when: "between ridge and lasso: few features matter and they come in like groups",
            },
            Self::GaussianNb => Guide {
                scaling_matters: false,
                scaling: "each feature is measured by its own mean and variance",
                training: BAYES_TRAINING,
                prediction: BAYES_PREDICTION,
                probabilities: true,
                when: "labels from bell-shaped numbers, or few rows; its probabilities are too sure",
            },
            Self::BernoulliNb => Guide {
                scaling_matters: true,
                scaling: "`binarize` is compared with the scaled value",
                training: BAYES_TRAINING,
                prediction: BAYES_PREDICTION,
                probabilities: true,
                when: "labels from yes/no columns and categories; other numbers lose all but one bit",
            },
            Self::MultinomialNb => Guide {
                scaling_matters: true,
                scaling: "counts must stay counts: it is off unless asked for",
                training: BAYES_TRAINING,
                prediction: BAYES_PREDICTION,
                probabilities: true,
                when: "labels from counts such as words; refuses negative and broken numbers",
            },
            Self::Knn => Guide {
                scaling_matters: true,
                scaling: "a distance adds up differences, so columns must be of like size",
                training: Cost { level: "low", rule: "the rows are kept as they are" },
                prediction: Cost { level: "high", rule: "fitted rows x features" },
                probabilities: true,
                when: "few columns and few rows; the model holds the training rows",
            },
            Self::Svm => Guide {
                scaling_matters: true,
                scaling: "kernels add up differences, so columns must be of like size",
                training: Cost { level: "high", rule: "rows squared or more, per pair of labels" },
                prediction: Cost { level: "high", rule: "support vectors x features" },
                probabilities: false,
                when: "few rows, curved borders; the model holds training rows",
            },
            Self::KMeans => Guide {
                scaling_matters: true,
                scaling: "a distance adds up differences, so columns must be of like size",
                training: Cost {
                    level: "medium",
                    rule: "rows x clusters x features per iteration",
                },
                prediction: Cost { level: "low", rule: "clusters x features" },
                probabilities: false,
                when: "groups of like rows, no target: segments to look at, not to predict with",
            },
            Self::CategoricalNb => Guide {
                scaling_matters: false,
                scaling: "it has no numbers to scale",
                training: BAYES_TRAINING,
                prediction: BAYES_PREDICTION,
                probabilities: true,
                when: "labels from categories only; refuses a table with numeric columns",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::params::ALGORITHMS;
    use crate::table::target::TaskKind;

    #[test]
    fn every_line_is_one_line_and_probabilities_are_of_labels() {
        for algorithm in ALGORITHMS {
            let guide = algorithm.guide();
            let name = algorithm.name();
            assert!(guide.when.len() <= 80 && !guide.when.contains('\n'), "{name}");
            for cost in [guide.training, guide.prediction] {
                assert!(["low", "medium", "high"].contains(&cost.level), "{name}");
            }
            assert!(!guide.probabilities || algorithm.serves(TaskKind::Classification), "{name}");
        }
    }
}
