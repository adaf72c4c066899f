//! A CSV file in memory, cell by cell.

pub(crate) mod footer;
pub(crate) mod infer;
mod mixed;
mod read;
pub(crate) mod target;

use std::collections::HashMap;

use cli_common::error::{Error, Result};
use cli_common::suggest::{nearest, quoted_in_list};
use model_format::Digest;
use model_format::cell::{MissingTokens, NumberCell};
use model_format::schema::Schema;
use tabular_input::csv::header::{Advice, Header};

use crate::parallel;

/// A rectangular table of cells.
#[derive(Debug)]
pub(crate) struct Table {
    /// What to call the file in messages.
    pub(crate) name: String,
    /// Column names from the header, trimmed.
    pub(crate) columns: Vec<String>,
    /// SHA-256 of the file's bytes as they are stored, compressed or not.
    pub(crate) digest: Digest,
    /// What separates its cells.
    pub(crate) delimiter: u8,
    /// All cells, row by row, one after another.
    bytes: Vec<u8>,
    /// Where each cell ends in `bytes`; `[n_rows * n_columns]`.
    ends: Vec<usize>,
    /// Cells as numbers, by column, `[n_rows]` each, NaN where a cell is none; as far as they were
    /// read, see [`Table::read_numbers`].
    numbers: Vec<Vec<f64>>,
    /// Line in the file where each row begins, from 1.
    lines: Vec<u64>,
    /// Blank lines that stand before a row.
    pub(crate) blank_lines: u64,
    /// Rows at the end that hold nothing.
    pub(crate) empty_rows: u64,
    /// What there is to say of how the file is written.
    pub(crate) warnings: Vec<String>,
    /// The header as it was read, which may be another line than it should be.
    header: Option<Header>,
    /// Where each name stands in `columns`.
    places: HashMap<String, usize>,
}

impl Table {
    /// A table without rows.
    fn new(name: String, columns: Vec<String>) -> Self {
        Self {
            name,
            digest: Digest::of(&[]),
            delimiter: b',',
            bytes: Vec::new(),
            ends: Vec::new(),
            numbers: Vec::new(),
            lines: Vec::new(),
            blank_lines: 0,
            empty_rows: 0,
            warnings: Vec::new(),
            header: None,
            places: columns.iter().cloned().zip(0..).collect(),
            columns,
        }
    }

    /// A table of cells that were made, not read.
    pub(crate) fn of_cells(name: &str, columns: Vec<String>, cells: &[String]) -> Self {
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(cells.len());
        for cell in cells {
            bytes.extend_from_slice(cell.as_bytes());
            ends.push(bytes.len());
        }
        let n_rows = cells.len() / columns.len().max(1);
        let lines = (1u64..).take(n_rows).collect();
        Self { digest: Digest::of(&bytes), bytes, ends, lines, ..Self::new(name.into(), columns) }
    }

    /// Reads every cell as a number, once for all that will ask for it; `missing` are the tokens
    /// that [`Table::number`] will be asked with.
    pub(crate) fn read_numbers(&mut self, missing: &MissingTokens, threads: usize) {
        // By rows, as the cells lie, and put together by columns.
        let share = self.n_rows().div_ceil(threads.max(1));
        let starts: Vec<usize> = (0..self.n_rows()).step_by(share).collect();
        let parts: Vec<Vec<Vec<f64>>> = parallel::map(threads, &starts, |start| {
            let mut columns = vec![Vec::with_capacity(share); self.columns.len()];
            for row in *start..(start + share).min(self.n_rows()) {
                for (column, values) in columns.iter_mut().enumerate() {
                    values.push(match NumberCell::read(self.cell(row, column), missing) {
                        NumberCell::Value(value) => value,
                        _ => f64::NAN,
                    });
                }
            }
            columns
        });
        let whole = |column: usize| {
            let values =
                parts.iter().map(|part| part[column].as_slice()).collect::<Vec<_>>().concat();
            // Texts are no numbers and need no room.
            if values.iter().all(|v| v.is_nan()) { Vec::new() } else { values }
        };
        self.numbers = (0..self.columns.len()).map(whole).collect();
    }

    /// A cell as a number.
    pub(crate) fn number(&self, row: usize, column: usize, missing: &MissingTokens) -> NumberCell {
        match self.numbers.get(column).and_then(|values| values.get(row)) {
            Some(value) if !value.is_nan() => NumberCell::Value(*value),
            _ => NumberCell::read(self.cell(row, column), missing),
        }
    }

