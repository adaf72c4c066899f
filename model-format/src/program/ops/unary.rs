//! A function of one number, slot by slot.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::program::facts::{FUNCTION, Facts};
use crate::program::scope::Scope;
use crate::program::slot::{Run, SlotType};

/// A function without parameters. What it has no result for becomes a missing number; what is too large
/// becomes infinite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plain {
    /// `|x|`.
    Absolute,
    /// 1, 0 or -1.
    Sign,
    /// `x * x`.
    Square,
    /// The square root; of a number below 0 there is none.
    SquareRoot,
    /// The cube root.
    CubeRoot,
    /// `1 / x`.
    Reciprocal,
    /// The largest whole number that is not above `x`.
    Floor,
    /// The smallest whole number that is not below `x`.
    Ceil,
    /// `x` without its fraction.
    Truncate,
    /// The nearest whole number, the even one of two.
    Round,
    /// The nearest binary32 number, as binary64.
    Binary32,
    /// `e^x`.
    Exp,
    /// `e^x - 1`, exact near 0.
    Expm1,
    /// The natural logarithm; of 0 it is infinite, of a number below 0 there is none.
    Log,
    /// `log(1 + x)`, exact near 0.
    Log1p,
    /// The logarithm to base 2.
    Log2,
    /// The logarithm to base 10.
    Log10,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Inverse sine; there is none outside -1 to 1.
    ArcSin,
    /// Inverse tangent.
    ArcTan,
    /// Inverse hyperbolic sine.
    ArcSinh,
    /// Hyperbolic tangent.
    Tanh,
    /// `1 / (1 + e^-x)`.
    Logistic,
    /// The share of a standard normal distribution that is below `x`.
    NormalShare,
    /// The number below which the share `x` of a standard normal distribution is; infinite at 0 and 1, none
    /// outside.
    NormalQuantile,
}

/// Which function; lists have one element per slot of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Function {
    /// One without parameters.
    Plain(Plain),
    /// 1 if the number is missing, else 0.
    IsMissing,
    /// 1 if the number is above this one, else 0.
    Above(Vec<f64>),
    /// The nearest number from `lower` to `upper`; an infinite bound is none.
    Clip {
        /// Smallest results.
        lower: Vec<f64>,
        /// Largest results.
        upper: Vec<f64>,
    },
    /// The power transform of Yeo and Johnson with these exponents.
    YeoJohnson(Vec<f64>),
    /// The power transform of Box and Cox with these exponents; of what is not above 0 there is none.
    BoxCox(Vec<f64>),
    /// Missing if the number is equal to this one.
    MissingIf(Vec<f64>),
}

/// Slot `i` of the run becomes `function` of it; a missing number stays missing unless it is what the function asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnarySpec {
    /// Numbers; those of `Above` are never missing.
    pub input: Run,
    /// Which function.
    pub function: Function,
}

/// Checked function.
#[derive(Clone, Debug)]
pub struct Unary {
    input: Run,
    function: Function,
}

/// What becomes of the type of a slot.
enum Results {
    /// None of them is missing.
    Present,
    /// As it was: what is missing stays missing.
    AsBefore,
    /// There may be none.
    Partial,
}

impl UnarySpec {
    pub(crate) fn check(&self, scope: &mut Scope<'_>) -> Result<(Unary, Run)> {
        let missing = match &self.function {
            Function::Above(_) => {
                let n = scope.numbers("input", self.input, false)?;
                vec![false; n]
            }
            Function::Plain(_)
            | Function::IsMissing
            | Function::Clip { .. }
            | Function::YeoJohnson(_)
            | Function::BoxCox(_)
            | Function::MissingIf(_) => scope.numbers_or_missing("input", self.input)?,
        };
        let n = missing.len();
        let list = |field: &str, list: &[f64]| {
            scope.same_length(field, list.len(), n)?;
            scope.finite(field, list)
        };
        let results = match &self.function {
            Function::Plain(plain) => plain.results(),
            Function::IsMissing => Results::Present,
            Function::Above(thresholds) => {
                list("thresholds", thresholds)?;
                Results::Present
            }
            Function::Clip { lower, upper } => {
                check_bounds(lower, upper, n, scope)?;
                Results::AsBefore
            }
            Function::YeoJohnson(exponents) => {
                list("exponents", exponents)?;
                Results::AsBefore
            }
            Function::BoxCox(exponents) => {
                list("exponents", exponents)?;
                Results::Partial
            }
            Function::MissingIf(values) => {
                list("values", values)?;
                Results::Partial
            }
        };
        let shares = self.function.shares(n);
        let output = scope.write(missing.into_iter().zip(shares).map(|(missing, share)| {
            let may_be_missing = match results {
                Results::Present => false,
                Results::AsBefore => missing,
                Results::Partial => true,
            };
            if share && !may_be_missing {
                SlotType::Probability
            } else {
                SlotType::Number { may_be_missing }
            }
        }))?;
        Ok((Unary { input: self.input, function: self.function.clone() }, output))
    }
}

