//! Which categories training did not see: the most frequent values of each column, in bounded
//! memory. The result depends on the rows and on where the input falls into chunks, not on threads.

use std::collections::BTreeMap;

use cli_common::suggest::nearest;
use model_format::cell::{MissingTokens, NumberCell, trim};

/// Bytes that are kept of a value; those that begin with the same are one.
const KEPT_BYTES: usize = 256;
/// Values that are told apart within a chunk, all columns together.
const IN_CHUNK: usize = 2048;
/// Values that are told apart over all chunks, all columns together.
const IN_ALL: usize = 8192;
/// Fewest and most of them for one column.
const PER_COLUMN: (usize, usize) = (3, 64);
/// Rows of a chunk whose unseen categories are read again from the input.
pub(super) const MAX_ROWS: usize = 4096;
/// Values that are shown of a column.
const SHOWN: usize = 3;

/// Unseen categories per categorical column.
#[derive(Clone, Debug, Default)]
pub(super) struct UnseenValues {
    /// Categorical columns of the model.
    n_columns: usize,
    columns: BTreeMap<usize, Values>,
}

/// Unseen categories of one column.
#[derive(Clone, Debug, Default)]
struct Values {
    /// Cells that were read.
    cells: u64,
    counts: BTreeMap<Vec<u8>, u64>,
    /// Whether some values are not in `counts`.
    incomplete: bool,
}

/// An unseen category, and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnseenValue {
    pub(super) value: String,
    pub(super) rows: u64,
    /// The number of rows is an estimate.
    pub(super) about: bool,
    /// The category of training that it may stand for.
    pub(super) near: Option<String>,
}

fn per_column(all: usize, n_columns: usize) -> usize {
    (all / n_columns.max(1)).clamp(PER_COLUMN.0, PER_COLUMN.1)
}

impl UnseenValues {
    /// Adds a cell of categorical column `i` of `n_columns`.
    pub(super) fn add(&mut self, i: usize, n_columns: usize, cell: &[u8]) {
        self.n_columns = n_columns;
        let values = self.columns.entry(i).or_default();
        values.cells += 1;
        let cell = trim(cell);
        let cell = &cell[..cell.len().min(KEPT_BYTES)];
        if let Some(count) = values.counts.get_mut(cell) {
            *count += 1;
        } else if values.counts.len() < per_column(IN_CHUNK, n_columns) {
            values.counts.insert(cell.to_vec(), 1);
        } else {
            values.incomplete = true;
        }
    }

    /// Adds those of the next chunk.
    pub(super) fn merge(&mut self, next: Self) {
        let limit = 2 * per_column(IN_ALL, next.n_columns);
        for (i, next) in next.columns {
            let values = self.columns.entry(i).or_default();
            values.cells += next.cells;
            values.incomplete |= next.incomplete;
            for (value, count) in next.counts {
                *values.counts.entry(value).or_default() += count;
            }
            if values.counts.len() > limit {
                values.incomplete = true;
                let kept = values.most_frequent(limit / 2);
                values.counts = kept.into_iter().map(|(v, n)| (v.to_vec(), n)).collect();
            }
        }
    }

    /// The most frequent values of categorical column `i`, of `unseen` unseen ones in all.
    pub(super) fn of(
        &self,
        i: usize,
        unseen: u64,
        levels: &[String],
        missing: &MissingTokens,
    ) -> Vec<UnseenValue> {
        let Some(values) = self.columns.get(&i) else { return Vec::new() };
        let about = values.incomplete || values.cells < unseen;
        // Cells that were not read are taken to be like those that were.
        let scale = |count: u64| {
            let rows = u128::from(count) * u128::from(unseen) / u128::from(values.cells.max(1));
            u64::try_from(rows).unwrap_or(u64::MAX)
        };
        let shown = values.most_frequent(SHOWN).into_iter();
        let value = |(value, count): (&[u8], u64)| {
            let value = String::from_utf8_lossy(value).into_owned();
            let near = near(&value, levels, missing).map(str::to_owned);
            UnseenValue { value, rows: scale(count), about, near }
        };
        shown.map(value).collect()
    }
}

impl Values {
    /// The most frequent first; of two as frequent as each other the one that sorts first.
    fn most_frequent(&self, n: usize) -> Vec<(&[u8], u64)> {
        let mut all: Vec<_> = self.counts.iter().map(|(v, count)| (v.as_slice(), *count)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all.truncate(n);
        all
    }
}

/// The category that a value may stand for: the same number, or nearly the same letters.
fn near<'a>(value: &str, levels: &'a [String], missing: &MissingTokens) -> Option<&'a str> {
    let number = |text: &str| match NumberCell::read(text.as_bytes(), missing) {
        NumberCell::Value(number) => Some(number),
        NumberCell::Missing | NumberCell::Invalid => None,
    };
    if let Some(wanted) = number(value) {
        // Another number is another category, however alike they look.
        return levels.iter().map(String::as_str).find(|level| number(level) == Some(wanted));
    }
    nearest(value, levels.iter().map(String::as_str))
}
