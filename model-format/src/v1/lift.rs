//! A model of format version 1 as a program: its rules, and the one sentence that it can say.
//!
//! Imputation, scaling, one-hot encoding and a projection, each at most once and over all columns, then one
//! estimator and what makes its sums a prediction.

use super::{ArraySpec, EstimatorSpec, Manifest, Step, Task};
use crate::error::{FormatError, Result};
use crate::finite::finite;
use crate::manifest;
use crate::number_style::NumberStyle;
use crate::program::builder::{ProgramBuilder, index};
use crate::program::ops::affine::{AffineForm, AffineSpec};
use crate::program::ops::bayes::{self, BayesKind, BayesSpec};
use crate::program::ops::centroids::{CENTROIDS, CentroidsSpec};
use crate::program::ops::impute::ImputeSpec;
use crate::program::ops::labels::LabelRule;
use crate::program::ops::linear::{self, LinearSpec};
use crate::program::ops::links::{LOGIT_OF_SECOND_CLASS, LinkForm};
use crate::program::ops::neighbors::{self, NeighborsSpec, Reach};
use crate::program::ops::node_trees::{Combine, NodeTreesSpec, TREE_NODES, TREE_STARTS};
use crate::program::ops::one_hot::OneHotSpec;
use crate::program::ops::projection::{PROJECTION, PROJECTION_SHIFT, ProjectionSpec};
use crate::program::ops::support_vectors::{self, SupportVectorsSpec};
use crate::program::slot::{ArrayId, Run};
use crate::program::{Head, Meaning, OpSpec, ProgramSpec};
use crate::schema::{Schema, count};

impl Manifest {
    /// The same model as one of any version.
    pub(crate) fn lift(self) -> Result<manifest::Manifest> {
        let style = NumberStyle::of_options(&self.provenance.options)
            .map_err(|what| FormatError::structure("options", what))?;
        let schema = Schema::new(&self.schema)?.with_style(style);
        let program = program(&self, &schema)?;
        let imputes = self.steps.iter().any(Step::imputes);
        let mut keeps_missing = vec![true; self.schema.columns.len()];
        for column in schema.numeric() {
            if let Some(keeps) = keeps_missing.get_mut(*column) {
                *keeps = imputes;
            }
        }
        Ok(manifest::Manifest {
            identity: self.identity,
            task: self.task,
            schema: self.schema,
            keeps_missing,
            program,
            arrays: self.arrays.into_iter().map(Into::into).collect(),
            golden: self.golden,
            statistics: self.statistics,
            provenance: self.provenance,
        })
    }
}

/// The program of a version 1 model.
fn program(manifest: &Manifest, schema: &Schema) -> Result<ProgramSpec> {
    let mut lift = Lift {
        arrays: &manifest.arrays,
        program: ProgramBuilder::new(schema.columns().len()),
        of_steps: &[],
    };
    let by_code = match &manifest.estimator {
        EstimatorSpec::CategoricalNaiveBayes => true,
        EstimatorSpec::Linear
        | EstimatorSpec::MeanOfTrees { .. }
        | EstimatorSpec::BoostedTrees { .. }
        | EstimatorSpec::GaussianNaiveBayes
        | EstimatorSpec::BernoulliNaiveBayes { .. }
        | EstimatorSpec::MultinomialNaiveBayes
        | EstimatorSpec::NearestNeighbors { .. }
        | EstimatorSpec::SupportVectors { .. }
        | EstimatorSpec::NearestCentroid => false,
    };
    let features = lift.steps(&manifest.steps, schema, by_code)?;
    let head = lift.estimator(&manifest.estimator, &manifest.task, features)?;
    Ok(lift.program.finish(head).0)
}

/// A program on its way.
struct Lift<'a> {
    arrays: &'a [ArraySpec],
    program: ProgramBuilder,
    /// Names of arrays that belong to a step and not to the estimator.
    of_steps: &'static [&'static str],
}

