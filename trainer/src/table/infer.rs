//! Which columns can serve as features, and how their cells are read.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use cli_common::error::{Error, Result};
use model_format::cell::{MissingTokens, NumberCell, trim};
use model_format::limits::{MAX_COLUMNS, MAX_LEVELS, MAX_TEXT_LEN};
use model_format::manifest::{ColumnKind, ColumnSpec};

use tabular_input::spelling::{self, Style};

use super::Table;
use super::mixed::{self, Cells};
use crate::parallel;

/// Columns with more categories than this are left out unless the user insists.
const MAX_INFERRED_LEVELS: usize = 256;
/// Fewer rows than this say nothing about whether a column is an id.
const MIN_ROWS_FOR_ID: usize = 20;
/// Columns named in one warning.
const MAX_NAMED: usize = 3;

/// Why a column is left out that the user named under `--ignore`.
pub(crate) const IGNORED: &str = "--ignore";

/// What the user said of columns, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Overrides {
    /// Read as numbers.
    pub(crate) numeric: Vec<String>,
    /// Read as texts.
    pub(crate) categorical: Vec<String>,
    /// Not used.
    pub(crate) ignore: Vec<String>,
}

/// The columns that serve, and those that do not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inferred {
    /// Table columns used as features, ascending.
    pub(crate) columns: Vec<usize>,
    /// How each of them is read.
    pub(crate) specs: Vec<ColumnSpec>,
    /// `(name, reason)` of every column left out, the target not among them.
    pub(crate) left_out: Vec<(String, String)>,
    /// Cells of columns that are left out though they look like numbers, by the names of the columns.
    pub(crate) samples: BTreeMap<String, String>,
    /// What the user should know of columns that are used.
    pub(crate) warnings: Vec<String>,
}

