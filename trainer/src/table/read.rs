//! A CSV input read into a table, one chunk after another, so that its text is never held whole.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use cli_common::error::{Error, Result};
use model_format::Hasher;
use tabular_input::csv::chunks::{Chunk, Chunks};
use tabular_input::csv::header::{self, Advice, Header};
use tabular_input::csv::records::{self, Record, RowShape};
use tabular_input::csv::scan::Span;
use tabular_input::csv::{RowFault, newlines};
use tabular_input::{Dialect, Source};

use super::Table;
use crate::memory;

impl Table {
    /// Reads a CSV file with a header, plain, .gz or .zst; `-` is stdin. `accept` is asked once the
    /// names of the columns are known, before any row is read.
    ///
    /// # Errors
    ///
    /// An I/O error if the file cannot be read; an input error that names the line if it is no
    /// rectangular table with a header of distinct names; what `accept` returns.
    pub(crate) fn read(
        path: &Path,
        dialect: &Dialect,
        accept: impl Fn(&[String]) -> Result<()>,
    ) -> Result<Self> {
        let hasher = Arc::new(Mutex::new(Hasher::default()));
        let tap = {
            let hasher = Arc::clone(&hasher);
            move |bytes: &[u8]| hasher.lock().unwrap_or_else(PoisonError::into_inner).update(bytes)
        };
        let source = Source::open_tapped(Some(path), dialect.encoding, Box::new(tap))?;
        let mut table = Self::of_source(source, dialect, accept)?;
        table.digest = hasher.lock().unwrap_or_else(PoisonError::into_inner).digest();
        Ok(table)
    }

    /// Reads everything but the digest.
    pub(super) fn of_source(
        source: Source,
        dialect: &Dialect,
        accept: impl Fn(&[String]) -> Result<()>,
    ) -> Result<Self> {
        let (_, length) = source.progress();
        let mut chunks = Chunks::new(source, dialect)?;
        let name = chunks.name().to_owned();
        let Some(header) = Header::read(&mut chunks)? else {
            let fact = format!("`{name}` is empty, expected a header line");
            let error = Error::input(fact);
            let skips = dialect.skip_rows > 0;
            return Err(if skips {
                error.with_hint("does --skip-rows leave out all?")
            } else {
                error
            });
        };
        let kept: Vec<usize> =
            (0..header.names.len()).filter(|column| !header.names[*column].is_empty()).collect();
        let columns = columns(&name, &header, &kept)?;
        accept(&columns)?;
        let mut table = Self::new(name, columns);
        table.delimiter = header.delimiter();
        table.warnings.extend(header.nameless());
        // Cells are together as long as the file at most; of a packed one that is a beginning.
        let whole = length.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        memory::reserve(&mut table.bytes, whole)?;
        let shape = header.shape(true);
        table.header = Some(header);
        let mut rows = Rows { table, shape, kept, spans: Vec::new() };
        let mut not_utf8 = None;
        while let Some(chunk) = chunks.next()? {
            not_utf8 = not_utf8.or_else(|| header::not_utf8(&chunk.data, chunk.line, false));
            rows.add(&chunk)?;
        }
        let mut table = rows.table;
        table.warnings.extend(not_utf8);
        if table.n_rows() == 0 {
            return Err(Error::input(format!("`{}` has a header but no rows", table.name)));
        }
        Ok(table)
    }
}

/// A table to which chunks are added.
struct Rows {
    table: Table,
    shape: RowShape,
    /// Input columns that have a name.
    kept: Vec<usize>,
    spans: Vec<Span>,
}

impl Rows {
    fn add(&mut self, chunk: &Chunk) -> Result<()> {
        let Self { table, shape, kept, spans } = self;
        let most_rows =
            usize::try_from(newlines(&chunk.data)).unwrap_or(usize::MAX).saturating_add(1);
        memory::reserve(&mut table.bytes, chunk.data.len())?;
        memory::reserve(&mut table.ends, most_rows.saturating_mul(kept.len()))?;
        memory::reserve(&mut table.lines, most_rows)?;
        let mut refused = None;
        records::each(chunk, shape, spans, |record: Record<'_>| {
            match record.cells {
                Ok(cells) => {
                    for column in &*kept {
                        table.bytes.extend_from_slice(&cells[*column].text(&chunk.data));
                        table.ends.push(table.bytes.len());
                    }
                    table.lines.push(record.line);
                }
                Err(RowFault::Blank) => table.blank_lines += 1,
                Err(RowFault::Empty) => table.empty_rows += 1,
                Err(fault) => {
                    refused = Some((record.line, fault));
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        match refused {
            None => Ok(()),
            Some((line, fault)) => {
                let reason = fault.reason(shape.n_columns);
                let error = Error::input(format!("`{}` line {line}: {reason}", table.name));
                Err(error.with_hint(fault.advice().unwrap_or_else(|| {
                    "every row needs one cell per header name; fix or remove the line".into()
                })))
            }
        }
    }
}

/// The names of the columns that have one.
///
/// # Errors
///
/// An input error if one is not UTF-8, two are the same, or there are too few to learn from.
fn columns(name: &str, header: &Header, kept: &[usize]) -> Result<Vec<String>> {
    let column = |index: &usize| String::from_utf8_lossy(&header.names[*index]).into_owned();
    let columns: Vec<String> = kept.iter().map(column).collect();
    if let Some(Advice { fact: Some(fact), hint }) = header.banner() {
        return Err(Error::input(fact).with_hint(hint));
    }
    // Kept as it looks, a name would stand for others that look so too.
    if let Some(index) = kept.iter().find(|i| std::str::from_utf8(&header.names[**i]).is_err()) {
        let (place, number, shown) = (&header.place, index + 1, column(index));
        let fact = format!("{place}: the name of column {number}, `{shown}`, is not UTF-8");
        return Err(Error::input(fact).with_hint("is the file --encoding windows-1252 or latin1?"));
    }
    if let Some((first, second)) = header.doubled() {
        let (twice, first, second) = (column(&first), first + 1, second + 1);
        let place = &header.place;
        let fact = format!("{place}: `{twice}` stands in columns {first} and {second}");
        return Err(Error::input(fact));
    }
    let fact = match columns.as_slice() {
        [] => format!("{}: no column has a name", header.place),
        [_] => format!("`{name}` has one column, expected a target and features"),
        _ => return Ok(columns),
    };
    let error = Error::input(fact);
    Err(match header.advice() {
        Some(Advice { fact: instead, hint }) => instead.map_or(error, Error::input).with_hint(hint),
        None => error,
    })
}
