//! Documents of a block: their bytes as they are, and whether they are missing as codes.

use std::ops::Range;

use super::{Block, MISSING};

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

impl Block {
    /// Stores a document (`None`: missing) in column `i` of them, of the row being filled.
    pub(crate) fn set_document(&mut self, i: usize, document: Option<&[u8]>) {
        self.documents.columns[i].set(self.len, document);
        self.set_code(self.documents.first + i, presence(document));
    }

    /// Stores the documents of all rows in column `i` of them.
    pub(crate) fn fill_documents<'a>(
        &mut self,
        i: usize,
        documents: impl Iterator<Item = Option<&'a [u8]>>,
    ) {
        let codes = self.documents.first + i;
        for (row, document) in (0..self.len).zip(documents) {
            self.documents.columns[i].set(row, document);
            self.codes[codes * self.capacity + row] = presence(document);
        }
    }

    /// Whether documents of column `i` are there, as codes.
    #[cfg(feature = "cli")]
    pub(crate) fn presence(&self, i: usize) -> &[u32] {
        self.codes(self.documents.first + i)
    }

    /// Fills columns of numbers by the documents of column `i`: for each `spread` gives columns, counted from the first,
    /// and their numbers; others are 0. What is given of columns after the last is left out.
    pub(crate) fn spread_documents(
        &mut self,
        i: usize,
        to: Range<usize>,
        mut spread: impl FnMut(&[u8], &mut dyn FnMut(usize, f64)),
    ) {
        let Self { capacity, len, numbers, documents, .. } = self;
        let columns = &mut numbers[to.start * *capacity..to.end * *capacity];
        columns.fill(0.0);
        let documents = &documents.columns[i];
        for row in 0..*len {
            spread(&documents.bytes[documents.range(row)], &mut |column, value| {
                if let Some(x) = columns.get_mut(column * *capacity + row) {
                    *x = value;
                }
            });
        }
    }
}

fn presence(document: Option<&[u8]>) -> u32 {
    if document.is_some() { 0 } else { MISSING }
}
