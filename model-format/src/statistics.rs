//! Shape checks of the training statistics.

use crate::error::{FormatError, Result};
use crate::fields::{ColumnKind, ColumnStatistics};
use crate::finite::finite;
use crate::schema::{Schema, count};

/// Number of stored quantiles: 0, 5, ... 100 %.
pub const N_QUANTILES: usize = 21;

/// Checks that the statistics fit the schema and are ordered as they claim.
pub(crate) fn check(statistics: Option<&[ColumnStatistics]>, schema: &Schema) -> Result<()> {
    let Some(statistics) = statistics else { return Ok(()) };
    let n_columns = schema.columns().len();
    count("statistics", statistics.len(), n_columns, n_columns)?;
    for (column, found) in schema.columns().iter().zip(statistics) {
        let field = format!("statistics of column `{}`", column.name);
        match (&column.kind, found) {
            (
                ColumnKind::Numeric,
                ColumnStatistics::Numeric {
                    min,
                    max,
                    mean,
                    std,
                    quantiles,
                    bin_edges,
                    bin_counts,
                    ..
                },
            ) => {
                finite(&field, &[*min, *max, *mean, *std])?;
                finite(&field, quantiles)?;
                finite(&field, bin_edges)?;
                count(&field, quantiles.len(), N_QUANTILES, N_QUANTILES)?;
                let bins = bin_edges.len() + 1;
                count(&field, bin_counts.len(), bins, bins)?;
                let ordered = min <= max
                    && *std >= 0.0
                    && quantiles.is_sorted()
                    && bin_edges.windows(2).all(|pair| pair.first() < pair.last());
                if !ordered {
                    return Err(FormatError::structure(field, "values are not in order"));
                }
            }
            (ColumnKind::Text { levels, .. }, ColumnStatistics::Text { level_counts, .. }) => {
                count(&field, level_counts.len(), levels.len(), levels.len())?;
            }
            (ColumnKind::Document, ColumnStatistics::Document { .. }) => {}
            _ => return Err(FormatError::structure(field, "are of another column type")),
        }
    }
    Ok(())
}
