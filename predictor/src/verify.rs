//! `predictor verify`: every check a load makes, reported one by one.

use std::fmt::Write as _;

use cli_common::text::one_line;
use model_format::golden;
use model_format::layout::VERSION;
use predictor::Model;
use serde_json::json;

/// What was checked and what came out; a model that fails a check is never opened.
pub(crate) fn checks(model: &Model) -> Vec<(&'static str, String)> {
    let artifact = model.artifact();
    let manifest = model.manifest();
    let n_columns = manifest.schema.columns.len().max(1);
    let compared = if golden::exact(artifact.pipeline()) {
        "equal to the bit".to_owned()
    } else {
        format!("equal within {:e}", golden::TOLERANCE)
    };
    let mut checks = Vec::new();
    if let Some(signed_by) = model.signed_by() {
        checks.push(("signature", signed_by.to_string()));
    }
    checks.extend([
        ("format", format!("version {}, this build reads 1 to {VERSION}", artifact.version())),
        ("length", format!("{} bytes, as the preamble says", artifact.file_len())),
        ("header", format!("SHA-256 {}", artifact.id())),
        ("sections", format!("{} tile the file, every SHA-256 matches", artifact.n_sections())),
        ("manifest", format!("{} bytes decoded to the last one", artifact.manifest_len())),
        (
            "structure",
            format!(
                "{} columns, {} features; every index, shape and number is in range",
                manifest.schema.columns.len(),
                artifact.pipeline().schema().n_features()
            ),
        ),
        (
            "golden rows",
            format!("{} replayed, {compared}", manifest.golden.cells.len() / n_columns),
        ),
    ]);
    if manifest.statistics.is_none() {
        checks.push(("statistics", "none in the file".into()));
    }
    checks
}

/// One line each, then OK.
pub(crate) fn text(checks: &[(&'static str, String)]) -> String {
    let mut text = String::new();
    for (name, what) in checks {
        let _ = writeln!(text, "{name:<12} ok: {}", one_line(what));
    }
    text + "OK\n"
}

/// The same as JSON.
pub(crate) fn json(checks: &[(&'static str, String)]) -> String {
    let list: Vec<_> =
        checks.iter().map(|(name, what)| json!({ "check": name, "ok": what })).collect();
    format!("{:#}\n", json!({ "ok": true, "checks": list }))
}
