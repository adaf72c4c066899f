//! What was counted per column, by name.

use model_format::manifest::ColumnKind;

use crate::count::Counts;
use crate::drift::Reference;
use crate::model::Model;
use crate::predict::config::Options;
use crate::predict::sink::Totals;
use crate::predict::unseen::UnseenValue;

/// Missing cells of the columns that have any.
pub(super) fn missing(model: &Model, totals: &Totals) -> Vec<(String, u64)> {
    let columns = model.pipeline().schema().columns().iter().zip(&totals.counts.missing);
    columns.filter(|(_, n)| **n > 0).map(|(column, n)| (column.name.clone(), *n)).collect()
}

/// Unseen categories of the columns that have any, and the most frequent of them.
pub(super) fn unseen(
    model: &Model,
    totals: &Totals,
    options: &Options,
) -> Vec<(String, u64, Vec<UnseenValue>)> {
    let schema = model.pipeline().schema();
    let missing = options.missing.as_ref().unwrap_or(schema.missing());
    let mut list = Vec::new();
    for (i, text) in schema.text().iter().enumerate() {
        let count = totals.counts.unseen.get(text.column).copied().unwrap_or_default();
        let column = &schema.columns()[text.column];
        let levels = match &column.kind {
            ColumnKind::Text { levels, .. } => levels.as_slice(),
            ColumnKind::Numeric | ColumnKind::Document => &[],
        };
        if count > 0 {
            let values = totals.unseen.of(i, count, levels, missing);
            list.push((column.name.clone(), count, values));
        }
    }
    list
}

/// Values outside of the training range of the columns that have any, and whether there are more
/// than chance explains.
pub(super) fn out_of_range(model: &Model, totals: &Totals) -> Vec<(String, u64, bool)> {
    let Counts { missing, out_of_range, .. } = &totals.counts;
    let rows = totals.rows - totals.bad;
    let columns = model.pipeline().schema().columns().iter().enumerate();
    columns
        .zip(out_of_range.iter().zip(missing))
        .filter(|(_, (outside, _))| **outside > 0)
        .map(|((index, column), (outside, missing))| {
            let values = rows.saturating_sub(*missing);
            let is_outside = |r: &Reference| r.is_outside(index, *outside, values);
            let more = model.reference().is_some_and(is_outside);
            (column.name.clone(), *outside, more)
        })
        .collect()
}
