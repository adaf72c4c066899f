//! `trainer algorithms`: the algorithms side by side, or one of them with its hyper-parameters.

use std::fmt::Write as _;

use cli_common::error::Result;
use cli_common::stdout;
use cli_common::terminal::for_stdout;
use serde_json::{Value, json};

use crate::algorithms::params::{ALGORITHMS, Algorithm, ParamSpec, Range};
use crate::cli::algorithms::AlgorithmsArgs;
use crate::table::target::TaskKind;

/// Prints the table or the page; errors as [`describe`].
pub(crate) fn run(args: &AlgorithmsArgs) -> Result<()> {
    let text = describe(args.name.as_deref(), args.json)?;
    stdout::print(if args.json { text } else { for_stdout(text) })
}

/// What `trainer algorithms` prints.
///
/// # Errors
///
/// A usage error that lists the known names if `name` is none of them.
fn describe(name: Option<&str>, as_json: bool) -> Result<String> {
    let chosen = name.map(|name| Algorithm::named(name, "algorithm")).transpose()?;
    Ok(match (chosen, as_json) {
        (Some(algorithm), true) => format!("{:#}\n", json(algorithm)),
        (Some(algorithm), false) => page(algorithm),
        (None, true) => {
            format!("{:#}\n", Value::from(ALGORITHMS.into_iter().map(json).collect::<Vec<_>>()))
        }
        (None, false) => table(),
    })
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn tasks(algorithm: Algorithm) -> Vec<TaskKind> {
    [TaskKind::Classification, TaskKind::Regression, TaskKind::Clustering]
        .into_iter()
        .filter(|task| algorithm.serves(*task))
        .collect()
}

/// What it predicts, in the words of the rest of the program.
fn predicts(algorithm: Algorithm) -> &'static str {
    match tasks(algorithm).as_slice() {
        [TaskKind::Classification] => "labels",
        [TaskKind::Regression] => "numbers",
        [TaskKind::Clustering] => "clusters",
        _ => "both",
    }
}

fn table() -> String {
    let mut text = format!(
        "{:<20} {:<8} {:<7} {:<13} {:<8} {:<10} when to use it\n",
        "algorithm", "predicts", "scaling", "probabilities", "training", "prediction"
    );
    for algorithm in ALGORITHMS {
        let guide = algorithm.guide();
        let _ = writeln!(
            text,
            "{:<20} {:<8} {:<7} {:<13} {:<8} {:<10} {}",
            algorithm.name(),
            predicts(algorithm),
            yes(guide.scaling_matters),
            yes(guide.probabilities),
            guide.training.level,
            guide.prediction.level,
            guide.when
        );
    }
    text
}

fn page(algorithm: Algorithm) -> String {
    let guide = algorithm.guide();
    let mut text = format!("algorithm      {}\n", algorithm.name());
    let mut line = |head: &str, body: &str| {
        let _ = writeln!(text, "{head:<14} {body}");
    };
    line("when", guide.when);
    line(
        "predicts",
        if predicts(algorithm) == "both" { "labels and numbers" } else { predicts(algorithm) },
    );
    line("probabilities", yes(guide.probabilities));
    line("scaling", &format!("{}: {}", yes(guide.scaling_matters), guide.scaling));
    for (head, cost) in [("training", guide.training), ("prediction", guide.prediction)] {
        line(head, &format!("{}: {}", cost.level, cost.rule));
    }
    if let Some(rows) = algorithm.most_rows() {
        let rule = format!("up to about {rows} rows of 20 features; above, if it is named");
        line("compared", &rule);
    }
    let params = algorithm.params().unwrap_or_default();
    if params.is_empty() {
        line("parameters", "none");
    }
    for (i, spec) in params.iter().enumerate() {
        let head = if i == 0 { "parameters" } else { "" };
        line(head, &format!("{}={}  {}; {}", spec.name, spec.default, spec.about, spec.range));
    }
    text
}

fn json(algorithm: Algorithm) -> Value {
    let guide = algorithm.guide();
    json!({
        "name": algorithm.name(),
        "tasks": tasks(algorithm).into_iter().map(TaskKind::name).collect::<Vec<_>>(),
        "scaling_matters": guide.scaling_matters,
        "scaling": guide.scaling,
        "probabilities": guide.probabilities,
        "training": { "level": guide.training.level, "rule": guide.training.rule },
        "prediction": { "level": guide.prediction.level, "rule": guide.prediction.rule },
        "when": guide.when,
        "most_rows": algorithm.most_rows(),
        "params": algorithm.params().unwrap_or_default().iter().map(param).collect::<Vec<_>>(),
    })
}

fn param(spec: &ParamSpec) -> Value {
    let (from, to, words) = match spec.range {
        Range::Whole(from, to, word) => (json!(from), json!(to), word.into_iter().collect()),
        Range::Real(from, to, word) => (json!(from), json!(to), word.into_iter().collect()),
        Range::Share(most, words) => (json!(1), json!(most), words.to_vec()),
        Range::Words(words) => (Value::Null, Value::Null, words.to_vec()),
    };
    json!({
        "name": spec.name,
        "about": spec.about,
        "default": spec.default,
        "from": from,
        "to": to,
        "words": words,
        "range": spec.range.to_string(),
    })
}
