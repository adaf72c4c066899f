//! `predictor inspect`: what is in a model, from the file alone.

mod columns;
mod kernel;
mod names;
mod program;
mod terms;

use std::fmt::Write as _;

use cli_common::text::one_line;
use metrics::text::number;
use model_format::forest;
use model_format::manifest::{ColumnKind, ColumnStatistics};
use model_format::program::Op;
use model_format::program::ops::bayes::Likelihood;
use model_format::program::ops::neighbors::Reach;
use model_format::program::ops::node_trees::Combine;
use model_format::program::ops::trees::Trees;
use model_format::provenance::{BASELINE, TRAINING_MEAN};
use predictor::Model;
use predictor::json::Json;
use serde_json::{Map, Value, json};

use names::Names;

/// Everything a person wants to know, as JSON.
pub(crate) fn json(model: &Model) -> Json<'_> {
    let artifact = model.artifact();
    let manifest = model.manifest();
    let provenance = &manifest.provenance;
    let (task, target) = (manifest.task.name(), manifest.task.target());
    let n_features = artifact.pipeline().schema().n_features();
    let pairs = |pairs: &[(String, String)]| {
        pairs.iter().map(|(k, v)| (k.clone(), v.clone().into())).collect::<Map<_, _>>()
    };
    let mut report = Json::object(json!({
        "name": manifest.identity.name,
        "version": manifest.identity.version,
        "id": model.id().to_string(),
        "format_version": artifact.version(),
        "file_bytes": artifact.file_len(),
        "algorithm": manifest.identity.algorithm,
        "task": task,
        "target": target,
        "missing_tokens": manifest.schema.missing_tokens,
        "features": n_features,
        "golden_rows": manifest.golden.cells.len() / manifest.schema.columns.len().max(1),
        "metrics": stored(model, Stored::Metric).map(|(k, v)| (k.to_owned(), v.into())).collect::<Map<_, _>>(),
        "baseline": stored(model, Stored::Baseline).map(|(k, v)| (k.to_owned(), v.into())).collect::<Map<_, _>>(),
        "training_mean": stored(model, Stored::TrainingMean).next().map(|(_, mean)| mean),
        "training_records": artifact.holds_training_records(),
        "training_statistics": manifest.statistics.is_some(),
        "provenance": {
            "trainer_version": provenance.trainer_version,
            "smartcore_version": provenance.smartcore_version,
            "created": provenance.created,
            "seed": provenance.seed,
            "data_sha256": hex(&provenance.data_sha256),
            "data_rows": provenance.data_rows,
            "data_columns": provenance.data_columns,
            "rows_fitted": provenance.rows_fitted,
            "rows_held_out": provenance.rows_held_out,
            "rows_without_target": provenance.rows_without_target,
            "class_counts": provenance.class_counts,
            "left_out": pairs(&provenance.left_out),
            "options": pairs(&provenance.options),
        },
    }));
    let labels = model.labels().iter().map(String::as_str);
    for (key, value) in [
        ("labels", Json::values(labels)),
        ("columns", Json::array(columns(model))),
        ("program", program::json(artifact.pipeline())),
        ("estimator", estimator(model)),
    ] {
        report.insert(key.into(), value);
    }
    if let Some(signed_by) = model.signed_by() {
        report.insert("signature".into(), signed_by.json().into());
    }
    Json::Object(report)
}

