//! Which columns can serve as features, and how their cells are read.

use std::collections::{BTreeMap, BTreeSet};

use cli_common::error::{Error, Result};
use model_format::cell::{MissingTokens, NumberCell, trim};
use model_format::limits::{MAX_COLUMNS, MAX_LEVELS, MAX_TEXT_LEN};
use model_format::manifest::{ColumnKind, ColumnSpec};

use super::Table;
use crate::parallel;

/// Text columns with more levels than this are left out unless the user insists.
const MAX_INFERRED_LEVELS: usize = 256;
/// Fewer rows than this say nothing about whether a column is an id.
const MIN_ROWS_FOR_ID: usize = 20;
/// A column whose cells are numbers up to this share of exceptions is a number column with slips.
const NEARLY_NUMERIC: f64 = 0.9;

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
    /// What the user should know of columns that are used.
    pub(crate) warnings: Vec<String>,
}

/// Infers column types from the rows that have a target; levels and constancy come from the rows
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
    let columns: Vec<usize> =
        (0..table.columns.len()).filter(|column| Some(*column) != target).collect();
    let kinds = parallel::map(threads, &columns, |column| {
        let name = &table.columns[*column];
        if overrides.ignore.contains(name) {
            return Ok(Err(IGNORED.into()));
        }
        let forced = if overrides.numeric.contains(name) {
            Some(Forced::Numeric)
        } else {
            overrides.categorical.contains(name).then_some(Forced::Text)
        };
        kind(table, *column, rows, fitted, missing, forced)
    });
    let mut inferred = Inferred::default();
    for (column, kind) in columns.into_iter().zip(kinds) {
        let name = &table.columns[column];
        match kind? {
            Ok((kind, slip)) => {
                if let Some(slip) = slip {
                    inferred.warnings.push(format!("column `{name}` is read as text; {slip}"));
                }
                inferred.columns.push(column);
                inferred.specs.push(ColumnSpec { name: name.clone(), kind });
            }
            Err(reason) => inferred.left_out.push((name.clone(), reason)),
        }
    }
    if inferred.columns.len() > MAX_COLUMNS {
        let fact =
            format!("{} feature columns, the limit is {MAX_COLUMNS}", inferred.columns.len());
        return Err(Error::input(fact));
    }
    if inferred.columns.is_empty() {
        let reasons: Vec<String> =
            inferred.left_out.iter().map(|(name, why)| format!("`{name}`: {why}")).collect();
        let fact = format!("no column is left to learn from ({})", reasons.join("; "));
        return Err(Error::input(fact));
    }
    Ok(inferred)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Forced {
    Numeric,
    Text,
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

/// The kind of a column, or why it is left out.
fn kind(
    table: &Table,
    column: usize,
    rows: &[usize],
    fitted: &[usize],
    missing: &MissingTokens,
    forced: Option<Forced>,
) -> Result<std::result::Result<(ColumnKind, Option<String>), String>> {
    let mut numbers = 0usize;
    let mut not_number = None;
    let mut n_not_numbers = 0usize;
    for row in rows {
        match table.number(*row, column, missing) {
            NumberCell::Value(_) => numbers += 1,
            NumberCell::Missing => {}
            NumberCell::Invalid => {
                n_not_numbers += 1;
                not_number.get_or_insert(*row);
            }
        }
    }
    if numbers + n_not_numbers == 0 {
        return Ok(Err("every cell is missing".into()));
    }
    match (forced, not_number) {
        (Some(Forced::Numeric), Some(row)) => {
            let shown = String::from_utf8_lossy(trim(table.cell(row, column))).into_owned();
            let fact = format!("{}: found `{shown}`, expected a number", table.place(row, column));
            Err(Error::input(fact)
                .with_hint("a missing token needs --missing; drop --numeric to read text"))
        }
        (Some(Forced::Text), _) | (None, Some(_)) => {
            let slip = not_number
                .filter(|_| numbers as f64 >= NEARLY_NUMERIC * (numbers + n_not_numbers) as f64);
            let slip = slip.map(|row| {
                let shown = String::from_utf8_lossy(trim(table.cell(row, column))).into_owned();
                format!("most cells are numbers, but {} holds `{shown}`", table.place(row, column))
            });
            let told = slip.clone().filter(|_| forced.is_none());
            let kind = text(table, column, fitted, missing, forced.is_some(), slip)?;
            Ok(kind.map(|kind| (kind, told)))
        }
        (_, None) => {
            Ok(numeric(table, column, fitted, missing, forced.is_some()).map(|kind| (kind, None)))
        }
    }
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
    let mut n_missing = 0;
    for row in fitted {
        let cell = trim(table.cell(*row, column));
        if missing.contains(cell) {
            n_missing += 1;
        } else {
            *counts.entry(cell).or_default() += 1;
        }
    }
    let present: usize = counts.values().sum();
    let slip = slip.map_or(String::new(), |slip| format!("; {slip}"));
    if counts.is_empty() {
        return Ok(Err("every cell is missing in the rows that are fitted".into()));
    }
    if !forced {
        if counts.len() == 1 && n_missing == 0 {
            return Ok(Err("every value is the same (keep it with --categorical)".into()));
        }
        if present >= MIN_ROWS_FOR_ID && counts.len() == present {
            return Ok(Err(format!(
                "every row has another text, like an id (keep it with --categorical){slip}"
            )));
        }
        if counts.len() > MAX_INFERRED_LEVELS
            || (present >= MIN_ROWS_FOR_ID && counts.len() * 2 > present)
        {
            let fact = format!(
                "{} levels in {present} rows (keep it with --categorical){slip}",
                counts.len()
            );
            return Ok(Err(fact));
        }
    }
    if counts.len() > MAX_LEVELS {
        let fact = format!(
            "column `{}` has {} levels, the limit is {MAX_LEVELS}",
            table.columns[column],
            counts.len()
        );
        return Err(Error::input(fact));
    }
    let mut levels = Vec::with_capacity(counts.len());
    for cell in counts.keys() {
        match String::from_utf8(cell.to_vec()) {
            Ok(level) if level.len() <= MAX_TEXT_LEN => levels.push(level),
            _ => {
                let row = fitted.iter().find(|row| trim(table.cell(**row, column)) == *cell);
                let place = row.map_or(String::new(), |row| table.place(*row, column));
                let fact =
                    format!("{place}: the text is not UTF-8, or longer than {MAX_TEXT_LEN} bytes");
                return Err(Error::input(fact)
                    .with_hint("save the file as UTF-8, or leave the column out with --ignore"));
            }
        }
    }
    Ok(Ok(ColumnKind::Text { levels, missing_level: n_missing > 0 }))
}

/// Columns that tell the target outright: as many levels as labels, each always with one label.
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
