//! What an evaluation found, for people and as JSON.

use std::fmt::Write as _;

use cli_common::error::Result;
use cli_common::text::{self, one_line};
use serde_json::json;

use crate::gate::{self, Verdict};
use crate::json::Json;
use crate::judgement::Judgement;
use crate::labelled::{Counts, Options};
use crate::model::Model;
use crate::trust::SignedBy;

/// The scores of a model on labelled rows, and how the gates came out.
#[derive(Clone, Debug)]
pub struct Report {
    name: String,
    version: String,
    id: String,
    signed_by: Option<SignedBy>,
    task: &'static str,
    input: String,
    target: String,
    threshold: Option<f64>,
    counts: Counts,
    judgement: Judgement,
    verdicts: Vec<Verdict>,
    /// What there is to say of the input.
    pub(super) warnings: Vec<String>,
}

impl Report {
    pub(super) fn new(
        model: &Model,
        options: &Options,
        input: &str,
        target: &str,
        counts: Counts,
        judgement: Judgement,
        verdicts: Vec<Verdict>,
    ) -> Self {
        let identity = &model.manifest().identity;
        Self {
            name: identity.name.clone(),
            version: identity.version.clone(),
            id: model.id().to_string(),
            signed_by: model.signed_by().cloned(),
            task: model.manifest().task.name(),
            input: input.to_owned(),
            target: target.to_owned(),
            threshold: options.threshold,
            counts,
            judgement,
            verdicts,
            warnings: Vec::new(),
        }
    }

    /// A score by its name, such as `accuracy` or `recall[yes]`; `None` if it is undefined.
    pub fn score(&self, name: &str) -> Option<f64> {
        self.judgement.score(name)
    }

    /// Whether every gate was met.
    ///
    /// # Errors
    ///
    /// [`Cause::Gate`](crate::Cause::Gate) with a fact per gate that was not.
    pub fn outcome(&self) -> Result<()> {
        gate::outcome(&self.verdicts)
    }

    /// The report as one JSON object; a score that is undefined on these rows is null.
    pub fn json(&self) -> Json<'_> {
        let mut report = self.judgement.json();
        let counts = &self.counts;
        let mut model = json!({ "name": self.name, "version": self.version, "id": self.id });
        if let Some(signed_by) = &self.signed_by {
            model["signature"] = signed_by.json();
        }
        for (key, value) in [
            ("model", model),
            ("input", json!(self.input)),
            ("task", json!(self.task)),
            ("target", json!(self.target)),
            ("threshold", json!(self.threshold)),
            ("rows_read", json!(counts.rows)),
            ("rows_judged", json!(self.judgement.rows())),
            ("rows_without_target", json!(counts.without_target)),
            ("rows_rejected", json!(counts.bad)),
            ("warnings", json!(self.warnings)),
            ("gates", self.verdicts.iter().map(Verdict::json).collect()),
        ] {
            report.insert(key.into(), value.into());
        }
        Json::Object(report)
    }

    /// The report as lines of text, with tables that fit into a terminal of this width.
    pub fn text(&self, width: Option<usize>) -> String {
        let (name, version) = (one_line(&self.name), one_line(&self.version));
        let mut out = format!("model      {name} {version} {}\n", self.id);
        if let Some(signed_by) = &self.signed_by {
            let _ = writeln!(out, "signed by  {signed_by}");
        }
        let counts = &self.counts;
        let _ = writeln!(out, "task       {} of `{}`", self.task, one_line(&self.target));
        if let Some(threshold) = self.threshold {
            let _ = writeln!(out, "threshold  the second label from probability {threshold} on");
        }
        let _ = writeln!(
            out,
            "rows       {} read, {} judged, {} without target, {} rejected",
            counts.rows,
            self.judgement.rows(),
            counts.without_target,
            counts.bad
        );
        self.judgement.text(width, &mut out);
        for (i, verdict) in self.verdicts.iter().enumerate() {
            let head = if i == 0 { "gates" } else { "" };
            let _ = writeln!(out, "{head:<10} {}", verdict.text());
        }
        out
    }

    /// What the user should know besides, a line each; [`Report::text`] does not say it.
    pub fn warnings(&self) -> String {
        text::warnings(&self.warnings)
    }
}