impl Function {
    /// Whether every result of slot `i` that is not missing is in 0 to 1.
    fn shares(&self, n: usize) -> Vec<bool> {
        match self {
            Self::Plain(Plain::Logistic | Plain::NormalShare)
            | Self::IsMissing
            | Self::Above(_) => {
                vec![true; n]
            }
            Self::Clip { lower, upper } => lower
                .iter()
                .zip(upper)
                .map(|(lower, upper)| *lower >= 0.0 && *upper <= 1.0)
                .collect(),
            Self::Plain(_) | Self::YeoJohnson(_) | Self::BoxCox(_) | Self::MissingIf(_) => {
                vec![false; n]
            }
        }
    }
}

/// Checks bounds that may be infinite.
fn check_bounds(lower: &[f64], upper: &[f64], n: usize, scope: &Scope<'_>) -> Result<()> {
    scope.same_length("lower", lower.len(), n)?;
    scope.same_length("upper", upper.len(), n)?;
    let ordered = |(lower, upper): (&f64, &f64)| {
        lower <= upper && *lower < f64::INFINITY && *upper > f64::NEG_INFINITY
    };
    match lower.iter().zip(upper).position(|bounds| !ordered(bounds)) {
        Some(at) => {
            let (lower, upper) = (lower.get(at), upper.get(at));
            let what = format!("slot {at} of the run is clipped from {lower:?} to {upper:?}");
            Err(scope.error("lower", what))
        }
        None => Ok(()),
    }
}

impl Plain {
    fn results(self) -> Results {
        match self {
            Self::Absolute
            | Self::Sign
            | Self::Square
            | Self::CubeRoot
            | Self::Reciprocal
            | Self::Floor
            | Self::Ceil
            | Self::Truncate
            | Self::Round
            | Self::Binary32
            | Self::Exp
            | Self::Expm1
            | Self::Sin
            | Self::Cos
            | Self::Tan
            | Self::ArcTan
            | Self::ArcSinh
            | Self::Tanh
            | Self::Logistic
            | Self::NormalShare => Results::AsBefore,
            Self::SquareRoot
            | Self::Log
            | Self::Log1p
            | Self::Log2
            | Self::Log10
            | Self::ArcSin
            | Self::NormalQuantile => Results::Partial,
        }
    }

    /// Whether it is made of operations whose results are rounded correctly everywhere.
    fn exact(self) -> bool {
        match self {
            Self::Absolute
            | Self::Sign
            | Self::Square
            | Self::SquareRoot
            | Self::Reciprocal
            | Self::Floor
            | Self::Ceil
            | Self::Truncate
            | Self::Round
            | Self::Binary32 => true,
            Self::CubeRoot
            | Self::Exp
            | Self::Expm1
            | Self::Log
            | Self::Log1p
            | Self::Log2
            | Self::Log10
            | Self::Sin
            | Self::Cos
            | Self::Tan
            | Self::ArcSin
            | Self::ArcTan
            | Self::ArcSinh
            | Self::Tanh
            | Self::Logistic
            | Self::NormalShare
            | Self::NormalQuantile => false,
        }
    }
}

impl Unary {
    /// What it reads.
    pub fn input(&self) -> Run {
        self.input
    }

    /// Which function.
    pub fn function(&self) -> &Function {
        &self.function
    }
}

impl Facts for Unary {
    const NAME: &'static str = "unary";

    fn inputs(&self) -> Vec<Run> {
        vec![self.input]
    }

    fn exact(&self) -> bool {
        match &self.function {
            Function::Plain(plain) => plain.exact(),
            Function::IsMissing
            | Function::Above(_)
            | Function::Clip { .. }
            | Function::MissingIf(_) => true,
            Function::YeoJohnson(_) | Function::BoxCox(_) => false,
        }
    }

    fn holds_training_rows(&self, _: &[u64]) -> bool {
        false
    }

    fn row_cost(&self) -> u64 {
        let of_slot = if self.exact() { 4 } else { FUNCTION.saturating_mul(2) };
        u64::from(self.input.len).saturating_mul(of_slot)
    }
}