impl Lift<'_> {
    /// The array with this name.
    fn array(&self, name: &str) -> Result<ArrayId> {
        match self.arrays.iter().position(|spec| spec.name == name) {
            Some(at) => Ok(ArrayId(index(at))),
            None => Err(FormatError::structure(format!("array `{name}`"), "is missing")),
        }
    }

    /// Checks that the file has no arrays but these and those of its steps.
    fn only(&self, names: &[&str]) -> Result<()> {
        let known = |name: &str| names.contains(&name) || self.of_steps.contains(&name);
        match self.arrays.iter().find(|spec| !known(&spec.name)) {
            Some(spec) => {
                let what = format!("not an array of this estimator, which has {names:?}");
                Err(FormatError::structure(format!("array `{}`", spec.name), what))
            }
            None => Ok(()),
        }
    }

    /// The steps in their one legal order; what the estimator reads. With `by_code` these are the codes
    /// themselves.
    fn steps(&mut self, steps: &[Step], schema: &Schema, by_code: bool) -> Result<Run> {
        let mut rest = steps;
        let codes = self.program.columns(schema.text().iter().map(|text| text.column));
        let mut numbers = self.program.columns(schema.numeric().iter().copied());
        let n_numbers = schema.numeric().len();
        if by_code && n_numbers > 0 {
            let what = "categorical naive Bayes reads categorical columns only";
            return Err(FormatError::structure("estimator", what));
        }
        if let [Step::Impute { values }, others @ ..] = rest {
            count("impute values", values.len(), n_numbers, n_numbers)?;
            let op = ImputeSpec { input: numbers, values: values.clone() };
            if n_numbers > 0 {
                numbers = self.program.op(OpSpec::Impute(op), numbers.len);
            }
            rest = others;
        }
        if let [
            Step::StandardScale { means: a, stds: b } | Step::MinMaxScale { mins: a, ranges: b },
            others @ ..,
        ] = rest
        {
            count("scaler shifts", a.len(), n_numbers, n_numbers)?;
            count("scaler divisors", b.len(), n_numbers, n_numbers)?;
            finite("scaler shifts", a)?;
            finite("scaler divisors", b)?;
            let small = b.iter().enumerate().find(|(_, d)| **d < f64::MIN_POSITIVE);
            if let Some((column, divisor)) = small {
                let what = format!("numeric column {column} is divided by {divisor:?}");
                return Err(FormatError::structure("scaler divisors", what));
            }
            let form = AffineForm::SubtractDivide;
            let op = AffineSpec { input: numbers, form, a: a.clone(), b: b.clone() };
            if n_numbers > 0 {
                numbers = self.program.op(OpSpec::Affine(op), numbers.len);
            }
            rest = others;
        }
        let mut features = numbers;
        if let [Step::OneHot, others @ ..] = rest {
            if by_code {
                features = codes;
            } else if codes.len > 0 {
                let n_features = schema.n_features().saturating_sub(n_numbers);
                let op = OpSpec::OneHot(OneHotSpec { input: codes });
                let one_hot = self.program.op(op, index(n_features));
                features = self.program.joined([numbers, one_hot]);
            }
            rest = others;
        } else if !schema.text().is_empty() {
            let what = "categorical columns, but no one-hot step";
            return Err(FormatError::structure("steps", what));
        }
        if let [Step::Reduce { method, n_components }, others @ ..] = rest {
            if by_code {
                let what = "categorical naive Bayes reads categorical columns, not components";
                return Err(FormatError::structure("estimator", what));
            }
            let n_components = usize::try_from(*n_components).unwrap_or(usize::MAX);
            count("components", n_components, 1, schema.n_features())?;
            self.of_steps = &[PROJECTION, PROJECTION_SHIFT];
            let op = ProjectionSpec {
                input: features,
                n_components: index(n_components),
                method: *method,
                weights: self.array(PROJECTION)?,
                shifts: self.array(PROJECTION_SHIFT)?,
            };
            features = self.program.op(OpSpec::Projection(op), index(n_components));
            rest = others;
        }
        if let Some(step) = rest.first() {
            let name = step.name();
            let what = format!("{name} is out of order; expected impute, scale, one-hot, reduce");
            return Err(FormatError::structure("steps", what));
        }
        Ok(features)
    }

    /// The estimator and what makes its sums a prediction.
    fn estimator(&mut self, estimator: &EstimatorSpec, task: &Task, input: Run) -> Result<Head> {
        let n_labels = index(task.labels().len());
        let clustering = matches!(task, Task::Clustering { .. });
        if clustering != estimator.clusters() {
            let what = "clusters are what centroids tell apart, and nothing else does";
            return Err(FormatError::structure("estimator", what));
        }
        let n_sums = index(task.n_outputs());
        match estimator {
            EstimatorSpec::Linear => {
                self.only(&[linear::COEFFICIENTS, linear::INTERCEPTS])?;
                let (coefficients, intercepts) =
                    (self.array(linear::COEFFICIENTS)?, self.array(linear::INTERCEPTS)?);
                let op = LinearSpec { input, n_outputs: n_sums, coefficients, intercepts };
                let sums = self.program.op(OpSpec::Linear(op), n_sums);
                let two = LabelRule::AtLeast(LOGIT_OF_SECOND_CLASS);
                Ok(match n_labels {
                    0 => Head::value(sums),
                    2 => self.program.probabilities(sums, LinkForm::Logistic, two, true),
                    _ => self.program.probabilities(
                        sums,
                        LinkForm::Softmax,
                        LabelRule::FirstMaximum,
                        true,
                    ),
                })
            }
            EstimatorSpec::MeanOfTrees { n_outputs: stored } => {
                if *stored != u64::from(n_sums) {
                    let what = format!("{stored} outputs, the task has {n_sums}");
                    return Err(FormatError::structure("estimator", what));
                }
                let sums = self.trees(input, Combine::Mean, n_sums, n_labels > 0)?;
                let (two, more) = (LabelRule::Above(0.5), LabelRule::FirstMaximum);
                Ok(match n_labels {
                    0 => Head::value(sums),
                    2 => self.program.probabilities(sums, LinkForm::Complement, two, true),
                    _ => self.program.probabilities(sums, LinkForm::Shares, more, false),
                })
            }
            EstimatorSpec::BoostedTrees { base_score, learning_rate } => {
                if n_labels > 0 {
                    let what = "boosted trees predict numbers, the task has labels";
                    return Err(FormatError::structure("estimator", what));
                }
                let (base_score, learning_rate) = (*base_score, *learning_rate);
                let combine = Combine::Boost { base_score, learning_rate };
                Ok(Head::value(self.trees(input, combine, 1, false)?))
            }
            EstimatorSpec::GaussianNaiveBayes => {
                self.bayes_arrays(
                    &[
                        bayes::MEANS,
                        bayes::TWICE_VARIANCES,
                        bayes::HALF_LOG_VARIANCES,
                        bayes::LOG_PRIORS,
                    ],
                    n_labels,
                )?;
                let kind = BayesKind::Gaussian {
                    means: self.array(bayes::MEANS)?,
                    twice_variances: self.array(bayes::TWICE_VARIANCES)?,
                    half_log_variances: self.array(bayes::HALF_LOG_VARIANCES)?,
                };
                self.bayes(kind, input, n_labels)
            }
            EstimatorSpec::BernoulliNaiveBayes { binarize } => {
                let names = [bayes::LOG_PRESENT, bayes::LOG_ABSENT, bayes::LOG_PRIORS];
                self.bayes_arrays(&names, n_labels)?;
                finite("estimator", &[*binarize])?;
                let kind = BayesKind::Bernoulli {
                    binarize: *binarize,
                    present: self.array(bayes::LOG_PRESENT)?,
                    absent: self.array(bayes::LOG_ABSENT)?,
                };
                self.bayes(kind, input, n_labels)
            }
            EstimatorSpec::MultinomialNaiveBayes => {
                self.bayes_arrays(&[bayes::LOG_PROBABILITIES, bayes::LOG_PRIORS], n_labels)?;
                let log_probabilities = self.array(bayes::LOG_PROBABILITIES)?;
                self.bayes(BayesKind::Multinomial { log_probabilities }, input, n_labels)
            }
            EstimatorSpec::CategoricalNaiveBayes => {
                self.bayes_arrays(&[bayes::LOG_PROBABILITIES, bayes::LOG_PRIORS], n_labels)?;
                let log_probabilities = self.array(bayes::LOG_PROBABILITIES)?;
                self.bayes(BayesKind::Categorical { log_probabilities }, input, n_labels)
            }
            EstimatorSpec::NearestNeighbors { k, metric, weights } => {
                self.only(&[neighbors::POINTS, neighbors::TARGETS])?;
                let op = NeighborsSpec {
                    input,
                    points: self.array(neighbors::POINTS)?,
                    targets: self.array(neighbors::TARGETS)?,
                    n_labels,
                    reach: Reach::Nearest { k: *k },
                    metric: *metric,
                    weights: *weights,
                };
                let numbers = self.program.op(OpSpec::Neighbors(op), n_labels.max(1));
                Ok(if n_labels == 0 {
                    Head::value(numbers)
                } else {
                    let label = self.program.label(numbers, LabelRule::FirstMaximum);
                    Head { label: Some(label), numbers, meaning: Meaning::Probabilities }
                })
            }
            EstimatorSpec::SupportVectors { kernel } => {
                self.only(&[
                    support_vectors::SUPPORT_VECTORS,
                    support_vectors::MACHINE_STARTS,
                    support_vectors::MACHINE_VECTORS,
                    support_vectors::MACHINE_WEIGHTS,
                    support_vectors::INTERCEPTS,
                ])?;
                let n_machines = index(support_vectors::n_machines(task.labels().len()));
                let op = SupportVectorsSpec {
                    input,
                    n_machines,
                    kernel: (*kernel).into(),
                    vectors: self.array(support_vectors::SUPPORT_VECTORS)?,
                    starts: self.array(support_vectors::MACHINE_STARTS)?,
                    term_vectors: self.array(support_vectors::MACHINE_VECTORS)?,
                    term_weights: self.array(support_vectors::MACHINE_WEIGHTS)?,
                    intercepts: self.array(support_vectors::INTERCEPTS)?,
                };
                let numbers = self.program.op(OpSpec::SupportVectors(op), n_machines);
                let label = match n_labels {
                    0 => return Ok(Head::value(numbers)),
                    2 => self.program.label(numbers, LabelRule::Above(0.0)),
                    n_labels => self.program.label(numbers, LabelRule::PairVotes { n_labels }),
                };
                Ok(Head { label: Some(label), numbers, meaning: Meaning::DecisionValues })
            }
            EstimatorSpec::NearestCentroid => {
                self.only(&[CENTROIDS])?;
                let centroids = self.array(CENTROIDS)?;
                let op = CentroidsSpec { input, n_clusters: n_labels, centroids };
                let output = self.program.op(OpSpec::Centroids(op), 2);
                let numbers = Run::one(output.first.saturating_add(1));
                let meaning = Meaning::SquaredDistance;
                Ok(Head { label: Some(output.first), numbers, meaning })
            }
        }
    }

    fn trees(&mut self, input: Run, combine: Combine, n: u32, probabilities: bool) -> Result<Run> {
        self.only(&[TREE_STARTS, TREE_NODES])?;
        let op = NodeTreesSpec {
            input,
            combine,
            n_outputs: n,
            probabilities,
            starts: self.array(TREE_STARTS)?,
            nodes: self.array(TREE_NODES)?,
        };
        Ok(self.program.op(OpSpec::NodeTrees(op), n))
    }

    /// Checks the task and the names of the arrays.
    fn bayes_arrays(&self, names: &[&str], n_labels: u32) -> Result<()> {
        if n_labels == 0 {
            let what = "naive Bayes predicts labels, the task has none";
            return Err(FormatError::structure("estimator", what));
        }
        self.only(names)
    }

    fn bayes(&mut self, kind: BayesKind, input: Run, n_labels: u32) -> Result<Head> {
        let op = BayesSpec { input, n_labels, kind, log_priors: self.array(bayes::LOG_PRIORS)? };
        let scores = self.program.op(OpSpec::Bayes(op), n_labels);
        Ok(self.program.probabilities(scores, LinkForm::Softmax, LabelRule::FirstMaximum, true))
    }
}
