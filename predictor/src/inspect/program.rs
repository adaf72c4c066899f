//! The program of a model, one op per line, so that a person can follow what happens to a row.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cli_common::text::one_line;
use model_format::Pipeline;
use model_format::manifest::ReduceMethod;
use model_format::program::ops::affine::AffineForm;
use model_format::program::ops::average::{Average, AverageForm};
use model_format::program::ops::labels::LabelRule;
use model_format::program::ops::links::LinkForm;
use model_format::program::slot::Run;
use model_format::program::{Op, Placed};
use predictor::json::Json;
use serde_json::{Map, Value, json};

use super::names::Names;
use super::{columns, terms};

/// Runs that are written out of those that an op reads: a selection may have one per slot.
const SHOWN_RUNS: usize = 8;

/// The ops, one per line: number, name, what it reads, what it writes and how.
pub(super) fn lines(pipeline: &Pipeline) -> String {
    let names = Names::of(pipeline);
    let mut out = String::new();
    for (index, placed) in pipeline.program().ops().iter().enumerate() {
        let Placed { op, output } = placed;
        let runs = op.inputs();
        let mut inputs: Vec<String> =
            runs.iter().take(SHOWN_RUNS).map(|run| names.of_run(*run)).collect();
        if runs.len() > SHOWN_RUNS {
            inputs.push(format!("... ({} runs)", runs.len()));
        }
        let _ = write!(out, "  {index:>3}  {:<16} {}", op.name(), one_line(&inputs.join(", ")));
        let _ = write!(out, " -> {}", counted(output.width()));
        match details(op) {
            Some(details) => writeln!(out, ", {details}"),
            None => writeln!(out),
        }
        .unwrap_or_default();
    }
    out
}

/// The same as JSON, with the numbers of the ops on single columns.
pub(super) fn json(pipeline: &Pipeline) -> Json<'_> {
    let run = |run: Run| json!({ "first": run.first, "len": run.len });
    Json::array(pipeline.program().ops().iter().map(move |placed| {
        let mut object = Map::new();
        object.insert("op".into(), placed.op.name().into());
        object.insert("reads".into(), placed.op.inputs().into_iter().map(run).collect());
        object.insert("writes".into(), run(placed.output));
        for (key, value) in parameters(&placed.op) {
            object.insert(key.into(), value);
        }
        Value::Object(object)
    }))
}

/// What an op does, in a few words.
fn details(op: &Op) -> Option<String> {
    match op {
        Op::Affine(affine) => Some(
            match affine.form() {
                AffineForm::SubtractDivide => "(x - a) / b",
                AffineForm::MultiplyAdd => "x * a + b",
            }
            .into(),
        ),
        Op::Projection(projection) => Some(method_name(projection.method()).into()),
        Op::Link(link) => Some(link_name(link.form()).into()),
        Op::Label(label) => Some(match label.rule() {
            LabelRule::FirstMaximum => "first maximum".into(),
            LabelRule::AtLeast(threshold) => format!("second label if >= {threshold:?}"),
            LabelRule::Above(threshold) => format!("second label if > {threshold:?}"),
            LabelRule::PairVotes { .. } => "most votes of pairs".into(),
            LabelRule::LastMaximum => "last maximum".into(),
        }),
        Op::Unary(unary) => Some(columns::function_name(unary)),
        Op::NumberToCode(op) => Some(columns::rule_text(op).into()),
        Op::MapCode(op) => Some(columns::target_text(op).into()),
        Op::Require(op) if op.keeps_missing() => Some("finite or missing".into()),
        Op::Require(_) => Some("finite and known".into()),
        Op::RowNorm(op) => Some(columns::norm_name(op.norm()).into()),
        Op::Interpolate(op) => Some(columns::points_text(op)),
        Op::Spline(op) => Some(columns::spline_text(op)),
        Op::Average(average) => Some(average_text(average)),
        Op::Terms(op) => Some(terms::text(op)),
        Op::Select(_)
        | Op::Impute(_)
        | Op::Product(_)
        | Op::OneHot(_)
        | Op::Linear(_)
        | Op::Trees(_)
        | Op::NodeTrees(_)
        | Op::Bayes(_)
        | Op::Neighbors(_)
        | Op::SupportVectors(_)
        | Op::Centroids(_) => None,
    }
}