/// The same for a terminal.
pub(crate) fn text(model: &Model) -> String {
    let artifact = model.artifact();
    let manifest = model.manifest();
    let provenance = &manifest.provenance;
    let (task, target) = (manifest.task.name(), manifest.task.target());
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key:<12} {}", one_line(value));
    };
    line("model", &format!("{} {}", manifest.identity.name, manifest.identity.version));
    line("id", &model.id().to_string());
    if let Some(signed_by) = model.signed_by() {
        line("signed by", &signed_by.to_string());
    }
    line("file", &format!("{} bytes, format version {}", artifact.file_len(), artifact.version()));
    line("task", &target.map_or(task.into(), |target| format!("{task} of `{target}`")));
    if !model.labels().is_empty() {
        line(if target.is_some() { "labels" } else { "clusters" }, &model.labels().join(", "));
    }
    line("algorithm", &format!("{} ({})", manifest.identity.algorithm, estimator_text(model)));
    let n_features = artifact.pipeline().schema().n_features();
    line("features", &n_features.to_string());
    let tokens: Vec<String> =
        manifest.schema.missing_tokens.iter().map(|t| format!("`{t}`")).collect();
    line("missing", &tokens.join(" "));
    let listed = |of| -> String {
        let list: Vec<String> = stored(model, of)
            .map(|(name, value)| format!("{name} {}", number(Some(value))))
            .collect();
        list.join(", ")
    };
    let metrics = listed(Stored::Metric);
    line(
        "metrics",
        &if metrics.is_empty() {
            "none: every row was fitted on".into()
        } else {
            let on = match provenance.rows_held_out {
                0 => "cross-validated".to_owned(),
                n => format!("on {n} held-out rows"),
            };
            format!("{metrics} ({on})")
        },
    );
    let baseline = listed(Stored::Baseline);
    if !baseline.is_empty() {
        line("baseline", &format!("{baseline} (the best constant prediction)"));
    }
    line(
        "trained",
        &format!(
            "on {} of {} rows by trainer {} with smartcore {}, seed {}",
            provenance.rows_fitted,
            provenance.data_rows,
            provenance.trainer_version,
            provenance.smartcore_version,
            provenance.seed
        ),
    );
    line("data", &format!("SHA-256 {}", hex(&provenance.data_sha256)));
    if let Some(created) = provenance.created {
        line("created", &format!("{created} seconds after 1970 (SOURCE_DATE_EPOCH)"));
    }
    line(
        "records",
        if artifact.holds_training_records() {
            "THE FILE HOLDS ROWS OF THE TRAINING DATA, encoded; share it as you would share them"
        } else {
            "no training record is in the file; golden rows are made up"
        },
    );
    line(
        "statistics",
        if manifest.statistics.is_some() {
            "range, quantiles and category counts of the training data, column by column"
        } else {
            "none: predict cannot report when a batch is unlike the training data"
        },
    );
    let options: Vec<String> = provenance.options.iter().map(|(k, v)| format!("{k}={v}")).collect();
    line("options", &options.join(" "));
    for (name, reason) in &provenance.left_out {
        line("left out", &format!("`{name}`: {reason}"));
    }
    let _ = writeln!(out, "columns      {}", manifest.schema.columns.len());
    column_lines(model, &mut out);
    let _ = writeln!(out, "program      {} ops", artifact.pipeline().program().ops().len());
    out.push_str(&program::lines(artifact.pipeline()));
    out
}

/// What a name in the list of metrics is of.
#[derive(Clone, Copy, PartialEq)]
enum Stored {
    /// A metric of the model.
    Metric,
    /// A metric of the best constant prediction.
    Baseline,
    /// The mean of the target over the fitted rows.
    TrainingMean,
}

/// Metrics that are stored in a model, by their name.
fn stored(model: &Model, of: Stored) -> impl Iterator<Item = (&str, f64)> {
    model.manifest().provenance.metrics.iter().filter_map(move |(name, value)| {
        let (kind, name) = match name.strip_prefix(BASELINE) {
            Some(metric) => (Stored::Baseline, metric),
            None if name == TRAINING_MEAN => (Stored::TrainingMean, name.as_str()),
            None => (Stored::Metric, name.as_str()),
        };
        (kind == of).then_some((name, *value))
    })
}

fn column_lines(model: &Model, out: &mut String) {
    let manifest = model.manifest();
    let columns = &manifest.schema.columns;
    let width = columns.iter().map(|c| c.name.chars().count()).max().unwrap_or(0).min(40);
    for (index, column) in columns.iter().enumerate() {
        let statistics = manifest.statistics.as_ref().and_then(|s| s.get(index));
        let about = match (&column.kind, statistics) {
            (
                ColumnKind::Numeric,
                Some(ColumnStatistics::Numeric { count, missing, min, max, mean, .. }),
            ) => {
                format!("number {min} to {max}, mean {mean:.4}{}", share_missing(*missing, *count))
            }
            (ColumnKind::Numeric, _) => "number".into(),
            (ColumnKind::Document, Some(ColumnStatistics::Document { count, missing })) => {
                format!("document{}", share_missing(*missing, *count))
            }
            (ColumnKind::Document, _) => "document".into(),
            (ColumnKind::Text { levels, .. }, statistics) => {
                let missing = match statistics {
                    Some(ColumnStatistics::Text { level_counts, missing }) => share_missing(
                        *missing,
                        level_counts.iter().fold(0, |n, c| n.saturating_add(*c)),
                    ),
                    _ => String::new(),
                };
                let mut shown: Vec<&str> = levels.iter().take(6).map(String::as_str).collect();
                if levels.len() > shown.len() {
                    shown.push("...");
                }
                let n = levels.len();
                let categories = if n == 1 { "category" } else { "categories" };
                format!("categorical, {n} {categories}: {}{missing}", shown.join(", "))
            }
        };
        let _ = writeln!(out, "  {:<width$}  {}", one_line(&column.name), one_line(&about));
    }
}

