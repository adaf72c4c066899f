//! A number of two rows: how alike they are, or how far apart.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::fields::Kernel;
use crate::program::scope::Scope;
use crate::schema::count;

/// Largest degree of a polynomial kernel.
pub const MAX_DEGREE: usize = 64;

/// A function of the sum of [`Terms`] over the features of two rows: `dot`, `squares` or `differences`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum KernelFunction {
    /// `dot`.
    Linear,
    /// `exp(-gamma * squares)`.
    Rbf {
        /// Inverse of the width.
        gamma: f64,
    },
    /// `(gamma * dot + coef0)` to the power of `degree`.
    Polynomial {
        /// The power, 1 to [`MAX_DEGREE`].
        degree: u64,
        /// Factor of the dot product.
        gamma: f64,
        /// Added to it.
        coef0: f64,
    },
    /// `tanh(gamma * dot + coef0)`.
    Sigmoid {
        /// Factor of the dot product.
        gamma: f64,
        /// Added to it.
        coef0: f64,
    },
    /// `exp(-gamma * differences)`.
    Laplacian {
        /// Inverse of the width.
        gamma: f64,
    },
    /// Matern's with `nu` of one half more than `order`: with `r = sqrt((2 order + 1) * squares)`, `exp(-r)` times 1, `1 + r`, or
    /// `1 + r + r * r / 3`.
    Matern {
        /// 0 to 2.
        order: u64,
    },
    /// `(1 + gamma * squares)` to the power of `-alpha`.
    RationalQuadratic {
        /// Factor of the squares, not negative.
        gamma: f64,
        /// The power.
        alpha: f64,
    },
    /// `squares`.
    SquaredDistance,
    /// The root of `squares`.
    Distance,
    /// `differences`.
    Manhattan,
}

/// What is added up over the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// `x * v`.
    Products,
    /// `(x - v) * (x - v)`.
    Squares,
    /// `|x - v|`.
    Differences,
}

impl KernelFunction {
    /// What it is a function of.
    pub fn terms(self) -> Terms {
        match self {
            Self::Linear | Self::Polynomial { .. } | Self::Sigmoid { .. } => Terms::Products,
            Self::Rbf { .. }
            | Self::Matern { .. }
            | Self::RationalQuadratic { .. }
            | Self::SquaredDistance
            | Self::Distance => Terms::Squares,
            Self::Laplacian { .. } | Self::Manhattan => Terms::Differences,
        }
    }

    /// Whether it does not pass through exp, pow or tanh.
    pub(crate) fn exact(self) -> bool {
        match self {
            Self::Linear | Self::SquaredDistance | Self::Distance | Self::Manhattan => true,
            Self::Rbf { .. }
            | Self::Polynomial { .. }
            | Self::Sigmoid { .. }
            | Self::Laplacian { .. }
            | Self::Matern { .. }
            | Self::RationalQuadratic { .. } => false,
        }
    }

    pub(crate) fn check(self, scope: &Scope<'_>) -> Result<()> {
        let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        match self {
            Self::Linear | Self::SquaredDistance | Self::Distance | Self::Manhattan => Ok(()),
            Self::Rbf { gamma } | Self::Laplacian { gamma } => scope.finite("kernel", &[gamma]),
            Self::Polynomial { degree, gamma, coef0 } => {
                scope.finite("kernel", &[gamma, coef0])?;
                count("degree of the kernel", size(degree), 1, MAX_DEGREE)
            }
            Self::Sigmoid { gamma, coef0 } => scope.finite("kernel", &[gamma, coef0]),
            Self::Matern { order } => count("order of the kernel", size(order), 0, 2),
            Self::RationalQuadratic { gamma, alpha } => {
                scope.finite("kernel", &[gamma, alpha])?;
                if gamma < 0.0 {
                    return Err(scope.error("kernel", format!("gamma is {gamma:?}")));
                }
                Ok(())
            }
        }
    }
}

impl From<Kernel> for KernelFunction {
    fn from(kernel: Kernel) -> Self {
        match kernel {
            Kernel::Linear => Self::Linear,
            Kernel::Rbf { gamma } => Self::Rbf { gamma },
            Kernel::Polynomial { degree, gamma, coef0 } => {
                Self::Polynomial { degree, gamma, coef0 }
            }
            Kernel::Sigmoid { gamma, coef0 } => Self::Sigmoid { gamma, coef0 },
        }
    }
}
