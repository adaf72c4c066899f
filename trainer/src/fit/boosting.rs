//! Gradient boosting on squared error: smartcore's `XGRegressor`.
//!
//! smartcore 0.7 has this one objective; there is no logistic loss, so labels are refused by name.

use cli_common::error::{Error, Result};
use model_format::program::Head;
use model_format::program::builder::ProgramBuilder;
use model_format::program::slot::Run;
use smartcore::xgboost::XGRegressorParameters;

use super::layout::{Layout, Node};
use super::request::Predictions;
use crate::algorithms::params;
use crate::engine::features::Features;
use crate::engine::mirror::{self, BoostedNode, Boosting};
use crate::features::encode::mean;

/// A fitted boosting model and the two numbers that combine its trees.
pub(crate) struct Boosted {
    model: Boosting,
    base_score: f64,
    learning_rate: f64,
}

impl Boosted {
    /// Fits `gradient-boosting`, which starts from the mean target; smartcore would start from 0.5
    /// whatever the data.
    pub(crate) fn fit(
        x: &Features,
        y: &Vec<f64>,
        params: &params::Boosting,
        seed: u64,
    ) -> Result<Self> {
        let base_score = mean(y);
        let learning_rate = params.learning_rate;
        let parameters = XGRegressorParameters::default()
            .with_n_estimators(params.n_estimators)
            .with_max_depth(u16::try_from(params.max_depth).unwrap_or(u16::MAX))
            .with_learning_rate(learning_rate)
            .with_min_child_weight(params.min_child_weight)
            .with_lambda(params.lambda)
            .with_gamma(params.gamma)
            .with_subsample(params.subsample)
            .with_base_score(base_score)
            .with_seed(seed);
        let model = Boosting::fit(x, y, parameters)
            .map_err(|e| Error::input(format!("smartcore refuses to fit this data: {e}")))?;
        Ok(Self { model, base_score, learning_rate })
    }

    /// Appends the trees.
    pub(crate) fn extract(&self, input: Run, program: &mut ProgramBuilder) -> Result<Head> {
        let mut layout = Layout::sum(self.base_score);
        for tree in &mirror::boosted_trees(&self.model)? {
            layout.push(self.learning_rate, tree, |node: &BoostedNode| {
                Some(match (&node.left, &node.right) {
                    (Some(left), Some(right)) => Node::Inner {
                        feature: node.split_feature_idx,
                        threshold: node.threshold,
                        left: left.as_ref(),
                        right: right.as_ref(),
                    },
                    _ => Node::Leaf(node.value),
                })
            })?;
        }
        layout.finish(input, false, program).map(Head::value)
    }

    /// smartcore's own predictions.
    pub(crate) fn predict(&self, x: &Features) -> Result<Predictions> {
        self.model
            .predict(x)
            .map(Predictions::values)
            .map_err(|e| Error::internal(format!("smartcore's predict: {e}")))
    }
}
