//! Golden rows: made-up cells, drawn column by column from the training statistics.
//!
//! No cell of a row has anything to do with the next one, so no training record is disclosed. Some
//! cells are missing, and some hold a text that training did not see.

use model_format::manifest::{ColumnKind, ColumnStatistics};
use model_format::schema::Schema;

use crate::rng::SplitMix64;
use crate::table::Table;

/// Rows of a table of few columns.
const MAX_ROWS: usize = 64;
/// Rows of a table of many columns.
const MIN_ROWS: usize = 8;
/// Cells of all rows together, where the number of columns allows.
const MAX_CELLS: usize = 16_384;
/// One cell in this many is missing, and one in this many unseen.
const RARE: u64 = 12;

/// Makes the cells, row-major; fewer rows where one has many cells, or many decision values.
pub(crate) fn cells(
    schema: &Schema,
    statistics: &[ColumnStatistics],
    n_numbers: usize,
    may_be_missing: bool,
    seed: u64,
) -> Vec<String> {
    let n_columns = schema.columns().len();
    let n_rows = (MAX_CELLS / n_columns.max(n_numbers)).clamp(MIN_ROWS, MAX_ROWS);
    let mut rng = SplitMix64::new(seed);
    let missing = schema.missing_tokens().first();
    let mut cells = Vec::with_capacity(n_rows * n_columns);
    for _ in 0..n_rows {
        for (column, statistics) in schema.columns().iter().zip(statistics) {
            let rare = rng.below(RARE);
            cells.push(match (&column.kind, statistics, missing) {
                (ColumnKind::Numeric, _, Some(token)) if rare == 0 && may_be_missing => {
                    token.clone()
                }
                (ColumnKind::Text { .. }, _, Some(token)) if rare == 0 => token.clone(),
                (ColumnKind::Numeric, ColumnStatistics::Numeric { quantiles, .. }, _) => {
                    number(&mut rng, quantiles, schema)
                }
                (
                    ColumnKind::Text { levels, .. },
                    ColumnStatistics::Text { level_counts, .. },
                    _,
                ) => {
                    if rare == 1 {
                        unseen(levels, schema)
                    } else {
                        level(&mut rng, levels, level_counts)
                    }
                }
                _ => String::new(),
            });
        }
    }
    cells
}

/// A value between two neighbouring quantiles, or a quantile itself.
fn number(rng: &mut SplitMix64, quantiles: &[f64], schema: &Schema) -> String {
    let last = quantiles.len().saturating_sub(1);
    let at = usize::try_from(rng.below(last as u64)).unwrap_or(0);
    let (low, high) = (quantiles[at], quantiles[at + 1]);
    let between = low / 2.0 + high / 2.0;
    // A column of whole numbers may be counts, and stays whole.
    let whole = quantiles.iter().all(|q| q.fract() == 0.0);
    let value = match rng.below(3) {
        0 if !whole => between,
        1 => low,
        _ => high,
    };
    // In the style of the inputs: a reader that does not know the style refuses the model.
    let write = |value: f64| schema.missing().style().write(&format!("{value:?}"));
    let text = write(value);
    // A number that is a missing token would replay as missing; its neighbour will do.
    if schema.missing().contains(text.as_bytes()) { write(value.next_up()) } else { text }
}

fn level(rng: &mut SplitMix64, levels: &[String], counts: &[u64]) -> String {
    let mut rest = rng.below(counts.iter().sum());
    for (level, count) in levels.iter().zip(counts) {
        if rest < *count {
            return level.clone();
        }
        rest -= count;
    }
    levels.first().cloned().unwrap_or_default()
}

fn unseen(levels: &[String], schema: &Schema) -> String {
    let mut text = String::from("(unseen)");
    while levels.contains(&text) || schema.missing().contains(text.as_bytes()) {
        text.push('~');
    }
    text
}

/// The cells as a table, to be read by the rule that reads training data.
pub(crate) fn table(schema: &Schema, cells: &[String]) -> Table {
    let names = schema.columns().iter().map(|c| c.name.clone()).collect();
    Table::of_cells("golden rows", names, cells)
}
