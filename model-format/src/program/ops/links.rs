//! Sums of estimators to probabilities, and decisions between pairs of labels to scores.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::limits::MAX_MACHINES;
use crate::program::facts::{FUNCTION, Facts};
use crate::program::ops::support_vectors::n_machines;
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// The smallest log-odds whose logistic function exceeds one half in f64: the training library
/// compares `1 / (1 + exp(-z))` with 0.5, and this is where that comparison turns.
pub const LOGIT_OF_SECOND_CLASS: f64 = f64::from_bits(0x3ca8_0000_0000_0001);

/// [`LinkForm::PairCoupling`] keeps probabilities of pairs so far away from 0 and 1.
pub const PAIR_MARGIN: f64 = 1e-7;
/// [`LinkForm::PairCoupling`] takes at most so many turns, or one per label if those are more.
pub const PAIR_TURNS: usize = 100;

/// Which function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum LinkForm {
    /// One number, the log-odds `z` of the second of two classes, to `1 / (1 + exp(z))` and
    /// `1 / (1 + exp(-z))`; both are 0.5 for `0 <= z < T`, see `docs/format.md`.
    Logistic,
    /// `exp(s - max) / sum`.
    Softmax,
    /// One probability `p`, of the second of two classes, to `1 - p` and `p`.
    Complement,
    /// `s / sum`, or equal shares if the sum is not greater than 0.
    Shares,
    /// Confidences `c` of pairs of labels, `(0, 1)`, `(0, 2)`, ... `(1, 2)`, ..., to a score per label.
    ///
    /// A confidence greater than `above` is a vote for the second label of its pair, any other for the first. The score
    /// is the number of votes plus `s / (3 (|s| + 1))`, where `s` is the sum of the confidences, negative where
    /// the label is the first of the pair.
    PairScores {
        /// Number of labels, at least 2.
        n_labels: u32,
        /// Where votes turn.
        above: f64,
    },
    /// Probabilities of the first label of each pair to probabilities of labels, by the iteration of Wu, Lin and
    /// Weng (2004) as LIBSVM has it, see `docs/format-2.md`.
    PairCoupling {
        /// Number of labels, at least 2.
        n_labels: u32,
    },
}

impl LinkForm {
    /// Whether what it writes sums to 1.
    pub(crate) fn makes_distribution(self) -> bool {
        match self {
            Self::Logistic
            | Self::Softmax
            | Self::Complement
            | Self::Shares
            | Self::PairCoupling { .. } => true,
            Self::PairScores { .. } => false,
        }
    }
}

/// `form` of the numbers of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkSpec {
    /// Numbers, none of them missing, as many as the function reads.
    pub input: Run,
    /// Which function.
    pub form: LinkForm,
}

/// Checked link.
#[derive(Clone, Debug)]
pub struct Link {
    input: Run,
    form: LinkForm,
}

impl LinkSpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Link, Run)> {
        let n = match self.form {
            LinkForm::Logistic | LinkForm::Softmax | LinkForm::PairScores { .. } => {
                scope.numbers("input", self.input, false)?
            }
            LinkForm::Complement | LinkForm::Shares | LinkForm::PairCoupling { .. } => {
                scope.probabilities("input", self.input)?
            }
        };
        let (fits, n_outputs) = match self.form {
            LinkForm::Logistic | LinkForm::Complement => (n == 1, 2),
            LinkForm::Softmax | LinkForm::Shares => (n >= 2, n),
            LinkForm::PairScores { n_labels, .. } | LinkForm::PairCoupling { n_labels } => {
                scope.at_most("pairs", n, MAX_MACHINES)?;
                // As many as there are slots are enough to compare without an overflow.
                let n_labels = n_labels as usize;
                (
                    (2..=n.saturating_add(1)).contains(&n_labels) && n_machines(n_labels) == n,
                    n_labels,
                )
            }
        };
        if !fits {
            return Err(scope.error("input", format!("{n} slots do not fit {:?}", self.form)));
        }
        let slot = match self.form {
            LinkForm::PairScores { above, .. } => {
                scope.finite("above", &[above])?;
                SlotType::NUMBER
            }
            LinkForm::Logistic
            | LinkForm::Softmax
            | LinkForm::Complement
            | LinkForm::Shares
            | LinkForm::PairCoupling { .. } => SlotType::Probability,
        };
        let output = scope.write((0..n_outputs).map(|_| slot))?;
        Ok((Link { input: self.input, form: self.form }, output))
    }
}

impl Link {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Which function.
    pub fn form(&self) -> LinkForm {
        self.form
    }
}

impl Facts for Link {
    const NAME: &'static str = "link";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        match self.form {
            LinkForm::Logistic | LinkForm::Softmax => false,
            LinkForm::Complement
            | LinkForm::Shares
            | LinkForm::PairScores { .. }
            | LinkForm::PairCoupling { .. } => true,
        }
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        let n = u64::from(self.input.len);
        match self.form {
            LinkForm::Logistic | LinkForm::Softmax | LinkForm::Complement | LinkForm::Shares => {
                n.saturating_mul(FUNCTION)
            }
            LinkForm::PairScores { .. } => n.saturating_mul(8),
            LinkForm::PairCoupling { n_labels } => {
                let turns = u64::from(n_labels).max(PAIR_TURNS as u64);
                n.saturating_mul(turns).saturating_mul(8)
            }
        }
    }
}
