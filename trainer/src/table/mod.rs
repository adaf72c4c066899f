//! A CSV file in memory, cell by cell.

pub(crate) mod infer;
mod quoting;
mod spelling;
pub(crate) mod target;

use std::io::Read;
use std::path::Path;

use cli_common::error::{Error, Result};
use cli_common::suggest::nearest;
use model_format::Digest;
use model_format::cell::{MissingTokens, NumberCell, trim};
use model_format::schema::Schema;

use crate::parallel;

/// A rectangular table of cells.
#[derive(Debug)]
pub(crate) struct Table {
    /// What to call the file in messages.
    pub(crate) name: String,
    /// Column names from the header, trimmed.
    pub(crate) columns: Vec<String>,
    /// SHA-256 of the file's bytes.
    pub(crate) digest: Digest,
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
}

impl Table {
    /// Reads a CSV file with a header; `-` is stdin.
    ///
    /// # Errors
    ///
    /// An I/O error if the file cannot be read; an input error that names the line if it is no
    /// rectangular table with a header of distinct names.
    pub(crate) fn read(path: &Path, delimiter: u8) -> Result<Self> {
        let name =
            if path == Path::new("-") { "<stdin>".into() } else { path.display().to_string() };
        let bytes = if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        } else {
            std::fs::read(path)
        }
        .map_err(|e| Error::io(format!("cannot read `{name}`"), &e))?;
        Self::parse(name, &bytes, delimiter)
    }

    /// Reads a CSV held in memory.
    ///
    /// # Errors
    ///
    /// As [`Table::read`].
    pub(crate) fn parse(name: String, bytes: &[u8], delimiter: u8) -> Result<Self> {
        if bytes.starts_with(&[0x1f, 0x8b]) || bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            return Err(Error::input(format!("`{name}` is compressed, expected CSV text"))
                .with_hint("unpack it first, or pipe it in: zcat FILE | trainer fit - ..."));
        }
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err(Error::input(format!("`{name}` is UTF-16, expected UTF-8"))
                .with_hint("convert it: iconv -f UTF-16 -t UTF-8"));
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        let mut record = csv::ByteRecord::new();
        let bad = |e: csv::Error| Error::input(format!("`{name}`: {e}"));
        if !reader.read_byte_record(&mut record).map_err(bad)? {
            return Err(Error::input(format!("`{name}` is empty, expected a header line")));
        }
        let columns = header(&name, &record, delimiter)?;
        let mut table = Self {
            digest: Digest::of(bytes),
            bytes: Vec::with_capacity(text.len()),
            ends: Vec::new(),
            numbers: Vec::new(),
            lines: Vec::new(),
            blank_lines: 0,
            columns,
            name,
        };
        let records = quoting::records(&table.name, text, delimiter)?;
        table.blank_lines = records.blank;
        let mut lines = records.lines.into_iter().skip(1);
        let bad = |e: csv::Error| Error::input(e.to_string());
        while reader.read_byte_record(&mut record).map_err(bad)? {
            let line = lines.next().unwrap_or(0);
            if record.len() != table.columns.len() {
                return Err(table.ragged(line, record.len()));
            }
            for cell in &record {
                table.bytes.extend_from_slice(cell);
                table.ends.push(table.bytes.len());
            }
            table.lines.push(line);
        }
        if table.n_rows() == 0 {
            return Err(Error::input(format!("`{}` has a header but no rows", table.name)));
        }
        Ok(table)
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
        let (name, digest, numbers) = (name.into(), Digest::of(&bytes), Vec::new());
        Self { name, columns, digest, bytes, ends, numbers, lines, blank_lines: 0 }
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

    fn ragged(&self, line: u64, found: usize) -> Error {
        let expected = self.columns.len();
        let cells = if found == 1 { "cell" } else { "cells" };
        let fact =
            format!("`{}` line {line}: found {found} {cells}, expected {expected}", self.name);
        Error::input(fact)
            .with_hint("every row needs one cell per header name; mend or remove the line")
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
        self.columns.iter().position(|c| c == name).ok_or_else(|| {
            let fact = format!("{option}: `{}` has no column `{name}`", self.name);
            Error::input(fact).did_you_mean(nearest(name, self.columns.iter().map(String::as_str)))
        })
    }
}

fn header(name: &str, record: &csv::ByteRecord, delimiter: u8) -> Result<Vec<String>> {
    let mut columns: Vec<String> = Vec::with_capacity(record.len());
    for (index, cell) in record.iter().enumerate() {
        if cell.contains(&b'\r') {
            // In quotes; the predictor reads none, and elsewhere a CR ends the record.
            let fact =
                format!("`{name}` line 1: lone CR characters, expected LF or CRLF line ends");
            return Err(Error::input(fact).with_hint("convert it: tr '\\r' '\\n'"));
        }
        let column = String::from_utf8_lossy(trim(cell)).into_owned();
        if column.is_empty() {
            let fact = format!("`{name}` line 1: column {} has no name", index + 1);
            return Err(Error::input(fact)
                .with_hint("name it; pandas leaves its index out with to_csv(..., index=False)"));
        }
        if let Some(first) = columns.iter().position(|c| *c == column) {
            let fact = format!(
                "`{name}` line 1: `{column}` stands in columns {} and {}",
                first + 1,
                index + 1
            );
            return Err(Error::input(fact));
        }
        columns.push(column);
    }
    if let [only] = columns.as_slice() {
        let other = [b',', b';', b'\t', b'|']
            .into_iter()
            .find(|d| *d != delimiter && only.as_bytes().contains(d));
        let error =
            Error::input(format!("`{name}` has one column, expected a target and features"));
        return Err(match other {
            Some(b'\t') => error.with_hint("the header is one cell; try --delimiter '\\t'"),
            Some(d) => error
                .with_hint(format!("the header is one cell; try --delimiter '{}'", char::from(d))),
            None => error,
        });
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Table> {
        Table::parse("t.csv".into(), text.as_bytes(), b',')
    }

    #[test]
    fn reads_quotes_crlf_and_a_byte_order_mark() {
        let table = parse("\u{feff}a, b\r\n\"x,\"\"y\"\"\",2\r\n").unwrap();
        assert_eq!(table.columns, ["a", "b"]);
        assert_eq!(table.cell(0, 0), b"x,\"y\"");
        assert_eq!(table.cell(0, 1), b"2");
    }

    #[test]
    fn refuses_what_is_no_table() {
        for (text, expected) in [
            ("", "`t.csv` is empty, expected a header line"),
            ("a,b\n", "`t.csv` has a header but no rows"),
            ("a,b\n1,2\n3\n", "`t.csv` line 3: found 1 cell, expected 2"),
            ("a,a\n1,2\n", "`t.csv` line 1: `a` stands in columns 1 and 2"),
            ("a,\n1,2\n", "`t.csv` line 1: column 2 has no name"),
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
