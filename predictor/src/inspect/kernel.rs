//! Kernel functions, for people and as JSON.

use model_format::program::ops::kernel_function::KernelFunction;
use serde_json::{Value, json};

/// A kernel in a few words.
pub(super) fn text(kernel: KernelFunction) -> String {
    match kernel {
        KernelFunction::Linear => "linear kernel".into(),
        KernelFunction::Rbf { gamma } => format!("rbf kernel, gamma {gamma:.4}"),
        KernelFunction::Polynomial { degree, gamma, coef0 } => {
            format!("polynomial kernel of degree {degree}, gamma {gamma:.4}, coef0 {coef0}")
        }
        KernelFunction::Sigmoid { gamma, coef0 } => {
            format!("sigmoid kernel, gamma {gamma:.4}, coef0 {coef0}")
        }
        KernelFunction::Laplacian { gamma } => format!("laplacian kernel, gamma {gamma:.4}"),
        KernelFunction::Matern { order } => format!("matern kernel, nu {}", nu(order)),
        KernelFunction::RationalQuadratic { gamma, alpha } => {
            format!("rational quadratic kernel, gamma {gamma:.4}, alpha {alpha}")
        }
        KernelFunction::SquaredDistance => "squared distance".into(),
        KernelFunction::Distance => "distance".into(),
        KernelFunction::Manhattan => "manhattan distance".into(),
    }
}

/// A kernel with its parameters.
pub(super) fn json(kernel: KernelFunction) -> Value {
    match kernel {
        KernelFunction::Linear => json!({ "name": "linear" }),
        KernelFunction::Rbf { gamma } => json!({ "name": "rbf", "gamma": gamma }),
        KernelFunction::Polynomial { degree, gamma, coef0 } => {
            json!({ "name": "polynomial", "degree": degree, "gamma": gamma, "coef0": coef0 })
        }
        KernelFunction::Sigmoid { gamma, coef0 } => {
            json!({ "name": "sigmoid", "gamma": gamma, "coef0": coef0 })
        }
        KernelFunction::Laplacian { gamma } => json!({ "name": "laplacian", "gamma": gamma }),
        KernelFunction::Matern { order } => json!({ "name": "matern", "nu": nu(order) }),
        KernelFunction::RationalQuadratic { gamma, alpha } => {
            json!({ "name": "rational_quadratic", "gamma": gamma, "alpha": alpha })
        }
        KernelFunction::SquaredDistance => json!({ "name": "squared_distance" }),
        KernelFunction::Distance => json!({ "name": "distance" }),
        KernelFunction::Manhattan => json!({ "name": "manhattan_distance" }),
    }
}

/// The parameter of a Matern kernel as it is called.
fn nu(order: u64) -> f64 {
    order as f64 + 0.5
}