fn share_missing(missing: u64, present: u64) -> String {
    if missing == 0 {
        return String::new();
    }
    format!(", {:.1} % missing", 100.0 * missing as f64 / (missing as f64 + present as f64))
}

fn columns(model: &Model) -> impl Iterator<Item = Json<'_>> {
    let manifest = model.manifest();
    let statistics = move |index: usize| manifest.statistics.as_ref().and_then(|s| s.get(index));
    manifest.schema.columns.iter().enumerate().map(move |(index, column)| {
        let kind = match &column.kind {
            ColumnKind::Numeric => "numeric",
            ColumnKind::Text { .. } => "categorical",
            ColumnKind::Document => "document",
        };
        let mut object = Json::object(json!({ "name": column.name, "type": kind }));
        match &column.kind {
            ColumnKind::Numeric | ColumnKind::Document => {}
            ColumnKind::Text { levels, missing_level } => {
                let levels = levels.iter().map(String::as_str);
                object.insert("categories".into(), Json::values(levels));
                let missing = Value::from(*missing_level);
                object.insert("missing_is_a_category".into(), missing.into());
            }
        }
        match statistics(index) {
            Some(ColumnStatistics::Numeric {
                count,
                missing,
                min,
                max,
                mean,
                std,
                quantiles,
                bin_edges,
                bin_counts,
            }) => {
                object.insert(
                    "training".into(),
                    json!({ "count": count, "missing": missing, "min": min, "max": max,
                                "mean": mean, "std": std, "quantiles": quantiles,
                                "bin_edges": bin_edges, "bin_counts": bin_counts })
                    .into(),
                );
            }
            Some(ColumnStatistics::Text { level_counts, missing }) => {
                object.insert(
                    "training".into(),
                    json!({ "category_counts": level_counts, "missing": missing }).into(),
                );
            }
            Some(ColumnStatistics::Document { count, missing }) => {
                object.insert(
                    "training".into(),
                    json!({ "count": count, "missing": missing }).into(),
                );
            }
            None => {}
        }
        Json::Object(object)
    })
}

fn estimator(model: &Model) -> Json<'_> {
    let pipeline = model.artifact().pipeline();
    let Some(estimator) = pipeline.estimator() else {
        return Value::Null.into();
    };
    let names = || {
        let slots = estimator.inputs().into_iter().flat_map(|run| (run.first..).take(run.width()));
        let names = Names::of(pipeline);
        Json::values(slots.map(move |slot| names.of_slot(slot)))
    };
    let small = match estimator {
        Op::Linear(linear) => {
            let outputs = linear.outputs().map(|(coefficients, intercept)| {
                let mut output = Json::object(json!({ "intercept": intercept }));
                let coefficients = Json::values(coefficients.iter().copied());
                output.insert("coefficients".into(), coefficients);
                Json::Object(output)
            });
            let mut object = Json::object(json!({ "kind": "linear" }));
            object.insert("feature_names".into(), names());
            object.insert("outputs".into(), Json::array(outputs));
            return Json::Object(object);
        }
        Op::Trees(trees) => {
            let (forest, [trees, nodes, deepest]) = (trees.forest(), tree_counts(trees));
            json!({
                "kind": match forest.spec().combine {
                    forest::Combine::Mean => "mean_of_trees",
                    forest::Combine::Sum => "boosted_trees",
                },
                "outputs": forest.spec().n_outputs,
                "trees": trees,
                "nodes": nodes,
                "deepest": deepest,
            })
        }
        Op::NodeTrees(trees) => json!({
            "kind": match trees.combine() {
                Combine::Mean => "mean_of_trees",
                Combine::Boost { .. } => "boosted_trees",
            },
            "outputs": trees.n_outputs(),
            "trees": trees.trees().len(),
            "nodes": trees.nodes().len(),
            "deepest": trees.trees().iter().map(|t| t.depth).max(),
        }),
        Op::Bayes(bayes) => json!({
            "kind": match bayes.likelihood() {
                Likelihood::Gaussian { .. } => "gaussian_naive_bayes",
                Likelihood::Bernoulli { .. } => "bernoulli_naive_bayes",
                Likelihood::Multinomial(_) => "multinomial_naive_bayes",
                Likelihood::Categorical(_) => "categorical_naive_bayes",
            },
            "log_priors": bayes.log_priors(),
        }),
        Op::SupportVectors(machines) => json!({
            "kind": "support_vectors",
            "kernel": kernel::json(machines.kernel()),
            "support_vectors": machines.n_vectors(),
            "machines": machines.machines().len(),
        }),
        Op::Centroids(centroids) => {
            let centroids = centroids.iter().map(|values| Json::values(values.iter().copied()));
            let mut object = Json::object(json!({ "kind": "nearest_centroid" }));
            object.insert("feature_names".into(), names());
            object.insert("centroids".into(), Json::array(centroids));
            return Json::Object(object);
        }
        Op::Neighbors(neighbors) => {
            let mut object = json!({
                "kind": "nearest_neighbors",
                "points": neighbors.targets().len(),
                "metric": format!("{:?}", neighbors.metric()).to_lowercase(),
                "weights": format!("{:?}", neighbors.weights()).to_lowercase(),
            });
            match neighbors.reach() {
                Reach::Nearest { k } => object["k"] = k.into(),
                Reach::Within { radius, outlier } => {
                    let labels = model.labels();
                    object["radius"] = radius.into();
                    object["outlier"] = outlier.map(|at| labels[at as usize].as_str()).into();
                }
            }
            object
        }

        Op::Select(_)
        | Op::Impute(_)
        | Op::Affine(_)
        | Op::OneHot(_)
        | Op::Projection(_)
        | Op::Link(_)
        | Op::Label(_)
        | Op::Unary(_)
        | Op::NumberToCode(_)
        | Op::MapCode(_)
        | Op::Require(_)
        | Op::Product(_)
        | Op::RowNorm(_)
        | Op::Interpolate(_)
        | Op::Spline(_)
        | Op::Average(_)
        | Op::Terms(_) => Value::Null,
    };
    small.into()
}

