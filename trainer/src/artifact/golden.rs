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
/// Rows where one is dear.
const DEAR_ROWS: usize = 4;
/// Additions of all rows together that are no matter: some milliseconds.
const CHEAP: u64 = 1 << 24;
/// Additions of all rows together, but for the least number of rows.
const MAX_COST: u64 = 1 << 26;
/// A predictor scores input in chunks of this many bytes; the rows take at most a twentieth of the time
/// of one.
const CHUNK: usize = 1 << 20;
/// About how many bytes of input a cell takes.
const CELL: usize = 8;
/// One cell in this many is missing, and one in this many unseen.
const RARE: u64 = 12;

/// How many rows: fewer where one has many cells or decision values, or costs many additions to predict.
/// They are replayed whenever the model is opened.
fn n_rows(n_columns: usize, n_numbers: usize, row_cost: u64) -> usize {
    let most = (MAX_CELLS / n_columns.max(n_numbers)).clamp(MIN_ROWS, MAX_ROWS);
    if row_cost.saturating_mul(most as u64) <= CHEAP {
        return most;
    }
    let affordable = usize::try_from(MAX_COST / row_cost.max(1)).unwrap_or(usize::MAX);
    let of_a_chunk = CHUNK / 20 / (CELL * n_columns);
    most.min(affordable).min(of_a_chunk).max(DEAR_ROWS)
}

/// Makes the cells, row-major; `row_cost` is what a row costs to predict, in additions.
pub(crate) fn cells(
    schema: &Schema,
    statistics: &[ColumnStatistics],
    (n_numbers, row_cost): (usize, u64),
    may_be_missing: bool,
    seed: u64,
) -> Vec<String> {
    let n_columns = schema.columns().len();
    let n_rows = n_rows(n_columns, n_numbers, row_cost);
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

#[cfg(test)]
mod tests {
    use super::n_rows;

    #[test]
    fn rows_that_are_dear_are_few() {
        // Columns, numbers of a prediction, additions of a row; how many rows.
        let cases = [
            // 200,000 points of one column, 10,000 of 20: as many as there may be.
            ((1, 1, 200_000), 64),
            ((20, 2, 200_000), 64),
            ((500, 2, 1000), 32),
            ((5000, 2, 5000), 8),
            // 16 MiB of points, and with a power for each number.
            ((20, 2, 1 << 21), 32),
            ((20, 2, 1 << 27), 4),
            ((20, 2, u64::MAX), 4),
            // Of 1,000 columns a chunk holds 131 rows.
            ((1000, 2, 1 << 21), 6),
            ((100_000, 2, 1 << 40), 4),
        ];
        for ((n_columns, n_numbers, row_cost), expected) in cases {
            assert_eq!(n_rows(n_columns, n_numbers, row_cost), expected, "{n_columns} {row_cost}");
        }
    }
}
