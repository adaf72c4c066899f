//! What a comparison found, for people and as JSON.

use std::fmt::Write as _;

use cli_common::error::Result;
use cli_common::text::{self, one_line};
use metrics::text::{distinct, number, pairs};
use serde_json::json;

use super::changes::Changes;
use crate::gate::{self, Gate, Verdict};
use crate::json::{self, Json};
use crate::judgement::Judgement;
use crate::labelled::{Counts, Options};
use crate::model::Model;
use crate::trust::SignedBy;

/// Of more labels, the changes of each are in the JSON report only.
const MAX_SHOWN: usize = 12;

/// How two models differ on the same rows, and how the gates came out.
#[derive(Clone, Debug)]
pub struct Report {
    /// Name, version and id of the old and the new model.
    models: [[String; 3]; 2],
    signed_by: [Option<SignedBy>; 2],
    task: &'static str,
    /// In the order of the old model; empty for regression.
    labels: Vec<String>,
    input: String,
    target: String,
    threshold: Option<f64>,
    counts: Counts,
    changes: Changes,
    /// The scores of both, if the input says what is true.
    judged: Option<[Judgement; 2]>,
    verdicts: Vec<Verdict>,
    /// What there is to say of the input.
    pub(super) warnings: Vec<String>,
}

impl Report {
    pub(super) fn new(
        models: [&Model; 2],
        options: &Options,
        input: &str,
        target: &str,
        counts: Counts,
        changes: Changes,
        judged: Option<[Judgement; 2]>,
    ) -> Self {
        let identity = |model: &Model| {
            let identity = &model.manifest().identity;
            [identity.name.clone(), identity.version.clone(), model.id().to_string()]
        };
        Self {
            models: models.map(identity),
            signed_by: models.map(|model| model.signed_by().cloned()),
            task: models[0].manifest().task.name(),
            labels: models[0].labels().to_vec(),
            input: input.to_owned(),
            target: target.to_owned(),
            threshold: options.threshold,
            counts,
            changes,
            judged,
            verdicts: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn judge(&mut self, gates: &[Gate]) {
        self.verdicts = gates.iter().map(|gate| gate.judge(self.score(gate.metric()))).collect();
    }

    /// `agreement`, `max_change`, `mean_change`, or a score of either model such as
    /// `old.accuracy`; `None` if it is undefined.
    pub fn score(&self, name: &str) -> Option<f64> {
        match name {
            "agreement" => Some(self.changes.agreement()),
            "max_change" => self.changes.max_change(),
            "mean_change" => self.changes.mean_change(),
            _ => {
                let [old, new] = self.judged.as_ref()?;
                let (side, name) = name.split_once('.')?;
                if side == "old" { old.score(name) } else { new.score(name) }
            }
        }
    }

    /// Whether every gate was met.
    ///
    /// # Errors
    ///
    /// [`Cause::Gate`](crate::Cause::Gate) with a fact per gate that was not.
    pub fn outcome(&self) -> Result<()> {
        gate::outcome(&self.verdicts)
    }

    /// The report as one JSON object; `target` is null if the input does not have it.
    pub fn json(&self) -> Json<'_> {
        let side = |i: usize| {
            let [name, version, id] = &self.models[i];
            let mut model = json!({ "name": name, "version": version, "id": id });
            if let Some(signed_by) = &self.signed_by[i] {
                model["signature"] = signed_by.json();
            }
            let mut side = Json::object(json!({ "model": model }));
            if let Some(judged) = &self.judged {
                side.extend(judged[i].json());
            }
            Json::Object(side)
        };
        let moved = |moved: &super::changes::Moved| {
            json!({ "line": moved.line, "change": moved.change, "old": moved.old, "new": moved.new,
                    "label": moved.class.map(|class| &self.labels[class]) })
        };
        let mut report = Json::object(json!({
            "input": self.input,
            "task": self.task,
            "target": self.judged.as_ref().map(|_| &self.target),
            "threshold": self.threshold,
            "rows_read": self.counts.rows,
            "rows_compared": self.changes.rows(),
            "rows_rejected": self.counts.bad,
            "agreement": self.changes.agreement(),
            "max_change": self.changes.max_change(),
            "mean_change": self.changes.mean_change(),
            "largest_changes": self.changes.moved.iter().map(moved).collect::<Vec<_>>(),
            "warnings": self.warnings,
            "gates": self.verdicts.iter().map(Verdict::json).collect::<Vec<_>>(),
        }));
        report.insert("old".into(), side(0));
        report.insert("new".into(), side(1));
        if !self.labels.is_empty() {
            if self.changes.max_change().is_some() {
                let class = |(label, (max, mean)): (&String, (f64, f64))| json!({ "label": label, "max_change": max, "mean_change": mean });
                let classes = self.labels.iter().zip(self.changes.per_class()).map(class);
                report.insert("classes".into(), Json::array(classes));
            }
            report.extend(json::pairs(
                "transitions",
                "transition_cells",
                self.changes.transitions(),
            ));
        }
        if let Some([old, _]) = &self.judged {
            report.insert("rows_judged".into(), json!(old.rows()).into());
            let without = json!(self.counts.without_target);
            report.insert("rows_without_target".into(), without.into());
        }
        Json::Object(report)
    }

    /// The report as lines of text, with tables that fit into a terminal of this width.
    pub fn text(&self, width: Option<usize>) -> String {
        let mut out = String::new();
        let sides = ["old", "new"].iter().zip(&self.models).zip(&self.signed_by);
        for ((side, [name, version, id]), signed_by) in sides {
            let (name, version) = (one_line(name), one_line(version));
            let _ = writeln!(out, "{side:<10} {name} {version} {id}");
            if let Some(signed_by) = signed_by {
                let _ = writeln!(out, "           signed by {signed_by}");
            }
        }
        if let Some(threshold) = self.threshold {
            let _ = writeln!(out, "threshold  the second label from probability {threshold} on");
        }
        let counts = &self.counts;
        let (rows, bad) = (counts.rows, counts.bad);
        let _ = writeln!(
            out,
            "rows       {rows} read, {} compared, {bad} rejected",
            self.changes.rows()
        );
        let _ = writeln!(out, "agreement  {}", number(Some(self.changes.agreement())));
        let of = if self.labels.is_empty() { "value" } else { "probability" };
        let change =
            |max, mean| format!("at most {}, mean {}", number(Some(max)), number(Some(mean)));
        let changes = self.changes.max_change().zip(self.changes.mean_change());
        if let Some((max, mean)) = changes {
            let _ = writeln!(out, "change     of the {of}: {}", change(max, mean));
        } else {
            let _ = writeln!(out, "change     of labels alone: not both models have probabilities");
        }
        let labels: Vec<String> = self.labels.iter().map(|label| one_line(label)).collect();
        let shown = distinct(&labels);
        if (1..=MAX_SHOWN).contains(&shown.len()) {
            let per_class = changes.map(|_| self.changes.per_class()).into_iter().flatten();
            for (label, (max, mean)) in shown.iter().zip(per_class) {
                let _ = writeln!(out, "           {label}: {}", change(max, mean));
            }
        }
        if !labels.is_empty() {
            pairs("labels", "old\\new", &labels, self.changes.transitions(), width, &mut out);
        }
        for (i, moved) in self.changes.moved.iter().enumerate() {
            let head = if i == 0 { "largest" } else { "" };
            let label = moved.class.map(|class| format!("{} ", shown[class])).unwrap_or_default();
            let (line, old, new) = (moved.line, number(Some(moved.old)), number(Some(moved.new)));
            let _ = writeln!(out, "{head:<10} line {line}: {label}{old} -> {new}");
        }
        self.metrics(&mut out);
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

    /// The scores of both models side by side.
    fn metrics(&self, out: &mut String) {
        let Some([old, new]) = &self.judged else { return };
        let _ = writeln!(
            out,
            "metrics    {:<18} {:>10} {:>10}   on {} rows by `{}`, {} without target",
            "",
            "old",
            "new",
            old.rows(),
            one_line(&self.target),
            self.counts.without_target
        );
        let longer = if old.scores().len() < new.scores().len() { new } else { old };
        for name in longer.scores().iter().map(|score| score.metric.name) {
            let of = |side: &Judgement| {
                let found = side.scores().iter().find(|score| score.metric.name == name);
                found.map_or_else(|| "-".into(), |score| number(score.value))
            };
            let _ = writeln!(out, "           {name:<18} {:>10} {:>10}", of(old), of(new));
        }
    }
}
