//! What to say of a target that holds other cells than plain numbers or labels.

use std::collections::BTreeMap;

use cli_common::error::{Error, Result};
use model_format::cell::{MissingTokens, trim};
use tabular_input::spelling::Spelling;

use super::Table;
use super::infer::missing_words;
use super::mixed::{self, Cells};

/// A target of which at least this share are numbers was meant to be numbers.
const NEARLY_NUMERIC: f64 = 0.8;
/// Cells shown in a message.
const MAX_SHOWN: usize = 3;

/// Refuses a target of which nearly all cells are numbers: the others are more likely slips than labels. Of one
/// that is mostly numbers, or numbers that are written otherwise than they are read, it returns a warning.
pub(super) fn check_mixed(
    table: &Table,
    column: usize,
    rows: &[usize],
    distinct: &BTreeMap<&[u8], u32>,
    missing: &MissingTokens,
) -> Result<Option<String>> {
    let name = &table.columns[column];
    let is_other = |row: &usize| missing.style().parse(trim(table.cell(*row, column))).is_none();
    let others: Vec<usize> = rows.iter().copied().filter(is_other).collect();
    let cells = Cells::new(table, column, rows, &others, missing);
    let as_labels = format!("target `{name}` is read as labels, though");
    if let Some(found) = cells.spelling() {
        let samples = cells.samples_of(&found);
        let share = 100.0 * found.share;
        let style = match &found.spelling {
            Spelling::Unit => {
                return Ok(Some(format!(
                    "{as_labels} {share:.0} % of its values look like numbers with a unit or a mark ({samples}); without it they would be read as numbers"
                )));
            }
            Spelling::Style(style) => style,
        };
        if found.share < NEARLY_NUMERIC {
            let style = mixed::style_found(style);
            return Ok(Some(format!(
                "{as_labels} {share:.0} % of its values look like {style} ({samples})"
            )));
        }
        let fact = format!("target `{name}` looks like {}: {samples}", style.what);
        let hint = if style.against.is_empty() {
            format!("read them with {}", style.flags)
        } else {
            format!("{} is set; write all numbers in one style", style.against)
        };
        return Err(
            Error::input(fact).with_hint(format!("{hint}; or --task classification for labels"))
        );
    }
    if others.len() as f64 > (1.0 - NEARLY_NUMERIC) * rows.len() as f64 {
        return Ok(cells.shares().map(|shares| {
            format!(
                "{as_labels} {shares}; if they mean missing, name them with --missing, or use --task classification if labels are meant"
            )
        }));
    }
    let odd: Vec<&&[u8]> =
        distinct.keys().filter(|cell| missing.style().parse(cell).is_none()).collect();
    let shown: Vec<String> = odd
        .iter()
        .take(MAX_SHOWN)
        .map(|cell| format!("`{}`", String::from_utf8_lossy(cell)))
        .collect();
    let first = others.first().map_or(String::new(), |row| table.place(*row, column));
    let more = if odd.len() > MAX_SHOWN { ", .." } else { "" };
    let fact = format!(
        "target `{name}` is nearly all numbers, but {} of {} cells are not: {}{more}; the first in {first}",
        others.len(),
        rows.len(),
        shown.join(", ")
    );
    Err(Error::input(fact).with_hint(
        "fix the cells, leave their rows out by naming them with --missing, or use --task classification for labels",
    ))
}

/// What to say of rows without a target: which words were taken as missing, one of which may be a label.
pub(super) fn without_target(
    table: &Table,
    column: usize,
    n_rows: usize,
    missing: &MissingTokens,
) -> Option<String> {
    let fact = match table.n_rows() - n_rows {
        0 => return None,
        1 => "1 row without a target is left out".to_owned(),
        n => format!("{n} rows without a target are left out"),
    };
    Some(match missing_words(table, column, 0..table.n_rows(), missing) {
        None => fact,
        Some(words) => format!(
            "{fact}, of which {words}; if that is a label, list the other tokens with --missing"
        ),
    })
}
