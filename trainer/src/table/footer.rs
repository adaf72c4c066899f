//! Lines behind the last row that are padded to the width of the table, such as `Total,,,12345.6`.

use cli_common::error::{Error, Result};
use model_format::cell::{MissingTokens, NumberCell, trim};
use tabular_input::csv::is_footer_word;

use super::Table;
use super::infer::Overrides;

/// Most rows of a footer.
const MAX_FOOTER: usize = 3;
/// Fewer rows than this say nothing about the last ones.
const MIN_ROWS: usize = 10;

/// Refuses a table that ends with a footer: a row that holds a word where all rows before it hold numbers, or that
/// begins with a word such as `Total` that no row before it has, with cells left empty. `target` is left to the
/// checks of its own.
///
/// # Errors
///
/// An input error that names the first line of the footer.
pub(crate) fn check(
    table: &Table,
    target: Option<usize>,
    missing: &MissingTokens,
    overrides: &Overrides,
) -> Result<()> {
    let n_rows = table.n_rows();
    if n_rows < MIN_ROWS {
        return Ok(());
    }
    let named = |names: &[String], column: usize| names.contains(&table.columns[column]);
    let columns: Vec<usize> =
        (0..table.columns.len()).filter(|column| !named(&overrides.ignore, *column)).collect();
    let may_be_number =
        |column: usize| Some(column) != target && !named(&overrides.categorical, column);
    let rows = (n_rows - MAX_FOOTER..n_rows).rev();
    let footer = rows.map_while(|row| {
        let last = Last { table, columns: &columns, missing, row };
        last.word_among_numbers(may_be_number).or_else(|| last.total()).map(|what| (row, what))
    });
    let Some((row, (column, others))) = footer.last() else { return Ok(()) };
    let shown = String::from_utf8_lossy(trim(table.cell(row, column)));
    let fact = format!(
        "{}: found `{shown}` in a row that looks like a footer: {others}, and no other row follows",
        table.place(row, column)
    );
    Err(Error::input(fact).with_hint(
        "remove the footer; if it is a row, fix the cell, or name it with --missing if it means a missing value",
    ))
}

/// One of the last rows.
struct Last<'a> {
    table: &'a Table,
    columns: &'a [usize],
    missing: &'a MissingTokens,
    row: usize,
}

impl Last<'_> {
    fn cell(&self, row: usize, column: usize) -> &[u8] {
        trim(self.table.cell(row, column))
    }

    /// Rows before any footer.
    fn before(&self) -> std::ops::Range<usize> {
        0..self.table.n_rows() - MAX_FOOTER
    }

    fn has_empty_cell(&self) -> bool {
        self.columns.iter().any(|column| self.cell(self.row, *column).is_empty())
    }

    /// A column of numbers in which this row holds a word, and what the other rows hold.
    fn word_among_numbers(
        &self,
        may_be_number: impl Fn(usize) -> bool,
    ) -> Option<(usize, &'static str)> {
        let empty = self.has_empty_cell();
        let column = self.columns.iter().copied().find(|column| {
            let cell = self.cell(self.row, *column);
            may_be_number(*column)
                && (empty || is_footer_word(cell))
                && cell.first().is_some_and(u8::is_ascii_alphabetic)
                && !self.missing.contains(cell)
                && self.is_numeric(*column)
        })?;
        Some((column, "the rows before it hold numbers there"))
    }

    /// Whether the rows before hold nothing but numbers in a column, missing cells aside.
    fn is_numeric(&self, column: usize) -> bool {
        let mut any = false;
        let read = |row| self.table.number(row, column, self.missing);
        let numbers = self.before().all(|row| match read(row) {
            NumberCell::Value(_) => {
                any = true;
                true
            }
            NumberCell::Missing => true,
            NumberCell::Invalid => false,
        });
        numbers && any
    }

    /// The first cell, if it is a word for a total that no other row has there, and others are empty.
    fn total(&self) -> Option<(usize, &'static str)> {
        let column =
            self.columns.iter().copied().find(|column| !self.cell(self.row, *column).is_empty())?;
        let cell = self.cell(self.row, column);
        let is_footer = is_footer_word(cell)
            && !self.missing.contains(cell)
            && self.has_empty_cell()
            && self.before().all(|row| self.cell(row, column) != cell);
        is_footer.then_some((column, "it has empty cells, no row before it holds that word"))
    }
}