/// Infers column types from the rows that have a target; categories and constancy come from the rows
/// that will be fitted.
///
/// # Errors
///
/// An input error if an override cannot be followed or no column is left.
pub(crate) fn infer(
    table: &Table,
    target: Option<usize>,
    rows: &[usize],
    fitted: &[usize],
    missing: &MissingTokens,
    overrides: &Overrides,
    threads: usize,
) -> Result<Inferred> {
    check_overrides(table, target, overrides)?;
    let [ignored, numeric, categorical] =
        [&overrides.ignore, &overrides.numeric, &overrides.categorical]
            .map(|names| names.iter().collect::<HashSet<_>>());
    let columns: Vec<usize> =
        (0..table.columns.len()).filter(|column| Some(*column) != target).collect();
    let kinds = parallel::map(threads, &columns, |column| {
        let name = &table.columns[*column];
        if ignored.contains(name) {
            return Ok(Found { kind: Err(IGNORED.into()), notes: Vec::new(), style: None });
        }
        let forced = if numeric.contains(name) {
            Some(Forced::Numeric)
        } else {
            categorical.contains(name).then_some(Forced::Text)
        };
        kind(table, *column, rows, fitted, missing, forced)
    });
    let mut inferred = Inferred::default();
    let mut styles: BTreeMap<(String, String), (Style, Vec<String>)> = BTreeMap::new();
    for (column, found) in columns.into_iter().zip(kinds) {
        let name = &table.columns[column];
        let Found { kind, notes, style } = found?;
        let notes = notes.into_iter().map(|note| format!("column `{name}` {note}"));
        inferred.warnings.extend(notes);
        if let Some((style, samples)) = style {
            let key = (style.what.clone(), style.flags.clone());
            let (_, named) = styles.entry(key).or_insert((style, Vec::new()));
            if kind.is_ok() {
                named.push(format!("`{name}`: {samples}"));
            } else {
                // The reason names the style; the model keeps it, and no cells of the training data.
                inferred.samples.insert(name.clone(), samples);
            }
        }
        match kind {
            Ok(kind) => {
                inferred.columns.push(column);
                inferred.specs.push(ColumnSpec { name: name.clone(), kind });
            }
            Err(reason) => inferred.left_out.push((name.clone(), reason)),
        }
    }
    for (style, columns) in styles.values().filter(|(_, columns)| !columns.is_empty()) {
        inferred.warnings.push(style_warning(style, columns));
    }
    if inferred.columns.len() > MAX_COLUMNS {
        let fact =
            format!("{} feature columns, the limit is {MAX_COLUMNS}", inferred.columns.len());
        return Err(Error::input(fact));
    }
    if inferred.columns.is_empty() {
        let flags: Vec<&str> = styles.keys().map(|(_, flags)| flags.as_str()).collect();
        let reasons: Vec<String> =
            inferred.left_out.iter().map(|(name, why)| format!("`{name}`: {why}")).collect();
        let fact = format!("no column is left to learn from ({})", reasons.join("; "));
        return Err(Error::input(fact).with_hint(match flags.as_slice() {
            [] => "keep a column as its reason says, or name a file with more columns".into(),
            flags => format!("to read the numbers: {}", flags.join(" or ")),
        }));
    }
    Ok(inferred)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Forced {
    Numeric,
    Text,
}

/// Refuses more columns than a model can have, before any row is read.
///
/// # Errors
///
/// An input error with the limit.
pub(crate) fn check_width(
    columns: &[String],
    target: Option<&str>,
    overrides: &Overrides,
) -> Result<()> {
    let mut names: HashSet<&str> = columns.iter().map(String::as_str).collect();
    let left_out = overrides.ignore.iter().map(String::as_str).chain(target);
    left_out.for_each(|name| {
        names.remove(name);
    });
    if names.len() <= MAX_COLUMNS {
        return Ok(());
    }
    let fact = format!("{} feature columns, the limit is {MAX_COLUMNS}", names.len());
    Err(Error::input(fact).with_hint("leave columns out with --ignore"))
}

fn check_overrides(table: &Table, target: Option<usize>, overrides: &Overrides) -> Result<()> {
    let mut seen = BTreeSet::new();
    for (option, names) in [
        ("--numeric", &overrides.numeric),
        ("--categorical", &overrides.categorical),
        ("--ignore", &overrides.ignore),
    ] {
        for name in names {
            if Some(table.column(name, option)?) == target {
                return Err(Error::usage(format!("{option}: `{name}` is the target")));
            }
            if !seen.insert(name) {
                return Err(Error::usage(format!("{option}: `{name}` is named twice")));
            }
        }
    }
    Ok(())
}

/// What became of a column.
struct Found {
    /// Its kind, or why it is left out.
    kind: std::result::Result<ColumnKind, String>,
    /// What the user should know of it, to be read after its name.
    notes: Vec<String>,
    /// Numbers that are written otherwise than they are read, and samples of them.
    style: Option<(Style, String)>,
}

fn style_warning(style: &Style, columns: &[String]) -> String {
    let named = columns.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    let more = match columns.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let n = match columns.len() {
        1 => "1 column looks".into(),
        n => format!("{n} columns look"),
    };
    if style.against.is_empty() {
        let Style { what, flags, .. } = style;
        return format!("{n} like {what}, which are not read as numbers: {flags} ({named}{more})");
    }
    let found = mixed::style_found(style);
    format!("{n} like {found}, so they are not read as numbers ({named}{more})")
}

/// The kind of a column, or why it is left out.
fn kind(
    table: &Table,
    column: usize,
    rows: &[usize],
    fitted: &[usize],
    missing: &MissingTokens,
    forced: Option<Forced>,
) -> Result<Found> {
    let mut numbers = 0usize;
    let mut not_numbers = Vec::new();
    let mut padded = None;
    let mut all_digits = true;
    for row in rows {
        match table.number(*row, column, missing) {
            NumberCell::Value(_) => {
                let cell = trim(table.cell(*row, column));
                all_digits &= cell.iter().all(u8::is_ascii_digit);
                if padded.is_none() && spelling::is_padded(cell) {
                    padded = Some(*row);
                }
                numbers += 1;
            }
            NumberCell::Missing => {}
            NumberCell::Invalid => not_numbers.push(*row),
        }
    }
    let shown = |row: usize| String::from_utf8_lossy(trim(table.cell(row, column))).into_owned();
    let mut found = Found { kind: Err(String::new()), notes: Vec::new(), style: None };
    if numbers + not_numbers.len() == 0 {
        found.kind = Err("every cell is missing".into());
        return Ok(found);
    }
    let as_text = |slip, forced| -> Result<_> {
        let kind = text(table, column, fitted, missing, forced, slip)?;
        let note = if kind.is_ok() { missing_note(table, column, rows, missing) } else { None };
        Ok((kind, note.into_iter().collect::<Vec<String>>()))
    };
    match (forced, not_numbers.first()) {
        (Some(Forced::Numeric), Some(row)) => {
            let place = table.place(*row, column);
            let fact = format!("{place}: found `{}`, expected a number", shown(*row));
            let style = mixed::style_hint(trim(table.cell(*row, column)), missing);
            return Err(Error::input(fact).with_hint(style.unwrap_or_else(|| {
                "a missing token needs --missing; drop --numeric to read categories".into()
            })));
        }
        (Some(Forced::Text), _) => {
            (found.kind, found.notes) = as_text(None, true)?;
        }
        (None, Some(_)) => {
            let cells = Cells::new(table, column, rows, &not_numbers, missing);
            let finding = cells.finding();
            let (kind, notes) = as_text(finding.slip, false)?;
            if kind.is_err()
                && numeric(table, column, fitted, missing, false).is_ok()
                && let Some(refusal) = cells.refusal()
            {
                return Err(refusal);
            }
            if kind.is_ok() {
                // Else the reason why it is left out says it all.
                found.notes.extend(finding.note);
            }
            found.kind = kind;
            found.style = finding.style;
            found.notes.extend(notes);
        }
        (None, None) if all_digits && padded.is_some() => {
            let example = padded.map(shown).unwrap_or_default();
            let why = format!(
                "cells such as `{example}` have leading zeros, as codes have (numbers with --numeric)"
            );
            let (kind, notes) = as_text(Some(why.clone()), false)?;
            if kind.is_ok() {
                found.notes.push(format!("is read as categories: {why}"));
            }
            found.kind = kind;
            found.notes.extend(notes);
        }
        (_, None) => {
            found.kind = numeric(table, column, fitted, missing, forced.is_some());
            if let (None, Some(row), Ok(_)) = (forced, padded, &found.kind) {
                found.notes.push(format!(
                    "is read as numbers, though cells such as `{}` have leading zeros: others are no codes (categories with --categorical)",
                    shown(row)
                ));
            }
        }
    }
    Ok(found)
}

fn numeric(
    table: &Table,
    column: usize,
    fitted: &[usize],
    missing: &MissingTokens,
    forced: bool,
) -> std::result::Result<ColumnKind, String> {
    let values: Vec<f64> = fitted
        .iter()
        .filter_map(|row| match table.number(*row, column, missing) {
            NumberCell::Value(value) => Some(value),
            _ => None,
        })
        .collect();
    if values.is_empty() {
        return Err("every cell is missing in the rows that are fitted".into());
    }
    if forced {
        return Ok(ColumnKind::Numeric);
    }
    if values.iter().all(|v| v.to_bits() == values[0].to_bits()) {
        return Err(format!("every value is {} (keep it with --numeric)", values[0]));
    }
    if is_id(&table.columns[column], &values) {
        return Err("every row has another integer, like an id (keep it with --numeric)".into());
    }
    Ok(ColumnKind::Numeric)
}

/// Whether distinct integers number the rows: they lie dense, or the column is called an id.
fn is_id(name: &str, values: &[f64]) -> bool {
    if values.len() < MIN_ROWS_FOR_ID || values.iter().any(|v| v.fract() != 0.0) {
        return false;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.windows(2).any(|pair| pair[0].to_bits() == pair[1].to_bits()) {
        return false;
    }
    let spread = sorted[sorted.len() - 1] - sorted[0];
    let name = name.to_ascii_lowercase();
    let called_id = ["id", "index", "uuid", "key", "row"]
        .iter()
        .any(|word| name.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word));
    called_id || spread < 2.0 * values.len() as f64
}

fn text(
    table: &Table,
    column: usize,
    fitted: &[usize],
    missing: &MissingTokens,
    forced: bool,
    slip: Option<String>,
) -> Result<std::result::Result<ColumnKind, String>> {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut n_missing = 0usize;
    for row in fitted {
        let cell = trim(table.cell(*row, column));
        if missing.contains(cell) {
            n_missing += 1;
        } else {
            *counts.entry(cell).or_default() += 1;
        }
    }
    let present: usize = counts.values().sum();
    let left_out = |reason: String| Ok(Err(reason));
    let slip = slip.map_or(String::new(), |slip| format!("; {slip}"));
    if counts.is_empty() {
        return left_out("every cell is missing in the rows that are fitted".into());
    }
    if !forced {
        if counts.len() == 1 && n_missing == 0 {
            return left_out("every value is the same (keep it with --categorical)".into());
        }
        if present >= MIN_ROWS_FOR_ID && counts.len() == present {
            return left_out(format!(
                "every row has another text, like an id (keep it with --categorical){slip}"
            ));
        }
        if counts.len() > MAX_INFERRED_LEVELS
            || (present >= MIN_ROWS_FOR_ID && counts.len() * 2 > present)
        {
            let fact = format!(
                "{} categories in {present} rows (keep it with --categorical){slip}",
                counts.len()
            );
            return left_out(fact);
        }
    }
    if counts.len() > MAX_LEVELS {
        let fact = format!(
            "column `{}` has {} categories, the limit is {MAX_LEVELS}",
            table.columns[column],
            counts.len()
        );
        return Err(Error::input(fact));
    }
    let mut levels = Vec::with_capacity(counts.len());
    for cell in counts.keys() {
        match String::from_utf8(cell.to_vec()) {
            Ok(level) if level.len() <= MAX_TEXT_LEN => levels.push(level),
            outcome => {
                let row = fitted.iter().find(|row| trim(table.cell(**row, column)) == *cell);
                let place = row.map_or(String::new(), |row| table.place(*row, column));
                let (what, hint) = match outcome {
                    Ok(long) => (
                        format!(
                            "found a text of {} bytes, expected at most {MAX_TEXT_LEN}",
                            long.len()
                        ),
                        "leave the column out with --ignore",
                    ),
                    Err(_) => (
                        "the text is not UTF-8".to_owned(),
                        "is the file --encoding windows-1252 or latin1? else leave the column out with --ignore",
                    ),
                };
                return Err(Error::input(format!("{place}: {what}")).with_hint(hint));
            }
        }
    }
    Ok(Ok(ColumnKind::Text { levels, missing_level: n_missing > 0 }))
}

/// How many cells of these rows are missing by a word, per spelling: one of them may be a category.
pub(super) fn missing_words(
    table: &Table,
    column: usize,
    rows: impl IntoIterator<Item = usize>,
    missing: &MissingTokens,
) -> Option<String> {
    let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
    for row in rows {
        let cell = trim(table.cell(row, column));
        if cell.iter().any(u8::is_ascii_alphabetic) && missing.contains(cell) {
            *counts.entry(cell).or_default() += 1;
        }
    }
    let counts: Vec<String> =
        counts.iter().map(|(cell, n)| format!("{n} `{}`", String::from_utf8_lossy(cell))).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// Says which spellings were taken as missing in a column of categories.
fn missing_note(
    table: &Table,
    column: usize,
    rows: &[usize],
    missing: &MissingTokens,
) -> Option<String> {
    let words = missing_words(table, column, rows.iter().copied(), missing)?;
    Some(format!(
        "has cells that are taken as missing: {words}; if that is a category, list the other tokens with --missing"
    ))
}

/// Columns that determine the target (possible leakage): as many categories as labels, each always with one
/// label.
pub(crate) fn giveaways(
    table: &Table,
    inferred: &Inferred,
    rows: &[usize],
    classes: &[u32],
    n_labels: usize,
) -> Vec<String> {
    let mut found = Vec::new();
    for (column, spec) in inferred.columns.iter().zip(&inferred.specs) {
        let mut label_of: BTreeMap<&[u8], u32> = BTreeMap::new();
        let tells = rows.iter().zip(classes).all(|(row, class)| {
            let cell = trim(table.cell(*row, *column));
            *label_of.entry(cell).or_insert(*class) == *class && label_of.len() <= n_labels
        });
        if tells && label_of.len() == n_labels && rows.len() >= MIN_ROWS_FOR_ID {
            found.push(spec.name.clone());
        }
    }
    found
}
