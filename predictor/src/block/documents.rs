//! Documents of a block, their bytes as they are.

use std::ops::Range;

/// The columns of documents of a block.
#[derive(Debug)]
pub(super) struct Documents {
    /// The column of codes of the first of them.
    first: usize,
    columns: Vec<Column>,
}

/// The documents of a column, one after the other.
#[derive(Clone, Debug)]
struct Column {
    bytes: Vec<u8>,
    /// Where each row ends, `[capacity]`.
    ends: Vec<usize>,
}

impl Documents {
    /// Room for documents with codes in so many columns from the first on.
    pub(super) fn new((first, n): (usize, usize), capacity: usize) -> Self {
        let column = Column { bytes: Vec::new(), ends: vec![0; capacity] };
        Self { first, columns: vec![column; n] }
    }

    /// The column of codes that says whether documents of column `i` are there.
    pub(super) fn codes(&self, i: usize) -> usize {
        self.first + i
    }

    /// Stores the document of a row of column `i`, after those of all rows before it.
    pub(super) fn set(&mut self, i: usize, row: usize, document: Option<&[u8]>) {
        self.columns[i].set(row, document);
    }

    /// The documents of column `i`, row by row.
    pub(super) fn rows(&self, i: usize) -> impl Iterator<Item = &[u8]> {
        let column = &self.columns[i];
        (0..column.ends.len()).map(|row| &column.bytes[column.range(row)])
    }
}

impl Column {
    /// Where the document of a row lies.
    fn range(&self, row: usize) -> Range<usize> {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[row]
    }

    /// Stores the document of a row, after those of all rows before it.
    fn set(&mut self, row: usize, document: Option<&[u8]>) {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.truncate(start);
        self.bytes.extend_from_slice(document.unwrap_or_default());
        self.ends[row] = self.bytes.len();
    }
}