/// The parameters of an op but those of estimators, which have a place of their own in the report.
fn parameters(op: &Op) -> BTreeMap<&'static str, Value> {
    match op {
        Op::Impute(impute) => BTreeMap::from([("values", json!(impute.values()))]),
        Op::Affine(affine) => BTreeMap::from([
            (
                "form",
                match affine.form() {
                    AffineForm::SubtractDivide => "subtract_divide".into(),
                    AffineForm::MultiplyAdd => "multiply_add".into(),
                },
            ),
            ("a", json!(affine.a())),
            ("b", json!(affine.b())),
        ]),
        Op::Projection(projection) => BTreeMap::from([
            ("method", method_name(projection.method()).into()),
            ("shape", json!([projection.n_components(), projection.n_features()])),
        ]),
        Op::Link(link) => {
            let mut parameters = BTreeMap::from([("form", link_name(link.form()).into())]);
            if let LinkForm::PairScores { above, .. } = link.form() {
                parameters.insert("above", above.into());
            }
            parameters
        }
        Op::Label(label) => match label.rule() {
            LabelRule::FirstMaximum => BTreeMap::from([("rule", "first_maximum".into())]),
            LabelRule::AtLeast(threshold) => {
                BTreeMap::from([("rule", "at_least".into()), ("threshold", threshold.into())])
            }
            LabelRule::Above(threshold) => {
                BTreeMap::from([("rule", "above".into()), ("threshold", threshold.into())])
            }
            LabelRule::PairVotes { n_labels } => {
                BTreeMap::from([("rule", "pair_votes".into()), ("labels", n_labels.into())])
            }
            LabelRule::LastMaximum => BTreeMap::from([("rule", "last_maximum".into())]),
        },
        Op::Unary(unary) => columns::unary_json(unary),
        Op::NumberToCode(op) => columns::number_to_code_json(op),
        Op::MapCode(op) => columns::map_code_json(op),
        Op::Require(op) => BTreeMap::from([("keeps_missing", op.keeps_missing().into())]),
        Op::Product(op) => {
            BTreeMap::from([("factors", op.factors().map(|pair| json!(pair)).collect())])
        }
        Op::RowNorm(op) => BTreeMap::from([
            ("norm", columns::norm_name(op.norm()).into()),
            ("least", op.least().into()),
        ]),
        Op::Interpolate(op) => columns::interpolate_json(op),
        Op::Spline(op) => columns::spline_json(op),
        Op::Average(average) => BTreeMap::from([
            ("form", average_name(average.form()).into()),
            ("parts", average.n_parts().into()),
            ("weights", json!(average.weights())),
        ]),
        Op::Terms(op) => terms::json(op),
        Op::Select(_)
        | Op::OneHot(_)
        | Op::Linear(_)
        | Op::Trees(_)
        | Op::NodeTrees(_)
        | Op::Bayes(_)
        | Op::Neighbors(_)
        | Op::SupportVectors(_)
        | Op::Centroids(_) => BTreeMap::new(),
    }
}

fn link_name(form: LinkForm) -> &'static str {
    match form {
        LinkForm::Logistic => "logistic",
        LinkForm::Softmax => "softmax",
        LinkForm::Complement => "complement",
        LinkForm::Shares => "shares",
        LinkForm::PairScores { .. } => "pair_scores",
        LinkForm::PairCoupling { .. } => "pair_coupling",
    }
}

fn average_name(form: AverageForm) -> &'static str {
    match form {
        AverageForm::Sum => "sum",
        AverageForm::Mean => "mean",
        AverageForm::Median => "median",
    }
}

fn average_text(average: &Average) -> String {
    let weighted = if average.weights().is_empty() { "" } else { "weighted " };
    format!("{weighted}{} of {} parts", average_name(average.form()), average.n_parts())
}

fn method_name(method: ReduceMethod) -> &'static str {
    match method {
        ReduceMethod::Pca => "pca",
        ReduceMethod::Svd => "svd",
    }
}

fn counted(n: usize) -> String {
    format!("{n} slot{}", if n == 1 { "" } else { "s" })
}