/// Number of trees, of their nodes with the leaves, and the depth of the deepest.
fn tree_counts(trees: &Trees) -> [usize; 3] {
    let trees = trees.forest().trees();
    let nodes = trees.iter().map(|tree| 2 * tree.n_nodes + 1).sum();
    let deepest = trees.iter().map(|tree| tree.depth).max().unwrap_or(0);
    [trees.len(), nodes, deepest as usize]
}

fn estimator_text(model: &Model) -> String {
    let Some(estimator) = model.artifact().pipeline().estimator() else { return String::new() };
    match estimator {
        Op::Linear(linear) => match linear.outputs().count() {
            1 => "1 row of coefficients".into(),
            n => format!("{n} rows of coefficients"),
        },
        Op::Trees(trees) => {
            let [trees, nodes, deepest] = tree_counts(trees);
            format!("{trees} trees, {nodes} nodes, depth up to {deepest}")
        }
        Op::NodeTrees(trees) => format!(
            "{} trees, {} nodes, depth up to {}",
            trees.trees().len(),
            trees.nodes().len(),
            trees.trees().iter().map(|t| t.depth).max().unwrap_or(0)
        ),
        Op::Bayes(bayes) => format!("{} classes", bayes.log_priors().len()),
        Op::SupportVectors(machines) => format!(
            "{}, {}, {}",
            kernel::text(machines.kernel()),
            counted(machines.n_vectors(), "support vector"),
            counted(machines.machines().len(), "machine")
        ),
        Op::Centroids(centroids) => format!("{} clusters", centroids.iter().count()),
        Op::Neighbors(neighbors) => {
            let (n, metric) = (neighbors.targets().len(), neighbors.metric());
            match neighbors.reach() {
                Reach::Nearest { k } => {
                    format!("{k} nearest of {n} training rows, {metric:?} distance")
                }
                Reach::Within { radius, .. } => {
                    format!("those of {n} training rows within {radius:?}, {metric:?} distance")
                }
            }
        }
        Op::Select(_)
        | Op::Impute(_)
        | Op::Affine(_)
        | Op::OneHot(_)
        | Op::Projection(_)
        | Op::Link(_)
        | Op::Label(_)
        | Op::Unary(_)
        | Op::NumberToCode(_)
        | Op::MapCode(_)
        | Op::Require(_)
        | Op::Product(_)
        | Op::RowNorm(_)
        | Op::Interpolate(_)
        | Op::Spline(_)
        | Op::Average(_)
        | Op::Terms(_) => estimator.name().into(),
    }
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