    /// Drops all rows but these, which ascend, and what they took of the memory.
    pub(crate) fn keep(&mut self, rows: &[usize]) {
        let n_columns = self.columns.len();
        let mut bytes = Vec::new();
        let mut ends = Vec::with_capacity(rows.len() * n_columns);
        for row in rows {
            for column in 0..n_columns {
                bytes.extend_from_slice(self.cell(*row, column));
                ends.push(bytes.len());
            }
        }
        for column in self.numbers.iter_mut().filter(|column| !column.is_empty()) {
            *column = rows.iter().map(|row| column[*row]).collect();
        }
        self.lines = rows.iter().map(|row| self.lines[*row]).collect();
        (self.bytes, self.ends) = (bytes, ends);
    }

    /// Number of rows, header not counted.
    pub(crate) fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// A cell as it was read, quotes undone, blanks kept.
    pub(crate) fn cell(&self, row: usize, column: usize) -> &[u8] {
        let index = row * self.columns.len() + column;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// Where a cell is, for messages.
    pub(crate) fn place(&self, row: usize, column: usize) -> String {
        format!("`{}` line {}, column `{}`", self.name, self.lines[row], self.columns[column])
    }

    /// Indices of the columns of a schema, in its order.
    ///
    /// # Errors
    ///
    /// As [`Table::column`], for the first that is not there.
    pub(crate) fn columns_of(&self, schema: &Schema, option: &str) -> Result<Vec<usize>> {
        schema.columns().iter().map(|column| self.column(&column.name, option)).collect()
    }

    /// Index of the column called `name`.
    ///
    /// # Errors
    ///
    /// An input error with the nearest name; `option` is what asked for the column.
    pub(crate) fn column(&self, name: &str, option: &str) -> Result<usize> {
        self.places.get(name).copied().ok_or_else(|| {
            let fact = format!("{option}: `{}` has no column `{name}`", self.name);
            let error = Error::input(fact);
            let columns = self.columns.iter().map(String::as_str);
            // --target and --test-data take one name, the others lists.
            let one = matches!(option, "--target" | "--test-data");
            if !one && let Some(typed) = quoted_in_list(option, name, columns.clone()) {
                return error.with_hint(format!("did you mean {typed}?"));
            }
            if let Some(Advice { fact: Some(fact), hint }) =
                self.header.as_ref().and_then(|header| header.below(&[name]))
            {
                return error.and(fact).with_hint(hint);
            }
            match (nearest(name, columns), self.header.as_ref().and_then(Header::advice)) {
                (None, Some(advice)) => error.with_hint(advice.hint),
                (near, _) => error.did_you_mean(near),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tabular_input::{Dialect, Source};

    use super::*;

    fn parse(text: &str) -> Result<Table> {
        let bytes = Cursor::new(text.as_bytes().to_vec());
        let source = Source::new(bytes, None, "t.csv".into(), None)?;
        Table::of_source(source, &Dialect::default(), |_| Ok(()))
    }

    #[test]
    fn reads_quotes_crlf_and_a_byte_order_mark() {
        let table = parse("\u{feff}a, b\r\n\"x,\"\"y\"\"\",2\r\n").unwrap();
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(table.cell(0, 0), b"x,\"y\"");
        assert_eq!(table.cell(0, 1), b"2");
    }

    #[test]
    fn columns_without_a_name_and_rows_without_anything_are_left_out() {
        let table = parse(",a,b,\n0,1,2\n1,3,4,\n,,,\n\n,,\n").unwrap();
        assert_eq!((table.columns.len(), table.n_rows(), table.empty_rows), (2, 2, 2));
        assert_eq!([table.cell(1, 0), table.cell(1, 1)], [b"3", b"4"]);
        assert_eq!((table.warnings.len(), table.blank_lines), (1, 1));
    }

    #[test]
    fn refuses_what_is_no_table() {
        for (text, expected) in [
            ("", "`t.csv` is empty, expected a header line"),
            ("a,b\n", "`t.csv` has a header but no rows"),
            ("a,b\n1,2\n3\n", "`t.csv` line 3: found 1 cell, expected 2"),
            ("a,a\n1,2\n", "`t.csv` line 1: `a` stands in columns 1 and 2"),
            (",a\n1,2\n", "`t.csv` has one column, expected a target and features"),
            (",\n1,2\n", "`t.csv` line 1: no column has a name"),
            ("a,b,\n1,2,3\n", "`t.csv` line 2: found `3` in column 3, which has no name"),
            ("a,b\n1,2\na,b\n", "`t.csv` line 3: the line repeats the header"),
            (
                "Report\na,b\n1,2\n3,4\n",
                "`t.csv` line 1: no header: it has 1 cell, line 2 and the rows after it have 2 cells",
            ),
            (
                "a,\"b\rc\"\n1,2\n",
                "`t.csv` line 1: lone CR characters, expected LF or CRLF line ends",
            ),
            ("a;b\n1;2\n", "`t.csv` has one column, expected a target and features"),
            ("a,b\n1,2\n3,\"4\n5,6\n", "`t.csv` line 3: a quote opens here and never closes"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        }
    }
}
